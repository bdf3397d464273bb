"""The pace of sending: limits and pauses are kept whatever the order of messages."""

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import Limits, Pace, Rate

LIMITS = Limits(channel=Rate(25, 5), chat=Rate(1, 3), group=Rate(20 / 60, 20), strict_for=600)
LANES = st.sampled_from(["a", "b", "c", "d"])
STEPS = st.lists(st.tuples(LANES, st.floats(0, 3)), max_size=120)
COMPLAINTS = st.tuples(st.one_of(st.none(), LANES), st.floats(0.1, 40))


def within(sent: list[float], rate: Rate) -> bool:
    """No stretch between two messages holds more than the rate allows."""
    return all(
        j - i + 1 <= rate.per_second * (sent[j] - sent[i]) + rate.burst + 1e-6
        for i in range(len(sent))
        for j in range(i, len(sent))
    )


@given(STEPS, st.booleans())
def test_bulk_never_exceeds_the_limit_of_a_chat_or_of_the_bot(steps: list[tuple[str, float]], patient: bool) -> None:
    pace, now, sent = Pace(LIMITS, 0), 0.0, list[tuple[float, str]]()
    for lane, gap in steps:
        now += gap / 10
        wait = pace.delay(lane, True, now)
        if wait and patient:
            now += wait
            wait = pace.delay(lane, True, now)
            assert wait < 1e-6, "the time told was not enough"
        if wait == 0:
            sent.append((now, lane))
    assert within([t for t, _ in sent], LIMITS.channel)
    for lane in "abcd":
        assert within([t for t, to in sent if to == lane], LIMITS.chat)


@given(st.lists(st.one_of(COMPLAINTS, st.tuples(LANES, st.floats(0, 5), st.booleans())), max_size=80))
def test_a_pause_asked_for_is_always_kept(events: list[tuple[str | None, float] | tuple[str, float, bool]]) -> None:
    pace, now = Pace(LIMITS, 0), 0.0
    until: dict[str | None, float] = {}
    for event in events:
        if len(event) == 2:
            lane, seconds = event
            pace.told_to_wait(lane, seconds, now)
            until[lane] = max(until.get(lane, 0), now + seconds)
            continue
        to, gap, bulk = event
        now += gap
        if pace.delay(to, bulk, now) == 0:
            assert now >= until.get(to, 0) - 1e-6
            assert now >= until.get(None, 0) - 1e-6


def test_an_answer_leaves_at_once_until_the_platform_complains() -> None:
    pace = Pace(LIMITS, 0)
    assert [pace.delay("a", False, 0) for _ in range(40)] == [0] * 40
    pace.told_to_wait("a", 5, 0)
    assert pace.delay("a", False, 4.9) > 0
    assert pace.delay("b", False, 4.9) == 0, "another chat is not held back"
    gone = [pace.delay("a", False, 10) == 0 for _ in range(6)]
    assert gone == [True] * 3 + [False] * 3, "paced after the complaint"
    assert [pace.delay("a", False, 700) for _ in range(6)] == [0] * 6, "trusted again after ten minutes"


def test_answers_take_the_room_of_bulk_messages() -> None:
    pace = Pace(LIMITS, 0)
    for i in range(10):
        assert pace.delay(str(i), False, 0) == 0
    assert pace.delay("x", True, 0) > 0


def test_a_group_is_written_to_less_often() -> None:
    pace = Pace(LIMITS, 0)
    sent = sum(pace.delay("g", True, t / 10, group=True) == 0 for t in range(1200))
    assert 55 <= sent <= 60


def test_chats_no_longer_written_to_are_forgotten() -> None:
    pace = Pace(LIMITS, 0)
    for i in range(10_000):
        pace.delay(str(i), False, float(i))
    assert len(pace._lanes) < 50
