"""A turn: one incoming message, what is known of its sender, and what is said in answer. Knows no channel."""

import datetime as dt
import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal, Protocol

from content.knowledge import Knowledge
from content.roster import Roster
from content.whole import Whole
from handlers.booklet import Booklet, MemberSheets
from storage.activity import Active, Plan
from storage.memory import Memory
from storage.people import Chat
from storage.periods import Period
from storage.reach import Windows
from storage.roster import Slip
from storage.scope import Scope

"""Viet Nam has kept UTC+7 without summer time since 1975, so a fixed zone is exact for every date we handle."""


class Kind(StrEnum):
    """What sort of thing came in."""

    TEXT = "text"
    PRESS = "press"
    PHOTO = "photo"
    FILE = "file"
    LOCATION = "location"
    CONTACT = "contact"
    STICKER = "sticker"
    VOICE = "voice"
    EDITED = "edited"
    LEFT = "left"
    """The person blocked us or left: nothing can be said."""
    STAFF = "staff"
    """Not the person but somebody of the staff wrote to him in this chat, past us."""
    WITHDRAWN = "withdrawn"
    """The person told the platform that nothing may be kept of him."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Picture:
    """What was read of a picture somebody sent. Lives for its turn only: nothing of it is stored or logged."""

    codes: tuple[str, ...]
    """The text of every code found in it, each once."""
    problem: str | None = None
    """Why it could not be read, a short name of the reader's; None when it could, even with no code in it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read of a spreadsheet somebody sent. Lives for its turn only."""

    roster: Roster | None
    problem: str | None = None
    """Why there is no list in it, a reason of `content.roster.Refused` or of the reader's; None when there is one."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a person sent, the same on every channel."""

    address: str
    """Where to answer on that channel; personal data: never logged, never stored in the clear."""
    kind: Kind
    text: str = ""
    """The typed text, a caption, or for a press the value of the button."""
    at: dt.datetime | None = None
    """When the platform says it was sent."""
    origin: str | None = None
    """For a press: the platform's id of the message that carried the button."""
    file_name: str | None = None
    reference: str | None = None
    """What the channel fetches the picture or spreadsheet by; opens it, so it is treated like the thing itself."""
    picture: Picture | None = None
    """For a photo, or a file that is one, once it was fetched and read; None when nobody looked into it."""
    sheet: Sheet | None = None
    """For a spreadsheet of somebody with a role, once it was fetched and read."""
    group: bool = False
    """Written in a group, where we do not talk about anybody's matters."""
    author: str | None = None
    """For words of the staff: the platform's id of who wrote them."""
    commune: str | None = None
    """The commune whose own account was written to, if it is one commune's."""
    passing: bool = False
    """From a visitor the platform knows only for this visit: he is served, and never asked to stay."""


