"""What every reader of formatting marks shares: entities, their unit of length, the refusal."""

from typing import Any

from .errors import ApiError, bad

Entity = dict[str, Any]


def utf16(text: str) -> int:
    """Length in UTF-16 units, the unit of entity offsets."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def unparsable(why: str) -> ApiError:
    return bad(f"can't parse entities: {why}")
