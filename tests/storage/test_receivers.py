"""Receivers a commune announces: two officers make one, nobody else's hand reaches it, and its history stays."""

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import product
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.memory import Memory
from storage.receivers import Listed, Receivers, Taken
from storage.schema.receivers import receiver
from storage.scope import Grant, NotAllowed, Scope
from tests.storage.village import COMMUNE, NEIGHBOUR, SATURDAY, Village, build

TODAY = SATURDAY.date()
DAY = dt.timedelta(days=1)


@pytest.fixture
async def place(database: Database) -> AsyncIterator[tuple[Receivers, Village]]:
    """The village, with a second officer: Nga, who is an admin too."""
    async with database.write() as connection:
        village = await build(connection)
        memory = Memory(connection, database.vault)
        await memory.people.grant(village.person["nga"], Grant("officer", commune=COMMUNE), SATURDAY)
        village.scope["nga"] = await memory.people.scope(village.person["nga"])
        yield memory.receivers, village


async def draft(receivers: Receivers, scope: Scope, **values: Any) -> Listed:
    given = {"type": "account", "bin": "970418", "number": "8600000012345", "length": None, "name": "UBND XA VI THUY",
             "valid_from": TODAY, "now": SATURDAY}  # fmt: skip
    return await receivers.draft(scope, COMMUNE, **given | values)


async def announced(receivers: Receivers, village: Village, **values: Any) -> Listed:
    mine = await draft(receivers, village.scope["hoa"], **values)
    await receivers.propose(village.scope["hoa"], mine.id, SATURDAY)
    return await receivers.decide(village.scope["nga"], mine.id, SATURDAY, confirmed=True)


async def test_a_receiver_counts_only_when_a_second_officer_confirmed_it(place: tuple[Receivers, Village]) -> None:
    receivers, village = place
    mine = await draft(receivers, village.scope["hoa"])
    assert await receivers.in_force(COMMUNE, TODAY) == []
    await receivers.propose(village.scope["hoa"], mine.id, SATURDAY)
    assert await receivers.in_force(COMMUNE, TODAY) == []
    with pytest.raises(NotAllowed):
        await receivers.decide(village.scope["hoa"], mine.id, SATURDAY, confirmed=True)
    done = await receivers.decide(village.scope["nga"], mine.id, SATURDAY, confirmed=True)
    assert (done.state, done.proposer, done.decider) == ("confirmed", "hoa", "nga")
    assert [r.id for r in await receivers.in_force(COMMUNE, TODAY)] == [mine.id]
    assert await receivers.in_force(NEIGHBOUR, TODAY) == []


async def test_a_decision_is_made_once(place: tuple[Receivers, Village]) -> None:
    receivers, village = place
    done = await announced(receivers, village)
    for confirmed in (True, False):
        with pytest.raises(NotAllowed):
            await receivers.decide(village.scope["nga"], done.id, SATURDAY, confirmed=confirmed)


async def test_what_was_refused_or_ended_is_not_in_force_and_stays_in_the_list(
    place: tuple[Receivers, Village],
) -> None:
    receivers, village = place
    ended = await announced(receivers, village)
    await receivers.end(village.scope["hoa"], ended.id, SATURDAY)
    refused = await draft(receivers, village.scope["nga"], number="1")
    await receivers.propose(village.scope["nga"], refused.id, SATURDAY)
    await receivers.decide(village.scope["hoa"], refused.id, SATURDAY, confirmed=False)
    assert await receivers.in_force(COMMUNE, TODAY) == []
    states = {r.id: r.state for r in await receivers.all(village.scope["hoa"], COMMUNE, SATURDAY)}
    assert states == {ended.id: "ended", refused.id: "refused"}
    with pytest.raises(NotAllowed):
        await receivers.end(village.scope["hoa"], ended.id, SATURDAY)


