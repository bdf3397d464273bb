"""Every role against every action: what is allowed is allowed, what is not is refused by the memory itself."""

from collections.abc import Awaitable, Callable

import pytest

from storage.database import Database
from storage.memory import Memory
from storage.periods import Period, Week
from storage.scope import NotAllowed
from storage.targets import Target, set_target
from storage.trail import trail
from storage.waiting import figures
from tests.storage.village import COMMUNE, NEIGHBOUR, PROVINCE, SATURDAY, Village, build

TODAY = SATURDAY.date()
LAST_WEEK = "2026-11-11"
PEOPLE = {"citizen": "oanh", "member": "an", "head": "chi", "officer": "hoa", "province": "minh", "admin": "nga"}
Act = Callable[[Memory, Village, str], Awaitable[object]]


def entry_of(member: str, team: str = "một", day: str = "2026-11-18") -> Act:
    async def act(memory: Memory, village: Village, who: str) -> object:
        return await memory.log.add(village.entry(member, team, day, by=who), SATURDAY)

    return act


def own_entry(memory: Memory, village: Village, who: str) -> Awaitable[object]:
    return memory.log.add(village.entry(who), SATURDAY)


def corrected(member: str, team: str = "một", day: str = "2026-11-18") -> Act:
    async def act(memory: Memory, village: Village, who: str) -> object:
        entry = await memory.log.add(village.entry(member, team, day), SATURDAY)
        return await memory.log.change(village.scope[who], entry.id or 0, {"people": 2}, SATURDAY, "nhầm")

    return act


def seen(member: str, team: str = "một") -> Act:
    async def act(memory: Memory, village: Village, who: str) -> object:
        entry = await memory.log.add(village.entry(member, team), SATURDAY)
        return await memory.log.get(village.scope[who], entry.id or 0)

    return act


async def target(memory: Memory, village: Village, who: str) -> object:
    await set_target(
        memory.connection, village.scope[who], COMMUNE, Target("1", "commune", "year", 5, TODAY), SATURDAY
    )
    return True


async def default_target(memory: Memory, village: Village, who: str) -> object:
    wanted = Target("1", "commune", "year", 5, TODAY)
    await set_target(memory.connection, village.scope[who], PROVINCE, wanted, SATURDAY)
    return True


async def plan(memory: Memory, village: Village, who: str) -> object:
    period = Period.of_week(Week.of(TODAY))
    return await memory.activity.make_plan(village.scope[who], COMMUNE, "Ra quân", period, SATURDAY)


async def proposed(memory: Memory, village: Village, who: str) -> object:
    return await memory.joining.propose(village.scope[who], village.team["một"], "Ai Đó", SATURDAY)


async def approved(memory: Memory, village: Village, who: str) -> object:
    request = await memory.joining.ask(village.person["oanh"], village.team["một"], "Oanh", SATURDAY)
    return await memory.joining.decide(village.scope[who], request.id, True, SATURDAY)


async def removed(memory: Memory, village: Village, who: str) -> object:
    return await memory.teams.end(village.scope[who], village.person["dũng"], village.team["hai"], SATURDAY)


async def team_list(memory: Memory, village: Village, who: str) -> object:
    return await memory.teams.members(village.scope[who], village.team["một"])


async def others_team_list(memory: Memory, village: Village, who: str) -> object:
    return await memory.teams.members(village.scope[who], village.team["hai"])


async def session(memory: Memory, village: Village, who: str) -> object:
    return await memory.sessions.open(village.scope[who], village.team["một"], SATURDAY)


async def others_steps(memory: Memory, village: Village, who: str) -> object:
    await memory.teams.make(village.scope["hoa"], village.person["bình"], village.team["một"], "head", SATURDAY)
    others = {"hoa"} - {who}
    return [step for step in await trail(memory.connection, village.scope[who]) if step.actor in others] or (
        who == "hoa"
    )


async def asking(memory: Memory, village: Village, commune: str = COMMUNE) -> int:
    """Somebody nobody else in the table is asks for a human."""
    return (await memory.handover.ask(village.person["lan"], commune, SATURDAY, SATURDAY)).id


async def own_request(memory: Memory, village: Village, who: str) -> object:
    request = await memory.handover.ask(village.person[who], COMMUNE, SATURDAY, SATURDAY)
    return await memory.handover.withdraw(village.person[who], request.id, SATURDAY)


