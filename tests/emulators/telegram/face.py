"""The Python face: tests that read like what people do and see.

async with TelegramEmulator() as tg:
    an = tg.user("An")
    await an.starts()
    await an.waits_for("Chào bác")
    await an.presses("Tạm trú")
    assert "Xong" in an.buttons
"""

import asyncio
from collections.abc import Callable
from typing import Any, Self

from .faults import Fault
from .markup import reply_rows
from .people import Act, inline_rows
from .pictures import SMALL_JPEG
from .rates import Limits
from .server import TOKEN, Server
from .state import Chat, Json, Message, User


class Shown:
    """A message of the bot as it stands on the screen."""

    def __init__(self, raw: Json, data: bytes | None = None) -> None:
        self.raw = raw
        self.id: int = raw["message_id"]
        self.text: str = raw.get("text") or raw.get("caption") or ""
        self.entities: list[Json] = raw.get("entities") or raw.get("caption_entities") or []
        self.edited = "edit_date" in raw
        self.file = data
        self.file_name: str = raw.get("document", {}).get("file_name", "")
        self.rows: list[list[Json]] = raw.get("reply_markup", {}).get("inline_keyboard", [])

    @property
    def buttons(self) -> list[str]:
        """Labels of the buttons under the message."""
        return [button["text"] for row in self.rows for button in row]

    def __contains__(self, words: str) -> bool:
        return words in self.text

    def __repr__(self) -> str:
        return f"Shown({self.text!r}, buttons={self.buttons})"


Wish = int | str | Callable[[Shown], bool]


class Room:
    """A chat as people look at it."""

    def __init__(self, server: Server, chat: Chat) -> None:
        self._server, self._world = server, server.world
        self.chat = chat
        self._seen = 0

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def sees(self) -> list[Shown]:
        """The bot's messages now on screen, oldest first: edited ones as edited, deleted ones gone."""
        return [self._shown(m.raw) for m in self.chat.messages.values() if m.from_bot]

    @property
    def screen(self) -> str:
        """The bot's last message now on screen, "" when there is none."""
        sees = self.sees
        return sees[-1].text if sees else ""

    @property
    def buttons(self) -> list[str]:
        """Labels a person can press now: those under the last message, then the reply keyboard."""
        last = next((m for m in reversed(self.chat.messages.values()) if m.from_bot), None)
        rows = [*(inline_rows(last) if last else []), *(reply_rows(self.chat.keyboard) if self.chat.keyboard else [])]
        return [button["text"] for row in rows for button in row]

    @property
    def toasts(self) -> list[str]:
        """The non-empty answers to button presses in this chat, in order."""
        entries = self._world.log.since(0, self.id)
        return [entry["text"] for entry in entries if entry["kind"] == "answered" and entry["text"]]

    async def waits_for(self, wish: Wish = 1, *, within: float = 5.0) -> Shown:
        """Wait until what the bot showed here SINCE THE LAST ACT fulfils the wish; gives the fulfilling message.

        A number: so many new messages; words: a new or edited message containing them; a function: one it holds
        for. Raises AssertionError naming the screen when `within` seconds (real time) pass first.
        """
        seq, new = self._seen, 0
        deadline = asyncio.get_running_loop().time() + within
        while True:
            left = deadline - asyncio.get_running_loop().time()
            entries = await self._world.log.more(seq, self.id, max(left, 0))
            for entry in entries:
                seq = entry["seq"]
                if entry["kind"] not in ("sent", "edited"):
                    continue
                new += entry["kind"] == "sent"
                shown = self._shown(entry["message"])
                if new == wish if isinstance(wish, int) else _fits(wish, shown):
                    return shown
            if left <= 0:
                raise AssertionError(f"waited {within} s for {wish!r}; the screen shows {self.sees[-3:]}")

    def _shown(self, raw: Json) -> Shown:
        media = raw.get("document") or (raw["photo"][-1] if "photo" in raw else None)
        return Shown(raw, self._world.files[media["file_id"]].data if media else None)

    def _mark(self) -> None:
        self._seen = self._world.log.last


class Group(Room):
    """A group the bot is in."""

    async def migrates(self) -> "Group":
        """Becomes a supergroup; the new group."""
        return Group(self._server, self._server.people.migrate(self.chat))


