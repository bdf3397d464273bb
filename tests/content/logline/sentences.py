"""The development set of the one-sentence log: sentences as members of all regions type them, with their cards."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from content.knowledge import FOLDER
from content.logline import LogReader
from tests.yaml_files import read_yaml

FIELDS = (
    "date", "time", "hamlet", "place", "people", "contents", "dossiers", "payments", "results", "minutes", "groups",
    "ask",
)  # fmt: skip
VIETNAM = dt.timezone(dt.timedelta(hours=7))


@dataclass(frozen=True)
class Sentence:
    """A sentence, when it was written, and the cards it should become."""

    text: str
    now: dt.datetime
    hamlets: tuple[str, ...]
    cards: tuple[Mapping[str, Any], ...]
    file: str
    gap: str = ""
    """Why it is not yet read right; such a sentence counts as wrong."""


@dataclass
class Score:
    """How many sentences came out whole, and where the others went wrong."""

    whole: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    """Sentences with a mistake in that field."""
    silent: list[Sentence] = field(default_factory=list)
    """Sentences with a wrong number of people that would not have been asked about."""
    idle: list[Sentence] = field(default_factory=list)
    """Sentences with a question about what was plain."""
    failed: list[tuple[Sentence, list[dict[str, Any]]]] = field(default_factory=list)
    total: int = 0


@cache
def log_reader() -> LogReader:
    """The program's own, read once."""
    return LogReader.load(FOLDER)


def read_sentences(files: Iterable[Path] | None = None) -> list[Sentence]:
    """The sentences of those files, by default all."""
    folder = Path(__file__).parent
    return [s for path in (files or sorted(folder.glob("*.yaml"))) for s in _of_file(path)]


def _of_file(path: Path) -> list[Sentence]:
    page = read_yaml(path)
    out = []
    for entry in page["sentences"]:
        now = dt.datetime.fromisoformat(str(entry.get("now", page["now"]))).replace(tzinfo=VIETNAM)
        cards = entry["cards"] if "cards" in entry else [entry["card"]]
        hamlets = tuple(entry.get("hamlets", page.get("hamlets", ())))
        out.append(
            Sentence(
                entry["text"],
                now,
                hamlets,
                tuple(_whole(c, now.date()) for c in cards),
                path.name,
                entry.get("gap", ""),
            )
        )
    return out


def _whole(card: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
    """A card with everything that was left out of it."""
    contents = card.get("contents", {})
    told = {contents: card.get("people")} if isinstance(contents, str) else contents
    date = card.get("date", today)
    return dict.fromkeys(FIELDS) | {
        **card, "date": str(date) if date else None, "contents": told, "results": card.get("results", {}),
        "groups": sorted(card.get("groups", [])), "ask": sorted(card.get("ask", [])),
    }  # fmt: skip


def read_cards(reader: LogReader, sentence: Sentence) -> list[dict[str, Any]]:
    """The cards a sentence becomes, in the form of the development set."""
    cards = [card.as_json() for card in reader.read(sentence.text, sentence.now, sentence.hamlets)]
    return [
        card | {"contents": {c["code"]: c["people"] for c in card["contents"]}, "groups": sorted(card["groups"]),
                "ask": sorted(card["ask"])}
        for card in cards
    ]  # fmt: skip


def score(reader: LogReader, sentences: Iterable[Sentence]) -> Score:
    """Reads all the sentences and compares every field."""
    out = Score()
    for sentence in sentences:
        out.total += 1
        got = read_cards(reader, sentence)
        wrong = set() if len(got) == len(sentence.cards) else {"cards"}
        for want, card in zip(sentence.cards, got, strict=False):
            wrong |= {name for name in FIELDS if want[name] != card[name]}
            if want["people"] != card["people"] and "people" not in card["ask"]:
                out.silent.append(sentence)
            if set(card["ask"]) - set(want["ask"]):
                out.idle.append(sentence)
        out.wrong.update(wrong)
        if wrong:
            out.failed.append((sentence, got))
        else:
            out.whole += 1
    return out
