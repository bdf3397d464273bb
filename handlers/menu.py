"""The menu, the way to a human, and what to say to things no conversation expects."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from handlers import (
    assisting,
    calling,
    campaigns,
    dashboard,
    guiding,
    helping,
    here,
    mydata,
    procedures,
    reporting,
    roles,
    safety,
    welcome,
)
from handlers.steps import CHECK
from handlers.turn import Choice, Kind, Reply, Turn
from storage.runs import Run

_LOOKED: Mapping[str | None, str] = {
    None: "photo_without_code", "unread": "photo_unread", "lost": "photo_again", "busy": "photo_again",
    "too_slow": "photo_again", "crashed": "photo_again",
}  # fmt: skip
"""What is said of a picture, by its problem."""
GREETINGS = frozenset(
    {"chao", "xin chao", "chao ban", "chao em", "chao chau", "chao tro ly", "hello", "hi", "alo", "a lo"}
)


async def show(turn: Turn) -> None:
    """What can be done here, for this person's roles; an unfinished guide first."""
    if turn.chat is None:
        await welcome.stranger_menu(turn)
        return
    turn.say("menu.main", name=turn.chat.name, staff=turn.staff, choices=await _entries(turn))


async def _entries(turn: Turn) -> list[Choice]:
    """At most seven for whoever works here, besides what he has in hand: the rest stands behind two doors."""
    entries = await _in_hand(turn)
    if not turn.staff:
        return [*entries, turn.choice("menu.procedures", "m:thutuc"), turn.choice("qr.offer", CHECK),
                *shelf_choices(turn), *_home(turn), turn.choice("menu.human", "m:nguoi"),
                turn.choice("menu.data", "m:dulieu")]  # fmt: skip
    if turn.has("member", "head"):
        entries.append(turn.choice("menu.log", "m:ghi", style="main"))
    if turn.has("officer", "head", "province_officer"):
        entries.append(turn.choice("menu.report", "m:baocao", style="main"))
    if _at_desk(turn):
        entries.append(turn.choice("board.open", "m:bang"))
    elif turn.has("member") and not turn.has("head"):
        entries.append(turn.choice("menu.my_week", "m:tuan"))
    if turn.has("member", "head", "officer"):
        entries += await helping.entries(turn)
    if turn.has("officer"):
        entries.append(turn.choice("menu.of_commune", "m:xa"))
    elif turn.has("head"):
        entries.append(turn.choice("teams.open_own", "t"))
    if turn.has("province_officer"):
        entries.append(turn.choice("menu.of_province", "m:tinh"))
    if turn.has("admin"):
        entries += [turn.choice("country.open", "vn"), turn.choice("menu.invite_officer", "v:moi"),
                    turn.choice("campaign.open", "td")]  # fmt: skip
    return [*entries, turn.choice("menu.more", "m:khac"), turn.choice("menu.human", "m:nguoi")]


def _at_desk(turn: Turn) -> bool:
    """Whether the person looks at figures and helps nobody himself."""
    return turn.has("officer", "province_officer") and not turn.has("member", "head")


def _home(turn: Turn) -> list[Choice]:
    return [turn.choice("menu.home", "c:o")] if turn.chat is not None and turn.chat.commune is None else []


async def of_commune(turn: Turn) -> None:
    """The door to the commune's affairs."""
    if not turn.has("officer"):
        await show(turn)
        return
    entries = [turn.choice("teams.open", "t"), turn.choice("menu.invite", "v:moi"), turn.choice("menu.commune", "s"),
               turn.choice("receivers.menu", "q:tk"), turn.choice("menu.gaps", "o")]  # fmt: skip
    if await campaigns.going(turn):
        entries.append(turn.choice("campaign.open", "td"))
    turn.say("menu.which_of_commune", choices=[*entries, turn.choice("common.menu", "m:menu")])


async def of_province(turn: Turn) -> None:
    """The door to the province's affairs."""
    if not turn.has("province_officer"):
        await show(turn)
        return
    entries = [turn.choice("communes.open", "xt"), turn.choice("menu.invite_officer", "v:moi"),
               turn.choice("teams.targets", "t:c"), turn.choice("campaign.open", "td"),
               turn.choice("official.open", "cs")]  # fmt: skip
    turn.say("menu.which_of_province", choices=[*entries, turn.choice("common.menu", "m:menu")])


async def more(turn: Turn) -> None:
    """What those who work here need less often, and what they look up with a citizen beside them."""
    entries = []
    if turn.has("member", "head"):
        if turn.has(*dashboard.LOOKERS):
            entries.append(turn.choice("board.open", "m:bang"))
        entries.append(turn.choice("sessions.menu", "t:b"))
    entries += [
        turn.choice("menu.procedures", "m:thutuc"),
        turn.choice("qr.offer", CHECK),
        turn.choice("menu.guides", "m:huongdan"),
        *_home(turn),
        turn.choice("menu.data", "m:dulieu"),
    ]
    turn.say("menu.which_more", choices=[*entries, turn.choice("common.menu", "m:menu")])


async def _in_hand(turn: Turn) -> list[Choice]:
    """What was begun and goes on: a talk, a guide."""
    entries: list[Choice] = []
    if turn.chat is not None and turn.chat.talks:
        entries.append(turn.choice("handover.where", "h:i", style="main"))
    run = await _unfinished(turn)
    guide = turn.knowledge.library.get(run.guide) if run else None
    if run is not None and guide is not None and guide.in_force(turn.today):
        entries.append(turn.choice("menu.unfinished", f"g:r:{run.id}", style="main", title=guide.menu))
    return entries


