"""What the platform is told of a person besides our answers, where the operator set it: said before he agrees, taken
back by himself at any time.
"""

from handlers.turn import Turn
from storage.sharing import SHARES


def offered(turn: Turn) -> list[str]:
    """What would be shared of whoever agrees here. A commune's own account needs nobody's commune."""
    own = turn.message.commune is not None
    return [what for what in SHARES if what in turn.shares and not (own and what == "commune")]


def words(turn: Turn) -> str:
    """The sentences that belong to the words of consent; none where nothing is shared."""
    there = offered(turn)
    return turn.words("sharing.words", shares=there, staff=turn.staff) if there and not turn.message.passing else ""


async def agreed(turn: Turn) -> None:
    """The person of this chat agreed to words that named it."""
    if turn.chat is not None:
        await turn.memory.sharing.agree(turn.chat.id, offered(turn), turn.now)


async def show(turn: Turn) -> None:
    """What is shared, and the way out of it or into it."""
    kept = await turn.memory.sharing.of(turn.chat.id) if turn.chat else set()
    no, yes = turn.choice("sharing.disagree", "d:chia:thoi"), turn.choice("sharing.agree", "d:chia:co", style="main")
    shares = [what for what in SHARES if what in kept] or offered(turn)
    if not shares:  # a button of a time when something was
        turn.say("sharing.refused", choices=[turn.choice("mydata.back", "m:dulieu")])
        return
    choices = [no if kept else yes, turn.choice("mydata.back", "m:dulieu")]
    turn.say("sharing.words", shares=shares, staff=turn.staff, choices=choices)


async def press(turn: Turn, args: list[str]) -> None:
    """d:chia shows, d:chia:co agrees, d:chia:thoi takes it back."""
    match args:
        case ["co"] if offered(turn):
            await agreed(turn)
            turn.say("sharing.agreed", staff=turn.staff, choices=[turn.choice("mydata.back", "m:dulieu")])
        case ["thoi"] if turn.chat is not None:
            await turn.memory.sharing.refuse(turn.chat.id)
            turn.say("sharing.refused", choices=[turn.choice("mydata.back", "m:dulieu")])
        case _:
            await show(turn)
