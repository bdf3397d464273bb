"""How a commune's reports are headed, signed and closed: told by its officer, or by its province for all."""

import re

from content.folding import fold
from handlers import menu
from handlers.booklet import settings_of
from handlers.letter import FIELDS, PREFIX, letter_of
from handlers.turn import Choice, Turn
from storage.deadlines import BY_DAY, CLOSING, MONTH, OFF, REMIND, SHIFT, Rules, parse_closing

MAX_VALUE = 300
GROUPS = {
    "dau": ("co_quan_tren", "co_quan", "ky_hieu", "dia_danh", "kinh_gui"),
    "ky": ("chuc_vu", "nguoi_ky", "noi_nhan", "ten_to"),
}
"""What stands above and below a report, each behind a door of its own."""
HOURS = {"chot": CLOSING, "nhac": REMIND}
"""Fields that are a day of the week and an hour."""
_DAYS = {"hai": 1, "2": 1, "ba": 2, "3": 2, "tu": 3, "4": 3, "nam": 4, "5": 4, "sau": 5, "6": 5, "bay": 6, "7": 6}
_CLOSING = re.compile(
    rf"(?:(?:chieu|sang) )?(?:thu (?P<day>{'|'.join(_DAYS)})|(?P<sunday>chu nhat))"
    r" (?:luc )?(?P<hour>\d{1,2})(?: (?:gio |h )?(?P<minute>\d{2})|h(?P<glued>\d{2})?| gio| h)?"
)


def _may_set(turn: Turn, place: str) -> bool:
    scope = turn.scope
    return scope is not None and place in (*scope.communes("officer"), *scope.provinces())


def _name(turn: Turn, place: str) -> str:
    found = turn.knowledge.places.commune(place) or turn.knowledge.places.province(place)
    return found.name if found else place


async def press(turn: Turn, args: list[str]) -> None:
    """f:s:<place> what is set, f:s:<place>:dau|ky|gio the doors to its fields,
    f:s:<place>:<field> asks for it, f:s:<place>:<field>:<value> sets it; "-" is usual."""
    if not args or not _may_set(turn, args[0]):
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    match args:
        case [place, ("dau" | "ky") as group]:
            choices = [turn.choice(f"filing.{field}", f"f:s:{place}:{field}") for field in GROUPS[group]]
            turn.say(f"filing.which_{group}", choices=[*choices, turn.choice("filing.back", f"f:s:{place}")])
        case [place, "gio"]:
            await _hours(turn, place)
        case [place, field] if field in (*FIELDS, *HOURS):
            turn.state.enter(f"filing.{field}", place=place)
            choices = [Choice(turn.words("filing.usual"), f"f:s:{place}:{field}:-")]
            if field == "nhac":
                choices.append(turn.choice("filing.nobody", f"f:s:{place}:nhac:{OFF}"))
            turn.say(f"filing.ask_{field}", choices=[*choices, turn.choice("filing.back", f"f:s:{place}")])
        case [place, field, "-"] if field in (*FIELDS, *HOURS):
            await _put(turn, place, PREFIX + field, "")
        case [place, "nhac", value] if value == OFF:
            await _put(turn, place, REMIND, OFF)
        case [place, "doi", ("next" | "previous") as value]:
            await _put(turn, place, SHIFT, value)
        case [place, "thang", ("1" | "15") as value]:
            await _put(turn, place, MONTH, value)
        case [place, *_]:
            await show(turn, place)


async def of_mine(turn: Turn) -> None:
    """What is set for the commune or province of an officer."""
    places = [*turn.scope.communes("officer"), *turn.scope.provinces()] if turn.scope else []
    await press(turn, places[:1])


async def _set(turn: Turn, place: str) -> dict[str, str]:
    """What holds there: of its own, else as its province has it."""
    if len(place) == 2:
        return await turn.memory.settings.of_province(place)
    commune = turn.knowledge.places.commune(place)
    return await settings_of(turn.memory, place, commune.province.code if commune else "")


