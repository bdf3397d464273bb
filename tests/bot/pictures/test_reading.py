"""Reading codes in pictures: whatever kind of file, however damaged, and never a text that does not stand there."""

import random
import time
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from bot.pictures import looking, reading
from bot.pictures.looking import Look, Seen
from bot.pictures.opening import Opened
from bot.pictures.reading import Found, read
from tests.bench.photos.sets import KINDS
from tests.bench.photos.sets import photo as taken
from tests.payment_codes import code, napas
from tests.pictures import OTHER, PAYMENT, drawn, laid, photo, saved

WRONG_SUM = PAYMENT[:-4] + ("0000" if PAYMENT[-4:] != "0000" else "1111")
LINK = "https://dichvucong.gov.vn/p/nop-le-phi"


def seen(data: bytes, seconds: float = 2.0) -> Found:
    end = time.process_time() + seconds
    return read(Opened(data), lambda: time.process_time() < end)


# --- kinds of files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "how"), [("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("WEBP", {}), ("GIF", {})]
)
def test_every_kind_of_file_a_telephone_sends_is_read(kind: str, how: dict[str, object]) -> None:
    assert seen(saved(laid(drawn(PAYMENT)), kind, **how)) == Found((PAYMENT,))


def test_a_photo_of_an_iphone_sent_as_a_file_is_read() -> None:
    data = Path(__file__).with_name("code.heic").read_bytes()
    assert seen(data).codes == (code(("38", napas("970418", "8600000012345"))),)


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "LA", "I;16", "CMYK"])
def test_every_depth_and_palette_is_read(mode: str) -> None:
    grey = laid(drawn(PAYMENT), size=(600, 600)).convert("L")
    deep = grey.convert("I").point(lambda v: v * 257).convert("I;16") if mode == "I;16" else grey.convert(mode)
    assert seen(saved(deep, "JPEG" if mode == "CMYK" else "PNG")).codes == (PAYMENT,)


def test_a_code_on_nothing_is_a_code_on_white() -> None:
    ink = drawn(PAYMENT).convert("L").point(lambda v: 255 - v)
    clear = Image.new("RGBA", ink.size, (0, 0, 0, 0))
    clear.putalpha(ink)
    assert seen(saved(clear, "PNG")).codes == (PAYMENT,)


def test_of_a_moving_picture_the_first_one_counts() -> None:
    first, second = laid(drawn(PAYMENT)).convert("P"), laid(drawn(OTHER)).convert("P")
    assert seen(saved(first, "GIF", save_all=True, append_images=[second])).codes == (PAYMENT,)


def test_a_photo_of_fifty_million_dots_is_read() -> None:
    whole = laid(drawn(PAYMENT, module=14), size=(8160, 6120))
    assert seen(saved(whole, quality=60)).codes == (PAYMENT,)


# --- what stands in it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [PAYMENT, LINK, "Số hồ sơ H21.48 của bác Bảy", "0912 345 678", "WIFI:S:nha;P:12;;"])
def test_any_text_comes_out_as_it_was_written(text: str) -> None:
    assert seen(saved(laid(drawn(text)))).codes == (text,)


def test_two_codes_are_both_read() -> None:
    assert set(seen(saved(laid(drawn(PAYMENT), drawn(OTHER)))).codes) == {PAYMENT, OTHER}


def test_the_same_code_twice_is_one() -> None:
    assert seen(saved(laid(drawn(PAYMENT), drawn(PAYMENT)))).codes == (PAYMENT,)


def test_a_small_code_inside_a_large_one_hides_neither() -> None:
    large = drawn(PAYMENT, module=16, error="h")
    small = drawn("https://bit.ly/x", module=3)
    large.paste(small, ((large.width - small.width) // 2, (large.height - small.height) // 2))
    assert seen(saved(laid(large, size=(1400, 1400)))).codes in (
        (),
        (PAYMENT, "https://bit.ly/x"),
        ("https://bit.ly/x", PAYMENT),
    )


def test_a_picture_without_a_code_is_no_problem() -> None:
    empty = Image.effect_noise((900, 700), 40).convert("RGB")
    ImageDraw.Draw(empty).rectangle((100, 100, 500, 400), fill="white")
    assert seen(saved(empty)) == Found()


def test_a_code_that_cannot_be_read_is_told_from_no_code() -> None:
    torn = drawn(PAYMENT, module=10)
    ImageDraw.Draw(torn).rectangle((torn.width * 0.36, torn.height * 0.36, torn.width, torn.height), fill="#777777")
    assert seen(saved(laid(torn))) == Found(problem="unread")


# --- damage -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_half_spoilt_photos_of_every_kind_are_read(kind: str) -> None:
    shot = taken(kind, random.Random(f"a test/{kind}"), 0.5)
    assert seen(shot.data).codes == (shot.payload,)


@pytest.mark.parametrize("number", [21, 56, 58])
def test_a_code_seen_slantwise_through_blur_is_read_where_the_decoder_alone_sees_none(number: int) -> None:
    chance = random.Random(f"4711/strong mix/{number}")
    shot = taken("strong mix", chance, chance.uniform(0, 1))
    assert not any(one.text == shot.payload for one in looking.look(Opened(shot.data).grey()).looks)
    assert seen(shot.data, 4.0).codes == (shot.payload,)


# --- never a wrong text -----------------------------------------------------------------------------------------


def test_a_code_with_wrong_check_digits_is_passed_on_when_it_is_read_alike_again() -> None:
    assert seen(saved(laid(drawn(WRONG_SUM)))).codes == (WRONG_SUM,)


PLACE = ((10.0, 10.0), (90.0, 10.0), (90.0, 90.0), (10.0, 90.0))
ELSEWHERE = tuple((x + 400, y) for x, y in PLACE)


def _dreaming(monkeypatch: pytest.MonkeyPatch, *dreams: Look) -> None:
    """A decoder that reads what is not there, each look something else."""
    looks = iter([*([Seen((d,)) for d in dreams]), *[Seen()] * 50])
    monkeypatch.setattr(reading, "look", lambda *_args, **_how: next(looks))
    monkeypatch.setattr(reading, "look_at_drawing", lambda *_: None)


def test_a_text_read_but_once_and_barely_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    _dreaming(monkeypatch, Look("https://bit.ly/a", False, PLACE))
    assert seen(photo()) == Found(problem="unread")


def test_two_looks_that_differ_count_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    _dreaming(monkeypatch, Look(PAYMENT, True, PLACE), Look(OTHER, True, PLACE))
    assert seen(photo()) == Found(problem="unread")


def test_two_looks_that_agree_count(monkeypatch: pytest.MonkeyPatch) -> None:
    _dreaming(monkeypatch, Look(WRONG_SUM, False, PLACE), Look(WRONG_SUM, False, PLACE))
    assert seen(photo()) == Found((WRONG_SUM,))


def test_another_text_elsewhere_is_no_contradiction() -> None:
    assert not Look(PAYMENT, True, PLACE).over(Look(OTHER, True, ELSEWHERE))
    assert Look(PAYMENT, True, PLACE).over(Look(OTHER, True, PLACE))


def test_check_digits_decide_what_is_sure() -> None:
    sure = [looking.look(laid(drawn(text)).convert("L")).looks[0].sure for text in (PAYMENT, WRONG_SUM, LINK)]
    assert sure == [True, False, True]


def test_when_time_is_over_nothing_new_is_tried() -> None:
    assert seen(photo(), 0.0).codes == (PAYMENT,)
    hard = taken("defocus", random.Random("hard"), 1.0)
    began = time.process_time()
    seen(hard.data, 0.0)
    assert time.process_time() - began < 1.0
