"""The accounts a commune announces for its fees: one officer proposes, another confirms, and all are told."""

import datetime as dt
import re
from dataclasses import dataclass

from content.qr import Kind, Level, Reason, Verdict
from content.qr.near import one_edit
from content.qr.receivers import ACCOUNT
from content.qr.verdict import STOPS
from handlers import menu
from handlers.turn import Choice, Turn
from handlers.verdicts import TAIL
from storage.receivers import Listed, Taken
from storage.scope import NotAllowed, Scope

FLOW = "receivers"
NUMBER = "receivers.number"
"""Where a number is the answer, and no secret."""
LONGEST_NAME = 80
LONGEST = 19
"""Characters of an account (VietQR format, 5.2)."""
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_LENGTH = re.compile(r"\s+(?:dài|dai)\s+(\d{1,2})\s*(?:ký tự|ky tu|chữ|chu|số|so)?\s*$", re.IGNORECASE)
_NETWORK = "vnpay"
_PAID = {Kind.VIETQR_ACCOUNT, Kind.VIETQR_MERCHANT, Kind.VNPAY}


@dataclass(frozen=True, slots=True)
class Told:
    """A receiver as an officer told it."""

    type: str
    bin: str | None
    number: str
    length: int | None = None


def commune_of(turn: Turn) -> str | None:
    """The commune the person is an officer of; of several, the one he chose as his."""
    communes = turn.scope.communes("officer") if turn.scope else ()
    own = turn.chat.commune if turn.chat else None
    return own if own in communes else next(iter(communes), None)


def _scope(turn: Turn) -> tuple[Scope, str]:
    """The officer's rights and his commune. Raises NotAllowed."""
    commune = commune_of(turn)
    if turn.scope is None or commune is None:
        raise NotAllowed
    return turn.scope, commune


# --- what is pressed ----------------------------------------------------------------------------------------


async def press(turn: Turn, args: list[str]) -> None:
    """q:tk the list, q:tk:moi a new one, q:tk:<what>:<id> one of them."""
    turn.state.leave()
    try:
        match args:
            case ["moi"]:
                _scope(turn)
                turn.state.enter(f"{FLOW}.name")
                turn.say("receivers.ask_name")
            case [what, receiver_id, *sure] if receiver_id.isdecimal():
                await _one(turn, what, int(receiver_id), sure=bool(sure))
            case _:
                await _list(turn)
    except NotAllowed:
        turn.say("common.not_allowed" if commune_of(turn) is None else "receivers.gone")
        await (menu.show(turn) if commune_of(turn) is None else _list(turn))


async def show(turn: Turn) -> None:
    """The list, as typed words ask for it."""
    await press(turn, [])


async def back(turn: Turn) -> None:
    """From a question to the list."""
    await press(turn, [])


async def _list(turn: Turn) -> None:
    """Every receiver with who did what when, and what can be done."""
    scope, commune = _scope(turn)
    rows = await turn.memory.receivers.all(scope, commune, turn.now)
    place = turn.knowledge.places.commune(commune)
    lines = [turn.words("receivers.line", r=r, bank=_bank(turn, r), proposed=_day(turn, r.proposed_at),
                        decided=_day(turn, r.decided_at), ended=_day(turn, r.ended_at)) for r in rows]  # fmt: skip
    open_ = [r for r in rows if r.state in ("draft", "proposed", "confirmed")]
    choices = [
        turn.choice("receivers.new", "q:tk:moi", style="main"),
        *(turn.choice("receivers.label", f"q:tk:xem:{r.id}", r=r, bank=_bank(turn, r), tail=r.number[-TAIL:])
          for r in open_),
        turn.choice("common.menu", "m:menu"),
    ]  # fmt: skip
    turn.say("receivers.all", place=place, lines=lines, choices=choices)


async def _one(turn: Turn, what: str, receiver_id: int, *, sure: bool) -> None:
    scope, _ = _scope(turn)
    receivers = turn.memory.receivers
    match what:
        case "gui":
            await _propose(turn, await receivers.propose(scope, receiver_id, turn.now))
        case "tu" | "den":
            r = await receivers.get(scope, receiver_id)
            turn.state.enter(f"{FLOW}.{what}", id=r.id)
            turn.say("receivers.ask_from" if what == "tu" else "receivers.ask_to")
        case "huy":
            await receivers.drop(scope, receiver_id)
            await _noted(turn, "dropped", receiver_id)
            turn.say("receivers.dropped")
            await _list(turn)
        case "dung" | "sai":
            r = await receivers.decide(scope, receiver_id, turn.now, confirmed=what == "dung")
            await _decided(turn, r)
        case "ngung" if sure:
            await _ended(turn, await receivers.end(scope, receiver_id, turn.now))
        case "ngung":
            r = await receivers.get(scope, receiver_id)
            choices = [turn.choice("receivers.end_now", f"q:tk:ngung:{r.id}:that", style="danger"),
                       turn.choice("receivers.keep", f"q:tk:xem:{r.id}")]  # fmt: skip
            turn.say("receivers.ask_end", r=r, bank=_bank(turn, r), choices=choices)
        case _:
            _card(turn, await receivers.get(scope, receiver_id))


