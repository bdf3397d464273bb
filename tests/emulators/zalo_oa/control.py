"""The control API under /_control: play people and console, read what the app did, switch faults, skip time."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .errors import ControlError
from .faults import Fault
from .people import PNG, Act
from .world import Json, Oa, User

if TYPE_CHECKING:
    from .server import Server

MAX_WAIT = 60.0
Order = Callable[[web.Request, Json], Awaitable[Any]]


class Control:
    """JSON in, JSON out; 409 with {"error": ...} for what cannot be done, 400 for what cannot be understood."""

    def __init__(self, server: "Server") -> None:
        self._server = server
        self._world, self._people = server.world, server.people
        self._tasks: set[asyncio.Future[None]] = set()

    def add_routes(self, app: web.Application) -> None:
        routes: list[tuple[str, str, Order]] = [
            ("POST", "/oas", self.add_oa),
            ("POST", "/oas/{id}", self.change_oa),
            ("POST", "/users", self.add_users),
            ("POST", r"/users/{id}/{act:\w+}", self.act),
            ("GET", "/users/{id}", self.screen),
            ("POST", "/console", self.console),
            ("POST", "/switches", self.switches),
            ("POST", "/consent", self.consent),
            ("POST", "/tokens", self.tokens),
            ("POST", "/expire", self.expire),
            ("GET", "/log", self.log),
            ("GET", "/counts", self.counts),
            ("GET", "/bill", self.bill),
            ("GET", "/events", self.events),
            ("GET", "/faults", self.faults),
            ("POST", "/faults", self.add_fault),
            ("DELETE", "/faults", self.clear_faults),
            ("POST", "/skip", self.skip),
            ("POST", "/down", self.down),
        ]
        for method, path, order in routes:
            app.router.add_route(method, f"/_control{path}", self._answering(order))

    def _answering(self, order: Order) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                body = await request.json() if request.can_read_body else {}
                return web.json_response(await order(request, body))
            except ControlError as error:
                return web.json_response({"error": str(error)}, status=409)
            except (KeyError, TypeError, ValueError) as error:
                return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

        return handle

    # --- accounts and the console ---

    async def add_oa(self, request: web.Request, body: Json) -> Any:
        oa = self._world.add_oa(body.get("name", "UBND xã"), body.get("id"))
        return {"id": oa.id}

    async def change_oa(self, request: web.Request, body: Json) -> Any:
        """package, per_minute, trouble: [code, message] or null."""
        oa = self._world.oa(request.match_info["id"])
        oa.package = int(body.get("package", oa.package))
        oa.per_minute = int(body.get("per_minute", oa.per_minute))
        if "trouble" in body:
            oa.trouble = (int(body["trouble"][0]), str(body["trouble"][1])) if body["trouble"] else None
        return {}

    async def console(self, request: web.Request, body: Json) -> Any:
        """callback, challenge, webhook, events, syntax_filter, retry, active; saving a webhook probes it."""
        console = self._world.console
        for name in ("callback", "challenge", "webhook", "syntax_filter", "retry", "active"):
            if name in body:
                setattr(console, name, body[name])
        if "events" in body:
            console.events = None if body["events"] is None else set(body["events"])
        if "webhook" not in body:
            return {}
        console.cancelled = False
        return {"probe": await self._server.delivery.probe()}

    async def switches(self, request: web.Request, body: Json) -> Any:
        self._world.switches.set(body)
        return asdict(self._world.switches)

    async def consent(self, request: web.Request, body: Json) -> Any:
        """The administrator allows, as if he came from the consent page: where his browser is sent."""
        oa = self._world.oa(body.get("oa"))
        challenge = body.get("challenge") or self._world.console.challenge or ""
        return {"location": self._server.oauth.back(oa, challenge, body.get("state"))}

    async def tokens(self, request: web.Request, body: Json) -> Any:
        """A pair out of nothing, for a program that begins with a refresh token."""
        return self._world.grant(self._world.oa(body.get("oa")))

    async def expire(self, request: web.Request, body: Json) -> Any:
        """The access token of an account ends now; with "all" the refresh token too."""
        oa = self._world.oa(body.get("oa"))
        self._world.expire_access(oa)
        if body.get("all"):
            for token in self._world.refresh.values():
                token.dead = token.dead or token.oa is oa
        return {}

    # --- people ---

    async def add_users(self, request: web.Request, body: Json) -> Any:
        """name or count, oa, anonymous, id."""
        oa: Oa = self._world.oa(body.get("oa"))
        names = [body["name"]] if "name" in body else [f"Người {n}" for n in range(int(body["count"]))]
        anonymous, ident = bool(body.get("anonymous")), body.get("id")
        users = [self._world.add_user(name, oa, anonymous=anonymous, user_id=ident) for name in names]
        return {"ids": [u.id for u in users]}

    async def act(self, request: web.Request, body: Json) -> Any:
        return asdict(self.do(self._world.user(request.match_info["id"]), request.match_info["act"], body))

    def do(self, user: User, act: str, body: Json) -> Act:
        """One act of a person, or of the staff towards him."""
        people = self._people
        match act:
            case "text":
                return people.text(user, body["text"], quote=body.get("quote"))
            case "press":
                return people.press(user, body.get("label", ""), body.get("payload", ""), body.get("msg_id"))
            case "photo":
                data = base64.b64decode(body["data"]) if "data" in body else PNG
                return people.picture(user, data, body.get("caption", ""))
            case "file":
                return people.file(user, base64.b64decode(body.get("data", "")), body.get("name", "don.pdf"))
            case "location":
                return people.location(user, float(body["latitude"]), float(body["longitude"]))
            case "attachment":
                return people.attachment(user, body["kind"], body["payload"], body.get("text", ""))
            case "follow" | "unfollow":
                return people.follow(user, act == "follow")
        return self._do_more(user, act, body)

    def _do_more(self, user: User, act: str, body: Json) -> Act:
        people = self._people
        match act:
            case "sticker" | "voice" | "card" | "chatnow" | "submit_info" | "withdraw" | "tagged" | "joined":
                simple: Callable[[User], Act] = getattr(people, act)
                return simple(user)
            case "staff":
                return people.staff(user, body["text"], body.get("admin", "5555555555555555555"))
            case "silent":
                return people.silent(user, float(body["days"]))
            case "event":
                return people.other(user, body)
            case "change":
                user.blocked = bool(body.get("blocked", user.blocked))
                user.inactive = bool(body.get("inactive", user.inactive))
                user.minor = bool(body.get("minor", user.minor))
                return Act(None)
        raise ControlError(f"people cannot do {act!r}")

    async def screen(self, request: web.Request, body: Json) -> Any:
        user = self._world.user(request.match_info["id"])
        return {"id": user.id, "name": user.name, "oa": user.oa.id, "messages": user.messages}

    # --- what happened ---

    async def log(self, request: web.Request, body: Json) -> Any:
        """Query: since, person, wait (seconds, while there is nothing new), limit."""
        query = request.query
        wait = min(float(query.get("wait", "0")), MAX_WAIT)
        found = await self._world.log.more(int(query.get("since", "0")), query.get("person"), wait)
        found = found[: int(query.get("limit", "1000"))]
        return {"last": found[-1]["seq"] if found else int(query.get("since", "0")), "entries": found}

    async def counts(self, request: web.Request, body: Json) -> Any:
        return {**self._world.counts, "events.waiting": len(self._server.delivery.pending)}

    async def bill(self, request: web.Request, body: Json) -> Any:
        """Đồng, by account."""
        return {oa.id: oa.bill for oa in self._world.oas.values()}

    async def events(self, request: web.Request, body: Json) -> Any:
        return [{"id": e.id, "name": e.name, "person": e.person} for e in self._server.delivery.pending.values()]

    # --- trouble ---

    async def faults(self, request: web.Request, body: Json) -> Any:
        return [fault.json() for fault in self._world.faults.active]

    async def add_fault(self, request: web.Request, body: Json) -> Any:
        fault = Fault(**body)
        self._world.faults.add(fault)
        return fault.json()

    async def clear_faults(self, request: web.Request, body: Json) -> Any:
        """Query: kind, without it all."""
        self._world.faults.clear(request.query.get("kind"))
        self._server.delivery.release_parked()
        return {}

    async def skip(self, request: web.Request, body: Json) -> Any:
        self._world.clock.skip(float(body["seconds"]))
        return {"now": self._world.clock.wall()}

    async def down(self, request: web.Request, body: Json) -> Any:
        """The whole port refuses connections for "seconds"; on Zalo's clock "hours" have passed then."""
        outage = self._server.outage(float(body["seconds"]), float(body.get("hours", 0)))
        task = asyncio.ensure_future(outage)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return {}
