"""Pictures of codes for tests: drawn, laid on a table, saved as any kind of file."""

import io
from typing import Any

import segno
from PIL import Image

from tests.payment_codes import code, napas

PAYMENT = code(("38", napas("970418", "8600000012345")), ("54", "8000"), ("62", "0816nop le phi ho so"))
OTHER = code(("38", napas("970407", "19000000012345")), ("54", "50000"))


def drawn(text: str, *, module: int = 6, error: str = "m", dark: Any = "black", light: Any = "white") -> Image.Image:
    """The code alone, with its quiet zone."""
    out = io.BytesIO()
    segno.make(text, error=error, encoding="utf-8", micro=False).save(
        out, kind="png", scale=module, dark="black", light="white"
    )
    grey = Image.open(out).convert("L")
    return Image.composite(Image.new("RGB", grey.size, light), Image.new("RGB", grey.size, dark), grey)


def laid(*codes: Image.Image, size: tuple[int, int] = (1280, 960), table: str = "#8a7f6d") -> Image.Image:
    """Codes side by side on a table."""
    whole = Image.new("RGB", size, table)
    x = 60
    for one in codes:
        whole.paste(one, (x, 120))
        x += one.width + 80
    return whole


def saved(picture: Image.Image, kind: str = "JPEG", **how: Any) -> bytes:
    """As a file of that kind."""
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def photo(text: str = PAYMENT) -> bytes:
    """A plain photo of one code."""
    return saved(laid(drawn(text).rotate(7, expand=True, fillcolor="#8a7f6d")), quality=80)
