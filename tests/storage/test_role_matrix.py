"""Every role against every action: what is allowed is allowed, what is not is refused by the memory itself."""

import datetime as dt
from collections.abc import Awaitable, Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from storage.campaigns import Goal
from storage.database import Database
from storage.memory import Memory
from storage.periods import Period, Week
from storage.province import commune_totals
from storage.roster import Listed
from storage.scope import Grant, NotAllowed
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


async def new_slips(memory: Memory, village: Village, who: str) -> object:
    return await memory.renewing.renew(village.scope[who], COMMUNE, SATURDAY, {})


async def team_list(memory: Memory, village: Village, who: str) -> object:
    return await memory.teams.members(village.scope[who], village.team["một"])


async def others_team_list(memory: Memory, village: Village, who: str) -> object:
    return await memory.teams.members(village.scope[who], village.team["hai"])


def totals_of(commune: str, province: str) -> Act:
    async def act(memory: Memory, village: Village, who: str) -> object:
        period, there = Period.of_week(Week.of(TODAY)), [COMMUNE, NEIGHBOUR]
        return await commune_totals(memory.connection, village.scope[who], province, there, commune, period, SATURDAY)

    return act


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


CAMPAIGN = Period(TODAY, TODAY + dt.timedelta(days=9))


async def campaign_made(memory: Memory, village: Village, who: str) -> object:
    return await memory.campaigns.make(village.scope[who], PROVINCE, "60 ngày đêm", CAMPAIGN, SATURDAY)


async def campaign_changed(memory: Memory, village: Village, who: str) -> object:
    made = await memory.campaigns.make(village.scope["minh"], PROVINCE, "60 ngày đêm", CAMPAIGN, SATURDAY)
    await memory.campaigns.count(village.scope[who], made, Goal("1", 5, 100), SATURDAY)
    await memory.campaigns.drop(village.scope[who], made, SATURDAY)
    return True


def official_figure(place: str) -> Act:
    async def act(memory: Memory, village: Village, who: str) -> object:
        await memory.official.put(village.scope[who], place, "766", CAMPAIGN, Decimal(80), "Thông báo", SATURDAY)
        return True

    return act


async def told_to_many(memory: Memory, village: Village, who: str) -> object:
    return await memory.broadcasts.send(village.scope[who], COMMUNE, "member", "Họp", b"x", SATURDAY, SATURDAY)


async def telling_stopped(memory: Memory, village: Village, who: str) -> object:
    one = await memory.broadcasts.send(village.scope["hoa"], COMMUNE, "member", "Họp", b"x", SATURDAY, SATURDAY)
    return await memory.broadcasts.stop(village.scope[who], one, COMMUNE, SATURDAY)


async def receivers_of_telling(memory: Memory, village: Village, who: str) -> object:
    one = await memory.broadcasts.send(village.scope["hoa"], COMMUNE, "member", "Họp", b"x", SATURDAY, SATURDAY)
    return await memory.broadcasts.find(village.scope[who], one, COMMUNE)


async def announced(memory: Memory, village: Village, who: str) -> object:
    one = await memory.announcements.put(village.scope["hoa"], COMMUNE, "tin", "Nghỉ", CAMPAIGN, SATURDAY)
    mine = await memory.announcements.put(village.scope[who], COMMUNE, "tin", "Họp", CAMPAIGN, SATURDAY)
    return mine and await memory.announcements.withdraw(village.scope[who], one, COMMUNE)


def setting(place: str) -> Act:
    async def act(memory: Memory, village: Village, who: str) -> object:
        put = memory.settings.put if len(place) == 5 else memory.settings.put_province
        await put(place, "gio", "7:30", SATURDAY, scope=village.scope[who])
        return True

    return act


LISTED = [Listed(0, "Ai Đó", "Tổ một", None, "member", "Thành viên", None)]


async def list_taken(memory: Memory, village: Village, who: str) -> object:
    keys: Any = {"name_key": str.casefold, "place_key": str.casefold}
    return (await memory.rosters.take(COMMUNE, LISTED, SATURDAY, scope=village.scope[who], **keys)).added


async def list_rehearsed(memory: Memory, village: Village, who: str) -> object:
    keys: Any = {"name_key": str.casefold, "place_key": str.casefold}
    return (await memory.rosters.rehearse(COMMUNE, LISTED, SATURDAY, scope=village.scope[who], **keys)).added