async def test_days_count_from_the_first_to_the_last(place: tuple[Receivers, Village]) -> None:
    receivers, village = place
    mine = await draft(receivers, village.scope["hoa"])
    await receivers.change(village.scope["hoa"], mine.id, valid_from=TODAY + DAY, valid_to=TODAY + 2 * DAY)
    await receivers.propose(village.scope["hoa"], mine.id, SATURDAY)
    with pytest.raises(NotAllowed):  # what colleagues were asked about does not change under their eyes
        await receivers.change(village.scope["hoa"], mine.id, valid_to=TODAY + 9 * DAY)
    await receivers.decide(village.scope["nga"], mine.id, SATURDAY, confirmed=True)
    counted = [bool(await receivers.in_force(COMMUNE, TODAY + n * DAY)) for n in range(4)]
    assert counted == [False, True, True, False]


async def test_the_same_receiver_is_not_announced_twice(place: tuple[Receivers, Village]) -> None:
    receivers, village = place
    await announced(receivers, village)
    with pytest.raises(Taken):
        await draft(receivers, village.scope["nga"])
    await draft(receivers, village.scope["nga"], bin="970405")  # the same number at another bank is another account


async def test_a_new_draft_takes_the_place_of_the_one_before_it(place: tuple[Receivers, Village]) -> None:
    receivers, village = place
    first = await draft(receivers, village.scope["hoa"])
    second = await draft(receivers, village.scope["hoa"])
    assert [r.id for r in await receivers.all(village.scope["hoa"], COMMUNE, SATURDAY)] == [second.id]
    assert first.id != second.id


ACTS = ["draft", "get", "propose", "change", "drop", "decide", "end", "all"]


@pytest.mark.parametrize(("who", "act"), list(product(["an", "chi", "khánh", "minh", "oanh"], ACTS)))
async def test_only_officers_of_the_commune_reach_its_list(
    place: tuple[Receivers, Village], who: str, act: str
) -> None:
    receivers, village = place
    done = await announced(receivers, village)
    scope = village.scope[who]
    if act == "all":
        assert await receivers.all(scope, COMMUNE, SATURDAY) == []
        return
    acts: dict[str, Callable[[], Awaitable[object]]] = {
        "draft": lambda: draft(receivers, scope, number="99"),
        "get": lambda: receivers.get(scope, done.id),
        "propose": lambda: receivers.propose(scope, done.id, SATURDAY),
        "change": lambda: receivers.change(scope, done.id, valid_to=TODAY),
        "drop": lambda: receivers.drop(scope, done.id),
        "decide": lambda: receivers.decide(scope, done.id, SATURDAY, confirmed=True),
        "end": lambda: receivers.end(scope, done.id, SATURDAY),
    }
    with pytest.raises(NotAllowed):
        await acts[act]()


@pytest.mark.parametrize("act", ["get", "propose", "change", "drop"])
async def test_a_draft_is_its_officers_own(place: tuple[Receivers, Village], act: str) -> None:
    receivers, village = place
    mine = await draft(receivers, village.scope["hoa"])
    scope = village.scope["nga"]
    acts: dict[str, Callable[[], Awaitable[object]]] = {
        "get": lambda: receivers.get(scope, mine.id),
        "propose": lambda: receivers.propose(scope, mine.id, SATURDAY),
        "change": lambda: receivers.change(scope, mine.id, valid_to=TODAY),
        "drop": lambda: receivers.drop(scope, mine.id),
    }
    with pytest.raises(NotAllowed):
        await acts[act]()
    assert await receivers.all(scope, COMMUNE, SATURDAY) == []


async def test_the_database_itself_refuses_one_officer_as_both(
    place: tuple[Receivers, Village], database: Database
) -> None:
    receivers, village = place
    done = await announced(receivers, village)
    hoa = village.person["hoa"]
    with pytest.raises(IntegrityError):
        await receivers._connection.execute(receiver.update().where(receiver.c.id == done.id).values(decided_by=hoa))


async def test_drafts_nobody_sent_are_forgotten(place: tuple[Receivers, Village]) -> None:
    receivers, village = place
    await draft(receivers, village.scope["hoa"])
    assert await receivers.forget_drafts(SATURDAY) == 0
    assert await receivers.forget_drafts(SATURDAY + DAY) == 1
