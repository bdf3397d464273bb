"""What Telegram remembers: people, chats, messages, files, and a log of everything the bot did."""

import random
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.clock import Clock
from tests.emulators.log import Log

from .delivery import Delivery
from .errors import ControlError
from .faults import Faults
from .markup import Markup
from .polling import Poller
from .rates import Limits, Rates

Json = dict[str, Any]


@dataclass(eq=False)
class User:
    """A person's account. wrote: has written to the bot in private, so the bot may write back."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "vi"
    wrote: bool = False
    blocked: bool = False
    deactivated: bool = False

    def json(self) -> Json:
        raw: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            if value := getattr(self, name):
                raw[name] = value
        return raw


@dataclass(eq=False)
class Message:
    """A message now on screen. `raw` is never changed in place: an edit replaces it."""

    raw: Json
    from_bot: bool
    editable: bool = True

    @property
    def id(self) -> int:
        return int(self.raw["message_id"])


@dataclass(eq=False)
class Chat:
    id: int
    kind: str
    title: str = ""
    user: User | None = None
    members: set[int] = field(default_factory=set)
    messages: dict[int, Message] = field(default_factory=dict)
    keyboard: Markup | None = None
    migrated_to: int | None = None
    kicked: bool = False
    own_ids: int = 0

    @property
    def private(self) -> bool:
        return self.kind == "private"

    def json(self) -> Json:
        raw: Json = {"id": self.id, "type": self.kind}
        if self.user is None:
            return {**raw, "title": self.title}
        raw["first_name"] = self.user.first_name
        for name in ("last_name", "username"):
            if value := getattr(self.user, name):
                raw[name] = value
        return raw


@dataclass(eq=False)
class File:
    """A stored file; `size` may be larger than the data kept (a big file nobody needs to read)."""

    id: str
    data: bytes
    size: int
    path: str
    expires: float = 0.0


@dataclass(eq=False)
class Query:
    """A button press waiting for its answer."""

    id: str
    user_id: int
    chat_id: int
    pressed: float
    answer: Json | None = None


class World:
    """One bot and all the people around it."""

    def __init__(
        self, token: str, *, limits: Limits, time_scale: float, answer_window: float, chance: random.Random
    ) -> None:
        self.token = token
        self.answer_window = answer_window
        self.chance = chance
        self.bot: Json = {
            "id": int(token.split(":")[0]), "is_bot": True, "first_name": "Trợ lý", "username": "tro_ly_bot"
        }  # fmt: skip
        self.clock = Clock(time_scale)
        self.counts: Counter[str] = Counter()
        self.faults = Faults(chance)
        self.rates = Rates(limits)
        self.delivery = Delivery(self.clock, self.faults, chance, self.counts)
        self.poller = Poller(self.clock, self.delivery, self.faults)
        self.log = Log()
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, File] = {}
        self.paths: dict[str, File] = {}
        self.queries: dict[str, Query] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.menu_buttons: dict[int | None, Json] = {}
        self.logged_out = False
        self._message_ids = 0
        self._user_ids = 5_000_000_000
        self._group_ids = 4_000_000_000

    def add_user(self, name: str, user_id: int | None = None, **more: Any) -> User:
        """Create a person (by default with an id above 2^31); a known id gives the known person."""
        if user_id is None:
            self._user_ids += 1
            user_id = self._user_ids
        if user_id in self.users:
            return self.users[user_id]
        user = User(user_id, name, **more)
        self.users[user.id] = user
        self.chats[user.id] = Chat(user.id, "private", user=user)
        return user

    def add_group(self, title: str, *, supergroup: bool = False, chat_id: int | None = None) -> Chat:
        self._group_ids += 1
        if chat_id is None:
            chat_id = -1_000_000_000_000 - self._group_ids if supergroup else -self._group_ids
        chat = Chat(chat_id, "supergroup" if supergroup else "group", title=title)
        self.chats[chat.id] = chat
        return chat

    def user(self, user_id: int) -> User:
        try:
            return self.users[user_id]
        except KeyError:
            raise ControlError(f"no such person: {user_id}") from None

    def chat(self, chat_id: int) -> Chat:
        try:
            return self.chats[chat_id]
        except KeyError:
            raise ControlError(f"no such chat: {chat_id}") from None

    def next_message_id(self, chat: Chat) -> int:
        """Supergroups count for themselves; all other chats of the bot share one count."""
        if chat.kind == "supergroup":
            chat.own_ids += 1
            return chat.own_ids
        self._message_ids += 1
        return self._message_ids

    def add_file(self, data: bytes, folder: str, name: str = "", size: int | None = None) -> File:
        number = len(self.files)
        suffix = match[0] if (match := re.search(r"\.[A-Za-z0-9]{1,8}$", name)) else ""
        file = File(
            f"BQACAgUAAxkBAAI{self.chance.getrandbits(96):024x}{number:x}", data,
            len(data) if size is None else size, f"{folder}/file_{number}{suffix}",
        )  # fmt: skip
        self.files[file.id] = file
        self.paths[file.path] = file
        return file
