"""The lines to the platforms: how a person of a story types, presses and sends things there, and what he sees."""

import asyncio
import base64
import datetime as dt
import json
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol, Self
from urllib.parse import unquote

import aiohttp
from pydantic import SecretStr

from bot.app import App
from bot.channels.web.channel import SHEET, WebChannel
from bot.channels.web.hurry import Hurry
from bot.channels.web.session import Sessions
from bot.pictures.kinds import named_so, sheet_named
from content.folding import fold
from tests.emulators.telegram import Limits, TelegramEmulator
from tests.emulators.zalo_bot import ZaloBotEmulator
from tests.emulators.zalo_oa import ZaloEmulator
from tests.harness.program import in_code
from tests.wire.heard import Heard


class Impossible(Exception):
    """There is no way to do that on this channel; a story's data has to say so."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something a person sends that is no text: `photo`, `file`, `sticker`, `voice`, `location` or `contact`."""

    kind: str
    data: bytes = b""
    name: str = ""
    caption: str = ""
    told: Any = None


class Line(Protocol):
    """One platform and its people."""

    channel: str
    numbered: bool
    """Whether choices are repeated as numbered lines."""
    buttons: int
    """How many are shown under a message; 0 where people type numbers."""
    counted: bool
    """Whether a button says its number."""

    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *_: object) -> None: ...

    def settings(self) -> dict[str, Any]:
        """What the operator would set."""
        ...

    async def join(self, app: App, base: str) -> None:
        """Whatever has to be done once the program runs."""
        ...

    def stand(self, now: dt.datetime) -> None:
        """The platform's clock stands still at that time."""
        ...

    def address(self, who: str) -> str:
        """Where the program writes to somebody."""
        ...

    async def types(self, who: str, text: str) -> None: ...
    async def presses(self, who: str, label: str, value: str) -> None:
        """The newest button of that label, else one of that value. Raises Impossible."""
        ...

    async def gives(self, who: str, thing: Thing) -> None:
        """Raises Impossible."""
        ...

    def delivered(self) -> bool:
        """Whether the program has taken everything."""
        ...

    def hears(self, who: str) -> list[Heard]:
        """What is new on somebody's screen since last asked."""
        ...


def _says(button: str, label: str) -> bool:
    """Whether a button that tells its number has that label."""
    return bool(label) and fold(button.partition(". ")[2]) == fold(label)


@dataclass
class TelegramLine:
    """Telegram, by webhook."""

    channel: str = "telegram"
    counted: bool = True
    numbered: bool = False
    buttons: int = 100
    tg: TelegramEmulator = field(default_factory=lambda: TelegramEmulator(limits=Limits.none()))
    _seen: dict[str, int] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        await self.tg.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.tg.__aexit__()

    def settings(self) -> dict[str, Any]:
        return {"telegram_token": SecretStr(self.tg.token), "telegram_api_base": self.tg.root}

    async def join(self, app: App, base: str) -> None:
        await self.tg.until(app.channels["telegram"].ready, within=10)

    def stand(self, now: dt.datetime) -> None:
        self.tg.world.clock.stand(now.timestamp())

    def address(self, who: str) -> str:
        person = self.tg.user(who)
        person.user.wrote = True  # whoever is known to the program has written to the bot before
        return str(person.id)

    async def types(self, who: str, text: str) -> None:
        await self.tg.user(who).sends(text)

    async def presses(self, who: str, label: str, value: str) -> None:
        person = self.tg.user(who)
        on, title = next(((m, b) for m in reversed(person.sees) for b in m.buttons if _says(b, label)), (None, ""))
        if on is not None:
            await person.presses(title, on=on)
        elif any(b.get("callback_data") == value for m in person.sees for row in m.rows for b in row):
            await person.presses(data=value)
        else:  # a program that is no Telegram app may say it pressed what it was never shown
            shown = next((m for m in reversed(person.chat.messages.values()) if m.from_bot), None)
            if shown is None:
                raise Impossible("press")
            person._people._press_inline(person.user, person.chat, shown, {"callback_data": value})

    async def gives(self, who: str, thing: Thing) -> None:
        person = self.tg.user(who)
        match thing.kind:
            case "photo":
                await person.sends_photo(thing.data, caption=thing.caption)
            case "file":
                await person.sends_document(thing.data, thing.name)
            case "sticker":
                await person.sends_sticker()
            case "voice":
                await person.sends_voice()
            case "location":
                await person.sends_location(*thing.told)
            case "contact":
                await person.sends_contact(str(thing.told))

    def delivered(self) -> bool:
        return not self.tg.world.delivery.pending

    def hears(self, who: str) -> list[Heard]:
        person, log = self.tg.user(who), self.tg.world.log
        found = [e for e in log.since(self._seen.get(who, 0), person.id) if e["kind"] in ("sent", "edited")]
        self._seen[who] = log.last
        shown = [person._shown(e["message"]) for e in found]
        return [
            Heard(m.text, m.buttons, [m.file_name] if m.file is not None else [])
            for m in shown
        ]  # fmt: skip


