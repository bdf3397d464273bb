"""What the page may post, and the message that is kept of it."""

import datetime as dt
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator, model_validator

from bot.channels.base import NotUnderstood
from bot.pictures.kinds import sheet_named
from handlers.turn import Kind, Message

LARGEST_COUNTER = 2**53 - 1
"""The largest whole number a browser counts to exactly."""

_stored = TypeAdapter(Message)

FileName = Annotated[str, Field(min_length=1, max_length=255)]


Ident = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{8,64}$")]
Counter = Annotated[int, Field(ge=0, le=LARGEST_COUNTER)]


class Posted(BaseModel):
    """One message of the page: exactly one of `text`, `press`, `file`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: Ident
    """The page's own id of the message; the same id again is the same message."""
    n: Counter | None = None
    """The page's counter, which grows with every message of the session."""
    text: Annotated[str, Field(pattern=r"\S")] | None = None
    press: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """The value of the button."""
    origin: Annotated[str, Field(pattern=r"^[0-9]{1,18}$")] | None = None
    """For a press: the id of the message that carried the button."""
    file: FileName | None = None
    """The name of a file that is neither a picture nor a spreadsheet. The file itself does not leave the device."""

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        if sum(v is not None for v in (self.text, self.press, self.file)) != 1:
            raise ValueError("exactly one of text, press, file")
        if self.origin is not None and self.press is None:
            raise ValueError("origin belongs to a press")
        return self

    def message(self, address: str, at: dt.datetime) -> Message:
        """The neutral message, as received at `at`."""
        if self.press is not None:
            return Message(address, Kind.PRESS, self.press, at, self.origin)
        if self.text is not None:
            return Message(address, Kind.TEXT, self.text, at)
        return Message(address, Kind.FILE, at=at, file_name=self.file)


class PostedPicture(BaseModel):
    """A picture or a spreadsheet of the page, which comes as the body of its request."""

    model_config = ConfigDict(extra="forbid")

    id: Ident
    """As of a message."""
    n: Counter | None = None

    name: FileName | None = None
    """Of a spreadsheet."""

    @field_validator("name")
    @classmethod
    def _of_a_sheet(cls, name: str | None) -> str | None:
        if name is not None and not sheet_named(name):
            raise ValueError("name: of a spreadsheet")
        return name

    def message(self, address: str, at: dt.datetime, reference: str) -> Message:
        """The neutral message; the picture or spreadsheet lies under `reference`."""
        if self.name is not None:
            return Message(address, Kind.FILE, at=at, file_name=self.name, reference=reference)
        return Message(address, Kind.PHOTO, at=at, reference=reference)


class Seen(BaseModel):
    """Everything up to this message id has been shown."""

    model_config = ConfigDict(extra="forbid", strict=True)

    up_to: Annotated[int, Field(ge=0, le=LARGEST_COUNTER)]


def pack(message: Message) -> bytes:
    """A message as kept in the inbox."""
    return _stored.dump_json(message, exclude_none=True)


def unpack(raw: bytes) -> Message:
    """A message from the inbox. Raises NotUnderstood."""
    try:
        return _stored.validate_json(raw)
    except ValidationError:
        # Without the cause: its text would carry the message into a log.
        raise NotUnderstood("no message of the web page") from None
