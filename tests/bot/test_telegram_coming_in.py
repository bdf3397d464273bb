"""Telegram's updates: stored before they are acknowledged, whatever happens, by hook and by polling."""

import io
import json
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import NotUnderstood
from bot.channels.rendering import Button
from bot.channels.telegram import updates
from handlers.turn import Kind
from tests.bot.telegram_stage import SECRET, Stage, said, stage, until
from tests.emulators.telegram import TelegramEmulator

HEADER = "X-Telegram-Bot-Api-Secret-Token"


async def post(stage: Stage, body: bytes, secret: str = SECRET) -> aiohttp.ClientResponse:
    async with aiohttp.ClientSession() as session:
        return await session.post(stage.hook, data=io.BytesIO(body), headers={HEADER: secret})


def text_update(update_id: int, text: str = "chào", chat: int = 5) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "An"}
    message = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "private"}, "from": person, "text": text}
    return {"update_id": update_id, "message": message}


@pytest.mark.parametrize("webhook", [True, False])
async def test_everything_people_send_arrives_once_and_is_understood(webhook: bool) -> None:
    async with stage(webhook=webhook) as s:
        await s.until_ready()
        an = s.tg.user("An")
        await an.starts("ma-to-5")
        first = await an.sends("thu nhập < 5 triệu & <b>đậm</b>")
        await an.sends_photo(caption="giấy hẹn")
        await an.sends_document(b"%PDF", "đơn đề nghị.pdf")
        await an.sends_voice()
        await an.sends_sticker()
        await an.sends_location(10.5, 106.25)
        await an.sends_contact("+84900000000")
        await an.sends_contact("+84911111111", of=s.tg.user("Bình"))
        await an.edits(first, "thu nhập 6 triệu")
        found = await s.messages(10)
        await s.tg.settles()
        assert {m.address for m in found if m} == {str(an.id)}
        by_kind = {m.kind: m for m in found if m}
        assert [(m.kind, m.text) for m in found if m and m.kind in (Kind.TEXT, Kind.EDITED)] == [
            (Kind.TEXT, "/start ma-to-5"),
            (Kind.TEXT, "thu nhập < 5 triệu & <b>đậm</b>"),
            (Kind.EDITED, "thu nhập 6 triệu"),
        ]
        assert by_kind[Kind.PHOTO].text == "giấy hẹn"
        assert by_kind[Kind.FILE].file_name == "đơn đề nghị.pdf"
        assert by_kind[Kind.LOCATION].text == "10.5,106.25"
        assert [m.text for m in found if m and m.kind is Kind.CONTACT] == ["+84900000000", ""]
        assert {Kind.VOICE, Kind.STICKER} <= set(by_kind)
        assert not any(m.group for m in found if m)


@pytest.mark.parametrize("webhook", [True, False])
async def test_a_press_shares_the_lane_of_texts_and_is_answered_at_once(webhook: bool) -> None:
    async with stage(webhook=webhook) as s:
        await s.until_ready()
        an = s.tg.user("An")
        await an.starts()
        await s.desk.holds(1)
        await s.channel.send(str(an.id), said("Xong chưa?", Button(1, "Xong", "v1:done")))
        await an.presses("1. Xong")
        kept = await s.desk.holds(2)
        press = s.channel.parse(kept[1].raw)
        assert kept[0].address == kept[1].address == str(an.id)
        assert press
        assert (press.kind, press.text, press.origin) == (Kind.PRESS, "v1:done", str(an.sees[-1].id))
        await until(lambda: s.tg.counts.get("calls.answerCallbackQuery"))
        assert s.channel.unanswered == 0


async def test_a_press_that_cannot_be_answered_is_stored_all_the_same() -> None:
    async with stage(webhook=True) as s:
        await s.until_ready()
        press = {"id": "q", "from": {"id": 7, "is_bot": False, "first_name": "A"}, "data": "x", "chat_instance": "1"}
        response = await post(s, json.dumps({"update_id": 3, "callback_query": press}).encode())
        assert response.status == 200
        assert s.desk.kept["3"].address == "7"
        await until(lambda: s.channel.unanswered)


