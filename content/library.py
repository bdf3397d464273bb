"""The shelves: guides, facts and sources, read once at the start and never changed."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Self

from content.guide import Fact, Guide, Problem, Source, Step
from content.reading import Entry, KnowledgeError, M, Page, parse, read

MENTION = re.compile(r"\{\{\s*(.*?)\s*\}\}")
"""A fact mentioned in a text."""


@dataclass(slots=True)
class Stock:
    """Everything a content folder holds, as far as it could be read, with where it is written."""

    guides: list[Entry[Guide]] = field(default_factory=list)
    facts: list[Entry[Fact]] = field(default_factory=list)
    sources: list[Entry[Source]] = field(default_factory=list)
    menu: Page | None = None
    pages: list[Page] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    """Ids of all guides, facts and sources, the unreadable ones too: a reference to these is no second mistake."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """All files of the folder; what is wrong with them goes into `problems`."""
        stock = cls()
        for path in sorted((folder / "guides").glob("*.yaml")):
            stock.named.add(path.stem)
            if page := stock._page(path, folder):
                stock._take(stock.guides, parse(page, Guide))
        stock._take_all(stock.facts, Fact, folder / "facts.yaml", folder)
        stock._take_all(stock.sources, Source, folder / "sources.yaml", folder)
        stock.menu = stock._page(folder / "menu.yaml", folder)
        stock._list(stock.menu)
        stock.problems += [*_twice(stock.guides), *_twice(stock.facts), *_twice(stock.sources)]
        return stock

    def order(self) -> list[str]:
        """Slugs in the order of the menu."""
        return [str(slug) for slug in self.menu.data] if self.menu and isinstance(self.menu.data, list) else []

    def _page(self, path: Path, folder: Path) -> Page | None:
        try:
            page = read(path, folder)
        except KnowledgeError as error:
            self.problems.append(error.problem)
            return None
        self.pages.append(page)
        return page

    def _list(self, page: Page | None) -> list[object]:
        if page is None or isinstance(page.data, list):
            return page.data if page else []
        self.problems.append(page.problem("Tệp này phải là một danh sách.", "Mỗi mục bắt đầu bằng «- »."))
        return []

    def _take_all(self, shelf: list[Entry[M]], model: type[M], path: Path, folder: Path) -> None:
        page = self._page(path, folder)
        for place, item in enumerate(self._list(page)):
            if page is not None:
                self.named.add(str(item.get("id")) if isinstance(item, Mapping) else "")
                self._take(shelf, parse(page, model, place))

    def _take(self, shelf: list[Entry[M]], parsed: Entry[M] | list[Problem]) -> None:
        if isinstance(parsed, Entry):
            shelf.append(parsed)
        else:
            self.problems += parsed


@dataclass(frozen=True, slots=True)
class Library:
    """Guides, facts and sources by their ids."""

    guides: Mapping[str, Guide]
    """All guides in menu order, in force or not."""
    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What the content folder holds. Raises KnowledgeError with the first mistake: nothing is half loaded."""
        return cls.of(Stock.read(folder))

    @classmethod
    def of(cls, stock: Stock) -> Self:
        """The library of a stock. Raises KnowledgeError when something in it could not be read."""
        if stock.problems:
            raise KnowledgeError(stock.problems[0])
        order = {slug: place for place, slug in enumerate(stock.order())}
        guides = {e.record.id: e.record for e in stock.guides}
        ordered = sorted(guides, key=lambda slug: (order.get(slug, len(order)), slug))
        return cls(
            MappingProxyType({slug: guides[slug] for slug in ordered}),
            MappingProxyType({e.record.id: e.record for e in stock.facts}),
            MappingProxyType({e.record.id: e.record for e in stock.sources}),
        )

    def all(self, day: dt.date) -> list[Guide]:
        """The guides in force on that day, in menu order."""
        return [guide for guide in self.guides.values() if guide.in_force(day)]

    def get(self, slug: str) -> Guide | None:
        """The guide of that id, in force or not: somebody may still be in the middle of it."""
        return self.guides.get(slug)

    def words(self, text: str, day: dt.date) -> str:
        """The text with facts in place of `{{ id }}`, as of that day. Raises KeyError for an unknown fact."""
        return MENTION.sub(lambda mention: self.facts[mention[1]].shown(day), text)

    def sources_of(self, guide: Guide, step: Step | None = None) -> list[Source]:
        """Where the step was read, or the guide when no step is given or the step names none. Raises KeyError."""
        ids = step.sources if step is not None and step.sources else guide.sources
        return [self.sources[source_id] for source_id in ids]


def _twice(entries: Sequence[Entry[Guide]] | Sequence[Entry[Fact]] | Sequence[Entry[Source]]) -> Iterator[Problem]:
    """Entries whose id another one has already."""
    seen: dict[str, str] = {}
    for entry in entries:
        name, page = entry.record.id, entry.page
        if name in seen:
            what = f"Mã «{name}» đã có ở {seen[name]}."
            yield page.problem(what, "Đặt mã khác, hoặc bỏ bớt một.", *entry.way, "id")
        seen.setdefault(name, f"{page.file}:{page.line(entry.way)}")
