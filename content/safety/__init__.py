"""The guard at the door: what must not be kept of a message, and who needs help against a cheat."""

from content.safety.guard import NOTE_LIMIT, NUMBERS_AWAITED, Danger, Finding, Safety

__all__ = ["NOTE_LIMIT", "NUMBERS_AWAITED", "Danger", "Finding", "Safety"]