async def test_groups_blocking_and_moving_are_told_apart() -> None:
    async with stage() as s:
        await s.until_ready()
        an = s.tg.user("An")
        group = s.tg.group("Tổ 5", an)
        await an.starts()
        await an.sends("chào cả tổ", to=group)
        await an.blocks()
        await an.unblocks()
        await group.migrates()
        found = await s.messages(5)
        texts = [(m.kind, m.address, m.group) for m in found if m]
        assert (Kind.TEXT, str(group.id), True) in texts
        assert (Kind.LEFT, str(an.id), False) in texts
        assert (Kind.LEFT, str(group.id), True) in texts
        assert None in found, "coming back is not a turn"


async def test_nothing_is_acknowledged_before_it_is_stored_by_hook() -> None:
    async with stage(webhook=True, tg=TelegramEmulator(time_scale=200)) as s:
        await s.until_ready()
        s.desk.away = True
        an = s.tg.user("An")
        await an.starts()
        response = await post(s, json.dumps(text_update(1)).encode())
        assert response.status == 503
        assert int(response.headers["Retry-After"]) > 0
        s.desk.away = False
        kept = await s.desk.holds(1)
        message = s.channel.parse(kept[0].raw)
        assert message
        assert message.text == "/start"


async def test_nothing_is_acknowledged_before_it_is_stored_by_polling() -> None:
    async with stage() as s:
        await s.until_ready()
        s.desk.away = True
        an = s.tg.user("An")
        await an.starts()
        await s.until_ready(False)
        assert s.tg.world.delivery.pending, "must still wait at Telegram"
        s.desk.away = False
        await s.desk.holds(1)
        await s.tg.settles()
        await s.until_ready()


@pytest.mark.parametrize("secret", ["", "sai", "bí-mật", SECRET + "x"])
async def test_a_stranger_is_shown_the_door(secret: str) -> None:
    async with stage(webhook=True) as s:
        response = await post(s, json.dumps(text_update(1)).encode(), secret)
        assert response.status == 401
        assert not s.desk.kept


async def test_the_hook_takes_post_only_and_no_floods() -> None:
    async with stage(webhook=True) as s, aiohttp.ClientSession() as session:
        async with session.get(s.hook, headers={HEADER: SECRET}) as response:
            assert response.status == 405
        assert (await post(s, b"x" * (1024 * 1024 + 1))).status == 413
        assert not s.desk.kept


ODD = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b'{"update_id": true}',
    b'{"update_id": 99999999999999999999}',
    b"[" * 99999,
]


async def test_whatever_has_the_secret_is_stored_and_blocks_nobody() -> None:
    async with stage(webhook=True) as s:
        await s.until_ready()
        for body in ODD:
            assert (await post(s, body)).status == 200
            assert (await post(s, body)).status == 200, "a repetition is taken too"
        assert len(s.desk.kept) == len(ODD)
        for envelope in s.desk.kept.values():
            with pytest.raises(NotUnderstood):
                s.channel.parse(envelope.raw)


POISON: list[dict[str, Any]] = [
    {"update_id": 1, "message": {"chat": {"id": 5}}},
    {"update_id": 2, "message": 7},
    {"update_id": 3, "callback_query": {"id": 5}},
    {"update_id": 4, "message": {"message_id": 1, "date": 10**30, "chat": {"id": 5, "type": "private"}}},
]


async def test_poison_does_not_stop_polling() -> None:
    async with stage() as s:
        await s.until_ready()
        an = s.tg.user("An")
        for content in POISON:
            kind = next(k for k in content if k != "update_id")
            s.tg.world.delivery.add(kind, content[kind], chat_id=5, user_id=5)
        await an.starts()
        await s.desk.holds(len(POISON) + 1)
        await s.tg.settles()


