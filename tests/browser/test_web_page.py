"""The web page against a small scripted conversation: small screens, bad networks, keyboards, several tabs."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, expect

from bot.channels.rendering import Button, Rendered
from handlers.turn import File, Kind, Message
from tests.browser.driver import Person, Place, chromium, free_of_complaints, needs_chromium
from tests.emulators.web import Behind

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module"), needs_chromium]

MENU = (
    Button(1, "Kích hoạt tài khoản định danh mức 2", "guide:1", "main"),
    Button(2, "Nộp hồ sơ trực tuyến", "guide:2"),
    Button(3, "Hỏi chuyện khác", "other"),
    Button(0, "Xóa dữ liệu của tôi", "erase", "danger"),
)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000"
    "00000301010018dd8db00000000049454e44ae426082"
)


def conversation(message: Message) -> list[Rendered]:
    """A few lines that show everything a message can be."""
    if message.kind is Kind.PRESS and message.text == "more":
        return [Rendered("Thẻ đã **sửa**", (Button(1, "Sửa nữa", "more"),), 1, edit=message.origin)]
    if message.kind is Kind.PRESS:
        return [Rendered(f"Đã chọn {message.text}", MENU, 4)]
    if message.text.startswith("/start"):
        return [Rendered(f"Xin chào! Đây là **Trợ lý số**. {message.text[7:]}".strip(), MENU, 4)]
    if message.text == "tệp":
        table = File("báo cáo.xlsx", "application/octet-stream", b"PK-table")
        return [Rendered("", file=File("buoc-1.png", "image/png", PIXEL, "photo")), Rendered("Tệp đây", file=table)]
    if message.text == "thẻ":
        return [Rendered("Thẻ lượt hỗ trợ", (Button(1, "Sửa", "more"),), 1)]
    if message.text == "dài":
        return [Rendered("\n".join(f"Dòng {i}" for i in range(1, 60)))]
    return [Rendered(f"Đã nghe: {message.text or message.file_name}")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running() -> AsyncIterator[Browser]:
    """One for all tests here: to start it costs more than any of them."""
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def browser(running: Browser) -> AsyncIterator[Browser]:
    """A browser in which nobody has been: every device of the last test is put away."""
    yield running
    for context in running.contexts:
        await context.close()


@pytest.fixture
def behind() -> Behind:
    return Behind(conversation)


@pytest_asyncio.fixture(loop_scope="module")
async def place(behind: Behind) -> AsyncIterator[Place]:
    here = Place()
    await here.start(behind.app())
    yield here
    await here.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def an(browser: Browser, place: Place) -> Person:
    return await Person.enter(browser, place.url)


# --- beginning --------------------------------------------------------------------------------------------------


async def test_the_first_visit_is_greeted_and_a_reload_is_not(an: Person, behind: Behind) -> None:
    await an.hears("Xin chào!")
    assert await an.choices() == [f"{b.n} {b.label}" for b in MENU]
    await an.page.reload()
    await an.hears("Xin chào!")
    await an.sees_state("Đã kết nối")
    assert behind.texts() == ["/start"]
    assert free_of_complaints(an) == []


async def test_a_start_link_is_followed_once_and_leaves_no_trace_in_the_address(
    browser: Browser, place: Place, behind: Behind
) -> None:
    an = await Person.enter(browser, place.url + "?ma=xa_31441-T3")
    await an.hears("xa_31441-T3")
    assert an.page.url == place.url
    await an.page.goto(place.url + "?ma=xa_31441-T3")
    await an.sees_state("Đã kết nối")
    assert behind.texts() == ["/start xa_31441-T3"]


async def test_a_malformed_start_link_is_an_ordinary_visit(browser: Browser, place: Place, behind: Behind) -> None:
    an = await Person.enter(browser, place.url + "?ma=<script>alert(1)</script>")
    await an.hears("Xin chào!")
    assert behind.texts() == ["/start"]


# --- talking ----------------------------------------------------------------------------------------------------


async def test_typing_pressing_and_shortcuts_all_arrive(an: Person, behind: Behind) -> None:
    await an.hears("Xin chào!")
    await an.press("Nộp hồ sơ trực tuyến")
    await an.hears("Đã chọn guide:2")
    await an.type("quên mật khẩu")
    await an.hears("Đã nghe: quên mật khẩu")
    await an.press("Gặp người")
    await an.hears("Đã nghe: Gặp người")
    assert behind.texts() == ["/start", "guide:2", "quên mật khẩu", "Gặp người"]
    assert behind.received()[1].origin == "1"
    await an.sees_state("Đã gửi")


async def test_old_choices_turn_pale_but_still_work(an: Person, behind: Behind) -> None:
    await an.press("Nộp hồ sơ trực tuyến")
    await an.hears("Đã chọn guide:2")
    await expect(an.page.locator(".choices.old")).to_have_count(1)
    await an.press("Hỏi chuyện khác", message=0)
    await an.hears("Đã chọn other")
    assert behind.received()[-1].origin == "1"


async def test_a_shaky_double_tap_is_one_press(an: Person, behind: Behind) -> None:
    await an.hears("Xin chào!")
    await an.page.locator(".choices button").first.dblclick()
    await an.hears("Đã chọn guide:1")
    assert behind.texts() == ["/start", "guide:1"]


async def test_an_edited_message_replaces_itself(an: Person, behind: Behind) -> None:
    await an.type("thẻ")
    await an.press("Sửa")
    await an.hears("Thẻ đã sửa")
    await an.press("Sửa nữa")
    await expect(an.mine()).to_have_count(1)
    assert (await an.last(2))[0].startswith("Xin chào!")
    first, second = behind.received()[-2:]
    assert first.origin == second.origin


async def test_markup_from_outside_stays_text(an: Person) -> None:
    await an.type("<img src=x onerror=alert(1)> **đậm** **")
    await an.hears("<img src=x onerror=alert(1)> đậm **")
    assert await an.said().last.locator("strong").all_inner_texts() == ["đậm"]
    assert await an.page.locator("#log img").count() == 0


async def test_files_are_shown_and_can_be_saved(an: Person) -> None:
    await an.type("tệp")
    await an.hears("Tệp đây")
    picture = an.page.get_by_alt_text("buoc-1.png")
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    async with an.page.expect_download() as coming:
        await an.page.get_by_text("Lưu về máy: báo cáo.xlsx").click()
    saved = await coming.value
    assert saved.suggested_filename == "báo cáo.xlsx"
    assert Path(await saved.path()).read_bytes() == b"PK-table"
    assert free_of_complaints(an) == []


def arrived(behind: Behind) -> bytes | None:
    """The picture of the last message."""
    return behind.shelf.take(("web", behind.received()[-1].reference or ""))


async def test_a_photo_is_sent_whole_and_nothing_of_it_stays_in_the_browser(
    an: Person, behind: Behind, tmp_path: Path
) -> None:
    await an.hears("Xin chào!")
    photo = tmp_path / "chuyển khoản.png"
    photo.write_bytes(PIXEL)
    await an.page.set_input_files("#picked", photo)
    await an.hears("Đã nghe:")
    assert behind.received()[-1].kind is Kind.PHOTO
    assert arrived(behind) == PIXEL
    await expect(an.mine().last).to_contain_text("Ảnh: chuyển khoản.png")
    await expect(an.mine().last).to_contain_text("không lưu")
    assert await an.page.evaluate("JSON.stringify({...localStorage})") == await an.page.evaluate(
        "JSON.stringify(Object.fromEntries(Object.entries(localStorage).filter(([k]) => !k.includes('pic/'))))"
    )
    assert free_of_complaints(an) == []


async def test_a_camera_s_photo_is_made_smaller_before_it_is_sent(an: Person, behind: Behind, tmp_path: Path) -> None:
    await an.hears("Xin chào!")
    photo = tmp_path / "IMG_0001.jpg"
    Image.effect_noise((4000, 3000), 60).convert("RGB").save(photo, quality=80)
    await an.page.set_input_files("#picked", photo)
    await an.hears("Đã nghe:")
    data = arrived(behind)
    assert data is not None
    assert len(data) < photo.stat().st_size / 2
    assert Image.open(io.BytesIO(data)).size == (2048, 1536)


async def test_the_person_sees_how_far_a_picture_is(an: Person, behind: Behind, tmp_path: Path) -> None:
    await an.hears("Xin chào!")
    said: list[str] = []
    await an.page.expose_function("heard", lambda word: said.append(word))
    await an.page.evaluate(
        "new MutationObserver(() => heard(document.getElementById('state').textContent))"
        ".observe(document.getElementById('state'), {childList: true})"
    )
    photo = tmp_path / "ma.jpg"
    photo.write_bytes(b"\xff\xd8\xff" + bytes(500_000))
    await an.page.set_input_files("#picked", photo)
    await an.hears("Đã nghe:")
    await an.sees_state("Đã gửi")
    assert any(word.startswith("Đang gửi ảnh… ") for word in said)
    assert "Đang chuẩn bị ảnh…" in said


async def test_a_picture_chosen_without_a_network_is_sent_when_there_is_one(
    an: Person, place: Place, behind: Behind, tmp_path: Path
) -> None:
    await an.hears("Xin chào!")
    await place.stop()
    photo = tmp_path / "ma.png"
    photo.write_bytes(PIXEL)
    await an.page.set_input_files("#picked", photo)
    await expect(an.mine().last).to_contain_text("Chưa gửi")
    await place.start(behind.app())
    await an.hears("Đã nghe:")
    assert arrived(behind) == PIXEL


async def test_a_picture_survives_a_reload(an: Person, place: Place, behind: Behind, tmp_path: Path) -> None:
    await an.hears("Xin chào!")
    await an.page.route("**/web/pictures*", lambda route: route.abort())
    photo = tmp_path / "ma.png"
    photo.write_bytes(PIXEL)
    await an.page.set_input_files("#picked", photo)
    await expect(an.mine().last).to_contain_text("Chưa gửi")
    await an.page.reload()
    await an.page.unroute("**/web/pictures*")
    await an.hears("Đã nghe:")
    assert arrived(behind) == PIXEL


async def test_too_large_a_picture_is_refused_with_words(an: Person, behind: Behind, tmp_path: Path) -> None:
    await an.hears("Xin chào!")
    photo = tmp_path / "anh.heic"
    photo.write_bytes(bytes(11 * 1024 * 1024))
    await an.page.set_input_files("#picked", photo)
    await expect(an.mine().last).to_contain_text("Ảnh lớn quá")
    await an.type("vẫn nói được")
    await an.hears("Đã nghe: vẫn nói được")


async def test_a_picture_is_asked_for_as_one_in_words_a_reader_reads(an: Person) -> None:
    assert await an.page.get_attribute("#picked", "accept") == "image/*,.xlsx"
    await expect(an.page.get_by_role("button", name="Gửi ảnh chụp mới, ảnh trong máy hoặc tệp Excel")).to_be_visible()


async def test_a_long_answer_is_shown_from_its_beginning(an: Person) -> None:
    await an.hears("Xin chào!")
    await an.type("dài")
    await an.hears("Dòng 59")
    top = await an.said().last.evaluate(
        "n => n.getBoundingClientRect().top - n.parentNode.getBoundingClientRect().top"
    )
    assert 0 <= top < 60


async def test_too_long_a_text_comes_back_to_be_shortened(an: Person, behind: Behind) -> None:
    await an.type("a" * 70_000)
    await expect(an.mine().last).to_contain_text("Hãy chia thành nhiều tin ngắn hơn")
    await an.type("vẫn nói được")
    await an.hears("Đã nghe: vẫn nói được")
    await an.page.get_by_text("Sửa và gửi lại").click()
    assert len(await an.page.input_value("#text")) == 70_000
    assert len(behind.texts()) == 2


# --- bad networks -----------------------------------------------------------------------------------------------


async def test_what_was_written_while_the_server_was_down_arrives_once_and_in_order(
    an: Person, place: Place, behind: Behind
) -> None:
    await an.hears("Xin chào!")
    await place.stop()
    await an.type("một")
    await an.sees_state("Chưa gửi, sẽ tự gửi lại")
    await an.type("hai")
    await expect(an.mine().last).to_contain_text("Chưa gửi")
    await an.page.goto("about:blank")
    await place.start(behind.app())
    await an.page.goto(place.url)
    await an.hears("Đã nghe: hai")
    assert behind.texts() == ["/start", "một", "hai"]
    await expect(an.said()).to_have_count(3)
    await an.sees_state("Đã gửi")


async def test_without_a_reload_everything_goes_on_by_itself(an: Person, place: Place, behind: Behind) -> None:
    await an.hears("Xin chào!")
    await place.stop()
    await an.sees_state("Đang kết nối lại…")
    await an.type("còn đó không")
    await an.sees_state("Chưa gửi, sẽ tự gửi lại")
    await place.start(behind.app())
    await an.hears("Đã nghe: còn đó không")
    await expect(an.said()).to_have_count(2)
    assert behind.texts() == ["/start", "còn đó không"]


async def test_an_answer_lost_on_the_way_makes_no_second_message(an: Person, behind: Behind) -> None:
    await an.hears("Xin chào!")
    lost = 0

    async def lose(route: object) -> None:
        nonlocal lost
        lost += 1
        if lost == 1:
            await route.fetch()  # type: ignore[attr-defined]
            await route.abort()  # type: ignore[attr-defined]
        else:
            await route.continue_()  # type: ignore[attr-defined]

    await an.page.route("**/web/messages", lose)
    await an.type("đã đến rồi")
    await an.hears("Đã nghe: đã đến rồi")
    await an.sees_state("Đã gửi")
    assert lost == 2
    assert behind.texts() == ["/start", "đã đến rồi"]


async def test_a_full_disk_on_the_server_loses_nothing(an: Person, behind: Behind) -> None:
    await an.hears("Xin chào!")
    behind.broken = True
    await an.type("nhớ giúp")
    await an.sees_state("Chưa gửi, sẽ tự gửi lại")
    behind.broken = False
    await an.hears("Đã nghe: nhớ giúp")


async def test_without_a_network_a_banner_says_so(an: Person, behind: Behind) -> None:
    await an.hears("Xin chào!")
    await an.press("Nộp hồ sơ trực tuyến")
    await an.hears("Đã chọn guide:2")
    await an.context.set_offline(True)
    await expect(an.page.locator("#offline")).to_be_visible()
    await expect(an.page.locator(".choices > *").last).to_be_in_viewport(ratio=1)
    await an.type("trong thang máy")
    await expect(an.mine().last).to_contain_text("Chưa gửi")
    await an.context.set_offline(False)
    await expect(an.page.locator("#offline")).to_be_hidden()
    await an.hears("Đã nghe: trong thang máy")


async def test_what_came_while_the_page_was_closed_is_there_at_the_next_look(an: Person, behind: Behind) -> None:
    await an.hears("Xin chào!")
    await an.page.goto("about:blank")
    behind.write(next(iter(behind.envelopes.values())).address, Rendered("Nhắc lịch hẹn"))
    await an.page.go_back()
    await an.hears("Nhắc lịch hẹn")


async def test_what_was_shown_is_erased_at_the_server_and_kept_in_the_browser(an: Person, behind: Behind) -> None:
    await an.hears("Xin chào!")
    async with asyncio.timeout(10):
        while behind.letters:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await an.page.reload()
    await an.hears("Xin chào!")


async def test_what_comes_again_because_it_was_not_acknowledged_is_shown_once_in_its_place(
    an: Person, behind: Behind
) -> None:
    await an.page.route("**/web/seen", lambda route: route.abort())
    await an.type("một")
    await an.hears("Đã nghe: một")
    before = await an.page.locator(".message").all_inner_texts()
    await an.page.reload()
    await an.type("hai")
    await an.hears("Đã nghe: hai")
    assert (await an.page.locator(".message").all_inner_texts())[:-2] == before


async def test_a_lost_cookie_is_a_new_session_and_the_message_still_goes(an: Person, behind: Behind) -> None:
    await an.hears("Xin chào!")
    await an.context.clear_cookies()
    await an.type("vẫn gửi được")
    async with asyncio.timeout(10):
        while len(behind.texts()) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await an.page.reload()
    await an.hears("Đã nghe: vẫn gửi được")


# --- several tabs, shared phones --------------------------------------------------------------------------------


async def test_two_tabs_show_the_same_conversation(an: Person, place: Place, behind: Behind) -> None:
    await an.hears("Xin chào!")
    other = await an.another_tab(place.url)
    await other.hears("Xin chào!")
    await an.type("từ tab một")
    await other.hears("Đã nghe: từ tab một")
    await expect(other.mine()).to_have_count(1)
    await other.type("từ tab hai")
    await an.hears("Đã nghe: từ tab hai")
    await expect(an.said()).to_have_count(3)
    assert behind.texts() == ["/start", "từ tab một", "từ tab hai"]


async def test_erasing_leaves_nothing_on_the_phone(an: Person, place: Place, behind: Behind) -> None:
    await an.type("chuyện riêng")
    await an.hears("Đã nghe: chuyện riêng")
    await an.press("Xóa cuộc trò chuyện trên máy này")
    await expect(an.page.get_by_role("dialog")).to_contain_text("dùng chung")
    await an.page.get_by_role("button", name="Giữ lại").click()
    await an.hears("Đã nghe: chuyện riêng")
    await an.press("Xóa cuộc trò chuyện trên máy này")
    await an.page.get_by_role("button", name="Xóa và thoát").click()
    await an.page.get_by_role("button", name="Bắt đầu lại").click()
    await an.hears("Xin chào!")
    kept = await an.page.evaluate("() => JSON.stringify(localStorage)")
    assert "chuyện riêng" not in kept
    assert behind.received()[0].address != behind.received()[-1].address


async def test_a_browser_that_keeps_nothing_can_still_talk(browser: Browser, place: Place) -> None:
    context = await browser.new_context()
    await context.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('no') }})")
    an = Person(context, await context.new_page())
    await an.page.goto(place.url)
    await an.hears("Xin chào!")
    await an.type("vẫn nói được")
    await an.hears("Đã nghe: vẫn nói được")


async def test_a_full_storage_gives_up_old_files_before_anything_else(an: Person, behind: Behind) -> None:
    await an.type("tệp")
    await an.hears("Tệp đây")
    fill = "() => { let s = 'x'.repeat(2 ** 20); while (s) try { localStorage.setItem(s.length + Math.random(), s) }"
    await an.page.evaluate(fill + " catch { s = s.slice(0, s.length / 2 | 0) } }")
    await an.type("vẫn còn chỗ cho lời này")
    await an.hears("Đã nghe: vẫn còn chỗ cho lời này")
    await an.sees_state("Đã gửi")
    assert behind.texts()[-1] == "vẫn còn chỗ cho lời này"


# --- eyes and hands ---------------------------------------------------------------------------------------------


async def test_everything_can_be_done_with_the_keyboard_alone(an: Person, behind: Behind) -> None:
    await an.hears("Xin chào!")
    await an.page.focus("#log")
    await an.page.keyboard.press("2")
    await an.hears("Đã chọn guide:2")
    await an.page.keyboard.press("Tab")
    await an.page.keyboard.press("Enter")
    await an.hears("Đã chọn guide:1")
    await an.page.focus("#text")
    await an.page.keyboard.type("một")
    await an.page.keyboard.press("Shift+Enter")
    await an.page.keyboard.type("hai")
    await an.page.keyboard.press("Enter")
    await an.hears("Đã nghe: một\nhai")
    assert behind.texts() == ["/start", "guide:2", "guide:1", "một\nhai"]


async def test_enter_while_a_letter_is_being_composed_sends_nothing(an: Person, behind: Behind) -> None:
    await an.hears("Xin chào!")
    await an.page.fill("#text", "tiê")
    await an.page.evaluate(
        "() => document.getElementById('text').dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    assert await an.page.input_value("#text") == "tiê"


@pytest.mark.parametrize("size", [1, 2, 5])
async def test_nothing_is_cut_off_on_the_smallest_phone(
    browser: Browser, place: Place, size: int, tmp_path: Path
) -> None:
    an = await Person.enter(browser, place.url, width=320, height=568)
    await an.hears("Xin chào!")
    for _ in range(4):
        await an.page.get_by_role("button", name="Chữ nhỏ hơn").click()
    for _ in range(size - 1):
        await an.page.get_by_role("button", name="Chữ to hơn").click()
    await an.press("Nộp hồ sơ trực tuyến")
    await an.hears("Đã chọn guide:2")
    await an.look(tmp_path / f"320-{size}.png")
    wide = await an.page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(n => {
            const box = n.getBoundingClientRect();
            return box.width && !n.classList.contains('unseen') && (box.right > 320.5 || box.left < -0.5
                || n.scrollWidth > n.clientWidth + 1 && getComputedStyle(n).display !== 'inline' && n.clientWidth);
        }).map(n => n.outerHTML.slice(0, 80))"""
    )
    assert wide == []
    low = await an.page.evaluate(
        "() => [...document.querySelectorAll('button, .choices a, #text')].filter(n => n.offsetParent)"
        ".map(n => [n.innerText, n.getBoundingClientRect()]).filter(([, b]) => b.height < 48 || b.width < 44)"
        ".map(([t, b]) => t + ' ' + b.width + 'x' + b.height)"
    )
    assert low == []
    room = await an.page.evaluate("() => document.getElementById('log').clientHeight")
    assert room > 568 * 0.3
    await an.page.reload()
    assert await an.page.evaluate("() => document.documentElement.dataset.size") == str(size)


