"""The check of a payment code before anything is paid: a picture, a pasted code or a link; nothing of it is kept."""

import re
from collections.abc import Sequence
from dataclasses import replace

from content.folding import fold
from content.qr import Context, Kind, Level, Reason, Receiver, Verdict
from content.telling import Telling
from handlers import asking, assisting, guiding, here, receivers, safety, verdicts, welcome
from handlers.steps import CHECK
from handlers.turn import Choice, Turn
from handlers.turn import Kind as Sent
from handlers.verdicts import Checked
from storage.deadlines import by_day
from storage.sightings import ALARM

FLOW = "check"
WORDS = frozenset({"kiem tra ma qr", "kiem tra qr", "kiem tra ma", "kiem tra ma qr nay", "xem ma qr", "soi ma qr"})
MOST_CODES = 6
"""Codes of one picture that are judged; nobody holds more before a camera."""
TRIES = 2
"""Pictures that could not be read before the person is sent to somebody."""
LOGGED_AS = {Level.STOP: "lua_dao"}
"""Under which content help with a check is logged; all else is help with a payment."""
USUAL_CONTENT = "thanh_toan"

_GRAVEST = (Level.STOP, Level.CAUTION, Level.MATCH, Level.NOT_PAYMENT, Level.UNREADABLE)
_CODE = re.compile(r"(?<![0-9A-Za-z])0002[0-9]{4}(?=[^\n]{24})")
_SEALED = re.compile(r"6304[0-9A-Za-z]{4}(?![0-9A-Za-z])")
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_HOST = re.compile(r"[^\s/@:.]+(?:\.[^\s/@:.]+)+\.?")
_TRAIL = ".,;!?)\"'”»"
_MARKS = frozenset(":/|@.")
"""Every code but a bare one has one of these."""
_SPOKEN_OF = frozenset({Kind.TEXT, Kind.EMPTY})
"""What no check is made of unless the person was asked for a code."""


async def back(turn: Turn) -> None:
    """To the step in hand, or the menu."""
    turn.state.leave()
    await guiding.where(turn)


def is_asked_for(turn: Turn) -> bool:
    """Whether a stranger asks for the check, in words or by a button."""
    message = turn.message
    pressed = message.kind is Sent.PRESS and message.text.startswith(CHECK)
    return pressed or (message.kind is Sent.TEXT and fold(message.text) in WORDS)


async def start(turn: Turn) -> None:
    """Asks for the code."""
    if turn.chat is None:
        turn.say("qr.ask", staff=False)
        welcome.after_check(turn, stopped=False)
    else:
        await _ask(turn)


async def _ask(turn: Turn, **about: str) -> None:
    turn.state.enter(FLOW, **about)
    turn.say("qr.ask", staff=turn.staff, choices=[turn.choice("common.menu", "m:menu")])


async def press(turn: Turn, args: list[str]) -> None:
    """q:k asks for a code, q:k:<procedure>:<variant> for one that pays for it, q:g:<content> logs the help given,
    q:tk the receivers of the commune."""
    match args:
        case ["k", procedure, variant]:
            await _ask(turn, procedure=procedure, variant=variant)
        case ["g", content]:
            await assisting.draft_of(turn, content)
        case ["tk", *rest]:
            await receivers.press(turn, rest)
        case _:
            await _ask(turn)


# --- what of a message is a code ----------------------------------------------------------------------------


def codes_in(turn: Turn) -> tuple[list[str], str]:
    """The codes of a typed message, and what else it says: that is still looked through for secrets.

    A payment code is known anywhere in a text. A link or another code must be the whole message, since who writes
    a sentence around a link asks about something; while a code is waited for, a bare host's name counts too.
    """
    text = turn.message.text
    begin = _CODE.search(text)
    if begin is not None:
        end = _end_of_code(text, begin.start())
        return [text[begin.start() : end]], f"{text[: begin.start()]} {text[end:]}"
    whole = text.strip()
    if not _MARKS & set(whole) and len(whole.split()) != 1:
        return [], text
    verdict = turn.knowledge.codes.check(whole)
    if verdict.kind is Kind.PERSONAL_ID:
        return [whole], ""
    known = verdict.kind not in _SPOKEN_OF and not (verdict.kind is Kind.APP_LINK and "://" not in whole)
    if known and (len(whole.split()) == 1 or verdict.kind is not Kind.URL):
        return [whole], ""
    if turn.state.flow == FLOW:
        if _HOST.fullmatch(whole):
            return [f"https://{whole}/"], ""
        if links := [link.rstrip(_TRAIL) for link in _LINK.findall(text)]:
            return links[:MOST_CODES], _LINK.sub(" ", text)
    return [], text


