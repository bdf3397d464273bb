"""The desk where questions are taken: what a text is about, and which guides and procedures answer that."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from content.asking.deciding import Verdict, understand
from content.asking.ranker import Ranker, Ranking
from content.guide import Guide
from content.library import Library
from content.procedure import Procedure

PLAINLY = 1.3
"""So many times as like the question as any other of its kind, one of several answers is the one meant."""

POLITE = 2
"""Words that may stand around one that says too little ("cho hỏi"), and it still says too little."""

Answer = Guide | Procedure


class Desk:
    """Takes questions. Built once, never changed."""

    def __init__(self, ranker: Ranker, library: Library) -> None:
        self._ranker = ranker
        self._library = library
        self._human = {label.slug for label in ranker.labels() if label.human}
        self._names = {label.slug: label.name for label in ranker.labels() if label.action is None}
        self._clarifies = {
            self._meaning(trigger): (clarify.id, len(ranker.reader.words(trigger)) + POLITE)
            for clarify in library.clarifies.values()
            for trigger in clarify.triggers
        }

    @classmethod
    def load(cls, folder: Path, library: Library) -> Self:
        """The desk of that folder. Raises KnowledgeError when what was learnt is missing or too old."""
        return cls(Ranker.load(folder), library)

    def intents(self) -> tuple[str, ...]:
        """Everything that can be asked for."""
        return tuple(self._names)

    def name(self, intent: str) -> str | None:
        """What an intent is called on a button; None for one we do not know (any more)."""
        return self._names.get(intent)

    def asks_for_human(self, intent: str) -> bool:
        """Whether the way to a person is the answer."""
        return intent in self._human

    def understand(self, text: str) -> tuple[Ranking, Verdict]:
        """What the text is about."""
        return understand(text, self._ranker)

    def too_short(self, text: str) -> str | None:
        """The id of what has to be asked when the text is one word of several meanings and nothing else."""
        reader = self._ranker.reader
        clarify, words = self._clarifies.get(self._meaning(text), (None, 0))
        return clarify if len(reader.words(text)) <= words else None

    def _meaning(self, text: str) -> frozenset[str]:
        """The words that say something, or all when none does by itself ("sổ đỏ")."""
        reader = self._ranker.reader
        return reader.telling(text) or frozenset(reader.words(text))

    def meanings(self, clarify: str, day: dt.date) -> tuple[Answer, ...]:
        """What such a word may mean, as far as it can be shown on that day."""
        found = list[Answer]()
        for option in self._library.clarifies[clarify].options:
            guide = self._library.get(option.guide) if option.guide else None
            procedure = self._library.procedure(option.procedure, day) if option.procedure else None
            if procedure is not None:
                found.append(procedure)
            elif guide is not None and guide.in_force(day):
                found.append(guide)
        return tuple(found)

    def answers(self, intent: str, text: str, day: dt.date) -> tuple[Answer, ...]:
        """What answers the intent on that day, the likest to the question first; only that one when it is plain."""
        guides, procedures = self._library.for_intent(intent)
        found: list[Answer] = [g for slug in guides if (g := self._library.get(slug)) and g.in_force(day)]
        found += [p for slug in procedures if (p := self._library.procedure(slug, day))]
        if len(found) < 2:
            return tuple(found)
        like = {answer.id: self._likeness(text, (answer.title, answer.menu, *answer.aliases)) for answer in found}
        found.sort(key=lambda answer: -like[answer.id])
        best, second = found[:2]
        plain = like[best.id] > PLAINLY * like[second.id]
        return (best,) if plain else tuple(found)

    def _likeness(self, text: str, names: Iterable[str]) -> float:
        """How like the text is to the likest of the names: 0 to 1."""
        return max(self._ranker.likeness(text, name) for name in names)
