"""The Excel file of who logged what: by member, and every entry; of a team, a commune or of oneself."""

from bot.documents.workbook import Book, Cell, Column, Formula, Sheet
from content.knowledge import Knowledge
from handlers.booklet import MemberSheets, entry_words
from storage.entry import Entry

_KINDS = (
    ("centre", 6), ("date", 12), ("centre", 7), ("text", 20), ("text", 17), ("text", 14), ("text", 17), ("text", 28),
    ("text", 14), ("number", 7), ("number", 6), ("number", 6), ("text", 17), ("text", 22),
)  # fmt: skip
"""How the columns of the list look, and how wide they are."""


def member_sheets(made: MemberSheets, knowledge: Knowledge) -> bytes:
    """The workbook as bytes."""
    return _Sheets(made, knowledge).bytes()


class _Sheets:
    """The making of one file."""

    def __init__(self, made: MemberSheets, knowledge: Knowledge) -> None:
        self._made = made
        self._knowledge = knowledge
        self._book = Book(self.words("title", name=made.name), made.name, made.cut_at)

    def words(self, name: str, /, **context: object) -> str:
        """The text of content/messages/member_sheets.j2."""
        return self._knowledge.messages.render(f"member_sheets.{name}", **context)

    def bytes(self) -> bytes:
        """Members first, then their entries."""
        self._members()
        self._entries()
        return self._book.save()

    def _titled(self, name: str, columns: list[Column]) -> Sheet:
        sheet = self._book.sheet(self.words(f"sheet_{name}"), columns)
        days = self._made.period.label
        sheet.title(self.words("title", name=self._made.name), days, self.words("cut", moment=self._made.cut_at))
        return sheet

    def _members(self) -> None:
        heads = self.words("heads_members").split("|")
        kinds = ("centre", "text", "text", "number", "number", "number")
        columns = [Column(h, k, n > 3) for n, (h, k) in enumerate(zip(heads, kinds, strict=True))]
        sheet = self._titled("members", columns)
        rows: list[list[Cell | Formula]] = [
            [n, line.name or self.words("no_name"), line.team, line.days, line.entries, line.people]
            for n, line in enumerate(self._made.members, 1)
        ]
        total, empty = (self._knowledge.messages.render(f"sheets.{name}") for name in ("total", "nothing"))
        sheet.table(rows, total=total, empty=empty)
        sheet.notes(self.words("note"))

    def _entries(self) -> None:
        heads = self.words("heads_entries").split("|")
        columns = [Column(h, k, k == "number", width) for h, (k, width) in zip(heads, _KINDS, strict=True)]
        sheet = self._titled("entries", columns)
        total, empty = (self._knowledge.messages.render(f"sheets.{name}") for name in ("total", "nothing"))
        sheet.table([[n, *self._entry(e)] for n, e in enumerate(self._made.entries, 1)], total=total, empty=empty)

    def _entry(self, entry: Entry) -> list[Cell | Formula]:
        made = self._made
        words = entry_words(self._knowledge, entry)
        name = made.people.get(entry.member_id or 0, self.words("no_name")) if made.people else made.name
        return [
            entry.day, entry.time, name, made.teams.get(entry.team_id), made.hamlets.get(entry.hamlet_id or 0),
            words.place, words.contents, words.procedures, entry.people, entry.dossiers, entry.payments,
            words.results, entry.note,
        ]  # fmt: skip
