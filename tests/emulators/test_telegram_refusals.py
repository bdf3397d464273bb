"""The Telegram emulator refuses what Telegram refuses, with the status and the words of the Bot API."""

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .telegram import Limits, Person, TelegramEmulator
from .telegram.call import Call
from .telegram.entities import parse
from .telegram.errors import ApiError
from .telegram.marks import utf16
from .telegram.pictures import SMALL_JPEG
from .telegram.server import METHODS
from .telegram_tools import Answer, Bare, refused


@pytest.fixture
async def tg() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator(limits=Limits.none()) as emulator:
        yield emulator


@pytest.fixture
async def bare(tg: TelegramEmulator) -> AsyncIterator[Bare]:
    async with Bare(tg) as calls:
        yield calls


@pytest.fixture
async def an(tg: TelegramEmulator) -> Person:
    person = tg.user("An")
    await person.starts()
    return person


NAMES = [
    "chat_id", "text", "caption", "photo", "message_id", "parse_mode", "entities", "reply_markup", "reply_parameters",
    "inline_keyboard", "keyboard", "callback_data", "web_app", "copy_text", "url", "type", "offset", "length",
    "input_field_placeholder", "force_reply", "remove_keyboard", "commands", "command", "description", "scope",
    "language_code", "menu_button", "allowed_updates", "secret_token", "max_connections", "action", "file_id",
    "callback_query_id", "reply_to_message_id", "style", "document",
]  # fmt: skip


def inline(*rows: int, **button: Any) -> dict[str, Any]:
    """An inline keyboard with so many buttons in each row."""
    one = {"text": "x", **(button or {"callback_data": "v1"})}
    return {"inline_keyboard": [[one] * count for count in rows]}


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes(8) + width.to_bytes(4) + height.to_bytes(4)


class TestAddress:
    async def test_unknown_method_is_404(self, bare: Bare) -> None:
        assert refused(await bare("sendTelepathy"), 404, "Not Found")

    async def test_method_names_ignore_case(self, bare: Bare) -> None:
        assert (await bare("GETME"))[0] == 200

    async def test_wrong_token_is_401(self, bare: Bare, tg: TelegramEmulator) -> None:
        url = f"{tg.base_url}123:wrong/getMe"
        async with bare.session.get(url) as answer:
            assert answer.status == 401

    @pytest.mark.parametrize("way", ["query", "form", "json", "multipart"])
    async def test_parameters_come_in_every_form(self, bare: Bare, an: Person, way: str) -> None:
        values = {"chat_id": str(an.id), "text": "chào", "reply_markup": json.dumps(inline(1))}
        url = f"{bare.tg.base_url}{bare.tg.token}/sendMessage"
        match way:
            case "query":
                sent = bare.session.get(url, params=values)
            case "form":
                sent = bare.session.post(url, data=values)
            case "json":
                sent = bare.session.post(url, json=values)
            case _:
                writer = aiohttp.FormData(values, default_to_multipart=True)
                sent = bare.session.post(url, data=writer)
        async with sent as answer:
            assert answer.status == 200, await answer.text()
        assert an.buttons == ["x"]

    async def test_broken_json_is_refused(self, bare: Bare, an: Person) -> None:
        answer = await bare.form("sendMessage", {"chat_id": str(an.id), "text": "a", "reply_markup": "{"})
        assert refused(answer, 400, "can't parse")

    async def test_nothing_works_after_log_out_until_login(self, bare: Bare) -> None:
        await bare("logOut")
        assert refused(await bare("getMe"), 400, "Logged out")
        await bare.order("POST", "/login")
        assert (await bare("getMe"))[0] == 200


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "x", "1", "{", "HTML", "attach://x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=8,
)


class TestNonsense:
    @given(
        st.sampled_from(sorted(METHODS.keys() - {"getupdates"})),
        st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5),
    )
    def test_any_parameters_are_taken_or_refused(self, method: str, values: dict[str, Any]) -> None:
        tg = TelegramEmulator(limits=Limits.none())
        person = tg.world.add_user("An")
        tg.server.people.start(person)
        tg.world.delivery.drop_pending()
        if "chat_id" in values:
            values["chat_id"] = person.id
        try:
            METHODS[method](tg.world, Call(method, values))
        except ApiError as error:
            assert 400 <= error.code < 500  # noqa: PT017 - both ways of answering are right


