"""Ranks what a question may be about, by weights learnt beforehand; says how sure it is that it is our business.

The weights are a file built by `python -m bot content build`. It is read in milliseconds and needs no numpy.
"""

import json
import math
import zlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from content.asking.intents import OFF, Action, Asked, fingerprint
from content.asking.terms import Reader, Terms, Usage, scaled
from content.guide import Problem
from content.reading import KnowledgeError, name_of

ARTEFACT = Path("data", "ranker.bin")
UNIT = 1 / 20_000
"""What one step of a stored weight is worth; the largest is about 0.3."""
STEEPNESS = 12.0
"""How fast a lead over the best off-topic kind becomes certainty."""
BUILD = "python -m bot content build"


@dataclass(frozen=True, slots=True)
class Label:
    """An intent, or a kind of off-topic question, as the ranker knows it."""

    slug: str
    name: str = ""
    group: str = ""
    description: str = ""
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
    certainty: float
    """That it is our business: 0 to 1."""


class Ranker:
    """Ranks intents for a question. Built once, never changed."""

    def __init__(self, reader: Reader, labels: tuple[Label, ...], terms: Iterable[str], model: "_Weights") -> None:
        self._reader = reader
        self._labels = labels
        self._row = {term: n for n, term in enumerate(terms)}
        self._model = model
        self._intents = [n for n, label in enumerate(labels) if label.action is None]
        self._off = [n for n, label in enumerate(labels) if label.action is not None]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The ranker of the folder. Raises KnowledgeError when its weights are missing or older than its words."""
        path = folder / ARTEFACT
        try:
            head, _, rest = zlib.decompress(path.read_bytes()).partition(b"\0")
            about: dict[str, Any] = json.loads(head)
        except (OSError, zlib.error, ValueError):
            raise _stale(folder) from None
        if about["fingerprint"] != fingerprint(folder):
            raise _stale(folder)
        words, _, numbers = rest.partition(b"\0")
        labels = tuple(
            Label(**(label | {"action": Action(label["action"]) if label["action"] else None}))
            for label in about["labels"]
        )
        return cls(Reader(Usage.load(folder)), labels, words.decode().split("\n"), _Weights.read(numbers, about))

    def labels(self) -> tuple[Label, ...]:
        """Everything that can be told apart."""
        return self._labels

    def rank(self, text: str) -> Ranking:
        """All intents, the best first. The same for every spelling of the same words."""
        scores = self._scores(self._reader.terms(text))
        order = sorted(self._intents, key=lambda n: -scores[n])
        off = max(self._off, key=lambda n: scores[n])
        lead = scores[order[0]] - scores[off]
        label = self._labels[off]
        return Ranking(
            tuple((self._labels[n].slug, scores[n]) for n in order), label.slug, label.action or Action.DECLINE,
            1 / (1 + math.exp(-STEEPNESS * lead)),
        )  # fmt: skip

    def _scores(self, terms: Terms) -> list[float]:
        model = self._model
        known = {term: weight for term, weight in terms.items() if term in self._row}
        rarity = {term: model.rarity[self._row[term]] for term in known}
        scores = [0.0] * len(self._labels)
        for term, weight in scaled(known, rarity).items():
            row = self._row[term]
            for at in range(model.start[row], model.start[row + 1]):
                scores[model.label[at]] += weight * model.weight[at]
        return [score * UNIT for score in scores]


@dataclass(frozen=True, slots=True)
class _Weights:
    """The weights that are not nothing: those of row n lie from start[n] to start[n + 1]."""

    rarity: "array[float]"
    start: "array[int]"
    label: "array[int]"
    weight: "array[int]"

    @classmethod
    def read(cls, numbers: bytes, about: dict[str, Any]) -> Self:
        rarity: array[float] = array("f")
        start, label, weight = array("I"), array("B"), array("h")
        at = 0
        columns: tuple[array[Any], ...] = (rarity, start, label, weight)
        for column, count in zip(columns, about["counts"], strict=True):
            end = at + count * column.itemsize
            column.frombytes(numbers[at:end])
            at = end
        return cls(rarity, start, label, weight)

    def pack(self) -> bytes:
        return b"".join(column.tobytes() for column in (self.rarity, self.start, self.label, self.weight))


def build(folder: Path) -> bytes:
    """Learns from everything in the folder; gives what `data/ranker.bin` shall hold. Raises KnowledgeError."""
    asked = Asked.read(folder)
    if asked.problems:
        raise KnowledgeError(asked.problems[0])
    examples = [*asked.phrases(), *((question.text, question.label) for question in asked.questions)]
    labels = {i.slug: Label(i.slug, i.name, group, i.description) for group, i in asked.intents()}
    labels |= {f"{OFF}{off.kind}": Label(off.kind, action=off.action) for off in asked.offtopic()}
    return _pack(folder, examples, labels)


def _pack(folder: Path, examples: list[tuple[str, str]], labels: dict[str, Label]) -> bytes:
    from content.asking.learning import learn

    reader = Reader(Usage.load(folder))
    lesson = learn([(reader.terms(text), label) for text, label in examples])
    model, terms = _Weights(array("f"), array("I", [0]), array("B"), array("h")), []
    for (term, rarity), row in zip(lesson.rarity.items(), lesson.weights, strict=True):
        steps = [(n, round(weight / UNIT)) for n, weight in enumerate(row.tolist())]
        steps = [(n, step) for n, step in steps if step]
        if not steps:
            continue
        terms.append(term)
        model.rarity.append(rarity)
        model.label.extend(n for n, _ in steps)
        model.weight.extend(step for _, step in steps)
        model.start.append(len(model.label))
    about = {
        "fingerprint": fingerprint(folder),
        "labels": [_as_data(labels[label]) for label in lesson.labels],
        "counts": [len(model.rarity), len(model.start), len(model.label), len(model.weight)],
    }
    head = json.dumps(about, ensure_ascii=False).encode()
    return zlib.compress(b"\0".join((head, "\n".join(terms).encode(), model.pack())), 9)


def _as_data(label: Label) -> dict[str, Any]:
    return {"slug": label.slug, "name": label.name, "group": label.group, "description": label.description,
            "action": label.action}  # fmt: skip


def _stale(folder: Path) -> KnowledgeError:
    what = "Chưa dựng, hoặc đã cũ hơn các câu hỏi trong intents/, data/questions.yaml, data/abbreviations.yaml."
    return KnowledgeError(
        Problem(file=name_of(folder / ARTEFACT, folder), line=1, kind="error", what=what, mend=f"Chạy: {BUILD}")
    )
