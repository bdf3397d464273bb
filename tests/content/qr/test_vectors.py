"""Every published case, through the verb that programs use: level, kind, reasons, notes and fields."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import run
from content.qr import Banks, Reason
from content.qr.verdict import level_of
from tests.payment_codes import Refused, encode, rebuilt
from tests.yaml_files import read_yaml

CASES: dict[str, Any] = read_yaml(Path(__file__).parent / "vectors.yaml")
CHECKED = [*CASES["valid"], *CASES["hostile"]]
CONTEXTS = CASES["contexts"]


def asked(case: dict[str, Any]) -> dict[str, Any]:
    """The case as a line of input."""
    line: dict[str, Any] = {
        key: case[key] for key in ("payload", "expected_fee", "expected_reference") if key in case
    }
    if case.get("context"):
        line["receivers"] = CONTEXTS[case["context"]]["receivers"]
    return line


def answers(
    lines: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> list[Any]:
    """What `qr check` says to these lines."""
    data = "".join(json.dumps(line, ensure_ascii=n % 2 == 0) + "\n" for n, line in enumerate(lines)).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
    assert run(["qr", "check", "--now", "2026-11-21T09:00:00+07:00"]) == 0
    return [json.loads(line) for line in capfd.readouterr().out.split("\n") if line]


def test_every_case_gets_its_verdict(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    verdicts = answers([asked(case) for case in CHECKED], monkeypatch, capfd)
    assert len(verdicts) == len(CHECKED)
    wrong = {}
    for case, got in zip(CHECKED, verdicts, strict=True):
        want = case["expect"]
        assert list(got) == ["level", "kind", "reasons", "notes", "fields"]
        as_wanted = (
            (got["level"], got["kind"]) == (want["level"], want["kind"])
            and set(want["reasons"]) <= set(got["reasons"])
            and set(want.get("notes", [])) <= set(got["notes"])
            and want.get("fields", {}).items() <= got["fields"].items()
        )
        if not as_wanted:
            wrong[case["id"]] = (want, got)
    assert not wrong


def test_further_reasons_are_no_graver_than_those_asked_for(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    verdicts = answers([asked(case) for case in CHECKED], monkeypatch, capfd)
    for case, got in zip(CHECKED, verdicts, strict=True):
        assert got["level"] == level_of(Reason(r) for r in case["expect"]["reasons"]), case["id"]
        assert got["level"] == level_of(Reason(r) for r in got["reasons"]), case["id"]


@pytest.mark.parametrize("case", [c for c in CASES["valid"] if c["expect"].get("canonical")], ids=lambda c: c["id"])
def test_a_code_in_its_usual_form_is_the_same_when_written_again(case: dict[str, Any]) -> None:
    assert rebuilt(case["payload"]) == case["payload"]


@pytest.mark.parametrize("case", CASES["encode"], ids=lambda c: c["id"])
def test_codes_are_written_as_the_format_asks(case: dict[str, Any]) -> None:
    banks = Banks.load()
    if "error" in case:
        with pytest.raises(Refused, match=f"^{case['error']}$"):
            encode(banks, **case["input"])
    else:
        assert encode(banks, **case["input"]) == case["payload"]
