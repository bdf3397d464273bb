"""The accounts' tokens: each refresh token is used once, whoever needs the next pair; no failure becomes a loop."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import ClientSession

from bot.channels.base import Outcome
from bot.channels.rendering import Rendered
from bot.channels.zalo_oa import ZaloOaChannel
from bot.channels.zalo_oa.tokens import CLAIM
from bot.metrics import Metrics
from storage.database import Database
from storage.memory import Memory
from storage.schema.zalo import zalo_account
from storage.zalo import Pair
from tests.bot.zalo_stage import Stage, channel_for, stage
from tests.emulators.zalo_oa import Person, ZaloEmulator

HOUR = 3600


@pytest.fixture
async def home(database: Database) -> AsyncIterator[Stage]:
    async with stage(database) as found:
        yield found


def pairs(home: Stage) -> int:
    """How many pairs Zalo gave out."""
    return home.zalo.counts["tokens.granted"]


async def kept_secret(home: Stage) -> None:
    """No token lies in the database as it is."""
    async with home.database.read() as connection:
        rows = str((await connection.execute(sa.select(zalo_account))).mappings().all()).encode()
    for token in (*home.zalo.world.access, *home.zalo.world.refresh):
        assert token.encode() not in rows


# --- consent ------------------------------------------------------------------------------------------------


async def test_a_consent_lets_us_in_and_says_whose_account_it_is(home: Stage) -> None:
    account = await home.account()
    assert (account.oa_id, account.name, account.state) == (home.zalo.oa.id, "UBND xã Thí Điểm", "ok")
    assert home.channel.ready()
    await kept_secret(home)


async def test_the_link_of_a_commune_says_whose_account_it_is(home: Stage) -> None:
    path = home.channel.consent.start_link("31441").removeprefix(home.base)
    assert await home.consents(path=path) == 200
    assert (await home.account()).commune == "31441"
    other = home.base + path.replace("31441", "31420")
    async with ClientSession() as browser, browser.get(other, allow_redirects=False) as answer:
        assert answer.status == 403


async def test_consenting_again_replaces_the_pair_and_keeps_what_was_learnt(home: Stage) -> None:
    await home.says(home.writes())
    before = await home.account()
    assert await home.consents() == 200
    after = await home.account()
    assert (after.id, after.endpoint) == (before.id, "v2")
    assert after.access != before.access
    assert (await home.says(home.writes())).outcome is Outcome.SENT


async def test_nobody_puts_his_tokens_under_the_number_of_another_account(home: Stage) -> None:
    other = home.zalo.another_oa("Kẻ khác")
    config, oauth = home.channel._config, home.zalo.server.oauth
    back = oauth.back(other, config.challenge, None).replace(other.id, home.zalo.oa.id)
    async with ClientSession() as browser, browser.get(back) as answer:
        assert answer.status == 200
    assert {a.oa_id for a in await home.accounts()} == {home.zalo.oa.id, other.id}
    an = home.writes()
    assert (await home.says(an)).outcome is Outcome.SENT
    assert len(an.sees) == 1


async def test_where_zalo_does_not_say_whose_it_is_the_browser_is_believed(database: Database) -> None:
    async with stage(database, consent=False) as home:
        home.zalo.fails("status", path="/getoa", status=404, count=None)
        assert await home.consents() == 200
        assert (await home.account()).oa_id == home.zalo.oa.id
        assert (await home.says(home.writes())).outcome is Outcome.SENT


@pytest.mark.parametrize("query", ["", "?oa_id=1", "?code=nonsense&oa_id=1", "?code=nonsense&state=x.y.z"])
async def test_a_consent_that_is_none_is_told_in_plain_words(database: Database, query: str) -> None:
    async with stage(database, consent=False) as home:
        url = f"{home.base}/oauth/zalo-oa/callback{query}"
        async with ClientSession() as browser, browser.get(url) as answer:
            assert answer.status == 400
            assert "Chưa nối được" in await answer.text()
        assert await home.accounts() == []


async def test_a_code_serves_once_and_for_ten_minutes(home: Stage) -> None:
    config, oauth = home.channel._config, home.zalo.server.oauth
    back = oauth.back(home.zalo.oa, config.challenge, None)
    late = oauth.back(home.zalo.oa, config.challenge, None)
    async with ClientSession() as browser:
        for url, status in ((back, 200), (back, 400)):
            async with browser.get(url) as answer:
                assert answer.status == status
        home.zalo.skips(601)
        async with browser.get(late) as answer:
            assert answer.status == 400


async def test_the_page_shows_what_the_console_wants_to_be_told(home: Stage) -> None:
    async with ClientSession() as browser, browser.get(f"{home.base}/oauth/zalo-oa") as answer:
        page = await answer.text()
    for words in (
        f"{home.base}/oauth/zalo-oa/callback",
        home.channel._config.challenge,
        f"{home.base}/hooks/zalo-oa",
    ):
        assert words in page


async def test_zalo_away_while_somebody_consents(database: Database) -> None:
    async with stage(database, consent=False) as home:
        back = home.zalo.server.oauth.back(home.zalo.oa, home.channel._config.challenge, None)
        await home.zalo.goes_down()
        async with ClientSession() as browser, browser.get(back) as answer:
            assert answer.status == 502
        await home.zalo.comes_back()
        async with ClientSession() as browser, browser.get(back) as answer:
            assert answer.status == 200


# --- the first token from the settings ----------------------------------------------------------------------


async def test_a_first_refresh_token_serves_in_place_of_a_consent_and_once(database: Database) -> None:
    async with ZaloEmulator() as zalo:
        first = zalo.world.grant(zalo.oa)["refresh_token"]
        config = {"first_refresh_token": first}
        for _ in range(2):  # the second start finds the stored pair
            async with stage(database, consent=False, zalo=_open(zalo), config=config) as home:
                await home.until(home.channel.ready)
                assert (await home.says(home.writes())).outcome is Outcome.SENT
        assert pairs(home) == 2
        assert zalo.counts["oauth.refused"] == 0


async def test_a_first_token_is_not_taken_in_again_after_a_consent(database: Database) -> None:
    async with ZaloEmulator() as zalo:
        config = {"first_refresh_token": zalo.world.grant(zalo.oa)["refresh_token"]}
        async with stage(database, consent=False, zalo=_open(zalo), config=config) as home:
            await home.until(home.channel.ready)
            assert await home.consents() == 200
            await home.dies()
            assert (await home.says(home.writes())).reason == "needs_reauth"
            await home.channel._look_after()
            assert [a.state for a in await home.accounts()] == ["needs_reauth"]
            assert zalo.counts["oauth.refused"] == 1


async def test_a_consent_that_came_to_nothing_leaves_no_account(home: Stage) -> None:
    now = home.channel.tokens.clock()
    async with home.database.write() as connection:  # the program was killed before it had asked whose it was
        await Memory(connection, home.database.vault).zalo.consented(Pair("at", "rt", now, now), None, now)
    await home.channel._look_after()
    assert [a.oa_id for a in await home.accounts()] == [home.zalo.oa.id]
    assert home.channel.ready()
    assert home.told == []


async def test_stored_tokens_win_over_another_first_token(database: Database) -> None:
    async with stage(database) as home:
        async with stage(
            database, consent=False, zalo=_open(home.zalo), config={"first_refresh_token": "rt"}
        ) as again:
            await again.until(again.channel.ready)
            assert len(await again.accounts()) == 1
        assert home.zalo.counts["oauth.refresh_token"] == 0


async def test_a_new_first_token_mends_an_account_that_needs_one(database: Database) -> None:
    async with stage(database) as home:
        an = home.writes()
        await home.says(an)
        await home.dies()
        assert (await home.says(an)).reason == "needs_reauth"
        fresh = home.zalo.world.grant(home.zalo.oa)["refresh_token"]
        config = {"first_refresh_token": fresh}
        async with stage(database, consent=False, zalo=_open(home.zalo), config=config) as again:
            await again.until(again.channel.ready)
            assert (await again.says(again.writes())).outcome is Outcome.SENT
            account = await again.account()
            assert (account.oa_id, account.endpoint) == (home.zalo.oa.id, "v2")


def _open(zalo: ZaloEmulator) -> ZaloEmulator:
    """The emulator as a context that is entered already."""

    class Entered:
        async def __aenter__(self) -> ZaloEmulator:
            return zalo

        async def __aexit__(self, *_: object) -> None:
            """Whoever opened it closes it."""

    return Entered()  # type: ignore[return-value]


# --- rotation -----------------------------------------------------------------------------------------------


async def test_the_next_pair_is_fetched_before_the_last_one_ends(home: Stage) -> None:
    before = await home.account()
    home.zalo.skips(19.9 * HOUR)
    await asyncio.sleep(0.2)
    assert pairs(home) == 1
    home.zalo.skips(0.2 * HOUR)
    await home.zalo.until(lambda: pairs(home) == 2)
    await home.until(lambda: home.channel.tokens.accounts[before.id].generation == 1)
    assert (await home.says(home.writes())).outcome is Outcome.SENT
    assert home.zalo.counts["refused.-216"] == home.zalo.counts["refused.-220"] == 0


@pytest.mark.parametrize("code", [-216, -220])
async def test_a_refused_token_is_replaced_once_and_the_message_repeated_once(home: Stage, code: int) -> None:
    an = home.writes()
    home.zalo.fails("code", code=code, path="/message")
    assert (await home.says(an)).outcome is Outcome.SENT
    assert len(an.sees) == 1
    assert pairs(home) == 2
    assert home.zalo.counts["oauth.refresh_token"] == 1


async def test_in_a_burst_one_refresh_serves_all(home: Stage) -> None:
    people = [home.writes(f"Người {n}") for n in range(30)]
    await home.says(people[0], "trước")
    home.zalo.world.expire_access(home.zalo.oa)
    sent = await asyncio.gather(*(home.says(p, "cùng lúc") for p in people))
    assert {s.outcome for s in sent} == {Outcome.SENT}
    assert home.zalo.counts["oauth.refresh_token"] == 1
    assert [len([m for m in p.sees if m.text == "cùng lúc"]) for p in people] == [1] * 30


async def test_among_several_processes_one_refreshes(home: Stage) -> None:
    others = [_process(home) for _ in range(2)]
    channels = [home.channel, *others]
    people = [home.writes(f"Người {n}") for n in range(24)]
    try:
        for channel in others:
            await channel.tokens.load()
        for _ in range(3):
            home.zalo.world.expire_access(home.zalo.oa)
            sends = (_send(channels[n % 3], p) for n, p in enumerate(people))
            assert {s.outcome for s in await asyncio.gather(*sends)} == {Outcome.SENT}
        assert home.zalo.counts["oauth.refresh_token"] == 3
        assert home.zalo.counts["oauth.reused"] == 0
        assert home.told == []
    finally:
        for channel in others:
            await channel.close()


def _process(home: Stage) -> ZaloOaChannel:
    """Another process on the same database."""
    return channel_for(home.zalo, home.database, home.base, home.told, Metrics())


async def _send(channel: ZaloOaChannel, person: Person) -> Any:
    return await channel.send(f"{person.user.oa.id}:{person.id}", Rendered("chào"))


async def test_a_sender_that_gives_up_does_not_lose_the_pair(home: Stage) -> None:
    account = await home.account()
    home.zalo.fails("slow", path="/v4/oa/access_token", seconds=0.5)
    waiting = asyncio.create_task(home.channel.tokens.next_after(account, within=5))
    await asyncio.sleep(0.1)
    waiting.cancel()
    await home.until(lambda: home.channel.tokens.accounts[account.id].generation == 1)
    assert (await home.says(home.writes())).outcome is Outcome.SENT


async def test_a_stopping_program_stores_the_pair_it_is_fetching(database: Database) -> None:
    async with stage(database) as home:
        account = await home.account()
        home.zalo.fails("slow", path="/v4/oa/access_token", seconds=0.5)
        waiting = asyncio.create_task(home.channel.tokens.next_after(account, within=5))
        await asyncio.sleep(0.1)
        waiting.cancel()
        zalo = home.zalo
        await home.channel.close()
        assert (await home.account()).generation == 1
        assert zalo.world.access[str((await home.account()).access)].dead is False


async def test_a_claim_of_a_process_that_died_ends(home: Stage) -> None:
    account = await home.account()
    now = home.channel.tokens.clock()
    async with home.database.write() as connection:
        accounts = Memory(connection, home.database.vault).zalo
        assert await accounts.claim(account.id, 0, now, now + CLAIM)
        assert not await accounts.claim(account.id, 0, now, now + CLAIM)
    home.zalo.world.expire_access(home.zalo.oa)
    an = home.writes()
    sending = asyncio.create_task(home.says(an))
    await asyncio.sleep(0.3)
    assert pairs(home) == 1, "it may still be fetching"
    home.zalo.skips(CLAIM.total_seconds() + 1)
    assert (await sending).outcome is Outcome.SENT
    assert pairs(home) == 2


async def test_a_pair_is_in_the_database_before_it_is_used(home: Stage) -> None:
    account = await home.account()
    renewed = await home.channel.tokens.next_after(account, within=5)
    assert (await home.account()).access == renewed.access
    async with home.database.read() as connection:
        row = (await connection.execute(sa.select(zalo_account))).mappings().one()
    vault = home.database.vault
    assert vault.open(row["previous"]).decode() == account.refresh, "the one before is kept as evidence"


async def test_an_idle_account_is_refreshed_day_after_day(home: Stage) -> None:
    ident = (await home.account()).id
    for generation in range(1, 6):
        home.zalo.skips(24 * HOUR)
        await home.until(lambda want=generation: home.channel.tokens.accounts[ident].generation == want)
    assert home.told == []
    assert (await home.account()).state == "ok"
