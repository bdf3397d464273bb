"""What a stranger may answer to the question of consent: plain words count, a bare nod is asked about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.consent_words import consent_in
from tests.handlers.test_welcome import rows, stranger
from tests.talk import Talk


@pytest.mark.parametrize("text", ["có", "vâng", "ừ", "dạ", "ok", "Ok ạ", "Dạ vâng", "Đúng rồi", "được", "dạ có ạ"])
async def test_a_bare_nod_is_asked_to_be_said_plainly(talk: Talk, text: str) -> None:
    an = stranger(talk)
    await an.says(text)
    assert await rows(talk.database) == {}
    assert "nói rõ" in an.reads
    assert an.labels == ["Đồng ý", "Không đồng ý"]
    assert len(an.reads) < 300, "short: the whole greeting was read already"
    assert "nơi nhắn tin" in an.reads, "and still what is kept is told"
    await an.says("1")
    assert (await rows(talk.database))["person"] == 1


@pytest.mark.parametrize(
    "text",
    ["tôi đồng ý", "dạ đồng ý", "có đồng ý", "vâng tôi đồng ý ạ", "ừ, đồng ý", "OK đồng ý", "Dạ có, đồng ý nhé"],
)
async def test_agreeing_may_be_said_kindly(talk: Talk, text: str) -> None:
    an = stranger(talk)
    await an.says(text)
    assert (await rows(talk.database))["person"] == 1


@pytest.mark.parametrize(
    "text",
    ["không", "ko", "khong", "thôi", "không đồng ý đâu", "dạ không", "thôi không", "tôi ko đồng ý", "không ạ",
     "Thôi nhé", "không cần"],
)  # fmt: skip
async def test_refusing_may_be_said_in_one_word(talk: Talk, text: str) -> None:
    an = stranger(talk)
    await an.says(text)
    assert await rows(talk.database) == {}
    assert "không lưu gì của cuộc trò chuyện này" in an.reads
    assert "Đồng ý" not in an.labels


WORDS = ["dạ", "không", "ko", "đồng ý", "thôi", "có", "ừ", "tôi", "ạ", "nhé", "đâu", "2", "1", "gì"]


@given(st.lists(st.sampled_from(WORDS), max_size=6))
def test_nothing_without_agreeing_in_it_or_with_a_no_in_it_is_consent(words: list[str]) -> None:
    if consent_in(" ".join(words)) == "yes":
        assert "đồng ý" in words or words == ["1"]
        assert not {"không", "ko", "thôi", "đâu", "2", "gì"} & set(words)
