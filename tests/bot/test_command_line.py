"""The command line as programs use it: names, input, output and exit codes stay as they are."""

import asyncio
import io
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pypdf
import pytest

from bot.cli.main import VERBS, cli, run

HOME = Path(__file__).parents[2]
NOW = "2026-11-21T09:00:00+07:00"


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    """Every verb with its sub-verbs."""
    if isinstance(command, click.Group):
        own = [(path, command)] if path else []
        top = click.Context(command)
        return own + [
            x for n in command.list_commands(top) if (c := command.get_command(top, n)) for x in leaves(c, (*path, n))
        ]
    return [(path, command)]


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of the test's own, so that `var/` and `.env` are nobody else's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "junk.db").write_bytes(b"this is no database" * 100)
    (tmp_path / "junk.db.key").write_text("0123456789abcdef")
    return tmp_path


FIRST = """
import sys
from importlib import import_module
for module in sys.argv[1:]:
    for name in [n for n in sys.modules if n.startswith(("bot.cli", "handlers"))]:
        del sys.modules[name]
    import_module(module)
"""


def test_no_verb_needs_another_one_to_have_been_there_before_it() -> None:
    modules = sorted({place.partition(":")[0] for place in VERBS.values()})
    done = subprocess.run(
        [sys.executable, "-c", FIRST, *modules], cwd=HOME, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


def stdin(data: bytes) -> io.TextIOWrapper:
    """Standard input as a program would feed it."""
    return io.TextIOWrapper(io.BytesIO(data + b"\n"), encoding="utf-8")


async def converse(lines: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, *options: str) -> None:
    """`chat --json` fed with these lines."""
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    monkeypatch.setattr("sys.stdin", stdin(text.encode()))
    assert await asyncio.to_thread(run, ["chat", "--json", "--now", NOW, *options]) == 0


@pytest.mark.parametrize(("path", "command"), leaves(cli), ids=lambda x: "-".join(x) if isinstance(x, tuple) else "")
def test_every_verb_explains_itself_with_an_example(path: tuple[str, ...], command: click.Command) -> None:
    help_text = command.help or ""
    assert "Example:" in help_text
    assert "python -m bot" in help_text


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-verb"],
        ["report"],
        ["report", "--commune", "99999", "--week", "2026-W47"],
        ["report", "--commune", "31441", "--week", "2026-W60"],
        ["report", "--commune", "31441", "--week", "2026-W47", "--month", "2026-11"],
        ["report", "--commune", "31441", "--from", "2026-11-20", "--to", "2026-11-10"],
        ["report", "--commune", "31441", "--week", "2026-W47", "--format", "pdf"],
        ["report", "--commune", "31441", "--week", "2026-W47", "--format", "xlsx"],
        ["report", "--commune", "31441", "--week", "2026-W47", "--format", "png", "--out", "no/such/folder/x.png"],
        ["report", "--commune", "31441", "--week", "2027-W47", "--now", "2026-11-21"],
        ["report", "--country", "--commune", "31441", "--week", "2026-W47"],
        ["report", "--country", "--week", "2026-W47", "--format", "xlsx", "--out", "x.xlsx"],
        ["report", "--province", "00", "--week", "2026-W47"],
        ["report", "--province", "92", "--commune", "31441", "--week", "2026-W47"],
        [
            "report",
            "--commune",
            "31441",
            "--week",
            "2026-W47",
            "--format",
            "docx",
            "--out",
            "x.docx",
            "--template",
            "y",
        ],
        ["people", "invite", "--role", "member", "--commune", "31441"],
        ["people", "invite", "--role", "boss", "--commune", "31441"],
        ["people", "grant", "99999999999999999999", "--role", "admin"],
        ["db", "check", "--db", "sqlite:///no-such-file.db"],
        ["db", "check", "--db", "sqlite:///junk.db"],
        ["chat", "--json", "--db", "sqlite:///junk.db"],
        ["people", "grant", "77", "--role", "officer", "--commune", "31441"],
        ["db", "check", "--db", "mysql://x"],
        ["db", "check", "--db", "???"],
        ["db", "backup", "no/such/folder/x.db"],
        ["chat", "--json", "--now", "yesterday"],
        ["chat", "--as", "an", "--role", "boss"],
        ["chat", "--as", "an", "--role", "province_officer", "--commune", "92"],
        ["seed", "--communes", "0"],
        ["ask", "--now", "yesterday"],
        ["qr", "check", "--now", "yesterday"],
        ["qr", "photo", "x.jpg"],
        ["log", "parse", "--hamlets", "no-such-file.txt"],
        ["log", "parse", "--hamlets", "junk.db"],
        ["log", "parse", "--now", "yesterday"],
        ["import", "members", "x.xlsx", "--commune", "31441"],
    ],
    ids=" ".join,
)
async def test_a_mistake_is_told_in_one_line_and_exits_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert await asyncio.to_thread(run, arguments) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    assert said.out == ""


