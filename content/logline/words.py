"""The vocabulary of the log: what members say for people, days, places, contents and results, as data."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from content.guide import Model
from content.logline.combining import Combination
from content.logline.outcome_words import Outcomes
from content.reading import Entry, KnowledgeError, Page, parse, read

FOLDER = Path("data") / "logline"
"""Where the files lie in the content folder."""

CLASSES = ("sells", "keeps", "shops", "wares", "no_trade", "no_owner", "peoples")
"""Lists of people.yaml whose words are looked for only where they matter."""
NO_PHRASES = (
    "given_names", "family_names", "name_letters", "name_middles", "birth_names", "plain_titles", "said_for",
    "calls", "hamlet_syllables", "combined", "goods", "classes", "describing", *CLASSES,
)  # fmt: skip
"""Lists that are no phrases of the lexicon."""
Words = tuple[str, ...]
Coded = Mapping[str, Words]
Numbered = Mapping[int, Words]


class Combined(Model):
    """Phrases put together from classes of words: one word of each, in that order; "" is none."""

    tag: Literal["act", "thing", "places", "groups", "no_group", "unknown_number", "everybody", "request"]
    """What they can mean; `no_group` is what sounds like a group and tells of none."""
    code: str
    words: tuple[Words, ...] = Field(min_length=2)


class Writing(Model):
    """writing.yaml: how members write in haste."""

    means: Mapping[str, str]
    fillers: Words
    endings: Words


class People(Model):
    """people.yaml: whom a sentence counts."""

    numerals: Numbered
    after_tens: Numbered
    tens: Words
    twenty: Words
    dozen: Words
    hundred: Words
    half: Words
    unit: Words
    unit_after_number: Words
    account: Words
    household: Words
    folk: Words
    kin: Words
    single: Words
    speaker: Words
    me: Words
    duty: Words
    team: Words
    pair: Words
    exact_pair: Words
    staff: Words
    vague: Words
    whole_place: Words
    approx: Words
    or_so: Words
    no_name: Words
    pronoun: Words
    no_name_after_me: Words
    called: Words
    that_one: Words
    groups: Coded
    describing: Words
    group_heads: Words
    owner_of: Words
    sells: Words = ()
    keeps: Words = ()
    shops: Words = ()
    wares: Words = ()
    goods: Words = ()
    no_owner: Words = ()
    no_trade: Words = ()
    peoples: Words = ()
    """Groups that begin so are people one can count, as are those that begin with a word of `unit` or `kin`."""
    age: Words
    born: Words = ()
    past: Words = ()
    combined: tuple[Combined, ...] = ()
    given_names: Words
    name_letters: Words
    name_middles: Words
    birth_names: Words
    plain_titles: Words
    family_names: Words


class Days(Model):
    """days.yaml: days, times of day and lengths of time."""

    days: Numbered
    last_night: Words
    this_morning: Words
    this_noon: Words
    this_afternoon: Words
    this_evening: Words
    ago_words: Numbered
    parts: Coded
    parts_unmarked: Coded
    weekdays: Numbered
    last_week: Words
    this_week: Words
    next_week: Words
    just_gone: Words
    last_month: Words
    this_month: Words
    last_year: Words
    day_unit: Words
    the_day: Words
    first_days: Words
    month: Words
    year: Words
    lunar: Words
    full_moon: Words
    tet: Words
    ago: Words
    days_ago: Words
    week_unit: Words
    week_number: Words
    before_now: Words
    holidays: Coded
    lunar_holidays: Coded
    lunar_months: Numbered
    some_day: Words
    coming: Words
    hour: Words
    hours_long: Words
    minute: Words
    to_hour: Words
    at: Words
    from_: Words = Field(alias="from")
    to: Words
    lasts: Words
    half_hour: Words


class Places(Model):
    """places.yaml: where help was given."""

    places: Coded
    combined: tuple[Combined, ...] = ()
    eponym: Words
    beside: Words
    member_of: Words
    calls: Words
    suffered: Words
    classes: Coded
    """Lists whose words are looked for only where they matter, by name."""
    moving: Words
    home: Words
    shop: Words
    hamlets: Coded
    no_hamlet: Words
    hamlet_syllables: Words
    """What names of hamlets are made of, for those typed without capitals."""
    numbered_hamlets: Words
    said_for: Mapping[str, str]
    """Kinds of hamlets people say for another one on the commune's list."""


