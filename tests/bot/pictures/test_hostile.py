"""Pictures made to harm: each ends in one clear word, within its time and its memory, and the next one is read."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.pictures.kinds import LARGEST, kind_of, named_so
from bot.pictures.opening import Opened, Refused
from bot.pictures.reader import Reader
from handlers.turn import Picture
from tests.content.roster.sheets import Page, book
from tests.pictures import PAYMENT, drawn, laid, photo, saved


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _png(width: int, height: int, rows: bytes = b"", depth: int = 8, colour: int = 2, *more: bytes) -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("VNeID.apk", b"dex")
    return out.getvalue()


JPEG = photo()
GIF = saved(laid(drawn(PAYMENT)), "GIF")
WORDS = _chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10**8)))
SOF = re.compile(rb"(\xff\xc0..\x08)....", re.DOTALL)
STRANGE = {
    "nothing at all": (b"", "not_a_picture"),
    "one byte": (b"\xff", "not_a_picture"),
    "a page": (b"<html><img src=x></html>", "not_a_picture"),
    "a drawing in SVG": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "not_a_picture"),
    "a PDF": (b"%PDF-1.7\n1 0 obj", "not_a_picture"),
    "an application": (_zip(), "not_a_picture"),
    "a TIFF": (saved(laid(drawn(PAYMENT)), "TIFF"), "not_a_picture"),
    "a BMP": (saved(laid(drawn(PAYMENT)), "BMP"), "not_a_picture"),
    "only a beginning": (b"\xff\xd8\xff\xe0", "broken"),
    "a video as HEIC": (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic" + bytes(200), "broken"),
    "half a JPEG": (JPEG[: len(JPEG) // 2], "broken"),
    "half a PNG": (saved(laid(drawn(PAYMENT)), "PNG")[:3000], "broken"),
    "half a WebP": (saved(laid(drawn(PAYMENT)), "WEBP")[:3000], "broken"),
    "a PNG of 60000 x 60000": (_png(60000, 60000), "too_large"),
    "a PNG of 2^31 x 2^31": (_png(2**31 - 1, 2**31 - 1), "too_large"),
    "a bomb of 400 million dots": (_png(20000, 20000, bytes(2501 * 20000), 1, 0), "too_large"),
    "a JPEG of 65500 x 65500": (SOF.sub(lambda m: m[1] + b"\xff\xdc\xff\xdc", JPEG, count=1), "too_large"),
    "a GIF of 65000 x 65000": (b"GIF89a" + struct.pack("<HH", 65000, 65000) + GIF[10:], "too_large"),
    "fifty megabytes": (JPEG + bytes(50 * 1024 * 1024), "too_large"),
    "a PNG with a bomb of words": (_png(40, 40, bytes(121 * 40), 8, 2, WORDS), "broken"),
}  # fmt: skip


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    running = Reader()
    yield running
    await running.close()


async def test_each_hostile_picture_gets_one_word_and_the_next_one_is_read(reader: Reader) -> None:
    assert await reader.read(JPEG) == Picture((PAYMENT,))
    told = {name: await reader.read(data) for name, (data, _) in STRANGE.items()}
    assert {name: picture.problem for name, picture in told.items()} == {n: p for n, (_, p) in STRANGE.items()}
    assert not any(picture.codes for picture in told.values())
    assert await reader.read(JPEG) == Picture((PAYMENT,))
    most = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{reader.pid}/status").read_text())
    assert most is not None
    assert int(most[1]) < 200 * 1024


async def test_the_process_can_neither_grow_nor_write_nor_leave_its_memory_behind(reader: Reader) -> None:
    await reader.read(JPEG)
    limits = Path(f"/proc/{reader.pid}/limits").read_text()
    assert re.search(r"Max address space\s+805306368", limits)
    assert re.search(r"Max file size\s+0 ", limits)
    assert re.search(r"Max core file size\s+1 ", limits)
    surroundings = Path(f"/proc/{reader.pid}/environ").read_bytes()
    assert b"SECRET" not in surroundings
    assert b"TOKEN" not in surroundings


@pytest.mark.parametrize(
    "data",
    [JPEG + _zip(), JPEG + b"<script>alert(1)</script>", JPEG[:20] + JPEG[20:] + b"%PDF-1.7"],
    ids=["an application behind it", "a script behind it", "a PDF behind it"],
)
async def test_a_picture_that_is_something_else_too_is_read_as_a_picture(reader: Reader, data: bytes) -> None:
    assert await reader.read(data) == Picture((PAYMENT,))


@pytest.mark.parametrize("size", [(1, 1), (1, 30000), (30000, 1), (7, 7), (20, 4000)])
async def test_odd_shapes_hold_no_code(reader: Reader, size: tuple[int, int]) -> None:
    for kind in ("JPEG", "PNG"):
        assert await reader.read(saved(Image.new("RGB", size, "white"), kind)) == Picture(())


@given(st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]), st.data())
@settings(max_examples=150, deadline=None)
def test_a_file_damaged_anywhere_is_opened_or_refused(kind: str, data: st.DataObject) -> None:
    whole = _SMALL[kind]
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    at = data.draw(st.lists(st.tuples(st.integers(0, len(whole) - 1), st.binary(min_size=1, max_size=6)), max_size=4))
    damaged = bytearray(cut)
    for place, change in at:
        damaged[place : place + len(change)] = change
    problem = "broken"
    try:
        Opened(bytes(damaged)).grey()
    except Refused as refused:
        problem = refused.problem
    assert problem in ("not_a_picture", "too_large", "broken")


_SMALL = {kind: saved(drawn("x", module=1), kind) for kind in ("JPEG", "PNG", "GIF", "WEBP")}


def test_what_a_file_is_called_does_not_matter() -> None:
    assert kind_of(b"MZ\x90\0") is None
    assert named_so("giay hen.JPG")
    assert named_so("x", "image/heic")
    assert not named_so("x.svg", "image/svg+xml")
    assert not named_so("vneid.apk", "application/vnd.android.package-archive")
    assert LARGEST == 20 * 1024 * 1024


LIST = book(Page([["STT", "Họ và tên"], [1, "Nguyễn Văn An"]]))


def _parts(**parts: bytes) -> bytes:
    """An .xlsx file of our one, some of whose parts are others."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(LIST)) as whole, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in whole.namelist():
            made.writestr(name, parts.get(name.rpartition("/")[2].partition(".")[0], whole.read(name)))
    return out.getvalue()


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
NO_LISTS = {
    "nothing at all": (b"", "not_a_spreadsheet"),
    "a PDF": (b"%PDF-1.7", "not_a_spreadsheet"),
    "a picture": (JPEG, "not_a_spreadsheet"),
    "an application": (_zip(), "not_a_spreadsheet"),
    "half a list": (LIST[:900], "not_a_spreadsheet"),
    "entities": (_parts(sheet1=LAUGHS), "damaged"),
    "a bomb": (_parts(sharedStrings=bytes(31 * 2**20)), "too_big"),
}


async def test_a_list_made_to_harm_ends_in_one_word_and_the_next_is_read(reader: Reader) -> None:
    for name, (data, problem) in NO_LISTS.items():
        assert (await reader.read_list(data)).problem == problem, name
    found = (await reader.read_list(LIST)).roster
    assert found is not None
    assert [p.name for p in found.people] == ["Nguyễn Văn An"]