def _end_of_code(text: str, begin: int) -> int:
    """Where a code ends: after its checksum, else with its line."""
    line_end = text.find("\n", begin)
    sealed = _SEALED.search(text, begin)
    if sealed is not None:
        return sealed.end()
    return len(text) if line_end < 0 else line_end


def dangerous_link(turn: Turn) -> str | None:
    """A link within a sentence that must be stopped; others are left to what the sentence asks."""
    links = [link.rstrip(_TRAIL) for link in _LINK.findall(turn.message.text)]
    return next((link for link in links if turn.knowledge.codes.check(link).level is Level.STOP), None)


# --- answering ----------------------------------------------------------------------------------------------


async def typed(turn: Turn) -> bool:
    """Something else than a code while we wait for one: a question is answered, anything else asked for again."""
    if await asking.instead(turn, turn.message.text):
        return True
    turn.say("qr.not_a_code", staff=turn.staff, choices=[safety.cheated(turn), turn.choice("common.menu", "m:menu")])
    return True


async def picture(turn: Turn) -> bool:
    """The codes of a picture; False when none was looked for and none is in it."""
    seen = turn.message.picture
    asked = turn.state.flow == FLOW
    if seen is None or not (seen.codes or asked):
        return False
    if seen.codes:
        await answer(turn, seen.codes)
        return True
    tries = int(turn.state.data.get("tries", 0)) + 1
    turn.state.data["tries"] = tries
    await _count(turn, Verdict(Level.UNREADABLE, Kind.EMPTY, ()))
    again = tries >= TRIES
    ways = [turn.choice("common.human", "m:nguoi"), turn.choice("common.menu", "m:menu")]
    turn.say("qr.unreadable", staff=turn.staff, again=again, choices=ways if again else ways[1:])
    return True


async def answer(turn: Turn, payloads: Sequence[str]) -> None:
    """Says what the codes are, keeps the counters, and shows the step in hand again."""
    fee = await _fee(turn)
    context = Context(await _receivers(turn), fee[0] if fee else None, _dossier(turn, payloads))
    several = fee is not None and fee[1] in turn.knowledge.codes.counted_units
    checked = [_checked(turn, payload, context, several=several) for payload in payloads[:MOST_CODES]]
    for one in checked:
        await _count(turn, one.verdict)
        await _notice(turn, one)
    if turn.state.flow == FLOW:
        turn.state.leave()
    worst = next((c for c in checked if c.verdict.level is Level.STOP), checked[0])
    if len(checked) == 1:
        text = verdicts.told(turn, checked[0])
    else:
        levels = [c.verdict.level for c in checked]
        told = [(turn.words("qr.short", level=level), levels.count(level)) for level in _GRAVEST if level in levels]
        text = turn.words("qr.several", many=len(checked), codes=told, staff=turn.staff)
    await _say(turn, text, worst.verdict.level)


async def _say(turn: Turn, text: str, level: Level) -> None:
    """The answer with its ways on; at a step these stand beside the step's own."""
    stopped = [safety.cheated(turn)] if level is Level.STOP else []
    if turn.chat is None:
        turn.say("qr.answer", text=text)
        welcome.after_check(turn, stopped=bool(stopped))
    elif turn.state.flow is not None:  # a question in hand stays asked, with the choices it came with
        asked = [Choice(label, value, number=n) for n, label, value in turn.state.offered]
        last = max((n for n, _, _ in turn.state.offered), default=0)
        help_ = [replace(c, number=last + 1) for c in stopped if c.value not in {a.value for a in asked}]
        turn.say("qr.answer", text=text, choices=[*asked, *help_])
    elif guiding.in_hand(turn):
        turn.say("qr.answer", text=text)
        helped = (
            turn.chat.run is not None and turn.chat.run.guide == safety.SCAM_GUIDE
        )  # its own way is there already
        await guiding.where(turn, aside=[*([] if helped else stopped), *_logs(turn, level)])
    else:
        ways = [turn.choice("qr.another", "q:k"), turn.choice("common.human", "m:nguoi")]
        if turn.chat.commune is None:
            ways.append(turn.choice("menu.home", "c:o"))
        choices = [*stopped, *_logs(turn, level), *ways, turn.choice("common.menu", "m:menu")]
        turn.say("qr.answer", text=text, choices=choices)


