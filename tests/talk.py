"""Talking to the assistant in tests: people write and press, and read what comes back, over a real database.

    an = await talk.member("An", team="Tổ Thôn 3")
    await an.says("ghi")
    await an.presses("Kích hoạt VNeID")
    assert "Giúp mấy người?" in an.reads

Every message is a turn in a transaction of its own, with the chat's state stored and read again in between, as the
worker does it.
"""

import datetime as dt
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.documents.files import Documents
from bot.worker import remember_choices
from content.folding import fold
from content.knowledge import Knowledge
from handlers import router
from handlers.turn import (
    Choice,
    File,
    Kind,
    Message,
    Missing,
    Pages,
    Paper,
    Picture,
    Reply,
    Sheet,
    State,
    Turn,
    from_notice,
)
from handlers.welcome import CONSENT_VERSION
from storage.database import Database
from storage.memory import Memory
from storage.periods import VIETNAM
from storage.reach import Windows
from storage.schema.receivers import notice
from storage.scope import Grant

COMMUNE = "31441"
CHANNEL = "web"
SATURDAY = dt.datetime(2026, 11, 21, 9, 0, tzinfo=VIETNAM)
"""Of week 47 (16/11/2026 - 22/11/2026)."""
MAX_LABEL, MAX_VALUE = 60, 64


class Talk:
    """A database, the knowledge, a clock that the test moves, and the people in it."""

    def __init__(self, database: Database, knowledge: Knowledge, now: dt.datetime = SATURDAY) -> None:
        self.database = database
        self.knowledge = knowledge
        self.now = now
        self.chance = random.Random(47)
        self.documents = Documents(knowledge)
        self.pages: Pages | None = None
        self.windows: Windows | None = None
        """How long after somebody's last word he may be written to; None is always."""
        self.passed: list[tuple[int, str]] = []
        """What was passed on in talks: to whom, and the words."""
        self._people = 0

    @asynccontextmanager
    async def memory(self) -> AsyncIterator[Memory]:
        """A transaction of its own, to arrange or to look."""
        async with self.database.write() as connection:
            yield Memory(connection, self.database.vault)

    async def citizen(self, name: str = "Bà con") -> "Person":
        """Somebody who consented and has no role."""
        return await self._admit(name)

    async def member(self, name: str, *teams: str, team: str = "Tổ Thôn 3", commune: str = COMMUNE) -> "Person":
        """A member of a team, or of several."""
        return await self._with_role(name, "member", teams or (team,), commune)

    async def head(self, name: str, *, team: str = "Tổ Thôn 3", commune: str = COMMUNE) -> "Person":
        """The head of a team."""
        return await self._with_role(name, "head", (team,), commune)

    async def officer(self, name: str, *communes: str) -> "Person":
        """An officer of a commune, or of several."""
        return await self._admit(name, *(Grant("officer", commune=c) for c in communes or (COMMUNE,)))

    async def province_officer(self, name: str, province: str) -> "Person":
        """An officer of a province."""
        return await self._admit(name, Grant("province_officer", province=province))

    async def admin(self, name: str) -> "Person":
        """An administrator."""
        return await self._admit(name, Grant("admin"))

    async def team(self, name: str, commune: str = COMMUNE) -> int:
        """The id of that team, made if need be."""
        async with self.memory() as memory:
            return await memory.people.ensure_team(commune, name, dt.date(2026, 1, 1))

    async def notices(self) -> list[tuple[int, str]]:
        """What people's turns have caused to be told to others and is not told yet: to whom, and the words."""
        async with self.memory() as memory:
            rows = (await memory.connection.execute(notice.select().order_by(notice.c.id))).mappings().all()
            return [(r["person_id"], from_notice(memory.vault.open(r["body"])).text) for r in rows]

    async def _with_role(self, name: str, role: str, teams: tuple[str, ...], commune: str) -> "Person":
        ids = [await self.team(team, commune) for team in teams]
        return await self._admit(name, *(Grant(role, commune=commune, team_id=i) for i in ids))

    async def _admit(self, name: str, *grants: Grant) -> "Person":
        self._people += 1
        address = f"{name}-{self._people}"
        async with self.memory() as memory:
            chat = await memory.people.admit(CHANNEL, address, consent_version=CONSENT_VERSION, now=self.now)
            await memory.people.set(chat.person_id, name=name)
            for grant in grants:
                await memory.people.grant(chat.person_id, grant, self.now)
        return Person(self, address, chat.person_id)


