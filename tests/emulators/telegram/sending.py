"""Methods that send, edit and delete messages."""

import json
from typing import Any

from .call import Call, Upload
from .entities import parse
from .errors import ApiError, bad, forbidden
from .marks import Entity, utf16
from .markup import Markup, read_markup
from .people import photo_size
from .pictures import picture_size
from .state import Chat, Json, Message, World

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_PHOTO = 10 * 1024 * 1024
MAX_UPLOAD = 50 * 1024 * 1024
DELETABLE = 48 * 3600
ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
        "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    }
)  # fmt: skip


def target(world: World, call: Call) -> Chat:
    """The chat a call names; raises ApiError when the bot cannot reach it."""
    if not call.text("chat_id"):
        raise bad("chat_id is empty")
    chat_id = call.chat_id()
    chat = None if chat_id is None else world.chats.get(chat_id)
    if chat is None:
        raise bad("chat not found")
    if chat.migrated_to:
        raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    if chat.kicked:
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    user = chat.user
    if user is not None:
        if user.deactivated:
            raise forbidden("user is deactivated")
        if user.blocked:
            raise forbidden("bot was blocked by the user")
        if not user.wrote:
            if any(user.id in other.members for other in world.chats.values()):
                raise forbidden("bot can't initiate conversation with a user")
            raise bad("chat not found")
    return chat


def _text(call: Call) -> Json:
    text, entities = parse(call.text("text"), call.text("parse_mode"), call.json("entities"))
    if not text:
        raise bad("message text is empty")
    if utf16(text) > MAX_TEXT:
        raise bad("message is too long" if call.method.lower() == "sendmessage" else "MESSAGE_TOO_LONG")
    return _with(entities, "entities", {"text": text})


def _caption(call: Call) -> Json:
    text, entities = parse(call.text("caption"), call.text("parse_mode"), call.json("caption_entities"))
    if utf16(text) > MAX_CAPTION:
        raise bad("message caption is too long")
    return _with(entities, "caption_entities", {"caption": text}) if text else {}


def _with(entities: list[Entity], name: str, content: Json) -> Json:
    return {**content, name: entities} if entities else content


def send_message(world: World, call: Call) -> Json:
    chat = target(world, call)
    content = _text(call)
    return _send(world, chat, call, content)


def send_photo(world: World, call: Call) -> Json:
    chat = target(world, call)
    content = _caption(call)
    return _send(world, chat, call, {"photo": _photo(world, call), **content})


def send_document(world: World, call: Call) -> Json:
    chat = target(world, call)
    content = _caption(call)
    return _send(world, chat, call, {"document": _document(world, call), **content})


def _upload(call: Call, name: str) -> Upload | str:
    """The file of a field: uploaded in it, uploaded beside it (attach://), or the id of a known one."""
    if upload := call.files.get(name):
        found: Upload | None = upload
    else:
        value = call.text(name)
        if not value:
            raise bad(f"there is no {name} in the request")
        if not value.startswith("attach://"):
            return value
        found = call.files.get(value.removeprefix("attach://"))
    if found is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if not found.data:
        raise bad("file must be non-empty")
    if len(found.data) > MAX_UPLOAD:
        raise ApiError(413, "Request Entity Too Large")
    return found


def _photo(world: World, call: Call) -> list[Json]:
    given = _upload(call, "photo")
    if isinstance(given, str):
        _check_known(world, given)
        file = world.files[given]
        width, height = picture_size(file.data) or (1, 1)
    else:
        if len(given.data) > MAX_PHOTO:
            raise bad(f"file of size {len(given.data)} bytes is too big for a photo; the maximum is {MAX_PHOTO}")
        size = picture_size(given.data)
        if size is None:
            raise bad("IMAGE_PROCESS_FAILED")
        width, height = size
        if not (width and height) or width + height > 10_000 or max(size) > 20 * min(size):
            raise bad("PHOTO_INVALID_DIMENSIONS")
        file = world.add_file(given.data, "photos", "photo.jpg")
    return [photo_size(file.id, file.size, width, height)]


def _document(world: World, call: Call) -> Json:
    given = _upload(call, "document")
    if isinstance(given, str):
        _check_known(world, given)
        file, name, mime = world.files[given], "file", "application/octet-stream"
    else:
        file = world.add_file(given.data, "documents", given.name)
        name, mime = given.name, given.mime
    return {
        "file_id": file.id, "file_unique_id": file.id[-16:], "file_size": file.size,
        "file_name": name, "mime_type": mime,
    }  # fmt: skip


def _check_known(world: World, file_id: str) -> None:
    if file_id not in world.files:
        what = "failed to get HTTP URL content" if "://" in file_id else "wrong file identifier/HTTP URL specified"
        raise bad(what)