def _logs(turn: Turn, level: Level) -> list[Choice]:
    """For a member: the help just given, logged with one press."""
    content = LOGGED_AS.get(level, USUAL_CONTENT)
    return [turn.choice("qr.log", f"q:g:{content}")] if turn.has("member", "head") else []


# --- what it is measured by ---------------------------------------------------------------------------------


async def _receivers(turn: Turn) -> tuple[Receiver, ...]:
    """Those the person's commune announced and that are in force."""
    commune = turn.chat.commune if turn.chat else None
    listed = await turn.memory.receivers.in_force(commune, turn.today) if commune else []
    return tuple(Receiver(r.type, r.number, r.bin or "", r.length or 0, r.name) for r in listed)


def _checked(turn: Turn, payload: str, context: Context, *, several: bool) -> Checked:
    """The verdict, by the fee of what the person is doing; of what is counted he may pay for `several`."""
    codes = turn.knowledge.codes
    verdict = codes.check(payload, context)
    if Reason.AMOUNT_MISMATCH in verdict.reasons and several:
        context = replace(context, fee=None)
        verdict = codes.check(payload, context)
    return Checked(verdict, context, _place(turn))


def _dossier(turn: Turn, payloads: Sequence[str]) -> str | None:
    """The dossier the person names beside the code; like the code itself it is known in this turn only."""
    text = turn.message.text
    for payload in payloads:
        text = text.replace(payload, " ")
    return turn.knowledge.safety.dossier(text)


async def _fee(turn: Turn) -> tuple[int, str | None] | None:
    """What the procedure in hand costs everybody where the person lives, and for one of what."""
    library = turn.knowledge.library
    slug, variant = turn.state.data.get("procedure"), turn.state.data.get("variant")
    if turn.state.flow != FLOW or slug is None:
        run = turn.chat.run if turn.chat else None
        guide = library.get(run.guide) if run else None
        slug, variant = guide.procedure if guide else None, None
    procedure = library.procedure(slug, turn.today) if slug else None
    if procedure is None:
        return None
    chosen = procedure.variant(variant) if variant else None
    there = await here.here(turn)
    quote = Telling(turn.knowledge.messages, library, procedure, turn.today, chosen, there).quote()
    depends = chosen is None and any(row.only for row, _ in quote.rows)
    return None if depends else quote.exact


def _place(turn: Turn) -> str:
    """The commune inside a sentence: "xã Vị Thủy"."""
    commune = turn.chat.commune if turn.chat else None
    found = turn.knowledge.places.commune(commune) if commune else None
    return found.name[0].lower() + found.name[1:] if found else ""


# --- what is kept -------------------------------------------------------------------------------------------


async def _count(turn: Turn, verdict: Verdict) -> None:
    """Level, reasons, commune and day: nothing else outlives the turn."""
    commune = turn.chat.commune if turn.chat else None
    if commune is not None:
        await turn.memory.sightings.count(commune, turn.today, verdict.level, verdict.reasons)


async def _notice(turn: Turn, checked: Checked) -> None:
    """Tells the officers when several people have met the same stopped receiver today."""
    commune = turn.chat.commune if turn.chat else None
    fields = checked.verdict.fields
    whom = f"{fields.get('bin', '')} {checked.number}" if checked.number else str(fields.get("host", ""))
    if commune is None or not whom or checked.verdict.level is not Level.STOP:
        return
    if await turn.memory.sightings.met(commune, turn.today, whom, turn.person_id):
        officers = await turn.memory.people.officers(commune)
        await turn.tell(officers, "qr.alert", place=checked.place, people=ALARM, what=_what(turn, checked),
                        choices=[turn.choice("common.menu", "m:menu")], at=by_day(turn.now))  # fmt: skip


def _what(turn: Turn, checked: Checked) -> str:
    if not checked.number:
        return turn.words("qr.alert_host", host=checked.host)
    if checked.verdict.kind is Kind.VNPAY:
        return turn.words("qr.alert_vnpay", tail=checked.tail)
    bank = turn.knowledge.codes.banks.get(str(checked.verdict.fields.get("bin", "")))
    return turn.words("qr.alert_account", bank=bank.short_name if bank else None, tail=checked.tail)
