"""Staff who write in the person's own chat: the assistant keeps quiet until asked back. Accounts and visitors."""

import datetime as dt

import pytest

from handlers.takeover import HOLDS_FOR
from handlers.turn import Kind
from tests.handlers.test_guiding import begun, run_of
from tests.handlers.test_mydata import known
from tests.handlers.test_welcome import rows
from tests.talk import COMMUNE, Person, Talk


@pytest.fixture
def stranger(talk: Talk) -> Person:
    """Somebody we keep nothing of."""
    return Person(talk, "la", 0)


async def test_while_staff_talks_the_assistant_says_nothing_and_moves_nothing(talk: Talk) -> None:
    an = await begun(talk)
    before = await run_of(talk, an)
    await an.hears_from_staff("Chào bác, em là Hoa ở trung tâm xã.")
    assert an.replies == []
    for word in ("xong", "lùi", "đồng ý"):
        await an.says_to_staff(word)
    await an.says_to_staff("", Kind.PHOTO)
    await an.says_to_staff("m:menu", Kind.PRESS)
    assert await run_of(talk, an) == before


async def test_staff_hand_the_chat_back_with_a_word(talk: Talk) -> None:
    an = await begun(talk)
    await an.hears_from_staff("Bác mở giúp em mục Cài đặt.")
    await an.hears_from_staff("#tro ly")
    assert "Bước 1/" in an.reads
    await an.says("xong")


async def test_the_word_does_nothing_where_nobody_took_over(talk: Talk) -> None:
    an = await begun(talk)
    await an.hears_from_staff("#trợ lý")
    assert an.replies == []


async def test_who_asks_for_the_menu_asks_for_the_assistant(talk: Talk) -> None:
    an = await begun(talk)
    await an.hears_from_staff("Bác đợi em chút.")
    await an.says("Menu")
    await an.says("tôi đang ở đâu")
    assert "Bước 1/" in an.reads


async def test_a_chat_nobody_hands_back_comes_back_by_itself(talk: Talk) -> None:
    an = await begun(talk)
    await an.hears_from_staff("Bác đợi em chút.")
    talk.now += HOLDS_FOR - dt.timedelta(minutes=1)
    await an.says_to_staff("dạ")
    await an.hears_from_staff("Em đây bác.")
    talk.now += HOLDS_FOR - dt.timedelta(minutes=1)
    await an.says_to_staff("dạ")
    talk.now += dt.timedelta(minutes=1)
    await an.says("tôi đang ở đâu")
    assert "Bước 1/" in an.reads


async def test_strangers_can_talk_with_staff_too_and_little_is_kept_of_it(talk: Talk, stranger: Person) -> None:
    await stranger.hears_from_staff("Chào bác.")
    await stranger.says_to_staff("chào cháu")
    assert await rows(talk.database) == {"takeover": 1}
    async with talk.memory() as memory:
        await memory.privacy.retire(talk.now + HOLDS_FOR)
    assert await rows(talk.database) == {}


async def test_a_person_sees_that_staff_talks_in_his_chat_and_takes_it_along_when_he_goes(talk: Talk) -> None:
    an = await begun(talk)
    await an.hears_from_staff("Chào bác.")
    async with talk.memory() as memory:
        kept = await memory.privacy.everything(an.id)
        assert [t["until"] - t["since"] for t in kept["takeovers"]] == [HOLDS_FOR]
        await memory.privacy.erase(an.id)
    assert await rows(talk.database, but=("audit",)) == {}


async def test_who_withdraws_at_the_platform_is_forgotten_without_a_word(talk: Talk, stranger: Person) -> None:
    an = await begun(talk)
    await an.hears_from_staff("Chào bác.")
    await an.withdraws()
    assert not await known(talk, an)
    assert await rows(talk.database, but=("audit",)) == {}
    await stranger.withdraws()


async def test_whoever_writes_to_a_communes_own_account_is_not_asked_where_he_lives(
    talk: Talk, stranger: Person
) -> None:
    await stranger._send(Kind.TEXT, "chào", commune=COMMUNE)
    await stranger._send(Kind.TEXT, "đồng ý", commune=COMMUNE)
    assert "Đã ghi: xã Vị Thủy" in stranger.reads.replace("Xã", "xã")
    assert "Bác ở xã, phường nào" not in stranger.reads


async def test_the_commune_of_a_poster_wins_over_that_of_the_account(talk: Talk, stranger: Person) -> None:
    await stranger._send(Kind.TEXT, "XA 31420", commune=COMMUNE)
    await stranger._send(Kind.PRESS, stranger.choice("Đồng ý").value, commune=COMMUNE)
    assert "Vị Thủy" not in stranger.reads
    assert "Đã ghi" in stranger.reads


async def test_a_guide_asked_for_first_is_offered_at_home(talk: Talk, stranger: Person) -> None:
    await stranger._send(Kind.TEXT, "kích hoạt vneid", commune=COMMUNE)
    await stranger._send(Kind.PRESS, stranger.choice("Đồng ý").value, commune=COMMUNE)
    assert "Bác ở xã, phường nào" not in stranger.reads
    async with talk.memory() as memory:
        chat = await memory.people.find("web", talk.database.vault.lane("web", stranger.address))
        assert chat is not None
        assert chat.commune == COMMUNE


async def test_a_passing_visitor_gets_the_guides_and_is_never_asked_to_stay(talk: Talk, stranger: Person) -> None:
    for text in ("chào", "kích hoạt vneid", "menu", "đồng ý", "1", "không", "ừ", "11"):
        await stranger._send(Kind.TEXT, text, passing=True)
        assert "Đồng ý" not in stranger.labels, text
        assert "đồng ý" not in stranger.reads, text
    await stranger._send(Kind.PRESS, "c:y:", passing=True)
    await stranger._send(Kind.STICKER, "", passing=True)
    assert await rows(talk.database) == {}
