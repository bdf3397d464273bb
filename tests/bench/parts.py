"""Plain sentences of the log put together of parts whose cards are known.

`python -m tests.bench.parts [SEED [HOW MANY]] [-v]`. Each part (who, what, where, when, how it went) is plain by
itself, so a sentence that is read wrong shows two that disturb each other. Prints which go wrong most, and where
people are counted wrong unasked; with -v everything wrong.
"""

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from content.logline import LogReader
from tests.content.logline.changes import unmarked
from tests.content.logline.sentences import FIELDS, VIETNAM, Sentence, log_reader, read_cards
from tests.yaml_files import read_yaml

NOW = datetime(2027, 11, 24, 20, tzinfo=VIETNAM)
"""A Wednesday; the days in parts.yaml are counted from it."""
LOOKED_AT = [name for name in FIELDS if name not in ("dossiers", "payments")]
SEVERAL = 0.3
"""Sentences in which more than one thing was done, of all."""
NAMELESS = 0.3
"""Of one alone, those not told by a title and a name."""
ALONE = 0.55
"""Sentences of one person, of all."""
PLAIN = 4
"""Of ten sentences, so many say nothing in a slot that may be empty."""
KINDS = ("tổ dân phố", "khu phố")
"""Kinds of hamlets of more than one word."""


@dataclass(frozen=True)
class Part:
    """Some words, and what they tell."""

    text: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Who:
    """Those helped: how many, the title of one alone, and what kind of people."""

    text: str
    n: int
    title: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Made:
    """A sentence with its card, and the parts it is made of, each with its slot."""

    sentence: Sentence
    parts: tuple[tuple[str, str], ...]


def sentences(seed: int, n: int) -> Iterator[Made]:
    """So many sentences, always the same for a seed."""
    chance = random.Random(seed)
    for _ in range(n):
        yield _several(chance) if chance.random() < SEVERAL else _made(chance)


@cache
def _parts() -> dict[str, Any]:
    page: dict[str, Any] = read_yaml(Path(__file__).with_suffix(".yaml"))
    return page


def _told(name: str) -> list[Part]:
    """The parts of a list: words alone, or with what they tell."""
    pairs = (next(iter(entry.items())) if isinstance(entry, dict) else (entry, {}) for entry in _parts()[name])
    return [Part(text, told if isinstance(told, dict) else {"code": told}) for text, told in pairs]


def _whom(chance: random.Random) -> Who:
    if chance.random() < ALONE:
        if chance.random() < NAMELESS:
            part = chance.choice(_told("somebody"))
            return Who(part.text, 1, "", tuple(part.told.get("code", ())))
        part = chance.choice(_told("one"))
        return Who(part.text, 1, part.text.split()[0].lower(), tuple(part.told.get("code", ())))
    part = chance.choice(_told("more"))
    return Who(part.text, part.told.get("n") or part.told["code"], groups=tuple(part.told.get("groups", ())))


def _went(who: Who) -> list[Part]:
    """How it may go for them."""
    page, n = _parts(), who.n
    all_of = dict(page["went"])
    all_of["xong"] = [*all_of["xong"], *page["done_of_one" if n == 1 else "done_of_more"]]
    parts = [Part(text, {"results": {code: n}}) for code, texts in all_of.items() for text in texts]
    parts += _told("felt" if n == 1 else "felt_of_more")
    parts = [part for part in parts if who.title or not _pointed(part)]
    if n > 1:
        shares = _told("shares")
        parts += [Part(part.text, {"results": {"xong": n - 1, part.told["code"]: 1}}) for part in shares]
    return parts


def _kind(who: Who) -> list[Part]:
    """What else may be told of them; of "em", which is the writer too, nothing."""
    if who.title in ("em", "") and who.n == 1:
        return [Part()]
    parts = _told("kind_of_one" if who.n == 1 else "kind_of_more")
    return [Part(part.text, {"groups": [part.told["code"]]} if part.told else {}) for part in parts]


def _pointed(part: Part) -> bool:
    """Whether it is told of them by their title."""
    return re.search(r"\bP\b", part.text) is not None


