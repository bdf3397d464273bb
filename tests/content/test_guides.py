"""What the words of the guides promise: a way through, nothing invented, and no secret left without a warning."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.guide import END, MAX_PATH, Caution, Confidence, Fact, Guide, Source, Step
from tests.yaml_files import read_yaml

CONTENT = Path(__file__).parents[2] / "content"
FILES = sorted((CONTENT / "guides").glob("*.yaml"))
OWN_PRACTICE = "to-noi-dung"
MENTION = re.compile(r"\{\{\s*(\w+)\s*\}\}")

MAX_STEP = 350
MAX_REMEDY = 300
MAX_SENTENCE = 36
"""Syllables a person can hold when a sentence is read aloud."""

SECRETS = {
    Caution.OTP: re.compile(r"\bOTP\b"),
    Caution.PASSWORD: re.compile(r"mật khẩu", re.IGNORECASE),
    Caution.PASSCODE: re.compile(r"passcode", re.IGNORECASE),
    Caution.QR: re.compile(r"\bQR\b"),
}
USES = re.compile(r"\b(gõ|nhập|đặt|quét|đọc|lưu|đổi|đăng nhập)\b", re.IGNORECASE)
FORGOTTEN = re.compile(r"\*\*Quên .+?\*\*")
"""The buttons that offer a new secret name it without using it."""
NEW_TONE = re.compile(r"(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?!\w)", re.IGNORECASE)
DOMAIN = re.compile(r"\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b", re.IGNORECASE)
MONEY = re.compile(r"\d[\d.]*\s?(?:đ\b|đồng\b|nghìn\b|triệu\b|%)", re.IGNORECASE)
JARGON = re.compile(r"\b(click|login|app|apps|email|online|file|scan|tab|bạn|quý khách|user|server)\b", re.IGNORECASE)

UNCONFIRMED = (
    "5656", "156", "069", "khonggianmang", "chongluadao",  # report lines whose state after 2025 is unknown
    "30 phút", "15 phút",  # nobody published how long a hanging payment may hang
    "iPhone 6", "iPhone 7", "iPhone 8",  # sources disagree which models read the chip
    "My Viettel", "VinaPhone", "MobiFone", "VNeTraffic", "Viettel Money", "NAPAS",
    "năm loại giấy tờ",  # two of the basic papers are unreadable in the annex
    "Tích hợp thông tin", "thẻ PET", "MB", "3.321",
)  # fmt: skip


@cache
def guides() -> dict[str, Guide]:
    return {f.stem: Guide(**read_yaml(f)) for f in FILES}


@cache
def facts() -> dict[str, Fact]:
    rows = read_yaml(CONTENT / "facts.yaml")
    return {f.id: f for f in (Fact(**row) for row in rows)}


@cache
def sources() -> dict[str, Source]:
    rows = read_yaml(CONTENT / "sources.yaml")
    return {s.id: s for s in (Source(**row) for row in rows)}


def filled(text: str, day: dt.date) -> str:
    """The text as a person reads it on that day."""
    return MENTION.sub(lambda m: facts()[m.group(1)].shown(day), text)


def step_words(step: Step) -> Iterator[str]:
    yield step.text
    yield from [step.helper] if step.helper else []
    yield from (c.label for c in step.choices)
    for obstacle in step.obstacles:
        yield from (obstacle.label, obstacle.remedy)


def words(guide: Guide) -> Iterator[str]:
    """Everything a person may read of a guide; aliases are what he types, not what he reads."""
    yield from (guide.title, guide.menu, guide.summary, *guide.need, guide.ending.text)
    for step in guide.steps:
        yield from step_words(step)


def onward(guide: Guide, step: Step) -> set[str]:
    if step.choices:
        return {c.next for c in step.choices}
    return {guide.following(step)}


def reached(guide: Guide, start: str, *, obstacles: bool) -> set[str]:
    seen, todo = set[str](), [start]
    while todo:
        here = todo.pop()
        step = guide.step(here)
        if here in seen or step is None:
            seen.add(here)
            continue
        seen.add(here)
        todo += onward(guide, step)
        todo += [o.goto for o in step.obstacles if o.goto] if obstacles else []
    return seen


each_guide = pytest.mark.parametrize("guide", guides().values(), ids=guides().keys())


@each_guide
def test_a_file_is_named_after_its_guide(guide: Guide) -> None:
    assert guides()[guide.id] is guide


@pytest.mark.parametrize("name", ["sources.yaml", "facts.yaml"])
def test_nothing_is_listed_twice(name: str) -> None:
    ids = [row["id"] for row in read_yaml(CONTENT / name)]
    assert len(ids) == len(set(ids))


@each_guide
def test_whatever_a_guide_points_to_exists(guide: Guide) -> None:
    places = {s.id for s in guide.steps} | {END}
    known_guides = set(guides())
    for step in guide.steps:
        assert onward(guide, step) <= places, step.id
        assert {o.goto for o in step.obstacles if o.goto} <= places, step.id
        assert {o.guide for o in step.obstacles if o.guide} <= known_guides, step.id
        assert set(step.sources) <= set(sources()), step.id
        for kind in (step.choices, step.obstacles):
            ids = [x.id for x in kind]
            assert len(ids) == len(set(ids)), step.id
    assert set(guide.ending.next_guides) <= known_guides - {guide.id}
    assert set(guide.sources) <= set(sources())
    mentioned = {m for text in words(guide) for m in MENTION.findall(text)}
    assert mentioned <= set(facts())
    assert all("{" not in MENTION.sub("", text) for text in words(guide))


def test_every_fact_says_where_it_was_read() -> None:
    assert all(set(f.sources) <= set(sources()) for f in facts().values())


@each_guide
def test_every_step_can_be_reached_and_leads_to_the_end(guide: Guide) -> None:
    ids = {s.id for s in guide.steps}
    assert reached(guide, guide.steps[0].id, obstacles=True) >= ids
    for step in guide.steps:
        assert END in reached(guide, step.id, obstacles=False), step.id


@given(data=st.data())
def test_whatever_is_answered_the_steps_run_out(data: st.DataObject) -> None:
    guide = data.draw(st.sampled_from(sorted(guides().values(), key=lambda g: g.id)))
    here, walked, promised = guide.steps[0].id, list[str](), list[int]()
    while here != END:
        assert here not in walked, f"{guide.id}: {walked} comes back to {here}"
        promised.append(len(walked) + guide.remaining(here))
        walked.append(here)
        step = guide.step(here)
        assert step is not None
        here = guide.following(step, data.draw(st.sampled_from(step.choices)).id if step.choices else None)
    assert promised == sorted(promised, reverse=True), "the number of steps never grows under a person's feet"
    assert promised[-1] >= len(walked)


@each_guide
def test_no_more_steps_are_promised_than_the_longest_way_has(guide: Guide) -> None:
    def ways(here: str, walked: int = 0) -> Iterator[int]:
        step = guide.step(here)
        if step is None:
            yield walked
        else:
            for place in sorted(onward(guide, step)):
                yield from ways(place, walked + 1)

    assert guide.remaining(guide.steps[0].id) == max(ways(guide.steps[0].id))


def test_a_way_that_never_ends_is_counted_all_the_same() -> None:
    guide = guides()["thanh-toan-treo"]
    first = guide.steps[0].model_copy(update={"choices": (), "next": guide.steps[0].id})
    assert Guide.model_validate(dict(guide) | {"steps": (first,)}).remaining(first.id) == MAX_PATH


@each_guide
def test_every_step_says_where_it_was_read_and_what_may_go_wrong(guide: Guide) -> None:
    for step in guide.steps:
        assert step.sources, step.id
        assert step.obstacles, step.id


@each_guide
def test_an_obstacle_never_sends_a_person_back_to_the_very_same_place(guide: Guide) -> None:
    for step in guide.steps:
        for obstacle in step.obstacles:
            assert obstacle.goto != step.id, (step.id, obstacle.id)
            assert obstacle.guide != guide.id, (step.id, obstacle.id)


@each_guide
def test_a_step_that_uses_a_secret_carries_its_warning(guide: Guide) -> None:
    for step in guide.steps:
        acts = USES.search(re.sub(r"\*\*.+?\*\*", "", step.text))
        named = {s for s, pattern in SECRETS.items() if pattern.search(FORGOTTEN.sub("", step.text))}
        used = named if acts else set()
        assert not used or step.warn in used, (step.id, used)
        assert step.warn is None or SECRETS[step.warn].search(step.text), step.id


@each_guide
def test_a_helper_is_told_to_keep_off_every_secret(guide: Guide) -> None:
    for step in guide.steps:
        assert step.warn is None or step.helper or not guide.asks_who, step.id


@each_guide
def test_texts_can_be_read_aloud_in_one_breath(guide: Guide) -> None:
    for step in guide.steps:
        assert len(filled(step.text, guide.verified_on)) <= MAX_STEP, step.id
        for obstacle in step.obstacles:
            assert len(filled(obstacle.remedy, guide.verified_on)) <= MAX_REMEDY, (step.id, obstacle.id)
    for text in words(guide):
        for sentence in re.split(r"[.?!:;]\s", filled(text, guide.verified_on)):
            assert len(sentence.split()) <= MAX_SENTENCE, sentence


def all_strings() -> Iterator[str]:
    for guide in guides().values():
        yield from (*words(guide), *guide.aliases)
    for fact in facts().values():
        yield from (fact.text, fact.otherwise)
    yield from (source.title for source in sources().values())


def test_letters_are_composed_and_tone_marks_sit_the_old_way() -> None:
    for text in all_strings():
        assert text == unicodedata.normalize("NFC", text), text
        assert not NEW_TONE.search(text), text
        assert "  " not in text, text


def test_no_foreign_or_clerical_words_on_screens() -> None:
    for guide in guides().values():
        for text in words(guide):
            spoken = re.sub(r"\*\*.+?\*\*", "", text).replace("Tài khoản của bạn đã thực hiện kích hoạt", "")
            assert not JARGON.search(spoken.replace("App Store", "")), text


def test_only_state_addresses_are_named() -> None:
    for guide in guides().values():
        for text in words(guide):
            named = DOMAIN.findall(filled(text, guide.verified_on))
            assert all(d == "gov.vn" or d.endswith(".gov.vn") for d in named), named
            assert "http" not in text


def test_nothing_unconfirmed_is_said() -> None:
    for guide in guides().values():
        for text in words(guide):
            shown = filled(text, guide.verified_on)
            assert not [u for u in UNCONFIRMED if re.search(rf"(?<!\w){re.escape(u)}", shown)], text
            assert not MONEY.search(shown), text
    assert all(s.confidence is not Confidence.CHUA_RO for g in guides().values() for s in g.steps)


@each_guide
def test_a_step_claims_no_more_than_its_sources_bear(guide: Guide) -> None:
    for step in guide.steps:
        read = set(step.sources) - {OWN_PRACTICE}
        assert read or step.confidence is Confidence.SUY_LUAN, step.id
        if step.confidence is Confidence.XAC_NHAN:
            assert len(read) > 1, step.id
            leaning = [facts()[m] for m in MENTION.findall(step.text)]
            assert all(f.confidence is Confidence.XAC_NHAN for f in leaning), step.id


@each_guide
def test_numbers_that_change_live_in_one_place(guide: Guide) -> None:
    numbers = [f.text for f in facts().values() if re.match(r"\d", f.text)]
    for text in words(guide):
        for number in numbers:
            assert not re.search(rf"(?<![\w.]){re.escape(number)}(?!\w)", text), (number, text)


@each_guide
def test_what_has_expired_is_no_longer_said(guide: Guide) -> None:
    ending_facts = [f for f in facts().values() if f.valid_to]
    assert ending_facts
    for fact in ending_facts:
        assert fact.valid_to
        after = fact.valid_to + dt.timedelta(days=1)
        said = " ".join(filled(text, after) for text in words(guide))
        assert fact.text not in said
        last_day = f"{fact.valid_to.day}/{fact.valid_to.month}/{fact.valid_to.year}"
        assert last_day not in said


@each_guide
def test_a_guide_is_looked_at_again_before_what_it_leans_on_ends(guide: Guide) -> None:
    assert guide.in_force(guide.verified_on)
    assert guide.verified_on < guide.review_by
    leaning = {m for text in words(guide) for m in MENTION.findall(text)}
    ends = [f.valid_to for f in (facts()[m] for m in leaning) if f.valid_to]
    assert all(guide.review_by <= end for end in ends)


def fold(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return re.sub(r"\W+", " ", "".join(c for c in bare if not unicodedata.combining(c))).strip()


def test_what_people_say_leads_to_one_guide_only() -> None:
    said = [fold(alias) for g in guides().values() for alias in g.aliases]
    assert len(said) == len(set(said))
    intents = [i for g in guides().values() for i in g.intents]
    assert len(intents) == len(set(intents))
    assert all(len(g.aliases) >= 8 or g.procedure for g in guides().values())


def test_who_was_robbed_calls_the_bank_first_then_the_phone_the_police_and_the_accounts() -> None:
    guide = guides()["canh-bao-lua-dao"]
    assert guide.urgent
    assert not guide.asks_who
    first = guide.steps[0]
    robbed = next(c for c in first.choices if "vừa bị lừa" in c.label)
    path, here = "", robbed.next
    while here != END:
        step = guide.step(here)
        assert step is not None
        path += step.text
        here = guide.following(step)
    order = [path.index(w) for w in ("ngân hàng", "tắt hẳn", "công an", "VNeID", "khóa SIM", "đổi mật khẩu")]
    assert order == sorted(order)


def test_nobody_meets_a_code_by_message_before_the_sim_works() -> None:
    guide = guides()["vneid-doi-may"]
    for choice in guide.steps[0].choices:
        walked, here = list[Step](), choice.next
        while here != END:
            step = guide.step(here)
            assert step is not None
            walked.append(step)
            here = step.choices[-1].next if step.choices else guide.following(step)
        otp = next((n for n, s in enumerate(walked) if s.warn is Caution.OTP), len(walked))
        assert otp == len(walked) or any("SIM" in s.text for s in walked[:otp]), choice.id
