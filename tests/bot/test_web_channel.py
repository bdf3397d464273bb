"""The web chat from outside: who is who, what is stored before it is answered, and what a page gets back."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import BaseTestServer, TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import NotFetched, NotUnderstood
from bot.channels.rendering import Button, Rendered
from bot.channels.web.channel import PICTURE_LIMIT
from bot.channels.web.hurry import Hurry
from bot.channels.web.incoming import pack, unpack
from bot.pictures.shelf import MOST_OF_ONE, ROOM
from handlers.turn import File, Kind, Message
from storage.periods import VIETNAM
from tests.emulators.web import NOON, Behind

SOME_ID = "0f8fad5bd9cb469fa16570867728950e"


@dataclass
class Browser:
    """One browser: it keeps its cookies."""

    http: Any

    async def enter(self) -> "Browser":
        """Opens the page."""
        assert (await self.http.get("/")).status == 200
        return self

    async def post(self, body: Any, path: str = "/web/messages", **headers: str) -> ClientResponse:
        """Posts as the page's script does."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        response: ClientResponse = await self.http.post(
            path, data=raw, headers={"Content-Type": "application/json", **headers}
        )
        return response

    async def say(self, text: str, ident: str = SOME_ID, **more: Any) -> ClientResponse:
        """Sends a text."""
        return await self.post({"id": ident, "text": text, **more})

    async def listen(self, count: int, **headers: str) -> list[tuple[int, dict[str, Any]]]:
        """The next `count` messages of the stream."""
        found: list[tuple[int, dict[str, Any]]] = []
        async with self.http.get("/web/events", headers=headers) as stream, asyncio.timeout(5):
            assert stream.headers["Content-Type"].startswith("text/event-stream")
            ident = 0
            while len(found) < count:
                line = (await stream.content.readline()).decode().rstrip("\n")
                if line.startswith("id: "):
                    ident = int(line[4:])
                elif line.startswith("data: "):
                    found.append((ident, json.loads(line[6:])))
        return found


Open = Callable[[], Awaitable[Browser]]


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
async def server(behind: Behind) -> AsyncIterator[BaseTestServer]:
    async with TestServer(behind.app()) as running:
        yield running


@pytest.fixture
async def another(server: BaseTestServer) -> AsyncIterator[Open]:
    clients = []

    async def open_browser() -> Browser:
        client: TestClient[Any, Any] = TestClient(server)
        clients.append(client)
        return await Browser(client).enter()

    yield open_browser
    for client in clients:
        await client.close()


@pytest.fixture
async def an(another: Open) -> Browser:
    return await another()


def address_of(behind: Behind) -> str:
    return next(iter(behind.envelopes.values())).address


# --- who is who -------------------------------------------------------------------------------------------------


async def test_a_browser_stays_the_same_person(an: Browser, behind: Behind) -> None:
    await an.say("một", "aaaaaaaa")
    await an.enter()
    await an.say("hai", "bbbbbbbb")
    assert len({e.address for e in behind.envelopes.values()}) == 1


async def test_two_browsers_are_two_people_even_with_the_same_message_id(
    an: Browser, another: Open, behind: Behind
) -> None:
    await an.say("của An")
    await (await another()).say("của Bình")
    assert behind.texts() == ["của An", "của Bình"]
    assert len({e.address for e in behind.envelopes.values()}) == 2


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(an: Browser) -> None:
    fresh = await an.http.post("/web/leave")
    again = await an.http.get("/")
    assert fresh.status == 200
    cookie = again.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("value", ["", ".", "abc", "abc.def", "x" * 5000, "ấ.ấ"])
async def test_a_forged_cookie_opens_nothing_and_the_page_gives_a_new_one(
    an: Browser, behind: Behind, value: str
) -> None:
    an.http.session.cookie_jar.clear()
    cookie = f"phien={value}"
    refused = await an.post({"id": SOME_ID, "text": "xin chào"}, Cookie=cookie)
    stream = await an.http.get("/web/events", headers={"Cookie": cookie})
    assert (refused.status, stream.status) == (401, 401)
    assert not behind.envelopes
    page = await an.http.get("/", headers={"Cookie": cookie})
    assert "Set-Cookie" in page.headers
    assert (await an.say("xin chào")).status == 200


