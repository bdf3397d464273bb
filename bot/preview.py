"""Pages that show every guide and procedure as each channel will show it, as the files are at this moment."""

import asyncio
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from aiohttp import web
from jinja2 import Environment

from bot.channels.capabilities import CAPABILITIES
from bot.channels.rendering import render
from content.guide import Guide, Step
from content.knowledge import FOLDER, Knowledge
from content.library import Library
from content.messages import Messages
from content.procedure import Procedure
from content.reading import KnowledgeError
from content.telling import Telling
from handlers.steps import preview_step
from handlers.turn import Reply
from storage.periods import VIETNAM

T = TypeVar("T")
Told = tuple[str, str, dict[str, list[object]]]
_LIVE = ("*.yaml", "guides/*.yaml", "procedures/*.yaml", "messages/*.j2")
"""The files whose change shows at once; the chat goes on with what it began with."""


class Preview:
    """`/xem-truoc` lists all, `/xem-truoc/<guide>` shows one, `/xem-truoc/<guide>.pdf` prints it,
    `/xem-truoc/thu-tuc/<procedure>` shows a procedure in all its variants.
    """

    def __init__(
        self, knowledge: Knowledge, environment: Environment, public_url: str | None = None, folder: Path = FOLDER
    ) -> None:  # fmt: skip
        self._knowledge, self._pages, self._public_url, self._folder = knowledge, environment, public_url, folder
        self._seen = self._stamp()
        self._one_at_a_time = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        """The four addresses."""
        return [
            web.get("/xem-truoc", self._index), web.get("/xem-truoc/thu-tuc/{procedure}", self._procedure),
            web.get("/xem-truoc/{guide}.pdf", self._printed), web.get("/xem-truoc/{guide}", self._guide),
        ]  # fmt: skip

    def _stamp(self) -> tuple[tuple[str, int], ...]:
        files = (path for pattern in _LIVE for path in self._folder.glob(pattern))
        return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in files))

    async def _fresh(self) -> Knowledge:
        """The knowledge as its files are now. Raises HTTPBadRequest that names file, line, mistake and remedy."""
        async with self._one_at_a_time:
            stamp = await asyncio.to_thread(self._stamp)
            if stamp != self._seen:
                try:
                    library = await asyncio.to_thread(Library.load, self._folder)
                except KnowledgeError as error:
                    raise web.HTTPBadRequest(text=str(error)) from None
                messages = Messages(self._folder / "messages")
                self._knowledge, self._seen = replace(self._knowledge, library=library, messages=messages), stamp
        return self._knowledge

    def _page(self, template: str, **context: object) -> web.Response:
        page = self._pages.get_template(template).render(channels=list(CAPABILITIES), **context)
        return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})

    async def _index(self, _request: web.Request) -> web.Response:
        library = (await self._fresh()).library
        return self._page("guides.html", guides=library.guides.values(), procedures=library.procedures.values())

    async def _guide(self, request: web.Request) -> web.Response:
        knowledge, today = await self._fresh(), _today()
        guide = _known(knowledge.library.get(request.match_info["guide"]))
        steps = [(step, _step(knowledge, guide, step, today)) for step in guide.steps]
        return self._page("guide.html", guide=guide, steps=steps)

    async def _procedure(self, request: web.Request) -> web.Response:
        knowledge, today = await self._fresh(), _today()
        procedure = _known(knowledge.library.procedures.get(request.match_info["procedure"]))
        return self._page("procedure.html", procedure=procedure, told=_told(knowledge, procedure, today))

    async def _printed(self, request: web.Request) -> web.Response:
        from bot.documents.board import board_of  # heavy, and seldom wanted

        knowledge, today = await self._fresh(), _today()
        guide = _known(knowledge.library.get(request.match_info["guide"]))
        async with self._one_at_a_time:  # some tenths of a second each
            file = await asyncio.to_thread(
                board_of, knowledge.library, knowledge.messages, guide, today, self._public_url
            )  # fmt: skip
        named = {"Content-Disposition": f'inline; filename="{file.name}"'}
        return web.Response(body=file.data, content_type=file.mime, headers=named)


def _today() -> dt.date:
    return dt.datetime.now(VIETNAM).date()


def _known(found: T | None) -> T:
    if found is None:
        raise web.HTTPNotFound(text="Không có bài này.")
    return found


def _shown(reply: Reply) -> dict[str, list[object]]:
    return {name: list(render(reply, can)) for name, can in CAPABILITIES.items()}


def _step(knowledge: Knowledge, guide: Guide, step: Step, today: dt.date) -> dict[str, list[object]]:
    return _shown(preview_step(knowledge, guide, step, today))


def _told(knowledge: Knowledge, procedure: Procedure, today: dt.date) -> list[Told]:
    """Every message of a procedure: for which variant, which part, and how it looks."""
    options = procedure.question.options if procedure.question else ()
    rows = list[Told]()
    for variant in (None, *(o for o in options if o.stays)):
        texts = Telling(knowledge.messages, knowledge.library, procedure, today, variant).texts()
        rows += [(variant.label if variant else "-", name, _shown(Reply(text))) for name, text in texts.items()]
    return rows
