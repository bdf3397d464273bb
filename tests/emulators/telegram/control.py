"""The control API under /_control: play the people, read what the bot did, switch faults, move the clock."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from .errors import ControlError
from .faults import Fault
from .people import Act, People
from .pictures import SMALL_JPEG
from .state import Chat, Json, User, World

MAX_WAIT = 60.0
Order = Callable[[web.Request, Json], Awaitable[Any]]


class Control:
    """JSON in, JSON out; 409 with {"error": ...} for what cannot be done, 400 for what cannot be understood."""

    def __init__(self, world: World, people: People, outage: Callable[[float], Awaitable[None]]) -> None:
        self._world, self._people, self._outage = world, people, outage
        self._tasks: set[asyncio.Future[None]] = set()

    def add_routes(self, app: web.Application) -> None:
        routes: list[tuple[str, str, Order]] = [
            ("POST", "/users", self.add_users),
            ("POST", r"/users/{id:\d+}/{act:\w+}", self.act),
            ("POST", "/groups", self.add_group),
            ("POST", r"/groups/{id:-\d+}/migrate", self.migrate),
            ("GET", r"/chats/{id:-?\d+}", self.screen),
            ("GET", "/log", self.log),
            ("GET", "/answers", self.answers),
            ("GET", "/counts", self.counts),
            ("GET", "/updates", self.updates),
            ("GET", "/files/{id}", self.file),
            ("GET", "/faults", self.faults),
            ("POST", "/faults", self.add_fault),
            ("DELETE", "/faults", self.clear_faults),
            ("POST", "/skip", self.skip),
            ("POST", "/down", self.down),
            ("POST", "/login", self.login),
        ]
        for method, path, order in routes:
            app.router.add_route(method, f"/_control{path}", self._answering(order))

    def _answering(self, order: Order) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                body = await request.json() if request.can_read_body else {}
                result = await order(request, body)
            except ControlError as error:
                return web.json_response({"error": str(error)}, status=409)
            except (KeyError, TypeError, ValueError) as error:
                return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)
            return result if isinstance(result, web.StreamResponse) else web.json_response(result)

        return handle

    async def add_users(self, request: web.Request, body: Json) -> Any:
        """{"name", "id"?, "last_name"?, "username"?, "language_code"?}, or {"count": n} for many at once."""
        if "count" in body:
            return {"ids": [self._world.add_user(f"Người {n + 1}").id for n in range(int(body["count"]))]}
        more = {key: body[key] for key in ("last_name", "username", "language_code") if key in body}
        return self._world.add_user(body["name"], body.get("id"), **more).json()

    async def add_group(self, request: web.Request, body: Json) -> Any:
        chat = self._world.add_group(body["title"], supergroup=bool(body.get("supergroup")), chat_id=body.get("id"))
        chat.members.update(self._world.user(int(member)).id for member in body.get("members", ()))
        return chat.json()

    async def migrate(self, request: web.Request, body: Json) -> Any:
        return self._people.migrate(self._world.chat(int(request.match_info["id"]))).json()

    async def act(self, request: web.Request, body: Json) -> Any:
        """One act of a person; "chat_id" in the body puts it into a group."""
        user = self._world.user(int(request.match_info["id"]))
        chat = self._world.chat(int(body.get("chat_id", user.id)))
        return asdict(self._act(request.match_info["act"], user, chat, body))

    def _act(self, name: str, user: User, chat: Chat, body: Json) -> Act:
        people = self._people
        match name:
            case "text":
                return people.text(user, chat, body["text"])
            case "start":
                return people.start(user, body.get("payload", ""))
            case "press":
                return people.press(user, chat, body.get("label", ""), body.get("data", ""), body.get("message_id"))
            case "edit":
                return people.edit(user, chat, int(body["message_id"]), body["text"])
            case "block" | "unblock":
                return people.block(user, name == "block")
            case "kick":
                return people.kick(user, chat)
            case "deactivate":
                user.deactivated = True
                return Act(None)
            case _:
                return self._send(name, user, chat, body)

    def _send(self, name: str, user: User, chat: Chat, body: Json) -> Act:
        people = self._people
        data = base64.b64decode(body.get("data", ""), validate=True)
        caption, size = body.get("caption", ""), int(body.get("size", 0))
        match name:
            case "photo":
                return people.photo(user, chat, data or SMALL_JPEG, caption, size)
            case "document":
                return people.document(user, chat, data, body["name"], caption, body.get("mime", ""), size)
            case "contact":
                owner = self._world.user(int(body["of"])) if "of" in body else None
                return people.contact(user, chat, body["phone"], owner)
            case "location":
                return people.location(user, chat, float(body["latitude"]), float(body["longitude"]))
            case "sticker":
                return people.sticker(user, chat, body.get("emoji", "👍"))
            case "voice":
                return people.voice(user, chat, int(body.get("seconds", 3)))
            case _:
                raise ControlError(f"people cannot do {name!r}")

    async def screen(self, request: web.Request, body: Json) -> Any:
        """What the chat shows now: all messages, and the reply keyboard."""
        chat = self._world.chat(int(request.match_info["id"]))
        return {**chat.json(), "messages": [m.raw for m in chat.messages.values()], "keyboard": chat.keyboard}

    async def log(self, request: web.Request, body: Json) -> Any:
        """Query: since, chat_id, wait (seconds, while there is nothing new), limit."""
        query = request.query
        chat_id = int(query["chat_id"]) if "chat_id" in query else None
        wait = min(float(query.get("wait", "0")), MAX_WAIT)
        found = await self._world.log.more(int(query.get("since", "0")), chat_id, wait)
        found = found[: int(query.get("limit", "1000"))]
        return {"last": found[-1]["seq"] if found else int(query.get("since", "0")), "entries": found}

    async def answers(self, request: web.Request, body: Json) -> Any:
        """All button presses with their answers, null while there is none."""
        return [asdict(query) for query in self._world.queries.values()]

    async def counts(self, request: web.Request, body: Json) -> Any:
        return {**self._world.counts, "updates.waiting": len(self._world.delivery.pending)}

    async def updates(self, request: web.Request, body: Json) -> Any:
        return [update.raw for update in self._world.delivery.pending.values()]

    async def file(self, request: web.Request, body: Json) -> Any:
        file = self._world.files.get(request.match_info["id"])
        if file is None:
            raise ControlError("no such file")
        return web.Response(body=file.data, content_type="application/octet-stream")

    async def faults(self, request: web.Request, body: Json) -> Any:
        return [fault.json() for fault in self._world.faults.active]

    async def add_fault(self, request: web.Request, body: Json) -> Any:
        fault = Fault(**body)
        self._world.faults.add(fault)
        return fault.json()

    async def clear_faults(self, request: web.Request, body: Json) -> Any:
        """Query: kind, without it all."""
        self._world.faults.clear(request.query.get("kind"))
        self._world.delivery.release_parked()
        return {}

    async def skip(self, request: web.Request, body: Json) -> Any:
        self._world.clock.skip(float(body["seconds"]))
        return {"now": self._world.clock.wall()}

    async def down(self, request: web.Request, body: Json) -> Any:
        """The whole port refuses connections for "seconds" (this one too)."""
        task = asyncio.ensure_future(self._outage(float(body["seconds"])))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return {}

    async def login(self, request: web.Request, body: Json) -> Any:
        """Undo logOut."""
        self._world.logged_out = False
        return {}
