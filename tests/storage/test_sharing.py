"""What Zalo may be told: only what was agreed to, for as long as it holds, and nothing stays of who has gone."""

import datetime as dt
from collections.abc import Sequence

from storage.database import Database
from storage.memory import Memory
from storage.sharing import GIVEN_UP
from tests.storage.village import SATURDAY

COMMUNE = "31441"
BOTH = ("commune", "waiting")
SOON = SATURDAY + dt.timedelta(minutes=1)


async def person(memory: Memory, name: str, *agreed: str, commune: str | None = COMMUNE) -> tuple[int, int]:
    """Somebody on Zalo: his chat and himself."""
    chat = await memory.people.admit("zalo_oa", f"4:{name}", consent_version=2, now=SATURDAY)
    await memory.people.set(chat.person_id, commune=commune)
    await memory.sharing.agree(chat.id, agreed, SATURDAY)
    return chat.id, chat.person_id


async def look(memory: Memory, kinds: Sequence[str] = BOTH, now: dt.datetime = SATURDAY) -> list[tuple[str, bool]]:
    """One look of the job: what it would do now, by tag and whether it puts it on."""
    await memory.sharing.let_go(await memory.sharing.stale(kinds, 100), now)
    for one in await memory.sharing.missing(kinds, 100):
        await memory.sharing.want(one, "4", one.commune or "waits", now)
    tags = await memory.sharing.claim(now, now + dt.timedelta(minutes=1), 100)
    for tag in tags:
        await (memory.sharing.stands(tag) if tag.wanted else memory.sharing.gone(tag))
    return sorted((tag.name, tag.wanted) for tag in tags)


async def test_a_tag_follows_what_was_agreed_and_what_is_so(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        await person(memory, "nobody asked")
        await person(memory, "no commune", *BOTH, commune=None)
        _, an = await person(memory, "an", *BOTH)
        assert await look(memory) == [(COMMUNE, True)]
        assert await look(memory) == []
        request = await memory.handover.ask(an, COMMUNE, SATURDAY, SOON)
        assert await look(memory) == [("waits", True)]
        await memory.handover.withdraw(an, request.id, SATURDAY)
        assert await look(memory) == [("waits", False)]
        await memory.people.set(an, commune="31444")
        assert await look(memory) == [(COMMUNE, False), ("31444", True)]
        assert await look(memory, ()) == [("31444", False)], "the operator wants none any more"
        assert not await memory.sharing.any()


async def test_who_takes_it_back_or_goes_leaves_nothing_but_what_is_to_be_taken_off(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        chat, _ = await person(memory, "an", *BOTH)
        _, bình = await person(memory, "bình", *BOTH)
        await look(memory)
        await memory.sharing.refuse(chat)
        await memory.privacy.erase(bình)
        assert await look(memory) == [(COMMUNE, False)] * 2
        assert not await memory.sharing.any()


async def test_a_tag_nobody_has_tried_to_put_on_is_forgotten_at_once(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        chat, _ = await person(memory, "an", *BOTH)
        for one in await memory.sharing.missing(BOTH, 100):
            await memory.sharing.want(one, "4", "x", SATURDAY)
        await memory.sharing.refuse(chat)
        await memory.sharing.let_go(await memory.sharing.stale(BOTH, 100), SATURDAY)
        assert not await memory.sharing.any()


async def test_a_try_whose_end_nobody_knows_counts_as_put_on(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        chat, _ = await person(memory, "an", *BOTH)
        for one in await memory.sharing.missing(BOTH, 100):
            await memory.sharing.want(one, "4", "x", SATURDAY)
        (lost,) = await memory.sharing.claim(SATURDAY, SOON, 100)  # and the process dies
        assert await memory.sharing.claim(SATURDAY, SOON, 100) == [], "one at a time"
        await memory.sharing.refuse(chat)
        await memory.sharing.let_go(await memory.sharing.stale(BOTH, 100), SOON)
        await memory.sharing.stands(lost)  # told late: it does not undo what was decided since
        assert await look(memory, BOTH, SOON) == [("x", False)]


async def test_a_chat_that_becomes_somebody_elses_shares_nothing(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        await person(memory, "an", *BOTH)
        other = await memory.people.admit("web", "w", consent_version=2, now=SATURDAY)
        code = await memory.moving.offer(other.person_id, SATURDAY)
        own = await memory.people.find("zalo_oa", database.vault.lane("zalo_oa", "4:an"))
        await look(memory)
        assert await memory.moving.take(code, "zalo_oa", "4:an", own, SATURDAY)
        assert await look(memory) == [(COMMUNE, False)]


async def test_a_tag_of_a_channel_that_is_switched_off_is_dropped_in_the_end(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        _, an = await person(memory, "an", *BOTH)
        await look(memory)
        await memory.privacy.erase(an)
        await memory.privacy.retire(SATURDAY)
        assert await memory.sharing.any(), "there may be somebody to take it off"
        await memory.privacy.retire(SATURDAY + GIVEN_UP + dt.timedelta(days=2))
        assert not await memory.sharing.any()


async def test_zalo_is_asked_once_of_whoever_agreed_and_is_still_there(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        chat, _ = await person(memory, "an", "age")
        (age,) = await memory.sharing.claim_ages(SATURDAY, SOON, 10)
        assert await memory.sharing.claim_ages(SATURDAY, SOON, 10) == []
        assert await memory.sharing.asked(age, SOON), "again in a minute"
        (age,) = await memory.sharing.claim_ages(SOON, SOON, 10)
        assert await memory.sharing.asked(age)
        assert await memory.sharing.claim_ages(SOON, SOON, 10) == []
        assert not await memory.sharing.asked(age), "told once"
        await memory.sharing.refuse(chat)
        await memory.sharing.agree(chat, ["age"], SATURDAY)
        (age,) = await memory.sharing.claim_ages(SATURDAY, SOON, 10)
        await memory.sharing.refuse(chat)
        assert not await memory.sharing.asked(age)


async def test_a_person_sees_what_is_shared_of_him(database: Database) -> None:
    async with database.write() as connection:
        memory = Memory(connection, database.vault)
        _, an = await person(memory, "an", *BOTH, "age")
        await look(memory)
        shown = (await memory.privacy.everything(an))["shared"]
        assert {row.get("what") or row["tag"] for row in shown} == {"commune", "waiting", "age", COMMUNE}
