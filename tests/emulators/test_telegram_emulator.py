"""The Telegram emulator as two independent client libraries and a person see it."""

import io
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
import telegram

from .telegram import ControlError, Limits, Person, TelegramEmulator
from .telegram.pictures import SMALL_JPEG
from .telegram_tools import Bare

if TYPE_CHECKING:  # it takes seconds to import, and each worker collects this file
    import aiogram


@pytest.fixture
async def tg() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator(limits=Limits.none()) as emulator:
        yield emulator


@pytest.fixture
async def an(tg: TelegramEmulator) -> Person:
    person = tg.user("An")
    await person.starts()
    return person


@pytest.fixture
async def ptb(tg: TelegramEmulator) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(tg.token, base_url=tg.base_url, base_file_url=tg.base_file_url) as bot:
        yield bot


@pytest.fixture
async def gram(tg: TelegramEmulator) -> AsyncIterator["aiogram.Bot"]:
    import aiogram
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    session = AiohttpSession(api=TelegramAPIServer.from_base(tg.root))
    async with aiogram.Bot(tg.token, session=session) as bot:
        yield bot


def keyboard(*labels: str) -> telegram.InlineKeyboardMarkup:
    return telegram.InlineKeyboardMarkup(
        [[telegram.InlineKeyboardButton(label, callback_data=f"v1:{n}")] for n, label in enumerate(labels)]
    )


class TestPythonTelegramBot:
    async def test_knows_itself(self, ptb: telegram.Bot, tg: TelegramEmulator) -> None:
        assert (await ptb.get_me()).id == int(tg.token.split(":")[0])

    async def test_texts_are_sent_edited_and_deleted(self, ptb: telegram.Bot, an: Person) -> None:
        sent = await ptb.send_message(
            an.id, "<b>Chào</b> bác & nhà 🌾", parse_mode="HTML", reply_markup=keyboard("Có", "Không")
        )
        assert sent.text == "Chào bác & nhà 🌾"
        assert sent.parse_entities() == {sent.entities[0]: "Chào"}
        assert an.buttons == ["Có", "Không"]
        edited = await ptb.edit_message_text("Xong", an.id, sent.message_id)
        assert isinstance(edited, telegram.Message)
        assert edited.edit_date is not None
        assert an.buttons == []
        marked = await ptb.edit_message_reply_markup(an.id, sent.message_id, reply_markup=keyboard("Lại"))
        assert isinstance(marked, telegram.Message)
        assert an.buttons == ["Lại"]
        assert await ptb.delete_message(an.id, sent.message_id)
        assert an.sees == []

    async def test_photos_and_documents_arrive_with_their_bytes_and_names(
        self, ptb: telegram.Bot, an: Person
    ) -> None:
        photo = await ptb.send_photo(an.id, SMALL_JPEG, caption="Tờ khai")
        assert photo.photo[-1].width == 1
        assert an.sees[-1].file == SMALL_JPEG
        again = await ptb.send_photo(an.id, photo.photo[-1].file_id)
        assert again.photo[-1].file_id == photo.photo[-1].file_id
        edited = await ptb.edit_message_caption(an.id, photo.message_id, caption="Mẫu CT01")
        assert isinstance(edited, telegram.Message)
        assert edited.caption == "Mẫu CT01"
        document = await ptb.send_document(an.id, io.BytesIO(b"PK\x03\x04"), filename="báo cáo.xlsx")
        assert document.document is not None
        assert document.document.file_name == "báo cáo.xlsx"
        assert an.sees[-1].file == b"PK\x03\x04"

    async def test_files_of_people_can_be_downloaded(self, ptb: telegram.Bot, an: Person) -> None:
        await an.sends_photo(SMALL_JPEG, caption="ảnh")
        (_, update) = await ptb.get_updates()
        assert update.message is not None
        file = await update.message.photo[-1].get_file()
        assert bytes(await file.download_as_bytearray()) == SMALL_JPEG

    async def test_all_that_people_send_can_be_read(
        self, ptb: telegram.Bot, an: Person, tg: TelegramEmulator
    ) -> None:
        binh = tg.user("Bình", id=2**40)
        group = tg.group("Tổ 3", an, binh)
        await an.sends_document(b"%PDF", "đơn.pdf", mime="application/pdf")
        await an.sends_voice(4)
        await an.sends_sticker()
        await an.sends_contact("+84901234567", of=binh)
        await an.sends_location(21.0, 105.8)
        act = await an.sends("chào cả tổ", to=group)
        await an.edits(act, "chào tất cả", to=group)
        await an.blocks()
        await an.unblocks()
        _, document, voice, sticker, contact, location, text, edited, kicked, back = [
            update.to_dict() for update in await ptb.get_updates()
        ]
        assert document["message"]["document"]["file_name"] == "đơn.pdf"
        assert voice["message"]["voice"]["duration"] == 4
        assert sticker["message"]["sticker"]["emoji"] == "👍"
        assert contact["message"]["contact"]["user_id"] == 2**40
        assert location["message"]["location"]["longitude"] == 105.8
        assert text["message"]["chat"] == {"id": group.id, "type": "group", "title": "Tổ 3"}
        assert edited["edited_message"]["text"] == "chào tất cả"
        assert kicked["my_chat_member"]["new_chat_member"]["status"] == "kicked"
        assert back["my_chat_member"]["new_chat_member"]["status"] == "member"

    async def test_a_press_is_answered_and_seen(self, ptb: telegram.Bot, an: Person, tg: TelegramEmulator) -> None:
        await ptb.send_message(an.id, "Chọn", reply_markup=keyboard("✅ Xong"))
        await an.presses("Xong")
        query = (await ptb.get_updates())[-1].callback_query
        assert query is not None
        assert query.data == "v1:0"
        assert an.toasts == []
        assert await query.answer("Đã ghi", show_alert=True)
        await tg.until(lambda: an.toasts == ["Đã ghi"])
        with pytest.raises(AssertionError):
            await tg.until(lambda: an.toasts == [], within=0.01)

    async def test_webhook_commands_menu_and_the_rest(
        self, ptb: telegram.Bot, an: Person, tg: TelegramEmulator
    ) -> None:
        assert await ptb.set_webhook(f"{tg.root}/nowhere", max_connections=7)
        info = await ptb.get_webhook_info()
        assert info.max_connections == 7
        assert await ptb.delete_webhook()
        assert not (await ptb.get_webhook_info()).url
        scope = telegram.BotCommandScopeChat(an.id)
        commands = [telegram.BotCommand("bat_dau", "Bắt đầu")]
        assert await ptb.set_my_commands(commands, scope=scope, language_code="vi")
        assert list(await ptb.get_my_commands(scope=scope, language_code="vi")) == commands
        assert list(await ptb.get_my_commands()) == []
        assert await ptb.set_chat_menu_button(an.id, telegram.MenuButtonCommands())
        assert await ptb.send_chat_action(an.id, "typing")
        assert await ptb.close()
        assert await ptb.log_out()

    @pytest.mark.parametrize(
        ("chat", "error"),
        [("stranger", telegram.error.BadRequest), ("blocker", telegram.error.Forbidden)],
    )
    async def test_refusals_become_the_right_exceptions(
        self, ptb: telegram.Bot, tg: TelegramEmulator, chat: str, error: type[Exception]
    ) -> None:
        person = tg.user(chat)
        if chat == "blocker":
            await person.starts()
            await person.blocks()
        with pytest.raises(error):
            await ptb.send_message(person.id, "alô")


