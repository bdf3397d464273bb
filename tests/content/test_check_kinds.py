"""Every kind of fault an author can make, planted in a copy of the knowledge: told with file, line, remedy."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from bot.cli.main import run
from content.aloud import actions
from content.check import check, inspect
from content.knowledge import FOLDER
from content.texts import Rules
from tests.content.small_content import FILES, write
from tests.content.test_check import CAU, GIAY, SONG, TODAY

COMMUNE = "overrides/31441.yaml"
OVERRIDE = """\
code: "31441"
centre: Bến đò xã Vị Thủy
sources: [ben-do]
verified_on: 2026-06-01
review_by: 2027-01-01
owner: xa-vi-thuy
"""
LONG = "Bác nhớ mang theo giấy tờ của mình và của người đi cùng thuyền."

# Kind of fault; file, what stands there, what is written instead; the first line of the mistake; words of the remedy.
KINDS = {
    "expired content that is shown": (
        CAU, "valid_from: 2026-01-01", "valid_from: 2026-01-01\nvalid_to: 2026-11-20",
        SONG, "guide: qua-cau", "Dẫn tới"),
    "a dead end": (SONG, "next: go-ma}", "next: bo-hoang}", SONG, "next: bo-hoang", "Sửa thành mã"),
    "a step nobody reaches": (SONG, "next: go-ma}", "next: tra-sau}", SONG, "- id: go-ma", "Cho một bước khác"),
    "a loop with a way out": (SONG, "    next: het", "    next: ra-ben", SONG, "- id: tra-sau", "Sửa next"),
    "an over-long text": (SONG, "Bác trả khi lên bờ.", LONG * 7, SONG, "text: Bác nhớ", "Viết gọn lại"),
    "a step without a source": (SONG, "    sources: [ben-do]\n    confidence", "    confidence", SONG, "- id: ra-ben",
                                "Thêm dòng «sources"),
    "a source nobody wrote down": (GIAY, "legal: [ben-do]", "legal: [bao]", GIAY, "legal:", "Thêm vào sources"),
    "an address that is not allowed": (SONG, "Bác trả khi lên bờ.", "Bác vào dichvucong-gov.vn.com nhé.", SONG,
                                       "dichvucong-gov", "Chỉ dẫn tới"),
    "a commune that does not exist": (COMMUNE, '"31441"', '"99999"', COMMUNE, "code:", "Sửa mã"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_planted_fault_is_told_with_file_line_and_remedy(tmp_path: Path, kind: str) -> None:
    file, old, new, told_in, at, remedy = KINDS[kind]
    files = {**FILES, COMMUNE: OVERRIDE}
    assert files[file].count(old) == 1, "the fault has one place"
    files[file] = files[file].replace(old, new)
    line = files[told_in][: files[told_in].index(at)].count("\n") + 1
    problems = [p for p in check(write(tmp_path, files), TODAY) if p.kind == "error"]
    found = [p for p in problems if p.file == f"content/{told_in}" and p.line == line and remedy in p.mend]
    assert found, problems


def test_the_folder_without_a_fault_is_clean(tmp_path: Path) -> None:
    assert check(write(tmp_path, {**FILES, COMMUNE: OVERRIDE}), TODAY) == []


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All the knowledge that is released."""
    return Path(shutil.copytree(FOLDER, tmp_path_factory.mktemp("copy") / "content"))


def test_messages_that_get_too_long_only_when_put_together_are_told(copied: Path) -> None:
    path = copied / "guides" / "phan-anh.yaml"
    text = before = path.read_text(encoding="utf-8")
    longer = "Bác ghi rõ việc gì, ở đâu, lúc nào. " * 9
    text = text.replace("    text: ", f"    warn: otp\n    helper: {longer[:190]}\n    text: {longer[:300]} ", 1)
    path.write_text(text, encoding="utf-8")
    found = [p for p in check(copied, TODAY) if "quá 600" in p.what]
    path.write_text(before, encoding="utf-8")
    assert [(p.file, p.kind) for p in found] == [("content/guides/phan-anh.yaml", "error")]
    assert 1 < found[0].line < 60


def test_no_message_of_the_released_knowledge_is_longer_than_six_hundred_characters() -> None:
    report = inspect(FOLDER, TODAY)
    assert report.spoken is not None
    assert len(report.spoken.messages) > 2000
    assert all(len(said.text) <= 600 for said in report.spoken.messages)
    assert not [p for p in report.problems if "một bước mà có" in p.what]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Bác mở **VNeID** trên điện thoại.", 1),
        ("Máy có hỏi mật khẩu không?", 0),
        ("Bác gõ tên. Rồi bấm **Tìm**. Chọn dòng đầu.", 3),
        ("Máy hiện một mã. Bác đừng đọc cho ai.", 0),
    ],
)
def test_things_to_be_done_are_counted(text: str, count: int) -> None:
    assert actions(text, Rules.load(FOLDER)) == count


def test_a_crowded_step_is_told(tmp_path: Path) -> None:
    crowded = FILES[SONG].replace("Bác trả khi lên bờ.", "Bác mở ví. Chọn tờ tiền. Đưa cho chủ đò.")
    (problem,) = check(write(tmp_path, {SONG: crowded}), TODAY)
    assert problem.kind == "warning"
    assert "3 việc" in problem.what


def test_what_falls_due_within_thirty_days_is_listed_with_its_owner_and_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    song = FILES[SONG].replace("review_by: 2027-01-01", "review_by: 2026-12-21")
    cau = FILES[CAU].replace("review_by: 2027-01-01", "review_by: 2026-12-22")
    giay = FILES[GIAY].replace("owner: to", "watch:\n  - {date: 2026-12-01, note: luật mới}\nowner: to")
    words = {f"messages/{path.name}": path.read_text(encoding="utf-8") for path in FOLDER.glob("messages/*.j2")}
    folder = write(tmp_path, {SONG: song, CAU: cau, GIAY: giay, **words})
    listed = [(d.by, d.file, d.name, d.owner, d.note) for d in inspect(folder, TODAY).due]
    assert listed == [
        (dt.date(2026, 11, 25), "content/waivers.yaml", "mua-nuoc", "-", ""),
        (dt.date(2026, 12, 1), "content/procedures/giay-do.yaml", "giay-do", "to-noi-dung", "luật mới"),
        (dt.date(2026, 12, 21), "content/guides/qua-song.yaml", "qua-song", "to-noi-dung", ""),
    ]
    assert run(["content", "check", "--folder", str(folder), "--now", "2026-11-21T09:00:00+07:00"]) == 0
    said = capsys.readouterr().out
    line = song[: song.index("review_by")].count("\n") + 1
    assert f"content/guides/qua-song.yaml:{line}: Sắp tới hạn 21/12/2026: qua-song (to-noi-dung)" in said
    assert "Đọc lên: " in said
    assert "3 mục sắp tới hạn xem lại" in said