def _card(turn: Turn, r: Listed) -> None:
    """One of them, with what this officer can do about it."""
    mine = r.proposed_by == turn.person_id
    name, ways = "card", list[Choice]()
    if r.state == "draft":
        name = "draft"
        ways = [turn.choice("receivers.send", f"q:tk:gui:{r.id}", style="main"),
                turn.choice("receivers.set_from", f"q:tk:tu:{r.id}"),
                turn.choice("receivers.set_to", f"q:tk:den:{r.id}")]  # fmt: skip
    elif r.state == "proposed" and not mine:
        name = "asked"
        ways = _decisions(turn, r)
    elif r.state == "proposed":
        name = "own"
    elif r.state == "confirmed":
        ways = [turn.choice("receivers.end", f"q:tk:ngung:{r.id}", style="danger")]
    if mine and r.state in ("draft", "proposed"):
        ways.append(turn.choice("receivers.drop", f"q:tk:huy:{r.id}", style="danger"))
    ways.append(turn.choice("receivers.list", "q:tk"))
    turn.say(f"receivers.{name}", r=r, bank=_bank(turn, r), choices=ways)


def _decisions(turn: Turn, r: Listed) -> list[Choice]:
    return [turn.choice("receivers.confirm", f"q:tk:dung:{r.id}", style="main"),
            turn.choice("receivers.refuse", f"q:tk:sai:{r.id}", style="danger")]  # fmt: skip


# --- what is done, and who is told --------------------------------------------------------------------------


async def _propose(turn: Turn, r: Listed) -> None:
    others = await _others(turn, r)
    await turn.tell(others, "receivers.asked", r=r, bank=_bank(turn, r), choices=_decisions(turn, r))
    await _noted(turn, "proposed", r.id)
    turn.say("receivers.sent", others=len(others))
    await _list(turn)


async def _decided(turn: Turn, r: Listed) -> None:
    """The proposer and every other officer learn of it too."""
    name = turn.chat.name if turn.chat else None
    await turn.tell(await _others(turn, r), f"receivers.told_{r.state}", r=r, bank=_bank(turn, r), by=name)
    await _noted(turn, r.state, r.id)
    if r.state == "confirmed":
        turn.say("receivers.confirmed", r=r, bank=_bank(turn, r))
    else:
        turn.say("receivers.refused")
    await _list(turn)


async def _ended(turn: Turn, r: Listed) -> None:
    name = turn.chat.name if turn.chat else None
    await turn.tell(await _others(turn, r), "receivers.told_ended", r=r, bank=_bank(turn, r), by=name)
    await _noted(turn, "ended", r.id)
    turn.say("receivers.ended")
    await _list(turn)


async def _others(turn: Turn, r: Listed) -> list[int]:
    return [i for i in await turn.memory.people.officers(r.commune) if i != turn.person_id]


async def _noted(turn: Turn, what: str, receiver_id: int) -> None:
    await turn.memory.people.note(
        f"receiver.{what}", turn.now, actor=turn.person_id, commune=commune_of(turn), subject=str(receiver_id)
    )


# --- what is typed or sent ----------------------------------------------------------------------------------


async def typed(turn: Turn) -> bool:
    """The holder's name, then the number; or a day for one's draft."""
    place = (turn.state.flow or "").partition(".")[2]
    try:
        match place:
            case "name":
                _name(turn)
            case "number":
                await _number(turn, read(turn, turn.message.text))
            case "tu" | "den":
                await _set_day(turn, place)
            case _:
                return False
    except NotAllowed:
        turn.state.leave()
        turn.say("common.not_allowed")
        await menu.show(turn)
    return True


def told(turn: Turn) -> bool:
    """Whether the message is the number asked for: it belongs to the commune, and is no secret."""
    return turn.state.flow == NUMBER and isinstance(read(turn, turn.message.text), Told)


