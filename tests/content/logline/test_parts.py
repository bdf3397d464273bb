"""Plain sentences put together of parts: whatever stands beside whom, nobody is counted wrong unasked."""

import pytest

from tests.bench.parts import Made, sentences, wrong
from tests.content.logline.sentences import log_reader

MADE = list(sentences(seed=11, n=400))
MOST_WRONG = 0.06
"""Of them so many may be read wrong in some field; it was 0.17 before they were first looked at."""


@pytest.mark.parametrize("made", MADE[:150], ids=lambda made: made.sentence.text)
def test_nobody_is_counted_wrong_unasked(made: Made) -> None:
    """Neither one more nor one fewer, where all was plain."""
    assert not wrong(log_reader(), made)[1]


def test_nearly_all_are_read_whole() -> None:
    """Parts that are plain by themselves are plain together."""
    bad = [made.sentence.text for made in MADE if wrong(log_reader(), made)[0]]
    assert len(bad) <= MOST_WRONG * len(MADE), "\n".join(bad)