class Person:
    """Somebody with a chat: what he sends, and what he reads in answer to the last thing sent."""

    def __init__(self, talk: Talk, address: str, person_id: int) -> None:
        self._talk = talk
        self.address = address
        self.id = person_id
        self.replies: list[Reply] = []
        self.last_press = ""
        self.shared = False
        """Whether staff can write in his chat too."""

    # --- what he does ---

    async def says(self, text: str) -> None:
        """Types a text."""
        await self._send(Kind.TEXT, text)

    async def presses(self, label: str) -> None:
        """Presses the button of that label, or of the only label that begins so."""
        self.last_press = self.choice(label).value
        await self.presses_again()

    async def presses_again(self) -> None:
        """The very same button once more, as an impatient finger does."""
        await self.presses_value(self.last_press)

    async def presses_value(self, value: str) -> None:
        """Presses a button by what it carries: one of long ago, or a made-up one."""
        await self._send(Kind.PRESS, value)

    async def shows(self, *codes: str, problem: str | None = None, caption: str = "") -> None:
        """Sends a picture in which these codes are found."""
        await self._send(Kind.PHOTO, caption, picture=Picture(codes, problem))

    async def hands_over(self, sheet: Sheet) -> None:
        """Sends a spreadsheet of which that was read."""
        await self._send(Kind.FILE, "", sheet=sheet, file_name="ds.xlsx")

    async def hears_from_staff(self, text: str) -> None:
        """Somebody of the staff writes in his chat."""
        self.shared = True
        await self._send(Kind.STAFF, text, answered=None)

    async def says_to_staff(self, text: str, kind: Kind = Kind.TEXT) -> None:
        """Types something that is not for us."""
        await self._send(kind, text, answered=False)

    async def withdraws(self) -> None:
        """Tells the platform that nothing may be kept of him."""
        await self._send(Kind.WITHDRAWN, "", answered=False)

    async def _send(self, kind: Kind, text: str, *, answered: bool | None = True, **more: Any) -> None:
        """One turn, as the worker runs it; `answered` None is either."""
        talk = self._talk
        try:
            turn = await self._turn(kind, text, **more)
        except Missing as missing:
            turn = await self._turn(kind, text, paper=missing.draw(), **more)
        self.replies = turn.replies
        talk.passed += [(one.to, one.text.replace("**", "")) for one in turn.passed]
        if answered and not turn.passed:
            _check(turn.replies)
        assert answered is not False or not turn.replies, self.reads

    async def _turn(self, kind: Kind, text: str, *, paper: Paper | None = None, **more: Any) -> Turn:
        talk = self._talk
        async with talk.database.write() as connection:
            memory = Memory(connection, talk.database.vault)
            chat = await memory.people.find(CHANNEL, talk.database.vault.lane(CHANNEL, self.address))
            scope = await memory.people.scope(chat.person_id) if chat and chat.has_roles else None
            turn = Turn(
                Message(self.address, kind, text, talk.now, **more), talk.now, memory, talk.knowledge, talk.chance,
                State.from_json(chat.state) if chat else State(), CHANNEL, chat, scope, shared=self.shared,
                documents=talk.documents, pages=talk.pages, windows=talk.windows, paper=paper,
            )  # fmt: skip
            await router.handle(turn)
            if turn.chat is not None and not turn.forgotten:
                remember_choices(turn.state, turn.replies)
                await memory.people.save_chats([(turn.chat.id, turn.state.to_json())], talk.now)
        return turn

    # --- what he sees ---

    @property
    def reads(self) -> str:
        """The answer, all its messages, without bold marks."""
        return "\n\n".join(reply.text for reply in self.replies).replace("**", "")

    @property
    def files(self) -> list[File]:
        """The files handed over."""
        return [file for reply in self.replies for file in reply.files]

    @property
    def choices(self) -> list[Choice]:
        """The buttons under the last message that has any."""
        return next((list(reply.choices) for reply in reversed(self.replies) if reply.choices), [])

    @property
    def labels(self) -> list[str]:
        """Their labels."""
        return [choice.label for choice in self.choices]

    def choice(self, label: str) -> Choice:
        """The button of that label, or of the only label that begins so; marks and capitals do not matter."""
        wanted = fold(label)
        exact = [c for c in self.choices if fold(c.label) == wanted]
        found = exact or [c for c in self.choices if fold(c.label).startswith(wanted)]
        assert len(found) == 1, f"{label!r} is not one of {self.labels}\n{self.reads}"
        return found[0]


def _check(replies: list[Reply]) -> None:
    """What holds for every answer: something is said, and every button fits every channel and can be told apart."""
    assert replies, "nobody is left without an answer"
    for reply in replies:
        assert reply.text.strip()
        assert "\n\n\n" not in reply.text
        assert len({c.value for c in reply.choices}) == len(reply.choices)
        numbers = [c.number if c.number is not None else i for i, c in enumerate(reply.choices, 1)]
        assert len(set(numbers)) == len(numbers), numbers
        for choice in reply.choices:
            assert choice.label
            assert len(choice.label) <= MAX_LABEL, choice.label
            assert choice.value.isascii()
            assert len(choice.value) <= MAX_VALUE, choice.value
