"""The paper for the allowance: who was active on which days of a month, under which plan, ready to be signed."""

import datetime as dt
from collections.abc import Sequence

from bot.documents.workbook import Book, Cell, Column, Formula, Sheet
from content.knowledge import Knowledge
from storage.activity import Active, Plan
from storage.periods import Period

DAY, COUNT = 4.1, 6.0
"""Widths of a day's column and of a sum's."""


def days_book(place: str, period: Period, plans: Sequence[Plan], people: Sequence[Active], know: Knowledge) -> bytes:
    """The workbook: a mark a day, sums as formulas; and every day by itself, for whoever wants to filter."""
    paper = _Paper(place, period, plans, people, know)
    book = Book(paper.say("title"), place, dt.datetime.combine(period.last, dt.time()))
    paper.marks(book)
    paper.one_by_one(book)
    return book.save()


class _Paper:
    """What both sheets say."""

    def __init__(
        self, place: str, period: Period, plans: Sequence[Plan], people: Sequence[Active], know: Knowledge
    ) -> None:
        self._place, self._period, self._people, self._know = place, period, people, know
        used = {plan_id for one in people for plan_id in one.days.values()}
        self._plans = [plan for plan in sorted(plans, key=lambda p: (p.first, p.id)) if plan.id in used]
        self._signs = {plan.id: f"K{n}" for n, plan in enumerate(self._plans, 1)}
        self._several = len({one.team_id for one in people}) > 1
        self._before = 4 if self._several else 3
        self._days = [period.first + dt.timedelta(days=n) for n in range((period.last - period.first).days + 1)]

    def say(self, name: str, **context: object) -> str:
        """Words of the paper."""
        return self._know.messages.render(f"daysheet.{name}", **context)

    def _sign(self, plan_id: int | None) -> str:
        return self._signs.get(plan_id or 0, self.say("other_sign"))

    def _role(self, one: Active) -> str | None:
        return self._know.terms.label("role", one.role) if one.role else None

    # --- a mark a day ---------------------------------------------------------------------------------------

    def marks(self, book: Book) -> None:
        """The page that is signed."""
        sums = [*self._signs.values(), self.say("other_sign")]
        columns = [
            Column(self.say("number"), "centre", width=5), Column(self.say("person"), width=23),
            *([Column(self.say("team"), width=20)] if self._several else []), Column(self.say("role"), width=13),
            *(Column(day, "centre", total=True, width=DAY) for day in self._days),
            Column(self.say("all"), "number", total=True, width=COUNT),
            *(Column(sign, "number", total=True, width=COUNT) for sign in sums),
            Column(self.say("signed"), "centre", width=11),
        ]  # fmt: skip
        sheet = book.sheet(self.say("sheet"), columns)
        team = "" if self._several or not self._people else f"{self._people[0].team}, "
        sheet.title(self.say("title"), f"{team}{self._place}", self.say("days", period=self._period))
        first = sheet.row + 2
        rows = [self._line(sheet, n, one, sums, first + n) for n, one in enumerate(self._people)]
        weekdays = "|".join(f"1:{self.say('weekday', day=day)}" for day in self._days)
        groups = f"{self._before}:|{weekdays}|1:|{len(sums)}:{self.say('of_these')}|1:"
        sheet.table(rows, groups=groups, total=self.say("all"), totals=self._of_days(sheet, first),
                    empty=self.say("nobody"))  # fmt: skip
        sheet.notes(*(self.say("plan", sign=self._signs[p.id], plan=p) for p in self._plans),
                    self.say("other"), self.say("what_counts"))  # fmt: skip
        sheet.signatures(self.say("made_by"), self.say("head"), self.say("confirmed"))

    def _line(self, sheet: Sheet, n: int, one: Active, sums: Sequence[str], row: int) -> list[Cell | Formula]:
        marks = [self._sign(one.days[day]) if day in one.days else None for day in self._days]
        area = f"{sheet.cell(self._before, row=row)}:{sheet.cell(self._before + len(self._days) - 1, row=row)}"
        counted = [Formula(f'=COUNTIF({area},"{sign}")', marks.count(sign)) for sign in sums]
        total = Formula(f"=COUNTA({area})", len(one.days))
        name = one.name or self.say("nameless")
        team = [one.team] if self._several else []
        return [n + 1, name, *team, self._role(one), *marks, total, *counted, None]

    def _of_days(self, sheet: Sheet, first: int) -> list[Cell | Formula]:
        """How many were active on each day."""
        last = first + len(self._people) - 1
        found: list[Cell | Formula] = [None] * self._before
        for column, day in enumerate(self._days, self._before):
            area = f"{sheet.cell(column, row=first)}:{sheet.cell(column, row=last)}"
            found.append(Formula(f"=COUNTA({area})", sum(day in one.days for one in self._people)))
        return found

    # --- every day by itself --------------------------------------------------------------------------------

    def one_by_one(self, book: Book) -> None:
        """A line a person and day."""
        heads = [self.say(name) for name in ("number", "person", "team", "day", "plan_head")]
        kinds = ("centre", "text", "text", "date", "text")
        sheet = book.sheet(self.say("list"), [Column(h, k) for h, k in zip(heads, kinds, strict=True)])
        sheet.title(self.say("list_title"), self._place, self.say("days", period=self._period))
        names = {plan.id: plan.name for plan in self._plans}
        found = [(one, day) for one in self._people for day in sorted(one.days)]
        rows: list[list[Cell | Formula]] = [
            [n, one.name or self.say("nameless"), one.team, day, names.get(one.days[day] or 0)]
            for n, (one, day) in enumerate(found, 1)
        ]
        sheet.table(rows, empty=self.say("nobody"))
