"""A page that shows every step of every guide as each channel will show it."""

import datetime as dt
import html
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from bot.channels.capabilities import CAPABILITIES
from bot.channels.rendering import render
from content.guide import Guide, Step
from content.knowledge import Knowledge
from handlers.steps import preview_step
from handlers.turn import VIETNAM

PAGES = Path(__file__).parent / "pages"


def bold(text: str) -> Markup:
    """`**bold**` as HTML, everything else escaped."""
    parts = html.escape(text).split("**")
    return Markup("".join(f"<b>{p}</b>" if i % 2 else p for i, p in enumerate(parts)))  # noqa: S704


def preview_routes(knowledge: Knowledge) -> list[web.RouteDef]:
    """`/xem-truoc` lists the guides, `/xem-truoc/<guide>` shows one."""
    environment = Environment(loader=FileSystemLoader(PAGES), autoescape=select_autoescape(default=True))
    environment.filters["bold"] = bold

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
