"""What a sentence was read as: one assistance, without any name, and what is still to be asked."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Card:
    """One assistance. What was not said is None or empty."""

    date: dt.date | None
    """None when a day was spoken of that may be one of several."""
    people: int | None
    """Lượt: those helped, neither helpers nor bystanders."""
    contents: Mapping[str, int | None] = field(default_factory=dict)
    """One content alone has all the people; of several, those told apart have theirs."""
    time: str | None = None
    """sáng, trưa, chiều, tối or HH:MM."""
    hamlet: str | None = None
    place: str | None = None
    dossiers: int | None = None
    payments: int | None = None
    results: Mapping[str, int] = field(default_factory=dict)
    """Add up to `people`, or empty."""
    outcome: str | None = None
    """The result of all of them, when their number is not known yet."""
    minutes: int | None = None
    groups: Mapping[str, int | None] = field(default_factory=dict)
    """How many of each group; None is all of them."""
    procedures: tuple[str, ...] = ()
    """Guides' names of the procedures whose dossiers were filed."""
    ask: tuple[str, ...] = ()
    """The fields that are in doubt, in the order they are asked about."""

    def as_json(self) -> dict[str, Any]:
        """As `log parse` prints it."""
        return {
            "date": self.date.isoformat() if self.date else None, "time": self.time, "hamlet": self.hamlet,
            "place": self.place, "people": self.people,
            "contents": [{"code": code, "people": people} for code, people in self.contents.items()],
            "dossiers": self.dossiers, "payments": self.payments, "results": dict(self.results),
            "minutes": self.minutes, "groups": list(self.groups), "ask": list(self.ask),
        }  # fmt: skip
