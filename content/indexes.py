"""Indexes other agencies score and publish: their names and how many points there are. We compute none of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Self

from pydantic import Field, RootModel

from content.guide import Model, Slug
from content.reading import Entry, KnowledgeError, parse, read


class Index(Model):
    """One published figure."""

    name: str = Field(min_length=3, max_length=60)
    max: int | None = Field(default=None, gt=0)
    """The most points there are, as the decision that sets it says."""
    province: bool = False
    """Published of provinces alone."""


class _File(RootModel[dict[Slug, Index]]):
    """The file: indexes by code, in the order they are offered."""


@dataclass(frozen=True, slots=True)
class Indexes:
    """The indexes by code."""

    by_code: Mapping[str, Index]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Those of data/indexes.yaml. Raises KnowledgeError with the first mistake."""
        parsed = parse(read(folder / "data" / "indexes.yaml", folder), _File)
        if not isinstance(parsed, Entry):
            raise KnowledgeError(parsed[0])
        return cls(MappingProxyType(dict(parsed.record.root)))

    def name(self, code: str) -> str:
        """What an index is called; one we do not know any more by its code."""
        found = self.by_code.get(code)
        return found.name if found else code

    def most(self, code: str) -> int | None:
        """The most points there are; None where nobody says."""
        found = self.by_code.get(code)
        return found.max if found else None

    def of(self, *, province: bool) -> list[str]:
        """The codes published of communes, or of provinces."""
        return [code for code, index in self.by_code.items() if province or not index.province]
