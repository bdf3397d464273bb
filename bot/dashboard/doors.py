"""The way in and out of the officers' page: a link that works once, then a cookie with a session; no password."""

import datetime as dt
from collections.abc import Callable

from aiohttp import web

from bot.channels.web.session import from_our_page
from storage.database import Database
from storage.memory import Memory
from storage.passes import SESSION_LASTS
from storage.scope import Scope

LEAVE = "/so-lieu/ra"
LONGEST = 64
"""Letters of a code or token; ours are shorter."""


class Doors:
    """Opens sessions and knows whose they are. A session gives what its person's roles give at that moment."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime], *, secure: bool) -> None:
        self._database = database
        self._clock = clock
        self._secure = secure
        # With the prefix browsers take no cookie of that name from a sister site or over plain HTTP.
        self._cookie = "__Host-so-lieu" if secure else "so-lieu"

    async def waits(self, code: str) -> bool:
        """Whether a link can be used. Looking at it does not use it up: chat applications look at every link."""
        async with self._database.read() as connection:
            return len(code) <= LONGEST and await Memory(connection, self._database.vault).passes.waits(
                code, self._clock()
            )

    async def enter(self, request: web.Request, code: str, response: web.StreamResponse) -> bool:
        """Exchanges a link for a session, at the press of our own button."""
        if len(code) > LONGEST or not from_our_page(request):
            return False
        async with self._database.write() as connection:
            memory, now = Memory(connection, self._database.vault), self._clock()
            entered = await memory.passes.enter(code, now)
            if entered is None:
                return False
            token, person_id = entered
            await memory.people.note("page.entered", now, actor=person_id)
        response.set_cookie(
            self._cookie, token, max_age=int(SESSION_LASTS.total_seconds()), httponly=True, secure=self._secure,
            samesite="Lax", path="/",
        )  # fmt: skip
        return True

    async def whose(self, memory: Memory, request: web.Request) -> Scope | None:
        """The roles in force of whoever holds the session; None without one, or when no role is left."""
        token = request.cookies.get(self._cookie, "")
        person_id = await memory.passes.whose(token, self._clock()) if 0 < len(token) <= LONGEST else None
        if person_id is None:
            return None
        scope = await memory.people.scope(person_id)
        return scope if scope.grants else None

    async def leave(self, request: web.Request, response: web.StreamResponse) -> None:
        """Ends the session, and takes the cookie back."""
        token = request.cookies.get(self._cookie, "")
        if from_our_page(request) and len(token) <= LONGEST:
            async with self._database.write() as connection:
                await Memory(connection, self._database.vault).passes.end(token)
            response.del_cookie(self._cookie, path="/", httponly=True, secure=self._secure, samesite="Lax")
