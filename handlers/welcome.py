"""First contact: who we are, what we never ask for, explicit consent, and the commune.

Consent: Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15, Điều 9, and Nghị định 356/2025/NĐ-CP, Điều 6: given by an act
of its own, never by silence or by pressing "start". Until then, and after a refusal, nothing about the person is
stored: what has to be remembered (a poster's commune, an invitation) travels inside the buttons.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from content.asking import deciding
from content.asking.deciding import Refused, Several, Sure, Unsure
from content.asking.desk import Answer
from content.asking.intents import Action
from content.folding import clean, fold
from content.guide import Guide
from handlers import asking, gaps, guiding, home, menu, mydata, procedures, roles, safety, sharing
from handlers.consent_words import consent_in
from handlers.step_words import is_figure
from handlers.turn import Choice, Kind, Turn

CONSENT_VERSION = 2
"""Since 2 the words also speak of questions nothing answered. Who comes with an invitation's code agrees to the same;
what is known of him from the list stands beside it."""
FIRST_SHELF_NUMBER = 3
FIRST_GUIDE_NUMBER = 11
"""A stranger's guides are numbered from here, so that typing 1 or 2 always answers the question of consent."""
FIRST_BROWSED_NUMBER = 101
"""What a stranger browses is numbered from here: nothing is kept of him, so these numbers are for reading only."""
COMMUNE_LINK = re.compile(r"(?i)^xa[-_ ]?(\d{5})$")
GUIDE_LINK = "g-"
PROCEDURE_LINK = "p-"
MAX_ASKED = 3
YES_PLAIN, YES_SHARED = "c:y:", "c:z:"
"""The values of agreeing. Buttons outlive settings: which words stood above one is told by it."""
MAX_CARRIED = 60
"""What is left of a button's 64 bytes after "c:y:" or "c:z:"."""
PAYLOAD = re.compile(rf"^[A-Za-z0-9_-]{{1,{MAX_CARRIED}}}$")
MAX_NAME = 8
"""Words of the longest answer that is taken for a misspelt commune."""
YES = frozenset({"co", "phai", "dung", "dung roi", "phai roi", "vang", "u", "uh", "ok"})


# --- strangers ----------------------------------------------------------------------------------------------


async def stranger(turn: Turn) -> None:
    """Somebody we keep nothing of: greets, asks for consent, or serves him without storing anything."""
    message = turn.message
    text = clean(message.text)
    words = fold(text)
    if message.kind is Kind.PRESS:
        await _stranger_press(turn, message.text)
    elif message.kind is not Kind.TEXT:
        menu.say_unexpected(turn)
        _greet(turn)
    elif not message.passing and (answer := consent_in(text)) is not None:
        await _answered(turn, answer)
    elif fold(text.partition(" ")[0]) == "start":
        _greet(turn, text.partition(" ")[2])
    elif words in ("gap nguoi", "gapnguoi", "gap nguoi that"):
        await menu.human(turn)
    elif words in ("du lieu cua toi", "dulieu", "quyenrieng"):
        await mydata.show(turn)
    elif words in safety.CHEATED:
        await _stranger_press(turn, f"g:o:{safety.SCAM_GUIDE}")
    elif words in ("menu", "lui", "tro lai", "dung", "huy", "huy bo", "huong dan"):
        await stranger_menu(turn)
    else:
        await _stranger_asks(turn, text)


async def _answered(turn: Turn, answer: Literal["yes", "no", "nod"]) -> None:
    if answer == "yes":
        await _consent(turn, "", shares=True)
    elif answer == "no":
        _refused(turn)
    else:
        turn.say("welcome.say_plainly", shared=sharing.words(turn), choices=_consent_choices(turn, ""))