class TestReach:
    async def test_strangers_blockers_and_the_gone_cannot_be_reached(self, bare: Bare, an: Person) -> None:
        tg = bare.tg
        assert refused(await bare("sendMessage", chat_id=42, text="a"), 400, "chat not found")
        assert refused(await bare("sendMessage", chat_id="@nobody", text="a"), 400, "chat not found")
        assert refused(await bare("sendMessage", text="a"), 400, "chat_id is empty")
        silent = tg.user("Lặng")
        assert refused(await bare("sendMessage", chat_id=silent.id, text="a"), 400, "chat not found")
        group = tg.group("Tổ 3", silent)
        refusal = await bare("sendMessage", chat_id=silent.id, text="a")
        assert refused(refusal, 403, "bot can't initiate conversation with a user")
        await an.blocks()
        for method in ("sendMessage", "sendChatAction"):
            answer = await bare(method, chat_id=an.id, text="a", action="typing")
            assert refused(answer, 403, "bot was blocked by the user")
        await an.unblocks()
        assert (await bare("sendMessage", chat_id=an.id, text="a"))[0] == 200
        await bare.order("POST", f"/users/{an.id}/deactivate")
        assert refused(await bare("sendMessage", chat_id=an.id, text="a"), 403, "user is deactivated")
        await bare.order("POST", f"/users/{silent.id}/kick", {"chat_id": group.id})
        assert refused(await bare("sendMessage", chat_id=group.id, text="a"), 403, "bot was kicked")


