"""The list annexed to a commune's decision, read from a spreadsheet as offices really make them."""

from content.roster.book import MAX_FILE, Refused
from content.roster.carrying import packed, unpacked
from content.roster.names import name_key
from content.roster.people import Membership, Problem, Roster, read_roster
from content.roster.places import place_key
from content.roster.words import Words

__all__ = [
    "MAX_FILE", "Membership", "Problem", "Refused", "Roster", "Words", "name_key", "packed", "place_key",
    "read_roster", "unpacked",
]  # fmt: skip
