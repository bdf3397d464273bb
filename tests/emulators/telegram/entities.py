"""Texts of messages: the given style into plain text and entities, trimmed as the Bot API trims them."""

from typing import Any

from .errors import bad
from .html_marks import TAGS, parse_html
from .markdown import parse_markdown
from .marks import Entity, utf16

MAX_ENTITIES = 100
TYPES = frozenset(TAGS.values()) | {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "text_mention",
    "expandable_blockquote",
}  # fmt: skip


def given_entities(text: str, entities: Any) -> list[Entity]:
    """Check entities the bot sent itself."""
    if not isinstance(entities, list):
        raise bad("can't parse entities: Expected an Array of MessageEntity")
    end = utf16(text)
    for entity in entities:
        if not isinstance(entity, dict) or entity.get("type") not in TYPES:
            raise bad("can't parse entities: Unsupported type of MessageEntity")
        offset, length = entity.get("offset"), entity.get("length")
        if not (isinstance(offset, int) and isinstance(length, int) and offset >= 0 and length >= 0):
            raise bad("Receive an entity with incorrect offset or length")
        if offset + length > end:
            raise bad(
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {end}"
            )
    return [entity for entity in entities if entity["length"]]


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without white space at both ends, entities moved along and at most as many as are kept."""
    lead = len(text) - len(text.lstrip())
    shown = text.strip()
    end = utf16(shown)
    kept = []
    for entity in sorted(entities, key=lambda e: (e["offset"], -e["length"]))[:MAX_ENTITIES]:
        start = max(entity["offset"] - lead, 0)
        stop = min(entity["offset"] + entity["length"] - lead, end)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return shown, kept


def parse(text: str, mode: str, entities: Any) -> tuple[str, list[Entity]]:
    """The text as people see it and its entities; raises ApiError for malformed formatting."""
    match mode.lower():
        case "":
            found = given_entities(text, entities) if entities else []
        case "html":
            text, found = parse_html(text)
        case "markdownv2":
            text, found = parse_markdown(text)
        case _:
            raise bad("unsupported parse_mode")
    return trim(text, found)
