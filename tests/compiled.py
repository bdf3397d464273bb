"""Statements compiled once a process: each test has an engine of its own, and a fifth of its time went into that."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache


def share() -> None:
    """Every engine made from now on finds what any of its kind has compiled, as in a program that runs on."""
    compiled: LRUCache[Any, Any] = LRUCache(5000)
    begin = sa.Engine.__init__

    def begin_sharing(engine: sa.Engine, *arguments: Any, **more: Any) -> None:
        begin(engine, *arguments, **more)
        engine._compiled_cache = compiled

    sa.Engine.__init__ = begin_sharing  # type: ignore[assignment, method-assign]
    # The dialect is a part of the key; ours are set up alike wherever they are of one class.
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
