"""The check of a database, and its copy."""

import asyncio
import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.backup import BackupError, backup
from storage.checks import check
from storage.database import Database
from storage.entry import Entry
from storage.log import Log
from storage.periods import Period
from storage.schema import assistance, assistance_item, day_count, nil_report, role
from storage.vault import Vault
from tests.storage.test_report import worked_week
from tests.storage.village import COMMUNE, NEIGHBOUR, SATURDAY, Village, build

sqlite_only = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


async def test_a_sound_database_has_nothing_to_tell(database: Database) -> None:
    async with database.write() as connection:
        await worked_week(connection)
    async with database.read() as connection:
        assert await check(connection) == []


def damages(village: Village, key: int) -> dict[str, sa.Executable]:
    """What could go wrong behind the program's back, and the words that must appear."""
    result = sa.and_(assistance_item.c.kind == "result", assistance_item.c.assistance_id == key)
    content = sa.and_(assistance_item.c.kind == "content", assistance_item.c.assistance_id == key)
    return {
        f"add up to their people: {key}": sa.update(assistance_item).where(result).values(people=1),
        f"than in all: {key}": sa.update(assistance_item).where(content).values(people=9),
        f"without any content: {key}": sa.delete(assistance_item).where(content),
        f"team of another commune: {key}": sa.update(assistance).values(team_id=village.team["láng giềng"]),
        f"hamlet of another commune: {key}": sa.update(assistance).values(hamlet_id=village.hamlet["thôn 9"]),
        "roles in a team that is not in their commune": sa.update(role)
        .where(role.c.person_id == village.person["an"])
        .values(commune=NEIGHBOUR),
        "kept under another commune": sa.insert(nil_report).values(
            team_id=village.team["một"], week=dt.date(2026, 11, 16), commune=NEIGHBOUR, said_at=SATURDAY
        ),
        "the counter says 0, the entries say 2": sa.delete(day_count),
        "people: the counter says 3, the entries say 2": sa.update(day_count).values(counts={"people": 3}),
    }


@pytest.mark.parametrize("number", range(9))
async def test_each_damage_is_told(database: Database, number: int) -> None:
    async with database.write() as connection:
        village = await build(connection)
        entry = village.entry(people=2, results={"xong": 2})
        stored = await Log(connection).add(entry, SATURDAY)
        words, damage = list(damages(village, stored.id or 0).items())[number]
        await connection.execute(damage)
        assert any(words in line for line in await check(connection)), words


async def test_a_counted_draft_is_told(database: Database) -> None:
    async with database.write() as connection:
        village = await build(connection)
        await Log(connection).add(village.entry(), SATURDAY)
        await connection.execute(sa.update(assistance).values(state="draft"))
        assert any("the counter says 1, the entries say 0" in line for line in await check(connection))


@sqlite_only
async def test_a_reference_to_nowhere_is_told(database: Database) -> None:
    async with database.engine.connect() as connection:
        # The program always asks the engine to watch over references; a tool from outside may not.
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
        await connection.execute(sa.insert(role).values(person_id=77, role="admin", granted_at=SATURDAY))
        await connection.commit()
        lines = await check(connection)
    assert [line.split(":")[0] for line in lines] == ["role", "roles without their person"]


@sqlite_only
async def test_many_wrong_counters_are_summed_up(database: Database) -> None:
    async with database.write() as connection:
        await worked_week(connection)
        await connection.execute(sa.delete(day_count))
        lines = await check(connection)
    assert len(lines) == 21
    assert lines[-1].endswith("more differences")


@sqlite_only
async def test_a_copy_made_while_others_write_opens_and_is_sound(database: Database, tmp_path: Path) -> None:
    async with database.write() as connection:
        village = await worked_week(connection)

    async def write_on() -> None:
        for _ in range(20):
            async with database.write() as connection:
                await Log(connection).add(village.entry(people=2), SATURDAY)

    path, year = tmp_path / "copy.db", Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    await asyncio.gather(write_on(), backup(database, path))
    assert path.stat().st_mode & 0o077 == 0
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith("copy")] == ["copy.db"]
    copy = Database(f"sqlite:///{path}", Vault(b"test"))
    async with copy.read() as connection:
        assert await check(connection) == []
        rows = await Log(connection).entries(village.scope["hoa"], year, commune=COMMUNE)
    await copy.close()
    assert 7 <= len(rows) <= 27
    assert all(isinstance(row, Entry) for row in rows)


@sqlite_only
async def test_a_copy_never_replaces_a_file_and_leaves_no_half_of_one(database: Database, tmp_path: Path) -> None:
    taken = tmp_path / "taken.db"
    taken.write_text("precious")
    with pytest.raises(BackupError, match="exists already"):
        await backup(database, taken)
    assert taken.read_text() == "precious"
    with pytest.raises(BackupError, match="cannot be written"):
        await backup(database, tmp_path / "nowhere" / "copy.db")
    left = tmp_path / "copy.db.unfinished"
    left.write_text("half")
    await backup(database, tmp_path / "copy.db")
    assert not left.exists()


async def test_postgresql_is_copied_by_its_own_tool_without_showing_a_password(tmp_path: Path) -> None:
    database = Database("postgresql://bot:geheim@127.0.0.1/bot", Vault(b"test"))
    with pytest.raises(BackupError, match=r"pg_dump .*postgresql://bot:\*\*\*@127\.0\.0\.1/bot"):
        await backup(database, tmp_path / "copy.dump")
    await database.close()
