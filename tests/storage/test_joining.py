"""Joining a team is asked for and decided once; the trail tells each what concerns him."""

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.joining import REQUESTS_KEPT, TooMany
from storage.memory import Memory
from storage.scope import NotAllowed
from storage.trail import trail
from tests.storage.village import COMMUNE, SATURDAY, Village, build


async def setting(connection: AsyncConnection, database: Database) -> tuple[Memory, Village]:
    return Memory(connection, database.vault), await build(connection)


@pytest.mark.parametrize("who", ["chi", "hoa"])
async def test_a_head_or_the_officer_approves_whoever_asks(database: Database, who: str) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        oanh = village.person["oanh"]
        request = await memory.joining.ask(oanh, village.team["một"], "Lê Oanh", SATURDAY)
        assert await memory.joining.ask(oanh, village.team["một"], "Lê Oanh", SATURDAY) == request
        assert await memory.joining.waiting(village.scope[who]) == [request]
        decided = await memory.joining.decide(village.scope[who], request.id, True, SATURDAY)
        assert decided is not None
        assert (decided.approved, decided.code) == (True, None)
        assert [(g.role, g.team_name) for g in (await memory.people.scope(oanh)).grants] == [("member", "Tổ một")]
        assert await memory.people.names([oanh]) == {oanh: "Lê Oanh"}
        assert await memory.joining.decide(village.scope[who], request.id, False, SATURDAY) is None


@pytest.mark.parametrize("who", ["an", "giang", "khánh", "minh", "nga", "oanh"])
async def test_nobody_else_decides_or_sees(database: Database, who: str) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        request = await memory.joining.ask(village.person["oanh"], village.team["một"], "Lê Oanh", SATURDAY)
        assert await memory.joining.waiting(village.scope[who]) == []
        assert await memory.joining.decide(village.scope[who], request.id, True, SATURDAY) is None
        assert (await memory.people.scope(village.person["oanh"])).grants == ()


async def test_a_refused_request_gives_nothing(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        request = await memory.joining.ask(village.person["oanh"], village.team["một"], "Lê Oanh", SATURDAY)
        assert await memory.joining.decide(village.scope["chi"], request.id, False, SATURDAY)
        assert (await memory.people.scope(village.person["oanh"])).grants == ()
        assert await memory.people.names([village.person["oanh"]]) == {village.person["oanh"]: "oanh"}


async def test_whom_a_head_proposes_the_officer_invites(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        request = await memory.joining.propose(village.scope["chi"], village.team["một"], "Võ Phúc", SATURDAY)
        assert await memory.joining.waiting(village.scope["chi"]) == []
        assert await memory.joining.decide(village.scope["chi"], request.id, True, SATURDAY) is None
        decided = await memory.joining.decide(village.scope["hoa"], request.id, True, SATURDAY)
        assert decided is not None
        assert await memory.invitations.redeem(decided.code or "", village.person["oanh"], SATURDAY) is not None
        assert await memory.people.names([village.person["oanh"]]) == {village.person["oanh"]: "Võ Phúc"}
        for who in ("an", "giang", "hoa"):
            with pytest.raises(NotAllowed):
                await memory.joining.propose(village.scope[who], village.team["một"], "Ai Đó", SATURDAY)


async def test_nobody_asks_for_a_team_he_is_in_or_for_too_many(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        with pytest.raises(NotAllowed):
            await memory.joining.ask(village.person["an"], village.team["một"], "An", SATURDAY)
        with pytest.raises(NotAllowed):
            await memory.joining.ask(village.person["an"], 999, "An", SATURDAY)
        teams = [*village.team.values(), await memory.teams.found(village.scope["hoa"], COMMUNE, "Tổ ba", SATURDAY)]
        for team_id in teams[:3]:
            await memory.joining.ask(village.person["oanh"], team_id, "Oanh", SATURDAY)
        with pytest.raises(TooMany):
            await memory.joining.ask(village.person["oanh"], teams[3], "Oanh", SATURDAY)


async def test_requests_are_shown_to_whoever_asked_and_forgotten(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        await memory.joining.ask(village.person["oanh"], village.team["một"], "Lê Oanh", SATURDAY)
        asked = (await memory.privacy.everything(village.person["oanh"]))["asked_to_join"]
        assert [(a["team"], a["name"], a["state"]) for a in asked] == [("Tổ một", "Lê Oanh", "open")]
        assert await memory.joining.forget(SATURDAY + REQUESTS_KEPT) == 0
        assert await memory.joining.forget(SATURDAY + REQUESTS_KEPT * 2) == 1


async def test_the_trail_tells_each_what_concerns_him(database: Database) -> None:
    async with database.write() as connection:
        memory, village = await setting(connection, database)
        entry = await memory.log.add(village.entry("an"), SATURDAY)
        await memory.log.change(village.scope["chi"], entry.id or 0, {"people": 2}, SATURDAY, "nhầm")
        await memory.teams.make(village.scope["hoa"], village.person["dũng"], village.team["hai"], "head", SATURDAY)
        seen = {
            who: sorted({step.action for step in await trail(connection, scope)})
            for who, scope in village.scope.items()
        }
    granted = ["role.ended", "role.granted"]
    assert seen["hoa"] == ["entry.changed", *granted]
    assert seen["chi"] == ["entry.changed"]
    assert seen["giang"] == granted
    assert seen["nga"] == granted
    assert [seen[who] for who in ("an", "dũng", "khánh", "lan", "minh", "oanh")] == [[]] * 6
