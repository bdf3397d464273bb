"""Zalo's events: only Zalo's own, stored before they are acknowledged, and what each means."""

import asyncio
import datetime as dt
import hashlib
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import NotFetched, NotUnderstood
from bot.channels.rendering import Button
from bot.channels.zalo_oa import OaConfig, events
from bot.channels.zalo_oa.channel import BODY_LIMIT
from handlers.turn import Kind, Message
from storage.database import Database
from tests.bot.zalo_stage import VERIFIER, Stage, stage
from tests.emulators.zalo_oa.people import PNG

VECTOR = (
    '{"app_id":"1111111111111111111","sender":{"id":"2222222222222222222"},"user_id_by_app":"3333333333333333333",'
    '"recipient":{"id":"4444444444444444444"},"event_name":"user_send_text","message":{"text":"Xin chào",'
    '"msg_id":"96d3cdf3af150460909"},"timestamp":"1795219200123"}'
).encode()
SIGNED = "mac=8f0877c0ef5c85cbb85e46351763073235484b8bfbe59702de98913d870cdd22"
CONFIG = OaConfig("1111111111111111111", "appSecretForTests", "oaSecretKeyForTests", VERIFIER)
OA, PERSON = "4444444444444444444", "2222222222222222222"


@pytest.fixture
def engine() -> str:
    """The inbox here is a list."""
    return "sqlite"


@pytest.fixture
async def home(database: Database) -> AsyncIterator[Stage]:
    async with stage(database) as found:
        yield found


async def post(home: Stage, body: bytes, **headers: str) -> int:
    """The hook's answer."""
    async with ClientSession() as client, client.post(f"{home.base}/hooks/zalo-oa", data=body, headers=headers) as a:
        return a.status


def signed(home: Stage, content: dict[str, Any]) -> tuple[bytes, str]:
    """An event as Zalo would send it, and its signature."""
    world = home.zalo.world
    body = json.dumps({"app_id": world.app_id, "timestamp": world.ms(), **content}, ensure_ascii=False).encode()
    stamp = json.loads(body)["timestamp"]
    parts = (world.app_id.encode(), body, stamp.encode(), world.oa_secret_key.encode())
    return body, f"mac={hashlib.sha256(b''.join(parts)).hexdigest()}"


# --- the signature ------------------------------------------------------------------------------------------


def test_the_published_vectors() -> None:
    assert len(VECTOR) == 270
    assert events.from_zalo(VECTOR, SIGNED, None, CONFIG)
    assert events.from_zalo(VECTOR, SIGNED.removeprefix("mac="), None, CONFIG)
    escaped = VECTOR.replace("à".encode(), b"\\u00e0")
    assert not events.from_zalo(escaped, SIGNED, None, CONFIG)
    assert CONFIG.challenge == "CIuljz1dtHOCacmhhh_PoCfRimWzq2JLGhjziT34vMc"


@given(st.integers(0, len(VECTOR) - 1), st.integers(1, 255))
def test_one_changed_byte_is_not_zalos_any_more(at: int, by: int) -> None:
    changed = bytearray(VECTOR)
    changed[at] ^= by
    assert not events.from_zalo(bytes(changed), SIGNED, None, CONFIG)


def test_another_app_another_key_or_nothing_is_refused() -> None:
    other_app = OaConfig("999", "appSecretForTests", "oaSecretKeyForTests", VERIFIER)
    other_key = OaConfig("1111111111111111111", "appSecretForTests", "x", VERIFIER)
    assert not events.from_zalo(VECTOR, SIGNED, None, other_app)
    assert not events.from_zalo(VECTOR, SIGNED, None, other_key)
    for nonsense in ("", "mac=", "mac=" + "0" * 64, "mac=é", SIGNED.upper()):
        assert not events.from_zalo(VECTOR, nonsense, None, CONFIG)


def test_the_time_in_the_header_is_tried_where_that_of_the_body_does_not_fit() -> None:
    parts = (CONFIG.app_id.encode(), VECTOR, b"1795219200999", CONFIG.oa_secret_key.encode())
    signature = "mac=" + hashlib.sha256(b"".join(parts)).hexdigest()
    assert events.from_zalo(VECTOR, signature, "1795219200999", CONFIG)
    assert not events.from_zalo(VECTOR, signature, None, CONFIG)
    assert not events.from_zalo(VECTOR, signature, "1795219200998", CONFIG)


# --- the door -----------------------------------------------------------------------------------------------


async def test_the_consoles_own_try_is_answered_and_does_nothing(home: Stage) -> None:
    for body in (b"{}", b" {} \n", b""):
        assert await post(home, body) == 200
    async with ClientSession() as client, client.get(f"{home.base}/hooks/zalo-oa") as answer:
        assert answer.status == 200
    assert home.desk.kept == {}


