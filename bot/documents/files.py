"""Makes files: of a report, by which library, name and template; and a guide to be read without network."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from content.knowledge import Knowledge
from content.whole import Whole
from handlers.booklet import Booklet, MemberSheets
from handlers.turn import File
from handlers.ways import ways
from storage.activity import Active, Plan
from storage.invitations import CODE_DAYS
from storage.periods import Period, local_day
from storage.roster import Slip

Kind = Literal["xlsx", "docx", "png"]
_OFFICE = "application/vnd.openxmlformats-officedocument"
MIMES = {
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet", "docx": f"{_OFFICE}.wordprocessingml.document", "png": "image/png",
}  # fmt: skip
USUAL = "bao-cao.docx"


class Documents:
    """Makes files; its libraries are heavy and are taken in with the first file of their kind."""

    def __init__(
        self, knowledge: Knowledge, templates: Path | None = None, *, web: str | None = None,
        telegram: Callable[[], str | None] = lambda: None,
    ) -> None:  # fmt: skip
        """`web` is our public address, `telegram` tells the name of our bot there once it is known."""
        self.knowledge = knowledge
        self._templates = templates
        self._leaflets: dict[Whole, File] = {}
        self._web = web
        self._telegram = telegram

    def make(self, kind: str, booklet: Booklet, template: Path | None = None) -> File:
        """A file of that kind, some tenths of a second's work. Raises TemplateRefused for a Word template that
        cannot be used.
        """
        from bot.documents.rows import Rows

        rows = Rows(booklet, self.knowledge)
        if kind == "xlsx":
            from bot.documents.excel import excel

            data = excel(rows)
        elif kind == "docx":
            from bot.documents.word import word

            data = word(rows, self.knowledge, template or self.template_of(booklet.place))
        else:
            from bot.documents.chart import chart

            data = chart(rows)
        return File(rows.name_of(kind), MIMES[kind], data, "photo" if kind == "png" else "file")

    def member_sheets(self, made: MemberSheets) -> File:
        """Who logged what, as an Excel file."""
        from bot.documents.member_sheets import member_sheets

        name = self.knowledge.messages.render("member_sheets.file", name=made.name, period=made.period)
        return File(name, MIMES["xlsx"], member_sheets(made, self.knowledge))

    def leaflet(self, whole: Whole) -> File:
        """The guide as a file for the phone; made once for as long as it says the same."""
        from bot.documents.leaflet import phone_pdf

        made = self._leaflets.get(whole)
        if made is None:
            words = self.knowledge.messages
            name = words.render("leaflet.file_name", guide=whole.guide)
            made = File(name, "application/pdf", phone_pdf(whole, words))
            others = {w: f for w, f in self._leaflets.items() if w.guide.id != whole.guide.id}
            self._leaflets = others | {whole: made}
        return made

    def slips(self, slips: Sequence[Slip], commune: str, now: dt.datetime) -> File:
        """Invitations on paper; a code on each, and the ways in that can carry it."""
        from bot.documents.slips import slips_pdf, ways_in

        place, words = self.knowledge.places.commune(commune), self.knowledge.messages
        until = local_day(now) + dt.timedelta(days=CODE_DAYS)
        data = slips_pdf(slips, ways_in(self._web, self._telegram()), until=until, words=words,
                         commune=place.full_name if place else commune)  # fmt: skip
        return File(words.render("lists.slips_name", code=commune), "application/pdf", data)

    def days(
        self, code: str, period: Period, plans: Sequence[Plan], people: Sequence[Active]
    ) -> File:  # fmt: skip
        """The paper for the allowance of a commune, or of whom of it the reader may see."""
        from bot.documents.days import days_book

        place, words = self.knowledge.places.commune(code), self.knowledge.messages
        data = days_book(place.full_name if place else code, period, plans, people, self.knowledge)
        return File(words.render("daysheet.file", code=code, period=period), MIMES["xlsx"], data)

    def blank_list(self) -> File:
        """An empty list of members with the heads that are read for sure."""
        from bot.documents.blank import blank_list

        words = self.knowledge.messages
        return File(words.render("lists.blank_name"), MIMES["xlsx"], blank_list(words))

    def poster(self, commune: str, zalo: str | None) -> File | None:
        """The poster of a commune by its code, with the ways in that lead there; None where there are none."""
        from bot.documents.poster import poster_pdf

        place, words = self.knowledge.places.commune(commune), self.knowledge.messages
        found = ways(f"XA{commune}", zalo=zalo, telegram=self._telegram(), web=self._web)
        if place is None or not found:
            return None
        data = poster_pdf(place.full_name, f"XA{commune}", found, words)
        return File(words.render("poster.file", code=commune), "application/pdf", data)

    def template_of(self, place: str) -> Path | None:
        """The template a place has of its own: of the commune, of its province, of everybody here; None is ours."""
        if self._templates is None:
            return None
        commune = self.knowledge.places.commune(place)
        names = [f"{place}.docx", f"{commune.province.code}.docx" if commune else USUAL, USUAL]
        return next((self._templates / name for name in names if (self._templates / name).is_file()), None)
