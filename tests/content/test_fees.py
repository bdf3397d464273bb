"""Fees: the right row on the right day, in the right place, and nothing unconfirmed told as a fact."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.fees import quote
from content.guide import Confidence
from content.knowledge import Knowledge
from content.procedure import Fee, FeeState, Procedure, Waiver
from content.telling import Telling

LAST_DAY = dt.date(2027, 2, 28)
AUTUMN = dt.date(2026, 11, 21)
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2029, 12, 31))


def amounts(
    knowledge: Knowledge, slug: str, day: dt.date, variant: str | None = None, own: tuple[Fee, ...] = ()
) -> list[int]:
    library = knowledge.library
    told = quote(library.procedures[slug], day, library.waivers, variant=variant, own=own)
    return [row.vnd for row, _ in told.rows]


@pytest.mark.parametrize(
    ("day", "dong"),
    [(dt.date(2026, 12, 31), 15_000), (dt.date(2027, 1, 1), 30_000), (dt.date(2025, 7, 1), 15_000)],
)
def test_a_fee_is_that_of_the_day_to_the_very_last_one(knowledge: Knowledge, day: dt.date, dong: int) -> None:
    assert amounts(knowledge, "can-cuoc", day, "doi-cccd") == [dong]


def test_a_variant_has_its_own_fee_and_no_other(knowledge: Knowledge) -> None:
    assert amounts(knowledge, "can-cuoc", AUTUMN, "lan-dau") == [0]
    assert amounts(knowledge, "can-cuoc", AUTUMN, "cap-lai") == [35_000]
    assert amounts(knowledge, "can-cuoc", AUTUMN) == [0, 15_000, 25_000, 35_000]


def test_each_way_of_filing_has_its_fee(knowledge: Knowledge) -> None:
    rows = quote(knowledge.library.procedures["thuong-tru"], AUTUMN, {}).rows
    assert [(row.channel, row.vnd) for row, _ in rows] == [("truc_tiep", 20_000), ("truc_tuyen", 10_000)]


def test_what_begins_later_is_told_as_later(knowledge: Knowledge) -> None:
    told = quote(knowledge.library.procedures["ho-chieu"], AUTUMN, knowledge.library.waivers, variant="mat")
    assert [(row.vnd, row.valid_from) for row in told.later] == [(400_000, dt.date(2027, 1, 1))]


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (dt.date(2026, 8, 14), False),
        (dt.date(2026, 8, 15), True),
        (LAST_DAY, True),
        (LAST_DAY + dt.timedelta(days=1), False),
    ],
)
def test_the_waiver_is_spoken_of_from_its_first_day_to_its_last(
    knowledge: Knowledge, day: dt.date, told: bool
) -> None:
    telling = Telling(
        knowledge.messages, knowledge.library, knowledge.library.procedures["ban-sao-trich-luc-ho-tich"], day
    )
    assert ("Công dân số" in telling.fee_text()) is told
    assert ("công dân số" in telling.card().lower()) is told
    assert "8.000 đồng" in telling.card()


def test_nothing_of_the_waiver_is_left_anywhere_after_its_last_day(knowledge: Knowledge) -> None:
    after = LAST_DAY + dt.timedelta(days=1)
    for procedure in knowledge.library.procedures.values():
        if procedure.in_force(after):
            told = Telling(knowledge.messages, knowledge.library, procedure, after)
            texts = [text for name, text in told.texts().items() if name not in ("sources", "acts")]
            assert "công dân số" not in "".join(texts).lower(), procedure.id


def test_a_doubtful_waiver_is_told_as_doubtful(knowledge: Knowledge) -> None:
    told = quote(knowledge.library.procedures["dang-ky-lai-khai-sinh"], AUTUMN, knowledge.library.waivers)
    assert told.waiver is not None
    assert not told.certainly_waived


def own(**more: object) -> Fee:
    return Fee.model_validate({"label": "Mức của xã", "vnd": 4000} | more)


def test_what_a_place_set_takes_the_place_of_the_countrys_rows(knowledge: Knowledge) -> None:
    assert amounts(knowledge, "thuong-tru", AUTUMN, own=(own(),)) == [4000]
    library = knowledge.library
    extras = quote(library.procedures["khai-sinh"], AUTUMN, library.waivers, own=(own(),)).extras
    assert [row.vnd for row, _ in extras] == [8000], "further copies cost what they cost everywhere"


def test_what_a_place_set_counts_on_its_days_only(knowledge: Knowledge) -> None:
    past = own(valid_to=dt.date(2026, 11, 20))
    assert amounts(knowledge, "thuong-tru", AUTUMN, own=(past,)) == [20_000, 10_000]


def test_fees_unknown_or_set_by_provinces_are_never_called_free(knowledge: Knowledge) -> None:
    for procedure in knowledge.library.procedures.values():
        told = Telling(knowledge.messages, knowledge.library, procedure, AUTUMN)
        state = told.quote().state
        if state in (FeeState.CHUA_RO, FeeState.DIA_PHUONG) and not told.quote().rows:
            assert "không thu" not in told.fee_line(), procedure.id
        if state is FeeState.CHUA_RO and not told.quote().rows:
            assert told.fee_line().startswith("chưa rõ"), procedure.id


@given(sure=st.sampled_from(list(Confidence)), day=DAYS, begins=DAYS, ends=DAYS)
def test_an_amount_is_shown_on_its_days_and_only_if_somebody_said_it(
    knowledge: Knowledge, sure: Confidence, day: dt.date, begins: dt.date, ends: dt.date
) -> None:
    begins, ends = sorted((begins, ends))
    procedure = knowledge.library.procedures["tach-ho"]
    row = own(valid_from=begins, valid_to=ends, confidence=sure)
    changed = Procedure.model_validate(dict(procedure) | {"fees": dict(procedure.fees) | {"rows": (row,)}})
    shown = [r.vnd for r, _ in quote(changed, day, {}).rows]
    said = sure in (Confidence.XAC_NHAN, Confidence.MOT_NGUON)
    assert shown == ([4000] if said and begins <= day <= ends else [])


@given(day=DAYS)
def test_a_waiver_holds_on_exactly_its_days(knowledge: Knowledge, day: dt.date) -> None:
    waiver: Waiver = knowledge.library.waivers["cong-dan-so"]
    assert waiver.in_force(day) is (dt.date(2026, 8, 15) <= day <= LAST_DAY)
