"""A guide as one file, to be kept on the phone and read without network."""

import asyncio
from dataclasses import replace

from content.whole import Whole
from handlers import guiding, menu
from handlers.steps import whole
from handlers.turn import Turn


async def send_this(turn: Turn) -> None:
    """The guide in hand, asked for in words."""
    guide = guiding.in_hand(turn)
    if guide is not None:
        await send(turn, guide.id)
    else:
        turn.say("guide.which_whole")
        await menu.guides(turn)


async def send(turn: Turn, slug: str) -> None:
    """The whole guide; whoever stands at a step sees it again afterwards."""
    guide = turn.knowledge.library.get(slug)
    if guide is None or not guide.in_force(turn.today) or turn.chat is None:
        await guiding.open_guide(turn, slug)
        return
    if turn.documents is None:
        whole(turn, guide)
    else:
        told = Whole.of(turn.knowledge.library, guide, turn.today)
        file = await asyncio.to_thread(turn.documents.leaflet, told)
        turn.say("guide.here_is_whole", guide=guide, files=[file])
    if guiding.in_hand(turn) is not None:
        await guiding.where(turn)
        return
    walk = turn.choice("guide.step_by_step", f"g:o:{slug}", style="main")
    turn.replies[-1] = replace(turn.replies[-1], choices=(walk, turn.choice("common.menu", "m:menu")))
