"""The one-sentence log: what a member writes about help given, read into cards. Keeps nothing of what it reads."""

from content.logline.card import Card
from content.logline.reading import LogReader

__all__ = ["Card", "LogReader"]
