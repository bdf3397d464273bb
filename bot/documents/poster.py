"""The poster of a commune on A5 paper: the ways to the assistant as QR codes, and what to type, in large letters."""

from collections.abc import Sequence
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from bot.documents.paper import BOLD, PLAIN, draw_code, take_letters
from content.messages import Messages
from handlers.ways import Way

WIDTH, HEIGHT = A5
MARGIN: Final = 11 * mm
BLUE: Final = HexColor("#0b4f8a")
BLACK: Final = HexColor("#111111")
FIRST: Final = 62 * mm
"""Side of the first code: read from two steps away."""
OTHER: Final = 30 * mm
BAND: Final = 27 * mm
BOX: Final = 21 * mm


def poster_pdf(commune: str, code: str, ways: Sequence[Way], words: Messages) -> bytes:
    """The poster as a PDF. The first way gets the large code; two more have room. Raises ValueError for no way."""
    if not ways:
        raise ValueError("a poster with no way in is of no use")
    take_letters()
    out = BytesIO()
    canvas = Canvas(out, pagesize=A5, invariant=1)
    canvas.setTitle(words.render("poster.document", commune=commune))
    _Poster(canvas, words).draw(commune, code, ways)
    canvas.save()
    return out.getvalue()


class _Poster:
    """The one page, filled from the top."""

    def __init__(self, canvas: Canvas, words: Messages) -> None:
        self._canvas, self._words = canvas, words
        self._top = HEIGHT

    def draw(self, commune: str, code: str, ways: Sequence[Way]) -> None:
        """Everything somebody needs who has never heard of it."""
        said, canvas = self._words.render, self._canvas
        canvas.setFillColor(BLUE)
        canvas.rect(0, HEIGHT - BAND, WIDTH, BAND, stroke=0, fill=1)
        self._top = HEIGHT - 5 * mm
        self._line(said("poster.title"), 21, bold=True, color=white)
        self._line(commune, 14, color=white)
        self._top = HEIGHT - BAND - 3.5 * mm
        self._line(said("poster.what"), 12)
        self._top -= 3.5 * mm
        first, *others = ways[:3]
        self._code(first, WIDTH / 2, FIRST)
        self._line(said(f"poster.{first.name}"), 13, bold=True)
        self._line(first.shown, 9.5)
        self._top -= 2.5 * mm
        self._type(said("poster.type"), said("poster.code", code=code))
        self._others(others)
        self._top = MARGIN + 3 * mm
        self._line(said("poster.never"), 9)

    def _others(self, ways: Sequence[Way]) -> None:
        """Smaller codes side by side, each with its address beside it."""
        top = self._top
        for n, way in enumerate(ways):
            self._top = top
            middle = WIDTH * (2 * n + 1) / (2 * len(ways))
            self._code(way, middle, OTHER)
            self._line(self._words.render(f"poster.{way.name}"), 10.5, bold=True, middle=middle, width=WIDTH / 2.2)
            self._line(way.shown, 8, middle=middle, width=WIDTH / 2.2)

    def _code(self, way: Way, middle: float, size: float) -> None:
        self._canvas.setFillColor(BLACK)
        draw_code(self._canvas, way.address, middle - size / 2, self._top - size, size)
        self._top -= size + 1.5 * mm

    def _type(self, how: str, code: str) -> None:
        """What to type, in a box."""
        canvas = self._canvas
        canvas.setStrokeColor(BLUE)
        canvas.setLineWidth(1.5)
        canvas.roundRect(MARGIN, self._top - BOX, WIDTH - 2 * MARGIN, BOX, 3 * mm)
        below = self._top - BOX - 4 * mm
        self._top -= 2 * mm
        self._line(how, 11)
        self._line(code, 24, bold=True, color=BLUE)
        self._top = below

    def _line(
        self, text: str, size: float, *, bold: bool = False, color: Color = BLACK, middle: float = WIDTH / 2,
        width: float = WIDTH - 2 * MARGIN,
    ) -> None:  # fmt: skip
        """A text, centred and broken into as many lines as it needs, below the one before."""
        style = ParagraphStyle("poster", fontName=BOLD if bold else PLAIN, fontSize=size, leading=size * 1.22,
                               alignment=TA_CENTER, textColor=color)  # fmt: skip
        paragraph = Paragraph(escape(text), style)
        _, height = paragraph.wrap(width, HEIGHT)
        self._top -= height
        paragraph.drawOn(self._canvas, middle - width / 2, self._top)
