"""`python -m tests.torture.codes`: a million spoilt codes and links; none may raise, hang, or wrongly be a match."""

import argparse
import json
import multiprocessing
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from content.qr import Codes, Context, Receiver, Verdict
from tests.payment_codes import item, sealed
from tests.yaml_files import read_yaml

VECTORS = Path(__file__).parents[1] / "content" / "qr" / "vectors.yaml"
SLOW = 1.0
"""Seconds nobody may wait for one code, however it is made."""

COMMUNE = (
    Receiver("account", "8600000012345", "970418"),
    Receiver("account", "4900000067890", "970405"),
    Receiver("vnpay", "MAUAN00001"),
    Receiver("account_prefix", "VMAU01", "970422", 16),
)
OFFICIAL = ("dichvucong.gov.vn", "vneid.gov.vn", "bocongan.gov.vn", "dancuquocgia.gov.vn", "gdt.gov.vn",
            "baohiemxahoi.gov.vn", "chinhphu.vn")  # fmt: skip
STRANGE = "\u200b\u202e\u0301\u0660\u0664０８đĐếộ€😀\ud83d\0\n\t \ufeff。．／\\@:%?#&=|.-_~00020163"
_ADDRESS = re.compile(r"(?:https://)?([a-z0-9._\-]+)(?::443|:80|:)?(?:[/?#].*)?", re.IGNORECASE | re.DOTALL)

Spoil = Callable[[random.Random, str, list[str]], str]


@dataclass
class Outcome:
    """What one worker found."""

    levels: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0
    seconds: float = 0.0


# --- a second opinion, written without the product ---


def is_paid_to_the_commune(text: str) -> bool:
    """Whether a naive reader finds a sound code that pays one of the commune's receivers, and nobody else."""
    body = text.strip().strip("\ufeff\0").strip()
    return any(_pays(objects, body) for objects in (_objects(body), _objects(body, of_bytes=True)) if objects)


def _pays(objects: dict[str, str], body: str) -> bool:
    if objects.get("63", "").upper() != _crc(body[:-4]) or objects.get("53") != "704" or objects.get("58") != "VN":
        return False
    found = []
    for tag, value in objects.items():
        inner = (_objects(value) or {}) if "26" <= tag <= "51" else {}
        if inner.get("00", "").upper() == "A000000727":
            whom = _objects(inner.get("01", "")) or {}
            found.append((whom.get("00", ""), whom.get("01", ""), inner.get("02", "")))
        elif inner.get("00", "").upper() == "A000000775":
            found.append(("", inner.get("01", ""), ""))
    return len(set(found)) == 1 and found[0][2] != "QRIBFTTC" and any(_is(r, *found[0][:2]) for r in COMMUNE)


def _is(receiver: Receiver, bin_: str, number: str) -> bool:
    if receiver.type == "account_prefix":
        return bin_ == receiver.bin and number.startswith(receiver.number) and len(number) == receiver.length
    return (bin_, number) == (receiver.bin, receiver.number)


def _objects(text: str, of_bytes: bool = False) -> dict[str, str] | None:
    data: Any = text.encode("utf-8", "replace") if of_bytes else text
    out: dict[str, str] = {}
    while data:
        head = bytes(data[:4]).decode("latin-1") if of_bytes else data[:4]
        if not re.fullmatch("[0-9]{4}", head):
            return None
        end = 4 + int(head[2:])
        value = data[4:end]
        if len(data) < end or (value and head[:2] in out):
            return None
        if value:
            out[head[:2]] = value.decode("utf-8", "replace") if of_bytes else value
        data = data[end:]
    return out


def _crc(text: str) -> str:
    value = 0xFFFF
    for byte in text.encode("utf-8", "replace"):
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ (0x1021 if value & 0x8000 else 0)) & 0xFFFF
    return f"{value:04X}"


def is_a_site_of_the_state(text: str) -> bool:
    """Whether a naive reader finds a plain https address below an official name."""
    found = _ADDRESS.fullmatch(text.strip().strip("\ufeff\0").strip())
    host = found[1].lower().rstrip(".") if found else ""
    return any(host == name or host.endswith(f".{name}") for name in OFFICIAL)


# --- spoiling ---


