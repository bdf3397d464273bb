"""One reply on every channel: nothing is lost, whatever a channel can show."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.capabilities import CAPABILITIES
from bot.channels.rendering import Capabilities, Rendered, plain, render, split
from handlers.turn import Choice, File, Reply

CHANNELS = list(CAPABILITIES.values())
texts = st.text(st.sampled_from("aăâđ ô\n.*"), max_size=300)


@given(st.text(max_size=2000), st.integers(10, 300))
def test_splitting_keeps_every_word_and_the_limit(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(len(p) <= limit for p in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_long_text_is_cut_between_paragraphs_when_it_can() -> None:
    assert split("Một hai.\n\nBa bốn năm.", 14) == ["Một hai.", "Ba bốn năm."]


@pytest.mark.parametrize("can", CHANNELS)
def test_every_choice_reaches_the_person_somehow(can: Capabilities) -> None:
    reply = Reply("Chọn:", tuple(Choice(f"Việc {i}", f"m:{i}") for i in range(1, 13)))
    messages = render(reply, can)
    buttons = [b.label for m in messages for b in m.buttons]
    text = "\n".join(m.text for m in messages)
    for i in range(1, 13):
        assert f"Việc {i}" in buttons or f"{i}. Việc {i}" in text
    assert len(buttons) <= can.max_buttons


@pytest.mark.parametrize("can", CHANNELS)
def test_bold_marks_are_never_seen_where_bold_is_not_shown(can: Capabilities) -> None:
    (message,) = render(Reply("Bấm **Gửi**"), can)
    assert plain(message.text) == "Bấm Gửi"
    assert ("**" in message.text) == can.bold


@pytest.mark.parametrize("can", CHANNELS)
def test_a_file_a_channel_cannot_carry_is_named_with_another_way(can: Capabilities) -> None:
    messages = render(Reply("Đây", files=(File("bao-cao.xlsx", "x/y", b"12"),)), can)
    carried = can.carries(File("bao-cao.xlsx", "x/y", b"12"))
    assert any(m.file for m in messages) == carried
    assert carried or any("bao-cao.xlsx" in m.text for m in messages)


def test_a_choice_with_a_number_of_its_own_keeps_it() -> None:
    (message,) = render(Reply("?", (Choice("Có", "y", number=11),)), CAPABILITIES["zalo_bot"])
    assert "11. Có" in message.text


def test_only_a_reply_that_may_replace_is_an_edit() -> None:
    reply = Reply("Mới", (Choice("A", "a"),), replaces=True)
    can = CAPABILITIES["telegram"]
    assert render(reply, can, edit="7")[0].edit == "7"
    assert render(dataclasses.replace(reply, replaces=False), can, edit="7")[0].edit is None
    assert render(reply, CAPABILITIES["zalo_oa"], edit="7")[0].edit is None


@given(texts, st.lists(texts, max_size=4), st.binary(max_size=20))
def test_what_the_outbox_keeps_is_what_is_sent(text: str, labels: list[str], data: bytes) -> None:
    reply = Reply(text, tuple(Choice(label, "v") for label in labels), (File("a", "b/c", data),))
    for message in render(reply, CAPABILITIES["web"]):
        assert Rendered.from_json(message.to_json()) == message
