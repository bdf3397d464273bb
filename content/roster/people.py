"""Makes members of the rows of a list, and says of each row what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from content.folding import clean, fold
from content.roster import places
from content.roster.book import Cell, Refused, open_book
from content.roster.heads import find_head
from content.roster.names import dangerous, may_be_one, name_key, read_name
from content.roster.phones import read_phones
from content.roster.rows import Row, rows_of
from content.roster.words import Words

MEMBER = "Thành viên"
Kind = Literal[
    "phone_bad", "phone_two", "phone_missing", "name_missing", "name_suspect", "duplicate", "same_phone", "namesake",
    "hamlet_missing", "formula_empty", "formula_error",
]  # fmt: skip
BLOCKING = frozenset({"name_missing", "name_suspect", "duplicate"})
"""Rows with one of these make no member; so does a formula that gives no name."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row."""

    sheet: str
    row: int
    kind: Kind
    blocks: bool
    about: str = ""
    """What the problem is about: name, phone or hamlet."""
    other: int | None = None
    """The row it is in conflict with."""


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody in a team; the same `member` is the same person in every team he is in."""

    member: int
    sheet: str
    row: int
    name: str
    hamlet: str | None
    team: str | None
    """None when neither the row nor anything around it says one, though others of the list have one."""
    role: str
    phone: str | None
    birth: str = ""
    """Only to tell people of one name apart; never kept."""


@dataclass(slots=True)
class Roster:
    """A list as read."""

    problems: list[Problem] = field(default_factory=list)
    people: list[Membership] = field(default_factory=list)

    @property
    def members(self) -> int:
        """Distinct people."""
        return len({p.member for p in self.people})

    @property
    def teams(self) -> list[str]:
        """In the order of the list."""
        return list(dict.fromkeys(p.team for p in self.people if p.team))

    @property
    def hamlets(self) -> list[str]:
        """In the order of the list."""
        return list(dict.fromkeys(p.hamlet for p in self.people if p.hamlet))


def read_roster(data: bytes, words: Words) -> Roster:
    """The list in a file of bytes. Raises Refused when it cannot be one."""
    sheets = open_book(data)
    if not any(sheet.rows for sheet in sheets):
        raise Refused("empty")
    rows = [row for sheet in sheets for row in rows_of(sheet, words)]
    if not rows:
        heads = any(find_head(sheet, 1, words) for sheet in sheets)
        raise Refused("nobody" if heads else "no_names")
    reader = _Reader(words)
    for row in rows:
        reader.take(row)
    return reader.roster


@dataclass(slots=True)
class _Person:
    """Somebody met in the list."""

    number: int
    name: str
    row: int
    phones: set[str]
    births: set[str]
    teams: set[str]
    hamlets: set[str]


class _Reader:
    """Takes row after row and knows who was met before."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self.roster = Roster()
        self._known: list[_Person] = []
        self._by_name: dict[str, list[_Person]] = {}
        self._by_phone: dict[str, list[_Person]] = {}
        self._spelling: dict[str, str] = {}

    def take(self, row: Row) -> None:
        """One row: a member, or a problem that keeps it from being one."""
        name, beside = self._name(row)
        if name is None:
            return
        phone = self._phone(row)
        team, hamlet = self._place(row)
        role = self._role([*row.duties, beside])
        person, is_new = self._person(row, name, phone, team, hamlet)
        key = places.place_key(team or "", self._words)
        if not is_new and key in person.teams:
            self._problem(row, "duplicate", about="name", other=person.row)
            return
        person.teams.add(key)
        self.roster.people.append(
            Membership(person.number, row.sheet, row.number, person.name, hamlet, team, role, phone, row.birth)
        )

    def _problem(self, row: Row, kind: Kind, *, about: str = "", other: int | None = None) -> None:
        blocks = kind in BLOCKING or (about == "name" and kind in ("formula_empty", "formula_error"))
        self.roster.problems.append(Problem(row.sheet, row.number, kind, blocks, about, other))

    # --- the cells --------------------------------------------------------------------------------------------

    def _name(self, row: Row) -> tuple[str | None, str]:
        """The name and what stood beside it; None when the row makes no member."""
        cell = row.name
        if dangerous(cell.formula):
            self._problem(row, "name_suspect", about="name")
        elif not self._formula(row, cell, "name"):
            if row.broken is not None:
                self._formula(row, row.broken, "joined")
            read = read_name(cell.lines, self._words)
            if read.suspect or cell.number:
                self._problem(row, "name_suspect", about="name")
            elif not read.text:
                self._problem(row, "name_missing", about="name")
            else:
                return read.text, read.beside
        return None, ""

    def _formula(self, row: Row, cell: Cell, about: str) -> bool:
        """Whether a cell shows nothing useful because its formula gave nothing or an error: told as a problem."""
        if cell.error:
            self._problem(row, "formula_error", about=about)
        elif cell.empty and cell.formula is not None:
            self._problem(row, "formula_empty", about=about)
        else:
            return False
        return True

    def _phone(self, row: Row) -> str | None:
        if not row.phones:
            return None
        troubled = [self._formula(row, cell, "phone") for cell in row.phones]
        found = [read_phones(c.text, c.lines) for c, bad in zip(row.phones, troubled, strict=True) if not bad]
        first = next((p.first for p in found if p.first), None)
        if any(len(p.found) > 1 for p in found):
            self._problem(row, "phone_two", about="phone")
        elif first is None and any(p.bad for p in found):
            self._problem(row, "phone_bad", about="phone")
        elif first is None and not any(troubled):
            self._problem(row, "phone_missing", about="phone")
        return first

    def _place(self, row: Row) -> tuple[str | None, str | None]:
        """The team and the hamlet: of the row itself, else of the heading above it, else one from the other."""
        told = "" if self._formula(row, row.team, "team") else row.team.text
        troubled = self._formula(row, row.hamlet, "hamlet")
        said = "" if troubled or not self._harmless(row.hamlet.text) else row.hamlet.text
        if said and not told and places.is_team(said, self._words):
            told, said = said, places.place_in(said, self._words) or ""
        hamlet = places.hamlet_of(said, row.kind, self._words) if said else ""
        if not hamlet and row.asks_hamlet and not troubled:
            self._problem(row, "hamlet_missing", about="hamlet")
        team = self._team(told, hamlet, row)
        hamlet = hamlet or places.place_in(told, self._words) or row.heading_hamlet or ""
        return team and self._spelled(team), self._spelled(places.spelled(hamlet, self._words)) if hamlet else None

    def _team(self, told: str, hamlet: str, row: Row) -> str | None:
        words = self._words
        if told and self._harmless(told):
            if places.is_team(told, words) or not places.place_in(told, words, alone=True):
                return places.spelled(places.without_mark(told), words)
            hamlet = hamlet or told
        elif row.heading_team:
            return row.heading_team
        place = hamlet or row.heading_hamlet or ""
        if not place:
            return words.team_name if row.general else None
        return f"{words.team_name} {places.inside(place, words)}"

    @staticmethod
    def _harmless(text: str) -> bool:
        return not text.startswith(("=", "+", "@")) and "<" not in text

    def _spelled(self, place: str) -> str:
        """The first spelling met of a team or a hamlet."""
        return self._spelling.setdefault(places.place_key(place, self._words), place)

    def _role(self, said: Sequence[str]) -> str:
        return next((duty for text in said if (duty := self._words.duty(fold(text)))), MEMBER)

    # --- who it is --------------------------------------------------------------------------------------------

    def _person(
        self, row: Row, name: str, phone: str | None, team: str | None, hamlet: str | None
    ) -> tuple[_Person, bool]:
        """The person of a row, and whether he is met for the first time."""
        key, birth = name_key(name), clean(row.birth)
        sharing = self._by_phone.get(phone, []) if phone else []
        named = self._by_name.get(key, [])
        found = next((p for p in sharing if may_be_one(p.name, name)), None)
        if found is None:
            place = places.place_key(hamlet or "", self._words)
            where = (places.place_key(team or "", self._words), place)
            found = next((p for p in named if self._same(p, phone, birth, where)), None)
            if found is None and named:
                self._problem(row, "namesake", about="name", other=named[0].row)
            if found is None and sharing:
                self._problem(row, "same_phone", about="phone", other=sharing[0].row)
        is_new = found is None
        person = found or _Person(len(self._known), name, row.number, set(), set(), set(), set())
        if is_new:
            self._known.append(person)
            self._by_name.setdefault(key, []).append(person)
        if phone and phone not in person.phones:
            person.phones.add(phone)
            self._by_phone.setdefault(phone, []).append(person)
        person.births |= {birth} - {""}
        person.hamlets |= {places.place_key(hamlet or "", self._words)} - {""}
        return person, is_new

    @staticmethod
    def _same(person: _Person, phone: str | None, birth: str, where: tuple[str, str]) -> bool:
        """Whether somebody of the same name is the same: born on the same day, or nothing speaks against it."""
        if birth and person.births:
            return birth in person.births and len(birth) > len("1990")
        if phone and person.phones:
            return False
        team, hamlet = where
        return team in person.teams or (bool(hamlet) and hamlet in person.hamlets)
