"""One person on several channels: a code of a quarter of an hour that brings another chat to him."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.people import Chat, People
from storage.privacy import Privacy
from storage.schema import assistance, chat, role
from storage.schema.zalo import chat_link
from storage.sharing import Sharing
from storage.short_codes import LASTS, new_short_code
from storage.vault import Vault


class Moving:
    """The codes of a transaction."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def _hash(self, code: str) -> str:
        return self._vault.lane("link", code)

    async def offer(self, person_id: int, now: dt.datetime) -> str:
        """A new code for that person; the one before and all that have ended are dead."""
        old = (chat_link.c.person_id == person_id) | (chat_link.c.until <= now)
        await self._connection.execute(sa.delete(chat_link).where(old))
        code = new_short_code()
        values = {"code_hash": self._hash(code), "person_id": person_id, "until": now + LASTS}
        await self._connection.execute(sa.insert(chat_link).values(**values))
        return code

    async def take(self, code: str, channel: str, address: str, own: Chat | None, now: dt.datetime) -> Chat | None:
        """Makes this chat one of the person the code was made for; the code is used up. None for a wrong code, or
        where the chat is already his.

        Whoever was at this chat before, and has no other, is forgotten. `Taken` when he holds a role or has logged
        help: that must not vanish by a code.
        """
        mine = (chat_link.c.code_hash == self._hash(code)) & (chat_link.c.until > now)
        found = sa.select(chat_link.c.person_id).where(mine)
        person_id = (await self._connection.execute(found)).scalar()
        if person_id is None or (own is not None and own.person_id == person_id):
            return None
        if own is not None and await self._has_duties(own.person_id):
            raise Taken
        await self._connection.execute(sa.delete(chat_link).where(chat_link.c.person_id == person_id))
        people = People(self._connection, self._vault)
        if own is None:
            return await people.open_chat(person_id, channel, address, now=now)
        await Sharing(self._connection).refuse(own.id)  # that was somebody else's word
        which = chat.c.id == own.id
        await self._connection.execute(sa.update(chat).where(which).values(person_id=person_id, state={}))
        left = sa.select(sa.func.count()).select_from(chat).where(chat.c.person_id == own.person_id)
        if (await self._connection.execute(left)).scalar() == 0:
            await Privacy(self._connection, self._vault).erase(own.person_id)
        return await people.find(channel, self._vault.lane(channel, address))

    async def _has_duties(self, person_id: int) -> bool:
        held = sa.exists().where(role.c.person_id == person_id, role.c.ended_at.is_(None))
        logged = sa.exists().where(assistance.c.member_id == person_id)
        return bool((await self._connection.execute(sa.select(held | logged))).scalar())


class Taken(Exception):
    """The chat belongs to somebody with duties of his own."""
