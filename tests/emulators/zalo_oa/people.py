"""What people do: every act becomes the event Zalo would make of it."""

import json
from dataclasses import dataclass
from typing import Any

from .checks import Parsed
from .delivery import Delivery
from .errors import ControlError
from .sending import show
from .world import DAY, Json, Oa, User, World

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\x0d\xefF\xb8\x00\x00\x00\x00IEND\xaeB`\x82"
)


@dataclass(frozen=True)
class Act:
    """What came of an act: the event's number and the message's id; None where the hook is not told."""

    event: int | None
    msg_id: str | None = None
    url: str | None = None


class People:
    """Plays everybody but the app: people, visitors, the account's own staff."""

    def __init__(self, world: World, delivery: Delivery, root: Any) -> None:
        self._world = world
        self._delivery = delivery
        self._root = root

    # --- messages ---

    def text(self, user: User, text: str, *, quote: str | None = None) -> Act:
        if not text:
            raise ControlError("nobody sends nothing")
        more = {"quote_msg_id": quote} if quote else {}
        return self._send(user, "text", {"text": text, **more}, text)

    def press(self, user: User, label: str = "", payload: str = "", msg_id: str | None = None) -> Act:
        """A button by its label or payload, of one message or of the newest that has it: it comes as typed text."""
        button = self._button(user, label, payload, msg_id)
        kind, carried = button["type"], button["payload"]
        if kind == "oa.open.url":
            return Act(None, url=carried["url"])
        if not kind.startswith("oa.query."):
            return Act(None)
        return self._send(user, "text", {"text": carried}, carried if kind == "oa.query.show" else "")

    def _button(self, user: User, label: str, payload: str, msg_id: str | None) -> Json:
        for message in reversed(user.messages):
            if msg_id is not None and message["msg_id"] != msg_id:
                continue
            buttons: list[Json] = message.get("buttons", [])
            for button in buttons:
                if (label and button["title"] == label) or (payload and button["payload"] == payload):
                    return button
            near = [b for b in buttons if label and label.lower() in b["title"].lower()]
            if len(near) == 1:
                return near[0]
        raise ControlError(f"no button {label or payload!r} for {user.name}")

    def picture(self, user: User, data: bytes = PNG, caption: str = "") -> Act:
        url = self.media(user.oa, data, "anh.png")
        attachment = {"type": "image", "payload": {"thumbnail": url, "url": url}}
        words = {"text": caption} if caption else {}
        return self._send(user, "image", {**words, "attachments": [attachment]}, caption or "[ảnh]", url=url)

    def file(self, user: User, data: bytes, name: str) -> Act:
        url = self.media(user.oa, data, name)
        kind = name.rpartition(".")[2]
        payload = {"url": url, "name": name, "size": str(len(data)), "type": kind, "checksum": ""}
        return self._send(user, "file", {"attachments": [{"type": "file", "payload": payload}]}, name, url=url)

    def attachment(self, user: User, kind: str, payload: Json, text: str = "") -> Act:
        """sticker, gif, audio, video, link, location, business_card or anything else."""
        shape = "link" if kind == "business_card" else kind
        words = {"text": text} if text else {}
        return self._send(user, kind, {**words, "attachments": [{"type": shape, "payload": payload}]}, f"[{kind}]")

    def sticker(self, user: User) -> Act:
        return self.attachment(user, "sticker", {"id": "1", "url": f"{self._root()}/media/sticker"})

    def voice(self, user: User) -> Act:
        return self.attachment(user, "audio", {"url": f"{self._root()}/media/voice.amr"})

    def location(self, user: User, latitude: float, longitude: float) -> Act:
        where = {"latitude": str(latitude), "longitude": str(longitude)}
        return self.attachment(user, "location", {"coordinates": where})

    def card(self, user: User, phone: str = "84912345678") -> Act:
        told = json.dumps({"phone": phone, "qrCodeUrl": "https://qr.zalo.me/x"})
        return self.attachment(user, "business_card", {"description": told, "url": "", "thumbnail": ""})

    def media(self, oa: Oa, data: bytes, name: str) -> str:
        """Where Zalo keeps something a person sent."""
        return f"{self._root()}/media/{self._world.add_media(data, name, oa).id}"

    def _send(self, user: User, kind: str, message: Json, shown: str, *, url: str | None = None) -> Act:
        self._interacts(user)
        msg_id = self._world.ident()
        raw = {"msg_id": msg_id, "from": "person", "at": self._world.ms(), "text": shown}
        user.messages.append(raw)
        self._world.log.add("said", user.id, self._world.clock.wall(), message=raw)
        content: Json = {
            "sender": {"id": user.id}, "user_id_by_app": f"9{user.id[1:]}", "recipient": {"id": user.oa.id},
            "event_name": f"{'anonymous' if user.conversation else 'user'}_send_{kind}",
            "message": {**message, "msg_id": msg_id},
        }  # fmt: skip
        if user.conversation:
            content["message"]["conversation_id"] = user.conversation
            del content["user_id_by_app"]
        return Act(self._tell(content, user), msg_id, url)

    def _interacts(self, user: User) -> None:
        user.last = self._world.clock.wall()

    def _tell(self, content: Json, user: User, *, echo: bool = False) -> int | None:
        if not user.oa.granted:
            return None
        event = self._delivery.add(content, user.id, echo=echo)
        return event.id if event else None

    # --- what is no message ---

    def follow(self, user: User, follows: bool = True) -> Act:
        user.follows = follows
        if follows:
            self._interacts(user)
        content = {
            "oa_id": user.oa.id, "follower": {"id": user.id}, "user_id_by_app": f"9{user.id[1:]}",
            "event_name": "follow" if follows else "unfollow", "source": "oa_profile",
        }  # fmt: skip
        return Act(self._tell(content, user))

    def chatnow(self, user: User) -> Act:
        self._interacts(user)
        content = {"oa_id": user.oa.id, "user_id": user.id, "user_id_by_app": "9", "event_name": "user_click_chatnow"}
        return Act(self._tell(content, user))

    def submit_info(self, user: User, phone: str = "84912345678") -> Act:
        self._interacts(user)
        numbers, side = self._world.switches.numbers, self._world.switches.info_side
        person, oa = {"id": user.id}, {"id": user.oa.id}
        content = {
            "event_name": "user_submit_info", "sender": person if side == "sender" else oa,
            "recipient": oa if side == "sender" else person,
            "info": {"name": user.name, "phone": int(phone) if numbers else phone, "user_dob": "30/10/1960",
                     "gender": "Nữ", "full_address": {"user_city": "Tỉnh Thử", "user_ward": "Xã Thí Điểm"}},
        }  # fmt: skip
        return Act(self._tell(content, user))

    def withdraw(self, user: User) -> Act:
        content = {"event_name": "user_withdraw", "sender": {"id": user.id}, "recipient": {"id": user.oa.id}}
        return Act(self._tell(content, user))

    def tagged(self, user: User, name: str = "xa-31441") -> Act:
        """Somebody of the staff tags him."""
        return self.tag_changed(user, "add_user_to_tag", name)

    def tag_changed(self, user: User, event: str, name: str) -> Act:
        """The hook is told of a tag that was put on or taken off, by whomever."""
        ids = [int(user.id) if self._world.switches.numbers else user.id]
        content = {"event_name": event, "oa_id": user.oa.id, "tag": {"user_ids": ids, "name": name}}
        return Act(self._tell(content, user, echo=True))

    def joined(self, user: User) -> Act:
        """He was let into a group of the account."""
        words = {"accept": "accept_request_join_group", "react": "react_request_join_group_accept"}
        content = {"event_name": words[self._world.switches.group_words], "oa_id": user.oa.id,
                   "recipient": {"id": "g1"}, "sender": {"id": user.id}}  # fmt: skip
        return Act(self._tell(content, user))

    def other(self, user: User, content: Json) -> Act:
        """Any event: `{"event_name": ...}` with whatever members; {user} and {oa} in texts are filled in."""
        text = json.dumps(content).replace("{user}", user.id).replace("{oa}", user.oa.id)
        return Act(self._tell(json.loads(text), user))

    def silent(self, user: User, days: float) -> Act:
        """The person's last interaction was so many days ago."""
        user.last = self._world.clock.wall() - days * DAY
        return Act(None)

    # --- the account's side ---

    def staff(self, user: User, text: str, admin: str = "5555555555555555555") -> Act:
        """Somebody of the staff writes in the account's chat tool."""
        answer = show(self._world, user, Parsed(text), admin=admin)
        return Act(self.echo(user, user.messages[-1]), answer["message_id"])

    def echo(self, user: User, raw: Json) -> int | None:
        """What the hook is told of a message of the account: the app's own too, then without an admin."""
        kind = "text"
        if "file" in raw:
            kind = "file" if raw["file"]["kind"] == "file" else "image"
        admin = {"admin_id": raw["admin"]} if "admin" in raw else {}
        visitor = "anonymous_" if user.conversation else ""
        more = {"conversation_id": user.conversation} if user.conversation else {}
        content = {
            "sender": {"id": user.oa.id, **admin}, "recipient": {"id": user.id},
            "event_name": f"oa_send_{visitor}{kind}",
            "message": {"text": raw["text"], "msg_id": raw["msg_id"], **more},
        }  # fmt: skip
        return self._tell(content, user, echo=not admin)

    def received(self, user: User, raw: Json) -> None:
        """The hook is told that the message has come, and was seen."""
        both = {"sender": {"id": user.oa.id}, "recipient": {"id": user.id}}
        came = {**both, "event_name": "user_received_message", "message": {"msg_id": raw["msg_id"]}}
        saw = {**both, "event_name": "user_seen_message", "message": {"msg_ids": [raw["msg_id"]]}}
        self._tell(came, user, echo=True)
        self._tell(saw, user, echo=True)