@dataclass
class ZaloOaLine:
    """A commune's Official Account."""

    kind: str = "state"
    takes_buttons: str = "yes"
    channel: str = "zalo_oa"
    counted: bool = True
    numbered: bool = True
    zalo: ZaloEmulator = field(init=False)
    _seen: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # What was answered late comes again half a minute later; but a story's clock stands still.
        self.zalo = ZaloEmulator(kind=self.kind, buttons=self.takes_buttons, redeliver=False)
        self.zalo.oa.per_minute = 1_000_000
        self.buttons = 5 if self.takes_buttons == "yes" else 0

    async def __aenter__(self) -> Self:
        await self.zalo.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.zalo.__aexit__()

    def settings(self) -> dict[str, Any]:
        return in_code(self.zalo.settings())

    async def join(self, app: App, base: str) -> None:
        await self.zalo.until(app.channels["zalo_oa"].ready, within=10)
        assert await self.zalo.console(base) == 200

    def stand(self, now: dt.datetime) -> None:
        self.zalo.world.clock.stand(now.timestamp())

    def address(self, who: str) -> str:
        person = self.zalo.user(who)
        if person.user.last is None:  # whoever is known to the program has written to the account before
            person.was_silent(0)
        return f"{self.zalo.oa.id}:{person.id}"

    async def types(self, who: str, text: str) -> None:
        await self.zalo.user(who).sends(text)

    async def presses(self, who: str, label: str, value: str) -> None:
        person = self.zalo.user(who)
        on, title = next(((m, b) for m in reversed(person.sees) for b in m.buttons if _says(b, label)), (None, ""))
        if on is not None:
            await person.presses(title, on=on)
        elif any(f"#{value}" in m.payloads for m in person.sees):
            await person.presses(payload=f"#{value}")
        elif re.fullmatch(r"[a-z](?::[!-~]*)?", value):  # a press comes as typed text, so anybody can type one
            await person.sends(f"#{value}")
        else:
            raise Impossible("press")

    async def gives(self, who: str, thing: Thing) -> None:
        person = self.zalo.user(who)
        match thing.kind:
            case "photo":
                await person.sends_photo(thing.data, caption=thing.caption)
            case "file":
                await person.sends_file(thing.data, thing.name)
            case "location":
                where = {"latitude": str(thing.told[0]), "longitude": str(thing.told[1])}
                await person.sends_thing("location", {"coordinates": where})
            case "contact":
                await person.does("card")
            case _:
                await person.does(thing.kind)

    def delivered(self) -> bool:
        return not self.zalo.server.delivery.pending

    def hears(self, who: str) -> list[Heard]:
        sees, before = self.zalo.user(who).sees, self._seen.get(who, 0)
        self._seen[who] = len(sees)
        return [Heard(m.text, m.buttons, [m.file_name] if m.file is not None else []) for m in sees[before:]]


@dataclass
class ZaloBotLine:
    """A bot of the Bot Platform: numbers for everything."""

    channel: str = "zalo_bot"
    counted: bool = False
    numbered: bool = True
    buttons: int = 0
    zalo: ZaloBotEmulator = field(default_factory=ZaloBotEmulator)
    _seen: dict[str, int] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        await self.zalo.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.zalo.__aexit__()

    def settings(self) -> dict[str, Any]:
        return {"zalo_bot_token": SecretStr(self.zalo.token), "zalo_bot_api_base": self.zalo.root}

    async def join(self, app: App, base: str) -> None:
        async with asyncio.timeout(10):
            while not app.channels["zalo_bot"].ready():  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    def stand(self, now: dt.datetime) -> None:
        self.zalo.clock = now.timestamp

    def address(self, who: str) -> str:
        chat = self.zalo.chat_of(who)
        self.zalo.known.add(chat)  # whoever is known to the program has written to the bot before
        return chat

    async def types(self, who: str, text: str) -> None:
        await self.zalo.says(who, text)

    async def presses(self, who: str, label: str, value: str) -> None:
        raise Impossible("press")

    async def gives(self, who: str, thing: Thing) -> None:
        match thing.kind:
            case "photo":
                await self.zalo.shows(who, self.zalo.keeps(thing.data), thing.caption)
            case "sticker" | "voice":
                await self.zalo.sends(who, thing.kind)
            case _:
                raise Impossible(thing.kind)

    def delivered(self) -> bool:
        return True  # `says` returns when the hook has answered

    def hears(self, who: str) -> list[Heard]:
        sees, before = self.zalo.chats[self.zalo.chat_of(who)], self._seen.get(who, 0)
        self._seen[who] = len(sees)
        return [Heard(m.text, files=[""] if m.photo is not None else []) for m in sees[before:]]