async def test_what_is_not_signed_is_refused_and_counted(home: Stage) -> None:
    assert await post(home, VECTOR) == 401
    assert await post(home, VECTOR, **{"X-ZEvent-Signature": "mac=" + "0" * 64}) == 401
    assert await post(home, b"nonsense", **{"X-ZEvent-Signature": SIGNED}) == 401
    assert await post(home, b"[1]", **{"X-ZEvent-Signature": SIGNED}) == 401
    assert home.desk.kept == {}
    text = home.metrics.text().decode()
    assert 'bot_hook_refused_total{channel="zalo_oa",why="signature"} 3.0' in text
    assert 'bot_hook_refused_total{channel="zalo_oa",why="unsigned"} 1.0' in text


async def test_a_body_too_large_is_not_even_looked_at(home: Stage) -> None:
    url, large = f"{home.base}/hooks/zalo-oa", io.BytesIO(b"x" * (BODY_LIMIT + 1))
    async with ClientSession() as client, client.post(url, data=large) as answer:
        assert answer.status == 413


async def test_an_old_copy_is_refused_but_not_zalos_own_repetition(home: Stage) -> None:
    said = {"event_name": "user_send_text", "sender": {"id": PERSON}, "recipient": {"id": OA}}
    for hours, repeated, status in ((1.9, False, 200), (2.1, False, 401), (2.1, True, 200), (-24, False, 200)):
        stamp = str(int((home.zalo.world.clock.wall() - hours * 3600) * 1000))
        body, signature = signed(home, {**said, "timestamp": stamp, "message": {"text": "x", "msg_id": stamp}})
        retry = {"num_retry": "5"} if repeated else {}
        assert await post(home, body, **{"X-ZEvent-Signature": signature, **retry}) == status


async def test_nothing_is_acknowledged_that_is_not_stored(home: Stage) -> None:
    an = home.zalo.user("An")
    home.desk.away = True
    await an.sends("một")
    await home.zalo.until(lambda: home.zalo.counts["hook.503"])
    assert home.desk.kept == {}
    home.desk.away = False
    home.zalo.skips(31)
    (message,) = await home.messages(1)
    assert message is not None
    assert message.text == "một"


async def test_an_answer_comes_within_two_seconds_and_what_took_longer_is_kept_once(home: Stage) -> None:
    home.desk.slow = 2.3
    await home.zalo.user("An").sends("một")
    await home.zalo.until(lambda: home.zalo.counts["hook.503"])
    assert home.zalo.counts["hook.late"] == 0
    home.desk.slow = 0
    home.zalo.skips(31)
    await home.zalo.settles()
    await asyncio.sleep(0)
    assert len(await home.desk.holds(1)) == 1


async def test_a_redelivered_message_is_the_same_message(home: Stage) -> None:
    an = home.zalo.user("An")
    home.zalo.fails("duplicate", count=3)
    await an.sends("một")
    await an.does("follow")
    await an.does("sticker")
    await home.zalo.settles()
    assert home.zalo.counts["events.duplicated"] == 3
    assert len(home.desk.kept) == 3


async def test_events_that_overtook_each_other_are_ordered_by_their_time(home: Stage) -> None:
    an = home.zalo.user("An")
    home.zalo.fails("reverse", count=3)
    for text in ("một", "hai", "ba"):
        await an.sends(text)
        home.zalo.skips(0.01)
    found = await home.desk.holds(3)
    assert [json.loads(e.raw)["message"]["text"] for e in sorted(found, key=lambda e: e.seq)] == ["một", "hai", "ba"]
    assert [json.loads(e.raw)["message"]["text"] for e in found] == ["ba", "hai", "một"]


async def test_a_broken_connection_is_repeated_by_zalo_on_its_own_schedule(home: Stage) -> None:
    home.desk.away = True
    await home.zalo.user("An").sends("một")
    for wait in (30, 300, 900, 1800):
        await home.zalo.until(lambda: not home.desk.kept)
        await asyncio.sleep(0.05)
        home.zalo.skips(wait + 1)
    await home.zalo.until(lambda: home.zalo.counts["hook.503"] >= 5)
    home.desk.away = False
    home.zalo.skips(3601)
    assert len(await home.desk.holds(1)) == 1
    assert not home.zalo.world.console.cancelled


# --- what things mean ---------------------------------------------------------------------------------------


