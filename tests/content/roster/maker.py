"""Makes lists the way offices make them: any order of columns, heads and words, and what must be read of each."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from content.folding import clean
from tests.content.roster.sheets import Formula, Page, Value, book

FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Hồ", "Tô", "Y", "K'")
MIDDLES = ("Văn", "Thị", "Hữu", "Ngọc", "Thị Kim", "Minh")
GIVEN = ("An", "Bình", "Cường", "Dung", "Em", "Phượng", "Giang", "Hòa", "Hoa", "Khánh", "Loan", "Bản", "Thôn", "Đông")
HAMLETS = ("Thôn 1", "Thôn 2", "Ấp Đông", "Khu phố 5", "Tổ dân phố 12", "Buôn Ea Tul", "Thôn Phú Hòa")
NAME_HEADS = ("Họ và tên", "Họ tên", "HỌ VÀ TÊN", "ho ten", "Họ, tên thành viên", "Họ và tên thành viên Tổ CNSCĐ")
PHONE_HEADS = ("Số điện thoại", "SĐT", "ĐT liên hệ", "sdt", "Số ĐT", "Điện thoại di động", "SĐT (Zalo)", "Di động")
DUTY_HEADS = ("Chức danh", "Nhiệm vụ trong tổ", "nhiem vu", "Chức vụ", "Vai trò", "Chức vụ trong Tổ CNSCĐ")
HAMLET_HEADS = ("Thôn", "Thôn/Tổ dân phố", "Ấp, khu phố", "thon", "Thôn/Ấp/KP/TDP/Tổ", "Địa bàn")
TEAM_HEADS = ("Tổ CNSCĐ", "Tổ công nghệ số cộng đồng", "to cnscd", "Thuộc tổ")
ORDER_HEADS = ("STT", "TT", "stt", "Số TT")
OTHERS = (("Ghi chú", ""), ("Ngày sinh", "12/03/1985"), ("Giới tính", "Nam"), ("Số CCCD", "001085012345"))
DUTIES = {
    "Tổ trưởng": ("Tổ trưởng", "TỔ TRƯỞNG", "To truong", "Trưởng thôn - Tổ trưởng"),
    "Tổ phó": ("Tổ phó", "Phó Tổ trưởng", "tổ phó"),
    "Thành viên": ("Thành viên", "Tổ viên", "TV", "thanh vien", ""),
}
FOOTS = (
    ("Danh sách này có {n} người./.",), ("Tổng cộng: {n} người",), ("(Ấn định danh sách có {n} thành viên)",),
    ("Nơi nhận:", "TM. ỦY BAN NHÂN DÂN"), ("- Như trên;", "CHỦ TỊCH"), ("Người lập biểu", "KT. CHỦ TỊCH"),
)  # fmt: skip


@dataclass
class Member:
    """Somebody of the list, and how his row is written."""

    name: str
    hamlet: str
    team: str
    duty: str
    phone: str | None
    written_phone: Value = None
    kinds: list[str] = field(default_factory=list)


@dataclass
class Made:
    """A file, and what is to be read of it."""

    data: bytes
    people: list[tuple[str, str | None, str, str | None]] = field(default_factory=list)
    """Name, hamlet, duty, phone, row by row."""
    problems: list[tuple[int, str]] = field(default_factory=list)
    teams: int = 0


def make(rng: Random) -> Made:
    """A list of some teams."""
    members = _members(rng)
    return _Layout(rng, members).made()


def _members(rng: Random) -> list[Member]:
    found: list[Member] = []
    names = set[str]()
    for hamlet in rng.sample(HAMLETS, rng.randint(1, 4)):
        for n in range(rng.randint(1, 5)):
            name = f"{rng.choice(FAMILIES)} {rng.choice(MIDDLES)} {rng.choice(GIVEN)}"
            if name in names:
                continue
            names.add(name)
            duty = "Tổ trưởng" if n == 0 else rng.choice(["Tổ phó", "Thành viên", "Thành viên"])
            phone = f"09{len(names):02}{rng.randint(0, 999999):06}"
            found.append(Member(name, hamlet, f"Tổ CNSCĐ {hamlet[0].lower()}{hamlet[1:]}", duty, phone))
    for member in found:
        _write_phone(rng, member)
    return found


def _write_phone(rng: Random, member: Member) -> None:
    phone = str(member.phone)
    one, two, three = phone[:4], phone[4:7], phone[7:]
    plain: Sequence[Value] = (
        phone, int(phone), float(phone), f"{one}.{two}.{three}", f"{one} {two} {three} ", f"{one}-{two}{three}",
        f"+84{phone[1:]}", f"84{phone[1:]}", f"(+84) {one[1:]} {two}{three}", Formula(f'="{phone}"', phone),
    )  # fmt: skip
    kind = rng.choice(["", "", "", "", "phone_two", "phone_bad", "phone_missing", "formula_empty", "formula_error"])
    written: dict[str, Sequence[Value]] = {
        "": plain,
        "phone_two": (f"{phone}/0388111222", f"{phone} - 0388111222", f"{phone}\n0388111222", f"{phone}; 388111222"),
        "phone_bad": (phone[:8], f"{phone}99", "12345", "09O5OOO123"),
        "phone_missing": ("", "không", "-", "chưa có"),
        "formula_empty": (Formula("=VLOOKUP(B2,X:Y,2,0)"),),
        "formula_error": (Formula("=VLOOKUP(B2,X:Y,2,0)", "#N/A"), "#REF!"),
    }
    member.written_phone = rng.choice(written[kind])
    if kind:
        member.kinds.append(kind)
    if kind not in ("", "phone_two"):
        member.phone = None


class _Layout:
    """One way of putting the members on paper."""

    def __init__(self, rng: Random, members: list[Member]) -> None:
        self.rng = rng
        self.members = members
        self.rows: list[list[Value]] = []
        self.merged: list[str] = []
        self.split = rng.choice(["one", "one", "two", "over"])
        """The name: in one column, in two, or in two below one head."""
        self.by = rng.choice(["section", "section", "column", "merged", "filled", "hamlet", "both"])
        """How the team is told."""
        self.two_rows = rng.random() < 0.3
        self.made_ = Made(b"", teams=len({m.team for m in members}))
        self.columns = self._columns()

    def _columns(self) -> list[str]:
        columns = ["name", "phone", "duty"]
        columns += {"section": [], "hamlet": ["hamlet"], "both": ["hamlet", "team"]}.get(self.by, ["team"])
        columns += [head for head, _ in self.rng.sample(OTHERS, self.rng.randint(0, 3))]
        self.rng.shuffle(columns)
        if self.rng.random() < 0.8:
            columns.insert(0, "order")
        if self.split != "one":
            at = columns.index("name")
            columns[at : at + 1] = ["family", "given"]
        return columns

    def made(self) -> Made:
        """Everything from the title to the signature."""
        self._preamble()
        self._heads()
        self._body()
        self._foot()
        pages = [Page(self.rows, "Danh sách", self.merged)]
        if self.rng.random() < 0.3:
            pages.insert(0, Page([["BÌA"], ["Danh sách kèm theo Quyết định"]], "Bìa"))
        if self.rng.random() < 0.3:
            pages.append(Page([["Họ và tên", "SĐT"], ["Người Cũ", "0911111111"]], "Bản cũ", hidden=True))
        if self.rng.random() < 0.3:
            pages.append(Page([], "Sheet3"))
        self.made_.data = book(*pages)
        return self.made_

    def _letter(self, index: int) -> str:
        return "ABCDEFGHIJKLMNOP"[index]

    def _wide(self, text: str) -> None:
        self.rows.append([text])
        if self.rng.random() < 0.7:
            self.merged.append(f"A{len(self.rows)}:{self._letter(len(self.columns) - 1)}{len(self.rows)}")

    def _preamble(self) -> None:
        if self.rng.random() < 0.5:
            self.rows.append(["ỦY BAN NHÂN DÂN", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"])
            self.rows.append(["XÃ VỊ THỦY", None, None, "Độc lập - Tự do - Hạnh phúc"])
        if self.rng.random() < 0.8:
            self._wide(self.rng.choice([
                "DANH SÁCH THÀNH VIÊN TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG", "Danh sách các Tổ CNSCĐ trên địa bàn xã",
            ]))  # fmt: skip
            self._wide("(Kèm theo Quyết định số 15/QĐ-UBND ngày 05/8/2025 của UBND xã Vị Thủy)")
        self.rows += [[] for _ in range(self.rng.randint(0, 2))]

    def _heads(self) -> None:
        choices = {"order": ORDER_HEADS, "name": NAME_HEADS, "phone": PHONE_HEADS, "duty": DUTY_HEADS,
                   "hamlet": HAMLET_HEADS, "team": TEAM_HEADS, "family": ("Họ đệm", "Họ và tên đệm", "Họ"),
                   "given": ("Tên",)}  # fmt: skip
        heads: list[Value] = [self.rng.choice(choices.get(c, (c,))) for c in self.columns]
        row = len(self.rows) + 1
        if self.split == "over":
            at = self.columns.index("family")
            heads[at], heads[at + 1] = self.rng.choice(NAME_HEADS), None
            down = row + 1 if self.two_rows else row
            self.merged.append(f"{self._letter(at)}{row}:{self._letter(at + 1)}{down}")
        self.rows.append(heads)
        if self.two_rows:
            self.rows.append([])
            skipped = ("family", "given") if self.split == "over" else ()
            self.merged += [f"{self._letter(i)}{row}:{self._letter(i)}{row + 1}"
                            for i, c in enumerate(self.columns) if c not in skipped]  # fmt: skip
        if self.rng.random() < 0.5:
            style = self.rng.choice(["{}", "({})"])
            line = [style.format(i) for i in range(1, len(self.columns) + 1)]
            self.rows.append([int(x) if x.isdecimal() and self.rng.random() < 0.5 else x for x in line])

    def _body(self) -> None:
        previous: str | None = None
        first = 0
        for number, member in enumerate(self.members, 1):
            if member.team != previous:
                self._close(first)
                if self.by == "section":
                    self._wide(self.rng.choice(["{}", "I. {}", "II. {}", "1. {}"]).format(
                        self.rng.choice([member.team, member.team.upper()])
                    ))  # fmt: skip
                first = len(self.rows) + 1
            if self.rng.random() < 0.05 and self.by != "merged":
                self.rows.append([])
            self._member(number, member, is_first=member.team != previous)
            previous = member.team
        self._close(first)

    def _close(self, first: int) -> None:
        """The end of a team: its column merged, or a sum below."""
        if first and self.by == "merged" and len(self.rows) > first:
            letter = self._letter(self.columns.index("team"))
            self.merged.append(f"{letter}{first}:{letter}{len(self.rows)}")
        if first and self.by == "section" and self.rng.random() < 0.3:
            self.rows.append([None, f"Cộng: {self.rng.randint(1, 9)} người"])

    def _member(self, number: int, member: Member, *, is_first: bool) -> None:
        name = self._spelled_name(member.name)
        row: list[Value] = []
        for column in self.columns:
            if column == "order":
                row.append(self.rng.choice([number, f"{number}", f"{number:02}"]))
            elif column == "name":
                row.append(name)
            elif column in ("family", "given"):
                family, _, given = name.strip().rpartition(" ")
                row.append(family if column == "family" else given)
            elif column == "phone":
                row.append(member.written_phone)
            elif column == "duty":
                row.append(self.rng.choice(DUTIES[member.duty]))
            elif column == "hamlet":
                row.append(member.hamlet)
            elif column == "team":
                once = self.by in ("merged", "filled") and not is_first
                row.append(None if once else member.team)
            else:
                row.append(dict(OTHERS)[column])
        self.rows.append(row)
        self.made_.people.append((member.name, member.hamlet, member.duty, member.phone))
        self.made_.problems += [(len(self.rows), kind) for kind in member.kinds]

    def _spelled_name(self, name: str) -> str:
        return self.rng.choice([
            name, name, name.upper(), name.lower(), name.replace(" ", "  "), f" {name} ",
            unicodedata.normalize("NFD", name),
        ])  # fmt: skip

    def _foot(self) -> None:
        if "order" in self.columns and self.rng.random() < 0.3:
            self.rows += [[len(self.members) + n] for n in range(1, 4)]
        self.rows += [[] for _ in range(self.rng.randint(0, 2))]
        feet = self.rng.sample(FOOTS, self.rng.randint(0, 3))
        for foot in sorted(feet, key=FOOTS.index):
            row: list[Value] = [None] * len(self.columns)
            row[self.rng.randint(0, 1)] = foot[0].format(n=len(self.members))
            if len(foot) > 1:
                row[-1] = foot[1]
            self.rows.append(row)
        if feet and FOOTS.index(feet[-1]) > 2:
            self.rows += [[], [], [*([None] * (len(self.columns) - 1)), clean("Nguyễn Văn Chủ Tịch")]]