async def _stranger_press(turn: Turn, value: str) -> None:
    match value.split(":"):
        case ["c", "y" | "z" as said, carried]:
            await _consent(turn, carried, shares=said == "z")
        case ["c", "n"]:
            _refused(turn)
        case ["g", "o", slug]:
            await guiding.open_guide(turn, slug)
            if turn.message.passing:
                await stranger_menu(turn)
            else:
                turn.say(
                    "welcome.more",
                    shared=sharing.words(turn),
                    choices=_consent_choices(turn, _carry([GUIDE_LINK + slug])),
                )
        case ["m", "nguoi"]:
            await menu.human(turn)
        case ["m", "ke", shelf]:
            _shelf(turn, shelf)
        case ["m", "thutuc"] | ["p", *_]:
            await _browse(turn, value)
        case _:
            await stranger_menu(turn)


async def _browse(turn: Turn, value: str) -> None:
    """Procedures for somebody we keep nothing of; 1 and 2 stay the answers to the question of consent."""
    await procedures.press(turn, value.split(":")[1:])
    turn.replies[:] = [
        replace(r, choices=tuple(replace(c, number=n) for n, c in enumerate(r.choices, FIRST_BROWSED_NUMBER)))
        for r in turn.replies
    ]
    turn.say("welcome.more", shared=sharing.words(turn), choices=_consent_choices(turn, ""))


async def _stranger_asks(turn: Turn, text: str) -> None:
    """A digit of the guide list, a code, or a question; else the greeting."""
    if text.isdecimal() and len(text) <= 3:
        numbered = [*_shelves(turn), *_stranger_guides(turn)]
        chosen = next((c for c in numbered if c.number == int(text)), None)
        if chosen is not None:
            await _stranger_press(turn, chosen.value)
            return
    if (code := roles.code_in(text)) is not None or COMMUNE_LINK.match(text):
        _greet(turn, code or text.replace(" ", ""))
        return
    if is_figure(text):
        _greet(turn)
        return
    desk = turn.knowledge.desk
    if (clarify := desk.too_short(text)) is not None:
        _greet(turn, asked=desk.meanings(clarify, turn.today)[:MAX_ASKED])
        return
    _, verdict = asking.understand(turn, text)
    match verdict:
        case Sure(deciding.SCAM):  # no minute to lose
            await _stranger_press(turn, f"g:o:{safety.SCAM_GUIDE}")
        case Sure(intent) if desk.asks_for_human(intent):
            await menu.human(turn)
        case Sure(intent):
            _greet(turn, asked=desk.answers(intent, text, turn.today)[:MAX_ASKED])
        case Unsure(intents) | Several(intents):
            firsts = [found[0] for intent in intents if (found := desk.answers(intent, text, turn.today))]
            _greet(turn, asked=list({one.id: one for one in firsts}.values()))
        case Refused(kind, Action.HANDOVER | Action.WARN):
            turn.say("asking.refused", kind=kind)
            _greet(turn)
        case _:
            _greet(turn)


def _greet(turn: Turn, payload: str = "", *, asked: Sequence[Answer] = ()) -> None:
    """Who we are and what is kept; a link or a question travels in the button of consent."""
    carried = payload.strip() if PAYLOAD.match(payload.strip()) else _carry([_linked(one) for one in asked])
    about = [_numbered(turn, one, n) for n, one in enumerate(asked)]
    if turn.message.passing:
        turn.say("welcome.passing", choices=about or _shelves(turn))
        return
    choices = [*_consent_choices(turn, carried), *about]
    if roles.code_in(carried) is not None:  # his name may stand on the list the code was made for
        turn.say("welcome.invited", shared=sharing.words(turn), choices=choices)
        return
    turn.say("welcome.greeting", asked=[c.label for c in about], shared=sharing.words(turn), choices=choices)


def _linked(one: Answer) -> str:
    """A guide or a procedure as a link carries it."""
    return f"{GUIDE_LINK if isinstance(one, Guide) else PROCEDURE_LINK}{one.id}"