class TestSizes:
    @pytest.mark.parametrize("text", ["", " \n ", "<b></b>", "<b> </b>"])
    async def test_empty_texts(self, bare: Bare, an: Person, text: str) -> None:
        answer = await bare("sendMessage", chat_id=an.id, text=text, parse_mode="HTML")
        assert refused(answer, 400, "message text is empty")

    async def test_texts_are_measured_after_their_marks_are_read(self, bare: Bare, an: Person) -> None:
        longest = "<b>" + "ệ" * 4095 + "&amp;" + "</b>"
        assert (await bare("sendMessage", chat_id=an.id, text=longest, parse_mode="HTML"))[0] == 200
        answer = await bare("sendMessage", chat_id=an.id, text="ệ" * 4097)
        assert refused(answer, 400, "message is too long")

    async def test_captions(self, bare: Bare, an: Person) -> None:
        for length, code in ((1024, 200), (1025, 400)):
            form = aiohttp.FormData({"chat_id": str(an.id), "caption": "x" * length})
            form.add_field("photo", SMALL_JPEG, filename="a.jpg")
            assert (await bare.form("sendPhoto", form))[0] == code

    @pytest.mark.parametrize(
        ("markup", "words"),
        [
            (inline(1, callback_data="ê" * 33), "BUTTON_DATA_INVALID"),
            (inline(1, callback_data=""), "BUTTON_DATA_INVALID"),
            (inline(9), "REPLY_MARKUP_TOO_LONG"),
            (inline(*[8] * 12, 5), "REPLY_MARKUP_TOO_LONG"),
            (inline(1, url="không phải"), "Wrong HTTP URL"),
            (inline(1, copy_text={"text": "x" * 257}), "BUTTON_COPY_TEXT_INVALID"),
            (inline(1, web_app={"url": "http://a.vn"}), "Only HTTPS"),
            (inline(1, style="primary"), "Text buttons are unallowed"),
            (inline(1, callback_data="a", style="pink"), "style"),
            (inline(1, callback_data="a", url="https://a.vn"), "exactly one"),
            (inline(1, text="", callback_data="a"), "non-empty"),
            ({"inline_keyboard": [{"text": "x"}]}, "Array of Arrays"),
            ({"keyboard": []}, "at least one button"),
            ({"keyboard": [[{"text": "a"}]], "input_field_placeholder": "x" * 65}, "1-64"),
            ({"keyboard": [[{"text": "a", "request_contact": True, "request_location": True}]]}, "at most one"),
            ("chữ", "can't parse reply markup"),
            ({"nothing": 1}, "can't parse reply markup"),
        ],
    )  # fmt: skip
    async def test_keyboards(self, bare: Bare, an: Person, markup: Any, words: str) -> None:
        assert refused(await bare("sendMessage", chat_id=an.id, text="a", reply_markup=markup), 400, words)
        assert an.sees == []

    async def test_the_largest_keyboard_passes(self, bare: Bare, an: Person) -> None:
        markup = inline(*[8] * 12, 4, callback_data="ê" * 32, style="danger")
        assert (await bare("sendMessage", chat_id=an.id, text="a", reply_markup=markup))[0] == 200

    async def test_some_buttons_are_for_private_chats_only(self, bare: Bare, an: Person) -> None:
        group = bare.tg.group("Tổ", an)
        markup = {"keyboard": [[{"text": "Số", "request_contact": True}]]}
        assert (await bare("sendMessage", chat_id=an.id, text="a", reply_markup=markup))[0] == 200
        answer = await bare("sendMessage", chat_id=group.id, text="a", reply_markup=markup)
        assert refused(answer, 400, "private chats only")

    @pytest.mark.parametrize(
        ("method", "field", "data", "padding", "code", "words"),
        [
            ("sendPhoto", "photo", b"no picture", 0, 400, "IMAGE_PROCESS_FAILED"),
            ("sendPhoto", "photo", png(9000, 1001), 0, 400, "PHOTO_INVALID_DIMENSIONS"),
            ("sendPhoto", "photo", png(2100, 100), 0, 400, "PHOTO_INVALID_DIMENSIONS"),
            ("sendPhoto", "photo", png(10, 10), 10 * 2**20, 400, "too big for a photo"),
            ("sendDocument", "document", b"", 50 * 2**20 + 1, 413, "Request Entity Too Large"),
            ("sendDocument", "document", b"", 52 * 2**20, 413, "Request Entity Too Large"),
            ("sendDocument", "document", b"", 0, 400, "file must be non-empty"),
            ("sendDocument", "other", b"a", 0, 400, "there is no document"),
        ],
    )  # fmt: skip
    async def test_files(
        self, bare: Bare, an: Person, method: str, field: str, data: bytes, padding: int, code: int, words: str
    ) -> None:
        form = aiohttp.FormData({"chat_id": str(an.id)})
        form.add_field(field, io.BytesIO(data + bytes(padding)), filename="f.bin")
        assert refused(await bare.form(method, form), code, words)

    async def test_large_and_unknown_files_cannot_be_fetched(self, bare: Bare, an: Person) -> None:
        await an.sends_document(b"x", "to.zip", size=20 * 2**20 + 1)
        await an.sends_document(b"y", "vua.zip", size=20 * 2**20)
        updates = (await bare("getUpdates"))[1]["result"]
        big, fitting = [update["message"]["document"]["file_id"] for update in updates[1:]]
        assert refused(await bare("getFile", file_id=big), 400, "file is too big")
        assert refused(await bare("getFile", file_id="?"), 400, "wrong file_id")
        assert refused(await bare("sendPhoto", chat_id=an.id, photo="?"), 400, "wrong file identifier")
        path = (await bare("getFile", file_id=fitting))[1]["result"]["file_path"]
        url = f"{bare.tg.base_file_url}{bare.tg.token}/{path}"
        async with bare.session.get(url) as answer:
            assert (await answer.read())[:2] == b"y\0"
        bare.tg.skips(3601)
        async with bare.session.get(url) as answer:
            assert answer.status == 404

    @pytest.mark.parametrize(
        ("command", "description", "words"),
        [
            ("Tiếng", "x", "BOT_COMMAND_INVALID"),
            ("a" * 33, "x", "BOT_COMMAND_INVALID"),
            ("a", "", "BOT_COMMAND_DESCRIPTION_INVALID"),
            ("a", "x" * 257, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ],
    )
    async def test_commands(self, bare: Bare, command: str, description: str, words: str) -> None:
        one = {"command": command, "description": description}
        assert refused(await bare("setMyCommands", commands=[one]), 400, words)
        many = [{"command": f"c{n}", "description": "x"} for n in range(101)]
        assert refused(await bare("setMyCommands", commands=many), 400, "BOT_COMMANDS_TOO_MUCH")

    async def test_odds_and_ends(self, bare: Bare, an: Person) -> None:
        assert refused(await bare("sendChatAction", chat_id=an.id, action="dance"), 400, "wrong parameter action")
        answer = await bare("sendMessage", chat_id=an.id, text="a", reply_parameters={"message_id": 999})
        assert refused(answer, 400, "message to be replied not found")
        button = {"type": "web_app", "text": "x", "web_app": {"url": "http://a"}}
        assert refused(await bare("setChatMenuButton", menu_button=button), 400, "Only HTTPS")
        scope = {"type": "chat", "chat_id": 1}
        assert refused(await bare("setMyCommands", commands=[], scope=scope), 400, "chat not found")
        for url in ("ftp://a", "http://[", "a.vn"):
            assert refused(await bare("setWebhook", url=url), 400, "bad webhook")
        assert refused(await bare("setWebhook", url="https://a", secret_token="có dấu"), 400, "secret token")
        assert refused(await bare("setWebhook", url="https://a", max_connections=101), 400, "max_connections")


class TestFormatting:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("thu nhập < 5 triệu", 'Unsupported start tag ""'),
            ("<div>a</div>", 'Unsupported start tag "div" at byte offset 0'),
            ("ệ<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
            ("a</b>", "Unexpected end tag at byte offset 1"),
            ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
            ('<tg-time unix="mai">a</tg-time>', "unix"),
            ("<b", "Unclosed start tag"),
            ("<b>a</b", "Unclosed end tag"),
            ("<span>a</span>", "tg-spoiler"),
            ("<a href=>x</a>", "Unclosed start tag"),
        ],
    )
    async def test_malformed_html(self, bare: Bare, an: Person, text: str, words: str) -> None:
        answer = await bare("sendMessage", chat_id=an.id, text=text, parse_mode="HTML")
        assert refused(answer, 400, "can't parse entities")
        assert refused(answer, 400, words)
        assert (await bare("sendMessage", chat_id=an.id, text=text))[0] == 200

    @pytest.mark.parametrize("text", ["a.b", "(a)", "*a", "`a", "a]", "x-y", "[a](b"])
    async def test_malformed_markdown(self, bare: Bare, an: Person, text: str) -> None:
        answer = await bare("sendMessage", chat_id=an.id, text=text, parse_mode="MarkdownV2")
        assert refused(answer, 400, "can't parse entities")

    async def test_entities_must_lie_inside_the_text(self, bare: Bare, an: Person) -> None:
        bold = {"type": "bold", "offset": 0, "length": 3}
        assert (await bare("sendMessage", chat_id=an.id, text="🌾x", entities=[bold]))[0] == 200
        assert refused(await bare("sendMessage", chat_id=an.id, text="xx", entities=[bold]), 400, "after the end")

    @given(st.text(st.characters(exclude_categories=["Cs"])))
    def test_an_escaped_text_is_shown_as_it_was(self, text: str) -> None:
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        shown, _ = parse(f"<b>{escaped}</b>", "HTML", None)
        assert shown == text.strip()

    @given(st.text(alphabet='<>/abi &;"=s\n'))
    def test_any_html_is_read_or_refused_and_entities_stay_inside(self, text: str) -> None:
        try:
            shown, entities = parse(text, "HTML", None)
        except ApiError:
            return
        assert all(0 <= e["offset"] < e["offset"] + e["length"] <= utf16(shown) for e in entities)


