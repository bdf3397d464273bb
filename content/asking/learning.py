"""Learns from labelled texts how much each term speaks for each label. Needs numpy, which answering does not.

A linear model with one weight for a term and a label, made by the passive-aggressive algorithm (Crammer and others,
"Online Passive-Aggressive Algorithms", Journal of Machine Learning Research 7, 2006; here PA-I for many classes, with
averaging): go through the examples, and where the right label does not lead by a margin, move the weights just as far
as needed. The order is drawn from a fixed seed, so the same content gives the same weights. Beside it, for whether a
text is our business at all, the plain log-odds of each term (naive Bayes).
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from content.asking.terms import Terms, scaled

ROUNDS = 6
MARGIN = 0.1
STEP = 0.1
"""The most that one example may move the weights."""
SEED = 1
SMOOTH = 0.05
"""What is added to the count of every term, so that none proves anything alone."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learnt of each term, in the order of `rarity`."""

    labels: tuple[str, ...]
    rarity: dict[str, float]
    weights: Numbers
    """A row a term, a column a label."""
    evidence: Numbers
    """For each term, how much it speaks for our business."""


def learn(examples: Sequence[tuple[Terms, str]], ours: Callable[[str], bool]) -> Lesson:
    """What tells the examples apart; `ours` says which labels are our business. Deterministic.

    Takes a second or two for some thousand short texts.
    """
    labels = tuple(sorted({label for _, label in examples}))
    place = {label: n for n, label in enumerate(labels)}
    rarity = _rarity([terms for terms, _ in examples])
    row = {term: n for n, term in enumerate(rarity)}
    ready = []
    for terms, label in examples:
        shares = scaled(terms, rarity)
        ready.append(([row[term] for term in shares], np.array(list(shares.values())), place[label]))
    weights = np.zeros((len(rarity), len(labels)))
    late = np.zeros_like(weights)  # each change times when it was made, to take the average
    order, chance, time = list(range(len(ready))), random.Random(SEED), 0
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for n in order:
            time += 1
            _take_in(*ready[n], weights, late, time)
    evidence = _evidence(ready, [ours(label) for label in labels], len(rarity))
    return Lesson(labels, rarity, weights - late / max(time, 1), evidence)


def _rarity(documents: Sequence[Terms]) -> dict[str, float]:
    found = Counter(term for terms in documents for term in terms)
    return {term: math.log((1 + len(documents)) / (1 + count)) + 1 for term, count in found.items()}


def _take_in(rows: list[int], shares: Numbers, right: int, weights: Numbers, late: Numbers, time: int) -> None:
    """One example: nothing when the right label leads by the margin, else the smallest change that makes it lead."""
    # Summed row by row: a product of matrices is rounded as each machine pleases.
    scores = (shares[:, None] * weights[rows]).sum(axis=0)
    best, scores[right] = scores[right], -np.inf
    rival = int(scores.argmax())
    loss = MARGIN - best + scores[rival]
    if loss > 0 and rival != right:
        change = min(STEP, loss / 2) * shares
        for label, moved in ((right, change), (rival, -change)):
            weights[rows, label] += moved
            late[rows, label] += time * moved


def _evidence(ready: Sequence[tuple[list[int], Numbers, int]], ours: Sequence[bool], terms: int) -> Numbers:
    counts = np.full((2, terms), SMOOTH)
    for rows, shares, label in ready:
        counts[int(ours[label]), rows] += shares
    ours_of_all, other_of_all = math.log(math.fsum(counts[1])), math.log(math.fsum(counts[0]))
    odds = [math.log(our) - ours_of_all - math.log(other) + other_of_all for other, our in counts.T.tolist()]
    return np.array(odds)