async def test_chat_answers_each_line_with_what_was_said_and_a_closing_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await converse(
        [{"id": "1", "from": "an", "text": "chào"}, {"id": "1", "from": "an", "text": "chào"}], monkeypatch
    )
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert set(lines[0]) == {"to", "channel", "text", "choices", "files"}
    assert lines[0]["choices"][0]["n"] == 1
    assert lines[1]["done"] == "1"
    assert (lines[1]["replies"], lines[1]["error"]) == (1, None)
    assert lines[2]["replies"] == 0  # the same id again is a redelivery


async def test_a_broken_line_is_answered_and_the_next_one_handled(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = [
        b'{"from": "an"',
        b"[]",
        b'{"from": "an", "text": "\xff\xfe"}',
        b'{"from": "an", "text": "x\\ud800y"}',
        b'{"id": "b", "text": "hi"}',
        b'{"from": "an", "channel": "fax", "text": "x"}',
        b'{"from": "an", "channel": ["web"], "text": "x"}',
        b'{"from": "an", "text": "x", "at": "0001-01-01T00:00:00+07:00"}',
        b'{"from": "an", "text": "x", "at": "9999-12-31T23:59:59+07:00"}',
        b'{"tick": "soon"}',
        b'{"people": [{"name": "an", "channel": "xxx"}]}',
        b'{"people": [{"name": "an", "role": "member", "team": ["x"]}]}',
        b'{"people": [{"name": "an", "commune": "00000"}]}',
        b"[" * 100_000,
        b"1" * 5_000,
        b'{"from": "an"}',
    ]
    good = '{"id": "9", "from": "an", "text": "chào"}'.encode()
    monkeypatch.setattr("sys.stdin", stdin(b"\n".join([*bad, good])))
    assert await asyncio.to_thread(run, ["chat", "--json", "--now", NOW]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    done = [line for line in lines if "done" in line]
    assert [line["error"] is not None for line in done] == [True] * len(bad) + [False]
    assert done[4]["done"] == "b"


async def test_a_second_run_at_the_same_time_is_no_redelivery_of_the_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        await converse([{"from": "an", "text": "chào"}], monkeypatch)
        assert '"replies": 1' in capsys.readouterr().out


async def test_names_that_look_alike_when_joined_with_ids_are_two_people(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "a" * 150
    lines: list[tuple[str, str | int]] = [("p:q", "c"), ("p", "q:c"), (long, "1"), (long, "2"), ("an", 0)]
    await converse([{"from": name, "id": ident, "text": "chào"} for name, ident in lines], monkeypatch)
    done = [x for line in capsys.readouterr().out.splitlines() if "done" in (x := json.loads(line))]
    assert [d["replies"] for d in done] == [1] * 5
    assert [d["done"] for d in done] == ["c", "q:c", "1", "2", 0]


async def test_nothing_of_somebody_who_refuses_stays_in_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    lines = ["chào, tôi là Zebrina", "không đồng ý", "13"]
    await converse([{"from": "Zebrina", "text": text} for text in lines], monkeypatch)
    assert '"error": null' in capsys.readouterr().out
    for path in (home / "var").glob("bot.db*"):
        assert b"Zebrina" not in path.read_bytes()
    with sqlite3.connect(home / "var" / "bot.db") as file:
        kept = "SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM chat), (SELECT count(*) FROM guide_run)"
        assert file.execute(kept).fetchone() == (0, 0, 0)


async def test_somebody_erased_can_be_introduced_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    member = {"people": [{"name": "an", "role": "member", "team": "Tổ 1"}]}
    erase = [{"from": "an", "text": "dữ liệu của tôi"}, {"from": "an", "press": "d:xoa:that"}]
    await converse([member, *erase, member, {"from": "an", "channel": "telegram", "text": "ghi"}], monkeypatch)
    assert "giúp việc gì" in capsys.readouterr().out


async def test_a_database_is_not_opened_with_another_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await converse([{"from": "an", "text": "chào"}], monkeypatch)
    monkeypatch.setenv("SECRET_KEY", "another secret of its own")
    monkeypatch.setattr("sys.stdin", stdin(b"{}"))
    assert await asyncio.to_thread(run, ["chat", "--json", "--now", NOW]) == 2
    assert capsys.readouterr().err.startswith("SECRET_KEY is not the one")
    assert await asyncio.to_thread(run, ["db", "check"]) == 0  # reads nothing sealed


async def test_an_invited_member_logs_and_the_report_counts_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    options = ["--role", "member", "--commune", "31441", "--team", "Tổ thôn 3", "--now", NOW]
    assert await asyncio.to_thread(run, ["people", "invite", *options]) == 0
    code = capsys.readouterr().out.strip()
    await converse(
        [
            {"from": "ba", "text": f"/start {code}"},
            {"from": "ba", "press": "Đồng ý"},
            {"from": "ba", "text": "ghi"},
            {"from": "ba", "press": "2"},
            {"from": "ba", "text": "4"},
            {"from": "ba", "press": "1"},
        ],
        monkeypatch,
    )
    capsys.readouterr()
    report = ["report", "--commune", "31441", "--week", "2026-W47", "--now", NOW, "--out", "-"]
    assert await asyncio.to_thread(run, report) == 0
    figures = json.loads(capsys.readouterr().out)
    values = {i["code"]: i["value"] for i in figures["indicators"]}
    assert (values["1"], values["2"], values["4"]) == (4, 4, 0)
    assert figures["days"] == {"2026-11-21": 4}
    assert await asyncio.to_thread(run, ["db", "check"]) == 0
    assert await asyncio.to_thread(run, ["people", "list", "--commune", "31441"]) == 0
    assert '"member"' in capsys.readouterr().out
    for options, found in ((["--role", "head"], 0), (["--role", "member"], 1), (["--state", "ended"], 0),
                           (["--hamlet", "Thôn 3"], 0), (["--state", "awaited"], 0)):  # fmt: skip
        assert await asyncio.to_thread(run, ["people", "list", *options]) == 0
        assert capsys.readouterr().out.count("\n") == found, options
    assert await asyncio.to_thread(run, ["people", "list", "--commune", "00000"]) == 2
    days = ["people", "days", "--commune", "31441", "--out", "ngay.xlsx", "--month"]
    assert await asyncio.to_thread(run, [*days, "2026-11"]) == 0
    assert (home / "ngay.xlsx").read_bytes().startswith(b"PK")
    assert await asyncio.to_thread(run, [*days, "tháng 11"]) == 2


async def test_a_seeded_database_checks_and_its_copy_opens(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    seed = ["seed", "--communes", "2", "--weeks", "3", "--assistances", "500", "--now", NOW]
    assert await asyncio.to_thread(run, seed) == 0
    assert await asyncio.to_thread(run, ["db", "check"]) == 0
    assert await asyncio.to_thread(run, ["db", "backup", "copy.db"]) == 0
    with sqlite3.connect(home / "copy.db") as copy:
        assert copy.execute("SELECT count(*) FROM assistance").fetchone() == (500,)


async def test_a_recorded_talk_can_be_read_again(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    await converse([{"id": "1", "from": "an", "text": "chào"}], monkeypatch, "--record", "an.txt")
    text = (home / "an.txt").read_text()
    assert text.startswith(f"@now {NOW}")
    assert "an> chào" in text
    assert "  * 1 Đồng ý" in text


def test_a_sentence_a_line_becomes_a_card_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    (home / "thon.txt").write_text("Thôn Đông\nẤp Thới Hòa\n", encoding="utf-8")
    said = "hqua giup 5 nguoi nop ho so o thoi hoa, 1 nguoi chua xong\n\nxin chào\nthôn 9 3 vneid"
    monkeypatch.setattr("sys.stdin", stdin(said.encode()))
    assert run(["log", "parse", "--now", NOW, "--hamlets", "thon.txt"]) == 0
    first, empty, greeting, unlisted = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first == {"assistances": [{
        "date": "2026-11-20", "time": None, "hamlet": "Ấp Thới Hòa", "place": None, "people": 5,
        "contents": [{"code": "nop_ho_so", "people": 5}], "dossiers": None, "payments": None,
        "results": {"xong": 4, "hen_lai": 1}, "minutes": None, "groups": [], "ask": [],
    }]}  # fmt: skip
    assert empty == greeting == {"assistances": []}
    assert (unlisted["assistances"][0]["hamlet"], unlisted["assistances"][0]["ask"]) == ("thôn 9", ["hamlet"])


def test_a_line_that_is_no_text_is_told_and_the_next_one_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", stdin(b"3 vneid\n\xff\xfe\n2 qr"))
    assert run(["log", "parse", "--now", NOW]) == 2
    said = capsys.readouterr()
    cards = [json.loads(line)["assistances"] for line in said.out.splitlines()]
    assert [len(c) for c in cards] == [1, 0, 1]
    assert said.err == "line 2 of the input is not UTF-8\n"


def test_ask_answers_every_line_in_order_even_what_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["quên mật khẩu vneid".encode(), b"", "giá vàng hôm nay\r".encode(), b"\xff\xfe\x00", b"doi bang lai"]
    monkeypatch.setattr("sys.stdin", stdin(b"\n".join(lines)))
    assert run(["ask"]) == 2
    said = capsys.readouterr()
    assert said.err == "line 4 of the input is not UTF-8\n"
    answers = [json.loads(line) for line in said.out.splitlines()]
    intents = [answer["intent"] for answer in answers]
    assert intents == ["vneid-quen-mat-khau", None, None, None, "giay-phep-lai-xe"]
    for answer in answers:
        assert set(answer) == {"intent", "candidates", "score"}
        assert len(answer["candidates"]) >= 3


def test_a_guide_is_printed_to_one_page_with_a_code_into_the_chat(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://troly.example.gov.vn")
    assert run(["content", "print", "phan-anh", "--out", "bang.pdf", "--now", NOW]) == 0
    assert "bang.pdf" in capsys.readouterr().out
    (page,) = pypdf.PdfReader(home / "bang.pdf").pages
    assert "Quét mã này" in page.extract_text()
    assert "21/11/2026" in page.extract_text(), "when it was printed"
    assert run(["content", "print", "khong-co"]) == 2
    assert run(["content", "print", "phan-anh", "--out", "no/where.pdf"]) == 2
    assert "no folder" in capsys.readouterr().err
