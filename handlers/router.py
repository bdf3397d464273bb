"""Decides which conversation a message belongs to. The ways out come first and nothing can switch them off."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from content.folding import clean, fold
from content.safety import Danger, Finding
from handlers import (
    announcing,
    asking,
    assisting,
    broadcasting,
    calling,
    campaigns,
    checking,
    commune,
    communes,
    country,
    dashboard,
    drilling,
    filing,
    gaps,
    guiding,
    helping,
    home,
    joining,
    leaflet,
    letterhead,
    lists,
    menu,
    moving,
    mydata,
    official,
    people,
    procedures,
    receivers,
    reporting,
    roles,
    safety,
    screens,
    sentences,
    takeover,
    talking,
    walks,
    weekly,
    welcome,
)
from handlers.step_words import is_figure
from handlers.turn import Kind, Turn

Press = Callable[[Turn, list[str]], Awaitable[None]]
Typed = Callable[[Turn], Awaitable[bool]]
Command = Callable[[Turn], Awaitable[None]]

MAX_TEXT = 4000
"""Longer messages are cut for understanding; nobody's question needs more."""

MAX_READ = 20_000
"""What is behind so many letters is not looked at at all: megabytes would keep everybody else waiting for seconds."""
LONGEST_ID = 18
"""Digits of a number in a button: a longer one is none of ours, and no database could look it up."""
BACK = frozenset({"lui", "lui lai", "quay lai", "tro lai"})
STOP = frozenset({"dung", "dung lai", "thoat", "huy", "huy bo"})
_NUMBER = re.compile(r"(?:(?:số|so|chọn|chon) )?(\d{1,3})[.)]?", re.IGNORECASE)
_DS = re.compile("[dđ]")

PRESSES: Mapping[str, Press] = {
    "m": menu.press,
    "c": welcome.press,
    "g": guiding.press,
    "l": assisting.press,
    "r": reporting.press,
    "d": mydata.press,
    "v": roles.press,
    "s": commune.press,
    "p": procedures.press,
    "a": asking.press,
    "q": checking.press,
    "o": gaps.press,
    "f": filing.press,
    "t": people.press,
    "x": sentences.press,
    "w": weekly.press,
    "k": drilling.press,
    "h": calling.press,
    "b": broadcasting.press,
    "n": walks.press,
    "td": campaigns.press,
    "cs": official.press,
    "vn": country.press,
    "xt": communes.press,
}

FLOWS: Mapping[str, Typed] = {
    "welcome": welcome.typed,
    "assist": assisting.typed,
    "data": mydata.typed,
    "roles": roles.typed,
    "commune": commune.typed,
    "communes": communes.typed,
    "announce": announcing.typed,
    "campaign": campaigns.typed,
    "official": official.typed,
    "check": checking.typed,
    "receivers": receivers.typed,
    "gap": gaps.typed,
    "filing": letterhead.typed,
    "people": people.typed,
    "sentence": sentences.typed,
    "batch": sentences.typed,
    "cast": broadcasting.typed,
    "walks": walks.typed,
}

BACKS: Mapping[str, Command] = {
    "assist": assisting.back,
    "commune": commune.back,
    "communes": communes.back,
    "announce": announcing.back,
    "campaign": campaigns.back,
    "official": official.back,
    "check": checking.back,
    "receivers": receivers.back,
    "gap": gaps.back,
    "filing": letterhead.back,
    "people": people.back,
    "sentence": sentences.back,
    "batch": sentences.back,
    "cast": broadcasting.back,
    "walks": walks.back,
}

