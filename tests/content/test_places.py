"""Places: whatever name or code a person has for a commune, every commune it can mean is offered."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.folding import fold, old_tone_style
from content.places import Candidate, How, Places

# Quyết định 19/2025/QĐ-TTg
_COMMUNES = {
    "Hồ Chí Minh": 168, "Thanh Hóa": 166, "Phú Thọ": 148, "Gia Lai": 135, "Nghệ An": 130, "Ninh Bình": 129,
    "Hà Nội": 126, "Tuyên Quang": 124, "Lâm Đồng": 124, "Vĩnh Long": 124, "Hải Phòng": 114, "Hưng Yên": 104,
    "Cần Thơ": 103, "Đắk Lắk": 102, "Đồng Tháp": 102, "An Giang": 102, "Lào Cai": 99, "Bắc Ninh": 99,
    "Quảng Ngãi": 96, "Tây Ninh": 96, "Đồng Nai": 95, "Đà Nẵng": 94, "Thái Nguyên": 92, "Quảng Trị": 78,
    "Sơn La": 75, "Hà Tĩnh": 69, "Lạng Sơn": 65, "Khánh Hòa": 65, "Cà Mau": 64, "Cao Bằng": 56, "Quảng Ninh": 54,
    "Điện Biên": 45, "Huế": 40, "Lai Châu": 38,
}  # fmt: skip


_WRITINGS: list[Callable[[str], str]] = [str.upper, str.lower, fold, lambda s: unicodedata.normalize("NFD", s)]


@pytest.fixture(scope="module")
def places() -> Places:
    return Places.load()


def _found(places: Places, text: str) -> list[tuple[str, str]]:
    return [(c.how.value, c.commune.code) for c in places.search(text)]


def test_every_province_has_the_number_of_communes_of_the_official_list(places: Places) -> None:
    counts = {
        p.name.removeprefix("Tỉnh ").removeprefix("Thành phố "): len(places.communes_of(p.code))
        for p in places.provinces()
    }
    assert counts == _COMMUNES
    assert sum(counts.values()) == 3321


def test_the_kinds_are_counted_as_after_the_change_of_april_2026(places: Places) -> None:
    names = [c.name for p in places.provinces() for c in places.communes_of(p.code)]
    assert sum(n.startswith("Xã ") for n in names) == 2611
    assert sum(n.startswith("Phường ") for n in names) == 697
    assert sum(n.startswith("Đặc khu ") for n in names) == 13
    assert places.as_of == "2026-04-30"


def test_codes_are_text_with_their_zeros_and_unique(places: Places) -> None:
    codes = [c.code for p in places.provinces() for c in places.communes_of(p.code)]
    assert all(len(c) == 5 and c.isdigit() for c in codes)
    assert len(set(codes)) == len(codes)
    ba_dinh = places.commune("00004")
    assert ba_dinh is not None
    assert ba_dinh.full_name == "Phường Ba Đình, thành phố Hà Nội"
    assert places.province("01") == ba_dinh.province


@pytest.mark.parametrize("code", ["", "4", "99999", "00004 ", "23737"])
def test_an_unknown_code_is_no_place(places: Places, code: str) -> None:
    assert places.commune(code) is None
    assert places.province(code) is None
    assert places.communes_of(code) == []


def test_no_province_has_a_name_twice(places: Places) -> None:
    for province in places.provinces():
        names = [c.name for c in places.communes_of(province.code)]
        assert len(set(names)) == len(names)


def test_every_name_is_composed_and_in_the_old_tone_style(places: Places) -> None:
    for province in places.provinces():
        for name in [province.name, *(c.name for c in places.communes_of(province.code))]:
            assert name == old_tone_style(unicodedata.normalize("NFC", name))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("thị trấn Nàng Mau, huyện Vị Thủy, Hậu Giang", {("old", "31441")}),  # 1668/NQ-UBTVQH15, item 45
        ("phường An Mỹ, Tam Kỳ, Quảng Nam", {("old", "20341")}),  # 1659/NQ-UBTVQH15
        ("P. An Mỹ, TP Tam Kỳ", {("old", "20341")}),
        ("xã Thuận Hưng, huyện Long Mỹ", {("old", "31495")}),  # 1668/NQ-UBTVQH15, item 50
        ("xa thuan hung, hau giang", {("old", "31495")}),
        ("thuận hưng", {("today", "31228"), ("old", "31495"), ("old", "31591"), ("old", "12271")}),
        ("xã vị thuỷ", {("today", "31441"), ("old", "31453")}),  # 1668/NQ-UBTVQH15, items 45 and 46
        ("vị thủy cần thơ", {("today", "31441"), ("old", "31453")}),
        ("31441", {("code", "31441")}),
        ("tx", set()),
        ("", set()),
        ("xyz", set()),
    ],
)
def test_what_people_type_offers_just_the_communes_it_can_mean(
    places: Places, text: str, codes: set[tuple[str, str]]
) -> None:
    assert set(_found(places, text)) == codes


def test_a_common_name_offers_every_commune_of_today_and_of_before(places: Places) -> None:
    found = _found(places, "Xã Tân Tiến")
    assert [how for how, _ in found[:7]] == ["today"] * 7
    # 15 with one heir for each old commune; that of Chương Mỹ was split (1656/NQ-UBTVQH15, items 77 and 78).
    assert {how for how, _ in found[7:]} == {"old"}
    assert len(found) == 16
    assert {("old", "10045"), ("old", "10081")} <= set(found)


@pytest.mark.parametrize(
    "text",
    [
        "Phường Thảo Điền, Quận 2, TP.HCM",
        "thảo điền quận 2 sài gòn",
        "P Thảo Điền, Thủ Đức",
        "số 5 đường Xuân Thủy, phường Thảo Điền, Thành phố Thủ Đức, Hồ Chí Minh, Việt Nam",
        "PHƯỜNG THẢO ĐIỀN",
        "ThaoDien",
    ],
)
def test_an_old_ward_is_found_however_its_address_is_written(places: Places, text: str) -> None:
    [candidate] = places.search(text)
    assert candidate.commune.full_name == "Phường An Khánh, thành phố Hồ Chí Minh"
    assert candidate.old_name == "Phường Thảo Điền, thành phố Thủ Đức, thành phố Hồ Chí Minh"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("P1, Q3, HCM", "Phường Bàn Cờ, thành phố Hồ Chí Minh"),
        ("Tam Kì, Quảng Nam", "Phường Tam Kỳ, thành phố Đà Nẵng"),
        ("xà phiên", "Xã Xà Phiên, thành phố Cần Thơ"),
        ("M’Drắk, Đaklak", "Xã M'Drắk, tỉnh Đắk Lắk"),
        ("Phường Xuân Hương, Đà Lạt", "Phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng"),
        ("xã Vị Thủy - TP. Cần Thơ", "Xã Vị Thủy, thành phố Cần Thơ"),
        ("Côn Đảo, Bà Rịa - Vũng Tàu", "Đặc khu Côn Đảo, thành phố Hồ Chí Minh"),
        ("huyện Côn Đảo", "Đặc khu Côn Đảo, thành phố Hồ Chí Minh"),
        ("xã Lộc Ninh, Đồng Nai", "Phường Lộc Ninh, thành phố Đồng Nai"),
        ("phường Lộc Ninh, Bình Phước", "Phường Lộc Ninh, thành phố Đồng Nai"),
        ("thuần hưng", "Xã Chí Minh, tỉnh Hưng Yên"),
        ("Ia Mơ", "Xã Ia Mơ, tỉnh Gia Lai"),
    ],
)
def test_the_likeliest_commune_comes_first(places: Places, text: str, first: str) -> None:
    assert places.search(text)[0].commune.full_name == first


@pytest.mark.parametrize(
    "text",
    [
        "xã Vị Thủy, Hà Nội", "Hậu Giang", "Cao Bằng", "xã", "1", "99999", "314411", "quận", "huyện", "tôi ở", "ở xã",
        "em ở thành phố Hồ Chí Minh",
    ],
)  # fmt: skip
def test_what_names_no_commune_offers_none(places: Places, text: str) -> None:
    assert places.search(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "làm khai sinh ở đâu", "nộp hồ sơ thế nào", "tôi ở đâu", "xã tôi ở đâu", "bác ơi", "em gọi", "em hỏi",
        "con ba", "dạ vâng ạ", "đây là đâu vậy", "quận 1 làm khai sinh ở đâu", "tôi ở Vị Thủy, làm khai sinh ở đâu",
        "tôi không ở xã Vị Thủy", "anh chị ở xã cho hỏi", "ở nhà nộp được không", "con tôi mới sinh",
        "tôi muốn hỏi xã",
        "nhà tui có ba người", "cho tôi hỏi", "bác là ai",
    ],
)  # fmt: skip
def test_a_question_is_no_place(places: Places, text: str) -> None:
    assert places.search(text) == []


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("Bác ở xã Vị Thủy", "xã Vị Thủy"),
        ("tôi ở Vị Thủy", "Vị Thủy"),
        ("nhà tui ở vị thủy", "vị thủy"),
        ("dạ, em ở Vị Thủy nha con", "Vị Thủy"),
        ("quê ở xã Vị Thủy tỉnh Hậu Giang", "xã Vị Thủy tỉnh Hậu Giang"),
        ("xã Vị Thủy thuộc huyện Vị Thủy, tỉnh Hậu Giang ạ", "xã Vị Thủy, huyện Vị Thủy, tỉnh Hậu Giang"),
        ("em ở p. An Mỹ, Tam Kỳ", "p. An Mỹ, Tam Kỳ"),
        ("hiện nay gia đình tôi đang sinh sống ở phường An Mỹ, Tam Kỳ", "phường An Mỹ, Tam Kỳ"),
        ("tôi ở ấp 3, xã Thuận Hưng, Hậu Giang", "xã Thuận Hưng, Hậu Giang"),
        ("Cần Thơ, xã Vị Thủy", "xã Vị Thủy, Cần Thơ"),
        ("em ở cần thơ xã vị thủy", "xã vị thủy cần thơ"),
        ("Hà Nội, Tân Tiến", "Tân Tiến, Hà Nội"),
        ("Hậu Giang, huyện Vị Thủy", "huyện Vị Thủy, Hậu Giang"),
        ("bác ở Đà Lạt", "thành phố Đà Lạt"),
    ],
)
def test_a_place_in_a_sentence_offers_what_the_place_alone_offers(places: Places, sentence: str, place: str) -> None:
    expected = places.search(place)
    assert expected
    assert places.search(sentence) == expected


@pytest.mark.parametrize("word", ["con", "bà", "chợ", "quê"])
def test_a_commune_called_by_a_small_word_needs_its_kind_in_a_sentence(places: Places, word: str) -> None:
    assert places.search(word)
    assert places.search(f"em ở {word}") == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # 1668/NQ-UBTVQH15, items 45 to 47 and 54
        ("huyện Vị Thủy", ["Xã Vị Thủy", "Xã Vị Thanh 1", "Xã Vĩnh Thuận Đông", "Xã Vĩnh Tường"]),
        ("thị xã Ngã Bảy", ["Phường Ngã Bảy", "Phường Đại Thành"]),  # a town since 2020
        # 1685/NQ-UBTVQH15
        ("quận 1", ["Phường Bến Thành", "Phường Cầu Ông Lãnh", "Phường Sài Gòn", "Phường Tân Định"]),
        ("Quận 1 TP HCM", ["Phường Bến Thành", "Phường Cầu Ông Lãnh", "Phường Sài Gòn", "Phường Tân Định"]),
        ("Q.3", ["Phường Bàn Cờ", "Phường Nhiêu Lộc", "Phường Xuân Hòa"]),
    ],
)
def test_an_old_district_offers_the_communes_made_of_its_own(places: Places, text: str, names: list[str]) -> None:
    found = places.search(text)
    assert [c.commune.name for c in found] == names
    assert {c.how for c in found} == {How.OLD}
    assert len({c.old_name for c in found}) == 1


@given(data=st.data())
def test_the_old_district_a_candidate_names_leads_back_to_it(places: Places, data: st.DataObject) -> None:
    province = data.draw(st.sampled_from(places.provinces()))
    commune = data.draw(st.sampled_from(places.communes_of(province.code)))
    for candidate in places.search(commune.name, limit=100):
        _, _, district = (candidate.old_name or "").partition(", ")
        if ", " in district:
            assert candidate.commune in [c.commune for c in places.search(district, limit=100)]


def test_a_district_called_like_its_province_is_meant_by_its_kind_alone(places: Places) -> None:
    assert places.search("Cao Bằng") == []
    assert {c.old_name for c in places.search("TP Cao Bằng")} == {"Thành phố Cao Bằng, tỉnh Cao Bằng"}


@pytest.mark.parametrize(
    "text",
    [
        "dạ ở " * 60,
        "em ở x, " * 40,
        "cần thơ " * 40,
        " ,.;-'",
        ",",
        "🙂🙂",
        "\x00\x1b[31m",
        "\u200b",
        "\ud800",
        "a" * 100_000,
        "," * 100_000,
        "xã " * 50_000,
        "tp q1," * 99,
    ],
)
def test_hostile_text_offers_nothing(places: Places, text: str) -> None:
    assert places.search(text) == []


@given(text=st.text(max_size=300))
def test_any_text_has_an_answer_without_repeats(places: Places, text: str) -> None:
    codes = [c.commune.code for c in places.search(text)]
    assert len(set(codes)) == len(codes) <= 20


def test_the_limit_keeps_the_best(places: Places) -> None:
    assert places.search("Xã Tân Tiến", limit=3) == places.search("Xã Tân Tiến")[:3]


@given(data=st.data())
def test_every_commune_is_found_by_its_name_in_any_writing(places: Places, data: st.DataObject) -> None:
    province = data.draw(st.sampled_from(places.provinces()))
    commune = data.draw(st.sampled_from(places.communes_of(province.code)))
    write = data.draw(st.sampled_from(_WRITINGS))
    expected = Candidate(commune, How.TODAY)
    assert expected in places.search(write(commune.full_name))
    assert expected in places.search(write(commune.name), limit=100)
    assert places.search(commune.code) == [Candidate(commune, How.CODE)]


@given(data=st.data())
def test_an_old_name_offered_leads_back_to_the_same_commune(places: Places, data: st.DataObject) -> None:
    province = data.draw(st.sampled_from(places.provinces()))
    commune = data.draw(st.sampled_from(places.communes_of(province.code)))
    for candidate in places.search(commune.name, limit=100):
        if candidate.old_name:
            assert candidate.commune in [c.commune for c in places.search(candidate.old_name)]
