"""What an officer tells of his commune, for whoever asks for a human: the centre, its address, telephone, hours; and
the poster that leads people here."""

import asyncio

from handlers import announcing, menu
from handlers.here import SETTINGS, of_commune, said
from handlers.turn import Choice, Turn

FIELDS = tuple(SETTINGS.values())
"""Settings rows of a commune: name of the centre, address, telephone, opening hours."""
MAX_VALUE = 120


async def show(turn: Turn) -> None:
    """What is told now, and what can be changed."""
    commune = own(turn)
    if commune is None:
        turn.say("common.not_allowed")
        return
    told = await of_commune(turn, commune)
    coming = await turn.memory.announcements.coming(commune, turn.today)
    back = [turn.choice("commune.withdraw", f"s:a:b:{one.id}", text=said(turn, one)) for one in coming]
    fields = [turn.choice(f"commune.{field}", f"s:{field}") for field in FIELDS]
    news = [*announcing.choices(turn), turn.choice("cast.menu", "b")]
    turn.say("commune.now", here=told, coming=[said(turn, one) for one in coming],
             choices=[*news, *back, *fields, turn.choice("poster.offer", "s:in"),
                      turn.choice("common.menu", "m:menu")])  # fmt: skip


def own(turn: Turn) -> str | None:
    """The commune the person is an officer of; of several, the one he chose as his."""
    communes = turn.scope.communes("officer") if turn.scope else ()
    chosen = turn.chat.commune if turn.chat else None
    return chosen if chosen in communes else next(iter(communes), None)


async def press(turn: Turn, args: list[str]) -> None:
    """s shows, s:<field> asks for its new value, s:<field>:bo takes it away, s:a:… announces, s:in prints."""
    match args:
        case ["a", *what]:
            await announcing.press(turn, what)
        case ["in"]:
            await _poster(turn)
        case [field] if field in FIELDS and own(turn) is not None:
            turn.state.enter(f"commune.{field}")
            remove = Choice(turn.words("commune.remove"), f"s:{field}:bo")
            turn.say(f"commune.ask_{field}", choices=[remove, turn.choice("common.menu", "m:menu")])
        case [field, "bo"] if field in FIELDS:
            await _put(turn, field, "")
        case _:
            await show(turn)


async def _poster(turn: Turn) -> None:
    """Hands the commune's poster over."""
    commune = own(turn)
    if commune is None:
        turn.say("common.not_allowed")
        return
    assert turn.documents is not None  # noqa: S101  (every program that answers people has them)
    zalo = await turn.memory.zalo.of_commune(commune)
    file = await asyncio.to_thread(turn.documents.poster, commune, zalo)
    back = [turn.choice("menu.commune", "s"), turn.choice("common.menu", "m:menu")]
    if file is None:
        turn.say("poster.nowhere", choices=back)
    else:
        turn.say("poster.sent", files=[file], choices=back)


async def typed(turn: Turn) -> bool:
    """The new value of the field asked for."""
    field = (turn.state.flow or "").partition(".")[2]
    value = " ".join(turn.message.text.split())
    if field not in FIELDS:
        return False
    if not value or len(value) > MAX_VALUE:
        turn.say("commune.too_long")
        return True
    await _put(turn, field, value)
    return True


async def _put(turn: Turn, field: str, value: str) -> None:
    commune = own(turn)
    turn.state.leave()
    if commune is None:
        turn.say("common.not_allowed")
        await menu.show(turn)
        return
    await turn.memory.settings.put(commune, field, value, turn.now, scope=turn.scope)
    await turn.memory.people.note("setting.changed", turn.now, actor=turn.person_id, commune=commune, subject=field)
    await show(turn)


async def back(turn: Turn) -> None:
    """To what is told now."""
    turn.state.leave()
    await show(turn)
