"""The page for members shows what the assistant really answers."""

import re
from pathlib import Path

import pytest

from tests.talk import Talk

PAGE = Path(__file__).parents[2] / "docs" / "cach-ghi-mot-cau.md"
ROWS = [m.groups() for m in re.finditer(r"^\| (?!Anh/chị gõ)(.+?) \| (.+?) \|$", PAGE.read_text("utf-8"), re.M)]


def shown(answer: str) -> str:
    """An answer as a cell of the page."""
    text = answer.removeprefix("Trợ lý hiểu là").removeprefix(":").removeprefix(" ")
    return " ".join(text.split()).replace(" Bấm một số, hoặc gõ số khác.", "")


@pytest.mark.parametrize(("typed", "understood"), ROWS, ids=[row[0] for row in ROWS])
async def test_an_example_is_understood_as_the_page_says(talk: Talk, typed: str, understood: str) -> None:
    an = await talk.member("An")
    await an.says(typed)
    assert shown(an.reads) == understood


def test_the_page_has_examples() -> None:
    assert len(ROWS) > 10