def _made(chance: random.Random) -> Made:
    form, who = chance.choice(_parts()["forms"]), _whom(chance)
    code = chance.choice(list(_parts()["what"]))
    what, verb = chance.choice(_parts()["what"][code]), chance.choice(_parts()["verbs"])
    slots = {name: _told(name) for name in ("when", "where", "lasts")} | {"went": _went(who), "kind": _kind(who)}
    slots |= {"lives": _told("lives") if who.n == 1 else [Part()], "with": _told("beside")}
    slots |= {"before": [part for part in _told("before") if who.title or not _pointed(part)]}
    used = {
        name: Part() if chance.randrange(10) < PLAIN and name != "went" else chance.choice(parts)
        for name, parts in slots.items()
        if f"{{{name}}}" in form
    }
    if used.get("lives", Part()).text and "hamlet" in used.get("where", Part()).told:
        used["lives"] = Part()
    if used.get("with", Part()).text:
        verb = (
            verb.removeprefix("em ")
            .removeprefix("mình ")
            .removeprefix("tôi ")
            .removeprefix("tui ")
            .removeprefix("cháu ")
        )
    words = {name: _filled(part.text, who) for name, part in used.items()}
    spelling = chance.choice(["as it is", "as it is", "small", "no marks"])
    text = _spelt(_tidy(form.format(who=who.text, what=what, verb=verb, **words)), spelling)
    told = {key: value for part in used.values() for key, value in part.told.items() if key != "code"}
    if spelling == "no marks" and "hamlet" in told:
        told["hamlet"] = _named(told["hamlet"])
    card = dict.fromkeys(FIELDS) | {"date": str(NOW.date()), "results": {}, "ask": []} | told
    told_done = "xong" if form.endswith(("xong", "thì được")) else None
    card |= {"results": {told_done: who.n}} if told_done else {}
    card |= {"people": who.n, "contents": {code: who.n}, "groups": sorted({*who.groups, *told.get("groups", ())})}
    named = (("who", who.text), ("what", what), ("verb", verb), ("form", form), ("spelling", spelling))
    shown = tuple((name, part.text) for name, part in used.items() if part.text)
    return Made(Sentence(text, NOW, (), (card,), "parts"), named + shown)


def _several(chance: random.Random) -> Made:
    """Two things done for the same or for others, in one assistance or in two."""
    page = _parts()
    form, apart = chance.choice([(f, kind == "apart") for kind in ("together", "apart") for f in page[kind]])
    who = [_whom(chance), _whom(chance)]
    while who[0].text == who[1].text:
        who[1] = _whom(chance)
    codes = chance.sample(list(page["what"]), 2)
    n = [chance.randint(1, 9), chance.randint(2, 9)]
    words = {"n": str(n[0]), "m": str(n[1]), "all": str(sum(n)), "verb": chance.choice(page["verbs"])}
    words |= {f"who{i}": w.text for i, w in enumerate(who, 1)}
    words |= {f"what{i}": chance.choice(page["what"][code]) for i, code in enumerate(codes, 1)}
    hours = [part for part in _told("when") if not (apart and ":" in part.told.get("time", ""))]
    told: dict[str, Any] = {}
    for name, part in (("when", chance.choice(hours)), ("where", chance.choice(_told("where")))):
        used = chance.randrange(10) >= PLAIN and f"{{{name}}}" in form
        words[name] = part.text if used else ""
        told |= part.told if used else {}
    spelling = chance.choice(["as it is", "as it is", "small", "small" if "tối " in form else "no marks"])  # or tôi
    cards = _cards(form, apart, codes, n if "{m}" in form else [w.n for w in who], who, told)
    if spelling == "no marks":
        cards = tuple(card | {"hamlet": card["hamlet"] and _named(card["hamlet"])} for card in cards)
    text = _spelt(_tidy(form.format(**words).lstrip(" :")), spelling)
    return Made(Sentence(text, NOW, (), cards, "parts"), (("form", form), *words.items(), ("spelling", spelling)))


