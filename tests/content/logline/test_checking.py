"""The vocabulary of the log is inspected: each mistake is told with its file, its line and its remedy."""

import datetime as dt
from pathlib import Path

import pytest

from content.check import check
from tests.content.small_content import write

TODAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(("file", "old", "new", "line", "named"), [
    ("contents", "giay-do: [giấy đò]", "giay-tau: [giấy đò]", "giay-tau:", "giay-tau"),
    ("contents", "code: lua_dao", "code: lua_gat", "lua_gat", "lua_gat"),
    ("contents", "all: [scam]", "all: [scams]", "[scams]", "scams"),
    ("contents", "  other: [", "  other: [etax, ", "other:", "etax"),
    ("contents", "code: province_app", "code: province_apps", "province_apps", "province_apps"),
    ("places", "  tu_xa: [", "  gan: [", "gan:", "gan"),
    ("places", "code: tu_xa", "code: gan_do", "gan_do", "gan_do"),
    ("talk", "  chuyen: [", "  chuyen: [xong, ", "chuyen:", "xong"),
    ("talk", "because:", "becauses:", "becauses:", "becauses"),
    ("people", "unit: [", "unit: [7, ", "unit:", "7"),
    ("odd", "people: 60", "people: nhiều", "people:", "nhiều"),
])  # fmt: skip
def test_a_mistake_in_the_words_is_told_where_it_stands(
    tmp_path: Path, file: str, old: str, new: str, line: str, named: str
) -> None:
    folder = write(tmp_path)
    path = folder / "data" / "logline" / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [p for p in check(folder, TODAY) if p.kind == "error"]
    assert [p.file for p in found] == [f"content/data/logline/{file}.yaml"] * len(found)
    assert found, "the mistake passes"
    assert any(line in lines[p.line - 1] and named in p.what and p.mend for p in found), found


def test_the_words_as_they_are_have_no_mistake(tmp_path: Path) -> None:
    assert [p for p in check(write(tmp_path), TODAY) if p.kind == "error"] == []
