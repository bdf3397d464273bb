"""Excel files of who logged what: a member's own list, a head's team, an officer's commune by member.

They name people, so they are no version of a report and go to nobody else; the report's own workbook names nobody.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from handlers import spans
from handlers.booklet import MemberSheets
from handlers.turn import Turn
from storage.details import by_member
from storage.entry import Entry
from storage.periods import Period
from storage.scope import Scope


async def of_team(turn: Turn, team_id: int, period: Period) -> None:
    """The sheet of a team the person heads; anything else is answered as if there were none."""
    grants = turn.scope.grants if turn.scope else ()
    grant = next((g for g in grants if g.role == "head" and g.team_id == team_id), None)
    if turn.scope is None or grant is None or grant.commune is None:
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    found = await turn.memory.log.entries(turn.scope, period, commune=grant.commune, team_id=team_id)
    scope = replace(turn.scope, grants=(grant,))
    await _hand_over(turn, grant.team_name or "", grant.commune, scope, period, found, back=f"r:s:t{team_id}")


async def of_commune(turn: Turn, commune: str, period: Period) -> None:
    """The sheet of a commune the person is an officer of."""
    grants = turn.scope.grants if turn.scope else ()
    grant = next((g for g in grants if g.role == "officer" and g.commune == commune), None)
    if turn.scope is None or grant is None:
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    found = await turn.memory.log.entries(turn.scope, period, commune=commune)
    place = turn.knowledge.places.commune(commune)
    scope = replace(turn.scope, grants=(grant,))
    name = place.name if place else commune
    await _hand_over(turn, name, commune, scope, period, found, back=f"r:d:x{commune}")


async def of_oneself(turn: Turn, period: Period) -> None:
    """A member's own list."""
    grants = tuple(g for g in turn.scope.grants if g.role in ("member", "head")) if turn.scope else ()
    if turn.scope is None or not grants:
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    found = await turn.memory.log.of_member(turn.scope, period)
    scope = Scope(turn.person_id, tuple(replace(g, role="member") for g in grants))
    name = (turn.chat.name if turn.chat else None) or turn.words("member_sheets.own")
    await _hand_over(turn, name, grants[0].commune or "", scope, period, found, back="l:m", alone=True)


async def _hand_over(
    turn: Turn, name: str, commune: str, scope: Scope, period: Period, found: Sequence[Entry], *, back: str,
    alone: bool = False,
) -> None:  # fmt: skip
    assert turn.documents is not None  # noqa: S101  (every program that answers people has them)
    memory, code = turn.memory, spans.encode(period)
    ids = {e.member_id for e in found if e.member_id}
    made = MemberSheets(
        name, period, turn.now, await by_member(memory.connection, scope, period), found,
        {} if alone else await memory.people.names(sorted(ids)), await memory.people.team_names(commune),
        await memory.people.hamlet_names(commune),
    )  # fmt: skip
    file = await asyncio.to_thread(turn.documents.member_sheets, made)
    choices = [turn.choice("member_sheets.back", f"{back}:{code}"), turn.choice("common.menu", "m:menu")]
    turn.say("member_sheets.sent", name=name, label=period.label, named=not alone, files=[file], choices=choices)