COMMANDS: Mapping[str, Command] = {
    "start": menu.show, "menu": menu.show, "trang chu": menu.show, "bat dau": menu.show,
    "gap nguoi": menu.human, "gapnguoi": menu.human, "gap nguoi that": menu.human,
    "du lieu cua toi": mydata.show, "dulieu": mydata.show, "quyenrieng": mydata.show,
    "xoa du lieu": mydata.show, "xoa du lieu cua toi": mydata.show, "rut lai dong y": mydata.show,
    "doi xa": home.ask_again, "chon xa": home.ask_again, "ma moi": roles.ask_code, "nhap ma": roles.ask_code,
    **dict.fromkeys(safety.CHEATED, safety.just_cheated), **dict.fromkeys(checking.WORDS, checking.start),
    "tai khoan thu": receivers.show, "tai khoan thu cua xa": receivers.show,
    "cau hoi": gaps.show, "cau hoi chua tra loi": gaps.show,
    "thu tuc": procedures.groups, "thu tuc hanh chinh": procedures.groups,
    "huong dan": menu.guides, "tiep": guiding.resume, "tiep tuc": guiding.resume, "lam tiep": guiding.resume,
    "man hinh khac roi": screens.say_so, "man hinh khac": screens.say_so,
    "gui ca bai": leaflet.send_this, "ca bai": leaflet.send_this,
    "nguon": guiding.sources, "toi dang o dau": guiding.where,
    "ghi": assisting.start, "ghi luot": assisting.start, "ghi luot ho tro": assisting.start,
    **dict.fromkeys(("ghi giup", "ghi giup em", "ghi giup em voi", "ghi luot giup em"), assisting.start),
    "nhu lan truoc": assisting.same_as_last, "tuan cua toi": assisting.my_week,
    **dict.fromkeys(("khong phat sinh", "tuan nay khong phat sinh", "tuan nay khong co luot"),
                    assisting.my_week),
    "so voi tuan truoc": drilling.against_last_week, "so sanh tuan truoc": drilling.against_last_week,
    **dict.fromkeys(("to nao chua bao cao", "to chua bao cao", "xa nao chua bao cao"), drilling.silent),
    "bao cao": reporting.this_week, "tep bao cao": filing.this_week, "bc": reporting.this_week,
    **dict.fromkeys(("in bao cao", "tai bao cao", "xuat bao cao", "gui bao cao", "lay bao cao", "file bao cao"),
                    filing.this_week),
    **dict.fromkeys(("ban bo sung", "bao cao bo sung", "cac ban da gui"), filing.sent_before),
    **dict.fromkeys(("the thuc", "the thuc bao cao", "gio chot", "nguoi ky"), letterhead.of_mine),
    "thoi tu gui": weekly.off, "thoi gui bao cao": weekly.off, "tu gui lai": weekly.on, "tu gui bao cao": weekly.on,
    "bang so lieu": dashboard.show, "so lieu": dashboard.show, "trang so lieu": dashboard.show,
    "ca nuoc": country.this_week, "so lieu ca nuoc": country.this_week, "bao cao ca nuoc": country.this_week,
    "thi dua": campaigns.show, "xep hang": campaigns.show, "cac dot thi dua": campaigns.show,
    "chi so": official.show, "chi so chinh thuc": official.show,
    "to cua toi": people.show, "to va thanh vien": people.show,
    "viec cua xa": menu.of_commune, "thong tin cua xa": commune.show, "viec cua tinh": menu.of_province,
    "tra cuu viec khac": menu.more,
    "yeu cau dang cho": helping.show_waiting,
    "toi dang truc": helping.on_duty, "dang truc": helping.on_duty, "nghi truc": helping.off_duty,
    "gui tin": broadcasting.show, "nhap danh sach": people.take_list,
    **dict.fromkeys(("in lai phieu moi", "in phieu moi", "phieu moi", "lay lai phieu moi"), lists.new_slips),
    "nguoi khac": walks.show, "giup nguoi khac": walks.show,
    "xin vao to": joining.ask, "dang ky vao to": joining.ask, "buoi tap trung": people.open_sessions,
}  # fmt: skip


