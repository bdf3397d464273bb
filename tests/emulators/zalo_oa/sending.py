"""Messages of the app: to whom, when, at what price, and what people then see."""

from typing import Any

from .checks import Parsed, read_message
from .errors import CLOSED, NEVER, SHUT_DOWN, WRONG_KIND, ZaloError, invalid
from .world import FREE, PRICE, WINDOW, Json, Oa, User, World


def consultation(world: World, oa: Oa, body: Json, version: str) -> Json:
    """A message to one person: v3 for businesses, v2 for state bodies and for what never moved to v3."""
    to = body.get("recipient")
    if not isinstance(to, dict):
        raise invalid("recipient")
    if "anonymous_id" in to:
        if version != "v2":
            raise invalid("recipient")
        return _to_visitor(world, oa, to, body)
    if "sender_action" in body and version == "v2":
        return _react(world, oa, to, body["sender_action"])
    if version == "v3" and world.switches.kind == "state":
        raise ZaloError(*WRONG_KIND)
    if version == "v2" and world.switches.kind == "business":
        raise ZaloError(*SHUT_DOWN)
    if not world.switches.sends:
        raise ZaloError(-209, "Not supported this api")
    user = _user(world, oa, to.get("user_id"))
    parsed = read_message(world, oa, body.get("message"))
    quota = _quota(world, oa, user)
    answer = show(world, user, parsed)
    return answer if quota is None else {**answer, "quota": quota}


def _user(world: World, oa: Oa, user_id: Any) -> User:
    user = world.users.get(user_id) if isinstance(user_id, str) else None
    if user is None or user.oa is not oa or user.conversation is not None:
        raise invalid("user_id")
    return user


def _quota(world: World, oa: Oa, user: User) -> Json | None:
    """Whether the person may be written to now, and who pays: None is the account. Raises ZaloError."""
    if user.blocked:
        raise ZaloError(-244, "User has restricted this message type")
    if user.inactive:
        raise ZaloError(-227, "User is banned or has been inactive for more than 45 days")
    age = user.age(world.clock.wall())
    if age is None:
        raise ZaloError(*NEVER)
    if age > WINDOW and world.switches.window:
        world.counts["refused.closed"] += 1
        raise ZaloError(*CLOSED)
    if age <= FREE:
        counts = {"remain": 8, "total": 8} if world.switches.quota_counts else {}
        return {"quota_type": "reply", **counts}
    if oa.package > 0:
        oa.package -= 1
        return {"quota_type": "sub_quota", "remain": oa.package}
    oa.bill += PRICE
    return None


def _to_visitor(world: World, oa: Oa, to: Json, body: Json) -> Json:
    user = world.users.get(str(to.get("anonymous_id")))
    if user is None or user.oa is not oa or user.conversation != to.get("conversation_id"):
        raise invalid("anonymous_id")
    return show(world, user, read_message(world, oa, body.get("message")))


def _react(world: World, oa: Oa, to: Json, action: Any) -> Json:
    user = _user(world, oa, to.get("user_id"))
    known = {m["msg_id"] for m in user.messages}
    if not isinstance(action, dict) or action.get("react_message_id") not in known:
        raise invalid("react_message_id")
    if action.get("react_icon") not in ("/-strong", "/-heart", "/-remove"):
        raise invalid("react_icon")
    return {"message_id": action["react_message_id"], "user_id": user.id}


def show(world: World, user: User, parsed: Parsed, *, admin: str | None = None) -> Json:
    """Puts a message of the account on the person's screen, and tells the hook of it."""
    raw: Json = {"msg_id": world.ident(), "from": "oa", "at": world.ms(), "text": parsed.text}
    if parsed.buttons:
        raw["buttons"] = parsed.buttons
    if parsed.file is not None:
        raw["file"] = {"id": parsed.file.id, "kind": parsed.file.kind, "name": parsed.file.name}
    if parsed.url:
        raw["url"] = parsed.url
    if parsed.template == "request_user_info":
        raw["asks"] = "info"
    if admin is not None:
        raw["admin"] = admin
    user.messages.append(raw)
    world.counts["messages.shown"] += 1
    world.log.add("sent", user.id, world.clock.wall(), message=raw)
    return {"message_id": raw["msg_id"], "user_id": user.id, "sent_time": raw["at"]}
