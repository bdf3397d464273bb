"""What people do: every act of a person or a group becomes the update Telegram would make of it."""

import re
from dataclasses import dataclass
from typing import Any

from .errors import ControlError
from .marks import utf16
from .markup import Markup, reply_rows
from .pictures import SMALL_JPEG, picture_size
from .state import Chat, Json, Message, Query, User, World

START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
OGG = b"OggS\x00\x02" + bytes(58)
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L"


@dataclass(frozen=True)
class Act:
    """What came of an act: the update (None when the bot did not ask for its kind) and what it concerned."""

    update_id: int | None
    message_id: int | None = None
    query_id: str | None = None
    url: str | None = None


class People:
    """Plays everyone but the bot."""

    def __init__(self, world: World) -> None:
        self._world = world

    def text(self, user: User, chat: Chat, text: str) -> Act:
        if not 1 <= utf16(text) <= 4096:
            raise ControlError("a person's app splits texts longer than 4096 characters and sends no empty ones")
        content: Json = {"text": text}
        if command := re.match(r"/[A-Za-z0-9_]{1,32}(@\w+)?", text):
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": command.end()}]
        return self._send(user, chat, content)

    def start(self, user: User, payload: str = "") -> Act:
        """Press Start, or follow a link t.me/bot?start=payload."""
        if payload and not START_PAYLOAD.fullmatch(payload):
            raise ControlError("a start payload is 1-64 of A-Z a-z 0-9 _ -")
        return self.text(user, self._world.chat(user.id), f"/start {payload}".strip())

    def photo(self, user: User, chat: Chat, data: bytes = SMALL_JPEG, caption: str = "", size: int = 0) -> Act:
        width, height = picture_size(data) or (1280, 960)
        file = self._world.add_file(data, "photos", "photo.jpg", size or None)
        sizes = [photo_size(file.id, file.size, width, height)]
        if max(width, height) > 320:
            small = self._world.add_file(data, "photos", "photo.jpg")
            scale = 320 / max(width, height)
            sizes.insert(0, photo_size(small.id, small.size, int(width * scale) or 1, int(height * scale) or 1))
        return self._send(user, chat, {"photo": sizes, **_captioned(caption)})

    def document(
        self, user: User, chat: Chat, data: bytes, name: str, caption: str = "", mime: str = "", size: int = 0
    ) -> Act:
        file = self._world.add_file(data, "documents", name, size or None)
        document = {**_file_json(file.id, file.size), "file_name": name}
        document["mime_type"] = mime or "application/octet-stream"
        return self._send(user, chat, {"document": document, **_captioned(caption)})

    def voice(self, user: User, chat: Chat, seconds: int = 3, data: bytes = OGG) -> Act:
        file = self._world.add_file(data, "voice", "voice.oga")
        voice = {**_file_json(file.id, file.size), "duration": seconds, "mime_type": "audio/ogg"}
        return self._send(user, chat, {"voice": voice})

    def sticker(self, user: User, chat: Chat, emoji: str = "👍") -> Act:
        file = self._world.add_file(WEBP, "stickers", "sticker.webp")
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        sticker = {**_file_json(file.id, file.size), **shape, "emoji": emoji, "set_name": "NguoiDan"}
        return self._send(user, chat, {"sticker": sticker})

    def contact(self, user: User, chat: Chat, phone: str, owner: User | None = None) -> Act:
        """Share a phone number: one's own, or the card of `owner`."""
        whose = owner or user
        contact: Json = {"phone_number": phone, "first_name": whose.first_name, "user_id": whose.id}
        return self._send(user, chat, {"contact": contact})

    def location(self, user: User, chat: Chat, latitude: float, longitude: float) -> Act:
        return self._send(user, chat, {"location": {"latitude": latitude, "longitude": longitude}})

    def edit(self, user: User, chat: Chat, message_id: int, text: str) -> Act:
        message = self._message(chat, message_id)
        if message.raw.get("from", {}).get("id") != user.id:
            raise ControlError("people edit their own messages only")
        field = "text" if "text" in message.raw else "caption"
        message.raw = {**message.raw, field: text, "edit_date": int(self._world.clock.wall())}
        update = self._world.delivery.add("edited_message", message.raw, chat_id=chat.id, user_id=user.id)
        return Act(update, message_id)

    def press(self, user: User, chat: Chat, label: str = "", data: str = "", message_id: int | None = None) -> Act:
        """Press a button by label or by callback data, of one message or of the newest that has it.

        A label need not be complete ("Xong" finds "✅ Xong") as long as it names one button.
        """
        if message_id is not None:
            message = self._message(chat, message_id)
            button = find_button(inline_rows(message), label, data)
            if button is not None:
                return self._press_inline(user, chat, message, button)
            raise ControlError(f"message {message_id} has no button {label or data!r}")
        shown = [m for m in reversed(chat.messages.values()) if m.from_bot]
        for message in shown[:1]:
            if button := find_button(inline_rows(message), label, data):
                return self._press_inline(user, chat, message, button)
        if chat.keyboard and label and (button := find_button(reply_rows(chat.keyboard), label, "")):
            return self._press_reply(user, chat, chat.keyboard, button)
        for message in shown[1:]:
            if button := find_button(inline_rows(message), label, data):
                return self._press_inline(user, chat, message, button)
        raise ControlError(f"no button {label or data!r} in chat {chat.id}")

    def block(self, user: User, blocked: bool = True) -> Act:
        """Block the bot, or let it write again."""
        if user.blocked == blocked:
            return Act(None)
        user.blocked = blocked
        return self._membership(user, self._world.chat(user.id), "member", "kicked", reverse=not blocked)

    def kick(self, user: User, chat: Chat) -> Act:
        """Put the bot out of a group."""
        chat.kicked = True
        return self._membership(user, chat, "member", "left")

    def migrate(self, chat: Chat) -> Chat:
        """The group becomes a supergroup with another id; the bot is told in both."""
        if chat.kind != "group" or chat.migrated_to:
            raise ControlError("only a basic group can become a supergroup, once")
        new = self._world.add_group(chat.title, supergroup=True)
        new.members = set(chat.members)
        chat.migrated_to = new.id
        owner = self._world.user(next(iter(chat.members))) if chat.members else self._world.add_user("Chủ nhóm")
        self._send(owner, chat, {"migrate_to_chat_id": new.id})
        self._send(owner, new, {"migrate_from_chat_id": chat.id})
        return new

    def _membership(self, user: User, chat: Chat, old: str, new: str, *, reverse: bool = False) -> Act:
        old, new = (new, old) if reverse else (old, new)
        change = {
            "chat": chat.json(),
            "from": user.json(),
            "date": int(self._world.clock.wall()),
            "old_chat_member": self._member(old),
            "new_chat_member": self._member(new),
        }
        return Act(self._world.delivery.add("my_chat_member", change, chat_id=chat.id, user_id=user.id))

    def _member(self, status: str) -> Json:
        member: Json = {"user": self._world.bot, "status": status}
        return {**member, "until_date": 0} if status == "kicked" else member

    def _send(self, user: User, chat: Chat, content: Json) -> Act:
        if chat.private:
            if user.blocked:
                raise ControlError("a person who blocked the bot has to unblock it before writing")
            user.wrote = True
        elif user.id not in chat.members:
            chat.members.add(user.id)
        raw = {
            "message_id": self._world.next_message_id(chat),
            "from": user.json(),
            "chat": chat.json(),
            "date": int(self._world.clock.wall()),
            **content,
        }
        chat.messages[raw["message_id"]] = Message(raw, from_bot=False)
        update = self._world.delivery.add("message", raw, chat_id=chat.id, user_id=user.id)
        return Act(update, raw["message_id"])

    def _press_inline(self, user: User, chat: Chat, message: Message, button: Json) -> Act:
        if "callback_data" not in button:
            return Act(None, message.id, url=button.get("url"))
        if chat.private and user.blocked:
            raise ControlError("a person who blocked the bot has to unblock it before pressing its buttons")
        query = Query(str(self._world.chance.getrandbits(62)), user.id, chat.id, self._world.clock.wall())
        self._world.queries[query.id] = query
        content = {
            "id": query.id,
            "from": user.json(),
            "message": message.raw,
            "chat_instance": str(chat.id * 7919),
            "data": button["callback_data"],
        }
        update = self._world.delivery.add("callback_query", content, chat_id=chat.id, user_id=user.id)
        return Act(update, message.id, query.id)

    def _press_reply(self, user: User, chat: Chat, keyboard: Markup, button: Json) -> Act:
        if keyboard.get("one_time_keyboard"):
            chat.keyboard = None
        if button.get("request_contact"):
            return self.contact(user, chat, f"+849{user.id % 10**8:08d}")
        if button.get("request_location"):
            return self.location(user, chat, 21.0278, 105.8342)
        return self.text(user, chat, button["text"])

    def _message(self, chat: Chat, message_id: int) -> Message:
        try:
            return chat.messages[message_id]
        except KeyError:
            raise ControlError(f"no message {message_id} in chat {chat.id}") from None


def inline_rows(message: Message) -> list[list[Json]]:
    rows: list[list[Json]] = message.raw.get("reply_markup", {}).get("inline_keyboard", [])
    return rows


def find_button(rows: list[list[Json]], label: str, data: str) -> Json | None:
    """The button with this callback data, or this label, or the only one whose label contains it."""
    buttons = [button for row in rows for button in row]
    if data:
        return next((b for b in buttons if b.get("callback_data") == data), None)
    exact = next((b for b in buttons if b["text"] == label), None)
    if exact is not None:
        return exact
    near = [b for b in buttons if label.casefold() in b["text"].casefold()]
    if len(near) > 1:
        raise ControlError(f"{label!r} fits several buttons: {[b['text'] for b in near]}")
    return near[0] if near else None


def photo_size(file_id: str, size: int, width: int, height: int) -> Json:
    return {**_file_json(file_id, size), "width": width, "height": height}


def _file_json(file_id: str, size: int) -> Json:
    return {"file_id": file_id, "file_unique_id": file_id[-16:], "file_size": size}


def _captioned(caption: str) -> dict[str, Any]:
    return {"caption": caption} if caption else {}