async def handle(turn: Turn) -> None:
    """Answers one message: safety, ways out, presses, answers to what was asked, then free text."""
    if len(turn.message.text) > MAX_READ:
        turn.message = replace(turn.message, text=turn.message.text[:MAX_READ])
    message = turn.message
    if message.kind is Kind.LEFT:
        await talking.left(turn)
        return
    if await _past_us(turn):
        return
    if message.group:
        turn.say("common.group")
        return
    if safety.is_program(turn):
        await _refuse(turn, None)
        return
    codes, rest = checking.codes_in(turn) if message.kind is Kind.TEXT else ([], message.text)
    if message.kind in (Kind.TEXT, Kind.EDITED, Kind.PHOTO, Kind.FILE) and rest and not receivers.told(turn):
        finding = safety.look(turn, rest)
        if finding is not None:
            await _refuse(turn, finding)
            return
    await _answer(turn, codes)
    if turn.chat is not None and turn.chat.unsure and turn.replies:
        turn.replies[0] = menu.with_doubt(turn, turn.replies[0])


async def _answer(turn: Turn, codes: list[str]) -> None:
    """Answers a message that carries no secret."""
    message = turn.message
    if codes and turn.state.flow != receivers.NUMBER:
        await checking.answer(turn, codes)
    elif await _picture(turn) or await moving.try_code(turn) or await walks.try_code(turn):
        return
    elif turn.chat is None and checking.is_asked_for(turn):
        await checking.start(turn)
    elif turn.chat is None:
        await welcome.stranger(turn)
    elif await lists.received(turn):
        return
    elif message.kind is Kind.PRESS:
        await press(turn, message.text)
    elif message.kind is Kind.TEXT:
        await _text(turn)
    else:
        await menu.unexpected(turn)


async def _picture(turn: Turn) -> bool:
    """Whether the message was a picture that somebody had a use for."""
    read = turn.message.picture is not None
    return read and (await receivers.picture(turn) or await checking.picture(turn))


async def _past_us(turn: Turn) -> bool:
    """What is no word to the assistant: staff writing to the person, words to staff, a withdrawal at the platform."""
    if turn.message.kind is Kind.STAFF:
        await takeover.staff_wrote(turn)
    elif turn.message.kind is Kind.WITHDRAWN:
        await mydata.withdrawn(turn)
    else:
        return turn.shared and await takeover.keeps_quiet(turn)
    return True


async def _refuse(turn: Turn, finding: Finding | None) -> None:
    """Refuses a dangerous text, or a file that installs an application when there is no finding."""
    talks = turn.chat is not None and turn.chat.talks
    if talks and finding is not None and finding.kind is Danger.SCAM_REPORT:  # no secret, and the other should know
        await talking.told_scam(turn)
    in_hand = guiding.in_hand(turn) and turn.state.flow is None and not talks
    if finding is None:
        safety.refuse_program(turn, ways_on=not in_hand)
    else:
        safety.refuse(turn, finding, ways_on=not in_hand)
    if in_hand:
        await guiding.where(turn, aside=[safety.cheated(turn)])


async def press(turn: Turn, value: str) -> None:
    """A button of ours, of today or of last year; whatever it was, the person learns where he stands."""
    verb, *args = value.split(":")
    conversation = PRESSES.get(verb)
    if conversation is None or any(arg.isdecimal() and len(arg) > LONGEST_ID for arg in args):
        await menu.show(turn)
        return
    await conversation(turn, args)


async def _text(turn: Turn) -> None:
    text = clean(turn.message.text)[:MAX_TEXT]
    words = fold(text)
    if await _way_out(turn, text, words):
        return
    if turn.message.text.startswith("/"):
        await _slash(turn, text)
        return
    value = offered(turn, text)
    if value is not None:
        await press(turn, value)
        return
    if talking.is_talk(turn) and await talking.passes(turn):
        return
    command = COMMANDS.get(words)
    if command is not None:
        turn.state.leave()
        await command(turn)
        return
    if await sentences.takes_over(turn):
        return
    flow = (turn.state.flow or "").split(".")[0]
    if flow in FLOWS and await FLOWS[flow](turn):
        return
    await _free(turn, text)