async def show(turn: Turn, place: str) -> None:
    """What is set now."""
    settings, province = await _set(turn, place), len(place) == 2
    letter = letter_of(turn.knowledge.messages, settings, _name(turn, place), whole_province=province)
    doors = [turn.choice(f"filing.door_{door}", f"f:s:{place}:{door}") for door in (*GROUPS, "gio")]
    choices = [*doors, turn.choice("menu.report", "m:baocao"), turn.choice("common.menu", "m:menu")]
    turn.say("filing.letter_now", place=_name(turn, place), letter=letter, rules=Rules.read(settings),
             province=province, choices=choices)  # fmt: skip


async def _hours(turn: Turn, place: str) -> None:
    """When it closes, who is reminded when, and whether it comes of itself."""
    rules = Rules.read(await _set(turn, place))
    choices = [turn.choice(f"filing.{field}", f"f:s:{place}:{field}") for field in HOURS]
    other = "next" if rules.shift == "previous" else "previous"
    choices.append(turn.choice("filing.doi", f"f:s:{place}:doi:{other}", shift=rules.shift))
    begins = 1 if rules.month_begins == 15 else 15
    choices.append(turn.choice("filing.thang", f"f:s:{place}:thang:{begins}", begins=rules.month_begins))
    wanted = await turn.memory.rounds.wanted(turn.person_id)
    choices.append(turn.choice("filing.unasked", "w:tat" if wanted else "w:bat", on=wanted))
    turn.say("filing.which_gio", choices=[*choices, turn.choice("filing.back", f"f:s:{place}")])


async def typed(turn: Turn) -> bool:
    """The new value of the field asked for."""
    field, place = (turn.state.flow or "").partition(".")[2], str(turn.state.data.get("place", ""))
    value = " ".join(turn.message.text.split())
    if field not in (*FIELDS, *HOURS) or not _may_set(turn, place):
        return False
    if not value or len(value) > MAX_VALUE:
        turn.say("filing.too_long")
        return True
    if field in HOURS:
        moment = closing_of(value)
        if moment is None or (field == "nhac" and not _by_day(moment)):
            turn.say(f"filing.bad_{field}")
        else:
            await _put(turn, place, HOURS[field], moment)
        return True
    await _put(turn, place, PREFIX + field, value)
    return True


def _by_day(moment: str) -> bool:
    """Whether people may be reminded at that hour."""
    parsed = parse_closing(moment)
    return parsed is not None and BY_DAY[0] <= parsed[1] < BY_DAY[1]


def closing_of(text: str) -> str | None:
    """ "5 16:00" from "thứ sáu 16:00", "16 giờ" spelled as people do; None for anything else."""
    found = _CLOSING.fullmatch(fold(text))
    if found is None or not 0 <= int(found["hour"]) <= 23 or int(found["minute"] or found["glued"] or 0) > 59:
        return None
    day = 7 if found["sunday"] else _DAYS[found["day"]]
    return f"{day} {int(found['hour']):02}:{int(found['minute'] or found['glued'] or 0):02}"


async def _put(turn: Turn, place: str, key: str, value: str) -> None:
    settings = turn.memory.settings
    turn.state.leave()
    if len(place) == 2:
        await settings.put_province(place, key, value, turn.now, scope=turn.scope)
    else:
        await settings.put(place, key, value, turn.now, scope=turn.scope)
    commune = place if len(place) == 5 else None
    if key in (CLOSING, SHIFT, REMIND):
        below = [c.code for c in turn.knowledge.places.communes_of(place)] if commune is None else []
        await turn.memory.rounds.replan([place, *below])
    await turn.memory.people.note("setting.changed", turn.now, actor=turn.person_id, commune=commune, subject=key)
    await (_hours if key in (SHIFT, MONTH) else show)(turn, place)


async def back(turn: Turn) -> None:
    """To what is set now."""
    place = str(turn.state.data.get("place", ""))
    turn.state.leave()
    if _may_set(turn, place):
        await show(turn, place)
    else:
        await menu.show(turn)
