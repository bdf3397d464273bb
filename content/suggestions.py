"""To which section of a report a member's note is suggested, by words in content/data/notes.yaml."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from pydantic import Field

from content.folding import fold
from content.guide import Model
from content.reading import Entry, KnowledgeError, parse, read

Section = Literal["kien_nghi", "nhiem_vu", "kho_khan"]


class _Notes(Model):
    """The file: words of each section, in the order in which the sections are tried."""

    kien_nghi: tuple[str, ...] = Field(min_length=1)
    nhiem_vu: tuple[str, ...] = Field(min_length=1)
    kho_khan: tuple[str, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The sections with what their notes say."""

    sections: tuple[tuple[Section, re.Pattern[str]], ...]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The words in data/notes.yaml. Raises KnowledgeError with the first mistake."""
        parsed = parse(read(folder / "data" / "notes.yaml", folder), _Notes)
        if not isinstance(parsed, Entry):
            raise KnowledgeError(parsed[0])
        found = parsed.record
        named: tuple[tuple[Section, tuple[str, ...]], ...] = (
            ("kien_nghi", found.kien_nghi), ("nhiem_vu", found.nhiem_vu), ("kho_khan", found.kho_khan),
        )  # fmt: skip
        return cls(tuple((name, _any_of(words)) for name, words in named))

    def section(self, note: str, *, finished: bool) -> Section | None:
        """Where a note belongs, None for one that is suggested nowhere; `finished`: its help came to its end."""
        said = fold(note)
        for name, words in self.sections:
            if words.search(said):
                return name
        return None if finished else "kho_khan"


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(re.escape(fold(word)) for word in words)})\b")
