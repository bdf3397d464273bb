"""`python -m tests.bench.sentences`: how many sentences of the log are read right, field by field, and how fast."""

import time
from collections.abc import Callable, Sequence
from statistics import median, quantiles

from content.knowledge import FOLDER
from content.logline import LogReader
from content.logline.tokens import tokenise
from tests.content.logline.sentences import FIELDS, Score, Sentence, read_sentences, score

SLOWEST = 60.0
"""A sentence takes no more times as long as cutting it into words does, or the bench fails: machines differ."""


def main() -> None:
    """Prints the table; exits with 1 when a sentence takes too long."""
    reader = LogReader.load(FOLDER)
    sentences = read_sentences()
    files = sorted({s.file for s in sentences})
    print(f"{'':<10}{'sentences':>10}{'whole':>8}{'silent':>8}{'idle':>6}  wrong fields")
    for file in files:
        _line(file, score(reader, [s for s in sentences if s.file == file]))
    whole = score(reader, sentences)
    _line("all", whole)
    print(f"\n{'field':<12}{'right':>9}")
    for name in (*FIELDS, "cards"):
        print(f"{name:<12}{100 * (1 - whole.wrong[name] / whole.total):>8.1f}%")
    times = _times(sentences, lambda s: reader.read(s.text, s.now, s.hamlets))
    cut = median(_times(sentences, lambda s: tokenise(s.text)))
    slow, ratio = quantiles(times, n=100)[98], median(times) / cut
    print(f"\nms a sentence: median {median(times):.2f}, 99 of 100 below {slow:.2f}")
    print(f"cutting it into words: {cut:.3f}; {ratio:.0f} times as long, wanted below {SLOWEST:.0f}")
    raise SystemExit(0 if ratio < SLOWEST else 1)


def _line(name: str, found: Score) -> None:
    wrong = ", ".join(f"{field} {n}" for field, n in found.wrong.most_common())
    share = f"{100 * found.whole / found.total:.1f}%"
    print(f"{name:<10}{found.total:>10}{share:>8}{len(found.silent):>8}{len(found.idle):>6}  {wrong or '-'}")


def _times(sentences: Sequence[Sentence], doing: Callable[[Sentence], object]) -> list[float]:
    """Milliseconds of processor that takes with each sentence."""
    out = []
    for sentence in sentences:
        began = time.process_time()
        doing(sentence)
        out.append((time.process_time() - began) * 1000)
    return out


if __name__ == "__main__":
    main()
