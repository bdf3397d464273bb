"""Each rule on payment codes, one code that breaks it and nothing else."""

import pytest

from content.qr import Codes, Context, Receiver
from tests.payment_codes import code, item, napas, sealed, template

COMMUNE = (
    Receiver("account", "8600000012345", "970418", name="UBND XA MAU AN"),
    Receiver("account", "4900000067890", "970405", name="UBND XA MAU AN"),
    Receiver("vnpay", "MAUAN00001", name="TTPVHCC XA MAU AN"),
    Receiver("account_prefix", "VMAU01", "970422", 16, "CONG THANH TOAN MAU"),
)
LISTED = ("38", napas("970418", "8600000012345"))
STRANGER = ("38", napas("970407", "19000000999999"))
FEE = ("54", "8000")


@pytest.fixture(scope="module")
def codes() -> Codes:
    return Codes.load()


def vnpay(merchant: str = "MAUAN00001", name: str = "A000000775") -> str:
    return template(("00", name), ("01", merchant))


def account(number: str, bin_: str = "970418", service: str | None = "QRIBFTTA") -> tuple[str, str]:
    return ("38", napas(bin_, number, service))


def named(name: str) -> tuple[str, str]:
    return ("59", name)


MATCH = {
    "capitals in the network's name mean nothing": code(("38", napas("970418", "8600000012345").replace("A0", "a0"))),
    "the network's name decides, not the object's number": code(("47", napas("970418", "8600000012345")), FEE),
    "the same receiver twice is no conflict": code(LISTED, ("39", napas("970418", "8600000012345")), FEE),
    "a virtual account": code(account("VMAU01ABCDEF9999", "970422"), FEE),
    "a merchant's payment to a listed number": code(account("8600000012345", service="QRPUSH"), FEE),
    "VNPAY in another object": code(("30", vnpay()), FEE),
    "VNPAY's name in small letters": code(("26", vnpay(name="a000000775")), FEE),
    "a name that would alarm belongs to a listed receiver": code(LISTED, named("KHO BAC NHA NUOC"), FEE),
    "an amount with one zero after the point": code(LISTED, ("54", "8000.0")),
    "an amount with zeros before it": code(LISTED, ("54", "00008000")),
    "card schemes beside it": code(("02", "4000000000000002"), LISTED, FEE),
    "a language template with an object twice": code(LISTED, FEE, ("64", template(("01", "A"), ("01", "B")))),
    "private objects that are no templates": code(LISTED, FEE, ("65", "abc"), ("99", "0")),
    "an address in 62 that nobody reads": code(LISTED, FEE, ("62", item("01", "H21.48-260815-0007") + "5001x9901y")),
    "the dossier, punctuated otherwise": code(LISTED, FEE, ("62", item("08", "nop phi h21 48 260815 0007 nam 2026"))),
    "the dossier in the reference": code(LISTED, FEE, ("62", item("05", "H21.48-260815-0007"))),
}  # fmt: skip

CAUTION = {
    "card_receiver": code(account("8600000012345", service="QRIBFTTC"), FEE),
    "service_unknown": code(account("8600000012345", service="QRIBFTTX"), FEE),
    "bad_init_method": code(LISTED, FEE, ("01", "13")),
    "over_transfer_limit": code(LISTED, ("54", "500000000.00")),
    "multiple_networks": code(LISTED, ("26", vnpay("OTHERSHOP99")), FEE),
    "reference_mismatch": code(LISTED, FEE, ("62", item("01", "H21.48-260815-00071"))),
    "asks_personal_data": code(LISTED, FEE, ("62", template(("01", "H21.48-260815-0007"), ("09", "E")))),
    "ewallet_receiver": code(account("99MM99999", "970454"), FEE),
    "bin_unknown": code(account("8600000099999", "970000"), FEE),
    "unknown_network": code(("02", "4000000000000002"), FEE),
    "receiver_not_listed": code(account("VMAU01ABCDEF999", "970422"), FEE),
}