def _cards(
    form: str, apart: bool, codes: list[str], ns: list[int], who: list[Who], told: Mapping[str, Any]
) -> tuple[dict[str, Any], ...]:
    """The cards of two things done: for how many each, and what both have."""
    base: dict[str, Any] = {**dict.fromkeys(FIELDS), "date": str(NOW.date()), "results": {}, "ask": [], **told}
    groups = [sorted(w.groups) if f"who{i}" in form else [] for i, w in enumerate(who, 1)]
    if apart:
        rows = zip(codes, ns, groups, _parts()["apart"][form], strict=True)
        return tuple(base | {"people": n, "contents": {code: n}, "groups": of} | own for code, n, of, own in rows)
    both = "{who2}" in form or "{m}" in form
    people = sum(ns) if both else ns[0]
    went = {code: people if n == "all" else n for code, n in _parts()["together"][form].items()}
    contents = dict(zip(codes, ns if both else [None, None], strict=True))
    return (
        base | {"people": people, "contents": contents, "groups": sorted({*groups[0], *groups[1]}), "results": went},
    )


def _filled(text: str, who: Who) -> str:
    """The part with their title and their number in it."""
    text = re.sub(r"\bP\b", who.title, text)
    return re.sub(r"\bM\b", str(who.n - 1), re.sub(r"\bN\b", str(who.n), text))


def _tidy(text: str) -> str:
    """Without the marks and spaces that empty parts leave."""
    clauses = [" ".join(clause.split()) for clause in re.split(r"([,.](?= |$))", text)]
    pairs = zip(clauses[::2], [*clauses[1::2], ""], strict=True)
    out = re.sub(r"[ ,.]+$", "", "".join(f"{clause}{mark} " for clause, mark in pairs if clause))
    out = re.sub(r"(?<=\. )(\w)", lambda m: m[1].upper(), out)
    return out[0].upper() + out[1:]


def _spelt(text: str, spelling: str) -> str:
    if spelling == "no marks":
        return unmarked(text).lower()
    return text[0].lower() + text[1:] if spelling == "small" else text


def _named(hamlet: str) -> str:
    """A hamlet as it is read where marks are not typed: its kind gets them back."""
    kind = next((kind for kind in KINDS if hamlet.startswith(kind)), hamlet.partition(" ")[0])
    return kind + unmarked(hamlet.removeprefix(kind)).lower()


def wrong(reader: LogReader, made: Made) -> tuple[dict[str, tuple[Any, Any]], bool]:
    """The fields that are read wrong, each as wanted and as read, and whether the people are wrong unasked."""
    got, cards = read_cards(reader, made.sentence), made.sentence.cards
    if len(got) != len(cards):
        people = sum(card["people"] or 0 for card in got) != sum(card["people"] for card in cards)
        return {"cards": (len(cards), len(got))}, people and not any("people" in card["ask"] for card in got)
    bad: dict[str, tuple[Any, Any]] = {}
    unasked = False
    for want, card in zip(cards, got, strict=True):
        bad |= {name: (want[name], card[name]) for name in LOOKED_AT if want[name] != card[name]}
        unasked |= want["people"] != card["people"] and "people" not in card["ask"]
    return bad, unasked


def main() -> None:
    """Prints the tables."""
    seed, n = (
        ([*(int(word) for word in sys.argv[1:] if word.isdigit()), 1, 3000])[:2] if len(sys.argv) > 2 else (1, 3000)
    )
    of: Counter[tuple[str, str]] = Counter()
    bad_of: Counter[tuple[str, str]] = Counter()
    fields: Counter[str] = Counter()
    silent: list[str] = []
    shown: list[str] = []
    for made in sentences(seed, n):
        bad, unasked = wrong(log_reader(), made)
        of.update(made.parts)
        if bad:
            bad_of.update(made.parts)
            fields.update(list(bad))
            shown.append(f"{made.sentence.text} | " + ", ".join(f"{k}: {w} read {g}" for k, (w, g) in bad.items()))
        if unasked:
            silent.append(shown[-1])
    print(
        f"{n} sentences, {len(shown)} read wrong ({100 * len(shown) / n:.1f}%), {len(silent)} of them people unasked"
    )
    print("fields:", ", ".join(f"{name} {count}" for name, count in fields.most_common()))
    for part in sorted((part for part in of if of[part] > 9), key=lambda p: -bad_of[p] / of[p])[:40]:
        print(f"{100 * bad_of[part] / of[part]:5.0f}% of {of[part]:4}  {part[0]:<9}{part[1]}")
    print("\n".join(["", "people wrong unasked:", *silent]))
    if "-v" in sys.argv:
        print("\n".join(["", "all:", *shown]))


if __name__ == "__main__":
    main()
