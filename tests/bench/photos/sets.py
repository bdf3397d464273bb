"""The photographs of a set: one damage at a time, or several at once, drawn from a seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tests.bench.photos import camera
from tests.bench.photos.prints import Print, draw, payload

KINDS = (
    "plain", "perspective", "rotation", "defocus", "motion", "low light", "glare", "shadow", "moire", "jpeg",
    "covered", "curved", "crumpled", "small in 4K", "low resolution", "dirty print", "inverted", "tight", "logo",
    "dots", "mixed", "strong mix",
)  # fmt: skip
SORTS = (
    ("perspective", "rotation", "curved", "crumpled"),
    ("defocus", "motion", "low resolution"),
    ("low light", "glare", "shadow", "moire"),
    ("jpeg", "covered", "dirty print"),
)
"""Shape, sharpness, light, what is left of the code: one damage of each in a mixed photo, up to half of its worst."""
MIXES = tuple(damage for sort in SORTS for damage in sort)
"""Of these any two to four in a strong mix, up to seven tenths of their worst."""
SHARE = {"mixed": 0.5, "strong mix": 0.7}
DRAWN = 14
"""Pixels of a module on the sheet; far more than any photo keeps."""


@dataclass(frozen=True)
class Photo:
    """A file as it arrives, and what stands in it."""

    kind: str
    strength: float
    data: bytes
    payload: str


@dataclass(frozen=True)
class Plan:
    """How one photo is taken."""

    width: int = 1280
    height: int = 960
    module: float = 6.0
    """Pixels of a module in the photo."""
    angle: float = 0.0
    tilt: float = 8.0
    quality: int = 80
    look: str = "plain"
    damages: tuple[str, ...] = ()


def photos(
    seed: int, count: int, kinds: tuple[str, ...] = KINDS, strengths: tuple[float, float] = (0.0, 1.0)
) -> Iterator[Photo]:
    """`count` photos of each kind, of strengths between those."""
    for kind in kinds:
        for n in range(count):
            chance = random.Random(f"{seed}/{kind}/{n}")
            yield photo(kind, chance, chance.uniform(*strengths))


def photo(kind: str, chance: random.Random, strength: float) -> Photo:
    """One photo of that kind."""
    text = payload(chance)
    damages = _several(chance, kind) if kind in SHARE else (kind,)
    plan = Plan(angle=chance.uniform(-12, 12), tilt=chance.uniform(0, 15), module=chance.uniform(4.5, 9))
    if chance.random() < 0.5:
        plan = replace(plan, width=960, height=1280)
    if chance.random() < 0.35:
        plan = replace(plan, look="poster")
    weight = strength * SHARE.get(kind, 1.0)
    for damage in damages:
        plan = _planned(plan, damage, chance, weight)
    plan = replace(plan, damages=damages)
    return Photo(kind, strength, _taken(draw(chance, text, DRAWN, look=plan.look), plan, chance, weight), text)


def _several(chance: random.Random, kind: str) -> tuple[str, ...]:
    """What goes together in a mix."""
    if kind == "mixed":
        return tuple(chance.choice(sort) for sort in SORTS)
    picked = chance.sample(MIXES, chance.randint(2, 4))
    return tuple(d for d in MIXES if d in picked)


def _planned(plan: Plan, damage: str, chance: random.Random, s: float) -> Plan:
    """What a damage asks of the camera."""
    match damage:
        case "perspective":
            return replace(plan, tilt=25 + 35 * s)
        case "rotation":
            return replace(plan, angle=chance.uniform(0, 360))
        case "jpeg":
            return replace(plan, quality=round(38 - 28 * s))
        case "low resolution":
            return replace(plan, module=3.2 - 1.4 * s, quality=70)
        case "small in 4K":
            return replace(plan, width=3840, height=2160, module=7.0 - 4.0 * s, quality=82)
        case "inverted" | "tight" | "logo" | "dots":
            return replace(plan, look=damage)
        case _:
            return plan


def _taken(printed: Print, plan: Plan, chance: random.Random, s: float) -> bytes:
    if "dirty print" in plan.damages:
        printed = replace(printed, pixels=camera.dirty(printed.pixels, chance, s))
    if "covered" in plan.damages:
        printed = replace(printed, pixels=camera.covered(printed, chance, s))
    if "curved" in plan.damages:
        printed = replace(printed, pixels=camera.rounded(printed, chance, s))
    if "crumpled" in plan.damages:
        printed = replace(printed, pixels=camera.crumpled(printed, chance, s))
    modules = float(np.ptp(printed.corners[:, 0])) / printed.module
    size = min(modules * plan.module, 0.9 * min(plan.width, plan.height))
    room = (plan.width - size, plan.height - size)
    centre = (plan.width / 2 + chance.uniform(-0.3, 0.3) * room[0],
              plan.height / 2 + chance.uniform(-0.3, 0.3) * room[1])  # fmt: skip
    view = camera.surroundings(plan.width, plan.height, chance)
    image = camera.shoot(
        printed.pixels, printed.corners, view, centre, size, chance, angle=plan.angle, tilt=plan.tilt
    )
    module = size / modules
    if "moire" in plan.damages:
        image = camera.moire(image, chance, s, chance.uniform(1.6, max(2.0, module * 0.7)))
    if "shadow" in plan.damages:
        image = camera.shadow(image, chance, s, centre, size)
    if "glare" in plan.damages:
        image = camera.glare(image, chance, s, centre, size)
    if "defocus" in plan.damages:
        image = camera.defocus(image, chance, module * (0.35 + 0.75 * s))
    if "motion" in plan.damages:
        image = camera.motion(image, chance, module * (0.6 + 1.5 * s))
    if "low light" in plan.damages:
        image = camera.dim(image, chance, s)
    image = camera.develop(image, chance)
    return camera.jpeg(image, plan.quality)
