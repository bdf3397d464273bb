"""The lines of `chat --json`, read strictly: what a program may say, and a sentence when it says it wrongly."""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.clock import time_of

Channel = Literal["web", "telegram", "zalo_oa", "zalo_bot"]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class BadLine(ValueError):
    """A line that is no message; the text says what is wrong."""


def _time(text: str) -> str:
    time_of(text)
    return text


Time = Annotated[str, AfterValidator(_time)]


class Line(BaseModel):
    """A JSON object; keys we do not know are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


class PersonLine(Line):
    """Somebody to be known before he writes."""

    name: Name
    role: Literal["citizen", "member", "head", "officer", "province_officer", "admin"] = "citizen"
    commune: str | None = None
    team: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    province: str | None = None
    channel: Channel | None = None


class PeopleLine(Line):
    """`{"people": [...]}`."""

    people: list[PersonLine]


class TickLine(Line):
    """`{"tick": TIME}`."""

    tick: Time


class MessageLine(Line):
    """Something a person sent."""

    id: str | int | None = None
    sender: Name = Field(alias="from")
    channel: Channel = "web"
    at: Time | None = None
    text: str | None = None
    press: str | int | None = None
    origin: str | None = None
    photo: str | None = None
    file: str | None = None
    location: tuple[float, float] | None = None
    contact: str | None = None
    sticker: str | None = None
    voice: str | None = None

    @property
    def empty(self) -> bool:
        """Whether it says nothing at all."""
        said = (self.text, self.press, self.photo, self.file, self.location, self.contact, self.sticker, self.voice)
        return all(part is None for part in said)


AnyLine = PeopleLine | TickLine | MessageLine
_MODELS: dict[str, TypeAdapter[Any]] = {
    "people": TypeAdapter(PeopleLine),
    "tick": TypeAdapter(TickLine),
    "message": TypeAdapter(MessageLine),
}


def read_line(raw: bytes) -> Any:
    """The JSON of a line. Raises BadLine."""
    try:
        line = json.loads(raw.decode("utf-8-sig"))
        json.dumps(line, ensure_ascii=False).encode()  # half a character, escaped, is no text either
    except (ValueError, RecursionError) as e:
        raise BadLine(f"not a line of JSON in UTF-8: {type(e).__name__}") from None
    return line


def parse(line: Any) -> AnyLine:
    """The line, checked. Raises BadLine."""
    if not isinstance(line, dict):
        raise BadLine("a line is a JSON object")
    kind = next((k for k in ("people", "tick") if k in line), "message")
    try:
        parsed: AnyLine = _MODELS[kind].validate_python(line)
    except ValidationError as e:
        first = e.errors(include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadLine(f'"{where}": {str(first["msg"]).removeprefix("Value error, ")}') from None
    if isinstance(parsed, MessageLine) and parsed.empty:
        raise BadLine('a message has "text", "press", "photo", "file", "location" or "contact"')
    return parsed