class Rule(Model):
    """Which content a piece of a sentence tells of: the words that must stand in it, and those that must not."""

    code: str
    all: Words = Field(min_length=1)
    """Each is a name of `acts`, `things` or "procedure", or "something" unknown behind an act; "a|b" is either."""
    unless: Words = ()
    guess: bool = False
    """Whether it holds only where nothing else tells what was done."""


class Contents(Model):
    """contents.yaml: what was done."""

    idle: Words
    acts: Coded
    things: Coded
    warned: Words = ()
    guesses: Coded = Field(default_factory=dict)
    procedures: Coded
    combined: tuple[Combined, ...] = ()
    rules: tuple[Rule, ...]


class Talk(Model):
    """talk.yaml: results, and the small words around them."""

    results: Coded
    waits: Words
    waited_for: Words
    hindrance: Words
    everybody: Words
    half_of: Words
    rest: Words
    subset: Words
    having: Words
    total: Words
    adding: Words
    each: Words
    each_house: Words
    ordinal: Words
    turn: Words
    some_one: Words
    counted_in: Words
    correction: Words
    not_but: Words
    not_so: Words
    together: Words
    help: Words
    bystander: Words
    belongs: Words
    relative: Words
    on_behalf: Words
    met: Words
    nobody: Words
    planned: Words
    agreed: Words
    excluded: Words
    along: Words
    brings: Words
    manner: Words
    nothing: Words
    spared: Words
    mends: Words
    wishes: Words
    so: Words
    stays: Words
    so_that: Words
    because: Words
    all_done: Words
    came: Words
    not_yet: Words
    could: Words
    done: Words
    at_last: Words
    set_right: Words
    could_not: Words
    moved: Words
    authority: Words
    question: Words
    request: Words
    asked: Words
    already: Words
    asks: Words
    attended: Words
    and_words: Words
    joins: Words
    greeting: Words
    heard: Words
    numbered: Words
    after_number: Words
    people_label: Words
    dossier_label: Words
    dossier_unit: Words
    payment_unit: Words


class Marks(Model):
    """marks.yaml: which word is meant beside which others."""

    classes: Mapping[str, tuple[str, ...]]
    patterns: tuple[str, ...]


class Odd(Model):
    """odd.yaml: from which numbers on an entry is asked about once more."""

    people: int = Field(ge=1)
    minutes: int = Field(ge=1)
    dossiers: int = Field(ge=1)
    payments: int = Field(ge=1)


