"""The Python face: tests that read like what people do and see.

async with ZaloEmulator() as zalo:
    an = zalo.user("An")
    await an.sends("chào")
    await an.waits_for("Chào bác")
    await an.presses("Đồng ý")
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Self

import aiohttp

from .faults import Fault
from .people import PNG, Act
from .server import Server
from .switches import Switches
from .world import Json, Oa, User


class Shown:
    """A message of the account as it stands on the screen."""

    def __init__(self, raw: Json, data: bytes | None = None) -> None:
        self.raw = raw
        self.id: str = raw["msg_id"]
        self.text: str = raw["text"]
        self.buttons: list[str] = [b["title"] for b in raw.get("buttons", [])]
        self.payloads: list[str] = [b["payload"] for b in raw.get("buttons", [])]
        self.file = data
        self.file_name: str = raw.get("file", {}).get("name", "")

    def __contains__(self, words: str) -> bool:
        return words in self.text

    def __repr__(self) -> str:
        return f"Shown({self.text!r}, buttons={self.buttons})"


Wish = int | str | Callable[[Shown], bool]


class Person:
    """Someone with a phone, as one account sees him."""

    def __init__(self, server: Server, user: User) -> None:
        self._world, self._people = server.world, server.people
        self.user = user
        self._seen = 0

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def sees(self) -> list[Shown]:
        """The account's messages, oldest first."""
        return [self._shown(m) for m in self.user.messages if m["from"] == "oa"]

    @property
    def screen(self) -> str:
        """The account's last message."""
        sees = self.sees
        return sees[-1].text if sees else ""

    @property
    def buttons(self) -> list[str]:
        """Labels under the account's last message."""
        sees = self.sees
        return sees[-1].buttons if sees else []

    def _shown(self, raw: Json) -> Shown:
        asset = self._world.assets.get(raw["file"]["id"]) if "file" in raw else None
        return Shown(raw, asset.data if asset else None)

    async def waits_for(self, wish: Wish = 1, *, within: float = 5.0) -> Shown:
        """Wait until what came SINCE THE LAST ACT fulfils the wish: so many messages, words, or a function.

        Raises AssertionError naming the screen when `within` seconds (real time) pass first.
        """
        seq, new = self._seen, 0
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while True:
            left = deadline - loop.time()
            for entry in await self._world.log.more(seq, self.id, max(left, 0)):
                seq = entry["seq"]
                if entry["kind"] != "sent":
                    continue
                new += 1
                shown = self._shown(entry["message"])
                if new == wish if isinstance(wish, int) else wish in shown if isinstance(wish, str) else wish(shown):
                    return shown
            if left <= 0:
                raise AssertionError(f"waited {within} s for {wish!r}; the screen shows {self.sees[-3:]}")

    def _mark(self) -> None:
        self._seen = self._world.log.last

    async def sends(self, text: str) -> Act:
        self._mark()
        return self._people.text(self.user, text)

    async def presses(self, label: str = "", *, payload: str = "", on: Shown | None = None) -> Act:
        """The newest button with this label (or the only one containing it), or one on a given message."""
        self._mark()
        return self._people.press(self.user, label, payload, on.id if on else None)

    async def sends_photo(self, data: bytes = PNG, caption: str = "") -> Act:
        self._mark()
        return self._people.picture(self.user, data, caption)

    async def sends_file(self, data: bytes, name: str) -> Act:
        self._mark()
        return self._people.file(self.user, data, name)

    async def sends_thing(self, kind: str, payload: Json, text: str = "") -> Act:
        """gif, video, link or whatever Zalo invents."""
        self._mark()
        return self._people.attachment(self.user, kind, payload, text)

    async def does(self, act: str) -> Act:
        """sticker, voice, card, follow, chatnow, submit_info, withdraw, tagged, joined."""
        self._mark()
        doing: Callable[[User], Act] = getattr(self._people, act)
        return doing(self.user)

    async def unfollows(self) -> Act:
        self._mark()
        return self._people.follow(self.user, False)

    async def hears_from_staff(self, text: str) -> Act:
        """Somebody of the account's staff writes to him."""
        self._mark()
        return self._people.staff(self.user, text)

    async def meets(self, content: Json) -> Act:
        """Any event about him; {user} and {oa} are filled in."""
        self._mark()
        return self._people.other(self.user, content)

    @property
    def tags(self) -> list[str]:
        """What the account's staff see beside him."""
        return sorted(name for name, ids in self.user.oa.tags.items() if self.id in ids)

    def was_silent(self, days: float) -> None:
        """His last interaction was so many days ago."""
        self._people.silent(self.user, days)


