"""`python -m tests.bench.asking`: how often questions are understood that were not learnt from.

Cross-validation: the questions of content/data/questions.yaml are dealt into parts, again and again; each part is
asked of a ranker that learnt from the phrases and from the other parts, after everything near to a question of it was
taken out, so that nothing is known by heart. With `--phrases` the same is done to the phrases of ours: the hardest
questions there are, as each was written because the others do not say it. Questions of a file are asked of the ranker
in use; those of tests/bench/fresh.yaml were written by a hand that had not seen the phrases, and are never learnt
from. Each question is asked as typed, without marks, decomposed, in capitals.
"""

import argparse
import random
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from content.asking.deciding import Lost, Refused, Sure, judged
from content.asking.intents import OFF, Asked, Question, Questions
from content.asking.ranker import Ranker, build, labels
from content.asking.terms import Reader, Usage
from content.folding import fold
from content.knowledge import FOLDER
from content.reading import Entry, KnowledgeError, parse, read
from content.safety import Safety

NEAR = 0.6
"""Two texts that share this part of their telling words are too near for one to be learnt and the other asked."""

FRESH = Path(__file__).with_name("fresh.yaml")
WANTED = f"{'86':>10} {'95':>10} {'<= 8':>10} {'':>10} {'<= 3':>10} {'80':>10}"

SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "as typed": lambda text: text,
    "without marks": lambda text: fold(text) or text,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "in capitals": str.upper,
}


