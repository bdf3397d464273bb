"""A guide as data: steps with one action each, branches, obstacles, and the way through them."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
"""An identifier that goes into button values: ASCII, short, never renamed once published."""

StepId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=20)]

END = "het"
"""The name of the place after the last step."""

MAX_PATH = 60
"""A path longer than this is a loop: no guide a person can follow has sixty steps."""


class Confidence(StrEnum):
    """How far a statement is confirmed; `chua_ro` is never shown, only `xac_nhan` is shown as plain fact."""

    XAC_NHAN = "xac_nhan"
    MOT_NGUON = "mot_nguon"
    SUY_LUAN = "suy_luan"
    CHUA_RO = "chua_ro"


class Caution(StrEnum):
    """What the next action asks for that nobody else may ever learn."""

    OTP = "otp"
    PASSWORD = "mat_khau"
    PASSCODE = "passcode"
    QR = "qr"


class Model(BaseModel):
    """A frozen record that refuses unknown keys, so that a typing error in a file is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Obstacle(Model):
    """A known way of getting stuck at a step, with its remedy and where it leads."""

    id: StepId
    label: str = Field(max_length=40)
    remedy: str = Field(max_length=900)
    goto: str | None = None
    """A step of the same guide to go to after the remedy; None stays at the step."""
    guide: Slug | None = None
    """Another guide that removes the obstacle."""
    human: bool = False
    """The remedy is a person: offer the way to one."""


class Choice(Model):
    """One answer to a step's question, and the step it leads to."""

    id: StepId
    label: str = Field(max_length=40)
    next: str


class Step(Model):
    """One action of the citizen on one screen, or one question that decides the way."""

    id: StepId
    text: str = Field(max_length=900)
    helper: str | None = Field(default=None, max_length=300)
    """What to mind when the person does this for somebody else."""
    warn: Caution | None = None
    offers: Literal["kiem-tra-qr"] | None = None
    """A help of ours offered among the step's choices: the check of a payment code before it is paid."""
    next: str | None = None
    """The step after this one; None means the next in the file."""
    choices: tuple[Choice, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    confidence: Confidence = Confidence.XAC_NHAN
    sources: tuple[str, ...] = ()
    verified_on: dt.date | None = None
    was: tuple[StepId, ...] = ()
    """Ids of steps of earlier versions whose place this step takes."""

    def obstacle(self, obstacle_id: str) -> Obstacle | None:
        """The obstacle of that id, if the step has it."""
        return next((o for o in self.obstacles if o.id == obstacle_id), None)


class Ending(Model):
    """What the person reads after the last step, and what people usually do next."""

    text: str = Field(max_length=900)
    next_guides: tuple[Slug, ...] = ()


class Guide(Model):
    """Step-by-step help on one matter, in force from `valid_from` to `valid_to` (both days included)."""

    id: Slug
    version: int = Field(ge=1)
    title: str = Field(max_length=70)
    menu: str = Field(max_length=34)
    summary: str = Field(max_length=200)
    need: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    procedure: Slug | None = None
    """The procedure whose filing this guide walks through."""
    assistance: str | None = None
    """Content code under which a member's help with this guide is logged."""
    asks_who: bool = True
    """Ask first whether the person does this for himself or helps somebody."""
    urgent: bool = False
    """A card to be read at once: no questions before the first step."""
    valid_from: dt.date
    valid_to: dt.date | None = None
    verified_on: dt.date
    review_by: dt.date
    owner: str
    sources: tuple[str, ...] = Field(min_length=1)
    steps: tuple[Step, ...] = Field(min_length=1)
    ending: Ending

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = [s.id for s in self.steps]
        if len(set(ids)) != len(ids):
            raise ValueError("two steps have the same id")
        if END in ids:
            raise ValueError(f"'{END}' is the name of the end, not of a step")
        return self

    def in_force(self, day: dt.date) -> bool:
        """Whether the guide may be shown on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def step(self, step_id: str) -> Step | None:
        """The step of that id, if this version has it."""
        return next((s for s in self.steps if s.id == step_id), None)

    def number_of(self, step_id: str) -> int:
        """The place of a step in the file, from 1; after the last for END."""
        return next((i for i, s in enumerate(self.steps, 1) if s.id == step_id), len(self.steps) + 1)

    def following(self, step: Step, answer: str | None = None) -> str:
        """The id after `step` for that answer (the first choice when none is given), or END."""
        if step.choices:
            chosen = next((c for c in step.choices if c.id == answer), step.choices[0])
            return chosen.next
        if step.next is not None:
            return step.next
        after = self.number_of(step.id)
        return self.steps[after].id if after < len(self.steps) else END

    def remaining(self, step_id: str) -> int:
        """How many steps are ahead from `step_id` on, itself included, by the longest way: never fewer than come."""
        return self._ahead.get(step_id, 0)

    @cached_property
    def _ahead(self) -> Mapping[str, int]:
        """The longest way from each step to the end, itself included; MAX_PATH for one that never ends."""
        ways = {s.id: [c.next for c in s.choices] or [self.following(s)] for s in self.steps}
        ahead = dict.fromkeys(ways, 0)
        grown = True
        while grown:  # backwards, since ways mostly lead down the file: once through is nearly always enough
            longer = dict[str, int]()
            for step_id in reversed(ways):
                longest = 1 + max(longer.get(n, ahead.get(n, 0)) for n in ways[step_id])
                longer[step_id] = min(longest, MAX_PATH)
            grown, ahead = longer != ahead, longer
        return ahead

    def place_of(self, step_id: str, history: tuple[str, ...]) -> str:
        """Where a person who stood at `step_id` of another version stands in this one.

        The same stable id, else the step that took its place (`was`), else the latest step of his history that
        still exists, else the start. Never fails: an edit strands nobody.
        """
        for old in (step_id, *reversed(history)):
            if self.step(old):
                return old
            heir = next((s.id for s in self.steps if old in s.was), None)
            if heir:
                return heir
        return self.steps[0].id


class Shelf(Model):
    """Some guides that are offered together, under one line of the menu."""

    id: StepId
    title: str = Field(max_length=34)
    guides: tuple[Slug, ...] = Field(min_length=1)


class Source(Model):
    """Where a statement was read: an act and its article, an official page, a newspaper."""

    id: str
    title: str
    short: str | None = Field(default=None, max_length=40)
    """The name under an answer, where there is no room for the title."""
    date: str
    """The document's own date as far as known, for people to read."""
    url: str | None = None


class Fact(Model):
    """A number, name or address that guides mention as `{{ id }}`, so that it changes in one place."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    text: str
    otherwise: str
    """What is shown when the fact is unconfirmed, not in force, or overdue beyond trust."""
    confidence: Confidence
    sources: tuple[str, ...] = Field(min_length=1)
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    verified_on: dt.date
    review_by: dt.date

    def shown(self, day: dt.date) -> str:
        """The text to show on that day: unconfirmed or expired facts give way to `otherwise`."""
        known = self.confidence is not Confidence.CHUA_RO
        begun = self.valid_from is None or self.valid_from <= day
        lasts = self.valid_to is None or day <= self.valid_to
        return self.text if known and begun and lasts else self.otherwise


Kind = Literal["error", "warning"]


class Problem(Model):
    """What `content check` found: where, what, and how to mend it."""

    file: str
    line: int
    kind: Kind
    what: str
    mend: str
