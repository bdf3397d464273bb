"""Where somebody is written to: which account, and who of its people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """One person as one account sees him; a visitor without an account of his own also has a conversation."""

    oa: str
    person: str
    conversation: str | None = None

    def __str__(self) -> str:
        parts = (self.oa, self.person) if self.conversation is None else (self.oa, self.person, self.conversation)
        return ":".join(parts)

    @classmethod
    def parse(cls, text: str) -> "Address":
        """From what `str` gave. Raises ValueError."""
        oa, person, *rest = text.split(":", 2)
        return cls(oa, person, rest[0] if rest else None)
