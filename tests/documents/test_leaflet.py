"""Guides on paper: whole on the phone, and on one page of a notice board; whatever is written there reads back."""

import datetime as dt
import io
import re

import pytest
from pypdf import PdfReader

from bot.documents.board import board_of, board_pdf
from bot.documents.files import Documents
from bot.documents.leaflet import PHONE, phone_pdf
from bot.documents.paper import PLAIN, take_letters
from content.guide import END, Guide
from content.knowledge import FOLDER, Knowledge
from content.library import Library
from content.whole import Whole
from tests.printed import codes_on, needs_printer

DAY = dt.date(2026, 11, 22)
GUIDES = Library.load(FOLDER).all(DAY)
SMALL_FILE = 200_000
"""Bytes: a slow line carries it in some seconds."""
each_guide = pytest.mark.parametrize("guide", GUIDES, ids=lambda g: g.id)


def read(pdf: bytes) -> tuple[PdfReader, str]:
    """The file, and all its words without regard to lines, columns and pages."""
    reader = PdfReader(io.BytesIO(pdf))
    return reader, squeezed(" ".join(page.extract_text() for page in reader.pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text.replace("**", ""))


@each_guide
def test_every_guide_fits_on_one_page_and_every_step_of_it_reads_back(guide: Guide, knowledge: Knowledge) -> None:
    whole = Whole.of(knowledge.library, guide, DAY)
    board = board_pdf(whole, knowledge.messages, link=f"https://troly.example.gov.vn/?ma=g-{guide.id}")
    reader, words = read(board.pdf)
    assert len(reader.pages) == 1
    assert [round(side) for side in reader.pages[0].mediabox[2:]] == [595, 842], "A4"
    assert board.letters >= 8.5
    for said in (guide.title, whole.summary, *whole.need, *(p.text for p in whole.parts), whole.ending):
        assert squeezed(said) in words, said
    assert f"{guide.verified_on:%d/%m/%Y}" in words
    assert squeezed(whole.sources[0]) in words


def test_a_short_guide_is_printed_in_large_letters(knowledge: Knowledge) -> None:
    guide = knowledge.library.guides["thanh-toan-treo"]
    assert board_pdf(Whole.of(knowledge.library, guide, DAY), knowledge.messages).letters > 14


@pytest.mark.parametrize("slug", ["vneid-doi-may", "canh-bao-lua-dao", "nop-khai-sinh"])
def test_the_file_for_the_phone_has_every_remedy_on_narrow_pages(slug: str, knowledge: Knowledge) -> None:
    whole = Whole.of(knowledge.library, knowledge.library.guides[slug], DAY)
    pdf = phone_pdf(whole, knowledge.messages)
    reader, words = read(pdf)
    assert len(pdf) < SMALL_FILE
    assert {tuple(map(float, p.mediabox[2:])) for p in reader.pages} == {tuple(round(s, 4) for s in PHONE)}
    for part in whole.parts:
        assert squeezed(part.text) in words
        for remedy in part.remedies:
            assert squeezed(remedy.remedy) in words, remedy.label


@each_guide
def test_on_paper_every_way_leads_where_it_leads_in_the_chat(guide: Guide, knowledge: Knowledge) -> None:
    number = {step.id: n for n, step in enumerate(guide.steps, 1)} | {END: 0}
    for step, part in zip(guide.steps, Whole.of(knowledge.library, guide, DAY).parts, strict=True):
        assert [a.part for a in part.answers] == [number[c.next] for c in step.choices]
        if not step.choices:
            below = part.number + 1 if part.number < len(guide.steps) else 0
            assert (below if part.then is None else part.then) == number[guide.following(step)]
        assert [r.part for r in part.remedies] == [number[o.goto] if o.goto else None for o in step.obstacles]


def test_branches_are_told_in_words(knowledge: Knowledge) -> None:
    guide = knowledge.library.guides["vneid-doi-may"]
    _, words = read(board_pdf(Whole.of(knowledge.library, guide, DAY), knowledge.messages).pdf)
    assert squeezed("Nếu «Máy có NFC»: sang phần 17.") in words


def test_no_letter_is_missing_from_the_fonts(knowledge: Knowledge) -> None:
    from reportlab.pdfbase import pdfmetrics

    take_letters()
    known = pdfmetrics.getFont(PLAIN).face.charToGlyph  # type: ignore[attr-defined]
    for guide in GUIDES:
        whole = Whole.of(knowledge.library, guide, DAY)
        said = knowledge.messages.render("guide.whole", whole=whole) + "".join(whole.sources)
        assert {c for c in said if ord(c) not in known} <= set("⚠️\n"), guide.id


@needs_printer
def test_the_code_on_the_page_opens_the_guide(knowledge: Knowledge) -> None:
    guide = knowledge.library.guides["vneid-kich-hoat"]
    linked = board_of(knowledge.library, knowledge.messages, guide, DAY, "https://troly.example.gov.vn")
    assert codes_on(linked.data) == ["https://troly.example.gov.vn/?ma=g-vneid-kich-hoat"]
    assert codes_on(board_of(knowledge.library, knowledge.messages, guide, DAY, None).data) == []


def test_a_file_is_made_once_for_as_long_as_it_says_the_same(knowledge: Knowledge) -> None:
    documents = Documents(knowledge)
    whole = Whole.of(knowledge.library, knowledge.library.guides["phan-anh"], DAY)
    file = documents.leaflet(whole)
    assert file.name == "huong-dan-phan-anh.pdf"
    assert documents.leaflet(whole) is file
    later = Whole(whole.guide, "Khác rồi.", whole.need, whole.parts, whole.ending, whole.sources)
    assert documents.leaflet(later).data != file.data