async def test_one_changed_letter_of_the_token_is_a_stranger(an: Browser, behind: Behind) -> None:
    real = next(iter(an.http.session.cookie_jar)).value
    forged = ("B" if real[0] == "A" else "A") + real[1:]
    an.http.session.cookie_jar.clear()
    assert (await an.post({"id": SOME_ID, "text": "xin chào"}, Cookie=f"phien={forged}")).status == 401
    assert (await an.post({"id": SOME_ID, "text": "xin chào"}, Cookie=f"phien={real}")).status == 200


async def test_who_left_is_somebody_else_afterwards(an: Browser, behind: Behind) -> None:
    await an.say("trước", "aaaaaaaa")
    await an.post({}, "/web/leave")
    assert (await an.say("giữa", "bbbbbbbb")).status == 401
    await an.post({}, "/web/session")
    await an.say("sau", "cccccccc")
    first, second = behind.envelopes.values()
    assert first.address != second.address


async def test_a_stored_key_does_not_tell_the_address(an: Browser, behind: Behind) -> None:
    await an.say("xin chào")
    (envelope,) = behind.envelopes.values()
    assert envelope.address not in envelope.key
    assert len(envelope.key) <= 100


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://xau.example"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://xau.example"},
        {"Origin": "null"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
@pytest.mark.parametrize("path", ["/web/messages", "/web/seen"])
async def test_another_site_cannot_write_in_somebodys_name(
    an: Browser, behind: Behind, headers: dict[str, str], path: str
) -> None:
    body = {"id": SOME_ID, "text": "xấu"} if path == "/web/messages" else {"up_to": 1}
    response = await an.post(body, path, **headers)
    assert response.status in (403, 415)
    assert (await response.json())["text"]
    assert not behind.envelopes


async def test_our_own_page_may_write(an: Browser, behind: Behind) -> None:
    origin = str(an.http.make_url("/")).rstrip("/")
    assert (await an.post({"id": SOME_ID, "text": "một"}, Origin=origin)).status == 200
    site = {"Sec-Fetch-Site": "same-origin"}
    assert (await an.post({"id": SOME_ID + "a", "text": "hai"}, **site)).status == 200
    assert behind.texts() == ["một", "hai"]


async def test_another_site_cannot_end_a_session(an: Browser) -> None:
    response = await an.post({}, "/web/leave", Origin="https://xau.example")
    assert response.status == 403
    assert (await an.say("vẫn đây")).status == 200


# --- what comes in ----------------------------------------------------------------------------------------------


async def test_the_same_id_again_is_answered_alike_and_kept_once(an: Browser, behind: Behind) -> None:
    first, second = await an.say("xong"), await an.say("xong")
    assert (first.status, await first.json()) == (second.status, await second.json())
    assert behind.texts() == ["xong"]


async def test_every_kind_of_message_arrives_as_itself(an: Browser, behind: Behind) -> None:
    sent = [
        {"text": "đăng ký VNeID\nở đâu"},
        {"press": "guide:next", "origin": "17"},
        {"file": "danh sách.xlsx"},
    ]
    for i, body in enumerate(sent):
        assert (await an.post({"id": f"message-{i}", "n": i, **body})).status == 200
    who = address_of(behind)
    assert behind.received() == [
        Message(who, Kind.TEXT, "đăng ký VNeID\nở đâu", NOON),
        Message(who, Kind.PRESS, "guide:next", NOON, origin="17"),
        Message(who, Kind.FILE, at=NOON, file_name="danh sách.xlsx"),
    ]
    assert [e.seq for e in behind.envelopes.values()] == [0, 1, 2]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"id": "12345678", "text": "\\ud800"}',
        b"[" * 50_000,
        {},
        {"id": SOME_ID},
        {"text": "không có id"},
        {"id": "ngắn", "text": "a"},
        {"id": "a" * 65, "text": "a"},
        {"id": SOME_ID + "\n", "text": "a"},
        {"id": SOME_ID, "text": " \n "},
        {"id": SOME_ID, "text": 5},
        {"id": SOME_ID, "text": "a", "press": "b"},
        {"id": SOME_ID, "text": "a", "origin": "1"},
        {"id": SOME_ID, "press": "x" * 65},
        {"id": SOME_ID, "press": "a", "origin": "1; DROP"},
        {"id": SOME_ID, "text": "a", "n": -1},
        {"id": SOME_ID, "text": "a", "n": 2**60},
        {"id": SOME_ID, "text": "a", "from": "người khác"},
        {"id": SOME_ID, "photo": "anh.jpg"},
        {"id": SOME_ID, "file": "a" * 300},
    ],
)
async def test_what_makes_no_sense_gets_one_clear_answer(an: Browser, behind: Behind, body: Any) -> None:
    response = await an.post(body)
    assert response.status == 400
    assert "gửi lại" in (await response.json())["text"]
    assert not behind.envelopes


