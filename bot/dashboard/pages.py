"""The addresses of the officers' page. Every answer asks the roles anew, is stored nowhere and runs no script."""

import datetime as dt
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment

from bot.dashboard.behind import Entries, known
from bot.dashboard.board import Boards
from bot.dashboard.doors import LEAVE, Doors
from bot.dashboard.filters import Filters
from bot.dashboard.sights import Sight, sight, sights
from bot.dashboard.tables import Table, to_csv
from bot.links import ENTRANCE
from content.knowledge import Knowledge
from storage.database import Database
from storage.memory import Memory
from storage.periods import VIETNAM, Period, Week
from storage.scope import Scope

STYLES = {"board": "board.css", "cards": "board_cards.css"}
_FOLDER = Path(__file__).parent.parent / "pages"
HEADERS = {
    "Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
                               "frame-ancestors 'none'",
}  # fmt: skip
_VIEW = r"{view:[xtp]\d{1,15}}"


@dataclass(frozen=True, slots=True)
class _Look:
    """One request of somebody who may look."""

    memory: Memory
    scope: Scope
    sight: Sight
    own: list[Sight]
    filters: Filters


class _Closed(Exception):
    """Nobody has come in, or there is no such thing for him."""

    def __init__(self, status: int, word: str) -> None:
        self.status, self.word = status, word