@dataclass
class Page:
    """One browser with our page open: it shows what comes and says that it has."""

    browser: aiohttp.ClientSession
    base: str
    sent: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    seen: int = 0
    stream: asyncio.Task[None] | None = None

    async def read(self) -> None:
        async with self.browser.get(f"{self.base}/web/events", timeout=aiohttp.ClientTimeout(total=None)) as events:
            ident = 0
            async for raw in events.content:
                if raw.startswith(b"id: "):
                    ident = int(raw.removeprefix(b"id: "))
                elif raw.startswith(b"data: {"):
                    self.messages.append(json.loads(raw.removeprefix(b"data: ")))
                    answer = await self.browser.post(f"{self.base}/web/seen", json={"up_to": ident})
                    assert answer.status == 200


@dataclass
class WebLine:
    """Our own page, as its script speaks with us."""

    channel: str = "web"
    counted: bool = False
    numbered: bool = False
    buttons: int = 30
    base: str = ""
    _sessions: Sessions | None = None
    _tokens: dict[str, str] = field(default_factory=dict)
    _pages: dict[str, Page] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for page in self._pages.values():
            if page.stream is not None:
                page.stream.cancel()
                with suppress(asyncio.CancelledError, aiohttp.ClientError):
                    await page.stream
            await page.browser.close()

    def settings(self) -> dict[str, Any]:
        return {}

    async def join(self, app: App, base: str) -> None:
        self.base = base
        self._sessions = Sessions(app.database.vault.token("web-session").encode(), secure=False)
        channel = app.channels["web"]
        assert isinstance(channel, WebChannel)
        channel._hurry = Hurry(count=10_000, seconds=10)  # nobody of flesh writes fifty lines in a second

    def stand(self, now: dt.datetime) -> None:
        """The page has no clock of its own."""

    def address(self, who: str) -> str:
        assert self._sessions is not None
        return self._sessions._address(self._token(who))

    def _token(self, who: str) -> str:
        return self._tokens.setdefault(who, base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("="))

    def _page(self, who: str) -> Page:
        if who not in self._pages:
            assert self._sessions is not None
            cookies = {self._sessions.cookie: self._sessions._sign(self._token(who))}
            page = Page(aiohttp.ClientSession(cookies=cookies), self.base)
            page.stream = asyncio.create_task(page.read())
            self._pages[who] = page
        return self._pages[who]

    async def _posts(self, who: str, **what: Any) -> None:
        page = self._page(who)
        page.sent += 1
        body = {"id": f"message-{page.sent}", "n": page.sent, **what}
        async with page.browser.post(f"{self.base}/web/messages", json=body) as answer:
            assert answer.status == 200, await answer.text()

    async def types(self, who: str, text: str) -> None:
        await self._posts(who, text=text)

    async def presses(self, who: str, label: str, value: str) -> None:
        shown = [c for m in reversed(self._page(who).messages) for c in m["choices"]]
        named = next((c["value"] for c in shown if fold(c["label"]) == fold(label)), value)
        await self._posts(who, press=named)

    async def gives(self, who: str, thing: Thing) -> None:
        page = self._page(who)
        sheet = thing.kind == "file" and sheet_named(thing.name)
        if sheet or thing.kind == "photo" or (thing.kind == "file" and named_so(thing.name)):
            if thing.caption:
                raise Impossible("caption")
            page.sent += 1
            query = {"id": f"message-{page.sent}", "n": str(page.sent), **({"name": thing.name} if sheet else {})}
            headers = {"Content-Type": SHEET if sheet else "image/png"}
            async with page.browser.post(
                f"{self.base}/web/pictures", params=query, data=thing.data, headers=headers
            ) as answer:
                assert answer.status == 200, await answer.text()
        elif thing.kind == "file":
            await self._posts(who, file=thing.name)
        else:
            raise Impossible(thing.kind)

    def delivered(self) -> bool:
        return True

    def hears(self, who: str) -> list[Heard]:
        page = self._page(who)
        new, page.seen = page.messages[page.seen :], len(page.messages)
        return [Heard(m["text"], [c["label"] for c in m["choices"]], _files(m)) for m in new]


def _files(message: dict[str, Any]) -> list[str]:
    return [unquote(message["file"]["name"])] if message["file"] else []