def _change(chance: random.Random, text: str, others: list[str]) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(STRANGE + text) + text[at + 1 :]


def _insert(chance: random.Random, text: str, others: list[str]) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + "".join(chance.choices(STRANGE + text, k=chance.randint(1, 4))) + text[at:]


def _delete(chance: random.Random, text: str, others: list[str]) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + text[at + chance.randint(1, 5) :]


def _swap(chance: random.Random, text: str, others: list[str]) -> str:
    at = chance.randrange(max(1, len(text) - 1))
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


def _splice(chance: random.Random, text: str, others: list[str]) -> str:
    other = chance.choice(others)
    return text[: chance.randrange(len(text) + 1)] + other[chance.randrange(len(other) + 1) :]


def _double(chance: random.Random, text: str, others: list[str]) -> str:
    at, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    return text[:end] + text[at:end] * chance.randint(1, 3) + text[end:]


def _reseal(chance: random.Random, text: str, others: list[str]) -> str:
    return sealed(text[:-8])


def _rewrite(chance: random.Random, text: str, others: list[str]) -> str:
    """One object changed, its length and the checksum made right again: what a forger does."""
    objects = _objects(text)
    if not objects:
        return _change(chance, text, others)
    donor = _objects(chance.choice(others)) or objects
    tag = chance.choice([*objects, *donor])
    spoilt = chance.choice(SPOILS[:4])(chance, donor.get(tag, objects.get(tag, "0")), others)[:99]
    changed = {**objects, tag: spoilt}
    changed.pop("63", None)
    return sealed("".join(item(name, value) for name, value in changed.items()))


SPOILS: list[Spoil] = [_change, _insert, _delete, _swap, _splice, _double, _reseal, _rewrite, _rewrite, _rewrite]


def spoilt(chance: random.Random, seeds: list[str]) -> Iterator[str]:
    """Codes and links without end, each spoilt in one to three ways."""
    while True:
        text = chance.choice(seeds)
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            text = chance.choice(SPOILS)(chance, text, seeds)
        yield text


# --- the run ---


def seeds() -> list[str]:
    """Every published content."""
    cases = read_yaml(VECTORS)
    return [case["payload"] for case in (*cases["valid"], *cases["hostile"])]


def is_wrong(text: str, verdict: Verdict) -> bool:
    """Whether it is called a match though the second opinion disagrees."""
    if verdict.level != "match":
        return False
    return not (is_a_site_of_the_state(text) if verdict.kind == "url" else is_paid_to_the_commune(text))


def run(seed: int, count: int) -> Outcome:
    """Checks that many; what raises is wrong too."""
    codes, out, made = Codes.load(), Outcome(), spoilt(random.Random(seed), seeds())
    for _ in range(count):
        text = next(made)
        begun = time.perf_counter()
        try:
            verdict = codes.check(text, Context(COMMUNE))
        except Exception as error:
            out.wrong.append(f"{type(error).__name__}: {text!r}")
            continue
        took = time.perf_counter() - begun
        out.seconds += took
        out.slowest = max(out.slowest, took)
        out.levels[verdict.level] += 1
        if is_wrong(text, verdict):
            out.wrong.append(f"{verdict.kind} {verdict.reasons}: {text!r}")
    return out


def main() -> int:
    """Runs on all cores and prints what was found; 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=47)
    given = parser.parse_args()
    cores = os.cpu_count() or 1
    with multiprocessing.Pool(cores) as pool:
        outcomes = pool.starmap(run, [(given.seed + n, given.count // cores) for n in range(cores)])
    levels = sum((o.levels for o in outcomes), Counter[str]())
    slowest, seconds = max(o.slowest for o in outcomes), sum(o.seconds for o in outcomes)
    wrong = [line for o in outcomes for line in o.wrong]
    told = {
        "checked": levels.total(),
        "levels": dict(levels),
        "wrong": len(wrong),
        "slowest_ms": round(slowest * 1000, 1),
        "checks_per_second_and_core": round(levels.total() / seconds),
    }
    print(json.dumps(told))
    for line in wrong[:20]:
        print(line, file=sys.stderr)
    return 1 if wrong or slowest > SLOW else 0


if __name__ == "__main__":
    sys.exit(main())
