"""A person's own data: see, copy, correct, delete, withdraw, and whom to ask.

Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 and Nghị định 356/2025/NĐ-CP, Điều 5: what the law
gives days for is done at once.
"""

import datetime as dt
import json
from typing import Any

from handlers import broadcasting, entries, menu, moving, sharing, teams, welcome
from handlers.turn import Choice, File, Turn
from storage.periods import VIETNAM


async def show(turn: Turn) -> None:
    """What can be done with one's data."""
    if turn.chat is None:
        turn.say("mydata.nothing_kept")
        await welcome.stranger_menu(turn)
        return
    choices = [
        turn.choice("mydata.see", "d:xem", style="main"),
        turn.choice("mydata.copy", "d:chep"),
        turn.choice("mydata.correct", "d:sua"),
        turn.choice("mydata.reminders", "d:nhac", on=turn.chat.reminders),
        await broadcasting.choice(turn),
        turn.choice("moving.elsewhere", "d:noi"),
        turn.choice("mydata.delete", "d:xoa", style="danger"),
        turn.choice("mydata.withdraw", "d:rut", style="danger"),
        turn.choice("mydata.contact", "d:hoi"),
        *await _shared(turn),
        turn.choice("common.menu", "m:menu"),
    ]
    turn.say("mydata.menu", staff=turn.staff, choices=choices)


async def _shared(turn: Turn) -> list[Choice]:
    """What the platform is told, where it is told anything, or was."""
    on = turn.chat is not None and bool(await turn.memory.sharing.of(turn.chat.id))
    return [turn.choice("sharing.choice", "d:chia", on=on)] if on or sharing.offered(turn) else []


async def press(turn: Turn, args: list[str]) -> None:
    """d:<what>."""
    match args:
        case ["chia", *rest]:
            await sharing.press(turn, rest)
        case ["xem"]:
            await _see(turn)
        case ["chep"]:
            await _copy(turn)
        case ["sua"]:
            await _correct(turn)
        case ["ten"]:
            turn.state.enter("data.name")
            turn.say("mydata.ask_name")
        case ["noi"]:
            await moving.offer(turn)
        case ["nhac"]:
            await _reminders(turn)
        case ["xoa"] | ["rut"]:
            sure = turn.choice("mydata.sure", f"d:{args[0]}:that", style="danger")
            keep = turn.choice("mydata.keep", "d:thoi")
            turn.say(f"mydata.ask_{args[0]}", staff=turn.staff, choices=[sure, keep])
        case ["xoa", "that"] | ["rut", "that"]:
            await _erase(turn, args[0])
        case ["hoi"]:
            await menu.human(turn)
        case _:
            await show(turn)


async def _see(turn: Turn) -> None:
    kept = await turn.memory.privacy.everything(turn.person_id)
    who = kept["person"]
    commune = turn.knowledge.places.commune(who["commune"]) if who["commune"] else None
    turn.say(
        "mydata.all", staff=turn.staff, who=who, commune=commune, kept=kept,
        since=who["consent_at"].astimezone(VIETNAM),
        role_names=[(turn.knowledge.terms.label("role", r["role"]), r["team"]) for r in kept["roles"]],
        choices=[turn.choice("mydata.copy", "d:chep"), turn.choice("mydata.back", "m:dulieu")],
    )  # fmt: skip


async def _copy(turn: Turn) -> None:
    kept = await turn.memory.privacy.everything(turn.person_id)
    data = json.dumps(kept, ensure_ascii=False, indent=2, default=_plain).encode()
    turn.say("mydata.copy_sent", staff=turn.staff, files=[File("du-lieu-cua-toi.json", "application/json", data)],
             choices=[turn.choice("common.menu", "m:menu")])  # fmt: skip


def _plain(value: Any) -> str:
    return value.astimezone(VIETNAM).isoformat() if isinstance(value, dt.datetime) else str(value)


async def _correct(turn: Turn) -> None:
    choices = [turn.choice("mydata.change_commune", "c:o"), turn.choice("mydata.back", "m:dulieu")]
    if turn.scope is not None and turn.scope.grants:
        choices.insert(1, turn.choice("mydata.change_name", "d:ten"))
        choices[2:2] = [turn.choice("teams.leave", f"t:m:{g.team_id}:roi", team=teams.short(g.team_name or ""))
                        for g in entries.teams_of(turn)]  # fmt: skip
    turn.say("mydata.what_to_correct", staff=turn.staff, choices=choices)


async def typed(turn: Turn) -> bool:
    """The corrected name."""
    name = " ".join(turn.message.text.split())
    if turn.state.flow != "data.name":
        return False
    if not 2 <= len(name) <= 60 or any(c.isdigit() for c in name):
        turn.say("mydata.bad_name")
        return True
    await turn.memory.people.set(turn.person_id, name=name)
    if turn.chat is not None:
        turn.chat.name = name
    turn.state.leave()
    turn.say("mydata.name_set", name=name)
    await menu.show(turn)
    return True


async def _reminders(turn: Turn) -> None:
    assert turn.chat is not None  # noqa: S101  (presses of strangers do not come here)
    turn.chat.reminders = not turn.chat.reminders
    await turn.memory.people.set(turn.person_id, reminders=turn.chat.reminders)
    turn.say("mydata.reminders_set", staff=turn.staff, on=turn.chat.reminders)
    await show(turn)


async def _erase(turn: Turn, how: str) -> None:
    """Everything goes; what the person logged stays as numbers without a name."""
    staff = turn.staff
    await _forget(turn, how)
    turn.say("mydata.erased", staff=staff)


async def _forget(turn: Turn, how: str) -> None:
    await turn.memory.people.note("person.erased", turn.now, subject=how)
    await turn.memory.privacy.erase(turn.person_id)
    turn.chat, turn.scope, turn.forgotten = None, None, True
    turn.state.leave()


async def withdrawn(turn: Turn) -> None:
    """The person withdrew at the platform: everything goes, and nothing is said where he asked for silence."""
    if turn.chat is not None:
        await _forget(turn, "platform")
    await turn.memory.privacy.erase_chat(turn.channel, turn.message.address)
