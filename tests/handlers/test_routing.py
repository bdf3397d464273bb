"""What a message is taken for, and that no message of any kind leaves a person without a clear answer."""

import random
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.capabilities import CAPABILITIES
from bot.channels.rendering import render
from content.folding import fold
from handlers import router
from handlers.turn import Kind, Message, State, Turn
from storage.memory import Memory
from tests.handlers.test_guiding import begun, run_of
from tests.talk import CHANNEL, Person, Talk

MAX_TELEGRAM = 4096
ONLY_ONCE = [HealthCheck.function_scoped_fixture]
BUTTON_PARTS = [*"mcgdvsowrxyn", "1", "9" * 20, "vneid-kich-hoat", "moi", "head", ""]
WAYS_OUT = [
    "menu",
    "MENU",
    "lùi",
    "lui",
    "Dừng",
    "dung",
    "dừng lại",
    "gặp người",
    "gap nguoi",
    "/menu",
    "/lui",
    "/dung",
]


async def sends(person: Person, kind: Kind, text: str = "") -> None:
    """Something that is neither typed nor pressed."""
    await person._send(kind, text)
    check(person)


async def says(person: Person, text: str) -> None:
    """Types a text, and the answer is one that every channel can carry."""
    await person.says(text)
    check(person)


def check(person: Person) -> None:
    """What holds for every answer on every channel."""
    for reply in person.replies:
        assert unicodedata.is_normalized("NFC", reply.text)
        for can in CAPABILITIES.values():
            assert all(len(part.text) <= can.max_text for part in render(reply, can))
        for part in render(reply, CAPABILITIES["telegram"]):
            assert len(part.text.encode("utf-16-le")) // 2 <= MAX_TELEGRAM


async def put_state(talk: Talk, person: Person, stored: object) -> None:
    """Writes a chat's state as another version, or a broken one, would have left it."""
    async with talk.memory() as memory:
        chat = await memory.people.find(CHANNEL, talk.database.vault.lane(CHANNEL, person.address))
        assert chat is not None
        await memory.people.keep_offer(chat.id, stored)  # type: ignore[arg-type]


# --- ways out -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", WAYS_OUT)
@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"flow": "nowhere", "data": {}, "offered": []},
        {"flow": "welcome.commune", "data": {}},
        {"flow": "roles.code", "data": {"x": 1}},
        {"flow": "data.name", "data": {}},
        {"flow": 7, "data": [1], "offered": "no"},
        {"flow": "", "data": None, "offered": [[1, "Xong"], ["a", 1, 2], None, [1, "A", "m:menu"]]},
        {"flow": "welcome.gone-in-this-version", "data": {}, "offered": {}},
        {"offered": [[1, "Xóa hết", "d:xoa:that"]], "future": True},
    ],
    ids=lambda s: str(s)[:40],
)
async def test_the_ways_out_work_whatever_was_stored(talk: Talk, word: str, stored: dict[str, object]) -> None:
    an = await talk.citizen("An")
    await put_state(talk, an, stored)
    await says(an, word)
    assert an.choices
    await says(an, "menu")
    assert "Gặp người" in an.labels


async def test_nonsense_in_a_flow_of_another_version_is_answered(talk: Talk) -> None:
    an = await talk.citizen("An")
    for flow in ("nowhere", "welcome.x", "data.x", "roles.x", "..", "report.x"):
        await put_state(talk, an, {"flow": flow, "data": {}, "offered": []})
        await says(an, "trời hôm nay đẹp quá")
        assert an.reads


# --- labels and numbers -------------------------------------------------------------------------------------


def spellings(label: str) -> list[str]:
    """A label as people type it."""
    return [
        label, label.upper(), label.lower(), unicodedata.normalize("NFD", label), fold(label), f"  {label} ",
        f"{label}.", label.replace(" ", "  "),
    ]  # fmt: skip


async def test_a_label_is_known_in_any_spelling(talk: Talk) -> None:
    an = await begun(talk)
    await an.presses("Xong")
    labels = an.labels
    for label in labels[:2]:
        for spelling in spellings(label):
            await says(an, spelling)
            assert "Bước 3/" in an.reads, spelling
            await says(an, "lùi")


async def test_numbers_are_known_as_people_write_them(talk: Talk) -> None:
    an = await begun(talk)
    for number in ("1", "1.", "1)", " 1 ", "số 1", "chọn 1", "01"):
        await says(an, number)
        assert "Bước 2/" in an.reads, number
        await says(an, "lùi")


@settings(max_examples=60, deadline=None, suppress_health_check=ONLY_ONCE)
@given(
    text=st.one_of(
        st.integers(-(10**30), 10**30).map(str), st.text(st.characters(categories=["Nd", "No"]), max_size=8)
    )
)
async def test_a_number_that_was_not_offered_moves_nothing(talk: Talk, text: str) -> None:
    an = await begun(talk)
    if text.strip().isdecimal() and int(text) <= len(an.choices):
        return
    await says(an, text)
    run = await run_of(talk, an)
    assert run is not None
    assert run.history == ()