async def test_the_longest_text_is_taken_and_a_longer_one_is_told_what_to_do(an: Browser, behind: Behind) -> None:
    assert (await an.say("a" * 65_000, "longest-1")).status == 200
    too_long = await an.say("ấ" * 30_000, "too-long-1")
    assert too_long.status == 413
    assert "ngắn hơn" in (await too_long.json())["text"]
    assert [len(t) for t in behind.texts()] == [65_000]


async def test_when_nothing_can_be_stored_the_page_is_told_to_come_again(an: Browser, behind: Behind) -> None:
    behind.broken = True
    response = await an.say("giữ giúp")
    assert response.status == 503
    assert int(response.headers["Retry-After"]) > 0
    assert (await response.json())["text"]
    behind.broken = False
    assert (await an.say("giữ giúp")).status == 200
    assert behind.texts() == ["giữ giúp"]


# --- pictures ---------------------------------------------------------------------------------------------------

PICTURE = b"\xff\xd8\xff" + b"a picture" * 1000


async def post_picture(
    an: Browser, data: Any = PICTURE, ident: str = SOME_ID, kind: str = "image/jpeg", **headers: str
) -> ClientResponse:
    """As the page's script does."""
    answer: ClientResponse = await an.http.post(
        f"/web/pictures?id={ident}&n=5", data=data, headers={"Content-Type": kind, **headers}
    )
    return answer


async def test_a_picture_stays_in_memory_and_its_row_carries_only_where(an: Browser, behind: Behind) -> None:
    answer = await post_picture(an)
    assert (answer.status, await answer.json()) == (200, {"stored": SOME_ID})
    envelope = next(iter(behind.envelopes.values()))
    message = behind.received()[0]
    assert (message.kind, message.reference) == (Kind.PHOTO, envelope.key)
    assert envelope.here
    assert PICTURE[:20] not in envelope.raw
    assert await behind.channel.fetch(envelope.key) == PICTURE
    with pytest.raises(NotFetched):
        await behind.channel.fetch(envelope.key)


async def test_a_picture_sent_again_is_one_message(an: Browser, behind: Behind) -> None:
    assert [(await post_picture(an)).status for _ in range(2)] == [200, 200]
    assert len(behind.envelopes) == 1
    assert len(behind.shelf.waiting()) == 1


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded", "x"])
async def test_what_another_site_could_post_is_no_picture(an: Browser, behind: Behind, kind: str) -> None:
    assert (await post_picture(an, kind=kind)).status == 415
    assert (await post_picture(an, **{"Sec-Fetch-Site": "cross-site"})).status == 403
    assert not behind.envelopes