STOP = {
    "tlv_bad_header": code(LISTED, FEE, ("62", "0103ABC0")),
    "tlv_truncated": code(LISTED, FEE, ("62", "0105ABC")),
    "crc_missing": template(("00", "01"), ("01", "11"), LISTED, ("53", "704"), ("58", "VN")) + "6303ABC",
    "crc_mismatch": code(LISTED, FEE)[:-4] + "ZZZZ",
    "data_after_crc": code(LISTED, FEE) + "6304ABCD",
    "bad_version": sealed(template(("01", "11"), ("00", "01"), LISTED, ("53", "704"), ("58", "VN"))),
    "duplicate_tag": code(LISTED, FEE, ("62", template(("01", "A"), ("01", "B")))),
    "required_missing": code(FEE),
    "bad_currency": code(LISTED, FEE, ("53", "840")),
    "bad_country": code(LISTED, FEE, ("58", "vn")),
    "bin_malformed": code(account("8600000012345", "9704I8"), FEE),
    "account_malformed": code(account("86000 00012345"), FEE),
    "conflicting_receivers": code(LISTED, ("51", napas("970405", "4900000067890")), FEE),
    "extra_fee": code(LISTED, FEE, ("57", "3")),
    "cash_withdrawal": code(account("8600000012345", service="QRCASH"), FEE),
    "account_near_miss": code(("26", vnpay("MAUAN0001")), FEE),
    "account_listed_other_bank": code(account("4900000067890", "970418"), FEE),
}
NAMES_OF_AGENCIES = [
    "ubnd xa mau an", "Ủy ban nhân dân xã", "U.B.N.D XA", "KHO-BAC NHA NUOC", "THU HO KBNN", "Đội CSGT số 3",
    "Chi cục thuế", "Cục Thuế TP", "CONG AN PHUONG 1", "Công an TP. Hà Nội", "BO CONG AN", "ＵＢＮＤ XA",
    "UВND XA MAU", "PHI VNEID 2026", "Bảo hiểm xã hội tỉnh", "VP ĐĂNG KÝ ĐẤT ĐAI",
]  # fmt: skip
NAMES_OF_PEOPLE = [
    "NGUYEN CONG AN", "Lê Công An Phường", "TRAN THI UBNDA", "CONG TY ANKHO BACH", "CONG AN", "KHOBAC", "DO UBN D",
    "CTY TNHH CUC THUEN",
]  # fmt: skip


def context() -> Context:
    return Context(COMMUNE, 8000, "H21.48-260815-0007")


@pytest.mark.parametrize("what", MATCH)
def test_a_listed_receiver_is_a_match_however_it_is_written(what: str, codes: Codes) -> None:
    verdict = codes.check(MATCH[what], context())
    assert (verdict.level, verdict.reasons) == ("match", ("receiver_listed",))


@pytest.mark.parametrize("reason", CAUTION)
def test_what_asks_for_caution(reason: str, codes: Codes) -> None:
    verdict = codes.check(CAUTION[reason], context())
    assert verdict.level == "caution"
    assert reason in verdict.reasons
    alone = {reason, "receiver_listed", "receiver_not_listed", "amount_mismatch"}
    assert set(verdict.reasons) <= alone


@pytest.mark.parametrize("reason", STOP)
def test_what_asks_for_a_stop(reason: str, codes: Codes) -> None:
    verdict = codes.check(STOP[reason], context())
    assert verdict.level == "stop"
    assert reason in verdict.reasons


@pytest.mark.parametrize(
    "amount",
    ["0", "0.00", "0000", ".5", "8000.5", "8000.000", "8,000", "8 000", "+8000", "٨٠٠٠", "8000đ", "12345678901234",
     "1e4", "8000.0.", "0x10", "８０００"],
)  # fmt: skip
def test_what_is_no_amount_in_dong(amount: str, codes: Codes) -> None:
    verdict = codes.check(code(LISTED, ("54", amount)), context())
    assert "amount_malformed" in verdict.reasons
    assert "amount" not in verdict.fields


@pytest.mark.parametrize("name", NAMES_OF_AGENCIES)
def test_a_stranger_in_the_name_of_an_authority_is_stopped(name: str, codes: Codes) -> None:
    assert "name_claims_agency" in codes.check(code(STRANGER, named(name)), context()).reasons
    alternative = ("64", template(("00", "vi"), ("01", name)))
    assert "name_claims_agency" in codes.check(code(STRANGER, alternative)).reasons


