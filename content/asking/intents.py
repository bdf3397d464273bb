"""What people ask about, as data: intents with the ways people ask for each, and what is none of our business."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from content.asking.terms import USAGE
from content.guide import Model, Problem, Slug
from content.reading import Entry, KnowledgeError, parse, read

FOLDER = "intents"
QUESTIONS = Path("data", "questions.yaml")
OFF = "~"
"""Begins the label of a kind of off-topic question; no slug begins so."""


class Action(StrEnum):
    """What is done with a question outside of our business."""

    DECLINE = "decline"
    """Say so, and what we can do instead."""
    HANDOVER = "handover"
    """Point to those who are there for it: 113, 114, 115, the health station, legal aid."""
    WARN = "warn"
    """It tells a secret: take nothing of it, and say so."""


class Intent(Model):
    """One thing people ask about; guides and procedures name the intents they answer."""

    slug: Slug
    name: str = Field(max_length=34)
    """For a button and for "Bác hỏi về ...?"."""
    description: str
    phrases: tuple[str, ...] = Field(min_length=5)
    """How people ask for it: their words, from all regions, short and long."""
    human: bool = False
    """It asks for a person: the way to one is the answer."""


class OffTopic(Model):
    """A kind of question we do not answer."""

    kind: Slug
    action: Action
    phrases: tuple[str, ...] = Field(min_length=5)


class Group(Model):
    """A file: intents of one field, or the kinds that are off topic."""

    group: str
    intents: tuple[Intent, ...] = ()
    offtopic: tuple[OffTopic, ...] = ()


class Question(Model):
    """A question somebody asked, and what it is about: to learn from, and to measure by."""

    text: str = Field(min_length=1)
    intent: Slug | None = None
    kind: Slug | None = None
    """The kind of off-topic question when it has no intent."""
    also: tuple[Slug, ...] = ()
    """Further intents that are right too."""
    style: str = ""

    @model_validator(mode="after")
    def _one_label(self) -> Self:
        if (self.intent is None) == (self.kind is None):
            raise ValueError("a question has an intent or a kind")
        return self

    @property
    def label(self) -> str:
        """The slug of its intent, or its kind with a mark before."""
        return self.intent or f"{OFF}{self.kind}"


class Questions(Model):
    """The file of questions."""

    questions: tuple[Question, ...] = ()


@dataclass(slots=True)
class Asked:
    """Everything a content folder knows of questions, as far as it could be read."""

    groups: list[Entry[Group]] = field(default_factory=list)
    questions: tuple[Question, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """All files of the folder; what is wrong with them goes into `problems`."""
        asked = cls()
        for path in sorted((folder / FOLDER).glob("*.yaml")):
            asked._group(path, folder)
        try:
            parsed = parse(read(folder / QUESTIONS, folder), Questions)
        except KnowledgeError as error:
            asked.problems.append(error.problem)
            return asked
        if isinstance(parsed, Entry):
            asked.questions = parsed.record.questions
        else:
            asked.problems += parsed
        return asked

    def _group(self, path: Path, folder: Path) -> None:
        try:
            parsed = parse(read(path, folder), Group)
        except KnowledgeError as error:
            self.problems.append(error.problem)
            return
        if isinstance(parsed, Entry):
            self.groups.append(parsed)
        else:
            self.problems += parsed

    def intents(self) -> Iterator[tuple[str, Intent]]:
        """Each intent with the name of its group."""
        for entry in self.groups:
            for intent in entry.record.intents:
                yield entry.record.group, intent

    def offtopic(self) -> Iterator[OffTopic]:
        """Each kind of off-topic question."""
        for entry in self.groups:
            yield from entry.record.offtopic

    def phrases(self) -> Iterator[tuple[str, str]]:
        """Every phrase with its label."""
        for _, intent in self.intents():
            yield intent.name, intent.slug
            for phrase in intent.phrases:
                yield phrase, intent.slug
        for off in self.offtopic():
            for phrase in off.phrases:
                yield phrase, f"{OFF}{off.kind}"


def fingerprint(folder: Path) -> str:
    """Of everything the weights are made from: another word or another line of code gives another."""
    here = Path(__file__).parent
    files = [*sorted((folder / FOLDER).glob("*.yaml")), folder / QUESTIONS, folder / USAGE]
    files += [here / "terms.py", here / "learning.py"]
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + (path.read_bytes() if path.exists() else b"") + b"\0")
    return digest.hexdigest()