Style = Literal["main", "plain", "danger"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing the person can answer with: a button, a number, or the label typed."""

    label: str
    value: str
    """At most 64 ASCII bytes, the smallest limit among the channels (Telegram's callback_data)."""
    style: Style = "plain"
    url: str | None = None
    """Opens a page instead of answering; only addresses of the allow-list."""
    number: int | None = None
    """A number of its own instead of its place in the list."""


@dataclass(frozen=True, slots=True)
class File:
    """A small file to hand over."""

    name: str
    mime: str
    data: bytes
    kind: Literal["photo", "file"] = "file"


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to the person. `**bold**` is the only markup."""

    text: str
    choices: tuple[Choice, ...] = ()
    files: tuple[File, ...] = ()
    replaces: bool = False
    """May take the place of the message whose button was pressed, where the channel can edit."""


def to_notice(reply: Reply) -> bytes:
    """A reply as it waits until it can be told; it carries no files."""
    choices = [[choice.label, choice.value, choice.style] for choice in reply.choices]
    return json.dumps({"text": reply.text, "choices": choices}, ensure_ascii=False).encode()


def from_notice(body: bytes) -> Reply:
    """The reply that was kept."""
    kept = json.loads(body)
    return Reply(kept["text"], tuple(Choice(label, value, style) for label, value, style in kept["choices"]))


@dataclass(frozen=True, slots=True)
class Passed:
    """Words of one of two people in a talk, for the other."""

    request_id: int
    to: int
    text: str


def joined(replies: Sequence[Reply]) -> list[Reply]:
    """The same words in fewer messages: one that asks nothing and carries nothing is said with the one after it."""
    out: list[Reply] = []
    for reply in replies:
        before = out[-1] if out else None
        if before is not None and not before.choices and not before.files:
            text, replaces = f"{before.text}\n\n{reply.text}", before.replaces or reply.replaces
            out[-1] = replace(reply, text=text, replaces=replaces)
        else:
            out.append(reply)
    return out


@dataclass(slots=True)
class State:
    """Where a chat stands besides its guide: the conversation in hand, its data, and the last choices sent."""

    flow: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    offered: list[tuple[int, str, str]] = field(default_factory=list)

    def enter(self, flow: str, **data: Any) -> None:
        """Begins or goes on in a conversation."""
        self.flow, self.data = flow, data

    def leave(self) -> None:
        """Ends the conversation in hand."""
        self.flow, self.data = None, {}

    def to_json(self) -> dict[str, Any]:
        """As stored with the chat."""
        return {"flow": self.flow, "data": self.data, "offered": [list(o) for o in self.offered]}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "State":
        """As stored with the chat; what another version wrote otherwise is dropped, never an error."""
        flow, data = stored.get("flow"), stored.get("data")
        offered = _triples(stored.get("offered"))
        if isinstance(flow, str | None) and isinstance(data, dict):
            return cls(flow, data, offered)
        return cls(offered=offered)


def _triples(stored: Any) -> list[tuple[int, str, str]]:
    """The stored choices that are whole."""
    rows = stored if isinstance(stored, list) else []
    lists = [r for r in rows if isinstance(r, list) and len(r) == 3]
    return [(n, t, v) for n, t, v in lists if isinstance(n, int) and isinstance(t, str) and isinstance(v, str)]


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that was drawn before its turn. Lives for its turn only, as codes may stand on it."""

    asked: object
    """What it was drawn from: it serves only a turn that asks for the same."""
    keeps: Any
    """What was chosen for it, and is to be used again."""
    file: File | None
    problem: str | None = None
    """The class of what went wrong; None when there is a file."""


class Missing(Exception):
    """A turn that cannot end before a long work is done: it is undone, and begun anew when the paper is there.

    So nobody waits for a transaction that only draws, and what stands on the paper is stored with its message or not
    at all.
    """

    def __init__(self, asked: object, keeps: Any, make: Callable[[], File]) -> None:
        super().__init__("a paper is to be drawn first")
        self.asked, self.keeps = asked, keeps
        self._make = make

    def draw(self) -> Paper:
        """The paper; takes long."""
        return Paper(self.asked, self.keeps, self._make())


class Documents(Protocol):
    """Makes files. Some tenths of a second's work: done beside the loop, not in it; what takes longer, see Paper."""

    def make(self, kind: str, booklet: Booklet) -> File:
        """A file of that kind (xlsx, docx, png). Raises TemplateRefused."""
        ...

    def member_sheets(self, made: MemberSheets) -> File:
        """Who logged what, as an Excel file."""
        ...

    def leaflet(self, whole: Whole) -> File:
        """A guide to be kept on the phone and read without network."""
        ...

    def slips(self, slips: Sequence[Slip], commune: str, now: dt.datetime) -> File:
        """Invitations on paper, for whom a list of members brought."""
        ...

    def days(self, code: str, period: Period, plans: Sequence[Plan], people: Sequence[Active]) -> File:
        """The paper for the allowance: days of activity of a commune's people, by plan."""
        ...

    def blank_list(self) -> File:
        """An empty list of members, to be filled in."""
        ...

    def poster(self, commune: str, zalo: str | None) -> File | None:
        """The poster of a commune by its code and the number of its Zalo account; None where there is no way in."""
        ...


class Pages(Protocol):
    """Pages outside the chat."""

    def entrance(self, code: str) -> str | None:
        """The address at which a code opens the page of figures; None where there are no pages."""
        ...


@dataclass(slots=True)
class Turn:
    """Everything a conversation may touch while it handles one message."""

    message: Message
    now: dt.datetime
    """In Viet Nam's time."""
    memory: Memory
    knowledge: Knowledge
    chance: random.Random
    state: State
    channel: str
    """For the record of a new chat only: no conversation asks which channel it is on."""
    chat: Chat | None = None
    """None for somebody who has not consented (or refused): nothing about him is stored."""
    scope: Scope | None = None
    replies: list[Reply] = field(default_factory=list)
    forgotten: bool = False
    """The person's data were erased in this turn: there is no chat left to save."""
    shared: bool = False
    """Staff can write in this chat too: then we keep quiet."""
    shares: frozenset[str] = frozenset()
    """What the place this was written at is told of a person who agrees, or asked: see storage/sharing.py."""
    documents: Documents | None = None
    """Who makes files; None where nobody can ask for one."""
    pages: Pages | None = None
    """Who knows where our pages are; None where there are none."""
    windows: Windows | None = None
    """How long after a person's last word each channel may be written to; None where that is nobody's concern."""
    paper: Paper | None = None
    """What was drawn for this turn, when it was tried before and missed one."""
    passed: list[Passed] = field(default_factory=list)
    """What goes to the other one of a talk, with this turn: whoever said it learns when it does not arrive."""

    @property
    def today(self) -> dt.date:
        """The day in Viet Nam."""
        return self.now.date()

    @property
    def person_id(self) -> int:
        """The person's id. Raises LookupError for somebody we keep no record of."""
        if self.chat is None:
            raise LookupError("no record is kept of this person")
        return self.chat.person_id

    @property
    def duty(self) -> Scope:
        """What the person may do, for what takes a role; of somebody without one that is nothing."""
        return self.scope or Scope(self.person_id)

    @property
    def staff(self) -> bool:
        """Whether the person is addressed as one who works for the commune ("anh/chị"), not as a citizen ("bác")."""
        return self.scope is not None and bool(self.scope.grants)

    def has(self, *roles: str) -> bool:
        """Whether the person holds one of these roles."""
        return self.scope is not None and self.scope.has(*roles)

    def words(self, name: str, /, **context: Any) -> str:
        """The text of `content/messages/<file>.j2`, macro `<name>`, for "file.name"."""
        return self.knowledge.messages.render(name, **context)

    def say(
        self,
        name: str,
        /,
        *,
        choices: Sequence[Choice] = (),
        files: Sequence[File] = (),
        replaces: bool = False,
        **context: Any,
    ) -> None:
        """Adds a reply made from a message of content/messages."""
        self.replies.append(Reply(self.words(name, **context), tuple(choices), tuple(files), replaces))

    async def tell(
        self,
        person_ids: Iterable[int],
        name: str,
        /,
        *,
        choices: Sequence[Choice] = (),
        at: dt.datetime | None = None,
        **context: Any,
    ) -> None:
        """Has others told something in a message of their own, at once or at that time."""
        body = self.memory.vault.seal(to_notice(Reply(self.words(name, **context), tuple(choices))))
        await self.memory.notices.put(person_ids, body, self.now, at or self.now)

    def drawn(self, asked: object, keeps: Any, make: Callable[[], File]) -> File:
        """A file of what is asked, drawn outside of the transaction. Raises Missing where it has not been yet."""
        if self.paper is None or self.paper.asked != asked:
            raise Missing(asked, keeps, make)
        if self.paper.file is None:
            raise RuntimeError(self.paper.problem)
        return self.paper.file

    def pass_on(self, request_id: int, to: int, name: str, /, **context: Any) -> None:
        """Says something to the other one of a talk, in order with what was said before."""
        self.passed.append(Passed(request_id, to, self.words(name, **context)))

    def choice(
        self, name: str, value: str, *, style: Style = "plain", number: int | None = None, **context: Any
    ) -> Choice:
        """A choice whose label is the macro `name`."""
        return Choice(self.words(name, **context), value, style=style, number=number)
