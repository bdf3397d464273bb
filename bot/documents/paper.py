"""What PDF files share: the letters, which have every sign of Vietnamese, and QR codes."""

from pathlib import Path
from typing import Final

import numpy as np
import zxingcpp
from reportlab import rl_config
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
    rl_config.useA85 = 0  # text instead of bytes is slower to make and a quarter larger
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(FONTS / file)))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)


def draw_code(canvas: Canvas, address: str, x: float, y: float, side: float) -> None:
    """A QR code of error level M, its lower left corner at x, y; the quiet zone is the caller's."""
    made = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    light = np.asarray(made.to_image(scale=1, add_quiet_zones=False)) > 0
    canvas.saveState()
    canvas.translate(x, y + side)
    canvas.scale(side / len(light), -side / len(light))
    canvas.addLiteral(" ".join([f"{column} {row} {length} 1 re" for row, column, length in _runs(light)]) + " f")
    canvas.restoreState()


def _runs(light: np.ndarray) -> list[tuple[int, int, int]]:
    """Row, first column and length of each dark run: a fourth of the marks that single squares would take."""
    framed = np.ones((len(light), len(light) + 2), np.int8)
    framed[:, 1:-1] = light
    edges = np.diff(framed, axis=1)
    rows, begins = np.nonzero(edges < 0)
    ends = np.nonzero(edges > 0)[1]
    return list(zip(rows.tolist(), begins.tolist(), (ends - begins).tolist(), strict=True))