class Dashboard:
    """The page of figures for officers of communes and provinces and heads of teams."""

    def __init__(
        self, database: Database, knowledge: Knowledge, pages: Environment, clock: Callable[[], dt.datetime], *,
        secure: bool = False,
    ) -> None:  # fmt: skip
        self._database = database
        self._knowledge = knowledge
        self._clock = clock
        self._doors = Doors(database, clock, secure=secure)
        self._boards = Boards(knowledge)
        css = {name: (_FOLDER / file).read_bytes() for name, file in STYLES.items()}
        paths = {name: f"/so-lieu/{hashlib.sha256(style).hexdigest()[:12]}.css" for name, style in css.items()}
        self._css = {paths[name]: style for name, style in css.items()}
        self._pages = pages
        self._common = {"w": self._words, "css": paths, "leave": LEAVE}

    def routes(self) -> list[web.RouteDef]:
        """Everything below `/so-lieu`."""
        return [
            *(web.get(path, self._style) for path in self._css),
            web.get(ENTRANCE + "/{code}", self._door),
            web.post(ENTRANCE + "/{code}", self._enter),
            web.post(LEAVE, self._leave),
            web.get("/so-lieu", self._guarded(self._front)),
            web.get(f"/so-lieu/{_VIEW}", self._guarded(self._show)),
            web.get(f"/so-lieu/{_VIEW}/luot", self._guarded(self._behind)),
            web.get(f"/so-lieu/{_VIEW}/luot.csv", self._guarded(self._behind_file)),
            web.get(f"/so-lieu/{_VIEW}/{{table:[a-z-]{{1,30}}}}.csv", self._guarded(self._file)),
        ]

    # --- in and out ---

    async def _style(self, request: web.Request) -> web.Response:
        return web.Response(body=self._css[request.path], content_type="text/css", charset="utf-8",
                            headers={"Cache-Control": "public, max-age=31536000, immutable"})  # fmt: skip

    async def _door(self, request: web.Request) -> web.Response:
        """Shows the button that opens; only pressing it uses the link up."""
        code = request.match_info["code"]
        if not await self._doors.waits(code):
            return self._page("board_closed.html", status=403, word="link_over")
        return self._page("board_door.html", action=f"{ENTRANCE}/{code}")

    async def _enter(self, request: web.Request) -> web.Response:
        response = web.Response(status=303, headers={**HEADERS, "Location": "/so-lieu"})
        if not await self._doors.enter(request, request.match_info["code"], response):
            return self._page("board_closed.html", status=403, word="link_over")
        return response

    async def _leave(self, request: web.Request) -> web.Response:
        response = self._page("board_closed.html", word="left")
        await self._doors.leave(request, response)
        return response

    # --- looking ---

    def _guarded(self, look: Callable[[web.Request], Any]) -> Callable[[web.Request], Any]:
        return partial(self._answer, look)

    async def _answer(self, look: Callable[[web.Request], Any], request: web.Request) -> web.StreamResponse:
        try:
            response: web.StreamResponse = await look(request)
        except _Closed as e:
            return self._page("board_closed.html", status=e.status, word=e.word)
        return response

    @asynccontextmanager
    async def _inside(self, request: web.Request) -> AsyncIterator[tuple[Memory, Scope, list[Sight]]]:
        """A snapshot for somebody with a session and something to see. Raises _Closed."""
        async with self._database.read() as connection:
            memory = Memory(connection, self._database.vault)
            scope = await self._doors.whose(memory, request)
            own = sights(scope, self._knowledge.places) if scope else []
            if scope is None or not own:
                raise _Closed(403, "no_session")
            yield memory, scope, own

    @asynccontextmanager
    async def _looking(self, request: web.Request) -> AsyncIterator[_Look]:
        """The same, at one thing."""
        async with self._inside(request) as (memory, scope, own):
            found = sight(scope, self._knowledge.places, request.match_info["view"])
            if found is None:
                raise _Closed(404, "no_such_view")
            asked = Filters.read(request.query, self._now.date())
            yield _Look(memory, scope, found, own, asked.within(found))

    @property
    def _now(self) -> dt.datetime:
        return self._clock().astimezone(VIETNAM)

    async def _front(self, request: web.Request) -> web.Response:
        async with self._inside(request) as (_, _, own):
            if len(own) == 1:
                return web.Response(status=303, headers={**HEADERS, "Location": f"/so-lieu/{own[0].key}"})
            return self._page("board_front.html", sights=own)

    async def _show(self, request: web.Request) -> web.Response:
        async with self._looking(request) as look:
            board = await self._boards.read(look.memory, look.scope, look.sight, look.filters, self._now)
        filters = look.filters
        return self._page(
            "board.html", board=board, sight=look.sight, sights=look.own, filters=filters,
            path=f"/so-lieu/{look.sight.key}", **self._turning(filters.period),
        )  # fmt: skip

    def _turning(self, period: Period) -> dict[str, Any]:
        """Where the pages before and after lead: days that have not begun are on none."""
        today = self._now.date()
        after, following = period.last + dt.timedelta(days=1), None
        if after <= today and period.week:
            following = Period.of_week(Week.of(after))
        elif after <= today and period.months == 1 and after.day == 1:
            following = Period.of_month(after.year, after.month)
        return {
            "before": period.previous(), "after": following, "today": today,
            "this_week": Period.of_week(Week.of(today)), "this_month": Period.of_month(today.year, today.month),
        }  # fmt: skip

    async def _file(self, request: web.Request) -> web.Response:
        """A table as a file."""
        async with self._looking(request) as look:
            board = await self._boards.read(look.memory, look.scope, look.sight, look.filters, self._now)
        table = next((t for t in board.tables if t.name == request.match_info["table"]), None)
        if table is None:
            raise _Closed(404, "no_such_view")
        return _handed(table, look)

    # --- what a figure is made of ---

    async def _behind(self, request: web.Request) -> web.Response:
        async with self._looking(request) as look:
            figure, number = self._figure(request, look), request.query.get("trang", "")
            page = int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else 1
            found = await self._entries(look).behind(figure, page)
        return self._page(
            "board_entries.html", found=found, sight=look.sight, sights=look.own, filters=look.filters,
            path=f"/so-lieu/{look.sight.key}", figure=figure, label=look.filters.period.label,
        )  # fmt: skip

    async def _behind_file(self, request: web.Request) -> web.Response:
        async with self._looking(request) as look:
            found = await self._entries(look).behind(self._figure(request, look), 1)
        return _handed(found.file, look)

    def _entries(self, look: _Look) -> Entries:
        return Entries(self._knowledge, look.memory, look.scope, look.sight, look.filters)

    def _figure(self, request: web.Request, look: _Look) -> str:
        """Raises _Closed for a figure nobody can trace, or for somebody who may see totals only."""
        figure = request.query.get("so", "1")
        if not look.sight.entries or not known(figure):
            raise _Closed(404, "no_such_view")
        return figure

    # --- answers ---

    def _words(self, name: str, **context: Any) -> str:
        return self._knowledge.messages.render(f"board.{name}", **context)

    def _page(self, template: str, *, status: int = 200, **context: Any) -> web.Response:
        page = self._pages.get_template(template).render(**self._common, **context)
        return web.Response(text=page, status=status, content_type="text/html", headers=HEADERS)


def _handed(table: Table, look: _Look) -> web.Response:
    """A table as a file with a name of its own; the name says which place and days, and nobody."""
    period = look.filters.period
    days = str(period.week) if period.week else f"{period.first:%Y%m%d}-{period.last:%Y%m%d}"
    name = f"{table.name}-{look.sight.key}-{days}.csv"
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=to_csv(table), content_type="text/csv", charset="utf-8", headers=headers)