async def test_a_picture_of_nobody_is_refused(server: BaseTestServer, behind: Behind) -> None:
    client: TestClient[Any, Any] = TestClient(server)
    async with client:
        assert (await post_picture(Browser(client))).status == 401


@pytest.mark.parametrize("query", ["", "?id=x", f"?id={SOME_ID}&n=-1", f"?id={SOME_ID}&name=anh.jpg"])
async def test_a_picture_without_a_sound_id_is_refused(an: Browser, query: str) -> None:
    answer = await an.http.post(f"/web/pictures{query}", data=PICTURE, headers={"Content-Type": "image/png"})
    assert answer.status == 400


async def test_too_large_a_picture_is_told_so_and_nothing_of_it_stays(an: Browser, behind: Behind) -> None:
    answer = await post_picture(an, io.BytesIO(bytes(PICTURE_LIMIT + 1)))
    assert answer.status == 413
    assert "lớn quá" in (await answer.json())["text"]
    assert not behind.envelopes
    assert not behind.shelf.waiting()


async def test_one_person_cannot_fill_the_shelf(an: Browser, another: Open, behind: Behind) -> None:
    answers = [await post_picture(an, ident=f"picture-{n}") for n in range(MOST_OF_ONE + 1)]
    assert [a.status for a in answers] == [200] * MOST_OF_ONE + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert (await post_picture(await another())).status == 200


