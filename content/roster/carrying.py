"""A list as plain data: from the process that opens files to us, and into the hour it waits for a press."""

from dataclasses import asdict, replace
from typing import Any

from content.roster.people import Membership, Problem, Roster


def packed(roster: Roster) -> dict[str, Any]:
    """The list without birthdays, which are only for telling people apart while it is read."""
    people = [asdict(replace(one, birth="")) for one in roster.people]
    return {"problems": [asdict(problem) for problem in roster.problems], "people": people}


def unpacked(document: dict[str, Any]) -> Roster:
    """The list that was packed. Raises LookupError, TypeError for anything else."""
    problems = [Problem(**problem) for problem in document["problems"]]
    return Roster(problems, [Membership(**one) for one in document["people"]])
