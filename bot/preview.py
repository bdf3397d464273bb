"""A page that shows every step of every guide as each channel will show it."""

import asyncio
import datetime as dt

from aiohttp import web
from jinja2 import Environment

from bot.channels.capabilities import CAPABILITIES
from bot.channels.rendering import render
from content.guide import Guide, Step
from content.knowledge import Knowledge
from handlers.steps import preview_step
from storage.periods import VIETNAM


def preview_routes(
    knowledge: Knowledge, environment: Environment, public_url: str | None = None
) -> list[web.RouteDef]:  # fmt: skip
    """`/xem-truoc` lists the guides, `/xem-truoc/<guide>` shows one, `/xem-truoc/<guide>.pdf` prints it."""
    printing = asyncio.Semaphore(1)

    def shown(guide: Guide, step: Step, today: dt.date) -> dict[str, list[object]]:
        reply = preview_step(knowledge, guide, step, today)
        return {name: list(render(reply, can)) for name, can in CAPABILITIES.items()}

    async def index(_request: web.Request) -> web.Response:
        page = environment.get_template("guides.html").render(guides=knowledge.library.guides.values())
        return web.Response(text=page, content_type="text/html")

    async def one(request: web.Request) -> web.Response:
        guide = knowledge.library.get(request.match_info["guide"])
        if guide is None:
            raise web.HTTPNotFound(text="Không có bài hướng dẫn này.")
        today = dt.datetime.now(VIETNAM).date()
        steps = [(step, shown(guide, step, today)) for step in guide.steps]
        page = environment.get_template("guide.html").render(guide=guide, steps=steps, channels=list(CAPABILITIES))
        return web.Response(text=page, content_type="text/html")

    async def printed(request: web.Request) -> web.Response:
        from bot.documents.board import board_of  # heavy, and seldom wanted

        today = dt.datetime.now(VIETNAM).date()
        guide = knowledge.library.get(request.match_info["guide"])
        if guide is None or not guide.in_force(today):
            raise web.HTTPNotFound(text="Không có bài hướng dẫn này.")
        async with printing:  # some tenths of a second each: one at a time
            file = await asyncio.to_thread(
                board_of, knowledge.library, knowledge.messages, guide, today, public_url
            )  # fmt: skip
        named = {"Content-Disposition": f'inline; filename="{file.name}"'}
        return web.Response(body=file.data, content_type=file.mime, headers=named)

    return [
        web.get("/xem-truoc", index), web.get("/xem-truoc/{guide}.pdf", printed), web.get("/xem-truoc/{guide}", one),
    ]  # fmt: skip