async def test_all_pictures_together_stay_within_their_room(an: Browser, another: Open, behind: Behind) -> None:
    people = [an, *[await another() for _ in range(ROOM // PICTURE_LIMIT)]]
    statuses = [(await post_picture(p, io.BytesIO(bytes(PICTURE_LIMIT - 1)))).status for p in people]
    assert statuses == [200] * (len(people) - 1) + [503]
    assert len(behind.envelopes) == len(people) - 1


async def test_a_picture_whose_row_could_not_be_stored_is_dropped(an: Browser, behind: Behind) -> None:
    behind.broken = True
    assert (await post_picture(an)).status == 503
    assert not behind.shelf.waiting()
    behind.broken = False
    assert (await post_picture(an)).status == 200


async def test_before_the_worker_is_there_nothing_is_taken(behind: Behind) -> None:
    app = behind.app()
    app.cleanup_ctx.clear()
    async with TestClient(TestServer(app)) as client:
        browser = await Browser(client).enter()
        assert (await browser.say("xin chào")).status == 503
        assert not behind.channel.ready()


async def test_a_flood_is_slowed_kindly_and_alone(an: Browser, another: Open, behind: Behind) -> None:
    answers = [await an.say("dồn dập", f"message-{i:02}") for i in range(21)]
    assert [a.status for a in answers] == [200] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) in range(1, 11)
    assert (await answers[-1].json())["text"]
    assert (await (await another()).say("tôi chỉ hỏi một câu")).status == 200


@given(st.lists(st.floats(0, 5), max_size=60), st.integers(1, 5), st.floats(1, 10))
def test_no_window_ever_holds_more_than_the_limit(gaps: list[float], count: int, seconds: float) -> None:
    hurry, now, taken = Hurry(count, seconds, sessions=1), 0.0, []
    for gap in gaps:
        now += gap
        pause = hurry.wait("an", now)
        if pause == 0:
            taken.append(now)
        else:
            assert 0 < pause <= seconds + 1e-6
    assert all(b - a >= seconds - 1e-6 for a, b in zip(taken, taken[count:], strict=False))


def test_waiting_as_long_as_told_is_enough() -> None:
    hurry = Hurry(2, 10)
    assert [hurry.wait("an", t) for t in (0, 4, 5)] == [0, 0, 5]
    assert hurry.wait("an", 10) == 0


def test_quiet_sessions_are_forgotten_and_busy_ones_are_not() -> None:
    hurry = Hurry(1, 10, sessions=2)
    assert hurry.wait("quiet", 0) == 0
    assert hurry.wait("busy", 9) == 0
    assert hurry.wait("new", 12) == 0
    assert hurry.wait("busy", 12) > 0


words = st.text(st.characters(exclude_categories=["Cs"]))


@given(
    st.builds(
        Message,
        address=words,
        kind=st.sampled_from(Kind),
        text=words,
        at=st.none() | st.datetimes(timezones=st.just(VIETNAM)),
        origin=st.none() | words,
        file_name=st.none() | words,
        group=st.booleans(),
    )
)
def test_what_is_kept_comes_back_whole(message: Message) -> None:
    assert unpack(pack(message)) == message


@given(st.binary())
def test_any_other_bytes_are_set_aside_without_repeating_them(raw: bytes) -> None:
    with pytest.raises(NotUnderstood) as caught:
        unpack(raw)
    assert caught.value.__cause__ is None


# --- what goes out ----------------------------------------------------------------------------------------------


async def test_a_page_gets_everything_a_message_has(an: Browser, behind: Behind) -> None:
    await an.say("xin chào")
    buttons = (Button(1, "Đã xong", "ok", "main"), Button(0, "Mở Cổng", "url", url="https://dichvucong.gov.vn"))
    photo = File("buoc-2.png", "image/png", b"\x89PNG", "photo")
    behind.write(address_of(behind), Rendered("**Bước 1**\nMở máy", buttons, 2), Rendered("", file=photo))
    (one, text), (two, file) = await an.listen(2)
    assert (one, two) == (1, 2)
    assert (text["id"], text["text"], text["edit"]) == ("1", "**Bước 1**\nMở máy", False)
    assert [(c["n"], c["label"], c["value"], c["style"], c["url"]) for c in text["choices"]] == [
        (1, "Đã xong", "ok", "main", None),
        (0, "Mở Cổng", "url", "plain", "https://dichvucong.gov.vn"),
    ]
    assert file["file"] == {"name": "buoc-2.png", "mime": "image/png", "kind": "photo", "data": "iVBORw=="}


async def test_an_edit_keeps_the_id_of_the_message_it_changes(an: Browser, behind: Behind) -> None:
    await an.say("xin chào")
    behind.write(address_of(behind), Rendered("trang 1"), Rendered("trang 2", edit="1"))
    _, (cursor, edited) = await an.listen(2)
    assert (cursor, edited["id"], edited["edit"]) == (2, "1", True)


@pytest.mark.parametrize("how", ["header", "query"])
async def test_coming_back_gets_exactly_what_was_missed(an: Browser, behind: Behind, how: str) -> None:
    await an.say("xin chào")
    behind.write(address_of(behind), *(Rendered(f"tin {i}") for i in range(1, 6)))
    assert [i for i, _ in await an.listen(5)] == [1, 2, 3, 4, 5]
    if how == "header":
        missed = await an.listen(2, **{"Last-Event-ID": "3"})
        assert [m["text"] for _, m in missed] == ["tin 4", "tin 5"]
    else:
        async with an.http.get("/web/events?after=4") as stream, asyncio.timeout(5):
            await stream.content.readuntil(b"\n\n")
            assert (await stream.content.readline()) == b"id: 5\n"


@pytest.mark.parametrize("after", ["-1", "abc", "1e3", "9" * 30, "²"])
async def test_a_senseless_place_to_go_on_from_is_refused(an: Browser, after: str) -> None:
    response = await an.http.get("/web/events", params={"after": after})
    assert response.status == 400


async def test_a_message_written_while_the_page_listens_arrives_at_every_tab(an: Browser, behind: Behind) -> None:
    await an.say("xin chào")
    tabs = [asyncio.create_task(an.listen(1)) for _ in range(3)]
    await behind.listening(3)
    behind.write(address_of(behind), Rendered("mới"))
    assert [m["text"] for tab in tabs for _, m in await tab] == ["mới"] * 3


async def test_nobody_hears_somebody_else(an: Browser, another: Open, behind: Behind) -> None:
    binh = await another()
    await an.say("xin chào", "message-an")
    first = address_of(behind)
    await binh.say("xin chào", "message-binh")
    second = next(e.address for e in behind.envelopes.values() if e.address != first)
    behind.write(first, Rendered("cho An"))
    behind.write(second, Rendered("cho Bình"))
    assert [m["text"] for _, m in await binh.listen(1)] == ["cho Bình"]
    await binh.post({"up_to": 99}, "/web/seen")
    assert [m["text"] for _, m in await an.listen(1)] == ["cho An"]


async def test_what_was_seen_is_erased_and_no_more(an: Browser, behind: Behind) -> None:
    await an.say("xin chào")
    behind.write(address_of(behind), *(Rendered(f"tin {i}") for i in range(1, 4)))
    assert (await an.post({"up_to": 2}, "/web/seen")).status == 200
    assert [m["text"] for _, m in await an.listen(1)] == ["tin 3"]
    assert (await an.post({"up_to": "3"}, "/web/seen")).status == 400


async def test_a_silent_stream_gives_signs_of_life(
    an: Browser, monkeypatch: pytest.MonkeyPatch, behind: Behind
) -> None:
    monkeypatch.setattr("bot.channels.web.channel.PING_SECONDS", 0.01)
    async with an.http.get("/web/events") as stream, asyncio.timeout(5):
        await stream.content.readuntil(b": ping\nevent: alive\n")


async def test_a_stream_that_loses_its_memory_ends_so_that_the_page_comes_again(an: Browser, behind: Behind) -> None:
    behind.broken = True
    async with an.http.get("/web/events") as stream, asyncio.timeout(5):
        assert (await stream.content.read()).endswith(b"\n\n")


async def test_closing_ends_the_streams(an: Browser, behind: Behind) -> None:
    async with an.http.get("/web/events") as stream, asyncio.timeout(5):
        await stream.content.readuntil(b"\n\n")
        await behind.channel.close()
        assert await stream.content.read() == b""
    await behind.listening(0)


# --- the page ---------------------------------------------------------------------------------------------------


async def test_the_page_is_whole_in_itself(an: Browser) -> None:
    page = await (await an.http.get("/")).text()
    own = [part.split('"')[0] for part in page.split('="/web/static/')[1:]]
    assert len(own) >= 4
    for path in own:
        response = await an.http.get(f"/web/static/{path}")
        assert response.status == 200
        assert "immutable" in response.headers["Cache-Control"]
    assert "<script>" not in page
    assert "&lt;" not in page
    assert "style=" not in page
    assert "http://" not in page
    assert "https://" not in page


async def test_every_answer_guards_the_page(an: Browser) -> None:
    bad = await an.post({"id": 1})
    for response in (await an.http.get("/"), await an.http.get("/web/static/x/app.js"), bad):
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Referrer-Policy" in response.headers


async def test_a_page_that_did_not_change_is_not_sent_again(an: Browser) -> None:
    first = await an.http.get("/")
    again = await an.http.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    assert await again.read() == b""


async def test_files_travel_packed_when_the_browser_can_unpack(an: Browser) -> None:
    packed = await an.http.get("/web/static/x/app.js", headers={"Accept-Encoding": "gzip"})
    plain = await an.http.get("/web/static/x/app.js", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert await packed.read() == await plain.read()


@pytest.mark.parametrize("path", ["x/../channel.py", "x/index.html", "x/khong-co.js", "x/%2e%2e%2fchannel.py"])
async def test_nothing_but_the_pages_own_files_is_given_out(an: Browser, path: str) -> None:
    assert (await an.http.get(f"/web/static/{path}")).status == 404


async def test_a_cookie_of_bytes_that_are_no_text_is_a_stranger(an: Browser) -> None:
    an.http.session.cookie_jar.clear()
    raw = b"\xe9\xe9.x".decode("utf-8", "surrogateescape")
    assert (await an.post({"id": SOME_ID, "text": "xin chào"}, Cookie=f"phien={raw}")).status == 401
