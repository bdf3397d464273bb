"""Whatever the layout, the same members are read of a list, and each mistake is told of its own row."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from content.knowledge import FOLDER
from content.roster.people import read_roster
from content.roster.words import Words
from tests.content.roster.maker import make

WORDS = Words.load(FOLDER)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_the_same_members_are_read_in_any_layout(seed: int) -> None:
    made = make(Random(seed))
    roster = read_roster(made.data, WORDS)
    assert [(p.name, p.hamlet, p.role, p.phone) for p in roster.people] == made.people
    assert [(p.row, p.kind) for p in roster.problems] == made.problems
    assert not any(p.blocks for p in roster.problems)
    assert roster.members == len(made.people)
    assert len(roster.teams) == made.teams