CONTRAST = """() => {
    const rgb = text => text.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
    const behind = n => {
        for (; n; n = n.parentElement) {
            const c = rgb(getComputedStyle(n).backgroundColor);
            if (c.length === 3 || c[3] > 0) return c;
        }
        return [255, 255, 255];
    };
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), low = [];
    for (let t = walk.nextNode(); t; t = walk.nextNode()) {
        const n = t.parentElement;
        if (!t.data.trim() || !n.getClientRects().length) continue;
        const [a, b] = [light(rgb(getComputedStyle(n).color)), light(behind(n))].sort((x, y) => y - x);
        const ratio = (a + .05) / (b + .05);
        if (ratio < 4.5) low.push(`${t.data.trim()} ${ratio.toFixed(2)}`);
    }
    return low;
}"""


async def test_every_word_stands_out_from_its_ground(an: Person, place: Place) -> None:
    await an.press("Nộp hồ sơ trực tuyến")
    await an.hears("Đã chọn guide:2")
    await an.type("a" * 70_000)
    await expect(an.mine().last).to_contain_text("Không gửi được")
    await place.stop()
    await an.type("chưa gửi")
    await an.sees_state("Chưa gửi, sẽ tự gửi lại")
    await an.context.set_offline(True)
    assert await an.page.evaluate(CONTRAST) == []
    await an.press("Xóa cuộc trò chuyện trên máy này")
    assert await an.page.evaluate(CONTRAST) == []


