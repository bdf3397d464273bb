"""Updates of one chat are never in two hands at once, in whatever order they come in."""

import datetime as dt

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.database import Database
from storage.inbox import Inbox, Incoming

NOW = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)
ALL = ["telegram"]


async def _store(database: Database, lane: str, seq: int) -> None:
    async with database.write() as connection:
        await Inbox(connection).store([Incoming("telegram", f"{lane}{seq}", lane, seq, b"x")], NOW)


async def _heads(database: Database, most: int = 10) -> list[str]:
    async with database.write() as connection:
        return [row.key for row in await Inbox(connection).heads(NOW, most, ALL)]


async def test_an_older_update_that_comes_late_waits_while_a_newer_one_is_in_hand(database: Database) -> None:
    if database.is_sqlite:
        return  # one writer: the newer one is done before anybody can look
    await _store(database, "a", 10)
    async with database.write() as connection:
        inbox = Inbox(connection)
        (row,) = await inbox.heads(NOW, 10, ALL)
        await _store(database, "a", 9)
        await _store(database, "b", 1)
        assert await _heads(database) == ["b1"]
        await inbox.done([row.id], NOW)
    assert sorted(await _heads(database)) == ["a9", "b1"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrivals=st.permutations([(lane, seq) for lane in "abc" for seq in range(3)]), most=st.integers(1, 4))
async def test_each_chat_is_taken_in_the_platforms_order(
    database: Database, arrivals: list[tuple[str, int]], most: int
) -> None:
    """Whatever the order of arrival, nothing is taken twice, and a chat's updates come oldest first."""
    for lane, seq in arrivals:
        await _store(database, lane, seq)
    taken: list[str] = []
    while True:
        async with database.write() as connection:
            inbox = Inbox(connection)
            rows = await inbox.heads(NOW, most, ALL)
            assert len({row.lane for row in rows}) == len(rows) <= most
            if not rows:
                break
            taken += [row.key for row in rows]
            waiting = {f"{lane}{seq}" for lane, seq in arrivals} - set(taken)
            assert {row.lane for row in rows if row.followed} == {r.lane for r in rows if any(
                k.startswith(r.lane) for k in waiting)}  # fmt: skip
            await inbox.done([row.id for row in rows], NOW)
    assert sorted(taken) == sorted(f"{lane}{seq}" for lane, seq in arrivals)
    for lane in "abc":
        assert [k for k in taken if k.startswith(lane)] == [f"{lane}{seq}" for seq in range(3)]
    async with database.write() as connection:
        await Inbox(connection).forget(NOW + dt.timedelta(days=1), 1000)
