"""The safety net's words: secrets are refused kindly and kept nowhere; a scam is answered before anything else."""

import re

from content.folding import fold
from content.safety import Danger, Finding
from handlers import guiding
from handlers.turn import Choice, Turn

SCAM_GUIDE = "canh-bao-lua-dao"
CHEATED = frozenset({"toi vua bi lua", "toi bi lua", "vua bi lua", "lua dao"})
"""Said in just these words it asks for the card itself, which is better than advice to ask for it."""

_PROGRAM = re.compile(r"\.(?:apk|xapk|apks|apkm)(?:\.(?:zip|rar|7z))?\s*$", re.IGNORECASE)


def look(turn: Turn, text: str) -> Finding | None:
    """What is dangerous in what was written, if anything. Answers we asked for as numbers are let through."""
    flow = turn.state.flow or ""
    expected = "number" if flow.startswith("assist") else "commune_code" if flow == "welcome.commune" else ""
    expects = frozenset({expected} if expected else ())
    found = turn.knowledge.safety.inspect(text, expects=expects)
    asks_for_card = found is not None and found.kind is Danger.SCAM_REPORT and fold(turn.message.text) in CHEATED
    return None if asks_for_card else found


def is_program(turn: Turn) -> bool:
    """Whether the file sent installs an application: the usual way of robbing a telephone."""
    return bool(turn.message.file_name and _PROGRAM.search(turn.message.file_name))


def refuse_program(turn: Turn, *, ways_on: bool) -> None:
    """Says not to install what was sent."""
    turn.say("safety.apk_file", choices=[cheated(turn), turn.choice("common.menu", "m:menu")] if ways_on else [])


def cheated(turn: Turn) -> Choice:
    """The way to the card of what to do."""
    return turn.choice("safety.cheated", f"g:o:{SCAM_GUIDE}", style="danger")


def refuse(turn: Turn, finding: Finding, *, ways_on: bool) -> None:
    """Says what not to send, without repeating it; `ways_on` when no step follows that has its own."""
    choices = [cheated(turn), turn.choice("common.menu", "m:menu")] if ways_on else []
    turn.say(f"safety.{finding.kind}", choices=choices)
    if Danger.SCAM_REPORT in finding.also:
        turn.say("safety.scam_report", choices=choices)


async def just_cheated(turn: Turn) -> None:
    """The card of what to do in the first minutes."""
    turn.state.leave()
    await guiding.open_guide(turn, SCAM_GUIDE)
