"""Requests for a human: one a person, taken by one helper whoever hurries, counted, and forgotten in time."""

import asyncio
import datetime as dt
import random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.handover import KNOWN_FOR, Request
from storage.memory import Memory
from storage.outbox import Outgoing
from storage.schema import chat, outbox, team
from storage.schema.handover import duty, help_asked, help_request, passed_on
from storage.scope import NotAllowed
from storage.waiting import ENOUGH, figures, usual_wait
from tests.storage.village import COMMUNE, NEIGHBOUR, SATURDAY, Village, build

HELPERS = ("an", "bình", "chi", "dũng", "giang", "hoa")


def after(**time: float) -> dt.datetime:
    return SATURDAY + dt.timedelta(**time)


async def setting(connection: AsyncConnection, database: Database) -> tuple[Memory, Village]:
    """The village, each of its people with a chat."""
    village = await build(connection)
    rows = [
        {"person_id": key, "channel": "web", "lane": name, "address": b"x", "state": {}, "last_in_at": SATURDAY}
        for name, key in village.person.items()
    ]
    await connection.execute(sa.insert(chat), rows)
    return Memory(connection, database.vault), village


async def asked(memory: Memory, village: Village, who: str = "oanh", at: dt.datetime = SATURDAY) -> Request:
    return await memory.handover.ask(village.person[who], COMMUNE, at, at, guide="vneid-kich-hoat", step="co-app")


