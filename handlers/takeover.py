"""Staff who talk with a person themselves: until they hand the chat back, the assistant keeps quiet there."""

import datetime as dt

from content.folding import fold
from handlers import guiding
from handlers.turn import Kind, Turn

HOLDS_FOR = dt.timedelta(hours=12)
"""After the last word of the staff, when nobody handed the chat back."""


def _lane(turn: Turn) -> str:
    return turn.memory.vault.lane(turn.channel, turn.message.address)


async def staff_wrote(turn: Turn) -> None:
    """The chat is theirs; with the word that hands it back it is ours, and the person learns where he stands."""
    lane = _lane(turn)
    if fold(turn.message.text) != fold(turn.words("takeover.hand_back")):
        until = turn.now + HOLDS_FOR
        await turn.memory.takeovers.begin(turn.channel, lane, turn.message.author, turn.now, until)
    elif await turn.memory.takeovers.end(turn.channel, lane):
        turn.say("takeover.back")
        if turn.chat is not None:
            await guiding.where(turn)


async def keeps_quiet(turn: Turn) -> bool:
    """Whether this word is for the staff. Who asks for the menu asks for us."""
    lane = _lane(turn)
    if not await turn.memory.takeovers.holds(turn.channel, lane, turn.now):
        return False
    if turn.message.kind is Kind.TEXT and fold(turn.message.text) == "menu":
        await turn.memory.takeovers.end(turn.channel, lane)
        return False
    return True
