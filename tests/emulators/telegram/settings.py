"""Methods about the bot itself: who it is, its webhook, its commands, its files, its answers to presses."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from .call import Call
from .delivery import DEFAULT_KINDS, Webhook
from .errors import bad
from .marks import utf16
from .sending import target
from .state import Json, World

MAX_DOWNLOAD = 20 * 1024 * 1024
LINK_LIFE = 3600
SCOPES = {
    "default", "all_private_chats", "all_group_chats", "all_chat_administrators",
    "chat", "chat_administrators", "chat_member",
}  # fmt: skip
KINDS = DEFAULT_KINDS | {
    "channel_post", "edited_channel_post", "inline_query", "chosen_inline_result", "shipping_query",
    "pre_checkout_query", "poll", "poll_answer", "chat_member", "chat_join_request", "message_reaction",
    "message_reaction_count", "chat_boost", "removed_chat_boost", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "purchased_paid_media",
}  # fmt: skip


class Said:
    """A result with words beside it, as setWebhook gives."""

    def __init__(self, result: Any, description: str) -> None:
        self.result, self.description = result, description


def get_me(world: World, call: Call) -> Json:
    return {
        **world.bot, "can_join_groups": True, "can_read_all_group_messages": False,
        "supports_inline_queries": False, "can_connect_to_business": False, "has_main_web_app": False,
    }  # fmt: skip


def _kinds(call: Call) -> tuple[str, ...] | None:
    """The checked allowed_updates, None when absent (which keeps what was asked before)."""
    kinds = call.json("allowed_updates")
    if kinds is None:
        return None
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise bad("can't parse allowed_updates: Expected an Array of String")
    if unknown := set(kinds) - KINDS:
        raise bad(f"unknown update types in allowed_updates: {', '.join(sorted(unknown))}")
    return tuple(kinds)


def _allow(world: World, kinds: tuple[str, ...] | None) -> None:
    if kinds is not None:
        world.delivery.allowed = frozenset(kinds) or DEFAULT_KINDS


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def set_webhook(world: World, call: Call) -> Said:
    url = call.text("url")
    if not url:
        return delete_webhook(world, call)
    if not _is_web_address(url):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    connections = call.integer("max_connections", 40)
    if not 1 <= connections <= 100:
        raise bad("bad webhook: max_connections must be between 1 and 100")
    secret = call.text("secret_token")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad("secret token contains unallowed characters")
    kinds = _kinds(call)
    webhook = Webhook(url, secret, connections, kinds)
    if webhook == world.delivery.webhook and not call.flag("drop_pending_updates"):
        return Said(True, "Webhook is already set")
    world.rates.check_webhook(world.clock.wall())
    _allow(world, kinds)
    if call.flag("drop_pending_updates"):
        world.delivery.drop_pending()
    world.poller.interrupt()
    world.delivery.set_webhook(webhook)
    return Said(True, "Webhook was set")


def delete_webhook(world: World, call: Call) -> Said:
    if call.flag("drop_pending_updates"):
        world.delivery.drop_pending()
    if world.delivery.webhook is None:
        return Said(True, "Webhook is already deleted")
    world.rates.check_webhook(world.clock.wall())
    world.delivery.set_webhook(None)
    return Said(True, "Webhook was deleted")


def get_webhook_info(world: World, call: Call) -> Json:
    world.delivery.drop_expired()
    webhook = world.delivery.webhook
    info: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.delivery.pending),
    }
    if webhook:
        info["max_connections"] = webhook.max_connections
        if world.delivery.last_error:
            info["last_error_date"], info["last_error_message"] = world.delivery.last_error
    if world.delivery.allowed != DEFAULT_KINDS:
        info["allowed_updates"] = sorted(world.delivery.allowed)
    return info


async def get_updates(world: World, call: Call) -> list[Json]:
    _allow(world, _kinds(call))
    return await world.poller.fetch(call.integer("offset"), call.integer("limit", 100), call.integer("timeout"))


def answer_callback_query(world: World, call: Call) -> bool:
    text = call.text("text")
    if utf16(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    query = world.queries.get(call.text("callback_query_id"))
    now = world.clock.wall()
    if query is None or query.answer is not None or now - query.pressed > world.answer_window:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    query.answer = {"text": text, "show_alert": call.flag("show_alert"), "url": call.text("url")}
    world.log.add("answered", query.chat_id, now, query_id=query.id, user_id=query.user_id, **query.answer)
    return True


def get_file(world: World, call: Call) -> Json:
    file = world.files.get(call.text("file_id"))
    if file is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if file.size > MAX_DOWNLOAD:
        raise bad("file is too big")
    file.expires = world.clock.wall() + LINK_LIFE
    unique = file.id[-16:]
    return {"file_id": file.id, "file_unique_id": unique, "file_size": file.size, "file_path": file.path}


def _scope(world: World, call: Call) -> tuple[str, str]:
    scope = call.json("scope") or {"type": "default"}
    if not isinstance(scope, dict) or scope.get("type") not in SCOPES:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    if scope["type"] in ("chat", "chat_administrators", "chat_member"):
        target(world, Call(call.method, {"chat_id": scope.get("chat_id")}))
    language = call.text("language_code")
    if language and not re.fullmatch("[a-z]{2}", language):
        raise bad("invalid language code specified")
    return json.dumps(scope, sort_keys=True), language


def set_my_commands(world: World, call: Call) -> bool:
    commands = call.json("commands")
    if not isinstance(commands, list) or not all(isinstance(item, dict) for item in commands):
        raise bad("can't parse commands: Expected an Array of BotCommand")
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for item in commands:
        if not re.fullmatch(r"/?[a-z0-9_]{1,32}", str(item.get("command", ""))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(item.get("description", "")).strip()) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_scope(world, call)] = [
        {"command": item["command"].removeprefix("/"), "description": item["description"]} for item in commands
    ]
    return True


def get_my_commands(world: World, call: Call) -> list[Json]:
    return world.commands.get(_scope(world, call), [])


def set_chat_menu_button(world: World, call: Call) -> bool:
    chat = target(world, call) if call.text("chat_id") else None
    button = call.json("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in ("commands", "default", "web_app"):
        raise bad("can't parse menu button: Unsupported type specified")
    if button["type"] == "web_app":
        app = button.get("web_app")
        if not button.get("text") or not isinstance(app, dict):
            raise bad("can't parse menu button: text and web_app must be non-empty")
        if not str(app.get("url", "")).startswith("https://"):
            raise bad("menu button Web App URL is invalid: Only HTTPS links are allowed")
    world.menu_buttons[chat.id if chat else None] = button
    return True


def log_out(world: World, call: Call) -> bool:
    """After it every call is refused, until the test logs the bot in again."""
    world.logged_out = True
    return True


def close(world: World, call: Call) -> bool:
    return True


METHODS: dict[str, Any] = {
    "getme": get_me,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "getupdates": get_updates,
    "answercallbackquery": answer_callback_query,
    "getfile": get_file,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "setchatmenubutton": set_chat_menu_button,
    "logout": log_out,
    "close": close,
}
