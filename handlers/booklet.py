"""Everything the files of one report are made of, gathered once: so that each of them says the same."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from content.knowledge import Knowledge
from handlers.letter import Letter, letter_of
from storage import details
from storage.campaigns import Campaign, Standing, standings
from storage.deadlines import Rules
from storage.entry import Entry
from storage.frozen import Change, Frozen, Version, changes, replaced
from storage.memory import Memory
from storage.official import Official
from storage.periods import VIETNAM, Period
from storage.province import province_report
from storage.report import report
from storage.series import trend

OFFICIAL = 16
"""Official figures told beside a report."""


class TemplateRefused(Exception):
    """A Word template cannot be filled in; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the indicators, kept with a version like them."""

    deadline: dt.datetime
    """When the report closed or will close."""
    final: bool
    """Whether it had closed when the figures were cut."""
    trend: tuple[tuple[Period, int | None], ...] = ()
    """Lượt of the periods before and of this one, the oldest first."""
    hamlets: tuple[details.HamletLine, ...] = ()
    on_time: tuple[str, ...] = ()
    """Teams whose first word came before the closing."""
    late: details.Additions = details.NOTHING
    """What came after the closing ("bổ sung")."""
    channels: tuple[tuple[str, int], ...] = ()
    """Lượt by the channel they were logged on, the largest first."""

    def to_json(self) -> dict[str, Any]:
        """As kept with a version."""
        trend = [[p.first.isoformat(), p.last.isoformat(), n] for p, n in self.trend]
        return {
            "deadline": self.deadline.isoformat(), "final": self.final, "trend": trend, "on_time": list(self.on_time),
            "hamlets": [list(asdict(h).values()) for h in self.hamlets], "late": list(asdict(self.late).values()),
            "channels": [list(c) for c in self.channels],
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """As kept with a version."""
        day = dt.date.fromisoformat
        return cls(
            dt.datetime.fromisoformat(kept["deadline"]), kept["final"],
            tuple((Period(day(a), day(b)), n) for a, b, n in kept["trend"]),
            tuple(details.HamletLine(*h) for h in kept["hamlets"]), tuple(kept["on_time"]),
            details.Additions(*kept["late"]), tuple((c, n) for c, n in kept.get("channels", ())),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ranking:
    """A campaign, and how the communes stand in it."""

    campaign: Campaign
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Booklet:
    """A report with all its files need. `place` is a commune or, for a report with "communes", a province."""

    place: str
    name: str
    province: str
    period: Period
    report: Mapping[str, Any]
    beside: Beside
    letter: Letter
    entries: tuple[Entry, ...] = ()
    """Those the figures are counted from; none for a province, and none for a version of before."""
    teams: Mapping[int, str] = field(default_factory=dict)
    hamlets: Mapping[int, str] = field(default_factory=dict)
    replaces: Version | None = None
    """The version this one is an addition to ("bản bổ sung")."""
    changes: tuple[Change, ...] = ()
    campaigns: tuple[Ranking, ...] = ()
    """Of the province: those with a day among these, and how its communes stand now. None in what is sent unasked."""
    official: tuple[Official, ...] = ()
    """What other agencies published of this place, as it was typed in; like campaigns no part of what is frozen."""

    @property
    def whole_province(self) -> bool:
        """Whether it is a report of a province."""
        return "communes" in self.report

    @property
    def cut_at(self) -> dt.datetime:
        """When the figures were read, in Viet Nam's time."""
        return dt.datetime.fromisoformat(self.report["cut_at"]).astimezone(VIETNAM)

    @property
    def version(self) -> int:
        """Its number."""
        return int(self.report["version"])

    def of(self, version: Version, versions: list[Version]) -> "Booklet":
        """The same report as it was sent in that version; the entries behind it are those of today, so they go."""
        before = replaced(versions, version.number)
        changed = changes(before.figures["report"], version.figures["report"]) if before else []
        beside = Beside.from_json(version.figures["beside"])
        same = self.report["version"] == version.number
        return replace(
            self, report=version.figures["report"], beside=beside, replaces=before, changes=tuple(changed),
            entries=self.entries if same else (), campaigns=self.campaigns if same else (),
            official=self.official if same else (),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class MemberSheets:
    """Who logged what, of a team, a commune or one member alone: an Excel file, and no version of a report."""

    name: str
    """The person himself, a team, or a commune."""
    period: Period
    cut_at: dt.datetime
    """In Viet Nam's time."""
    members: Sequence[details.MemberLine]
    entries: Sequence[Entry]
    people: Mapping[int, str]
    """Names of whoever logged; empty on a list of one's own."""
    teams: Mapping[int, str]
    hamlets: Mapping[int, str]


def procedure_name(knowledge: Knowledge, key: str) -> str:
    """What a procedure is called in a report; one we know nothing of by its key."""
    known = knowledge.library.procedures.get(key)
    return known.title if known else key.replace("-", " ").capitalize()


@dataclass(frozen=True, slots=True)
class EntryWords:
    """What an entry tells in words wherever entries are listed: nobody who was helped is in it, nor their groups."""

    place: str | None
    contents: str
    procedures: str | None
    results: str | None


def entry_words(knowledge: Knowledge, entry: Entry) -> EntryWords:
    """The words of one entry."""
    told = knowledge.terms.told
    results = [f"{n} {told('result', code).lower()}" for code, n in entry.results.items()]
    return EntryWords(
        place=told("place", entry.place) if entry.place else None,
        contents=", ".join(told("content", code) for code in entry.contents),
        procedures=", ".join(procedure_name(knowledge, code) for code in entry.procedures) or None,
        results=", ".join(results) or None,
    )


async def settings_of(memory: Memory, commune: str, province: str) -> dict[str, str]:
    """What a commune has set, and what its province has set for those that have not."""
    own = {key: value for key, value in (await memory.settings.all(commune)).items() if value}
    return await memory.settings.of_province(province) | own


async def of_commune(
    memory: Memory, knowledge: Knowledge, code: str, period: Period, now: dt.datetime, *, entries: bool = True
) -> Booklet:
    """The booklet of a commune. Whether the reader may have it is the caller's question. Raises LookupError.

    Without `entries` it has neither these nor campaigns: a chart tells of none.
    """
    commune = knowledge.places.commune(code)
    if commune is None:
        raise LookupError("no such commune")
    connection, province = memory.connection, commune.province
    settings = await settings_of(memory, code, province.code)
    document = await report(connection, code, period, now, province=province.code)
    deadline = Rules.read(settings).closing(period, knowledge.workdays.works)
    names = await memory.people.team_names(code)
    first = await details.first_words(connection, code, period)
    beside = Beside(
        deadline, now >= deadline, tuple(await trend(connection, code, period)),
        tuple(await details.by_hamlet(connection, code, period)),
        tuple(sorted(names[key] for key, moment in first.items() if moment <= deadline)),
        await details.additions(connection, code, period, deadline),
        tuple((await details.by_channel(connection, code, period)).items()),
    )  # fmt: skip
    behind = await details.entries_behind(connection, code, period) if entries else []
    ranked = await rankings(memory, knowledge, province.code, period, now) if entries else ()
    booklet = Booklet(
        code, commune.name, province.name, period, document, beside,
        letter_of(knowledge.messages, settings, commune.name), tuple(behind), names,
        await memory.people.hamlet_names(code), campaigns=ranked, official=await _official(memory, code, period),
    )  # fmt: skip
    return await _numbered(memory, booklet)


async def of_part(
    memory: Memory, knowledge: Knowledge, code: str, period: Period, now: dt.datetime, *, team_id: int | None = None
) -> Booklet:
    """What a page shows of a commune, or of one of its teams: the figures of this moment, which nobody has sent."""
    commune = knowledge.places.commune(code)
    if commune is None:
        raise LookupError("no such commune")
    connection, province = memory.connection, commune.province
    document = await report(connection, code, period, now, province=province.code, team_id=team_id)
    hamlets = tuple(await details.by_hamlet(connection, code, period, team_id=team_id))
    channels = tuple((await details.by_channel(connection, code, period)).items()) if team_id is None else ()
    letter = letter_of(knowledge.messages, {}, commune.name)
    beside = Beside(now, False, hamlets=hamlets, channels=channels)
    return Booklet(code, commune.name, province.name, period, document, beside, letter)


async def of_province(memory: Memory, knowledge: Knowledge, code: str, period: Period, now: dt.datetime) -> Booklet:
    """The booklet of a province: totals of its communes alone. Raises LookupError."""
    province = knowledge.places.province(code)
    if province is None:
        raise LookupError("no such province")
    communes = [c.code for c in knowledge.places.communes_of(code)]
    document = await province_report(memory.connection, code, communes, period, now)
    settings = await memory.settings.of_province(code)
    deadline = Rules.read(settings).closing(period, knowledge.workdays.works)
    letter = letter_of(knowledge.messages, settings, province.name, whole_province=True)
    booklet = Booklet(code, province.name, province.name, period, document, Beside(deadline, now >= deadline), letter)
    ranked = await rankings(memory, knowledge, code, period, now)
    official = await _official(memory, code, period)
    return await _numbered(memory, replace(booklet, campaigns=ranked, official=official))


async def _official(memory: Memory, place: str, period: Period) -> tuple[Official, ...]:
    return tuple(await memory.official.of(place, period.last, OFFICIAL))


async def rankings(
    memory: Memory, knowledge: Knowledge, province: str, period: Period, now: dt.datetime
) -> tuple[Ranking, ...]:
    """The campaigns of a province that have a day among these, the one that ends first first."""
    communes = [c.code for c in knowledge.places.communes_of(province)]
    found = await memory.campaigns.of(province, since=period.first)
    return tuple([
        Ranking(c, tuple(await standings(memory.connection, c, communes, now)))
        for c in found if c.period.first <= period.last and c.goals
    ])  # fmt: skip


async def _numbered(memory: Memory, booklet: Booklet) -> Booklet:
    """The booklet with the number it has among the versions sent, and what changed since the last final one."""
    versions = await Frozen(memory.connection).versions(booklet.place, booklet.period)
    number = await Frozen(memory.connection).number(booklet.place, booklet.period, booklet.report)
    before = replaced(versions, number)
    changed = changes(before.figures["report"], booklet.report) if before else []
    return replace(booklet, report={**booklet.report, "version": number}, replaces=before, changes=tuple(changed))


async def freeze(memory: Memory, booklet: Booklet, now: dt.datetime, by: int | None) -> tuple[Booklet, Version]:
    """Keeps the booklet's figures as those that are being sent; answers it as it is kept."""
    frozen = Frozen(memory.connection)
    figures = {"report": dict(booklet.report), "beside": booklet.beside.to_json()}
    version = await frozen.freeze(booklet.place, booklet.period, figures, now, final=booklet.beside.final, by=by)
    return booklet.of(version, await frozen.versions(booklet.place, booklet.period)), version


async def as_sent(memory: Memory, knowledge: Knowledge, version_id: int) -> Booklet:
    """The booklet of a version, from what was kept of it alone. Raises LookupError for a place that is no more."""
    frozen = Frozen(memory.connection)
    place, period, version = await frozen.get(version_id)
    commune, province = knowledge.places.commune(place), knowledge.places.province(place)
    found = commune or province
    if found is None:
        raise LookupError("no such place")
    settings = await (settings_of(memory, place, commune.province.code) if commune
                      else memory.settings.of_province(place))  # fmt: skip
    letter = letter_of(knowledge.messages, settings, found.name, whole_province=commune is None)
    beside = Beside.from_json(version.figures["beside"])
    name = commune.province.name if commune else found.name
    whole = Booklet(place, found.name, name, period, version.figures["report"], beside, letter)
    return whole.of(version, await frozen.versions(place, period))