def invited(role: str) -> Act:
    async def act(memory: Memory, village: Village, who: str) -> object:
        team_id = village.team["một"] if role in ("member", "head") else None
        where = (None, PROVINCE) if role == "province_officer" else (COMMUNE, None)
        return await memory.invitations.make(
            Grant(role, where[0], where[1], team_id), SATURDAY, scope=village.scope[who]
        )

    return act


def days_of(member: str, team: str = "một") -> Act:
    async def act(memory: Memory, village: Village, who: str) -> object:
        await memory.log.add(village.entry(member, team), SATURDAY)
        seen = await memory.activity.days(village.scope[who], COMMUNE, Period.of_week(Week.of(TODAY)))
        return any(one.person_id == village.person[member] for one in seen)

    return act


async def plan_ended(memory: Memory, village: Village, who: str) -> object:
    made = await memory.activity.make_plan(village.scope["hoa"], COMMUNE, "Ra quân", CAMPAIGN, SATURDAY)
    await memory.activity.end_plan(village.scope[who], made.id, SATURDAY)
    return True


async def voided(memory: Memory, village: Village, who: str) -> object:
    entry = await memory.log.add(village.entry("an"), SATURDAY)
    return await memory.log.void(village.scope[who], entry.id or 0, "nhầm", SATURDAY)


async def walk_offered(memory: Memory, village: Village, who: str) -> object:
    run = await memory.runs.start(
        village.person[who], "vneid-kich-hoat", 1, "co-app", helping=True, now=SATURDAY, nudge_at=None
    )  # fmt: skip
    return await memory.walks.offer(village.scope[who], run.id, SATURDAY)


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
    "read the totals of a commune as its province": (totals_of(COMMUNE, PROVINCE), {"province"}),
    "read those of a commune of another province": (totals_of("00004", PROVINCE), set()),
    "read those of one's own commune as another province": (totals_of(COMMUNE, "01"), set()),
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
    "make a campaign of the province": (campaign_made, {"province", "admin"}),
    "say what counts in a campaign, and end it": (campaign_changed, {"province", "admin"}),
    "type an official figure of the commune": (official_figure(COMMUNE), {"officer"}),
    "type an official figure of the province": (official_figure(PROVINCE), {"province"}),
    "tell many people of the commune": (told_to_many, {"officer"}),
    "stop telling them": (telling_stopped, {"officer"}),
    "see who was told": (receivers_of_telling, {"officer"}),
    "announce, and take an announcement back": (announced, {"officer"}),
    "set how the commune works": (setting(COMMUNE), {"officer"}),
    "set what holds for the province's communes": (setting(PROVINCE), {"province"}),
    "take in the list of a decision": (list_taken, {"officer"}),
    "have such a list checked": (list_rehearsed, {"officer"}),
    "have its slips drawn again": (new_slips, {"officer"}),
    "invite a member": (invited("member"), {"officer"}),
    "invite a head": (invited("head"), {"officer"}),
    "invite an officer": (invited("officer"), {"province"}),
    "invite an officer of the province": (invited("province_officer"), {"admin"}),
    "see one's own days of activity": (days_of("an"), {"member", "head", "officer"}),
    "see the team's days of activity": (days_of("bình"), {"head", "officer"}),
    "see another team's days of activity": (days_of("dũng", "hai"), {"officer"}),
    "end a plan": (plan_ended, {"officer"}),
    "take back one's own entry": (voided, {"member", "head", "officer"}),
    "hand a walk to another member": (walk_offered, {"member", "head"}),
    "see what others did": (others_steps, {"head", "officer", "admin"}),
}


@pytest.mark.parametrize("action", list(MATRIX))
async def test_each_role_may_do_exactly_what_is_its_own(database: Database, action: str) -> None:
    act, allowed = MATRIX[action]
    async with database.write() as connection:
        village = await build(connection)
        may = set[str]()
        for role, name in PEOPLE.items():
            async with connection.begin_nested() as attempt:
                with suppress(NotAllowed):
                    may |= {role} if await act(Memory(connection, database.vault), village, name) else set()
                await attempt.rollback()
    assert may == allowed
