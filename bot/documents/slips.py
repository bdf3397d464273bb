"""Invitation slips on A4 paper, to be cut along dashed lines: a name, a code, and the way in as a QR code."""

import datetime as dt
from collections.abc import Mapping, Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from bot.documents.paper import BOLD, PLAIN, draw_code, take_letters
from content.messages import Messages
from storage.roster import Slip

COLUMNS, ROWS = 2, 3
PAD = 7 * mm
QR = 26 * mm
QUIET = 4 * mm
"""White beside a code; scanners need four of its squares."""


def slips_pdf(
    slips: Sequence[Slip], links: Sequence[tuple[str, str]], *, commune: str, until: dt.date, words: Messages
) -> bytes:
    """The slips as a PDF. `links` are the ways in, as a message that names one and its address before the code."""
    take_letters()
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle(words.render("slips.document", commune=commune))
    for number, slip in enumerate(slips):
        place = number % (COLUMNS * ROWS)
        if place == 0:
            if number:
                canvas.showPage()
            _cuts(canvas)
        _Slip(canvas, place, words, commune).draw(slip, dict(links), until)
    canvas.save()
    return out.getvalue()


def ways_in(web: str | None, telegram: str | None) -> list[tuple[str, str]]:
    """The ways a slip can open, by our public address and the name of our Telegram bot: a message and its address."""
    found = [("web", f"{web}/?ma=")] if web else []
    return found + ([("telegram", f"https://t.me/{telegram.lstrip('@')}?start=")] if telegram else [])


def _cuts(canvas: Canvas) -> None:
    """Dashed lines between the slips."""
    width, height = A4
    canvas.setDash(2, 3)
    canvas.setLineWidth(0.4)
    for column in range(1, COLUMNS):
        canvas.line(width * column / COLUMNS, 0, width * column / COLUMNS, height)
    for row in range(1, ROWS):
        canvas.line(0, height * row / ROWS, width, height * row / ROWS)
    canvas.setDash()


class _Slip:
    """One slip on its part of the page."""

    def __init__(self, canvas: Canvas, place: int, words: Messages, commune: str) -> None:
        self._canvas, self._words, self._commune = canvas, words, commune
        self._width, self._height = A4[0] / COLUMNS, A4[1] / ROWS
        self._left = self._width * (place % COLUMNS) + PAD
        self._top = A4[1] - self._height * (place // COLUMNS) - PAD
        self._inner = self._width - 2 * PAD

    def draw(self, slip: Slip, links: Mapping[str, str], until: dt.date) -> None:
        """Everything a person needs to come in."""
        said = self._words.render
        self._line(self._commune, 9)
        self._line(said("slips.title"), 11, bold=True)
        self._gap(1.5)
        self._line(slip.name, 15, bold=True)
        for team, position in slip.teams[:2]:
            self._line(said("slips.place", team=team, position=position), 10)
        if slip.phone_end is not None:
            self._line(said("slips.phone_end", digits=slip.phone_end), 9)
        self._gap(2)
        below = self._top
        for n, (way, address) in enumerate(reversed(list(links.items())), 1):
            left = self._inner - (QR + QUIET) * n + QUIET
            below = self._qr(f"{address}{slip.code}", said(f"slips.{way}"), left)
        beside = self._inner - (QR + QUIET) * len(links)
        self._line(said("slips.code"), 9, width=beside)
        self._line(f"{slip.code[:3]}\u00a0{slip.code[3:]}", 22 if len(links) < 2 else 16, bold=True, width=beside)
        self._top = min(self._top, below)
        self._gap(1.5)
        self._line(said("slips.how", linked=bool(links)), 10.5)
        self._line(said("slips.until", day=until), 10.5)

    def _gap(self, height: float) -> None:
        self._top -= height * mm

    def _line(self, text: str, size: float, *, bold: bool = False, width: float | None = None) -> None:
        """A text, broken into as many lines as it needs, below the one before."""
        font, leading, width = BOLD if bold else PLAIN, size * 1.25, width or self._inner
        self._canvas.setFont(font, size)
        for line in simpleSplit(text, font, size, width):
            self._canvas.drawString(self._left, self._top - size, line)
            self._top -= leading

    def _qr(self, address: str, label: str, offset: float) -> float:
        """A QR code of error level M beside the text, with what it opens below; answers how far down it goes."""
        left, top = self._left + offset, self._top
        draw_code(self._canvas, address, left, top - QR, QR)
        self._canvas.setFont(PLAIN, 8)
        self._canvas.drawCentredString(left + QR / 2, top - QR - 3.5 * mm, label)
        return top - QR - 4 * mm