async def _way_out(turn: Turn, text: str, words: str) -> bool:
    """menu, lùi, dừng, gặp người. "đúng" folds to the same letters as "dừng" and is not one of them."""
    if words == "menu":
        turn.state.leave()
        await menu.show(turn)
    elif words in BACK:
        await _back(turn)
    elif words in STOP and not text.casefold().startswith("đ") and not _may_be_a_name(turn, text):
        await _stop(turn)
    elif words in ("gap nguoi", "gap nguoi that"):
        await menu.human(turn)
    else:
        return False
    return True


def _may_be_a_name(turn: Turn, text: str) -> bool:
    """Whether "Huy" answers a question for a name, rather than being "hủy" without its mark."""
    return turn.state.flow == "data.name" and text.isascii() and fold(text) == "huy"


async def _back(turn: Turn) -> None:
    flow = (turn.state.flow or "").split(".")[0]
    if flow in BACKS:
        await BACKS[flow](turn)
    elif flow:
        turn.state.leave()
        await menu.show(turn)
    elif (value := reporting.behind(turn)) is not None:
        await press(turn, value)
    else:
        await guiding.back(turn)


async def _stop(turn: Turn) -> None:
    if talking.is_talk(turn) and await talking.stop(turn):
        return
    if turn.state.flow:
        turn.state.leave()
        turn.say("common.stopped", staff=turn.staff)
        await menu.show(turn)
    else:
        await guiding.stop(turn)


async def _slash(turn: Turn, text: str) -> None:
    """/start with what a poster or a link carries, and the commands of the platform's menu."""
    command, _, payload = text[1:].partition(" ")
    command = fold(command.partition("@")[0])
    if command == "start" and payload.strip():
        turn.state.leave()
        await welcome.link(turn, payload.strip())
    elif command == "lui":
        await _back(turn)
    elif command == "dung":
        await _stop(turn)
    else:
        turn.state.leave()
        await COMMANDS.get(command, menu.show)(turn)


def offered(turn: Turn, text: str) -> str | None:
    """The value of the last choice sent that the text names: its number, or its label in any spelling, with or
    without what stands in brackets behind it.
    """
    digits = _NUMBER.fullmatch(text)
    if digits:
        return next((value for n, _, value in turn.state.offered if n == int(digits[1])), None)
    labels = [(label, value) for _, label, value in turn.state.offered]
    labels += [(label.partition(" (")[0], value) for label, value in labels]
    return next((value for label, value in labels if _names(text, label)), None)


def _names(text: str, label: str) -> bool:
    """Whether the text is the label in any spelling; a đ is never written for a d, so "đúng" is not "Dừng"."""
    if not fold(text) or fold(text) != fold(label):
        return False
    pairs = zip(_DS.findall(clean(text).casefold()), _DS.findall(clean(label).casefold()), strict=False)
    return all(typed == "d" or meant == "đ" for typed, meant in pairs)


async def _free(turn: Turn, text: str) -> None:
    """Anything else: a code, a report asked for, a commune, a question."""
    if await guiding.step_word(turn, fold(text)) or await menu.small_talk(turn, fold(text)):
        return
    if await roles.try_code(turn, text) or await drilling.named(turn, text) or await sentences.told(turn):
        return
    if (link := checking.dangerous_link(turn)) is not None:
        await checking.answer(turn, [link])
        return
    if await filing.asked(turn, text) or await drilling.asked(turn, text) or await communes.asked(turn, text):
        return
    if await reporting.ask(turn, text):
        return
    if is_figure(text):
        await menu.not_understood(turn)
        return
    understood = asking.understand(turn, text)
    if await asking.ask(turn, text, *understood) or await home.named(turn, text):
        return
    await asking.refuse(turn, text, *understood)