async def test_everything_has_a_name_and_the_page_a_language(an: Person) -> None:
    await an.hears("Xin chào!")
    nameless = await an.page.evaluate(
        "() => [...document.querySelectorAll('button, a, textarea, input:not([hidden]), img, [role=log], nav')]"
        ".filter(n => !(n.innerText || '').trim() && !n.getAttribute('aria-label') && !n.alt"
        " && !n.getAttribute('aria-labelledby') && !(n.labels && n.labels.length)).map(n => n.outerHTML)"
    )
    assert nameless == []
    assert await an.page.get_attribute("html", "lang") == "vi"
    log = an.page.get_by_role("log", name="Cuộc trò chuyện")
    assert await log.get_attribute("aria-live") == "polite"
    assert await an.page.get_by_role("textbox", name="Nội dung tin nhắn").count() == 1
    ids = await an.page.evaluate("() => [...document.querySelectorAll('[id]')].map(n => n.id)")
    assert len(ids) == len(set(ids))


async def test_where_the_keyboard_is_can_always_be_seen(an: Person) -> None:
    await an.hears("Xin chào!")
    seen = set()
    for _ in range(20):
        await an.page.keyboard.press("Tab")
        outline = await an.page.evaluate(
            "() => { const n = document.activeElement, s = getComputedStyle(n);"
            " return [n.id || n.innerText, n === document.body || parseFloat(s.outlineWidth) >= 3] }"
        )
        seen.add(outline[0])
        assert outline[1], outline
    assert {"text", "send", "larger", "log"} <= seen


async def test_nothing_moves_for_those_who_asked_for_stillness(browser: Browser, place: Place) -> None:
    an = await Person.enter(browser, place.url, motion=False)
    await an.hears("Xin chào!")
    moving = await an.page.evaluate("() => document.getAnimations().length")
    assert moving == 0


async def test_without_scripts_the_page_says_what_to_do(browser: Browser, place: Place) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(place.url)
    assert "Trung tâm Phục vụ hành chính công" in await page.inner_text("body")
