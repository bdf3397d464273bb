"""Sending to Telegram: what people see, and what each failure means for the message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import SENT, Outcome
from bot.channels.rendering import Button, Capabilities, Rendered, render
from bot.channels.telegram.sending import bold, keyboard
from handlers.turn import Choice, File, Reply
from tests.bot.telegram_stage import Stage, said, stage
from tests.emulators.telegram import Limits, Person, TelegramEmulator
from tests.emulators.telegram.pictures import SMALL_JPEG

HOSTILE = "thu nhập < 5 triệu & <b> &lt; `x` _y_ [z](http://a) \\"


async def talking(s: Stage) -> Person:
    an = s.tg.user("An")
    await an.starts()
    return an


@pytest.mark.parametrize("text", [HOSTILE, f"**{HOSTILE}**", "Bước **1**: 🪪 **mở** ứng dụng", "lẻ ** dấu"])
async def test_people_read_exactly_what_was_written(text: str) -> None:
    async with stage(run=False) as s:
        an = await talking(s)
        assert await s.channel.send(str(an.id), Rendered(text)) == SENT
        assert an.screen == text.replace("**", "")
        assert len(an.sees[-1].entities) == text.count("**") // 2


@given(
    st.lists(
        st.tuples(
            st.booleans(), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="*"), min_size=1)
        ),
        max_size=8,
    )
)
def test_bold_falls_on_the_words_that_were_marked(pieces: list[tuple[bool, str]]) -> None:
    text, entities = bold("".join(f"**{p}**" if marked else p for marked, p in pieces))
    assert text == "".join(p for _, p in pieces)
    units = text.encode("utf-16-le", "surrogatepass")
    found = [
        units[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le", "surrogatepass")
        for e in entities
    ]
    assert found == [p for marked, p in pieces if marked and p.strip()]


async def test_buttons_show_the_number_that_may_be_typed_and_come_back_with_their_value() -> None:
    async with stage() as s:
        an = await talking(s)
        buttons = [
            Button(1, "Xong", "v1:done", "main"),
            Button(2, "Bị kẹt", "v1:stuck"),
            Button(3, "Mở trang dịch vụ công", "", url="https://dichvucong.gov.vn"),
            Button(4, "Thôi", "v1:no", "danger"),
            Button(9, "Gặp người", "v1:human"),
        ]
        assert await s.channel.send(str(an.id), said("Bác đã xong chưa?", *buttons)) == SENT
        rows = an.sees[-1].rows
        assert [[b["text"] for b in row] for row in rows] == [
            ["1. Xong", "2. Bị kẹt"],
            ["3. Mở trang dịch vụ công"],
            ["4. Thôi"],
            ["9. Gặp người"],
        ]
        assert [row[0].get("style") for row in rows] == ["success", None, "danger", None]
        assert rows[1][0]["url"] == "https://dichvucong.gov.vn"
        await an.presses("Bị kẹt")
        found = await s.messages(2)
        assert found[-1]
        assert found[-1].text == "v1:stuck"


@given(st.lists(st.builds(Button, st.integers(1, 99), st.text(min_size=1, max_size=60), st.just("v"),
                          st.sampled_from(["plain", "main", "danger"])), max_size=100))  # fmt: skip
def test_every_button_is_on_the_keyboard_once_in_order(buttons: list[Button]) -> None:
    rows = keyboard(tuple(buttons))
    assert [key["text"] for row in rows for key in row] == [f"{b.n}. {b.label}" for b in buttons]
    assert all(len(row) <= 2 for row in rows)


async def test_the_longest_reply_the_channel_declares_is_taken() -> None:
    async with stage(run=False, tg=TelegramEmulator(limits=Limits.none())) as s:
        an = await talking(s)
        can: Capabilities = s.channel.capabilities
        choices = tuple(Choice("Ấ" * 200, f"v{i:063}") for i in range(150))
        for message in render(Reply("**Đậm** chữ " * 900, choices), can):
            assert await s.channel.send(str(an.id), message) == SENT
        assert len(an.sees[-1].buttons) == can.max_buttons


async def test_a_text_nobody_split_is_refused_with_its_reason() -> None:
    async with stage(run=False) as s:
        an = await talking(s)
        result = await s.channel.send(str(an.id), Rendered("a" * 4097))
        assert (result.outcome, result.reason, result.unreachable) == (Outcome.REFUSED, "too_long", False)


@pytest.mark.parametrize(
    "name", ["báo cáo tuần 47 – Thủy Xuân.xlsx", 'có "nháy" và \\ gạch.docx', "a\r\nX-Evil: 1.txt"]
)
async def test_files_arrive_whole_under_their_vietnamese_names(name: str) -> None:
    async with stage(run=False) as s:
        an = await talking(s)
        data = bytes(range(256)) * 500
        message = Rendered("**Báo cáo** tuần", file=File(name, "application/octet-stream", data))
        assert await s.channel.send(str(an.id), message) == SENT
        shown = an.sees[-1]
        assert shown.file == data
        assert shown.text == "Báo cáo tuần"
        assert shown.file_name == name.replace("\r\n", " ")


async def test_a_photo_arrives_as_a_photo() -> None:
    async with stage(run=False) as s:
        an = await talking(s)
        photo = Rendered("", file=File("buoc-2.jpg", "image/jpeg", SMALL_JPEG, "photo"))
        assert await s.channel.send(str(an.id), photo) == SENT
        assert an.sees[-1].file == SMALL_JPEG
        assert "photo" in an.sees[-1].raw


async def test_a_step_is_changed_in_place() -> None:
    async with stage(run=False) as s:
        an = await talking(s)
        await s.channel.send(str(an.id), said("Bước 1", Button(1, "Xong", "a")))
        step = said("Bước **2**", Button(1, "Xong", "b"), edit=str(an.sees[-1].id))
        assert await s.channel.send(str(an.id), step) == SENT
        assert [m.text for m in an.sees] == ["Bước 2"]
        assert await s.channel.send(str(an.id), step) == SENT, "the same again is no failure"
        assert [m.text for m in an.sees] == ["Bước 2"]


@pytest.mark.parametrize("where", ["999999", "không phải số", "²"])
async def test_what_cannot_be_changed_is_said_anew(where: str) -> None:
    async with stage(run=False) as s:
        an = await talking(s)
        assert await s.channel.send(str(an.id), said("Bước 2", edit=where)) == SENT
        assert an.screen == "Bước 2"


async def test_an_edit_without_an_answer_is_safe_to_repeat() -> None:
    async with stage(run=False) as s:
        an = await talking(s)
        await s.channel.send(str(an.id), said("Bước 1"))
        step = said("Bước 2", edit=str(an.sees[-1].id))
        s.tg.fails("lose_answer", method="editMessageText")
        first = await s.channel.send(str(an.id), step)
        assert first.outcome is Outcome.NEVER_LEFT
        assert await s.channel.send(str(an.id), step) == SENT
        assert [m.text for m in an.sees] == ["Bước 2"]


async def test_blocked_deactivated_and_unknown_people_are_unreachable() -> None:
    async with stage(run=False) as s:
        an, ba = await talking(s), s.tg.user("Ba")
        await ba.starts()
        await an.blocks()
        ba.user.deactivated = True
        stranger = s.tg.user("Chín")
        reasons = {}
        for person in (an, ba, stranger):
            result = await s.channel.send(str(person.id), said("chào"))
            assert (result.outcome, result.unreachable) == (Outcome.REFUSED, True)
            reasons[person.user.first_name] = result.reason
        assert reasons == {"An": "blocked", "Ba": "deactivated", "Chín": "chat_not_found"}
        assert (await s.channel.send("?", said("chào"))).unreachable
        await an.unblocks()
        assert await s.channel.send(str(an.id), said("chào")) == SENT


async def test_a_group_that_moved_tells_where_to() -> None:
    async with stage(run=False) as s:
        group = s.tg.group("Tổ 5", s.tg.user("An"))
        new = await group.migrates()
        result = await s.channel.send(str(group.id), said("chào"))
        assert (result.outcome, result.moved_to) == (Outcome.REFUSED, str(new.id))
        assert await s.channel.send(str(new.id), said("chào")) == SENT


async def test_flood_control_tells_how_long_to_wait() -> None:
    async with stage(run=False) as s:
        an = await talking(s)
        s.tg.fails("flood", chat_id=an.id, seconds=7)
        result = await s.channel.send(str(an.id), said("chào"))
        assert (result.outcome, result.everybody) == (Outcome.LATER, False)
        assert 6 <= result.retry_after <= 8
        s.tg.skips(result.retry_after)
        assert await s.channel.send(str(an.id), said("chào")) == SENT


@pytest.mark.parametrize(("status", "expected"), [(500, Outcome.LATER), (502, Outcome.LATER), (503, Outcome.LATER),
                                                  (504, Outcome.UNKNOWN)])  # fmt: skip
async def test_a_server_that_says_it_failed_is_tried_again_but_not_a_silent_gateway(
    status: int, expected: Outcome
) -> None:
    async with stage(run=False) as s:
        an = await talking(s)
        s.tg.fails("error", method="sendMessage", status=status)
        result = await s.channel.send(str(an.id), said("chào"))
        assert result.outcome is expected
        assert not an.sees


async def test_marks_the_platform_cannot_read_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage(run=False) as s:
        an = await talking(s)
        unreadable = {"type": "khong_co", "offset": 0, "length": 4}
        monkeypatch.setattr("bot.channels.telegram.sending.bold", lambda text: (text, [unreadable]))
        assert await s.channel.send(str(an.id), said("Bước 1")) == SENT
        assert an.screen == "Bước 1"
        assert not an.sees[-1].entities


async def test_nothing_about_the_message_is_in_the_reason_of_a_refusal() -> None:
    async with stage(run=False) as s:
        an = await talking(s)
        secret = Button(1, "x", "bí mật " * 20)
        result = await s.channel.send(str(an.id), said("chào", secret))
        assert result.outcome is Outcome.REFUSED
        assert "bí" not in result.reason
