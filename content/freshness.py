"""How knowledge is kept fresh: when a step's screen counts as changed, and how far ahead reviews are announced."""

import datetime as dt
from pathlib import Path
from typing import Self

from pydantic import Field

from content.guide import Guide, Model, Step
from content.reading import Entry, KnowledgeError, parse, read


class Freshness(Model):
    """What is in data/freshness.yaml; the file itself says what each part means."""

    people: int = Field(ge=1)
    days: int = Field(ge=1, le=90)
    """Reports of screens are kept for ninety."""
    ahead: int = Field(ge=1)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Raises KnowledgeError with the first mistake."""
        parsed = parse(read(folder / "data" / "freshness.yaml", folder), cls)
        if not isinstance(parsed, Entry):
            raise KnowledgeError(parsed[0])
        return parsed.record

    def since(self, guide: Guide, step: Step, today: dt.date) -> dt.date:
        """Reports of a changed screen count after that day: the step may have been checked meanwhile."""
        return max(step.verified_on or guide.verified_on, today - dt.timedelta(days=self.days))
