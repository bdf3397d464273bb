"""The calendar of offices: weekends, holidays, Saturdays worked instead; and mistakes in it told with their line."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from content.knowledge import FOLDER
from content.reading import KnowledgeError
from content.workdays import Workdays

WORKDAYS = Workdays.load(FOLDER)


@pytest.mark.parametrize(("day", "works"), [
    ("2026-11-20", True), ("2026-11-21", False), ("2026-11-22", False),
    ("2026-11-24", False),  # a Tuesday: Ngày Văn hóa Việt Nam
    ("2026-08-22", True),  # a Saturday worked for Monday 31/8
    ("2026-08-31", False), ("2026-04-26", False), ("2026-04-27", False), ("2027-02-05", False), ("2027-02-11", True),
    ("2028-01-26", False), ("2029-01-01", True),  # not known yet: weekends alone
])  # fmt: skip
def test_offices_work_on_weekdays_that_are_no_holidays(day: str, works: bool) -> None:
    assert WORKDAYS.works(dt.date.fromisoformat(day)) is works


@pytest.mark.parametrize("line", [
    "  - {from: 2026-11-24, name: Trùng}", "  - {from: 2030-01-01, name: Ngoài}", "  - {from: 2026-13-01, name: Sai}",
    "  - {from: 2026-12-01, name: Lạ, kind: nghi}",
])  # fmt: skip
def test_a_wrong_holiday_is_told_with_its_line(tmp_path: Path, line: str) -> None:
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "holidays.yaml"
    shutil.copy(FOLDER / "data" / "holidays.yaml", path)
    path.write_text(path.read_text("utf-8") + line + "\n", "utf-8")
    last = path.read_text("utf-8").count("\n")
    with pytest.raises(KnowledgeError) as told:
        Workdays.load(tmp_path)
    assert told.value.problem.line == last
