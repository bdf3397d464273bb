"""What a procedure costs on a day, at a place, in a variant: picked by rules, never by guessing.

A row counts only on its days, a variant's row only for that variant; what a commune or province set for itself takes
the place of the country's rows, there and nowhere else. A waiver is spoken of up to its last day and never after.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from content.guide import Confidence
from content.procedure import Fee, FeeState, Procedure, Waiver

SHOWN = (Confidence.XAC_NHAN, Confidence.MOT_NGUON)
"""An amount somebody only concluded is not shown at all."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What may be said of the fee today."""

    state: FeeState
    rows: tuple[tuple[Fee, bool], ...]
    """Amounts of the procedure itself, each with whether two sources confirm it."""
    extras: tuple[tuple[Fee, bool], ...]
    """Amounts for what one may want besides."""
    later: tuple[Fee, ...]
    """Amounts already known to begin on a later day."""
    waiver: Waiver | None
    certainly_waived: bool
    sure: bool
    """Whether the state itself is confirmed by two sources."""
    by: str | None = None
    """Who set the rows, when a commune or a province did."""

    @property
    def exact(self) -> tuple[int, str | None] | None:
        """What everybody who pays pays today, in dong, and for one of what; None where it depends or is unsure.

        A waiver changes nothing here: whoever it frees has nothing to pay.
        """
        if self.state is FeeState.MIEN_PHI and self.sure:
            return 0, None
        set_here = self.state is FeeState.DIA_PHUONG and self.by is not None
        if not (self.state is FeeState.CO or set_here) or len(self.rows) != 1:
            return None
        row, sure = self.rows[0]
        plain = row.vnd_to is None and row.channel == "moi_kenh"
        return (row.vnd, row.unit) if sure and plain else None


def quote(
    procedure: Procedure,
    day: dt.date,
    waivers: Mapping[str, Waiver],
    *,
    variant: str | None = None,
    own: Sequence[Fee] = (),
    by: str | None = None,
) -> Quote:
    """The fee on that day; `own` are rows that `by` (the person's commune or province) set for this procedure."""
    fees = procedure.fees
    part = procedure.sure("fee")
    own = [row for row in own if row.in_force(day)]
    known = [row for row in (*own, *_not_replaced(fees.rows, own)) if _of(row, variant) and _may_show(row, part)]
    now = [(row, (row.confidence or part) is Confidence.XAC_NHAN) for row in known if row.in_force(day)]
    waiver = waivers.get(fees.waiver.id) if fees.waiver else None
    waiver = waiver if waiver is not None and waiver.in_force(day) else None
    return Quote(
        state=_state(fees.state, part),
        rows=tuple(pair for pair in now if not pair[0].extra),
        extras=tuple(pair for pair in now if pair[0].extra),
        later=tuple(row for row in known if row.valid_from is not None and row.valid_from > day),
        waiver=waiver,
        certainly_waived=waiver is not None and fees.waiver is not None and fees.waiver.sure,
        sure=part is Confidence.XAC_NHAN,
        by=by if own else None,
    )


def _not_replaced(rows: Sequence[Fee], own: Sequence[Fee]) -> Sequence[Fee]:
    """The country's rows; only those for extras where the place has rows of its own for the procedure itself."""
    return [row for row in rows if row.extra] if any(not row.extra for row in own) else rows


def _of(row: Fee, variant: str | None) -> bool:
    """Whether the row belongs to the variant; every row does while none was chosen."""
    return variant is None or not row.only or variant in row.only


def _may_show(row: Fee, part: Confidence) -> bool:
    return (row.confidence or part) in SHOWN


def _state(state: FeeState, part: Confidence) -> FeeState:
    """The state, unless it is itself a mere conclusion: then nobody knows. What is no fee at all stays so."""
    if part in SHOWN or state in (FeeState.DIA_PHUONG, FeeState.KHONG_AP_DUNG):
        return state
    return FeeState.CHUA_RO