async def others_request_ended(memory: Memory, village: Village, who: str) -> object:
    request = await asking(memory, village)
    await memory.handover.take(village.scope["dũng"], request, SATURDAY, SATURDAY)
    me, handover = village.person[who], memory.handover
    return any([
        await handover.withdraw(me, request, SATURDAY), await handover.close(request, SATURDAY, by=me),
        await handover.give_back(me, request, SATURDAY, ring=0), await handover.log(me, request, "xong"),
        await handover.rate(me, request, 1),
    ])  # fmt: skip


async def taken(memory: Memory, village: Village, who: str) -> object:
    return await memory.handover.take(village.scope[who], await asking(memory, village), SATURDAY, SATURDAY)


async def neighbours_taken(memory: Memory, village: Village, who: str) -> object:
    request = await asking(memory, village, NEIGHBOUR)
    return await memory.handover.take(village.scope[who], request, SATURDAY, SATURDAY)


async def taken_and_closed(memory: Memory, village: Village, who: str) -> object:
    request = await asking(memory, village)
    await memory.handover.take(village.scope[who], request, SATURDAY, SATURDAY)
    me = village.person[who]
    closed = await memory.handover.close(request, SATURDAY, by=me, result="xong")
    return closed and await memory.handover.log(me, request, "xong")


async def requests_seen(memory: Memory, village: Village, who: str) -> object:
    await asking(memory, village)
    return await memory.handover.waiting(village.scope[who])


async def neighbours_seen(memory: Memory, village: Village, who: str) -> object:
    await asking(memory, village, NEIGHBOUR)
    return await memory.handover.waiting(village.scope[who])


async def figures_of_commune(memory: Memory, village: Village, who: str) -> object:
    found = await figures(memory.connection, village.scope[who], SATURDAY)
    return [f.commune for f in found] == [COMMUNE]


async def figures_of_province(memory: Memory, village: Village, who: str) -> object:
    scope = village.scope[who]
    return await figures(memory.connection, scope, SATURDAY, province=PROVINCE, communes=[COMMUNE, NEIGHBOUR])


MATRIX: dict[str, tuple[Act, set[str]]] = {
    "write an entry of one's own": (own_entry, {"member", "head"}),
    "write for a member of the team": (entry_of("bình"), {"head", "officer"}),
    "write for a member of another team": (entry_of("dũng", "hai"), {"officer"}),
    "correct one's own while the week is open": (corrected("an"), {"member", "head", "officer"}),
    "correct the team's while the week is open": (corrected("bình"), {"head", "officer"}),
    "correct another team's": (corrected("dũng", "hai"), {"officer"}),
    "correct after the week closed": (corrected("an", day=LAST_WEEK), {"officer"}),
    "see one's own": (seen("an"), {"member", "head", "officer"}),
    "see the team's": (seen("bình"), {"head", "officer"}),
    "see another team's": (seen("dũng", "hai"), {"officer"}),
    "set a target of the commune": (target, {"officer"}),
    "set a default of the province": (default_target, {"province"}),
    "make a plan": (plan, {"officer"}),
    "propose a member": (proposed, {"head"}),
    "approve a member": (approved, {"head", "officer"}),
    "remove a member": (removed, {"officer"}),
    "see who is in the team": (team_list, {"head", "officer"}),
    "see who is in another team": (others_team_list, {"officer"}),
    "open a group session": (session, {"member", "head"}),
    "ask for a human, and withdraw": (own_request, set(PEOPLE)),
    "end, pass on, rate or log a talk of others": (others_request_ended, set()),
    "take a request of the commune": (taken, {"member", "head", "officer"}),
    "take a request of another commune": (neighbours_taken, set()),
    "take, close and log": (taken_and_closed, {"member", "head", "officer"}),
    "see who waits in the commune": (requests_seen, {"member", "head", "officer"}),
    "see who waits in another commune": (neighbours_seen, set()),
    "read how the commune answers": (figures_of_commune, {"officer"}),
    "read how the province's communes answer": (figures_of_province, {"province"}),
    "see what others did": (others_steps, {"head", "officer", "admin"}),
}


@pytest.mark.parametrize("role", list(PEOPLE))
@pytest.mark.parametrize("action", list(MATRIX))
async def test_a_role_may_do_exactly_what_is_its_own(database: Database, action: str, role: str) -> None:
    act, allowed = MATRIX[action]
    async with database.write() as connection:
        village = await build(connection)
        try:
            done = bool(await act(Memory(connection, database.vault), village, PEOPLE[role]))
        except NotAllowed:
            done = False
    assert done == (role in allowed)