def _numbered(turn: Turn, one: Answer, place: int) -> Choice:
    """Opens it; a guide under the number it always has."""
    choice = asking.opening(one)
    known = next((c for c in _stranger_guides(turn) if c.value == choice.value), None)
    return known or replace(choice, number=FIRST_BROWSED_NUMBER + place)


def _carry(links: Sequence[str]) -> str:
    """As many links as a button takes."""
    carried = ""
    for link in links:
        longer = f"{carried}.{link}" if carried else link
        carried = longer if len(longer) <= MAX_CARRIED else carried
    return carried


def _consent_choices(turn: Turn, carried: str, *, told: bool = True) -> list[Choice]:
    """Yes and no. `told`: under words that name what the platform learns of whoever agrees."""
    if turn.message.passing:
        return []
    return [
        turn.choice("welcome.agree", f"{_yes(turn) if told else YES_PLAIN}{carried}", style="main", number=1),
        turn.choice("welcome.disagree", "c:n", number=2),
    ]


def _yes(turn: Turn) -> str:
    """The value of agreeing to the words of today."""
    return YES_SHARED if sharing.words(turn) else YES_PLAIN


def _refused(turn: Turn) -> None:
    turn.say("welcome.refused", choices=_shelves(turn))


def _shelves(turn: Turn) -> list[Choice]:
    return [replace(c, number=n) for n, c in enumerate(menu.shelf_choices(turn), FIRST_SHELF_NUMBER)]


def _shelf(turn: Turn, shelf_id: str) -> None:
    """The guides of a shelf, under the numbers they always have, and the way to consent."""
    there = {g.id for g in turn.knowledge.library.on_shelf(shelf_id, turn.today)}
    found = [c for c in _stranger_guides(turn) if c.value.removeprefix("g:o:") in there]
    yes_or_no = _consent_choices(turn, "", told=False)
    turn.say("menu.guide_list", staff=False, choices=[*(found or _shelves(turn)), *yes_or_no])


def _stranger_guides(turn: Turn) -> list[Choice]:
    guides = turn.knowledge.library.all(turn.today)
    return [Choice(g.menu, f"g:o:{g.id}", number=i) for i, g in enumerate(guides, FIRST_GUIDE_NUMBER)]


async def stranger_menu(turn: Turn) -> None:
    """The guides, and the way to consent."""
    if turn.message.passing:
        turn.say("welcome.passing", choices=_shelves(turn))
        return
    agree = turn.choice("welcome.agree", _yes(turn), number=1)
    browse = turn.choice("menu.procedures", "m:thutuc", number=FIRST_BROWSED_NUMBER)
    turn.say("welcome.stranger_menu", shared=sharing.words(turn), choices=[*_shelves(turn), browse, agree])


def after_check(turn: Turn, *, stopped: bool) -> None:
    """What a stranger may do once a code was checked: agree, or read at once what to do after a fraud."""
    scam = [c for c in _stranger_guides(turn) if stopped and c.value == f"g:o:{safety.SCAM_GUIDE}"]
    turn.say("welcome.more", shared=sharing.words(turn), choices=[*_consent_choices(turn, ""), *scam])


# --- consent ------------------------------------------------------------------------------------------------


async def _consent(turn: Turn, carried: str, *, shares: bool) -> None:
    """The person agreed: from here on a record exists. A passing visitor has nothing a record could be kept under.
    With `shares` he agreed to words that said what the platform is told.
    """
    if turn.message.passing:
        await stranger_menu(turn)
        return
    turn.chat = await turn.memory.people.admit(
        turn.channel, turn.message.address, consent_version=CONSENT_VERSION, now=turn.now
    )
    await turn.memory.people.note("consent.given", turn.now, actor=turn.person_id, subject=f"v{CONSENT_VERSION}")
    if shares:
        await sharing.agreed(turn)
    turn.say("welcome.thanks", invited=roles.code_in(carried) is not None)
    theirs = turn.message.commune  # whose account was written to, that commune's people mostly write there
    if carried and await _take(turn, carried):
        if turn.chat.commune is None and theirs is not None and turn.knowledge.places.commune(theirs):
            await turn.memory.people.set(turn.person_id, commune=theirs)
            turn.chat.commune = theirs
    elif theirs is None or not await home.settle(turn, theirs):
        home.ask(turn, forgot=turn.message.kind is Kind.TEXT)


