"""A short fire, for every run of the tests; the long one is `make torture`."""

import pytest

from tests.databases import Shared
from tests.torture import zalo
from tests.torture.model import fits
from tests.torture.scenario import Plan, torture


@pytest.fixture
def reachable(engine: str, request: pytest.FixtureRequest) -> str:
    """The engine; skips where there is no server of it."""
    if engine == "postgres":
        request.getfixturevalue("postgres_shared")
    return engine


async def test_killed_programs_lose_and_double_nothing(reachable: str) -> None:
    processes = 3 if reachable == "postgres" else 1
    outcome = await torture(Plan(reachable, processes, updates=200, people=20, kills=3))
    assert not outcome.broken, outcome.logs
    assert outcome.counted["kills"] == 3


async def test_an_official_account_under_fire_loses_and_doubles_nothing(postgres_shared: Shared) -> None:
    plan = zalo.Plan(
        processes=2, people=6, acts=40, kills=1, rotations=3, crowded=False, outage=1.0, closed=2, patience=2.0
    )
    outcome = await zalo.torture(plan)
    assert not outcome.broken, outcome.logs
    assert outcome.counted["held while the window was closed"] == 2
    assert outcome.counted["pairs fetched"] >= 2


@pytest.mark.parametrize(
    ("expected", "received", "right"),
    [
        ([("a", "sent"), ("b", "sent")], ["a", "b"], True),
        ([("a", "sent"), ("b", "sent")], ["b", "a"], False),
        ([("a", "sent"), ("b", "sent")], ["a"], False),
        ([("a", "sent"), ("b", "sent")], ["a", "b", "b"], False),
        ([("a", "sent"), ("b", "unknown"), ("c", "sent")], ["a", "c"], True),
        ([("a", "sent"), ("b", "unknown"), ("c", "sent")], ["a", "b", "c"], True),
        ([("a", "sent"), ("b", "unknown"), ("c", "sent")], ["a", "b", "b", "c"], False),
        ([("a", "unknown"), ("a", "sent")], ["a"], True),
        ([("a", "parked")], ["a"], False),
        ([("a", "queued")], [], True),
    ],
)
def test_only_a_send_of_unknown_outcome_may_be_missing_and_none_comes_twice(
    expected: list[tuple[str, str]], received: list[str], right: bool
) -> None:
    assert (fits(expected, received) is None) is right