class Vocabulary:
    """All files together, with the page of each for telling mistakes."""

    def __init__(self, folder: Path) -> None:
        """Reads the files of a content folder. Raises KnowledgeError with the first mistake."""
        self.pages: dict[str, Page] = {}
        self.writing = self._file(folder, "writing", Writing)
        self.people = self._file(folder, "people", People)
        self.days = self._file(folder, "days", Days)
        self.places = self._file(folder, "places", Places)
        self.contents = self._file(folder, "contents", Contents)
        self.talk = self._file(folder, "talk", Talk)
        self.outcomes = self._file(folder, "outcomes", Outcomes)
        self.odd = self._file(folder, "odd", Odd)
        self.marks = self._file(folder, "marks", Marks)

    def _file(self, folder: Path, name: str, model: type[Any]) -> Any:
        page = read(folder / FOLDER / f"{name}.yaml", folder)
        parsed = parse(page, model)
        if not isinstance(parsed, Entry):
            raise KnowledgeError(parsed[0])
        self.pages[name] = page
        return parsed.record

    def phrases(self) -> Iterator[tuple[str, str, str]]:
        """Every phrase as (phrase, tag, value)."""
        for file in (self.people, self.days, self.places, self.talk):
            for name in type(file).model_fields:
                if name not in NO_PHRASES:
                    yield from _listed(name.rstrip("_"), getattr(file, name))
        yield from self._groups()
        yield from self._places()
        yield from self._heads()
        for kind, coded in (("act", self.contents.acts), ("thing", self.contents.things)):
            yield from _listed(kind, coded)
        yield from _listed("procedure", self.contents.procedures)
        yield from _listed("idle", self.contents.idle)
        yield from _listed("warned", self.contents.warned)
        yield from ((phrase, "filler", "") for phrase in self.writing.fillers)

    def classes(self) -> dict[str, Words]:
        """Classes of words that are looked for where they matter, and no phrases everywhere."""
        of = self.people
        sold = {"owner": of.owner_of, "goods": (*of.goods, *of.wares, *of.shops)}
        return {name: getattr(of, name) for name in CLASSES} | dict(self.places.classes) | sold

    def _groups(self) -> Iterator[tuple[str, str, str]]:
        """Groups that are people one can count ("hộ nghèo"), or one alone ("chủ quán")."""
        heads = {w for w in (*self.people.unit, *self.people.kin, *self.people.household) if " " not in w}
        for phrase in (p for phrases in self.people.groups.values() for p in phrases):
            if phrase.partition(" ")[0] in heads or phrase.startswith(self.people.group_heads):
                yield phrase, "folk", ""
            if phrase.partition(" ")[0] == self.people.group_heads[0]:
                yield phrase, "owner", ""
            sold = self.contents.acts.get("sell", ())
            if phrase.partition(" ")[0] in sold and phrase not in sold:
                yield phrase, "act", "sell"  # "bán rau": a trade, or what was taught
                yield phrase, "trade", ""

    def _heads(self) -> Iterator[tuple[str, str, str]]:
        """Heads of hamlets, after whose title the hamlet may stand: "trưởng thôn 3"."""
        for kind, phrases in self.places.hamlets.items():
            for phrase in phrases:
                yield from ((staff, "head_of", kind) for staff in self.people.staff if staff.endswith(f" {phrase}"))

    def combined(self) -> list[Combination]:
        """Phrases put together from classes of words."""
        kinds = self._place_kinds()
        out: list[Combination] = []
        for said in (*self.contents.combined, *self.places.combined, *self.people.combined):
            also = kinds if said.tag == "places" else _nothing_else
            out.append(Combination(said.words, said.tag, said.code, also))
        return out

    def _places(self) -> Iterator[tuple[str, str, str]]:
        """What names of places mean besides."""
        kinds = self._place_kinds()
        for phrase in (p for phrases in self.places.places.values() for p in phrases):
            yield from ((phrase, tag, value) for tag, value in kinds(phrase))

    def _place_kinds(self) -> Callable[[str], Iterator[tuple[str, str]]]:
        """Tells of a place whether it ends with a kind of hamlet ("nhà văn hóa thôn"), is one that others are called
        after, or begins with a word of going there or of calling.
        """
        hamlets = {phrase: kind for kind, phrases in self.places.hamlets.items() for phrase in phrases}
        called = {phrase.removeprefix("=") for phrase in self.places.eponym}
        ends = tuple(f" {word}" for word in called)
        moving, calls = set(self.places.moving), set(self.places.calls)

        def kinds(phrase: str) -> Iterator[tuple[str, str]]:
            words = phrase.removeprefix("=").split()
            last = (" ".join(words[-n:]) for n in (3, 2, 1) if n < len(words))
            yield from (("place_of", hamlets[end]) for end in last if end in hamlets)
            if called.intersection(words[:2]) or phrase.endswith(ends):
                yield "eponym", ""
            yield from ((tag, "") for tag, those in (("moving", moving), ("calls", calls)) if words[0] in those)

        return kinds


def _nothing_else(_phrase: str) -> Iterator[tuple[str, str]]:
    return iter(())


def _listed(tag: str, words: Words | Coded | Numbered) -> Iterator[tuple[str, str, str]]:
    if isinstance(words, Mapping):
        for code, phrases in words.items():
            yield from ((phrase, tag, str(code)) for phrase in phrases)
    else:
        yield from ((phrase, tag, "") for phrase in words)
