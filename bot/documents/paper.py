"""What PDF files share: the letters, which have every sign of Vietnamese, and QR codes."""

from pathlib import Path
from typing import Final

import segno
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONTS: Final = Path(__file__).parent / "fonts"
PLAIN, BOLD = "LiberationSans", "LiberationSans-Bold"
_FILES: Final = {PLAIN: "LiberationSans-Regular.ttf", BOLD: "LiberationSans-Bold.ttf"}


def take_letters() -> None:
    """Makes the letters known to reportlab, once: another file may be half written with them just now."""
    if BOLD in pdfmetrics.getRegisteredFontNames():
        return
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(FONTS / file)))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)


def draw_code(canvas: Canvas, address: str, x: float, y: float, side: float) -> None:
    """A QR code of error level M, its lower left corner at x, y; the quiet zone is the caller's."""
    matrix = segno.make(address, error="m").matrix
    step = side / len(matrix)
    for row, modules in enumerate(matrix):
        for column, dark in enumerate(modules):
            if dark:
                canvas.rect(x + column * step, y + side - (row + 1) * step, step, step, stroke=0, fill=1)
