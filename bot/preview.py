"""A page that shows every step of every guide as each channel will show it."""

import datetime as dt

from aiohttp import web
from jinja2 import Environment

from bot.channels.capabilities import CAPABILITIES
from bot.channels.rendering import render
from content.guide import Guide, Step
from content.knowledge import Knowledge
from handlers.steps import preview_step
from storage.periods import VIETNAM


def preview_routes(knowledge: Knowledge, environment: Environment) -> list[web.RouteDef]:
    """`/xem-truoc` lists the guides, `/xem-truoc/<guide>` shows one."""

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

    return [web.get("/xem-truoc", index), web.get("/xem-truoc/{guide}", one)]
