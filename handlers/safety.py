"""The safety net's words: secrets are refused kindly and kept nowhere; a scam is answered before anything else."""

from content.safety import Finding
from handlers import guiding
from handlers.turn import Turn

SCAM_GUIDE = "canh-bao-lua-dao"


def look(turn: Turn) -> Finding | None:
    """What is dangerous in the message, if anything. Answers we asked for as numbers are let through."""
    expects = frozenset({"number"}) if (turn.state.flow or "").startswith("assist") else frozenset[str]()
    return turn.knowledge.safety.inspect(turn.message.text, expects=expects)


async def refuse(turn: Turn, finding: Finding) -> None:
    """Says what not to send, without repeating it, and offers help to somebody who was cheated."""
    turn.say(f"safety.{finding.kind}", choices=[turn.choice("safety.cheated", f"g:o:{SCAM_GUIDE}", style="danger"),
                                                turn.choice("common.menu", "m:menu")])  # fmt: skip


async def just_cheated(turn: Turn) -> None:
    """The card of what to do in the first minutes."""
    turn.state.leave()
    await guiding.open_guide(turn, SCAM_GUIDE)
