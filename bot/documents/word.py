"""The Word draft of a report by Nghị định 30/2020/NĐ-CP, filled into a template that a province may replace."""

import functools
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.document import Document as Doc
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Twips
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from bot.documents import chart
from bot.documents.draft import context
from bot.documents.measure import points
from bot.documents.rows import Rows
from content.knowledge import Knowledge
from handlers.booklet import TemplateRefused

DEFAULT = Path(__file__).parent / "templates" / "bao-cao.docx"
RULE_WHOLE, RULE_PART = "Ke bang chu", "Ke mot phan"
"""Styles of empty paragraphs drawn as a line under the text before them: as long as it, or two fifths of it."""
PART = 0.4
PICTURE_WIDTH = 112
"""Millimetres."""
CELL_MARGINS = 2
MM_A_POINT = 25.4 / 72
USUAL_SIZE = 14.0


def word(rows: Rows, knowledge: Knowledge, template: Path | None = None) -> bytes:
    """The draft as bytes. Raises TemplateRefused when the given template cannot be filled in."""
    if template is None:
        return _filled(DEFAULT, rows, knowledge)
    try:
        return _filled(template, rows, knowledge)
    except Exception as e:  # whatever somebody else's template does wrong, its author has to read it
        reason = str(e).splitlines()[0] if str(e) else type(e).__name__
        said = knowledge.messages.render("document.bad_template", name=template.name, reason=reason)
        raise TemplateRefused(said) from e


def _filled(path: Path, rows: Rows, knowledge: Knowledge) -> bytes:
    template = _Template(str(path))
    template.init_docx()
    said = context(rows, knowledge)
    pictures = [
        {"hinh": _picture(template, panel, said["chua_bao_cao"]), "so": numbers}
        for panel, numbers in zip(chart.drawn(rows), said["bieu_do"], strict=True)
    ]
    template.render(said | {"bieu_do": pictures}, _LANGUAGE, autoescape=True)
    _finish(template.docx, said)
    out = BytesIO()
    template.save(out)
    return out.getvalue()


def _picture(template: DocxTemplate, panel: chart.Panel, silence: str) -> InlineImage:
    return InlineImage(template, BytesIO(chart.draw([panel], silence)), width=Mm(PICTURE_WIDTH))


class _Template(DocxTemplate):  # type: ignore[misc]
    """A template whose text is made ready once, not with every report: that takes longer than all the rest."""

    def patch_xml(self, src_xml: str) -> str:
        """As docxtpl's, which looks at nothing but the text."""
        return _ready(src_xml)


@functools.lru_cache(20)
def _ready(source: str) -> str:
    return str(DocxTemplate.patch_xml(None, source))


class _Language(SandboxedEnvironment):
    """What a template may do: show what it is given; a name that does not exist is a mistake, not a blank."""

    def from_string(self, source: Any, globals: Any = None, template_class: Any = None) -> Template:
        """As Jinja's, compiled once."""
        return _compiled(source)


@functools.lru_cache(60)
def _compiled(source: str) -> Template:
    return SandboxedEnvironment.from_string(_LANGUAGE, source)


_LANGUAGE = _Language(undefined=StrictUndefined, autoescape=True)


# --- after it is filled in ----------------------------------------------------------------------------------


def _finish(document: Doc, said: dict[str, Any]) -> None:
    """Lines get their length, the picture a description, the file its title."""
    for style, share in ((RULE_WHOLE, 1.0), (RULE_PART, PART)):
        if style in document.styles:
            marked = f".//w:p[w:pPr/w:pStyle/@w:val='{document.styles[style].style_id}']"
            for element in document.element.body.xpath(marked):
                _rule(document, element, share)
    for picture in document.element.body.iter(qn("wp:docPr")):
        picture.set("descr", said["mo_ta_bieu_do"])
    document.core_properties.title = f"{said['ten_to']}, {said['ngay']}"


def _rule(document: Doc, element: Any, share: float) -> None:
    """Makes a line as long as that share of the text above it."""
    found = next((p for p in element.itersiblings(qn("w:p"), preceding=True) if _text(p)), None)
    if found is None:
        return
    above = Paragraph(found, document._body)
    width = _width(document, element.getparent())
    length = min(points(above.text.strip(), _size(above), bold=True) * MM_A_POINT, width) * share
    shape = Paragraph(element, document._body).paragraph_format
    shape.left_indent = shape.right_indent = Mm((width - length) / 2)


def _text(element: Any) -> str:
    return "".join(part.text or "" for part in element.iter(qn("w:t"))).strip()


def _width(document: Doc, parent: Any) -> float:
    """How wide a cell, or else the text, is, in millimetres."""
    cell = parent.find(f"{qn('w:tcPr')}/{qn('w:tcW')}")
    if cell is not None and cell.get(qn("w:type")) == "dxa":
        return float(Twips(int(cell.get(qn("w:w")))).mm) - CELL_MARGINS
    section = document.sections[0]
    page, left, right = (
        Emu(size or 0).mm for size in (section.page_width, section.left_margin, section.right_margin)
    )
    return float(page - left - right)


def _size(paragraph: Paragraph) -> float:
    sizes = [run.font.size.pt for run in paragraph.runs if run.font.size is not None]
    return sizes[0] if sizes else USUAL_SIZE