async def picture(turn: Turn) -> bool:
    """The commune's own code, photographed: while we ask for it."""
    seen = turn.message.picture
    if turn.state.flow != NUMBER or seen is None:
        return False
    code = seen.codes[0] if len(seen.codes) == 1 else ""
    await _number(turn, read(turn, code) if code else "receivers.bad_code")
    return True


def _name(turn: Turn) -> None:
    name = " ".join(turn.message.text.split())
    if not 3 <= len(name) <= LONGEST_NAME:
        turn.say("receivers.bad_name")
        return
    turn.state.enter(NUMBER, name=name)
    turn.say("receivers.ask_number", name=name)


async def _number(turn: Turn, told: Told | str) -> None:
    """Writes the draft down, or says what is wrong."""
    scope, commune = _scope(turn)
    if isinstance(told, str):
        turn.say(told)
        return
    name = str(turn.state.data["name"])
    receivers = turn.memory.receivers
    try:
        r = await receivers.draft(
            scope, commune, type=told.type, bin=told.bin, number=told.number, length=told.length, name=name,
            valid_from=turn.today, now=turn.now,
        )  # fmt: skip
    except Taken:
        turn.state.leave()
        turn.say("receivers.taken")
        await _list(turn)
        return
    turn.state.leave()
    for other in await receivers.in_force(commune, turn.today):
        if one_edit(r.number, [other.number]):
            turn.say("receivers.near", bank=_bank(turn, other), tail=other.number[-TAIL:])
    _card(turn, r)


def read(turn: Turn, text: str) -> Told | str:
    """A receiver told by a code or by its bank and number; else the message that says what is wrong."""
    verdict = turn.knowledge.codes.check(text)
    if verdict.kind.startswith("vietqr") or verdict.kind in (Kind.VNPAY, Kind.EMV_OTHER, Kind.EMV_BROKEN):
        return _from_code(verdict)
    length = _LENGTH.search(text)
    words = (text[: length.start()] if length else text).split()
    if len(words) < 2:
        return "receivers.bad_number"
    # "BIDV 8600 0000 12345": figures in groups are one number.
    split = next((i for i, word in enumerate(words) if i and any(c.isdigit() for c in word)), len(words) - 1)
    called, number = " ".join(words[:split]), "".join(words[split:])
    if not ACCOUNT.fullmatch(number) or not any(c.isdigit() for c in number):
        return "receivers.bad_number"
    if called.casefold() == _NETWORK:
        return Told("vnpay", None, number)
    bank = turn.knowledge.codes.banks.named(called)
    if bank is None:
        return "receivers.bad_bank"
    if length is None:
        return Told("account", bank.bin, number)
    whole = int(length[1])
    return (
        Told("account_prefix", bank.bin, number, whole) if len(number) < whole <= LONGEST else "receivers.bad_number"
    )


def _from_code(verdict: Verdict) -> Told | str:
    fields, wrong = verdict.fields, set(verdict.reasons) & STOPS - {Reason.NAME_CLAIMS_AGENCY}
    if (
        wrong
        or verdict.kind not in _PAID
        or Reason.MULTIPLE_NETWORKS in verdict.reasons
        or verdict.level is Level.MATCH
    ):
        return "receivers.bad_code"
    if verdict.kind is Kind.VNPAY:
        return Told("vnpay", None, str(fields["merchant_id"]))
    return Told("account", str(fields["bin"]), str(fields["account"]))


async def _set_day(turn: Turn, which: str) -> None:
    """The first or the last day of one's draft."""
    scope, _ = _scope(turn)
    day = _read_day(turn.message.text)
    r = await turn.memory.receivers.get(scope, int(turn.state.data["id"]))
    first, last = (day, r.valid_to) if which == "tu" else (r.valid_from, day)
    if day is None or first is None or (last is not None and last < first):
        turn.say("receivers.bad_day")
        return
    turn.state.leave()
    _card(turn, await turn.memory.receivers.change(scope, r.id, valid_from=first, valid_to=last))


def _read_day(text: str) -> dt.date | None:
    found = _DAY.fullmatch(text.strip())
    try:
        return dt.date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


# --- how it is shown ----------------------------------------------------------------------------------------


def _bank(turn: Turn, r: Listed) -> str | None:
    """The bank's name; its number for one we do not know; None for VNPAY."""
    bank = turn.knowledge.codes.banks.get(r.bin) if r.bin else None
    return bank.short_name if bank else r.bin


def _day(turn: Turn, at: dt.datetime | None) -> dt.date | None:
    return at.astimezone(turn.now.tzinfo).date() if at else None
