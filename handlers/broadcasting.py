"""One message of an officer to many: to members, to heads, to citizens who agreed; looked at before it goes."""

from content.folding import fold
from handlers import commune, menu
from handlers.turn import Choice, Reply, Turn, to_notice
from storage.broadcasts import AUDIENCES, Audience, Broadcast
from storage.deadlines import by_day

MAX_TEXT = 500
MISSING_SHOWN = 20
FLOW = "cast"


async def show(turn: Turn) -> None:
    """To whom something can be told, and what was told last."""
    code = commune.own(turn)
    if code is None:
        turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        return
    choices = list[Choice]()
    for audience in AUDIENCES:
        people, _ = await turn.memory.broadcasts.audience(turn.duty, code, audience)
        choices.append(turn.choice("cast.to", f"b:n:{audience}", audience=audience, count=len(people)))
    for one in await turn.memory.broadcasts.latest(turn.duty, code):
        choices.append(turn.choice("cast.earlier", f"b:x:{one.id}", text=one.text, at=one.at))
    turn.say("cast.whom", choices=[*choices, turn.choice("common.menu", "m:menu")])


async def press(turn: Turn, args: list[str]) -> None:
    """b shows, b:n:<audience> begins, b:g sends what was looked at, b:x:<id> tells how far it got, b:d:<id> stops it,
    b:t:<0|1> is a citizen's word whether he wants such messages."""
    match args:
        case ["t", wanted]:
            await _agree(turn, wanted == "1")
        case _ if commune.own(turn) is None:
            turn.say("common.not_allowed", choices=[turn.choice("common.menu", "m:menu")])
        case ["n", audience] if audience in AUDIENCES:
            turn.state.enter(f"{FLOW}.text", audience=audience)
            turn.say("cast.ask", audience=audience, most=MAX_TEXT, choices=[turn.choice("common.menu", "m:menu")])
        case ["g"] if turn.state.flow == f"{FLOW}.sure":
            await _send(turn)
        case ["x", number] if number.isdecimal():
            await _progress(turn, int(number))
        case ["d", number] if number.isdecimal():
            await _stop(turn, int(number))
        case _:
            await show(turn)


async def typed(turn: Turn) -> bool:
    """The words to be told; any others afterwards take their place. The office's own: its telephone stays."""
    text = "\n".join(" ".join(line.split()) for line in turn.message.text.splitlines()).strip()
    code, audience = commune.own(turn), turn.state.data.get("audience")
    if code is None or audience not in AUDIENCES:
        return False
    if not fold(text) or len(text) > MAX_TEXT:
        turn.say("cast.bad_text", most=MAX_TEXT)
        return True
    people, beyond = await turn.memory.broadcasts.audience(turn.duty, code, audience)
    count = len([p for p in people if p != turn.person_id])
    if not count:
        turn.state.leave()
        turn.say("cast.nobody", audience=audience, beyond=beyond)
        await show(turn)
        return True
    turn.state.enter(f"{FLOW}.sure", audience=audience, text=text)
    due = by_day(turn.now)
    turn.say("cast.preview", audience=audience, count=count, beyond=beyond, due=due if due > turn.now else None)
    turn.replies.append(Reply(_letter(turn, code, audience, text).text, choices=(
        turn.choice("cast.send", "b:g", style="main", count=count),
        turn.choice("cast.again", f"b:n:{audience}"), turn.choice("common.menu", "m:menu"),
    )))  # fmt: skip
    return True


async def back(turn: Turn) -> None:
    """To the choice of whom to tell."""
    turn.state.leave()
    await show(turn)


def _letter(turn: Turn, code: str, audience: Audience, text: str) -> Reply:
    """What the others read."""
    place = turn.knowledge.places.commune(code)
    words = turn.words("cast.letter", place=place.full_name if place else "", text=text)
    choices = (turn.choice("cast.no_more", "b:t:0"),) if audience == "citizen" else ()
    return Reply(words, choices)


async def _send(turn: Turn) -> None:
    code, data = commune.own(turn), turn.state.data
    turn.state.leave()
    assert code is not None  # noqa: S101  (looked at by press)
    body = turn.memory.vault.seal(to_notice(_letter(turn, code, data["audience"], data["text"])))
    number = await turn.memory.broadcasts.send(
        turn.duty, code, data["audience"], data["text"], body, turn.now, by_day(turn.now)
    )  # fmt: skip
    await turn.memory.people.note(
        "broadcast.sent", turn.now, actor=turn.person_id, commune=code, subject=str(number)
    )  # fmt: skip
    await _progress(turn, number)


async def _progress(turn: Turn, number: int) -> None:
    one = await _find(turn, number)
    if one is None:
        await show(turn)
        return
    told = await turn.memory.broadcasts.told(one)
    choices = [turn.choice("cast.look", f"b:x:{one.id}")]
    if one.stopped_at is None and (told.counts["waiting"] or told.counts["held"]):
        choices.append(turn.choice("cast.stop", f"b:d:{one.id}", style="danger"))
    choices += [turn.choice("cast.more", "b"), turn.choice("common.menu", "m:menu")]
    due = one.due_at.astimezone(turn.now.tzinfo)
    turn.say("cast.progress", one=one, counts=told.counts, total=told.counts.total(), choices=choices,
             missing=told.missing[:MISSING_SHOWN], more=len(told.missing[MISSING_SHOWN:]),
             due=due if due > turn.now else None)  # fmt: skip


async def _stop(turn: Turn, number: int) -> None:
    code = commune.own(turn)
    assert code is not None  # noqa: S101  (looked at by press)
    if await turn.memory.broadcasts.stop(turn.duty, number, code, turn.now):
        await turn.memory.people.note(
            "broadcast.stopped", turn.now, actor=turn.person_id, commune=code, subject=str(number)
        )  # fmt: skip
    await _progress(turn, number)


async def _find(turn: Turn, number: int) -> Broadcast | None:
    code = commune.own(turn)
    return await turn.memory.broadcasts.find(turn.duty, number, code) if code else None


# --- a citizen's word ---------------------------------------------------------------------------------------


async def choice(turn: Turn) -> Choice:
    """For a person's own data: to get his commune's news, or no more."""
    agreed = await turn.memory.broadcasts.agrees(turn.person_id)
    return turn.choice("cast.wanted", f"b:t:{0 if agreed else 1}", agreed=agreed is not None)


async def _agree(turn: Turn, wanted: bool) -> None:
    await turn.memory.broadcasts.agree(turn.person_id, turn.now, wanted=wanted)
    turn.say(
        "cast.agreed",
        wanted=wanted,
        staff=turn.staff,
        commune=turn.chat is not None and turn.chat.commune is not None,
    )
    await menu.show(turn)
