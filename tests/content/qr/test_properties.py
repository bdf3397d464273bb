"""What holds for every text and every code: no exception, one level, nothing lost in reading, no wrong match."""

import random
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.qr import Codes, Context, Level, Receiver, Verdict
from content.qr.emv import crc
from content.qr.near import edits, one_edit
from content.qr.tlv import Item, Unit, read
from content.qr.verdict import level_of
from tests.payment_codes import code, item, napas, sealed, template
from tests.torture.codes import is_wrong, run, seeds, spoilt

CODES = Codes.load()
COMMUNE = (Receiver("account", "8600000012345", "970418"), Receiver("account_prefix", "VMAU01", "970422", 16))

texts = st.text(st.characters(codec=None), max_size=200)  # half characters too
values = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1, max_size=40)
accounts = st.text("0123456789ABCXYZabc._@-", min_size=1, max_size=19)
bins = st.text("0123456789", min_size=6, max_size=6)


def sound(verdict: Verdict) -> None:
    """What every verdict keeps."""
    assert verdict.level == level_of(verdict.reasons)
    assert verdict.reasons
    assert len(set(verdict.reasons)) == len(verdict.reasons)


@given(texts)
def test_any_text_gets_a_verdict(text: str) -> None:
    for payload in (text, "0002" + text, "https://" + text, text + "/" + text, sealed("000201" + text)):
        sound(CODES.check(payload, Context(COMMUNE, 8000, "H21")))


@given(st.lists(st.tuples(st.integers(0, 99).map("{:02}".format), values), max_size=8))
def test_what_was_written_is_read_in_every_unit(objects: list[tuple[str, str]]) -> None:
    text = template(*objects)
    assert read(text).items == tuple(Item(tag, value) for tag, value in objects)
    counted = [(tag, value, len(value.encode())) for tag, value in objects]
    if all(size < 100 for _, _, size in counted):
        text = "".join(f"{tag}{size:02}{value}" for tag, value, size in counted)
        assert read(text, Unit.BYTES).items == tuple(Item(tag, value) for tag, value in objects)


@given(bins, accounts, st.integers(1, 10**12), values.filter(str.strip))
def test_a_transfer_is_read_as_it_was_written(bin_: str, account: str, amount: int, purpose: str) -> None:
    verdict = CODES.check(code(("38", napas(bin_, account)), ("54", str(amount)), ("62", item("08", purpose))))
    told = {"bin": bin_, "account": account, "amount": amount, "purpose": purpose, "init": "dynamic"}
    assert told.items() <= verdict.fields.items()
    assert verdict.level in (Level.CAUTION, Level.STOP)  # without a list nothing is ever a match


@given(bins, accounts)
def test_only_the_receiver_itself_is_a_match(bin_: str, account: str) -> None:
    payload = code(("38", napas(bin_, account)))
    theirs = Context((Receiver("account", account, bin_),))
    assert CODES.check(payload, theirs).level in (Level.MATCH, Level.CAUTION)  # caution: a bank we do not know
    others = Context((Receiver("account", account + "0", bin_), Receiver("vnpay", account)))
    assert CODES.check(payload, others).level in (Level.CAUTION, Level.STOP)


@given(values, st.integers(0, 400))
def test_a_code_with_one_character_changed_is_no_match(purpose: str, at: int) -> None:
    whole = code(("38", napas("970418", "8600000012345")), ("62", item("08", purpose)))
    at %= len(whole)
    changed = whole[:at] + ("1" if whole[at] == "0" else "0") + whole[at + 1 :]
    assert CODES.check(changed, Context(COMMUNE)).level != Level.MATCH


@given(st.text("abc", max_size=7), st.text("abc", max_size=7))
def test_one_slip_is_what_the_slow_count_says(a: str, b: str) -> None:
    assert one_edit(a, [b]) == (edits(a, b, 3) == 1)
    assert edits(a, b, 3) == edits(b, a, 3)


def test_the_checksum_is_the_one_of_the_standard() -> None:
    assert crc("123456789") == "29B1"


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**9))
def test_spoilt_codes_are_never_wrongly_a_match(seed: int) -> None:
    outcome = run(seed, 300)
    assert not outcome.wrong
    assert outcome.levels.total() == 300


def test_the_second_opinion_sees_a_wrong_match() -> None:
    stranger = code(("38", napas("970418", "9999999999999")))
    wrong = CODES.check(code(("38", napas("970418", "8600000012345"))), Context(COMMUNE))
    assert is_wrong(stranger, wrong)


@pytest.mark.parametrize("seed", range(3))
def test_spoiling_spoils(seed: int) -> None:
    made = list(islice(spoilt(random.Random(seed), seeds()), 200))
    assert len(set(made) - set(seeds())) > 150
