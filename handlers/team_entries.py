"""The entries of a team, for its head and the officer of its commune: listed, and opened to be corrected."""

from handlers import entries, spans
from handlers.turn import Choice, Turn
from storage.entry import Entry
from storage.periods import Period, Week

PAGE = 8


async def show(turn: Turn, view: str, commune: str, team_id: int, period: Period, page: int = 0) -> None:
    """What the team logged in those days, the latest first, as far as the person may see it; `view` is the report's
    the list belongs to.
    """
    assert turn.scope is not None  # noqa: S101  (without a role there is no report)
    found = (await turn.memory.log.entries(turn.scope, period, commune=commune, team_id=team_id))[::-1]
    shown = found[page * PAGE : (page + 1) * PAGE]
    code = spans.encode(period)
    buttons = await choices(turn, shown)
    if len(found) > (page + 1) * PAGE:
        buttons.append(turn.choice("assist.further", f"r:e:{view}:{code}:{team_id}:{page + 1}"))
    buttons.append(turn.choice("report.whole", f"r:s:{view}:{code}"))
    buttons.append(turn.choice("common.menu", "m:menu"))
    team = dict(await turn.memory.people.teams(commune)).get(team_id)
    people = sum(e.people for e in found)
    turn.say("assist.team_entries", team=team, label=period.label, entries=len(found), people=people, choices=buttons)


async def choices(turn: Turn, shown: list[Entry]) -> list[Choice]:
    """A button for each of these entries, with who logged it."""
    names = await turn.memory.people.names([e.member_id for e in shown if e.member_id is not None])
    return [_choice(turn, entry, names.get(entry.member_id or 0)) for entry in shown]


def _choice(turn: Turn, entry: Entry, name: str | None) -> Choice:
    label = turn.words("assist.entry_label", c=entries.card(turn, entry), several=len(entry.contents) > 1)
    given = (name or "").split()[-1:]  # the name people are called by stands last
    return Choice(f"{label} ({given[0][:10]})" if given else label, f"l:o:{entry.id}")


async def whose(turn: Turn, entry: Entry) -> str | None:
    """Who logged an entry that is not the person's own, and for which team; None for his own."""
    if entry.member_id == turn.person_id:
        return None
    names = await turn.memory.people.names([i for i in (entry.member_id, entry.entered_by) if i is not None])
    team = dict(await turn.memory.people.teams(entry.commune)).get(entry.team_id)
    by = names.get(entry.entered_by or 0) if entry.entered_by != entry.member_id else None
    written = turn.words("assist.written_by", name=by) if by else None
    return ", ".join(part for part in (names.get(entry.member_id or 0), team, written) if part) or None


def way_back(turn: Turn, entry: Entry) -> Choice:
    """To the list of the entry's team and week."""
    officer = turn.scope is not None and entry.commune in turn.scope.communes("officer")
    view = f"x{entry.commune}" if officer else f"t{entry.team_id}"
    week = spans.encode(Period.of_week(Week.of(entry.day)))
    return turn.choice("assist.entries_of_team", f"r:e:{view}:{week}:{entry.team_id}")