@pytest.mark.parametrize("name", NAMES_OF_PEOPLE)
def test_a_person_is_not_taken_for_an_authority(name: str, codes: Codes) -> None:
    assert codes.check(code(STRANGER, named(name)), context()).level == "caution"


@pytest.mark.parametrize(
    "number", ["860000001234", "86000000123455", "8600000013245", "8600000012346", "6800000012345"]
)
def test_one_slip_away_from_a_listed_number_is_a_trap(number: str, codes: Codes) -> None:
    assert "account_near_miss" in codes.check(code(account(number)), context()).reasons
    assert "account_near_miss" in codes.check(code(account(number, "970436")), context()).reasons


@pytest.mark.parametrize("number", ["8600000021354", "86000000123", "8600000012354X", "VMAU0", "12345"])
def test_two_slips_away_is_another_number(number: str, codes: Codes) -> None:
    verdict = codes.check(code(account(number)), context())
    assert verdict.reasons == ("receiver_not_listed",)


def test_short_numbers_are_near_by_chance_only(codes: Codes) -> None:
    short = Context((Receiver("account", "12345", "970418"),))
    assert "account_near_miss" not in codes.check(code(account("12346")), short).reasons
    assert "account_near_miss" in codes.check(code(account("123456")), short).reasons


def test_a_trap_beside_a_listed_receiver_is_still_a_trap(codes: Codes) -> None:
    both = code(("26", vnpay()), account("8600000012346"))
    assert {"account_near_miss", "receiver_listed", "multiple_networks"} <= set(codes.check(both, context()).reasons)


def test_an_empty_object_is_as_good_as_none(codes: Codes) -> None:
    head = template(("00", "01"), ("01", "11"), LISTED, ("53", "704"))
    verdict = codes.check(sealed(f"{head}5400550058025900".replace("58025900", item("58", "VN")) + "6200"), context())
    assert verdict.level == "match"
    assert {"zero_length_field", "amount_to_enter"} <= set(verdict.notes)


def test_lengths_counted_in_bytes_everywhere_are_read(codes: Codes) -> None:
    told = "Trung tâm hành chính"
    inner = f"0002vi01{len(told.encode())}{told}"
    body = template(("00", "01"), LISTED, ("53", "704"), ("58", "VN")) + f"64{len(inner.encode())}{inner}"
    verdict = codes.check(sealed(body), context())
    assert (verdict.level, verdict.fields["name_alt"]) == ("match", told)
    assert "length_bytes" in verdict.notes


def test_a_code_that_shows_a_script_another_receiver_is_a_forgery(codes: Codes) -> None:
    """Twenty faces are twenty characters to us and forty to a page's script, so each goes on at another place."""
    ours, theirs = item(*LISTED), item(*account("9000000000000"))
    for_them = f"80{16 + len(ours) + 4}" + "0" * 16
    name = "5940" + "😀" * 20 + for_them
    body = template(("00", "01"), ("01", "11")) + name + ours + f"81{len(theirs)}" + theirs
    verdict = codes.check(sealed(body + template(("53", "704"), ("58", "VN"))), context())
    assert (verdict.level, verdict.reasons) == ("stop", ("length_ambiguous",))


def test_a_code_that_is_too_long_is_not_read_at_all(codes: Codes) -> None:
    assert codes.check("0002" + "0" * 2950).level == "unreadable"
    assert codes.check("đ" * 1500).level == "unreadable"
    assert codes.check("0" * 2953).level == "not_payment"


def test_what_a_reader_leaves_around_a_code_is_cut_off(codes: Codes) -> None:
    assert codes.check(f"\ufeff\0 \n{code(LISTED, FEE)}\0\r\n \0", context()).level == "match"


def test_a_broken_code_says_nothing_else(codes: Codes) -> None:
    verdict = codes.check(STOP["crc_mismatch"], context())
    assert (verdict.kind, verdict.reasons, verdict.notes, verdict.fields) == ("emv_broken", ("crc_mismatch",), (), {})
