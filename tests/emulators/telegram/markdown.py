"""Texts in MarkdownV2 style, the plain marks only: nothing reserved may stand unescaped."""

import re

from .marks import Entity, unparsable, utf16

RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
PAIRS = {"*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler"}
TOKEN = re.compile(r"\\(.)|(```)|(`)|(\|\|)|(__)|([*_~])|(\[)|(\]\([^)\s]*\))", re.DOTALL)


class _Markdown:
    def __init__(self, source: str) -> None:
        self.source = source
        self.out: list[str] = []
        self.length = 0
        self.stack: list[tuple[str, int]] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        source, at = self.source, 0
        while at < len(source):
            match = TOKEN.match(source, at)
            if match is None:
                self._plain(at)
                at += 1
            elif match[1] is not None:
                self._emit(match[1])
                at = match.end()
            elif match[2] or match[3]:
                at = self._code(at, match[0])
            else:
                self._mark(match[0])
                at = match.end()
        if self.stack:
            raise unparsable(f"Can't find end of the entity starting with {self.stack[-1][0]}")
        return "".join(self.out), self.entities

    def _emit(self, text: str) -> None:
        self.out.append(text)
        self.length += utf16(text)

    def _plain(self, at: int) -> None:
        letter = self.source[at]
        line_start = at == 0 or self.source[at - 1] == "\n"
        if letter == ">" and line_start:
            return  # a quotation; its extent is not modelled
        if letter in RESERVED:
            raise unparsable(f"Character '{letter}' is reserved and must be escaped with the preceding '\\'")
        self._emit(letter)

    def _code(self, at: int, fence: str) -> int:
        end = self.source.find(fence, at + len(fence))
        if end < 0:
            raise unparsable(f"Can't find end of {'Pre' if len(fence) == 3 else 'Code'} entity")
        start = self.length
        self._emit(re.sub(r"\\(.)", r"\1", self.source[at + len(fence) : end]))
        self._entity("pre" if len(fence) == 3 else "code", start)
        return end + len(fence)

    def _mark(self, mark: str) -> None:
        if mark.startswith("]("):
            if not self.stack or self.stack[-1][0] != "[":
                raise unparsable("Character ']' is reserved and must be escaped with the preceding '\\'")
            self._entity("text_link", self.stack.pop()[1], url=mark[2:-1])
        elif mark != "[" and self.stack and self.stack[-1][0] == mark:
            self._entity(PAIRS[mark], self.stack.pop()[1])
        else:
            self.stack.append((mark, self.length))

    def _entity(self, kind: str, start: int, **more: str) -> None:
        if self.length > start:
            self.entities.append({"type": kind, "offset": start, "length": self.length - start, **more})


def parse_markdown(text: str) -> tuple[str, list[Entity]]:
    """The text without marks and its entities; raises ApiError for unescaped or unfinished marks."""
    return _Markdown(text).parse()