def _send(world: World, chat: Chat, call: Call, content: Json) -> Json:
    """Store a checked message and show it in the chat."""
    markup = read_markup(call, private=chat.private) if "reply_markup" in call.values else None
    reply = _reply(chat, call)
    now = world.clock.wall()
    world.rates.check_send(chat.id, not chat.private, now)
    message_id = world.next_message_id(chat)
    raw: Json = {
        "message_id": message_id, "from": world.bot, "chat": chat.json(), "date": int(now), **content, **reply
    }  # fmt: skip
    if call.flag("protect_content"):
        raw["has_protected_content"] = True
    inline = markup is not None and "inline_keyboard" in markup
    if markup and inline and any(markup["inline_keyboard"]):
        raw["reply_markup"] = markup
    elif markup and markup.get("remove_keyboard"):
        chat.keyboard = None
    elif markup and "keyboard" in markup:
        chat.keyboard = markup
    chat.messages[message_id] = Message(raw, from_bot=True, editable=markup is None or inline)
    world.log.add("sent", chat.id, now, message=raw, **({"markup": markup} if markup and not inline else {}))
    return raw


def _reply(chat: Chat, call: Call) -> Json:
    """The message answered to, if any."""
    given = call.json("reply_parameters") if "reply_parameters" in call.values else None
    if given is None:
        if "reply_to_message_id" not in call.values:
            return {}
        given = {
            "message_id": call.integer("reply_to_message_id"),
            "allow_sending_without_reply": call.flag("allow_sending_without_reply"),
        }
    if not isinstance(given, dict) or not isinstance(given.get("message_id"), int):
        raise bad("can't parse reply parameters JSON object")
    answered = chat.messages.get(given["message_id"])
    if answered is None:
        if given.get("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")
    return {"reply_to_message": {k: v for k, v in answered.raw.items() if k != "reply_to_message"}}


def send_chat_action(world: World, call: Call) -> bool:
    chat = target(world, call)
    action = call.text("action")
    if action not in ACTIONS:
        raise bad("wrong parameter action in request")
    world.log.add("action", chat.id, world.clock.wall(), action=action)
    return True


def _to_edit(world: World, call: Call) -> tuple[Chat, Message]:
    if call.text("inline_message_id"):
        raise bad("MESSAGE_ID_INVALID")
    chat = target(world, call)
    if not call.text("message_id"):
        raise bad("message identifier is not specified")
    message = chat.messages.get(call.integer("message_id"))
    if message is None:
        raise bad("message to edit not found")
    if not message.from_bot or not message.editable:
        raise bad("message can't be edited")
    return chat, message


def _edit(world: World, call: Call, chat: Chat, message: Message, content: Json, dropped: tuple[str, ...]) -> Json:
    """Replace parts of a message; the keyboard goes unless it is given again."""
    markup: Markup | None = read_markup(call, private=chat.private, inline_only=True)
    kept = {k: v for k, v in message.raw.items() if k not in (*dropped, "reply_markup", "edit_date")}
    raw: Json = {**kept, **content}
    if markup and any(markup["inline_keyboard"]):
        raw["reply_markup"] = markup
    before = {k: v for k, v in message.raw.items() if k != "edit_date"}
    if json.dumps(raw, sort_keys=True) == json.dumps(before, sort_keys=True):
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    now = world.clock.wall()
    raw["edit_date"] = int(now)
    message.raw = raw
    world.log.add("edited", chat.id, now, message=raw)
    return raw


def edit_message_text(world: World, call: Call) -> Json:
    chat, message = _to_edit(world, call)
    content = _text(call)
    if "text" not in message.raw:
        raise bad("there is no text in the message to edit")
    return _edit(world, call, chat, message, content, ("text", "entities"))


def edit_message_caption(world: World, call: Call) -> Json:
    chat, message = _to_edit(world, call)
    content = _caption(call)
    if "text" in message.raw:
        raise bad("there is no caption in the message to edit")
    return _edit(world, call, chat, message, content, ("caption", "caption_entities"))


def edit_message_reply_markup(world: World, call: Call) -> Json:
    chat, message = _to_edit(world, call)
    return _edit(world, call, chat, message, {}, ())


def delete_message(world: World, call: Call) -> bool:
    chat = target(world, call)
    message = chat.messages.get(call.integer("message_id"))
    if message is None:
        raise bad("message to delete not found")
    now = world.clock.wall()
    if now - message.raw["date"] > DELETABLE or not (message.from_bot or chat.private):
        raise bad("message can't be deleted")
    del chat.messages[message.id]
    world.log.add("deleted", chat.id, now, message_id=message.id)
    return True


METHODS: dict[str, Any] = {
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "senddocument": send_document,
    "sendchataction": send_chat_action,
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
}