async def test_typed_words_and_presses(home: Stage) -> None:
    an = home.writes()
    await home.says(an, "1. Xong", Button(1, "Xong", "g:s:7:co-app:n"))
    await an.sends("xong")
    await an.presses("Xong")
    typed, pressed = await home.messages(2)
    assert typed is not None
    assert pressed is not None
    assert (typed.kind, typed.text, typed.address) == (Kind.TEXT, "xong", f"{home.zalo.oa.id}:{an.id}")
    assert (pressed.kind, pressed.text) == (Kind.PRESS, "g:s:7:co-app:n")
    assert typed.at is not None


@pytest.mark.parametrize("text", ["#xa 31441", "# menu", "#XA31441", "#trợ lý", "#", "##g:s", "g:s:1:x:n"])
def test_words_that_begin_with_the_sign_are_words(text: str) -> None:
    assert parsed("user_send_text", {"text": text}).kind is Kind.TEXT


def parsed(name: str, message: dict[str, Any] | None = None, **more: Any) -> Message:
    """The meaning of an event."""
    event = {
        "event_name": name, "sender": {"id": PERSON}, "recipient": {"id": OA}, "timestamp": "1795219200123",
        **({"message": {"msg_id": "m", **message}} if message is not None else {}), **more,
    }  # fmt: skip
    found = events.parse(json.dumps(event).encode(), {OA}, lambda oa: "31441" if oa == OA else None)
    assert found is not None
    return found


def attached(kind: str, payload: dict[str, Any], text: str = "") -> dict[str, Any]:
    return {"text": text, "attachments": [{"type": kind, "payload": payload}]}


@pytest.mark.parametrize(
    ("name", "message", "kind", "text"),
    [
        ("user_send_image", attached("image", {"url": "https://x.zdn.vn/a.jpg"}, "đây"), Kind.PHOTO, "đây"),
        ("user_send_gif", attached("gif", {"url": "x"}), Kind.STICKER, ""),
        ("user_send_sticker", attached("sticker", {"id": "1"}), Kind.STICKER, ""),
        ("user_send_audio", attached("audio", {"url": "x.amr"}), Kind.VOICE, ""),
        ("user_send_video", attached("video", {"url": "x"}), Kind.OTHER, ""),
        ("user_send_poll", attached("poll", {}), Kind.OTHER, ""),
        ("user_send_location", attached("location", {"coordinates": {"latitude": "10.77", "longitude": "106.69"}}),
         Kind.LOCATION, "10.77,106.69"),
        ("user_send_file", attached("file", {"url": "u", "name": "don.pdf"}), Kind.FILE, ""),
        ("user_send_business_card", attached("link", {"description": '{"phone":"84912345678"}'}), Kind.CONTACT, ""),
        ("user_send_link", attached("link", {"url": "https://bit.ly/x", "description": "quà"}, "xem"),
         Kind.TEXT, "xem https://bit.ly/x"),
        ("user_send_link", attached("link", {"url": "https://bit.ly/x"}, "https://bit.ly/x"),
         Kind.TEXT, "https://bit.ly/x"),
    ],
)  # fmt: skip
def test_every_sort_of_message_has_its_kind(name: str, message: dict[str, Any], kind: Kind, text: str) -> None:
    found = parsed(name, message)
    assert (found.kind, found.text, found.address) == (kind, text, f"{OA}:{PERSON}")


def test_a_picture_tells_where_it_lies_and_a_file_its_name() -> None:
    assert (
        parsed("user_send_image", attached("image", {"url": "https://x.zdn.vn/a"})).reference == "https://x.zdn.vn/a"
    )
    file = parsed("user_send_file", attached("file", {"url": "https://x.zdn.vn/b", "name": "anh.png"}))
    assert (file.file_name, file.reference) == ("anh.png", "https://x.zdn.vn/b")
    paper = parsed("user_send_file", attached("file", {"url": "https://x.zdn.vn/b", "name": "don.pdf"}))
    assert (paper.file_name, paper.reference) == ("don.pdf", None)


def test_the_account_tells_the_commune() -> None:
    assert parsed("user_send_text", {"text": "x"}).commune == "31441"


@pytest.mark.parametrize("act", ["follow", "chatnow"])
async def test_who_follows_or_taps_to_write_is_greeted(home: Stage, act: str) -> None:
    await home.zalo.user("An").does(act)
    (message,) = await home.messages(1)
    assert message is not None
    assert (message.kind, message.text) == (Kind.TEXT, "/start")


async def test_leaving_and_withdrawing(home: Stage) -> None:
    an = home.zalo.user("An")
    await an.unfollows()
    await an.does("withdraw")
    left, withdrawn = await home.messages(2)
    assert left is not None
    assert withdrawn is not None
    assert (left.kind, withdrawn.kind) == (Kind.LEFT, Kind.WITHDRAWN)
    assert left.address == withdrawn.address == f"{home.zalo.oa.id}:{an.id}"


