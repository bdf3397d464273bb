"""The schemas editors check by: they fit every file of ours, tell mistakes, and are those of the models of today."""

import datetime as dt
import json
import re
import shutil
import textwrap
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from bot.cli.main import run
from content.check import check
from content.knowledge import FOLDER
from content.library import Library
from content.reading import read
from content.schemas import FILES, LISTS, schemas
from tests.content.small_content import FILES as SMALL
from tests.content.small_content import write

PATTERNS = {name: pattern for name, (_, pattern) in {**FILES, **LISTS}.items()}


@cache
def checker(name: str) -> Draft202012Validator:
    return Draft202012Validator(schemas()[name], format_checker=FormatChecker())


def mistakes(name: str, data: Any) -> list[str]:
    return [error.message for error in checker(name).iter_errors(data)]


@pytest.mark.parametrize("name", PATTERNS)
def test_every_file_of_ours_fits_its_schema(name: str) -> None:
    Draft202012Validator.check_schema(checker(name).schema)
    found = sorted(FOLDER.glob(PATTERNS[name]))
    assert found
    for path in found:
        assert mistakes(name, read(path, FOLDER).data) == [], path.name


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("menu: Qua sông", "menus: Qua sông", "menus"),
        ("version: 1", "version: một", "một"),
        ("valid_from: 2026-01-01", "valid_from: hôm qua", "hôm qua"),
        ("warn: mat_khau", "warn: matkhau", "matkhau"),
        ("id: tra-sau", "id: Trả Sau", "Trả Sau"),
    ],
)
def test_a_mistake_in_a_guide_is_told_by_its_schema(tmp_path: Path, old: str, new: str, named: str) -> None:
    folder = write(tmp_path, {"guides/qua-song.yaml": SMALL["guides/qua-song.yaml"].replace(old, new)})
    assert any(named in m for m in mistakes("guide", read(folder / "guides" / "qua-song.yaml", folder).data))


def test_the_schemas_that_lie_beside_the_content_are_those_of_today(tmp_path: Path) -> None:
    assert run(["content", "schema", "--out", str(tmp_path / "s")]) == 0
    made = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (tmp_path / "s").iterdir()}
    kept = {p.name: json.loads(p.read_text(encoding="utf-8")) for p in (FOLDER / "schemas").glob("*.json")}
    assert made == kept, "run: python -m bot content schema"


def example(beginning: str) -> str:
    """The indented block of the tutorial that begins so."""
    page = (FOLDER.parent / "docs" / "content.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^    .*\n|^\n)+", page, flags=re.MULTILINE)
    (block,) = [textwrap.dedent(b).strip() + "\n" for b in blocks if beginning in b]
    return block


def test_following_the_tutorial_word_for_word_gives_a_guide_and_a_place_without_a_mistake(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "content"))
    menu = (folder / "menu.yaml").read_text(encoding="utf-8")
    (folder / "menu.yaml").write_text(menu.replace("guides: [", "guides: [bai-mau, ", 1), encoding="utf-8")
    (folder / "guides" / "bai-mau.yaml").write_text(example("id: bai-mau"), encoding="utf-8")
    (folder / "overrides" / "31441.yaml").write_text(example('code: "31441"'), encoding="utf-8")
    assert [p for p in check(folder, dt.date(2026, 11, 22)) if p.kind == "error"] == []
    for name, path in (("guide", "guides/bai-mau.yaml"), ("override", "overrides/31441.yaml")):
        text = (folder / path).read_text(encoding="utf-8")
        schema = re.match(r"# yaml-language-server: \$schema=(\S+)", text)
        assert schema is not None
        assert (folder / path).parent.joinpath(schema[1]).resolve() == (folder / "schemas" / f"{name}.json").resolve()
        assert mistakes(name, read(folder / path, folder).data) == []
    library = Library.load(folder)
    assert library.on_shelf(next(iter(library.shelves)), dt.date(2026, 11, 22))[0].id == "bai-mau"
