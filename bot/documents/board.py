"""A guide on one A4 page for a notice board, in the largest letters that fit, with a code that opens the chat."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Frame

from bot.documents.leaflet import Page
from bot.documents.paper import PLAIN, draw_code, take_letters
from content.guide import Guide
from content.library import Library
from content.messages import Messages
from content.whole import Whole
from handlers.turn import File

MARGIN: Final = 10 * mm
GUTTER: Final = 8 * mm
QR: Final = 30 * mm
SIZES: Final = ((1, 20), (1, 17), (1, 14.5), (2, 13), (2, 12), (2, 11), (2, 9.75), (2, 8.5))
"""Columns and points of letters on a board, the easiest to read from afar first."""
WITH_REMEDIES: Final = 14.5
"""Remedies are printed only as long as the letters stay so large."""


def board_of(library: Library, words: Messages, guide: Guide, day: dt.date, public_url: str | None) -> File:
    """The guide as of that day, with a code that opens it where the assistant has an address. Raises ValueError
    when it is too long for one page.
    """
    link = f"{public_url}/?ma=g-{guide.id}" if public_url else None
    printed = words.render("leaflet.printed", day=day)
    board = board_pdf(Whole.of(library, guide, day), words, link=link, printed=printed)
    return File(words.render("leaflet.board_name", guide=guide), "application/pdf", board.pdf)


@dataclass(frozen=True, slots=True)
class Board:
    """One page for a notice board."""

    pdf: bytes
    letters: float
    """Their size in points."""
    remedies: bool


def board_pdf(whole: Whole, words: Messages, *, link: str | None = None, printed: str = "") -> Board:
    """The guide on one A4 page, in the largest letters that fit; `link` opens it, and is drawn as a QR code.

    Raises ValueError when it does not fit in the smallest.
    """
    take_letters()
    large = [size for size in SIZES if size[1] >= WITH_REMEDIES]
    for shown, sizes in ((whole, large), (whole.bare(), SIZES)):
        drawn = [_drawn(shown, words, sizes[-1], link, printed)]
        if drawn[0] is None:
            continue
        first, last = 0, len(sizes) - 1
        while first < last:  # what fits in large letters fits in smaller ones
            middle = (first + last) // 2
            page = _drawn(shown, words, sizes[middle], link, printed)
            first, last = (first, middle) if page else (middle + 1, last)
            drawn += [page] if page else []
        return Board(drawn[-1] or b"", sizes[last][1], shown.remedied)
    raise ValueError(f"{whole.guide.id} does not fit on one page")


def _drawn(whole: Whole, words: Messages, size: tuple[int, float], link: str | None, printed: str) -> bytes | None:
    """The page in letters of that size; None when it does not hold everything."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle(whole.guide.title)
    if not _Board(canvas, words, *size).draw(whole, link, printed):
        return None
    canvas.save()
    return out.getvalue()


class _Board:
    """An A4 page in the making: head across, parts in columns, foot across with the code on its right."""

    def __init__(self, canvas: Canvas, words: Messages, columns: int, letters: float) -> None:
        self._canvas, self._columns = canvas, columns
        self._page, self._small, self._words = Page(words, letters), Page(words, min(letters, 13)), words

    def draw(self, whole: Whole, link: str | None, printed: str) -> bool:
        """Whether everything found its place."""
        width, height = A4[0] - 2 * MARGIN, A4[1] - 2 * MARGIN
        code = QR + GUTTER if link else 0
        foot = self._small.foot(whole)
        foot += [self._small.text(printed, 0.75)] if printed else []
        foot_height = max(_height(foot, width - code), QR + 8 * mm if link else 0)
        head = self._page.head(whole)
        head_height = _height(head, width)
        left = height - head_height - foot_height - 2 * 3 * mm
        if left < 20 * mm:
            return False
        self._fill(head, MARGIN, A4[1] - MARGIN - head_height, width, head_height)
        self._fill(foot, MARGIN, MARGIN, width - code, foot_height)
        self._canvas.setLineWidth(0.6)
        self._canvas.line(MARGIN, MARGIN + foot_height + 1.5 * mm, A4[0] - MARGIN, MARGIN + foot_height + 1.5 * mm)
        if link:
            self._code(link, A4[0] - MARGIN - QR, MARGIN + 8 * mm)
        story = list(self._page.body(whole, together=False))
        column = (width - GUTTER * (self._columns - 1)) / self._columns
        for n in range(self._columns):
            self._fill(story, MARGIN + n * (column + GUTTER), MARGIN + foot_height + 3 * mm, column, left)
        return not story

    def _fill(self, story: list[Flowable], x: float, y: float, width: float, height: float) -> None:
        """Draws what fits; the rest stays in the story."""
        room = Frame(x, y, width, height + 0.1, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
        while story:
            if room.add(story[0], self._canvas):
                story.pop(0)
                continue
            rest = room.split(story[0], self._canvas)
            if len(rest) < 2:
                return
            room.add(rest[0], self._canvas)
            story[0:1] = rest[1:]
            return

    def _code(self, link: str, x: float, y: float) -> None:
        """The QR code and what it is for."""
        draw_code(self._canvas, link, x, y, QR)
        self._canvas.setFont(PLAIN, 8)
        lines = _broken(self._words.render("leaflet.scan"), lambda text: pdfmetrics.stringWidth(text, PLAIN, 8), QR)
        for n, line in enumerate(lines):
            self._canvas.drawCentredString(x + QR / 2, y - 3 * mm - n * 3.2 * mm, line)


def _height(story: Sequence[Flowable], width: float) -> float:
    """How high the paragraphs stand one below the other."""
    return sum(p.wrap(width, A4[1])[1] + p.getSpaceBefore() + p.getSpaceAfter() for p in story)


def _broken(text: str, length: Callable[[str], float], width: float) -> list[str]:
    """The text in lines no wider than that."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and length(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
