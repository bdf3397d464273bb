"""Where a person lives: asked for, found by whatever name he has for it, and kept."""

import re

from content.places import Candidate
from handlers import guiding
from handlers.turn import Choice, Turn

MAX_CANDIDATES = 8
KIND = re.compile(r"(?i)^\s*(xã|xa|phường|phuong|đặc khu|dac khu|thị trấn|thi tran|p\.|tt\.?)\s")
"""What makes a name one of a commune for sure."""


def ask(turn: Turn, *, forgot: bool = False) -> None:
    """Asks where the person lives; forgot: a typed consent carries nothing of what was asked before it."""
    turn.state.enter("welcome.commune")
    turn.say("welcome.ask_commune", forgot=forgot, choices=[turn.choice("welcome.skip_commune", "c:s")])


async def ask_again(turn: Turn) -> None:
    """The person wants to tell where he lives."""
    ask(turn)


async def named(turn: Turn, text: str) -> bool:
    """A commune said without being asked: taken when it is a code or clearly the name of one."""
    candidates = turn.knowledge.places.search(text)
    exact = [c for c in candidates if c.how == "code"]
    prefixed = KIND.match(text)
    return await offer(turn, text) if exact or (prefixed and candidates) else False


async def offer(turn: Turn, text: str) -> bool:
    """The communes a text can mean, to choose from; one named by its code is taken at once. False for none."""
    found: dict[str, Candidate] = {}
    for candidate in turn.knowledge.places.search(text):
        found.setdefault(candidate.commune.code, candidate)
    if not found:
        return False
    candidates = list(found.values())
    if len(candidates) == 1 and candidates[0].how == "code":
        return await settle(turn, candidates[0].commune.code)
    choices = [Choice(_label(c), f"c:x:{c.commune.code}") for c in candidates[:MAX_CANDIDATES]]
    turn.state.enter("welcome.commune")
    turn.say(
        "welcome.which_commune", many=len(candidates) > MAX_CANDIDATES, one=len(candidates) == 1,
        choices=[*choices, turn.choice("welcome.other_commune", "c:o")],
    )  # fmt: skip
    return True


def _label(candidate: Candidate) -> str:
    return f"{candidate.commune.name}, {candidate.commune.province.name}"


async def settle(turn: Turn, code: str) -> bool:
    """The person lives in the commune of that code; False when there is none."""
    commune = turn.knowledge.places.commune(code)
    if commune is None or turn.chat is None:
        return False
    await turn.memory.people.set(turn.person_id, commune=code)
    turn.chat.commune = code
    turn.state.leave()
    turn.say("welcome.commune_set", commune=commune)
    await guiding.where(turn)
    return True
