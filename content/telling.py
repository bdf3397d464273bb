"""A procedure told in messages people read on a phone: a short answer, and each of its parts in full.

Every text stays under LONGEST characters: what may be left out of the short answer is left out when it would not fit.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from content.fees import Quote, quote
from content.guide import Confidence
from content.library import Library
from content.local import NOWHERE, Here, Own
from content.messages import Messages
from content.procedure import FeeState, Need, Paper, Part, Procedure, Time, Variant

LONGEST = 600
"""Characters of a message that can be read aloud without losing the thread."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One procedure, on one day, in one variant (None: not known which)."""

    messages: Messages
    library: Library
    procedure: Procedure
    day: dt.date
    variant: Variant | None = None
    here: Here = NOWHERE
    """What the person's commune and province set for themselves."""

    # --- the short answer ---

    def card(self) -> str:
        """What, where, papers, fee, time, on the net or not; with source and date."""
        told = self._card_parts()
        text = self._card(told)
        for part, words in self._if_it_fits():
            longer = self._card(told | {part: words})
            if len(longer) <= LONGEST:
                told, text = told | {part: words}, longer
        return text

    def _card_parts(self) -> dict[str, object]:
        p = self.procedure
        papers, more = self._papers_line()
        fee, time = self.fee_line(), self._time_line()
        where, online = self._marked("where", p.where), self._marked("online", "")
        lines = (papers, fee, time, where, online)
        unknown = self._word("not_known")
        return {
            "notice": None, "centre": None, "note": self.variant.note if self.variant else None, "what": None,
            "where": where, "papers": papers, "more": more, "fee": fee, "time": time, "presence": None,
            "online_level": "khong_ro" if p.sure("online") is Confidence.CHUA_RO else p.online,
            "unsure": any("*" in line for line in lines),
            "unknown": any(line.startswith(unknown) for line in lines), "source": self._source_line(),
        }  # fmt: skip

    def _if_it_fits(self) -> list[tuple[str, str]]:
        p = self.procedure
        parts = [("notice", self._notice()), ("centre", self._centre())]
        parts += [] if self.variant and self.variant.note else [("what", p.what)]
        parts += [("presence", p.presence)] if p.presence else []
        return [(name, words) for name, words in parts if words]

    def beside(self) -> str:
        """What the person's place tells and the short answer had no room for; empty when it had."""
        card = self.card()
        left = [words for words in (self._notice(), self._centre()) if words and words not in card]
        return self._word("beside", left=left) if left else ""

    def _notice(self) -> str:
        """What the commune tells today."""
        return self._word("notice", notices=self.here.notices) if self.here.notices else ""

    def _centre(self) -> str:
        """Where the person's own centre is and when it is open, for what is handed in there."""
        here = self.here
        known = self.procedure.at_centre and (here.address or here.hours)
        return self._word("centre", here=here) if known else ""

    def _card(self, told: dict[str, object]) -> str:
        return self._word("card", p=self.procedure, variant=self.variant, **told)

    def _papers_line(self) -> tuple[str, bool]:
        """The papers everybody needs, and whether some need more."""
        if self.procedure.sure("papers") is Confidence.CHUA_RO:
            return self._word("not_known"), False
        rows = [row for row in self.papers() if self._sure_of(row) is not Confidence.CHUA_RO]
        always = [row for row in rows if row.need in (Need.BAT_BUOC, Need.XUAT_TRINH)]
        always = always or [row for row in rows if row.need is Need.THAY_THE]
        star = "*" if any(self._sure_of(row) is not Confidence.XAC_NHAN for row in always) else ""
        names = ", ".join(_small(row.name) for row in always)
        return f"{names}{star}" if names else self._word("not_known"), len(rows) > len(always)

    def fee_line(self) -> str:
        """The fee in one line, with the waiver that holds today."""
        told = self.quote()
        asks_portal = bool(told.rows) and told.state is not FeeState.MIEN_PHI
        alone = self.variant is not None or self._one_for_all(told)
        text = self._word("fee_line", fees=self.procedure.fees, quote=told, alone=alone, portal=asks_portal)
        return text.replace("\n", "")

    def _one_for_all(self, told: Quote) -> bool:
        return all(not row.only for row, _ in told.rows)

    def _time_line(self) -> str:
        part = self.procedure.sure("time")
        times = [t for t in self._times() if (t.confidence or part) is not Confidence.CHUA_RO]
        if not times:
            return self._word("not_known")
        text = "; ".join(dict.fromkeys(t.text for t in times))
        if any(t in self.own.times for t in times):
            text = self._word("by", text=text, by=self.own.times_by)
        return text if all((t.confidence or part) is Confidence.XAC_NHAN for t in times) else f"{text}*"

    def _times(self) -> Sequence[Time]:
        """What the place set for this variant, else the country's."""
        own = [t for t in self.own.times if self._fits(t.only)]
        return own or [t for t in self.procedure.times if self._fits(t.only)]

    def _marked(self, part: Part, text: str) -> str:
        """The text with a mark when one source alone says it; unknown when nobody does."""
        sure = self.procedure.sure(part)
        if sure is Confidence.CHUA_RO:
            return self._word("not_known")
        return text if sure is Confidence.XAC_NHAN else f"{text}*"

    def _source_line(self) -> str:
        cited = self.procedure.sources[0]
        source = self.library.sources[cited.id]
        date = cited.date or source.date
        return self._word("source_line", source=source, date=date, verified_on=self.procedure.verified_on)

    # --- the parts in full ---

    def quote(self) -> Quote:
        """The fee of today."""
        variant = self.variant.id if self.variant else None
        own = self.own
        return quote(
            self.procedure, self.day, self.library.waivers, variant=variant, own=own.fees, by=own.fees_by
        )  # fmt: skip

    @property
    def own(self) -> Own:
        """What the person's place set for this procedure."""
        return self.here.own(self.procedure.id)

    def papers(self) -> list[Paper]:
        """The papers of this variant."""
        return [row for row in self.procedure.papers if self._fits(row.only)]

    def papers_text(self) -> str:
        """Who may file, and every paper with when it is needed."""
        rows = [(row, self._sure_of(row) is Confidence.XAC_NHAN) for row in self.papers()]
        sure = self.procedure.sure("who")
        unsure = {} if sure is Confidence.XAC_NHAN else {"who": sure}
        return self._word("papers", p=self.procedure, rows=rows, unsure=unsure)

    def fee_text(self) -> str:
        """Every amount of today, who pays nothing, what changes later, the waiver and its condition."""
        return self._word("fee", p=self.procedure, quote=self.quote(), waived=self.procedure.fees.waiver)

    def steps_text(self) -> str:
        """The way on the net in short sentences, where to file, what one gets."""
        names = [self._word("channel", code=code) for code in self.procedure.channels]
        unsure = self.procedure.sure("steps") is not Confidence.XAC_NHAN
        result = self.procedure.result
        ways: list[dict[str, object]] = [
            {"names": names, "result": result, "unsure": unsure},
            {"names": [], "result": result, "unsure": unsure},
            {"names": [], "result": None, "unsure": unsure},
        ]
        return self._that_fits("steps", ways)

    def rejects_text(self) -> str:
        """Why dossiers come back, and what to mind; empty when nothing is known."""
        rows = [(r.text, r.confidence in (Confidence.XAC_NHAN, Confidence.MOT_NGUON)) for r in self.procedure.rejects]
        tips = [*self.procedure.tips, *([self._word("must_online")] if self.procedure.must_online else [])]
        tips += [self.own.note] if self.own.note else []
        return self._word("rejects", p=self.procedure, rows=rows, tips=tips) if rows or tips else ""

    def sources_text(self) -> str:
        """What was read and when, and the name to search for on the portal."""
        cited = {c.id: c.date for c in self.procedure.sources} | dict.fromkeys(self.own.sources)
        rows = [(self.library.sources[source], date) for source, date in cited.items()]
        return self._that_fits("sources", [{"rows": rows, "brief": brief} for brief in (False, True)])

    def acts_text(self) -> str:
        """The acts it rests on; empty when none is known."""
        names = [self.library.sources[act].title.split(" (")[0] for act in self.procedure.legal]
        return self._word("acts", p=self.procedure, names=names) if names else ""

    def texts(self) -> dict[str, str]:
        """Every message of it by its name, the empty ones left out."""
        told = {
            "card": self.card(), "papers": self.papers_text(), "fee": self.fee_text(), "steps": self.steps_text(),
            "rejects": self.rejects_text(), "sources": self.sources_text(), "acts": self.acts_text(),
        }  # fmt: skip
        return {name: text for name, text in told.items() if text}

    def _that_fits(self, name: str, ways: Sequence[dict[str, object]]) -> str:
        """The first of several ways of saying it that is short enough, else the last."""
        told = [self._word(name, p=self.procedure, **way) for way in ways]
        return next((text for text in told if len(text) <= LONGEST), told[-1])

    def _fits(self, only: Sequence[str]) -> bool:
        return self.variant is None or not only or self.variant.id in only

    def _sure_of(self, row: Paper) -> Confidence:
        return row.confidence or self.procedure.sure("papers")

    def _word(self, name: str, **context: object) -> str:
        return self.messages.render(f"procedure.{name}", **context)


def _small(text: str) -> str:
    """The text inside a sentence: a small first letter, unless the first word is written in capitals ("VNeID")."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
