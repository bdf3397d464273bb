"""An empty list of members as an Excel file, with the heads an office knows."""

import datetime as dt

from bot.documents.workbook import Book, Column
from content.messages import Messages

ROWS = 30
KINDS = ("centre", "typed", "typed", "typed", "typed", "typed", "typed")
WIDTHS = (6.0, 28.0, 26.0, 20.0, 18.0, 18.0, 20.0)


def blank_list(words: Messages) -> bytes:
    """The file. Its cells are of text, so that no telephone number loses its 0."""
    title, under = words.render("lists.blank_title").split("|")
    heads = words.render("lists.blank_heads").split("|")
    columns = [
        Column(head, kind, width=width) for head, kind, width in zip(heads, KINDS, WIDTHS, strict=True)
    ]  # fmt: skip
    book = Book(title, "", dt.datetime(2026, 1, 1))  # noqa: DTZ001  (the same file every time)
    sheet = book.sheet(words.render("lists.blank_sheet"), columns)
    sheet.title(title, under)
    sheet.table([[None] * len(columns) for _ in range(ROWS)])
    sheet.notes(words.render("lists.blank_note"))
    return book.save()
