"""The figures of a commune as a page, behind a signed link that expires."""

import datetime as dt
import hashlib
import hmac
from collections.abc import Callable

from aiohttp import web
from jinja2 import Environment

from content.knowledge import Knowledge
from storage.database import Database
from storage.periods import Period, Week, local_day
from storage.report import report
from storage.statistics import discreet

LINK_LASTS = dt.timedelta(days=7)
EXPIRED = "Đường dẫn này đã hết hạn hoặc không đúng. Anh/chị xin đường dẫn mới."


class Dashboard:
    """One page a commune and week; whoever holds the link may look, nobody can change anything."""

    def __init__(
        self, database: Database, knowledge: Knowledge, pages: Environment, clock: Callable[[], dt.datetime]
    ) -> None:
        self._database = database
        self._knowledge = knowledge
        self._page = pages.get_template("dashboard.html")
        self._clock = clock
        self._key = database.vault.token("dashboard").encode()

    def path(self, commune: str) -> str:
        """A link to the commune's page, good for LINK_LASTS."""
        until = int((self._clock() + LINK_LASTS).timestamp())
        return f"/so-lieu/{commune}?den={until}&ky={self._sign(commune, str(until))}"

    def _sign(self, commune: str, until: str) -> str:
        return hmac.digest(self._key, f"{commune}/{until}".encode(), hashlib.sha256).hex()[:32]

    def routes(self) -> list[web.RouteDef]:
        """`/so-lieu/<commune>`."""
        return [web.get("/so-lieu/{commune}", self._show)]

    async def _show(self, request: web.Request) -> web.Response:
        code, until = request.match_info["commune"], request.query.get("den", "")
        signed = hmac.compare_digest(self._sign(code, until).encode(), request.query.get("ky", "").encode())
        commune = self._knowledge.places.commune(code)
        if not signed or commune is None or int(until) < self._clock().timestamp():
            raise web.HTTPForbidden(text=EXPIRED)
        week = self._week(request.query.get("tuan"))
        async with self._database.read() as connection:
            period, province = Period.of_week(week), commune.province.code
            figures = await report(connection, code, period, self._clock(), province=province)
        figures["indicators"] = [discreet(line) for line in figures["indicators"]]
        link = f"/so-lieu/{code}?den={until}&ky={request.query['ky']}&tuan="
        before = f"{link}{week.previous()}"
        label = self._knowledge.terms.label
        page = self._page.render(commune=commune, week=week, figures=figures, label=label, before=before)
        return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})

    def _week(self, text: str | None) -> Week:
        try:
            return Week.parse(text or "")
        except ValueError:
            return Week.of(local_day(self._clock()))