class TestEdits:
    async def test_what_cannot_be_edited_or_deleted(self, bare: Bare, an: Person) -> None:
        async def edit(message_id: int, text: str, **more: Any) -> Answer:
            return await bare("editMessageText", chat_id=an.id, message_id=message_id, text=text, **more)

        theirs = (await an.sends("của tôi")).message_id or 0
        sent = (await bare("sendMessage", chat_id=an.id, text="<b>a</b>", parse_mode="HTML"))[1]["result"]
        ours = sent["message_id"]
        same = await edit(ours, " <strong>a</strong>", parse_mode="HTML")
        assert refused(same, 400, "message is not modified")
        assert (await edit(ours, "a"))[0] == 200
        assert refused(await edit(ours, "a", reply_markup={"inline_keyboard": []}), 400, "message is not modified")
        assert refused(await edit(9999, "b"), 400, "message to edit not found")
        assert refused(await edit(theirs, "b"), 400, "message can't be edited")
        assert refused(await edit(ours, "x" * 4097), 400, "MESSAGE_TOO_LONG")
        assert refused(await edit(ours, "b", reply_markup={"keyboard": [["x"]]}), 400, "inline keyboard expected")
        answer = await bare("editMessageCaption", chat_id=an.id, message_id=ours, caption="b")
        assert refused(answer, 400, "no caption")
        keyboard = {"keyboard": [["x"]]}
        other = (await bare("sendMessage", chat_id=an.id, text="a", reply_markup=keyboard))[1]["result"]
        assert refused(await edit(other["message_id"], "b"), 400, "message can't be edited")
        assert (await bare("deleteMessage", chat_id=an.id, message_id=ours))[0] == 200
        answer = await bare("deleteMessage", chat_id=an.id, message_id=ours)
        assert refused(answer, 400, "message to delete not found")
        bare.tg.skips(48 * 3600 + 1)
        answer = await bare("deleteMessage", chat_id=an.id, message_id=other["message_id"])
        assert refused(answer, 400, "message can't be deleted")

    async def test_a_press_is_answered_once_and_in_time(self, bare: Bare, an: Person) -> None:
        await bare("sendMessage", chat_id=an.id, text="a", reply_markup=inline(1))
        first, late = [(await an.presses("x")).query_id for _ in range(2)]
        long = await bare("answerCallbackQuery", callback_query_id=first, text="x" * 201)
        assert refused(long, 400, "MESSAGE_TOO_LONG")
        assert (await bare("answerCallbackQuery", callback_query_id=first))[0] == 200
        twice = await bare("answerCallbackQuery", callback_query_id=first)
        bare.tg.skips(61)
        for answer in (
            twice,
            await bare("answerCallbackQuery", callback_query_id=late),
            await bare("answerCallbackQuery", callback_query_id="0"),
        ):
            assert refused(answer, 400, "query is too old and response timeout expired or query ID is invalid")