class TestAiogram:
    async def test_texts_buttons_and_edits(self, gram: "aiogram.Bot", an: Person) -> None:
        import aiogram.types as at

        button = at.InlineKeyboardButton(text="Xong", callback_data="v1:x")
        markup = at.InlineKeyboardMarkup(inline_keyboard=[[button]])
        sent = await gram.send_message(an.id, "*đậm*", parse_mode="MarkdownV2", reply_markup=markup)
        assert (sent.text, sent.entities and sent.entities[0].type) == ("đậm", "bold")
        await an.presses("Xong")
        query = (await gram.get_updates())[-1].callback_query
        assert query is not None
        assert await gram.answer_callback_query(query.id)
        edited = await gram.edit_message_text("mới", chat_id=an.id, message_id=sent.message_id)
        assert isinstance(edited, at.Message)
        marked = await gram.edit_message_reply_markup(chat_id=an.id, message_id=sent.message_id, reply_markup=markup)
        assert isinstance(marked, at.Message)
        assert await gram.send_chat_action(an.id, "typing")
        assert await gram.delete_message(an.id, sent.message_id)

    async def test_files_both_ways(self, gram: "aiogram.Bot", an: Person) -> None:
        import aiogram.types as at

        document = await gram.send_document(an.id, at.BufferedInputFile(b"1,2", "số liệu.csv"))
        assert document.document is not None
        assert an.sees[-1].file == b"1,2"
        photo = await gram.send_photo(an.id, at.BufferedInputFile(SMALL_JPEG, "a.jpg"), caption="a")
        edited = await gram.edit_message_caption(chat_id=an.id, message_id=photo.message_id, caption="b")
        assert isinstance(edited, at.Message)
        await an.sends_photo(b"\xff\xd8bytes")
        message = (await gram.get_updates())[-1].message
        assert message is not None
        assert message.photo
        file = await gram.download(message.photo[-1])
        assert file is not None
        assert file.read() == b"\xff\xd8bytes"

    async def test_settings(self, gram: "aiogram.Bot", tg: TelegramEmulator, an: Person) -> None:
        import aiogram.types as at

        assert (await gram.get_me()).is_bot
        assert await gram.set_webhook(f"{tg.root}/nowhere", allowed_updates=["message"])
        assert (await gram.get_webhook_info()).allowed_updates == ["message"]
        assert await gram.delete_webhook()
        commands = [at.BotCommand(command="tro_giup", description="Trợ giúp")]
        assert await gram.set_my_commands(commands)
        assert [(c.command, c.description) for c in await gram.get_my_commands()] == [("tro_giup", "Trợ giúp")]
        assert await gram.set_chat_menu_button(chat_id=an.id, menu_button=at.MenuButtonDefault())
        assert await gram.close()
        assert await gram.log_out()


