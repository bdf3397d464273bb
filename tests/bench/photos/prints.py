"""What is photographed: payment codes and other codes, printed on a poster, a slip or a screen."""

import random
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import segno
from numpy.typing import NDArray

from tests.payment_codes import code, napas, template

Image = NDArray[np.uint8]
BANKS = ("970436", "970418", "970405", "970415", "970422", "970407")
PURPOSES = ("", "le phi ho so", "nop le phi chung thuc", "phi tru bao", "le phi khai sinh", "thanh toan hoa don")
NAMES = ("", "UBND XA MAU AN", "NGUYEN VAN MAU", "CUA HANG TAP HOA", "TTPVHCC PHUONG MAU")
INKS = ((0, 0, 0), (20, 20, 20), (60, 30, 20), (110, 40, 20), (40, 40, 130), (30, 70, 30))
"""Dark colours codes are printed in, as blue, green, red."""


@dataclass(frozen=True)
class Print:
    """A flat picture with one code in it, before anybody photographs it."""

    payload: str
    pixels: Image
    corners: NDArray[np.float32]
    """Of the code itself, without its quiet zone: clockwise from the upper left."""
    module: float
    """Pixels of one module."""


def payment(chance: random.Random) -> str:
    """A well-formed VietQR code with a made-up receiver."""
    account = "".join(chance.choices("0123456789", k=chance.randint(8, 16)))
    amount = str(chance.choice((8, 15, 20, 50, 150)) * 1000) if chance.random() < 0.6 else ""
    purpose = chance.choice(PURPOSES)
    return code(
        ("38", napas(chance.choice(BANKS), account)), ("54", amount), ("59", chance.choice(NAMES)),
        ("62", template(("08", purpose)) if purpose else ""),
    )  # fmt: skip


def payload(chance: random.Random) -> str:
    """Mostly payment codes; sometimes a link or words."""
    if chance.random() < 0.85:
        return payment(chance)
    word = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=chance.randint(4, 40)))
    return chance.choice((f"https://dichvucong.gov.vn/p/{word}", f"Số hồ sơ H21.48 {word}", f"https://bit.ly/{word}"))


def draw(chance: random.Random, text: str, module: int, *, look: str = "plain") -> Print:
    """The code on paper. `look`: plain, logo, dots, inverted, tight (hardly any quiet zone), poster."""
    level = "H" if look == "logo" else chance.choice("LMMMQH")
    symbol = segno.make(text, error=level, encoding="utf-8", micro=False, boost_error=False)
    bits = np.array([list(row) for row in symbol.matrix], np.uint8)
    face = _modules(chance, bits, module, dots=look == "dots")
    if look == "logo":
        _logo(chance, face)
    ink = np.array(chance.choice(INKS), np.float32)
    paper = np.array([chance.randint(225, 255)] * 3, np.float32)
    if look == "inverted":
        ink, paper = np.array([235, 235, 235], np.float32), np.array([chance.randint(15, 60)] * 3, np.float32)
    share = face.astype(np.float32)[..., None] / 255
    painted = (paper * (1 - share) + ink * share).astype(np.uint8)
    quiet = {"tight": chance.choice((0.6, 1.0, 2.0))}.get(look, 4.0)
    return _mount(chance, text, painted, paper, round(quiet * module), module, poster=look == "poster")


def _modules(chance: random.Random, bits: Image, module: int, *, dots: bool) -> Image:
    """255 where there is ink."""
    if not dots:
        return np.kron(bits, np.full((module, module), 255, np.uint8)).astype(np.uint8)
    size = bits.shape[0]
    face = np.zeros((size * module, size * module), np.uint8)
    for y, x in zip(*np.nonzero(bits), strict=True):
        centre = (int((x + 0.5) * module), int((y + 0.5) * module))
        cv2.circle(face, centre, max(1, round(module * chance.uniform(0.44, 0.5))), 255, -1, cv2.LINE_AA)
    for y, x in ((0, 0), (0, size - 7), (size - 7, 0)):
        block = np.kron(bits[y : y + 7, x : x + 7], np.full((module, module), 255, np.uint8))
        face[y * module : (y + 7) * module, x * module : (x + 7) * module] = block
    return face


def _logo(chance: random.Random, face: Image) -> None:
    size = face.shape[0]
    half = int(size * chance.uniform(0.07, 0.11))
    mid = size // 2
    cv2.rectangle(face, (mid - half, mid - half), (mid + half, mid + half), 0, -1)
    cv2.circle(face, (mid, mid), int(half * 0.7), 200, -1)


def _mount(
    chance: random.Random, text: str, painted: Image, paper: Any, quiet: int, module: int, *, poster: bool
) -> Print:
    """On its sheet, with whatever else is printed there."""
    size = painted.shape[0]
    above, below = (int(size * 0.45), int(size * 0.4)) if poster else (0, 0)
    side = int(size * 0.2) if poster else 0
    sheet = np.empty((size + 2 * quiet + above + below, size + 2 * quiet + 2 * side, 3), np.uint8)
    sheet[:] = paper.astype(np.uint8)
    top, left = quiet + above, quiet + side
    sheet[top : top + size, left : left + size] = painted
    if poster:
        scale = size / 420
        dark = (90, 60, 20)
        cv2.rectangle(sheet, (0, 0), (sheet.shape[1], int(above * 0.55)), (130, 70, 20), -1)
        for line, at in (("UBND XA MAU AN", above * 0.38), ("QUET MA NOP LE PHI", above * 0.85)):
            colour = (250, 250, 250) if at < above * 0.5 else dark
            cv2.putText(sheet, line, (side, int(at)), cv2.FONT_HERSHEY_DUPLEX, scale, colour, max(1, int(2 * scale)))
        for n, line in enumerate(("Ngan hang: BIDV", "So tai khoan: ******2345", "napas 247   VietQR")):
            place = (side, top + size + quiet + int((n + 0.4) * below * 0.26))
            cv2.putText(sheet, line, place, cv2.FONT_HERSHEY_SIMPLEX, scale * 0.8, dark, max(1, int(2 * scale)))
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) * size + np.array([left, top], np.float32)
    return Print(text, sheet, corners.astype(np.float32), module)
