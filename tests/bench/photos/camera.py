"""The camera and the world before it: light, dirt, bent paper, an unsteady hand, a small file."""

import math
import random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.bench.photos.prints import Image, Print

Numbers = np.random.Generator
Floats = NDArray[np.float32]


def dots(values: Any) -> Image:
    """As a picture's dots: whole, from 0 to 255."""
    image: Image = np.clip(values, 0, 255).astype(np.uint8)
    return image


# --- the sheet before the lens ----------------------------------------------------------------------------------


def dirty(sheet: Image, chance: random.Random, strength: float) -> Image:
    """Weak toner in stripes, specks of ink and of nothing, a stain; letters grown fat or thin."""
    numbers = np.random.default_rng(chance.getrandbits(32))
    h, w = sheet.shape[:2]
    image: Any = sheet.astype(np.float32)
    stripes = np.ones((1, w), np.float32)
    for _ in range(round(2 + 6 * strength)):
        at, wide = chance.randrange(w), max(1, int(w * chance.uniform(0.003, 0.012)))
        stripes[:, at : at + wide] = 1 - chance.uniform(0.2, 0.45 + 0.5 * strength)
    image = 255 - (255 - image) * stripes[..., None]
    specks = cv2.resize(numbers.random((max(8, h // 5), max(8, w // 5))).astype(np.float32), (w, h))
    image = np.where((specks > 1 - 0.03 * strength)[..., None], 30, image)
    image = np.where((specks < 0.05 * strength)[..., None], 240, image)
    stain: Any = np.zeros((h, w), np.float32)
    centre = (chance.randrange(w), chance.randrange(h))
    cv2.ellipse(stain, centre, (int(w * 0.3), int(h * 0.15)), chance.uniform(0, 180), 0, 360, 1.0, -1)
    stain = cv2.GaussianBlur(stain, (0, 0), w * 0.03)
    return dots(image * (1 - stain[..., None] * 0.35 * strength))


def covered(printed: Print, chance: random.Random, strength: float) -> Image:
    """A thumb, a pen stroke, tape or a torn corner over a part of the code, away from two of its corners."""
    sheet = printed.pixels.copy()
    (left, top), size = printed.corners[0], float(np.ptp(printed.corners[:, 0]))
    share = chance.uniform(0.02, 0.045) + 0.03 * strength
    side = math.sqrt(share) * size
    x = left + size * chance.uniform(0.45, 0.75)
    y = top + size * chance.uniform(0.45, 0.75)
    shape = chance.choice(("thumb", "pen", "tape"))
    if shape == "thumb":
        skin = (chance.randint(90, 140), chance.randint(120, 170), chance.randint(170, 220))
        cv2.ellipse(
            sheet, (int(x), int(y)), (int(side * 0.45), int(side * 0.7)), chance.uniform(0, 90), 0, 360, skin, -1
        )
    elif shape == "pen":
        for _ in range(2):
            ends = [(int(left + size * chance.random()), int(top + size * chance.random())) for _ in range(2)]
            cv2.line(sheet, ends[0], ends[1], (130, 40, 30), max(1, int(printed.module * (0.4 + 0.6 * strength))))
    else:
        box = sheet[int(y) : int(y + side), int(x) : int(x + side)]
        box[:] = (box.astype(np.float32) * 0.25 + 150).astype(np.uint8)
    return sheet


def rounded(printed: Print, chance: random.Random, strength: float) -> Image:
    """The sheet round a pillar or a bottle, upright or lying, seen from near: its sides narrow, its middle bulges."""
    half = math.radians(20 + 38 * strength)
    lying = chance.random() < 0.5
    sheet = np.ascontiguousarray(np.swapaxes(printed.pixels, 0, 1)) if lying else printed.pixels
    h, w = sheet.shape[:2]
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    turned = np.arcsin(np.clip((xs / w * 2 - 1) * math.sin(half), -1, 1))
    near = 1 + 0.12 * strength * (1 - np.cos(turned))
    map_x, map_y = (turned / half + 1) / 2 * w, (ys - h / 2) * near + h / 2
    bent = _moved(sheet, map_x, map_y, 0.45 + 0.55 * np.cos(turned * 0.9))
    return np.ascontiguousarray(np.swapaxes(bent, 0, 1)) if lying else bent


def crumpled(printed: Print, chance: random.Random, strength: float) -> Image:
    """The sheet after a day in a pocket."""
    numbers = np.random.default_rng(chance.getrandbits(32))
    h, w = printed.pixels.shape[:2]
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    across, down = (cv2.resize(numbers.normal(0, 1, (5, 5)).astype(np.float32), (w, h), interpolation=cv2.INTER_CUBIC)
                    for _ in range(2))  # fmt: skip
    reach = (0.003 + 0.006 * strength) * w
    return _moved(printed.pixels, xs + across * reach, ys + down * reach, 1 + 0.12 * strength * across)


def _moved(sheet: Image, map_x: Floats, map_y: Floats, light: Floats) -> Image:
    image = cv2.remap(sheet, map_x.astype(np.float32), map_y.astype(np.float32), cv2.INTER_LINEAR,
                      borderMode=cv2.BORDER_REPLICATE)  # fmt: skip
    return dots(image.astype(np.float32) * np.clip(light, 0.2, 1.1)[..., None])


# --- seen by the lens -------------------------------------------------------------------------------------------


def surroundings(width: int, height: int, chance: random.Random) -> Image:
    """A wall, a table, a counter: never quite even, with grain, lines of print and things lying about."""
    numbers = np.random.default_rng(chance.getrandbits(32))
    grey = chance.randint(40, 210)
    base = np.array([grey + chance.randint(-35, 35) for _ in range(3)], np.float32)
    light = cv2.resize(
        numbers.normal(0, 12, (6, 8)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    grain = cv2.resize(numbers.normal(0, 6, (height // 4 + 1, width // 4 + 1)).astype(np.float32), (width, height))
    image = dots(base[None, None] + (light + grain)[..., None])
    for _ in range(chance.randint(0, 6)):
        _thing(image, chance, [chance.randint(0, 255) for _ in range(3)])
    return image


def _thing(image: Image, chance: random.Random, colour: list[int]) -> None:
    """A cable, a box, a keyboard or a tiled edge, a paper with print on it."""
    height, width = image.shape[:2]
    x, y = chance.randrange(width), chance.randrange(height)
    match chance.randrange(4):
        case 0:
            end = (chance.randrange(width), chance.randrange(height))
            cv2.line(image, (x, y), end, colour, chance.randint(2, max(3, width // 120)))
        case 1:
            cv2.rectangle(image, (x, y), (x + width // 7, y + height // 9), colour, -1)
        case 2:
            key = max(6, width // chance.randint(40, 90))
            for n in range(chance.randint(12, 60)):
                left, top = x + n % 10 * key, y + n // 10 * key
                cv2.rectangle(image, (left, top), (left + key * 3 // 4, top + key * 3 // 4), colour, -1)
        case _:
            letter = max(0.3, width / chance.randint(1200, 3000))
            for n in range(chance.randint(3, 12)):
                words = "".join(chance.choices("ABCDEFGHIKLMNOPRSTUVXY 0123456789", k=chance.randint(8, 26)))
                cv2.putText(image, words, (x, y + int(n * 34 * letter)), cv2.FONT_HERSHEY_SIMPLEX, letter, colour, 1)


def shoot(
    sheet: Any, corners: Floats, view: Image, centre: tuple[float, float], size: float, chance: random.Random,
    *, angle: float = 0.0, tilt: float = 0.0,
) -> Image:  # fmt: skip
    """The sheet as it stands in the view: the code about `size` pixels wide, turned by `angle`, tilted by `tilt`
    degrees about some axis."""
    axis = chance.uniform(0, 2 * math.pi)
    middle = corners.mean(axis=0)
    code = float(np.ptp(corners[:, 0]))
    h, w = sheet.shape[:2]
    edges = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    points = [_seen((p - middle) / code, math.radians(angle), math.radians(tilt), axis) for p in edges]
    target = (np.array(points) * size + np.array(centre)).astype(np.float32)
    # Made small first: what is finer than the sensor's dots must not alias.
    share = min(1.0, size / code * 1.25)
    if share < 1:
        sheet = cv2.resize(sheet, (max(2, round(w * share)), max(2, round(h * share))), interpolation=cv2.INTER_AREA)
    small = np.array([[0, 0], [sheet.shape[1], 0], [sheet.shape[1], sheet.shape[0]], [0, sheet.shape[0]]], np.float32)
    matrix = cv2.getPerspectiveTransform(small, target)
    whole = (view.shape[1], view.shape[0])
    mask = cv2.warpPerspective(np.full(sheet.shape[:2], 255, np.uint8), matrix, whole, flags=cv2.INTER_LINEAR)
    seen = cv2.warpPerspective(sheet, matrix, whole, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    share3 = (mask.astype(np.float32) / 255)[..., None]
    return dots(seen * share3 + view * (1 - share3))


def _seen(point: Floats, angle: float, tilt: float, axis: float) -> tuple[float, float]:
    """A point of the sheet, in widths of the code from its middle, on the picture of a camera 3 widths away."""
    x, y = float(point[0]), float(point[1])
    x, y = x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)
    along = x * math.cos(axis) + y * math.sin(axis)
    across = -x * math.sin(axis) + y * math.cos(axis)
    depth = 3.0 + across * math.sin(tilt)
    across *= math.cos(tilt)
    x, y = along * math.cos(axis) - across * math.sin(axis), along * math.sin(axis) + across * math.cos(axis)
    return x * 3 / depth, y * 3 / depth


# --- light, hand, sensor, file ----------------------------------------------------------------------------------


def glare(image: Image, chance: random.Random, strength: float, centre: tuple[float, float], size: float) -> Image:
    """A lamp or a flash mirrored by lamination: a white spot with a wide soft rim, on or beside the code."""
    h, w = image.shape[:2]
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    away = size * chance.uniform(0.1, 0.5)
    turn = chance.uniform(0, 2 * math.pi)
    cx, cy = centre[0] + away * math.cos(turn), centre[1] + away * math.sin(turn)
    stretch, lean = chance.uniform(1, 2.5), chance.uniform(0, math.pi)
    dx, dy = xs - cx, ys - cy
    a, b = dx * math.cos(lean) + dy * math.sin(lean), (-dx * math.sin(lean) + dy * math.cos(lean)) * stretch
    far = np.sqrt(a * a + b * b) / size
    core = np.clip(1.25 - far / (0.06 + 0.05 * strength), 0, 1)
    rim = np.exp(-((far / (0.25 + 0.2 * strength)) ** 2)) * (0.35 + 0.35 * strength)
    shine = np.clip(core + rim, 0, 1)[..., None]
    return dots(image + (255 - image.astype(np.float32) * 0.85) * shine)


def shadow(image: Image, chance: random.Random, strength: float, centre: tuple[float, float], size: float) -> Image:
    """The edge of a shadow across the code."""
    h, w = image.shape[:2]
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    lean = chance.uniform(0, 2 * math.pi)
    side = (xs - centre[0]) * math.cos(lean) + (ys - centre[1]) * math.sin(lean) + size * chance.uniform(-0.3, 0.3)
    dark = 1 / (1 + np.exp(-np.clip(side / (size * chance.uniform(0.004, 0.08)), -40, 40)))
    return dots(image * (1 - (0.45 + 0.4 * strength) * dark[..., None]))


def defocus(image: Image, chance: random.Random, radius: float) -> Image:
    """A disc of confusion of that radius in pixels."""
    reach = math.ceil(radius)
    ys, xs = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = np.clip(radius + 0.5 - np.hypot(xs, ys), 0, 1).astype(np.float32)
    return dots(cv2.filter2D(image, -1, disc / disc.sum(), borderType=cv2.BORDER_REPLICATE))


def motion(image: Image, chance: random.Random, length: float) -> Image:
    """The hand moved by so many pixels while the shutter was open, not quite straight."""
    reach = math.ceil(length) + 2
    kernel: Any = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    lean, curve = chance.uniform(0, math.pi), chance.uniform(-0.4, 0.4)
    for t in np.linspace(-0.5, 0.5, 200):
        x, y = t * length * math.cos(lean + curve * t), t * length * math.sin(lean + curve * t)
        kernel[round(y) + reach, round(x) + reach] += 1
    kernel = cv2.GaussianBlur(kernel, (0, 0), 0.5)
    return dots(cv2.filter2D(image, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE))


def dim(image: Image, chance: random.Random, strength: float) -> Image:
    """Too little light: dark, yellowish, with the sensor's noise, coarse in colour, pulled up by the telephone."""
    numbers = np.random.default_rng(chance.getrandbits(32))
    level = 0.5 - 0.38 * strength
    light: Any = image.astype(np.float32) * level * np.array([0.75, 0.92, 1.0], np.float32)
    h, w = image.shape[:2]
    deep = 3 + 11 * strength
    shot = numbers.normal(0, 1, (h, w, 1)).astype(np.float32) * (deep + np.sqrt(np.maximum(light, 0)) * 0.6)
    coarse = numbers.normal(0, deep * 0.7, (h // 3 + 1, w // 3 + 1, 3)).astype(np.float32)
    noisy = light + shot + cv2.resize(coarse, (w, h))
    return dots(noisy * (1 + 0.6 * strength) + 6)


def moire(image: Image, chance: random.Random, strength: float, pitch: float) -> Image:
    """A screen's grid of coloured dots, of `pitch` picture dots each, and the bands of its backlight."""
    h, w = image.shape[:2]
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    lean = chance.uniform(-0.2, 0.2)
    u, v = xs * math.cos(lean) + ys * math.sin(lean), -xs * math.sin(lean) + ys * math.cos(lean)
    out = np.empty(image.shape, np.float32)
    for channel in range(3):
        grid = 0.5 + 0.5 * np.cos(2 * math.pi * (u / pitch + channel / 3))
        out[..., channel] = image[..., channel] * (1 - 0.55 * strength * grid)
    rows = 1 - 0.35 * strength * (0.5 + 0.5 * np.cos(2 * math.pi * v / pitch))
    bands = 1 - 0.3 * strength * (0.5 + 0.5 * np.cos(2 * math.pi * ys / (h * chance.uniform(0.15, 0.6))))
    haze = 18 * strength
    return dots(out * (rows * bands)[..., None] * 1.25 + haze)


def develop(image: Image, chance: random.Random) -> Image:
    """What every telephone does: a lens that is never quite sharp, a little noise, some sharpening."""
    numbers = np.random.default_rng(chance.getrandbits(32))
    soft: Any = cv2.GaussianBlur(image, (0, 0), chance.uniform(0.5, 0.9))
    noisy = soft + numbers.normal(0, chance.uniform(1, 4), image.shape).astype(np.float32)
    halo = cv2.GaussianBlur(noisy, (0, 0), 1.5)
    return dots(noisy + (noisy - halo) * chance.uniform(0, 0.8))


def jpeg(image: Image, quality: int) -> bytes:
    """The file."""
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return data.tobytes()