class ZaloEmulator:
    """A Zalo on a free port of this machine, with one account and people to play."""

    def __init__(
        self, *, port: int = 0, seed: int = 1, time_scale: float = 1.0, **switches: Any
    ) -> None:  # fmt: skip
        self.server = Server(port=port, seed=seed, time_scale=time_scale, switches=Switches(**switches))
        self.world = self.server.world
        self.oa: Oa = self.world.add_oa("UBND xã Thí Điểm")
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
    def switches(self) -> Switches:
        return self.world.switches

    @property
    def counts(self) -> Counter[str]:
        """calls.<path>, refused.<code>, events.<created|delivered|retried|...>, hook.<status>, oauth.<grant>."""
        return self.world.counts

    def another_oa(self, name: str) -> Oa:
        return self.world.add_oa(name)

    def user(self, name: str, oa: Oa | None = None, *, anonymous: bool = False) -> Person:
        """The person of this name, created at the first mention."""
        if name not in self._people:
            user = self.world.add_user(name, oa or self.oa, anonymous=anonymous)
            self._people[name] = Person(self.server, user)
        return self._people[name]

    def settings(self, *, granted: bool = True) -> dict[str, str]:
        """What an operator sets to reach us; granted: with a first refresh token in place of a consent."""
        world = self.world
        first = {"ZALO_OA_REFRESH_TOKEN": world.grant(self.oa)["refresh_token"]} if granted else {}
        return {
            "ZALO_OA_APP_ID": world.app_id, "ZALO_OA_APP_SECRET": world.app_secret,
            "ZALO_OA_SECRET_KEY": world.oa_secret_key, "ZALO_OA_API_BASE": self.root, "ZALO_OA_OAUTH_BASE": self.root,
            **first,
        }  # fmt: skip

    async def consents(self, program: str, oa: str | None = None, path: str = "/oauth/zalo-oa/start") -> int:
        """An administrator follows the program's link and allows; the status of the page he ends at."""
        async with aiohttp.ClientSession() as browser:
            async with browser.get(program + path, allow_redirects=False) as start:
                assert start.status == 302, await start.text()
                asked = start.headers["Location"]
            async with browser.get(asked) as page:
                assert "Cho phép" in await page.text()
            allowed = asked.replace("/v4/oa/permission?", "/v4/oa/permission/allow?") + f"&oa={oa or self.oa.id}"
            async with browser.get(allowed) as back:
                return back.status

    async def console(self, program: str, challenge: str | None = None) -> int:
        """Fills in the console; the status of the probe of the hook."""
        console = self.world.console
        console.callback, console.challenge = f"{program}/oauth/zalo-oa/callback", challenge
        console.webhook = f"{program}/hooks/zalo-oa"
        return await self.server.delivery.probe()

    def fails(self, kind: str, **how: Any) -> Fault:
        """Switch a fault on, once unless count says more (None: until `heals`); see `Fault`."""
        fault = Fault(kind, **how)
        self.world.faults.add(fault)
        return fault

    def heals(self, kind: str | None = None) -> None:
        """Switch faults off; events held back flow."""
        self.world.faults.clear(kind)
        self.server.delivery.release_parked()

    def skips(self, seconds: float) -> None:
        """Time passes at once: redeliveries come due, tokens, uploads and windows grow old."""
        self.world.clock.skip(seconds)

    async def settles(self, *, within: float = 5.0) -> None:
        """Wait until the hook has taken (or lost) every event."""
        try:
            async with asyncio.timeout(within):
                await self.server.delivery.settled()
        except TimeoutError:
            left = [event.name for event in self.server.delivery.pending.values()]
            raise AssertionError(f"after {within} s these events still wait: {left}") from None

    async def until(self, condition: Callable[[], object], *, within: float = 5.0) -> None:
        """Wait until the condition holds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while not condition():
            if loop.time() > deadline:
                raise AssertionError(f"after {within} s still not so; counts: {dict(self.counts)}")
            await self.world.log.more(self.world.log.last, None, 0.02)

    async def goes_down(self) -> None:
        """Connections are refused until `comes_back`."""
        await self.server.go_down()

    async def comes_back(self) -> None:
        await self.server.come_back()

    def doubles(self) -> list[str]:
        """Texts shown to one person twice in a row."""
        found = []
        for user in self.world.users.values():
            texts = [m["text"] for m in user.messages if m["from"] == "oa"]
            found += [b for a, b in pairwise(texts) if a == b and a]
        return found
