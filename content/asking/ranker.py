"""Ranks what a question may be about, by weights learnt beforehand; says how sure it is that it is our business.

The weights are a file built by `python -m bot content build`. It is read in milliseconds and needs no numpy.
"""

import json
import math
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from content.asking.intents import OFF, Action, Asked, fingerprint
from content.asking.terms import Reader, Usage, scaled
from content.guide import Problem
from content.reading import KnowledgeError, name_of

ARTEFACT = Path("data", "ranker.bin")
UNIT = 1 / 20_000
"""What one step of a stored weight is worth; the largest is about 0.3."""
BUILD = "python -m bot content build"

LEAD, EVIDENCE, KNOWN, DOUBT = 29.0, 0.42, 3.5, -3.3
"""How certain a question is our business: what the lead over the best off-topic kind is worth, the evidence of its
terms, the share of it that is known at all, and what has to be made up for. Fitted to phrases and questions that were
left out of the learning (`make bench` prints what comes of it)."""

STRANGE = -2.0
"""The most certainty (as log-odds) of a text that is strange ..."""
UNHEARD = 0.55
"""... because less of it than this was ever seen ..."""
SEEN_TOGETHER, FAMILIAR = 0.15, 0.85
"""... or fewer of its pairs than this, while not nearly all of the rest is known ..."""
NODS = 2
"""So many words that say nothing ("có", "dạ vâng") speak against being our business as little as for it."""
TELLING, WEAK, SHORT = 0.06, 0.045, 6
"""... or because it is one word, or no more than so many, and speaks for no intent as strongly as this."""


@dataclass(frozen=True, slots=True)
class Label:
    """An intent, or a kind of off-topic question, as the ranker knows it."""

    slug: str
    name: str = ""
    group: str = ""
    description: str = ""
    human: bool = False
    """An intent that asks for a person."""
    action: Action | None = None
    """For an off-topic kind only."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a question may be about."""

    intents: tuple[tuple[str, float], ...]
    """Slugs with scores, the best first."""
    kind: str
    """The likeliest kind of off-topic question, should it be one."""
    action: Action
    """What is done with that kind."""
    lead: float
    """How far the best intent is before that kind; less than nothing when it is behind."""
    certainty: float
    """That it is our business: 0 to 1."""


@dataclass(frozen=True, slots=True)
class _Weights:
    """What was learnt. The weights of row n that are not nothing lie from start[n] to start[n + 1]."""

    rarity: "array[float]"
    evidence: "array[float]"
    start: "array[int]"
    label: "array[int]"
    weight: "array[int]"

    @classmethod
    def empty(cls) -> Self:
        return cls(array("f"), array("f"), array("I", [0]), array("B"), array("h"))

    def columns(self) -> "tuple[array[Any], ...]":
        return self.rarity, self.evidence, self.start, self.label, self.weight

    def add(self, rarity: float, evidence: float, weights: Iterable[float]) -> None:
        steps = [(n, round(weight / UNIT)) for n, weight in enumerate(weights)]
        self.rarity.append(rarity)
        self.evidence.append(evidence)
        self.label.extend(n for n, step in steps if step)
        self.weight.extend(step for _, step in steps if step)
        self.start.append(len(self.label))


