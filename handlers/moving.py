"""Going on elsewhere: a code that makes another chat, on another channel or phone, one's own."""

import re

from handlers import guiding, menu
from handlers.turn import Kind, Turn
from storage.moving import Taken
from storage.short_codes import LASTS, LENGTH, LETTERS

CODE = re.compile(rf"(?i)LK[ .:-]?([{LETTERS}]{{{LENGTH}}})")
"""As posters and slips print it, with or without something in between."""


async def offer(turn: Turn) -> None:
    """A code, and where to type it."""
    code = await turn.memory.moving.offer(turn.person_id, turn.now)
    minutes = int(LASTS.total_seconds() // 60)
    turn.say("moving.code", code=f"LK {code}", minutes=minutes, staff=turn.staff,
             choices=[turn.choice("common.menu", "m:menu")])  # fmt: skip


async def try_code(turn: Turn) -> bool:
    """Takes a text for a code of ours when it can only be one. For strangers too: who holds the code has agreed."""
    found = CODE.fullmatch(turn.message.text.strip())
    if found is None or turn.message.kind is not Kind.TEXT or turn.message.passing:
        return False
    try:
        chat = await turn.memory.moving.take(
            found[1].upper(), turn.channel, turn.message.address, turn.chat, turn.now
        )  # fmt: skip
    except Taken:
        turn.say("moving.taken", choices=[turn.choice("common.menu", "m:menu")])
        return True
    if chat is None:
        turn.say("moving.wrong", choices=[turn.choice("common.menu", "m:menu")])
        return True
    turn.chat = chat
    turn.state.leave()
    turn.scope = await turn.memory.people.scope(chat.person_id)
    turn.say("moving.joined", staff=turn.staff)
    if guiding.in_hand(turn):
        await guiding.where(turn)
    else:
        await menu.show(turn)
    return True
