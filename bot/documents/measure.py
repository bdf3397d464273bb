"""How wide words are on paper: what lines, columns and heights of rows are reckoned from."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=8192)
def points(text: str, size: float, *, bold: bool = False) -> float:
    """Points of a text in Times New Roman; marks and hooks make a letter no wider."""
    from reportlab.pdfbase.pdfmetrics import stringWidth  # only with the first file

    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(c for c in bare if not unicodedata.combining(c))
    return float(stringWidth(letters, "Times-Bold" if bold else "Times-Roman", size))
