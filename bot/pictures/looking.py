"""One look of the decoder at one picture: the texts it reads, how sure each is, and where it saw more."""

import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import zxingcpp
from PIL import Image

PLENTY: Final = 0.3
"""The part of a code's error correction left over from which its text is beyond doubt."""
_PAYMENT: Final = re.compile(r"0002|[0-9]{4}.*A0000007(?:27|75)", re.DOTALL | re.IGNORECASE)
_CHECKED: Final = re.compile(rb"6304([0-9A-Fa-f]{4})\Z")
_WITH_CHARACTER_SET: Final = ("]Q2", "]Q4", "]Q6")
"""Symbology identifiers of codes that name their character set (ISO/IEC 15424)."""

_QR_CODES: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])
_DRAWN: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
"""For drawings: asked for model 2 alone, the decoder finds none in them."""

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Look:
    """What was read once: the text, whether it is beyond doubt, and where it stands in the picture."""

    text: str
    sure: bool
    frame: Points
    """See `frame`."""

    @property
    def middle(self) -> tuple[float, float]:
        """Of the code."""
        return sum(x for x, _ in self.frame) / 4, sum(y for _, y in self.frame) / 4

    @property
    def reach(self) -> float:
        """From the middle to the farthest point of the frame, along an axis of the picture."""
        x, y = self.middle
        return max(max(abs(a - x), abs(b - y)) for a, b in self.frame)

    def over(self, other: "Look") -> bool:
        """Whether both stand at one place."""
        (x, y), (a, b) = self.middle, other.middle
        return max(abs(x - a), abs(y - b)) < 0.6 * max(self.reach, other.reach)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look found: texts, and the frames of codes that it could not read."""

    looks: tuple[Look, ...] = ()
    frames: tuple[Points, ...] = ()


def look(
    picture: Image.Image, scale: float = 1.0, origin: tuple[float, float] = (0, 0), *, plain: bool = False
) -> Seen:
    """What the decoder sees in a part of the picture that begins at `origin` and is enlarged by `scale`; `plain` with
    one level of black for all of it."""
    binarizer = zxingcpp.Binarizer.GlobalHistogram if plain else zxingcpp.Binarizer.LocalAverage
    looks, frames = [], []
    for code in zxingcpp.read_barcodes(picture, formats=_QR_CODES, binarizer=binarizer, return_errors=True):
        version = str(_told(code).get("Version"))
        if version.isdigit():
            at = code.position
            ends = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
            place = frame([(p.x / scale + origin[0], p.y / scale + origin[1]) for p in ends], 17 + 4 * int(version))
            if code.valid:
                looks.append(_read(code, place))
            else:
                frames.append(place)
    return Seen(tuple(looks), tuple(frames))


def look_at_drawing(drawing: Image.Image, place: Points) -> Look | None:
    """The text of a clean drawing of a code that stands at that frame; None when it is no code."""
    for code in zxingcpp.read_barcodes(drawing, formats=_DRAWN, is_pure=True):
        if code.valid and str(_told(code).get("Version")).isdigit():
            return _read(code, place)
    return None


def frame(corners: Points, size: int) -> Points:
    """The middles of the finder patterns upper left and upper right, the point opposite, and the middle of the one
    lower left, of a code with these corners and so many modules a side."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    # The projection of the unit square onto four corners (Heckbert, Fundamentals of Texture Mapping, 1989, 2.2.2).
    ux, uy, vx, vy = bx - cx, by - cy, dx - cx, dy - cy
    sx, sy = ax - bx + cx - dx, ay - by + cy - dy
    flat = ux * vy - vx * uy
    g, h = ((sx * vy - vx * sy) / flat, (ux * sy - sx * uy) / flat) if flat else (0.0, 0.0)

    def inside(u: float, v: float) -> tuple[float, float]:
        depth = (g * u + h * v + 1) or 1e-9
        x = (bx - ax + g * bx) * u + (dx - ax + h * dx) * v + ax
        y = (by - ay + g * by) * u + (dy - ay + h * dy) * v + ay
        return x / depth, y / depth

    near, far = 3.5 / size, 1 - 3.5 / size
    return inside(near, near), inside(far, near), inside(far, far), inside(near, far)


def _read(code: zxingcpp.Barcode, place: Points) -> Look:
    raw = bytes(code.bytes)
    text = _text(code, raw)
    return Look(text, _sure(code, text, raw), place)


def _text(code: zxingcpp.Barcode, raw: bytes) -> str:
    """The text in UTF-8, as nearly all codes are written whether they say so or not; else as the decoder guesses."""
    if code.symbology_identifier not in _WITH_CHARACTER_SET:
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return code.text.encode("utf-8", "replace").decode("utf-8")


def _sure(code: zxingcpp.Barcode, text: str, raw: bytes) -> bool:
    """Whether a payment code's own check digits are right; of any other, whether little had to be corrected."""
    if _PAYMENT.match(text):
        digits = _CHECKED.search(raw.rstrip(b"\r\n \0"))
        return digits is not None and binascii.crc_hqx(raw[: digits.start() + 4], 0xFFFF) == int(digits[1], 16)
    return float(_told(code).get("UEC", 0)) >= PLENTY


def _told(code: zxingcpp.Barcode) -> dict[str, Any]:
    """What the decoder tells besides the text: Version, with letters for small codes, and UEC, the part of the error
    correction that was not needed."""
    return code.extra if isinstance(code.extra, dict) else {}