# --- anything at all ----------------------------------------------------------------------------------------


@settings(max_examples=80, deadline=None, suppress_health_check=ONLY_ONCE)
@given(text=st.text(max_size=200), seed=st.integers(0, 3))
async def test_any_text_gets_one_answer_and_no_crash(talk: Talk, text: str, seed: int) -> None:
    an = [Person(talk, f"stranger-{talk.chance.random()}", 0), await talk.citizen("An"), await talk.member("Bình")]
    who = [*an, await talk.officer("Cán bộ")][seed]
    await says(who, text)
    assert who.reads.strip()


@pytest.mark.parametrize(
    "text",
    ["a" * 100_000, "vneid " * 20_000, "😀" * 50_000, "\x00\x01\x02", "​‌﻿", "\n\n\n", "{{ 7*7 }}", "**", "a\x00b" * 9,
     "١٢٣", "²", "½", "/", "/start", "/start ", "/start " + "x" * 5000, "/\x00", "ĐĐĐĐ", "' OR 1=1 --", "..:..:..",
     "9" * 50_000, "1234 " * 20_000, "ạ" * 50_000],
    ids=lambda t: repr(t[:12]),
)  # fmt: skip
async def test_odd_texts_get_one_clear_answer_from_strangers_and_friends(talk: Talk, text: str) -> None:
    for who in (Person(talk, "la", 0), await begun(talk), await talk.member("Bình")):
        await says(who, text)
        assert who.reads.strip()
        assert len(who.reads) < 10_000


@settings(max_examples=80, deadline=None, suppress_health_check=ONLY_ONCE)
@given(value=st.one_of(
    st.text(max_size=64),
    st.lists(st.sampled_from(BUTTON_PARTS), max_size=5).map(":".join),
))  # fmt: skip
async def test_any_button_gets_an_answer_and_no_crash(talk: Talk, value: str) -> None:
    for who in (
        Person(talk, f"la-{talk.chance.random()}", 0),
        await talk.citizen("An"),
        await talk.officer("Cán bộ"),
    ):
        if not value.startswith(("l", "r")):
            await who.presses_value(value)
            check(who)


NO_WORD_TO_US = (Kind.LEFT, Kind.STAFF, Kind.WITHDRAWN)


@pytest.mark.parametrize("kind", [k for k in Kind if k not in (Kind.TEXT, Kind.PRESS, *NO_WORD_TO_US)])
async def test_unexpected_things_get_one_answer_and_the_step_again(talk: Talk, kind: Kind) -> None:
    an = await begun(talk)
    before = await run_of(talk, an)
    await sends(an, kind)
    assert "Bước 1/" in an.reads
    assert await run_of(talk, an) == before
    stranger = Person(talk, "la", 0)
    await sends(stranger, kind)
    assert "Đồng ý" in stranger.labels


async def test_an_edited_text_is_not_obeyed_but_its_secrets_are_refused(talk: Talk) -> None:
    an = await begun(talk)
    await sends(an, Kind.EDITED, "xong")
    assert "Bước 1/" in an.reads
    await sends(an, Kind.EDITED, "mã otp của tôi là 482913")
    assert "482913" not in an.reads
    assert "OTP" in an.reads


async def test_nobody_is_answered_in_a_group_but_with_where_to_write(talk: Talk) -> None:
    an = await begun(talk)
    for kind, text in ((Kind.TEXT, "xong"), (Kind.PRESS, an.choice("Xong").value), (Kind.PHOTO, "")):
        async with talk.memory() as memory:
            turn = await in_group(talk, an, memory, kind, text)
            await router.handle(turn)
        assert [r.choices for r in turn.replies] == [()]
        assert "nhắn riêng" in turn.replies[0].text
    run = await run_of(talk, an)
    assert run is not None
    assert run.history == ()


async def in_group(talk: Talk, person: Person, memory: Memory, kind: Kind, text: str) -> Turn:
    """A message of that person in a group."""
    chat = await memory.people.find(CHANNEL, talk.database.vault.lane(CHANNEL, person.address))
    message = Message(person.address, kind, text, group=True)
    return Turn(message, talk.now, memory, talk.knowledge, random.Random(1), State(), CHANNEL, chat)


async def test_who_blocked_us_is_told_nothing(talk: Talk) -> None:
    an = await talk.citizen("An")
    async with talk.memory() as memory:
        chat = await memory.people.find(CHANNEL, talk.database.vault.lane(CHANNEL, an.address))
        turn = Turn(Message(an.address, Kind.LEFT), talk.now, memory, talk.knowledge, random.Random(1), State(),
                    CHANNEL, chat)  # fmt: skip
        await router.handle(turn)
    assert turn.replies == []
