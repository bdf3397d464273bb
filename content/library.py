"""The shelves: guides, procedures, facts and sources, read once at the start and never changed."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Self, TypeVar

from content.guide import Fact, Guide, Problem, Shelf, Source, Step
from content.local import Override, Overrides
from content.procedure import Clarify, Procedure, Waiver
from content.reading import Entry, KnowledgeError, M, Page, parse, read

MENTION = re.compile(r"\{\{\s*(.*?)\s*\}\}")
"""A fact mentioned in a text."""


@dataclass(slots=True)
class Stock:
    """Everything a content folder holds, as far as it could be read, with where it is written."""

    guides: list[Entry[Guide]] = field(default_factory=list)
    procedures: list[Entry[Procedure]] = field(default_factory=list)
    clarifies: list[Entry[Clarify]] = field(default_factory=list)
    waivers: list[Entry[Waiver]] = field(default_factory=list)
    overrides: list[Entry[Override]] = field(default_factory=list)
    facts: list[Entry[Fact]] = field(default_factory=list)
    sources: list[Entry[Source]] = field(default_factory=list)
    shelves: list[Entry[Shelf]] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    """Ids of everything that has one, the unreadable ones too: a reference to these is no second mistake."""

    @classmethod
    def read(cls, folder: Path, own: Path | None = None) -> Self:
        """All files of the folder, and of the operator's `own` folder of overrides: his file for a place takes the
        place of ours. What is wrong with them goes into `problems`.
        """
        stock = cls()
        stock._take_files(stock.guides, Guide, folder / "guides", folder)
        stock._take_files(stock.procedures, Procedure, folder / "procedures", folder)
        stock._take_files(stock.overrides, Override, folder / "overrides", folder)
        if own is not None:
            stock._take_files(stock.overrides, Override, own, own)
        stock._take_all(stock.clarifies, Clarify, folder / "clarify.yaml", folder)
        stock._take_all(stock.waivers, Waiver, folder / "waivers.yaml", folder)
        stock._take_all(stock.facts, Fact, folder / "facts.yaml", folder)
        stock._take_all(stock.sources, Source, folder / "sources.yaml", folder)
        stock._take_all(stock.shelves, Shelf, folder / "menu.yaml", folder)
        stock.problems += [*_twice(stock.guides), *_twice(stock.procedures), *_twice(stock.clarifies)]
        stock.problems += [*_twice(stock.waivers), *_twice(stock.facts), *_twice(stock.sources)]
        return stock

    def order(self) -> list[str]:
        """Slugs in the order of the menu."""
        return [slug for shelf in self.shelves for slug in shelf.record.guides]

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

    def _take_files(self, shelf: list[Entry[M]], model: type[M], where: Path, folder: Path) -> None:
        """One record a file, named after it."""
        for path in sorted(where.glob("*.yaml")):
            self.named.add(path.stem)
            if page := self._page(path, folder):
                self._take(shelf, parse(page, model))

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
    """Everything that has an id, by its id."""

    guides: Mapping[str, Guide]
    """All guides in menu order, in force or not."""
    procedures: Mapping[str, Procedure]
    """All procedures, those asked for most first within their group."""
    clarifies: Mapping[str, Clarify]
    waivers: Mapping[str, Waiver]
    overrides: Overrides
    shelves: Mapping[str, Shelf]
    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]
    serving: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    """For each intent the guides and the procedures that answer it."""

    @classmethod
    def load(cls, folder: Path, own: Path | None = None) -> Self:
        """What the content folder and the operator's own overrides hold. Raises KnowledgeError with the first
        mistake: nothing is half loaded.
        """
        return cls.of(Stock.read(folder, own))

    @classmethod
    def of(cls, stock: Stock) -> Self:
        """The library of a stock. Raises KnowledgeError when something in it could not be read."""
        if stock.problems:
            raise KnowledgeError(stock.problems[0])
        order = {slug: place for place, slug in enumerate(stock.order())}
        guides = sorted((e.record for e in stock.guides), key=lambda g: (order.get(g.id, len(order)), g.id))
        procedures = sorted((e.record for e in stock.procedures), key=lambda p: (p.rank, p.title))
        return cls(
            guides=_by_id(guides),
            procedures=_by_id(procedures),
            clarifies=_by_id(e.record for e in stock.clarifies),
            waivers=_by_id(e.record for e in stock.waivers),
            overrides=Overrides(e.record for e in stock.overrides),
            shelves=_by_id(e.record for e in stock.shelves),
            facts=_by_id(e.record for e in stock.facts),
            sources=_by_id(e.record for e in stock.sources),
            serving=_serving(guides, procedures),
        )

    def all(self, day: dt.date) -> list[Guide]:
        """The guides in force on that day, in menu order."""
        return [guide for guide in self.guides.values() if guide.in_force(day)]

    def on_shelf(self, shelf: str, day: dt.date) -> list[Guide]:
        """The guides of a shelf in force on that day; those on no shelf are on the last one."""
        placed = {slug for s in self.shelves.values() for slug in s.guides}
        last = [shelf] == [*self.shelves][-1:]
        loose = [g for g in self.all(day) if last and g.id not in placed and g.procedure is None]
        found = self.shelves.get(shelf)
        return [g for g in self.all(day) if found and g.id in found.guides] + loose

    def get(self, slug: str) -> Guide | None:
        """The guide of that id, in force or not: somebody may still be in the middle of it."""
        return self.guides.get(slug)

    def procedure(self, slug: str, day: dt.date) -> Procedure | None:
        """The procedure of that id, if it may be shown on that day."""
        found = self.procedures.get(slug)
        return found if found is not None and found.in_force(day) else None

    def in_group(self, group: str, day: dt.date) -> list[Procedure]:
        """The procedures of a group that may be shown on that day, those asked for most first."""
        return [p for p in self.procedures.values() if p.group == group and p.in_force(day)]

    def guides_for(self, procedure: str, day: dt.date) -> list[Guide]:
        """The guides that walk through the filing of that procedure."""
        return [guide for guide in self.all(day) if guide.procedure == procedure]

    def for_intent(self, intent: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Ids of the guides and of the procedures that answer an intent, the likeliest first; in force or not."""
        return self.serving.get(intent, ((), ()))

    def words(self, text: str, day: dt.date) -> str:
        """The text with facts in place of `{{ id }}`, as of that day. Raises KeyError for an unknown fact."""
        return MENTION.sub(lambda mention: self.facts[mention[1]].shown(day), text)

    def sources_of(self, guide: Guide, step: Step | None = None) -> list[Source]:
        """Where the step was read, or the guide when no step is given or the step names none. Raises KeyError."""
        ids = step.sources if step is not None and step.sources else guide.sources
        return [self.sources[source_id] for source_id in ids]


R = TypeVar("R", Guide, Procedure, Clarify, Waiver, Shelf, Fact, Source)


def _by_id(records: Iterable[R]) -> Mapping[str, R]:
    return MappingProxyType({record.id: record for record in records})


def _serving(
    guides: Iterable[Guide], procedures: Iterable[Procedure]
) -> Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    found: dict[str, tuple[list[str], list[str]]] = {}
    for guide in guides:
        for intent in guide.intents:
            found.setdefault(intent, ([], []))[0].append(guide.id)
    for procedure in procedures:
        for intent in procedure.intents:
            found.setdefault(intent, ([], []))[1].append(procedure.id)
    return MappingProxyType({intent: (tuple(g), tuple(p)) for intent, (g, p) in found.items()})


def _twice(entries: Sequence[Entry[R]]) -> Iterator[Problem]:
    """Entries whose id another one has already."""
    seen: dict[str, str] = {}
    for entry in entries:
        name, page = entry.record.id, entry.page
        if name in seen:
            what = f"Mã «{name}» đã có ở {seen[name]}."
            yield page.problem(what, "Đặt mã khác, hoặc bỏ bớt một.", *entry.way, "id")
        seen.setdefault(name, f"{page.file}:{page.line(entry.way)}")
