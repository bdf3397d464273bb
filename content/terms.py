"""What people call the codes: contents, places, results and groups of assistances, and roles."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Self

from pydantic import Field

from content.guide import Model
from content.reading import Entry, KnowledgeError, parse, read

TermKind = Literal["content", "place", "result", "group", "role"]


class Term(Model):
    """The two names of one code."""

    short: str = Field(min_length=1, max_length=34)
    """For a button."""
    full: str = Field(min_length=1, max_length=80)
    """For sentences and reports."""


class _Terms(Model):
    """The file: codes in the order they are offered."""

    content: dict[str, Term] = Field(min_length=1)
    place: dict[str, Term] = Field(min_length=1)
    result: dict[str, Term] = Field(min_length=1)
    group: dict[str, Term] = Field(min_length=1)
    role: dict[str, Term] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """Vietnamese names of codes, in display order."""

    kinds: Mapping[TermKind, Mapping[str, Term]]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The names in terms.yaml. Raises KnowledgeError with the first mistake."""
        parsed = parse(read(folder / "terms.yaml", folder), _Terms)
        if not isinstance(parsed, Entry):
            raise KnowledgeError(parsed[0])
        kinds: dict[TermKind, Mapping[str, Term]] = {
            "content": parsed.record.content, "place": parsed.record.place, "result": parsed.record.result,
            "group": parsed.record.group, "role": parsed.record.role,
        }  # fmt: skip
        return cls(MappingProxyType({kind: MappingProxyType(dict(terms)) for kind, terms in kinds.items()}))

    def label(self, kind: TermKind, code: str) -> str:
        """The short name, at most 34 characters. Raises KeyError for an unknown code."""
        return self.kinds[kind][code].short

    def full(self, kind: TermKind, code: str) -> str:
        """The name for sentences and reports. Raises KeyError for an unknown code."""
        return self.kinds[kind][code].full

    def told(self, kind: TermKind, code: str) -> str:
        """The name for reports; a code that another version knew stands as it is."""
        known = self.kinds[kind].get(code)
        return known.full if known else code

    def codes(self, kind: TermKind) -> list[str]:
        """The codes of that kind in the order they are offered."""
        return list(self.kinds[kind])