async def _unfinished(turn: Turn) -> Run | None:
    """The guide in hand, else the one put aside last for another."""
    if turn.chat is None:
        return None
    return turn.chat.run or await turn.memory.runs.latest_open(turn.person_id)


def shelf_choices(turn: Turn) -> list[Choice]:
    """The shelves of guides; one with a single guide opens it."""
    library = turn.knowledge.library
    choices = list[Choice]()
    for shelf in library.shelves.values():
        match library.on_shelf(shelf.id, turn.today):
            case []:
                continue
            case [guide]:
                choices.append(Choice(shelf.title, f"g:o:{guide.id}"))
            case _:
                choices.append(Choice(shelf.title, f"m:ke:{shelf.id}"))
    return choices


async def guides(turn: Turn) -> None:
    """The shelves of guides."""
    choices = [*shelf_choices(turn), turn.choice("common.menu", "m:menu")]
    turn.say("menu.guide_list", staff=turn.staff, choices=choices)


async def shelf(turn: Turn, shelf_id: str) -> None:
    """The guides of a shelf."""
    found = [Choice(g.menu, f"g:o:{g.id}") for g in turn.knowledge.library.on_shelf(shelf_id, turn.today)]
    if not found:
        await guides(turn)
        return
    others = [turn.choice("menu.other_shelf", "m:huongdan"), turn.choice("common.menu", "m:menu")]
    turn.say("menu.guide_list", staff=turn.staff, choices=[*found, *others])


async def press(turn: Turn, args: list[str]) -> None:
    """m:<what>."""
    turn.state.leave()
    rooms: Mapping[str, Callable[[Turn], Awaitable[None]]] = {
        "ghi": assisting.start, "tuan": assisting.my_week, "baocao": reporting.this_week, "bang": dashboard.show,
        "huongdan": guides, "thutuc": procedures.groups, "nguoi": human, "noi": card, "dulieu": mydata.show,
        "lua": safety.just_cheated, "ma": roles.ask_code, "xa": of_commune, "tinh": of_province, "khac": more,
    }  # fmt: skip
    match args:
        case ["ke", shelf_id]:
            await shelf(turn, shelf_id)
        case [room]:
            await rooms.get(room, show)(turn)
        case _:
            await show(turn)


async def human(turn: Turn) -> None:
    """How his request for a human stands, for whoever has one; else who can be asked."""
    if not await calling.in_hand(turn):
        await card(turn)


async def card(turn: Turn) -> None:
    """Who can be asked: the commune's people through us where it has some, its own centre, and the national lines."""
    library = turn.knowledge.library
    turn.say(
        "menu.human_card", staff=turn.staff, here=await here.here(turn),
        portal=library.words("{{ tong_dai_cong }}", turn.today),
        vneid=library.words("{{ tong_dai_vneid }}", turn.today),
        choices=[*await calling.ways(turn), *_after_human(turn)],
    )  # fmt: skip


def _after_human(turn: Turn) -> list[Choice]:
    run = turn.chat.run if turn.chat else None
    choices = [turn.choice("guide.go_on", f"g:r:{run.id}")] if run else []
    if turn.chat is not None and turn.chat.commune is None:
        choices.append(turn.choice("menu.home", "c:o"))
    return [*choices, turn.choice("common.menu", "m:menu")]


async def unexpected(turn: Turn) -> None:
    """Stickers, voices, pictures, places: one clear answer, and the step again; a question asked stays asked."""
    say_unexpected(turn)
    if turn.state.flow is None and not (turn.chat is not None and turn.chat.talks):
        await guiding.where(turn)


def say_unexpected(turn: Turn) -> None:
    """That we did not need it, and kept nothing of it; of a picture, what came of looking for a code in it."""
    names = {Kind.PHOTO: "photo", Kind.FILE: "file", Kind.VOICE: "voice", Kind.STICKER: "sticker",
             Kind.LOCATION: "location", Kind.CONTACT: "contact", Kind.EDITED: "edited"}  # fmt: skip
    if turn.chat is not None and turn.chat.talks:
        turn.say("handover.only_words")
        return
    picture = turn.message.picture
    looked = _LOOKED.get(picture.problem) if picture is not None else None
    turn.say(f"unexpected.{looked or names.get(turn.message.kind, 'other')}")


async def small_talk(turn: Turn, words: str) -> bool:
    """A greeting or thanks: answered in kind, and the person learns where he stands."""
    thanks = words.startswith("cam on")
    if not thanks and words not in GREETINGS:
        return False
    if thanks:
        turn.say("common.you_are_welcome", staff=turn.staff)
    await guiding.where(turn)
    return True


async def not_understood(turn: Turn) -> None:
    """An honest refusal with the ways on; a step in hand is shown again and has not moved."""
    if guiding.in_hand(turn):
        turn.say("common.not_understood_here")
        await guiding.where(turn)
    elif turn.chat is not None and turn.chat.run is not None:
        await guiding.where(turn)
    else:
        turn.say("common.not_understood", staff=turn.staff, choices=await _entries(turn))


def with_doubt(turn: Turn, reply: Reply) -> Reply:
    """The same reply, with a line that our message before may not have arrived."""
    return replace(reply, text=f"{turn.words('common.doubt')}\n\n{reply.text}")