async def link(turn: Turn, payload: str) -> None:
    """A start link, poster or typed code of somebody we know."""
    if not await _take(turn, payload):
        turn.say("welcome.unknown_link")
        await menu.show(turn)


async def _take(turn: Turn, payload: str) -> bool:
    """Does what a link carries: a commune (XA31441), guides (g-vneid-kich-hoat), or an invitation code."""
    if payload.startswith((GUIDE_LINK, PROCEDURE_LINK)):
        await _open_linked(turn, payload.split("."))
        return True
    commune = COMMUNE_LINK.match(payload)
    if commune:
        return await home.settle(turn, commune.group(1))
    return await roles.try_code(turn, payload)


async def _open_linked(turn: Turn, links: Sequence[str]) -> None:
    """What links lead to: a guide, out of force too (it says so), or a procedure."""
    library, found = turn.knowledge.library, list[Answer]()
    for link in links:
        if link.startswith(PROCEDURE_LINK):
            one: Answer | None = library.procedure(link.removeprefix(PROCEDURE_LINK), turn.today)
        else:
            one = library.get(link.removeprefix(GUIDE_LINK))
        found += [one] if one is not None else []
    if found:
        await asking.open_one(turn, found)
    else:
        turn.say("guide.gone")
        await menu.guides(turn)


# --- what is typed and pressed ------------------------------------------------------------------------------


async def typed(turn: Turn) -> bool:
    """A commune by name or code, or the code on a slip, answered while we ask for it."""
    text = turn.message.text
    shown = [value for _, _, value in turn.state.offered if value.startswith("c:x:")]
    if fold(text) in YES and len(shown) == 1:
        return await home.settle(turn, shown[0].removeprefix("c:x:"))
    if await _take(turn, text.strip()) or await home.offer(turn, text) or await asking.instead(turn, text):
        return True
    if len(fold(text).split()) > MAX_NAME:
        return False
    turn.say("welcome.no_such_commune", choices=[turn.choice("welcome.skip_commune", "c:s")])
    return True


async def press(turn: Turn, args: list[str]) -> None:
    """c:x:<code> this commune, c:o another, c:s later; consent pressed again takes no code twice; c:l:<what> agrees
    to today's words where older ones were agreed to, c:k does not."""
    match args:
        case ["x", code]:
            if not await home.settle(turn, code):
                home.ask(turn)
        case ["o"]:
            home.ask(turn)
        case ["y" | "z", carried] if carried and not (turn.scope and roles.CODE.fullmatch(carried.upper())):
            await link(turn, carried)
        case ["n"]:
            turn.say("welcome.already_agreed", choices=[turn.choice("menu.data", "m:dulieu")])
        case ["l", nearest]:
            await _agreed_anew(turn, nearest)
        case ["k"]:
            turn.say(
                "gap.not_anew", choices=[turn.choice("common.human", "m:nguoi"), turn.choice("common.menu", "m:menu")]
            )
        case _:
            turn.state.leave()
            await guiding.where(turn)


async def _agreed_anew(turn: Turn, nearest: str) -> None:
    """Agreed to today's words after older ones: the question that led here may be kept, once it is typed again."""
    if await turn.memory.people.consent(turn.person_id) < CONSENT_VERSION:
        await turn.memory.people.set(turn.person_id, consent_version=CONSENT_VERSION, consent_at=turn.now)
        await turn.memory.people.note("consent.given", turn.now, actor=turn.person_id, subject=f"v{CONSENT_VERSION}")
    turn.say("gap.agreed_anew")
    await gaps.not_it(turn, nearest)
