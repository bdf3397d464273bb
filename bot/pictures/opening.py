"""Opens a picture nobody vouches for: by what it is, not by what it is called, and only when it is not too large.

Only kinds that telephones and chats send are opened. The size is read from the header before anything is unpacked, so
that a small file cannot become a large picture.
"""

import io
from typing import Final

from PIL import Image, UnidentifiedImageError

from bot.pictures.kinds import LARGEST, kind_of

MOST_DOTS: Final = {"JPEG": 130_000_000, "HEIF": 52_000_000}
"""By kind; a JPEG is made smaller while it is unpacked."""
MOST_OTHER_DOTS: Final = 30_000_000
ENOUGH: Final = 13_000_000
"""Dots worth looking at: a photo of 4000 x 3000. Larger ones are made smaller."""


class Refused(Exception):
    """A file that cannot be read as a picture; `problem` is one of not_a_picture, too_large, broken."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Opened:
    """A picture whose kind and size were looked at; nothing of it is unpacked before it is asked for."""

    def __init__(self, data: bytes) -> None:
        """Raises Refused."""
        if len(data) > LARGEST:
            raise Refused("too_large")
        kind = kind_of(data)
        if kind is None:
            raise Refused("not_a_picture")
        self._data, self._kind = data, kind
        width, height = self._open().size
        if width * height > MOST_DOTS.get(kind, MOST_OTHER_DOTS):
            raise Refused("too_large")
        self._divisor = max(1, round((width * height / ENOUGH) ** 0.5))

    def grey(self) -> Image.Image:
        """In grey, its first frame, on white paper. Raises Refused."""
        return self._unpacked("L")

    def colours(self) -> tuple[Image.Image, ...]:
        """Its red, green and blue, each in grey; none of them for a grey picture. Raises Refused."""
        picture = self._unpacked("RGB")
        return picture.split() if picture.mode == "RGB" else ()

    def _open(self) -> Image.Image:
        try:
            if self._kind == "HEIF":
                import pi_heif  # type: ignore[import-untyped]

                pi_heif.register_heif_opener()
            return Image.open(io.BytesIO(self._data), formats=[self._kind])
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):  # a warning where those are errors
            raise Refused("too_large") from None
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
            raise Refused("broken") from None

    def _unpacked(self, mode: str) -> Image.Image:
        picture = self._open()
        try:
            picture.draft(mode, (picture.width // self._divisor, picture.height // self._divisor))
            picture.load()
            return self._small(_flat(picture, mode))
        except MemoryError:
            raise Refused("too_large") from None
        except Exception:  # Pillow raises whatever its decoders meet in a file that is not whole
            raise Refused("broken") from None

    def _small(self, picture: Image.Image) -> Image.Image:
        factor = max(1, round((picture.width * picture.height / ENOUGH) ** 0.5))
        return picture.reduce(factor) if factor > 1 else picture


def _flat(picture: Image.Image, mode: str) -> Image.Image:
    """In that mode, without depth beyond eight bits and without holes."""
    if picture.mode in ("I", "I;16", "I;16L", "I;16B", "I;16N"):
        return picture.convert("I").point(lambda v: v * (1 / 256)).convert("L")
    if picture.has_transparency_data:
        whole = picture.convert("RGBA")
        paper = Image.new("RGBA", whole.size, "white")
        paper.alpha_composite(whole)
        picture = paper
    if picture.mode in ("L", "1", "LA", "F"):
        mode = "L"
    return picture.convert(mode)