class Ranker:
    """Ranks intents for a question. Built once, never changed."""

    def __init__(self, reader: Reader, labels: tuple[Label, ...], terms: Sequence[str], weights: _Weights) -> None:
        self.reader = reader
        self._labels = labels
        self._terms = terms
        self._row = {term: n for n, term in enumerate(terms)}
        self._weights = weights
        self._rarest = max(weights.rarity, default=1.0)
        self._intents = [n for n, label in enumerate(labels) if label.action is None]
        self._off = [n for n, label in enumerate(labels) if label.action is not None]

    @classmethod
    def learnt(cls, reader: Reader, examples: Iterable[tuple[str, str]], labels: Mapping[str, Label]) -> Self:
        """A ranker made from texts and their labels; takes a few seconds."""
        from content.asking.learning import learn

        lesson = learn([(reader.terms(text), label) for text, label in examples], lambda label: label[:1] != OFF)
        weights = _Weights.empty()
        for rarity, evidence, row in zip(lesson.rarity.values(), lesson.evidence, lesson.weights, strict=True):
            weights.add(rarity, evidence, row.tolist())
        return cls(reader, tuple(labels[label] for label in lesson.labels), list(lesson.rarity), weights)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The ranker of the folder. Raises KnowledgeError when its weights are missing or older than its words."""
        try:
            packed = zlib.decompress((folder / ARTEFACT).read_bytes())
            head, words, numbers = packed.split(b"\0", 2)
            about: dict[str, Any] = json.loads(head)
        except (OSError, zlib.error, ValueError):
            raise _stale(folder) from None
        if about["fingerprint"] != fingerprint(folder):
            raise _stale(folder)
        weights, at = _Weights(array("f"), array("f"), array("I"), array("B"), array("h")), 0
        for column, count in zip(weights.columns(), about["counts"], strict=True):
            end = at + count * column.itemsize
            column.frombytes(numbers[at:end])
            at = end
        labels = tuple(
            Label(**label | {"action": Action(label["action"]) if label["action"] else None})
            for label in about["labels"]
        )
        return cls(Reader(Usage.load(folder)), labels, words.decode().split("\n"), weights)

    def packed(self, mark: str) -> bytes:
        """As kept in a file, with the fingerprint of what it was learnt from."""
        columns = self._weights.columns()
        about = {
            "fingerprint": mark,
            "labels": [asdict(label) for label in self._labels],
            "counts": [len(column) for column in columns],
        }
        parts = [json.dumps(about, ensure_ascii=False).encode(), "\n".join(self._terms).encode()]
        return zlib.compress(b"\0".join([*parts, b"".join(column.tobytes() for column in columns)]), 9)

    def labels(self) -> tuple[Label, ...]:
        """Everything that can be told apart."""
        return self._labels

    def rank(self, text: str) -> Ranking:
        """All intents, the best first. The same for every spelling of the same words."""
        terms, weights = self.reader.terms(text), self._weights
        known = {term: self._row[term] for term in terms if term in self._row}
        shares = scaled(terms, {term: weights.rarity[row] for term, row in known.items()})
        scores, evidence = [0.0] * len(self._labels), 0.0
        for term, share in shares.items():
            row = known[term]
            evidence += share * weights.evidence[row]
            for at in range(weights.start[row], weights.start[row + 1]):
                scores[weights.label[at]] += share * UNIT * weights.weight[at]
        order = sorted(self._intents, key=lambda n: -scores[n])
        off = max(self._off, key=lambda n: scores[n])
        lead = scores[order[0]] - scores[off]
        if lead < 0 and len(self.reader.words(text)) <= NODS and not self.reader.telling(text):
            lead = 0.0
        familiar = self._known(terms, known)
        sure = LEAD * lead + EVIDENCE * evidence + KNOWN * familiar + DOUBT
        if _strange(terms, known, familiar, scores[order[0]]):
            sure = min(sure, STRANGE)
        label = self._labels[off]
        return Ranking(
            tuple((self._labels[n].slug, scores[n]) for n in order), label.slug, label.action or Action.DECLINE,
            lead, 1 / (1 + math.exp(-sure)),
        )  # fmt: skip

    def likeness(self, text: str, name: str) -> float:
        """How like two texts are, from 0 to 1: rare terms count more (the cosine of the angle between them)."""
        one, other = self._shares(text), self._shares(name)
        return math.fsum(share * other[term] for term, share in one.items() if term in other)

    def _shares(self, text: str) -> dict[str, float]:
        terms = self.reader.terms(text)
        return scaled(terms, {term: self._weights.rarity[self._row[term]] for term in terms if term in self._row})

    def _known(self, terms: Iterable[str], known: Mapping[str, int]) -> float:
        """The share of the terms that was ever seen; an unseen one counts as much as the rarest."""
        weights = [self._weights.rarity[known[term]] if term in known else self._rarest for term in terms]
        seen = math.fsum(weight for term, weight in zip(terms, weights, strict=True) if term in known)
        return seen / math.fsum(weights) if weights else 0.0


def _strange(terms: Iterable[str], known: Mapping[str, int], familiar: float, best: float) -> bool:
    """Whether the words are new, known at most one by one as names are, or too few to speak for anything."""
    pairs = [term for term in terms if " " in term and term[0] != "^" and term[-1] != "$"]
    if familiar < UNHEARD or best < (TELLING if not pairs else WEAK if len(pairs) < SHORT else 0):
        return True
    apart = sum(pair in known for pair in pairs) < SEEN_TOGETHER * len(pairs)
    return apart and familiar < FAMILIAR


def labels(asked: Asked) -> dict[str, Label]:
    """What questions can be told apart as, by their labels."""
    found = {
        intent.slug: Label(intent.slug, intent.name, group, intent.description, intent.human)
        for group, intent in asked.intents()
    }
    return found | {f"{OFF}{off.kind}": Label(off.kind, action=off.action) for off in asked.offtopic()}


def build(folder: Path) -> bytes:
    """Learns from everything in the folder; gives what `data/ranker.bin` shall hold. Raises KnowledgeError."""
    asked = Asked.read(folder)
    if asked.problems:
        raise KnowledgeError(asked.problems[0])
    examples = [*asked.phrases(), *((question.text, question.label) for question in asked.questions)]
    return Ranker.learnt(Reader(Usage.load(folder)), examples, labels(asked)).packed(fingerprint(folder))


def _stale(folder: Path) -> KnowledgeError:
    what = "Chưa dựng, hoặc đã cũ hơn các câu hỏi trong intents/, data/questions.yaml, data/abbreviations.yaml."
    return KnowledgeError(
        Problem(file=name_of(folder / ARTEFACT, folder), line=1, kind="error", what=what, mend=f"Chạy: {BUILD}")
    )