class Person(Room):
    """Someone with a phone. Every act may happen in a group: `await an.sends("...", to=group)`."""

    def __init__(self, server: Server, user: User) -> None:
        super().__init__(server, server.world.chats[user.id])
        self.user = user
        self._people = server.people

    async def starts(self, payload: str = "") -> Act:
        """Presses Start (by a link or QR code with this payload)."""
        self._mark()
        return self._people.start(self.user, payload)

    async def sends(self, text: str, *, to: Group | None = None) -> Act:
        return self._people.text(self.user, self._room(to), text)

    async def sends_photo(
        self, data: bytes = SMALL_JPEG, *, caption: str = "", size: int = 0, to: Group | None = None
    ) -> Act:
        """A photo; `size` pretends that many bytes."""
        return self._people.photo(self.user, self._room(to), data, caption, size)

    async def sends_document(
        self, data: bytes, name: str, *, mime: str = "", caption: str = "", size: int = 0, to: Group | None = None
    ) -> Act:
        return self._people.document(self.user, self._room(to), data, name, caption, mime, size)

    async def sends_voice(self, seconds: int = 3, *, to: Group | None = None) -> Act:
        return self._people.voice(self.user, self._room(to), seconds)

    async def sends_sticker(self, emoji: str = "👍", *, to: Group | None = None) -> Act:
        return self._people.sticker(self.user, self._room(to), emoji)

    async def sends_contact(self, phone: str, *, of: "Person | None" = None, to: Group | None = None) -> Act:
        """Their own number, or the card of another person."""
        return self._people.contact(self.user, self._room(to), phone, of.user if of else None)

    async def sends_location(self, latitude: float, longitude: float, *, to: Group | None = None) -> Act:
        return self._people.location(self.user, self._room(to), latitude, longitude)

    async def presses(
        self, label: str = "", *, data: str = "", on: Shown | Message | int | None = None, to: Group | None = None
    ) -> Act:
        """Presses the newest button with this label (or the only one containing it), or one on a given message."""
        message_id = on if on is None or isinstance(on, int) else on.id
        return self._people.press(self.user, self._room(to), label, data, message_id)

    async def edits(self, message: Act | int, text: str, *, to: Group | None = None) -> Act:
        message_id = message if isinstance(message, int) else message.message_id
        assert message_id is not None
        return self._people.edit(self.user, self._room(to), message_id, text)

    async def blocks(self) -> Act:
        return self._people.block(self.user)

    async def unblocks(self) -> Act:
        return self._people.block(self.user, False)

    def _room(self, group: Group | None) -> Chat:
        room = group or self
        room._mark()
        return room.chat


class TelegramEmulator:
    """A Bot API on a free port of this machine, with people to play.

    For python-telegram-bot: `Bot(tg.token, base_url=tg.base_url, base_file_url=tg.base_file_url)`;
    for aiogram: `TelegramAPIServer.from_base(tg.root)`. Rates are enforced unless limits=Limits.none().
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        port: int = 0,
        limits: Limits | None = None,
        time_scale: float = 1.0,
        answer_window: float = 60.0,
        seed: int = 1,
    ) -> None:
        self.server = Server(
            token=token, port=port, limits=limits, time_scale=time_scale, answer_window=answer_window, seed=seed
        )
        self.world = self.server.world
        self.token = token
        self._people: dict[str, Person] = {}

    async def __aenter__(self) -> Self:
        await self.server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.stop()

    @property
    def root(self) -> str:
        return self.server.root

    @property
    def base_url(self) -> str:
        return f"{self.root}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.root}/file/bot"

    @property
    def counts(self) -> dict[str, int]:
        """calls.<method>, status.<code>, updates.<created|delivered|retried|expired|duplicated>, faults.<kind>."""
        return dict(self.world.counts)

    def user(self, name: str, *, id: int | None = None, **more: Any) -> Person:
        """The person of this name, created at the first mention."""
        if name not in self._people:
            self._people[name] = Person(self.server, self.world.add_user(name, id, **more))
        return self._people[name]

    def group(self, title: str, *members: Person, supergroup: bool = False) -> Group:
        chat = self.world.add_group(title, supergroup=supergroup)
        chat.members.update(member.user.id for member in members)
        return Group(self.server, chat)

    def fails(self, kind: str, **how: Any) -> Fault:
        """Switch a fault on, once unless count says more (None: until `heals`); see `Fault`."""
        fault = Fault(kind, **how)
        self.world.faults.add(fault)
        return fault

    def heals(self, kind: str | None = None) -> None:
        """Switch faults off; updates held back flow."""
        self.world.faults.clear(kind)
        self.world.delivery.release_parked()

    def skips(self, seconds: float) -> None:
        """Time passes at once: retries come due, updates and questions grow old, rates recover."""
        self.world.clock.skip(seconds)

    async def settles(self, *, within: float = 5.0) -> None:
        """Wait until the bot has taken (or lost) every update."""
        try:
            async with asyncio.timeout(within):
                await self.world.delivery.settled()
        except TimeoutError:
            left = [update.raw for update in self.world.delivery.pending.values()]
            raise AssertionError(f"after {within} s these updates still wait: {left}") from None

    async def until(self, condition: Callable[[], object], *, within: float = 5.0) -> None:
        """Wait until the condition holds: `await tg.until(lambda: an.toasts)`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while not condition():
            if loop.time() > deadline:
                raise AssertionError(f"after {within} s still not so; counts: {self.counts}")
            await self.world.log.more(self.world.log.last, None, 0.02)

    async def goes_down(self) -> None:
        """Connections are refused until `comes_back`."""
        await self.server.go_down()

    async def comes_back(self) -> None:
        await self.server.come_back()


def _fits(wish: str | Callable[[Shown], bool], shown: Shown) -> bool:
    return wish in shown if isinstance(wish, str) else wish(shown)
