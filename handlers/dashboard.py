"""The way from the chat to the page of figures: a link for one opening, within minutes."""

from handlers import official
from handlers.turn import Turn
from storage.passes import LINK_LASTS, SESSION_LASTS

LOOKERS = ("head", "officer", "province_officer")


async def show(turn: Turn) -> None:
    """A new link for whoever has something to look at there; the link before it is dead."""
    turn.state.leave()
    menu = turn.choice("common.menu", "m:menu")
    if not turn.has(*LOOKERS):
        turn.say("common.not_allowed", choices=[menu])
        return
    url = turn.pages.entrance(await turn.memory.passes.offer(turn.person_id, turn.now)) if turn.pages else None
    if url is None:
        turn.say("board.nowhere", choices=[turn.choice("menu.report", "m:baocao"), menu])
        return
    minutes, hours = int(LINK_LASTS.total_seconds()) // 60, int(SESSION_LASTS.total_seconds()) // 3600
    choices = [turn.choice("board.another", "m:bang")]
    if turn.has(*official.LOOKERS):
        choices.append(turn.choice("official.open", "cs"))
    turn.say("board.link", url=url, minutes=minutes, hours=hours, choices=[*choices, menu])
