"""Looking at the officers' page in tests: somebody comes in by a link from the chat, and opens addresses."""

import datetime as dt
import re
from html.parser import HTMLParser

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.links import ENTRANCE, Downloads, Links
from bot.metrics import Metrics
from bot.server import Server
from content.knowledge import Knowledge
from storage.database import Database
from storage.memory import Memory

Client = TestClient[web.Request, web.Application]


class Tables(HTMLParser):
    """The tables of a page by the id of their heading, row by row; empty cells are empty."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.by_name: dict[str, list[list[str]]] = {}
        self._name, self._inside = "", False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "h2":
            self._name = dict(attrs).get("id") or ""
        if tag == "tr":
            self.by_name.setdefault(self._name, []).append([])
        if tag in ("td", "th"):
            self._inside = True
            self.by_name[self._name][-1].append("")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.by_name[self._name][-1][-1] += data.strip()

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag not in ("td", "th")


class House:
    """The server, and a clock a test moves."""

    def __init__(self, database: Database, knowledge: Knowledge, now: dt.datetime, *, secure: bool = False) -> None:
        self.database = database
        self.now = now
        downloads = Downloads(Links(None, database.vault, knowledge), database, knowledge, lambda: self.now)
        server = Server(database, {}, knowledge, Metrics(), lambda: self.now, downloads, secure_cookies=secure)
        self.application = server.application

    def browser(self) -> Client:
        """A browser with no cookie yet."""
        return TestClient(TestServer(self.application))

    async def link(self, person_id: int) -> str:
        """The path of a new link for that person."""
        async with self.database.write() as connection:
            code = await Memory(connection, self.database.vault).passes.offer(person_id, self.now)
        return f"{ENTRANCE}/{code}"

    async def enter(self, client: Client, person_id: int) -> None:
        """Opens a link and presses its button."""
        path = await self.link(person_id)
        page = await (await client.get(path)).text()
        found = re.search(r'<form method="post" action="([^"]+)"><button class="main">', page)
        assert found, page
        answer = await client.post(found[1], allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, "/so-lieu")