async def test_whoever_asked_has_one_request_and_it_can_be_withdrawn(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        oanh, handover = village.person["oanh"], memory.handover
        request = await asked(memory, village)
        with pytest.raises(NotAllowed):
            await asked(memory, village)
        assert await handover.of(oanh) == request
        assert (request.guide, request.step, request.state) == ("vneid-kich-hoat", "co-app", "waiting")
        assert await handover.withdraw(oanh, request.id, SATURDAY)
        assert not await handover.withdraw(oanh, request.id, SATURDAY)
        assert await handover.of(oanh) is None
        assert await asked(memory, village)


async def test_of_all_who_take_it_at_once_one_has_it(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        request = await asked(memory, village)

    async def takes(who: str) -> Request | None:
        await asyncio.sleep(random.Random(who).random() / 50)
        async with database.write() as connection:
            memory = Memory(connection, database.vault)
            return await memory.handover.take(village.scope[who], request.id, after(minutes=1), after(hours=2))

    found = await asyncio.gather(*[takes(who) for who in HELPERS])
    winners = [who for who, taken in zip(HELPERS, found, strict=True) if taken is not None]
    assert len(winners) == 1
    async with database.read() as connection:
        held = await Memory(connection, database.vault).handover.of(village.person[winners[0]])
    assert held is not None
    assert (held.id, held.helper_id) == (request.id, village.person[winners[0]])


async def test_a_helper_talks_with_one_at_a_time_and_not_with_himself(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        handover, an = memory.handover, village.scope["an"]
        first, second = await asked(memory, village), await asked(memory, village, "lan")
        own = await asked(memory, village, "bình")
        assert await handover.take(an, first.id, SATURDAY, after(hours=2))
        for scope, request in ((an, second), (village.scope["bình"], own), (village.scope["bình"], second)):
            with pytest.raises(NotAllowed):
                await handover.take(scope, request.id, SATURDAY, after(hours=2))
        with pytest.raises(NotAllowed):
            await asked(memory, village, "an")
        assert await handover.close(first.id, SATURDAY, by=an.person_id, result="xong")
        assert not await handover.close(first.id, SATURDAY, by=an.person_id, result="xong")
        assert await handover.take(an, second.id, SATURDAY, after(hours=2))


async def test_what_is_passed_on_waits_for_the_next_and_keeps_when_it_was_taken_first(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        handover, an, dũng = memory.handover, village.scope["an"], village.scope["dũng"]
        request = await asked(memory, village)
        await handover.rung(request.id, [an.person_id, dũng.person_id], 1, SATURDAY, after(minutes=30))
        assert await handover.take(an, request.id, after(minutes=4), after(hours=2))
        assert not await handover.give_back(dũng.person_id, request.id, after(minutes=40), ring=1)
        assert await handover.give_back(an.person_id, request.id, after(minutes=40), ring=1)
        assert await handover.asked(request.id) == []
        taken = await handover.take(dũng, request.id, after(minutes=20), after(hours=2))
        assert taken is not None
        assert (taken.taken_at, taken.rung_at) == (after(minutes=4), SATURDAY)


async def test_who_is_asked(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        handover, key, near = memory.handover, village.person, village.hamlet["thôn 1"]
        await connection.execute(sa.update(team).where(team.c.id == village.team["một"]).values(hamlet_id=near))

        async def names(*roles: str, **how: Any) -> set[str]:
            found = await handover.helpers(COMMUNE, *roles, **how)
            return {name for name, person in key.items() if person in found}

        assert await names("member") == {"an", "bình", "dũng"}
        assert await names("member", "head", hamlet_id=near) == {"an", "bình", "chi"}
        assert await names("officer") == {"hoa"}
        await handover.set_duty(key["an"], SATURDAY, after(hours=15))
        await handover.set_duty(key["dũng"], SATURDAY, after(hours=1))
        assert await names("member", on_duty_at=SATURDAY) == {"an", "dũng"}
        assert await names("member", on_duty_at=after(hours=2)) == {"an"}
        await handover.set_duty(key["an"], SATURDAY, None)
        assert await names("member", on_duty_at=SATURDAY) == {"dũng"}
        await memory.people.mark_unreachable("bình", "web", "blocked")
        await memory.people.leave(key["dũng"], village.team["hai"], SATURDAY)
        assert await names("member") == {"an"}
        assert await handover.hamlets(COMMUNE) == [(near, "thôn 1")]
        with pytest.raises(NotAllowed):
            await handover.ask(key["oanh"], COMMUNE, SATURDAY, SATURDAY, hamlet_id=village.hamlet["thôn 9"])


async def test_figures_count_what_happened(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        handover, an, officer = memory.handover, village.scope["an"], village.scope["hoa"]
        waits, stars = [3, 5, 7, 40, 2], [5, 4, 5, 1, 5]
        for n, (wait, star) in enumerate(zip(waits, stars, strict=True)):
            at = after(hours=-n)
            request = await asked(memory, village, at=at)
            await handover.rung(request.id, [an.person_id], 1, at, after(hours=1))
            assert await usual_wait(connection, COMMUNE, after(hours=1)) is None
            taken_at = at + dt.timedelta(minutes=wait)
            await handover.take(an, request.id, taken_at, after(hours=2))
            await handover.close(request.id, taken_at, by=an.person_id, result="xong")
            [before] = await figures(connection, officer, after(hours=1))
            assert before.rating is None, "fewer ratings might tell who said what"
            assert not await handover.rate(an.person_id, request.id, 5)
            assert await handover.rate(village.person["oanh"], request.id, star)
            assert not await handover.rate(village.person["oanh"], request.id, 1)
        assert len(waits) == ENOUGH
        await asked(memory, village, at=after(minutes=30))
        await asked(memory, village, "lan", at=after(minutes=10))
        [found] = await figures(connection, officer, after(hours=1))
        assert (found.commune, found.waiting, found.oldest) == (COMMUNE, 2, after(minutes=10))
        assert (found.closed, found.unanswered, found.minutes, found.rating) == (5, 0, 5, 4.0)
        assert await usual_wait(connection, COMMUNE, after(hours=1)) == 5
        [other] = await figures(connection, village.scope["khánh"], after(hours=1))
        assert (other.commune, other.waiting, other.closed, other.minutes) == (NEIGHBOUR, 0, 0, None)


async def test_what_is_due_comes_in_its_time_and_once_a_sweep(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        handover = memory.handover
        first, second = await asked(memory, village), await asked(memory, village, "lan", after(minutes=5))
        assert await handover.due(after(minutes=-1), []) is None
        assert (await handover.due(after(minutes=6), [])) == first
        assert (await handover.due(after(minutes=6), [first.id])) == second
        await handover.put_off(first.id, after(hours=1))
        assert (await handover.due(after(minutes=6), [])) == second
        assert await handover.give_up(second.id, after(minutes=6))
        assert await handover.due(after(minutes=6), []) is None


async def test_messages_that_did_not_arrive_are_told_once_to_whoever_wrote_them(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        handover, an = memory.handover, village.person["an"]
        request = await asked(memory, village)
        letters = [Outgoing(f"h1:{n}", "web", "oanh", b"x", None, b"x") for n in range(3)]
        await memory.outbox.put(letters, SATURDAY)
        for letter in letters:
            await handover.passed(letter.key, request.id, an)
        await handover.passed("h2:0", request.id, village.person["oanh"], "unreachable")
        ids = (await connection.execute(sa.select(outbox.c.id).order_by(outbox.c.id))).scalars().all()
        await handover.went_wrong({ids[0]: "held", ids[1]: "held"})
        told = {(t.from_id, t.trouble) for t in await handover.troubles()}
        assert told == {(an, "held"), (village.person["oanh"], "unreachable")}
        assert await handover.troubles() == []
        assert await handover.withdraw(village.person["oanh"], request.id, SATURDAY)
        assert await count(connection, passed_on) == 0


async def count(connection: AsyncConnection, table: sa.Table) -> int:
    return int(await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


async def test_a_closed_request_forgets_who_it_was_and_stays_a_figure(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        handover, an = memory.handover, village.scope["an"]
        request = await asked(memory, village)
        await handover.rung(request.id, [an.person_id], 1, SATURDAY, after(minutes=30))
        await handover.take(an, request.id, SATURDAY, after(hours=2))
        await handover.close(request.id, SATURDAY, by=an.person_id, result="xong")
        assert await count(connection, help_asked) == 0
        await memory.privacy.retire(SATURDAY + KNOWN_FOR + dt.timedelta(minutes=1))
        row = (await connection.execute(sa.select(help_request))).mappings().one()
        assert (row["citizen_id"], row["helper_id"], row["step"]) == (None, None, None)
        assert row["state"] == "closed"
        assert not await handover.rate(village.person["oanh"], request.id, 5)


async def test_everything_kept_is_shown_and_erased_with_the_person(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        handover, key = memory.handover, village.person
        request, other = await asked(memory, village), await asked(memory, village, "lan")
        await handover.set_duty(key["an"], SATURDAY, after(hours=15))
        await handover.rung(other.id, [key["an"]], 1, SATURDAY, after(hours=1))
        await handover.take(village.scope["an"], request.id, after(minutes=1), after(hours=2))
        shown = await memory.privacy.everything(key["oanh"])
        assert [(r["state"], r["guide"]) for r in shown["help_asked_for"]] == [("taken", "vneid-kich-hoat")]
        helper = await memory.privacy.everything(key["an"])
        assert [len(helper[name]) for name in ("help_given", "asked_to_help", "duty")] == [1, 1, 1]

        await memory.privacy.erase(key["an"])
        again = await handover.of(key["oanh"])
        assert again is not None
        assert (again.state, again.helper_id) == ("waiting", None)
        assert [await count(connection, table) for table in (duty, help_asked)] == [0, 0]
        await memory.privacy.erase(key["oanh"])
        left = (await connection.execute(sa.select(help_request.c.id))).scalars().all()
        assert left == [other.id]
        columns = [c for table in (help_request, help_asked, duty, passed_on) for c in table.c if c.foreign_keys]
        persons = [c for c in columns if next(iter(c.foreign_keys)).column.table.name == "person"]
        for column in persons:
            found = sa.select(column).where(column.in_([key["an"], key["oanh"]]))
            assert (await connection.execute(found)).first() is None, column