async def test_our_own_echo_is_nothing_and_staffs_is_a_takeover(home: Stage) -> None:
    an = home.writes()
    await home.says(an, "của trợ lý")
    await home.zalo.settles()
    assert home.zalo.counts["hook.200"] == 3, "sent, received, seen"
    assert home.desk.kept == {}
    await an.hears_from_staff("Chào bác, em là Hoa.")
    (message,) = await home.messages(1)
    assert message is not None
    assert (message.kind, message.author) == (Kind.STAFF, "5555555555555555555")
    assert message.address == f"{home.zalo.oa.id}:{an.id}", "in the chat of the person"


async def test_a_visitor_is_known_for_his_conversation_alone(home: Stage) -> None:
    visitor = home.zalo.user("Khách", anonymous=True)
    await visitor.sends("chào")
    (message,) = await home.messages(1)
    assert message is not None
    assert message.passing
    assert message.address == f"{home.zalo.oa.id}:{visitor.id}:{visitor.user.conversation}"


@pytest.mark.parametrize(
    "name",
    ["user_received_message", "user_seen_message", "user_reacted_message", "oa_reacted_message", "add_user_to_tag",
     "update_user_info", "user_send_group_text", "oa_send_group_text"],
)  # fmt: skip
async def test_what_nobody_acts_upon_is_not_stored(home: Stage, name: str) -> None:
    await home.zalo.user("An").meets({"event_name": name, "sender": {"id": "{user}"}, "recipient": {"id": "{oa}"}})
    await home.zalo.settles()
    assert home.zalo.counts["hook.200"] == 1
    assert home.desk.kept == {}


@pytest.mark.parametrize("name", ["create_group", "user_click_button", "widget_interaction", "x" * 300])
async def test_an_event_nobody_told_us_of_is_stored_and_means_nothing(home: Stage, name: str) -> None:
    await home.zalo.user("An").meets({"event_name": name, "oa_id": "{oa}"})
    assert await home.messages(1) == [None]


NAMES = ["event_name", "sender", "recipient", "id", "message", "text", "msg_id", "attachments", "payload", "url",
         "timestamp", "oa_id", "follower", "admin_id", "coordinates"]  # fmt: skip
SIMPLE = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
ANYTHING = st.recursive(
    SIMPLE, lambda c: st.lists(c, max_size=3) | st.dictionaries(st.sampled_from(NAMES), c), max_leaves=12
)


@given(ANYTHING, st.sampled_from(["user_send_text", "user_send_image", "follow", "oa_send_text", "anonymous_send_x"]))
def test_whatever_comes_is_enveloped_and_understood_or_set_aside(content: Any, name: str) -> None:
    event = {**content, "event_name": name} if isinstance(content, dict) else content
    raw = json.dumps(event).encode()
    envelope = events.outside(raw, {OA})
    if envelope is not None:
        assert 0 < len(envelope.key) <= 100
        assert -(2**63) <= envelope.seq < 2**63
    try:
        message = events.parse(raw, {OA}, lambda _: None)
    except NotUnderstood:
        return
    if message is not None and envelope is not None:
        assert message.address == envelope.address


# --- pictures -----------------------------------------------------------------------------------------------


async def test_a_picture_is_fetched_from_where_zalo_keeps_it(home: Stage) -> None:
    act = await home.zalo.user("An").sends_photo(PNG)
    assert act.url is not None
    assert await home.channel.fetch(act.url) == PNG
    home.zalo.skips(2 * 86_400)
    with pytest.raises(NotFetched):
        await home.channel.fetch(act.url)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://photo-1.zdn.vn/a.jpg", True),
        ("https://s120-ava-talk.zadn.vn/a", True),
        ("http://photo-1.zdn.vn/a.jpg", False),
        ("https://zdn.vn.evil.example/a", False),
        ("https://evilzdn.vn/a", False),
        ("https://photo-1.zdn.vn:8443/a", False),
        ("https://photo-1.zdn.vn@evil.example/a", False),
        ("https://127.0.0.1/a", False),
        ("http://169.254.169.254/latest/meta-data", False),
        ("file:///etc/passwd", False),
        ("https://[::1", False),
        ("", False),
    ],
)
async def test_only_zalos_hosts_are_asked(database: Database, url: str, allowed: bool) -> None:
    async with stage(database, consent=False, config={"api_base": "https://openapi.zalo.me"}) as home:
        assert home.channel._media.is_zalos(url) is allowed


def test_a_time_nobody_can_read_is_no_time() -> None:
    stamps: list[object] = ["", "abc", "9" * 40, None, True, []]
    for stamp in stamps:
        assert not events.too_old(json.dumps({"timestamp": stamp}).encode(), dt.datetime.now(dt.UTC))
