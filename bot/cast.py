"""People made known before a story begins: consented, at home in a commune, with a role."""

import datetime as dt
from collections.abc import Callable, Sequence

from bot.script import BadLine, PersonLine
from content.places import Places
from handlers.welcome import CONSENT_VERSION
from storage.database import Database
from storage.memory import Memory
from storage.periods import VIETNAM
from storage.scope import Grant

HOME_COMMUNE = "31441"
"""Where somebody lives of whom a script says a team but no commune."""


def _by_name(_channel: str, name: str) -> str:
    return name


class Cast:
    """Whoever has a part, known by name; the same person on every channel."""

    def __init__(
        self, database: Database, places: Places, channels: Sequence[str],
        address: Callable[[str, str], str] = _by_name,
    ) -> None:  # fmt: skip
        """`address` says where the somebody of a name is written to on a channel."""
        self._database = database
        self._places = places
        self._channels = channels
        self._address = address
        self._known: dict[str, int] = {}

    async def introduce(self, who: PersonLine, now: dt.datetime) -> None:
        """Makes somebody known. Raises BadLine."""
        homeless = who.role in ("province_officer", "admin")
        home = who.commune or (None if homeless else HOME_COMMUNE)
        if home is not None and self._places.commune(home) is None:
            raise BadLine(f"'{home[:20]}' is no commune code")
        async with self._database.write() as connection:
            memory = Memory(connection, self._database.vault)
            person = await self._person(memory, who.name, who.channel)
            if person is None:
                channel = who.channel or "web"
                address = self._address(channel, who.name)
                chat = await memory.people.admit(channel, address, consent_version=CONSENT_VERSION, now=now)
                person = chat.person_id
            self._known[who.name] = person
            named = {"name": who.name[:80]} if who.role != "citizen" else {}
            await memory.people.set(person, commune=home, **named)
            grant = await self._grant(memory, who, home, now)
            if grant is not None:
                await memory.people.grant(person, grant, now)

    async def seat(self, name: str, channel: str, now: dt.datetime) -> None:
        """Somebody made known by name can write on that channel too."""
        person = self._known.get(name)
        if person is None:
            return
        address = self._address(channel, name)
        async with self._database.write() as connection:
            memory = Memory(connection, self._database.vault)
            known = await memory.people.find(channel, memory.vault.lane(channel, address))
            if known is None and await memory.people.exists(person):
                await memory.people.open_chat(person, channel, address, now=now)

    async def _person(self, memory: Memory, name: str, channel: str | None) -> int | None:
        """Who is known by that name: in this story, or on any channel in an earlier one."""
        known = self._known.get(name)
        if known is not None and await memory.people.exists(known):
            return known
        for place in [channel] if channel else self._channels:
            chat = await memory.people.find(place, memory.vault.lane(place, self._address(place, name)))
            if chat is not None:
                return chat.person_id
        return None

    async def _grant(self, memory: Memory, who: PersonLine, commune: str | None, now: dt.datetime) -> Grant | None:
        role = who.role
        if role == "citizen":
            return None
        if role in ("member", "head"):
            today = now.astimezone(VIETNAM).date()
            team_id = await memory.people.ensure_team(str(commune), who.team or "Tổ công nghệ số cộng đồng", today)
            return Grant(role, commune=commune, team_id=team_id)
        if role == "officer":
            return Grant(role, commune=commune)
        if role == "province_officer":
            home = self._places.commune(commune or HOME_COMMUNE)
            return Grant(role, province=who.province or (home.province.code if home else None))
        if role == "admin":
            return Grant(role)
        raise BadLine(f"'{role}' is no role")
