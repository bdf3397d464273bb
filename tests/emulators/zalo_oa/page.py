"""A page to play on: who there is, what each sees, what he can write and press, and the switches."""

import html
from dataclasses import asdict
from typing import TYPE_CHECKING

from aiohttp import web

from .control import Control
from .errors import ControlError
from .world import Json, User

if TYPE_CHECKING:
    from .server import Server

STYLE = """<meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>
body{font:16px/1.5 system-ui;max-width:40rem;margin:1rem auto;padding:0 1rem}.oa,.person{white-space:pre-wrap;
border-radius:.6rem;padding:.6rem;margin:.4rem 0}.oa{background:#eef3fb}.person{background:#e4f5e4;margin-left:3rem}
button{margin:.15rem;padding:.3rem .6rem}code{background:#eee}.admin{border-left:4px solid #c60}</style>"""


class Page:
    """`/` and `/nguoi/<id>`; every form is one act, then the page again."""

    def __init__(self, server: "Server") -> None:
        self._server = server
        self._world = server.world
        self._control = Control(server)

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/", self.index)
        app.router.add_post("/", self.add)
        app.router.add_get("/nguoi/{id}", self.person)
        app.router.add_post("/nguoi/{id}", self.acts)

    async def index(self, request: web.Request) -> web.Response:
        people = "".join(
            f'<li><a href="/nguoi/{u.id}">{html.escape(u.name)}</a> ({html.escape(u.oa.name)})</li>'
            for u in self._world.users.values()
        )
        oas = "".join(
            f"<li>{html.escape(o.name)} <code>{o.id}</code>, {'đã cho phép' if o.granted else 'chưa cho phép'}, "
            f"{o.bill} đ</li>"
            for o in self._world.oas.values()
        )
        state = html.escape(str({**asdict(self._world.console), **asdict(self._world.switches)}))
        form = '<form method="post"><input name="name" placeholder="Tên"><button>Thêm người</button></form>'
        body = (
            f"<h1>Zalo giả</h1><h2>OA</h2><ul>{oas}</ul><h2>Người</h2><ul>{people}</ul>{form}<p><code>{state}</code>"
        )
        return _html(body)

    async def add(self, request: web.Request) -> web.Response:
        name = str((await request.post()).get("name") or "Bác Ba")
        user = self._world.add_user(name, self._world.oa())
        raise web.HTTPSeeOther(f"/nguoi/{user.id}")

    async def person(self, request: web.Request) -> web.Response:
        user = self._world.user(request.match_info["id"])
        shown = "".join(_bubble(m) for m in user.messages)
        acts = "".join(
            f'<button name="act" value="{act}">{label}</button>'
            for act, label in (("follow", "Quan tâm"), ("unfollow", "Bỏ quan tâm"), ("photo", "Gửi ảnh"),
                               ("sticker", "Nhãn dán"), ("voice", "Tin thoại"), ("card", "Danh thiếp"),
                               ("withdraw", "Rút dữ liệu"))
        )  # fmt: skip
        tags = ", ".join(html.escape(name) for name, ids in user.oa.tags.items() if user.id in ids)
        body = (
            f'<p><a href="/">Zalo giả</a> / <a href="">{html.escape(user.name)}</a> <code>{tags}</code></p>{shown}'
            '<form method="post"><input name="text" size="40" autofocus><button name="act" value="text">Gửi</button>'
            f'<button name="act" value="staff">Gửi như cán bộ OA</button></form><form method="post">{acts}</form>'
            '<form method="post"><input name="days" size="3" value="8"> ngày trước là lần cuối '
            '<button name="act" value="silent">Đặt</button></form>'
        )
        return _html(body)

    async def acts(self, request: web.Request) -> web.Response:
        user = self._world.user(request.match_info["id"])
        form: Json = dict(await request.post())
        try:
            self._control.do(user, str(form.pop("act")), form)
        except (ControlError, KeyError, ValueError) as error:
            return _html(f'<p>{html.escape(str(error))}</p><p><a href="{_way(user)}">Lại</a></p>')
        raise web.HTTPSeeOther(_way(user))


def _way(user: User) -> str:
    return f"/nguoi/{user.id}"


def _bubble(message: Json) -> str:
    words = html.escape(message["text"] or "")
    if "file" in message:
        words += f"\n[{message['file']['kind']}: {html.escape(message['file']['name'])}]"
    buttons = "".join(
        f'<form method="post" style="display:inline"><input type="hidden" name="msg_id" value="{message["msg_id"]}">'
        f'<input type="hidden" name="label" value="{html.escape(b["title"])}">'
        f'<button name="act" value="press">{html.escape(b["title"])}</button></form>'
        for b in message.get("buttons", [])
    )
    side = "oa" if message["from"] == "oa" else "person"
    return f'<div class="{side} {"admin" if "admin" in message else ""}">{words}</div>{buttons}'


def _html(body: str) -> web.Response:
    return web.Response(text=f"<!doctype html><title>Zalo giả</title>{STYLE}{body}", content_type="text/html")
