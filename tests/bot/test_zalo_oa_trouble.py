"""Tokens that are dead, refused or cannot be stored: the account waits for a human, told once, and never loops."""

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.base import Outcome
from bot.channels.zalo_oa.tokens import NeedsReauth
from storage.database import Database
from storage.memory import Memory
from storage.outbox import Outgoing
from storage.schema import outbox
from storage.schema.zalo import zalo_account
from tests.bot.zalo_stage import Stage, stage


@pytest.fixture
async def home(database: Database) -> AsyncIterator[Stage]:
    async with stage(database) as found:
        yield found


async def test_a_refused_refresh_is_the_end_until_somebody_consents(database: Database) -> None:
    async with stage(database) as home:
        an = home.writes()
        await home.says(an, "trước")
        await home.dies()
        for _ in range(5):
            sent = await home.says(an, "sau")
            assert (sent.outcome, sent.reason) == (Outcome.LATER, "needs_reauth")
        await asyncio.sleep(0.2)
        assert home.zalo.counts["oauth.refresh_token"] == 1, "never a loop"
        assert [(t.state, t.reason) for t in home.told] == [("needs_reauth", "refresh_refused")]
        assert not home.channel.ready()
        assert await home.consents() == 200
        assert (await home.says(an, "lại được")).outcome is Outcome.SENT
        await home.until(home.channel.ready)
        assert [m.text for m in an.sees] == ["trước", "lại được"]


async def test_what_was_put_back_while_somebody_consented_does_not_wait_for_long(home: Stage) -> None:
    account = await home.account()
    await home.channel.tokens.learn(account, state="needs_reauth")
    await home.channel._look_after()
    now, vault = home.channel.tokens.clock(), home.database.vault
    async with home.database.write() as connection:
        memory = Memory(connection, vault)
        await memory.outbox.put([Outgoing("k", "zalo_oa", "lane", vault.seal(b"a"), None, vault.seal(b"b"))], now)
        (taken,) = await memory.outbox.claim(now, 1, ["zalo_oa"])
        await memory.outbox.again([(taken.id, now + dt.timedelta(seconds=600), "needs_reauth")])

    async def due() -> int:
        await home.channel._look_after()
        soon = sa.select(sa.func.count()).where(outbox.c.due_at <= now + dt.timedelta(minutes=1))
        async with home.database.read() as connection:
            return int((await connection.execute(soon)).scalar_one())

    assert await due() == 0, "nothing can be sent yet"
    await home.channel.tokens.learn(account, state="ok")
    assert await due() == 1


async def test_a_fresh_token_that_is_refused_too_is_the_end(home: Stage) -> None:
    an = home.writes()
    home.zalo.fails("code", code=-216, path="/message", count=None)
    assert (await home.says(an)).reason == "needs_reauth"
    calls = home.zalo.counts["calls"]
    assert (await home.says(an)).reason == "needs_reauth"
    assert home.zalo.counts["calls"] == calls
    assert home.zalo.counts["oauth.refresh_token"] == 1
    assert home.told[0].reason == "zalo_-216 after refresh"


@pytest.mark.parametrize(
    "fault",
    [{"kind": "refuse"}, {"kind": "status", "status": 502}, {"kind": "status", "status": 503}],
    ids=str,
)
async def test_an_oauth_server_that_is_away_is_asked_again_later(home: Stage, fault: dict[str, Any]) -> None:
    an = home.writes()
    await home.says(an, "một")
    home.zalo.world.expire_access(home.zalo.oa)
    home.zalo.fails(path="/v4/", count=None, **fault)
    for _ in range(5):
        assert (await home.says(an, "hai")).outcome is Outcome.LATER
    assert home.told == []
    assert home.zalo.counts[f"faults.{fault['kind']}"] <= 2, "and left alone for a while"
    home.zalo.heals()
    home.channel.tokens._rests.clear()
    assert (await home.says(an, "hai")).outcome is Outcome.SENT
    assert (await home.account()).state == "ok"


async def test_a_lost_answer_of_the_oauth_server_is_told_for_what_it_is(home: Stage) -> None:
    """The pair is gone with it: nobody can know, and one try tells."""
    an = home.writes()
    home.zalo.world.expire_access(home.zalo.oa)
    home.zalo.fails("lose_answer", path="/v4/")
    assert (await home.says(an)).outcome is Outcome.LATER
    home.channel.tokens._rests.clear()
    assert (await home.says(an)).reason == "needs_reauth"
    assert home.zalo.counts["oauth.refresh_token"] == 2
    assert len(home.told) == 1


async def test_what_another_key_sealed_needs_a_new_consent(home: Stage) -> None:
    async with home.database.write() as connection:
        await connection.execute(sa.update(zalo_account).values(refresh_token=b"x" * 40, access_token=None))
    await home.channel.tokens.load()
    with pytest.raises(NeedsReauth):
        await home.channel.tokens.next_after(await home.account(), within=5)


async def test_tokens_are_never_in_the_logs(home: Stage, capfd: pytest.CaptureFixture[str]) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    an = home.writes()
    home.zalo.world.expire_access(home.zalo.oa)
    await home.says(an)
    home.zalo.fails("code", code=-216, path="/message", count=None)
    await home.says(an)
    await home.dies()
    await home.consents()
    said = "".join(capfd.readouterr())
    assert "zalo_oa" in said
    for secret in (*home.zalo.world.access, *home.zalo.world.refresh, home.zalo.world.app_secret):
        assert secret not in said


async def test_the_operators_page_knows_the_states(home: Stage) -> None:
    await home.until(lambda: 'bot_accounts{channel="zalo_oa",state="ok"} 1.0' in home.metrics.text().decode())
    await home.channel.tokens.trouble(await home.account(), "needs_reauth", "x")
    wanted = 'bot_accounts{channel="zalo_oa",state="needs_reauth"} 1.0'
    await home.until(lambda: wanted in home.metrics.text().decode())


async def test_a_pair_waits_for_a_database_that_is_away(home: Stage) -> None:
    account, tokens = await home.account(), home.channel.tokens
    home.zalo.fails("slow", path="/v4/oa/access_token", seconds=0.4)
    waiting = asyncio.create_task(tokens.next_after(account, within=10))
    await asyncio.sleep(0.2)

    class Away:
        """Nobody reaches it."""

        vault = home.database.vault

        def write(self) -> Any:
            raise ConnectionError

        read = write

    real, tokens.database = tokens.database, Away()  # type: ignore[assignment]
    await asyncio.sleep(0.6)
    tokens.database = real
    assert (await waiting).generation == 1
    assert (await home.account()).expires_at is not None
    assert (await home.account()).expires_at > dt.datetime.now(dt.UTC)  # type: ignore[operator]
