"""All the knowledge in one hand: words, guides, desk, places, guard, codes, terms, holidays; read once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Self

from content.asking.desk import Desk
from content.freshness import Freshness
from content.indexes import Indexes
from content.library import Library
from content.logline import LogReader
from content.messages import Messages
from content.opening import Opening
from content.places import Places
from content.qr import Codes
from content.roster import Words
from content.safety import Safety
from content.suggestions import Suggestions
from content.terms import Terms
from content.workdays import Workdays

FOLDER = Path(__file__).parent
"""The knowledge that comes with the program."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What conversations know; shared by all of them and never changed."""

    messages: Messages
    library: Library
    desk: Desk
    places: Places
    safety: Safety
    codes: Codes
    terms: Terms
    workdays: Workdays
    opening: Opening
    suggestions: Suggestions
    freshness: Freshness
    indexes: Indexes
    log_reader: Callable[[], LogReader]
    """Reads its words at the first sentence somebody logs: a third of all the reading at a start."""
    list_words: Callable[[], Words]
    """Read with the first list of members."""

    @property
    def log(self) -> LogReader:
        """Reads what members write about help given. Raises KnowledgeError at the first use of broken words."""
        return self.log_reader()

    @property
    def lists(self) -> Words:
        """How offices write lists of members. Raises KnowledgeError at the first use of broken words."""
        return self.list_words()

    @classmethod
    def load(cls, folder: Path | None = None, overrides: Path | None = None) -> Self:
        """The knowledge in that folder (by default the program's own), with the operator's folder of overrides.

        Raises KnowledgeError naming file and line, and what Places.load and Safety.load raise.
        """
        folder = folder or FOLDER
        library = Library.load(folder, overrides)
        return cls(
            messages=Messages(folder / "messages"),
            library=library,
            desk=Desk.load(folder, library),
            places=Places.load(folder / "data" / "units.json.gz"),
            safety=Safety.load(folder / "data" / "safety.yaml"),
            codes=Codes.load(folder),
            terms=Terms.load(folder),
            workdays=Workdays.load(folder),
            opening=Opening.load(folder),
            suggestions=Suggestions.load(folder),
            freshness=Freshness.load(folder),
            indexes=Indexes.load(folder),
            log_reader=cache(partial(LogReader.load, folder)),
            list_words=cache(partial(Words.load, folder)),
        )
