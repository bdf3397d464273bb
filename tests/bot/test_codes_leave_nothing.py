"""After its answer was delivered nothing of a code is left: not in the database's files, nor in the log."""

import sqlite3
from pathlib import Path

import pytest

from bot import logs
from bot.settings import Settings
from bot.talk import Talk
from content.knowledge import Knowledge
from storage.memory import Memory
from storage.sightings import Sightings
from tests.payment_codes import code, item, napas
from tests.talk import COMMUNE, SATURDAY

ACCOUNT, PURPOSE, HOST = "7700998877665", "phi ho so mau", "dichvucong.gov.vn.nop-mau.top"
PAYLOAD = code(("38", napas("970418", ACCOUNT)), ("54", "12345"), ("59", "UBND XA GIA"), ("62", item("08", PURPOSE)))
IDENTITY = "001099000077|012345677|Nguyễn Văn Kín|01011990|Nam|Thôn Kín|01012022"
LINES = (PAYLOAD, f"https://{HOST}/dang-nhap", f"xem giúp {PAYLOAD} nhé", IDENTITY, PAYLOAD[:-4] + "0000")
TRACES = (
    ACCOUNT,
    PAYLOAD[:30],
    PAYLOAD[20:60],
    PURPOSE,
    HOST,
    "nop-mau",
    "UBND XA GIA",
    IDENTITY[:12],
    "Văn Kín",
    "12345",
)


def traces(text: bytes) -> list[str]:
    """What of the codes can be read there."""
    return [trace for trace in TRACES if trace.encode() in text or trace.encode("utf-16-le") in text]


async def talk_about_codes(path: Path, knowledge: Knowledge) -> list[str]:
    """Three people of a commune check codes, so that officers are told too; what was said to all of them."""
    talk = Talk(Settings(database_url=f"sqlite:///{path}", _env_file=None), knowledge, SATURDAY)
    await talk.open()
    said = []
    try:
        people = [{"name": name, "commune": COMMUNE} for name in ("an", "bình", "chi")]
        await talk.take({"people": [*people, {"name": "hoa", "role": "officer", "commune": COMMUNE}]})
        for name in ("an", "bình", "chi"):
            for channel, line in zip(("web", "telegram", "zalo_oa", "web", "web"), LINES, strict=True):
                answer = await talk.take({"from": name, "channel": channel, "text": line})
                said += [s.message.text for s in answer.said]
        said += [s.message.text for s in (await talk.take({"tick": "2026-11-21T09:01:00+07:00"})).said]
        files = list(path.parent.glob(f"{path.name}*"))  # with the log of SQLite, which closing takes away
        assert {path, path.with_name(f"{path.name}-wal")} <= set(files)
        for file in files:
            assert traces(file.read_bytes()) == [], file.name
    finally:
        await talk.close()
    return said


async def test_nothing_of_a_code_is_left_once_its_answer_was_delivered(
    tmp_path: Path, knowledge: Knowledge, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.set_up("DEBUG")
    path = tmp_path / "bot.db"
    said = "\n".join(await talk_about_codes(path, knowledge))
    assert "cuối 7665" in said  # it was told,
    assert "3 người" in said  # to the officers too,
    assert ACCOUNT not in said  # and never whole
    assert HOST not in said
    out = capfd.readouterr()
    assert traces((out.out + out.err).encode()) == []
    assert traces(path.read_bytes()) == []
    with sqlite3.connect(path) as connection:
        assert traces("\n".join(connection.iterdump()).encode()) == []
        bodies = connection.execute("SELECT count(*) FROM outbox WHERE body IS NOT NULL").fetchone()[0]
        assert bodies == 0
        assert connection.execute("SELECT count(*) FROM notice").fetchone()[0] == 0
        assert connection.execute("SELECT count(*) FROM code_count").fetchone()[0] > 0


async def test_a_turn_that_fails_amid_a_check_tells_nothing_of_the_code(
    tmp_path: Path, knowledge: Knowledge, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*given: object) -> None:
        raise RuntimeError(f"{PAYLOAD} {given}")

    logs.set_up("DEBUG")
    monkeypatch.setattr(Sightings, "count", failing)
    said = await talk_about_codes(tmp_path / "bot.db", knowledge)
    assert any("Xin lỗi" in text for text in said)
    out = capfd.readouterr()
    assert "turn.failed" in out.err
    assert traces((out.out + out.err).encode()) == []


async def test_the_hashes_of_a_day_are_gone_when_it_is_over(tmp_path: Path, knowledge: Knowledge) -> None:
    await talk_about_codes(tmp_path / "bot.db", knowledge)
    talk = Talk(Settings(database_url=f"sqlite:///{tmp_path / 'bot.db'}", _env_file=None), knowledge, SATURDAY)
    await talk.open()
    async with talk.database.write() as connection:
        retired = await Memory(connection, talk.database.vault).privacy.retire(SATURDAY.replace(day=22))
    await talk.close()
    assert retired["sightings"] > 0
