"""What people type at a step instead of pressing: done, stuck, not yet, or a nod that may mean anything."""

import re
from typing import Literal

Meaning = Literal["done", "stuck", "not yet", "onward"]

DONE = frozenset({"xong", "xong roi", "roi", "duoc roi", "lam xong", "lam xong roi", "lam roi", "xong het roi"})
STUCK = frozenset(
    {
        "ket",
        "bi ket",
        "ket roi",
        "van ket",
        "van bi ket",
        "khong duoc",
        "van khong duoc",
        "chua duoc",
        "van chua duoc",
    }
)
NOT_YET = frozenset({"chua", "chua xong", "chua lam xong", "chua roi"})
ONWARD = frozenset({"", "duoc", "tiep", "tiep tuc", "tiep theo", "buoc tiep", "buoc tiep theo"})
"""Said to go on, though it may mean no more than "I am listening"; the empty one is a nod and nothing else."""
_NODS = frozenset({"ok", "oke", "okay", "da", "vang", "u", "uh", "a", "nhe", "nha"})
_FIGURE = re.compile(r"[-+]?\d{1,4}(?:[.,]\d+)?")


def meaning(said: str) -> Meaning | None:
    """What the folded words mean at a step, nods and politeness left aside; None for anything else."""
    bare = " ".join(word for word in said.split() if word not in _NODS)
    if not said:
        return None
    found: dict[Meaning, frozenset[str]] = {"done": DONE, "stuck": STUCK, "not yet": NOT_YET, "onward": ONWARD}
    return next((meant for meant, words in found.items() if bare in words), None)


def is_figure(text: str) -> bool:
    """Whether the text is a bare figure ("-1", "1.5"): nobody's question, and no press unless it was offered."""
    return _FIGURE.fullmatch(text.strip()) is not None