class TestPeople:
    async def test_reply_keyboard_presses_come_as_messages(
        self, ptb: telegram.Bot, an: Person, tg: TelegramEmulator
    ) -> None:
        rows = [[telegram.KeyboardButton("Gửi số", request_contact=True), telegram.KeyboardButton("Thôi")]]
        await ptb.send_message(an.id, "Số?", reply_markup=telegram.ReplyKeyboardMarkup(rows))
        await an.presses("Gửi số")
        await an.presses("Thôi")
        _, contact, text = [update.to_dict()["message"] for update in await ptb.get_updates()]
        assert contact["contact"]["user_id"] == an.id
        assert text["text"] == "Thôi"
        await ptb.send_message(an.id, "Rồi", reply_markup=telegram.ReplyKeyboardRemove())
        with pytest.raises(ControlError):
            await an.presses("Thôi")

    async def test_waits_for_what_came_since_the_last_act(self, ptb: telegram.Bot, an: Person) -> None:
        await ptb.send_message(an.id, "cũ")
        await an.sends("mới đi")
        with pytest.raises(AssertionError, match="cũ"):
            await an.waits_for("cũ", within=0.05)
        await ptb.send_message(an.id, "một")
        await ptb.send_message(an.id, "hai")
        assert (await an.waits_for(2)).text == "hai"
        assert (await an.waits_for(lambda shown: shown.text.startswith("m"))).text == "một"
        assert an.screen == "hai"

    async def test_a_start_link_carries_only_a_proper_payload(self, ptb: telegram.Bot, an: Person) -> None:
        with pytest.raises(ControlError):
            await an.starts("xã Yên Bình")
        with pytest.raises(ControlError):
            await an.starts("x" * 65)
        await an.starts("x" * 64)
        message = (await ptb.get_updates())[-1].message
        assert message is not None
        assert message.text == "/start " + "x" * 64

    async def test_a_group_moves_to_a_new_id(self, ptb: telegram.Bot, an: Person, tg: TelegramEmulator) -> None:
        old = tg.group("Tổ 3", an)
        await ptb.send_message(old.id, "chào")
        new = await old.migrates()
        with pytest.raises(telegram.error.ChatMigrated) as caught:
            await ptb.send_message(old.id, "chào")
        assert caught.value.new_chat_id == new.id
        await ptb.send_message(new.id, "chào lại")
        assert new.screen == "chào lại"


class TestControl:
    async def test_everything_a_person_does_can_be_ordered_over_http(
        self, tg: TelegramEmulator, ptb: telegram.Bot
    ) -> None:
        async with Bare(tg) as bare:
            user = await bare.order("POST", "/users", {"name": "Hoa"})
            path = f"/users/{user['id']}"
            for act, body in {
                "start": {"payload": "to3"}, "text": {"text": "chào"}, "photo": {}, "sticker": {}, "voice": {},
                "document": {"name": "a.pdf", "data": "JVBERg=="}, "contact": {"phone": "+84900000000"},
                "location": {"latitude": 21.0, "longitude": 105.0},
            }.items():  # fmt: skip
                assert (await bare.order("POST", f"{path}/{act}", body))["update_id"], act
            await ptb.send_message(user["id"], "Chọn", reply_markup=keyboard("Có"))
            assert (await bare.order("POST", f"{path}/press", {"label": "Có"}))["query_id"]
            log = await bare.order("GET", f"/log?since=0&chat_id={user['id']}&wait=5")
            assert [entry["message"]["text"] for entry in log["entries"]] == ["Chọn"]
            assert (await bare.order("GET", f"/log?since={log['last']}&wait=0.01"))["entries"] == []
            assert [query["answer"] for query in await bare.order("GET", "/answers")] == [None]
            assert (await bare.order("GET", "/counts"))["calls.sendMessage"] == 1
            assert len(await bare.order("GET", "/updates")) == 9
            assert (await bare.order("GET", f"/chats/{user['id']}"))["messages"][-1]["text"] == "Chọn"
            assert "error" in await bare.order("POST", f"{path}/press", {"label": "Không"})
            assert "error" in await bare.order("POST", f"{path}/flies", {})

    async def test_update_ids_follow_each_other(self, ptb: telegram.Bot, an: Person) -> None:
        for n in range(3):
            await an.sends(str(n))
        ids = [update.update_id for update in await ptb.get_updates()]
        assert ids == list(range(ids[0], ids[0] + 4))
