"""`qr`: checks of payment codes for programs. Knows no server and no database."""

import datetime as dt
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import click
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.cli.common import Refused, asynchronous, clock_at, with_now
from bot.pictures.kinds import LARGEST
from bot.pictures.reader import Reader
from content.qr import Codes, Context, Kind, Receiver, Verdict
from handlers.turn import Picture
from storage.periods import VIETNAM

_SEPARATORS = {ord(c): f"\\u{ord(c):04x}" for c in "\x85\u2028\u2029"}
"""Ends of lines for some readers, so they are not written as they are."""

Number = Annotated[str, StringConstraints(min_length=1, max_length=99)]
Bin = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class _Line(BaseModel):
    """A JSON object; keys we do not know are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class _Listed(_Line):
    """A receiver that the commune announced."""

    type: Literal["account", "account_prefix", "vnpay"]
    bin: Bin | None = None
    account: Number | None = None
    prefix: Number | None = None
    length: int | None = Field(default=None, ge=1, le=99)
    merchant_id: Number | None = None
    name: str = ""
    valid_from: Annotated[dt.date, Field(strict=False)] | None = None
    valid_to: Annotated[dt.date, Field(strict=False)] | None = None

    def receiver(self) -> Receiver:
        """As the check knows it. Raises ValueError naming what is missing."""
        match self:
            case _Listed(type="account", bin=str(number), account=str(account)):
                return Receiver("account", account, number, name=self.name)
            case _Listed(type="account_prefix", bin=str(number), prefix=str(prefix), length=int(length)):
                return Receiver("account_prefix", prefix, number, length, self.name)
            case _Listed(type="vnpay", merchant_id=str(merchant)):
                return Receiver("vnpay", merchant, name=self.name)
        needs = {"account": "bin and account", "account_prefix": "bin, prefix and length", "vnpay": "merchant_id"}
        raise ValueError(f"a receiver of type {self.type} needs {needs[self.type]}")

    def in_force(self, day: dt.date) -> bool:
        """Whether the commune collects through it on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class _Question(_Line):
    """What is asked on one line."""

    payload: str
    expected_fee: int | None = Field(default=None, ge=0)
    expected_reference: str | None = None
    receivers: list[_Listed] | None = None


@click.group()
def qr() -> None:
    """Checks payment QR codes.

    Example: python -m bot qr photo anh.jpg"""


@qr.command("check")
@with_now
def qr_check(now: str | None) -> None:
    """Payloads in, verdicts out: one JSON object a line each way, answered line by line.

    In: payload, and if known expected_fee, expected_reference, receivers (what the commune announced; those with
    valid_from or valid_to count on these days only). Out: level, kind, reasons, notes, fields.

    Example: echo '{"payload": "000201..."}' | python -m bot qr check"""
    codes, clock = Codes.load(), clock_at(now)
    for number, raw in enumerate(sys.stdin.buffer, 1):
        if raw.strip():
            try:
                asked = _Question.model_validate(json.loads(raw))
                verdict = codes.check(asked.payload, _context(asked, clock().astimezone(VIETNAM).date()))
            except (ValueError, RecursionError) as error:
                raise Refused(f"line {number}: {_said(error)}") from None
            write(told(verdict))


@qr.command("photo")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@asynchronous
async def qr_photo(files: tuple[Path, ...]) -> None:
    """The same from pictures: one JSON object a code, or one that says why there is none.

    Adds file, codes (how many were found in it) and payload, which is null when it tells of a person.

    Example: python -m bot qr photo anh.jpg"""
    codes, reader = Codes.load(), Reader()
    try:
        for file in files:
            with file.open("rb") as opened:
                picture = await reader.read(opened.read(LARGEST + 1))
            for line in _seen(codes, picture):
                write({**line, "file": str(file)})
    finally:
        await reader.close()


def _seen(codes: Codes, picture: Picture) -> Iterator[dict[str, Any]]:
    """What is told of a picture, a code a line."""
    if not picture.codes:
        nothing = told(codes.check(""))
        yield {**nothing, "reasons": [picture.problem or "no_code"], "codes": 0, "payload": None}
    for payload in picture.codes:
        verdict = codes.check(payload)
        personal = verdict.kind is Kind.PERSONAL_ID
        yield {**told(verdict), "codes": len(picture.codes), "payload": None if personal else payload}


def _context(asked: _Question, day: dt.date) -> Context:
    listed = [(entry, entry.receiver()) for entry in asked.receivers or ()]
    receivers = tuple(receiver for entry, receiver in listed if entry.in_force(day))
    return Context(receivers, asked.expected_fee, asked.expected_reference)


def told(verdict: Verdict) -> dict[str, Any]:
    """A verdict as programs read it."""
    return {
        "level": verdict.level,
        "kind": verdict.kind,
        "reasons": verdict.reasons,
        "notes": verdict.notes,
        "fields": verdict.fields,
    }


def write(line: dict[str, Any]) -> None:
    """One JSON object on a line of standard output, at once; half a character, which UTF-8 cannot write, escaped."""
    text = json.dumps(line, ensure_ascii=False).translate(_SEPARATORS)
    try:
        data = text.encode()
    except UnicodeEncodeError:
        data = json.dumps(line).encode()
    sys.stdout.buffer.write(data + b"\n")
    sys.stdout.buffer.flush()


def _said(error: Exception) -> str:
    """What is wrong with a line, without repeating what it holds."""
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(key) for key in first["loc"])
        return f"{place}: {first['msg']}" if place else 'expected an object like {"payload": "000201..."}'
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError | RecursionError):
        return 'no JSON object in UTF-8, expected one like {"payload": "000201..."}'
    return str(error)
