"""Texts in HTML style: tags into entities, malformed tags refused in the words of the Bot API."""

import re
from dataclasses import dataclass

from .marks import Entity, unparsable, utf16

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
ATTRIBUTE = re.compile(r"""\s*([^\s=>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.\-]+)))?""")
CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot));?")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
TAG_NAME = re.compile(r"[^\s>]*")
TAG_CLOSE = re.compile(r"\s*>")
END_TAG = re.compile(r"</([^\s>]*)\s*>")
LINK = re.compile(r"(https?|tg|mailto|tel):\S|[^\s/]+\.\S")


def parse_html(text: str) -> tuple[str, list[Entity]]:
    """The text without tags and its entities; raises ApiError for what is not well formed."""
    return _Html(text).parse() if "<" in text or "&" in text else (text, [])


@dataclass
class _Open:
    tag: str
    attributes: dict[str, str]
    start: int
    language: str = ""


class _Html:
    """One pass over a text in HTML style, refusing what the Bot API refuses."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.out: list[str] = []
        self.length = 0
        self.stack: list[_Open] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        source, at = self.source, 0
        for mark in re.finditer("[<&]", source):
            if mark.start() < at:
                continue
            self._emit(source[at : mark.start()])
            if mark[0] == "&":
                at = self._character(mark.start())
            elif source.startswith("</", mark.start()):
                at = self._end_tag(mark.start())
            else:
                at = self._start_tag(mark.start())
        self._emit(source[at:])
        if self.stack:
            raise unparsable(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].tag}"')
        return "".join(self.out), self.entities

    def _emit(self, text: str) -> None:
        if text:
            self.out.append(text)
            self.length += utf16(text)

    def _byte(self, at: int) -> int:
        return len(self.source[:at].encode())

    def _character(self, at: int) -> int:
        match = CHARACTER.match(self.source, at)
        if match is None:
            self._emit("&")
            return at + 1
        code = int(match[1], 16) if match[1] else int(match[2]) if match[2] else None
        if code is not None and not (0 < code < 0x110000 and not 0xD800 <= code < 0xE000):
            self._emit("&")
            return at + 1
        self._emit(NAMED[match[3]] if code is None else chr(code))
        return match.end()

    def _start_tag(self, at: int) -> int:
        name_match = TAG_NAME.match(self.source, at + 1)
        assert name_match is not None
        name, position = name_match[0].lower(), name_match.end()
        if position >= len(self.source):
            raise unparsable(f"Unclosed start tag at byte offset {self._byte(at)}")
        if name not in TAGS:
            raise unparsable(f'Unsupported start tag "{name}" at byte offset {self._byte(at)}')
        attributes: dict[str, str] = {}
        while not (closing := TAG_CLOSE.match(self.source, position)):
            match = ATTRIBUTE.match(self.source, position)
            if match is None or match.end() >= len(self.source):
                raise unparsable(f'Unclosed start tag "{name}" at byte offset {self._byte(at)}')
            attributes[match[1].lower()] = next((v for v in match.groups()[1:] if v is not None), "")
            position = match.end()
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(at)}')
        self.stack.append(_Open(name, attributes, self.length))
        return closing.end()

    def _end_tag(self, at: int) -> int:
        match = END_TAG.match(self.source, at)
        if not self.stack:
            raise unparsable(f"Unexpected end tag at byte offset {self._byte(at)}")
        if match is None:
            raise unparsable(f"Unclosed end tag at byte offset {self._byte(at)}")
        name, opened = match[1].lower(), self.stack.pop()
        if name and name != opened.tag:
            raise unparsable(
                f'Unmatched end tag at byte offset {self._byte(at)}, expected "</{opened.tag}>", found "</{name}>"'
            )
        self._close(opened)
        return match.end()

    def _close(self, opened: _Open) -> None:
        length = self.length - opened.start
        language = opened.attributes.get("class", "")
        if opened.tag == "code" and self.stack and self.stack[-1].tag == "pre":
            if language.startswith("language-"):
                self.stack[-1].language = language.removeprefix("language-")
            return
        entity: Entity = {"type": TAGS[opened.tag], "offset": opened.start, "length": length}
        if opened.tag == "a":
            entity["url"] = opened.attributes.get("href", "")
            if not LINK.match(entity["url"]):
                return  # a link that is no address is shown as plain text
        elif opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "pre" and opened.language:
            entity["language"] = opened.language
        elif opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
        elif opened.tag == "tg-time":
            entity["unix_time"] = _seconds(opened.attributes.get("unix", ""))
        if length:
            self.entities.append(entity)


def _seconds(unix: str) -> int:
    if not (unix.isascii() and unix.isdecimal()):
        raise unparsable('Invalid value of the attribute "unix" in the tag "tg-time"')
    return int(unix)