@pytest.mark.parametrize("content", POISON)
def test_poison_is_set_aside_without_quoting_it(content: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood) as caught:
        updates.parse(json.dumps(content).encode())
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


ROBOT = {"id": 1, "is_bot": True, "first_name": "B"}


@pytest.mark.parametrize(
    "content",
    [
        {"poll": {"id": "1"}},
        {"something_of_2028": {"x": 1}},
        {
            "my_chat_member": {
                "chat": {"id": 5, "type": "private"},
                "from": ROBOT,
                "date": 1,
                "old_chat_member": {"user": ROBOT, "status": "kicked", "until_date": 0},
                "new_chat_member": {"user": ROBOT, "status": "member"},
            }
        },
    ],
)  # fmt: skip
def test_updates_nobody_waits_for_need_no_turn(content: dict[str, Any]) -> None:
    assert updates.parse(json.dumps({"update_id": 1, **content}).encode()) is None


def test_a_message_of_a_kind_yet_to_be_invented_gets_an_answer() -> None:
    update = text_update(1)
    del update["message"]["text"]
    assert updates.parse(json.dumps(update).encode()) is None, "a service note"
    update["message"]["hologram"] = {"id": 1}
    found = updates.parse(json.dumps(update).encode())
    assert found
    assert found.kind is Kind.OTHER


WORDS = "update_id message edited_message callback_query my_chat_member chat from id text message_id date type data"
JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS.split()), inner, max_size=5),
    max_leaves=12,
)


@given(JSONISH.map(lambda v: json.dumps(v).encode()) | st.binary(max_size=60))
def test_no_bytes_get_past_the_envelope_or_the_parser_unnamed(raw: bytes) -> None:
    envelope, _ = updates.outside(raw)
    assert envelope.raw == raw
    assert -(2**63) <= envelope.seq < 2**63
    try:
        message = updates.parse(raw)
    except NotUnderstood:
        return
    assert message is None or message.address == envelope.address, "the lane is where the answer goes"


@given(st.text(), st.integers(-(2**52), 2**52))
def test_any_text_survives_but_for_what_databases_refuse(text: str, chat: int) -> None:
    message = updates.parse(json.dumps(text_update(1, "." + text, chat)).encode())
    assert message
    assert message.text == "." + text.replace("\0", "")
    assert message.address == str(chat)


def test_half_a_surrogate_pair_is_replaced() -> None:
    found = updates.parse(json.dumps(text_update(1, "a\ud800b")).encode())
    assert found
    assert found.text.encode() == b"a?b"


ODD_DATES = st.sampled_from([1, 0, -1, 1_764_000_000, 10**13, 1.5, True, None, "1"])
BITS = st.fixed_dictionaries(
    {},
    optional={
        "entities": st.just([{"type": "bold", "offset": 0, "length": 1}]),
        "caption": st.text(max_size=5),
        "sticker": st.none(),
        "migrate_to_chat_id": st.just(7),
        "via_bot": st.just({"id": 9, "is_bot": True, "first_name": "b"}),
        "date": ODD_DATES,
        "text": st.sampled_from(["", "chào", "\0", None, 5]),
        "chat": st.sampled_from([{"id": 5, "type": "private"}, {"id": -7, "type": "group"}, {"id": 6}, {}]),
        "from": st.sampled_from([{}, None, {"id": 6, "is_bot": False, "first_name": "An"}]),
    },
)


@given(BITS, st.text(max_size=20))
def test_plain_words_are_read_as_the_library_would_read_them(bits: dict[str, Any], text: str) -> None:
    update = text_update(1, text)
    update["message"] |= bits
    raw = json.dumps(update).encode()
    quick = updates._plain(update)
    if quick is not None:
        whole = {
            **update,
            "message": update["message"] | {"is_from_offline": False},
        }  # a field we leave to the library
        assert updates._plain(whole) is None
        assert updates.parse(json.dumps(whole).encode()) == quick == updates.parse(raw)