@dataclass
class Tally:
    """What came of the questions asked in one spelling."""

    good: int = 0
    first: int = 0
    among_three: int = 0
    asked_back: int = 0
    wrong: int = 0
    """Answered, and wrongly."""
    refused: int = 0
    """Good questions refused."""
    off: int = 0
    off_refused: int = 0
    errors: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Text, what was right, what came instead."""
    certainties: list[tuple[float, bool]] = field(default_factory=list)

    def take(self, question: Question, text: str, ranker: Ranker, safety: Safety) -> None:
        """Asks one question."""
        ranking, verdict = judged(text, ranker, safety)
        refused = isinstance(verdict, Refused | Lost)
        self.certainties.append((ranking.certainty, question.intent is not None))
        if question.intent is None:
            self.off += 1
            self.off_refused += refused
            if not refused:
                self.errors[question.text, question.label, ranking.intents[0][0]] += 1
            return
        right = {question.intent, *question.also}
        best = [slug for slug, _ in ranking.intents[:3]]
        self.good += 1
        self.first += best[0] in right
        self.among_three += bool(right.intersection(best))
        self.refused += refused
        self.asked_back += not refused and not isinstance(verdict, Sure)
        self.wrong += isinstance(verdict, Sure) and best[0] not in right
        if refused or best[0] not in right:
            self.errors[question.text, question.label, f"refused: {ranking.kind}" if refused else best[0]] += 1

    def line(self) -> str:
        """The figures, in parts of a hundred."""
        good, off = max(self.good, 1) / 100, max(self.off, 1) / 100
        return (
            f"{self.first / good:10.1f} {self.among_three / good:10.1f} {self.wrong / good:10.1f} "
            f"{self.asked_back / good:10.1f} {self.refused / good:10.1f} {self.off_refused / off:10.1f}"
        )


def parts(questions: Sequence[Question], count: int, seed: int) -> Iterator[list[Question]]:
    """The questions dealt into so many parts."""
    order = list(questions)
    random.Random(seed).shuffle(order)
    for n in range(count):
        yield order[n::count]


def rankers(
    asked: Asked, questions: Sequence[Question], reader: Reader, count: int, seed: int
) -> Iterator[tuple[list[Question], Ranker]]:
    """Each part with a ranker that knows nothing near to it."""
    known = labels(asked)
    texts = [*asked.phrases(), *((q.text, q.label) for q in asked.questions)]
    telling = {text: reader.telling(text) for text, _ in texts}
    for part in parts(questions, count, seed):
        held = [telling[question.text] for question in part]
        left = [(text, label) for text, label in texts if not any(_near(telling[text], words) for words in held)]
        left = [(text, label) for text, label in left if text not in {question.text for question in part}]
        yield part, Ranker.learnt(reader, left, known)


def _near(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) >= NEAR * len(one | other)


def cross_validated(asked: Asked, questions: Sequence[Question], repeats: int, count: int) -> dict[str, Tally]:
    """A tally for each spelling."""
    reader, safety = Reader(Usage.load(FOLDER)), Safety.load()
    tallies: dict[str, Tally] = defaultdict(Tally)
    for seed in range(repeats):
        for part, ranker in rankers(asked, questions, reader, count, seed):
            for question in part:
                for name, write in SPELLINGS.items():
                    tallies[name].take(question, write(question.text), ranker, safety)
    return tallies


def asked_of_the_one_in_use(questions: Sequence[Question]) -> dict[str, Tally]:
    """A tally for each spelling, of the ranker as it is."""
    ranker, safety = Ranker.load(FOLDER), Safety.load()
    tallies: dict[str, Tally] = defaultdict(Tally)
    for question in questions:
        for name, write in SPELLINGS.items():
            tallies[name].take(question, write(question.text), ranker, safety)
    return tallies


def questions_of(path: Path) -> tuple[Question, ...]:
    """The questions of a file written like content/data/questions.yaml. Raises KnowledgeError."""
    parsed = parse(read(path, path.parent), Questions)
    if not isinstance(parsed, Entry):
        raise KnowledgeError(parsed[0])
    return parsed.record.questions


def _own_phrases(asked: Asked) -> list[Question]:
    """The phrases as if they were questions somebody asked."""
    said = ((text, label.removeprefix(OFF), label[:1] == OFF) for text, label in asked.phrases())
    return [Question(text=text, intent=None if off else slug, kind=slug if off else None) for text, slug, off in said]


def _cost() -> str:
    """Of loading and asking, in this process, and of learning everything anew."""
    process = psutil.Process()
    before, start = process.memory_info().rss, time.perf_counter()
    ranker = Ranker.load(FOLDER)
    loaded = time.perf_counter() - start
    texts = [question.text for question in Asked.read(FOLDER).questions]
    start = time.perf_counter()
    for text in texts:
        ranker.rank(text)
    each = (time.perf_counter() - start) / len(texts)
    taken = (process.memory_info().rss - before) / 2**20
    start = time.perf_counter()
    build(FOLDER)
    learnt = time.perf_counter() - start
    return (
        f"load {loaded * 1000:.0f} ms, a question {each * 1000:.2f} ms (wanted: 5), memory {taken:.0f} MiB more "
        f"(wanted: 60), learnt anew in {learnt:.1f} s (wanted: 30)"
    )


def _table(title: str, tallies: Mapping[str, Tally], *, errors: bool) -> None:
    heads = ("right", "in three", "wrong", "asked back", "refused", "off refused")
    some = tallies["as typed"]
    print(f"\n{title}: {some.good} good questions, {some.off} that are none of our business")
    print(f"{'of a hundred':24}" + " ".join(f"{head:>10}" for head in heads))
    for name, tally in tallies.items():
        print(f"{name:24}{tally.line()}")
    if errors:
        for (text, right, instead), times in sorted(some.errors.items(), key=lambda e: e[0][1]):
            print(f"{times} {right:24} -> {instead:28} {text}")


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.asking", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=[FRESH], help="questions for the ranker in use")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--parts", type=int, default=6)
    parser.add_argument("--phrases", action="store_true", help="cross-validate the phrases too")
    parser.add_argument("--errors", action="store_true", help="each error, and how often it happened")
    args = parser.parse_args()
    print(_cost())
    print(f"{'wanted':24}{WANTED}")
    asked = Asked.read(FOLDER)
    for path in args.files:
        if path.exists():
            _table(path.name, asked_of_the_one_in_use(questions_of(path)), errors=args.errors)
    _table(
        "left out of the learning",
        cross_validated(asked, asked.questions, args.repeats, args.parts),
        errors=args.errors,
    )
    if args.phrases:
        _table("phrases left out", cross_validated(asked, _own_phrases(asked), 1, args.parts), errors=args.errors)


if __name__ == "__main__":
    main()
