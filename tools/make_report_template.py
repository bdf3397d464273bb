"""Makes the Word template of the report by Nghị định 30/2020/NĐ-CP, Phụ lục I."""

from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as Doc
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from bot.documents.word import DEFAULT, RULE_PART, RULE_WHOLE
from content.knowledge import FOLDER
from content.messages import Messages

FONT = "Times New Roman"
TEXT_WIDTH = 165
"""Millimetres between the margins: 210 - 30 - 15."""
LEFT = WD_ALIGN_PARAGRAPH.LEFT
CENTRE, JUSTIFIED = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
BODY, TABLE, SMALL = 14, 12, 11


class Maker:
    """Builds the template from the words in content/messages/document.j2."""

    def __init__(self) -> None:
        self._messages = Messages(FOLDER / "messages")
        self.doc: Doc = Document()

    def words(self, name: str, **context: Any) -> str:
        return self._messages.render(f"document.{name}", **context)

    def make(self) -> Doc:
        self._page()
        self._styles()
        self._letterhead()
        self._subject()
        self._results()
        self._sections()
        self._signature()
        return self.doc

    # --- page and styles ---

    def _page(self) -> None:
        """A4 upright, margins of Mục I; the page number above the text, centred, not on the first page."""
        section = self.doc.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin = section.bottom_margin = Mm(20)
        section.left_margin, section.right_margin = Mm(30), Mm(15)
        section.header_distance = section.footer_distance = Mm(10)
        section.different_first_page_header_footer = True
        number = section.header.paragraphs[0]
        number.alignment = CENTRE
        run = number.add_run()
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            part = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                part.set(qn("w:fldCharType"), kind)
            else:
                part.text = text
            run._r.append(part)
        _font(run, 13)

    def _styles(self) -> None:
        styles = self.doc.styles
        normal: Any = styles["Normal"]
        normal.font.name, normal.font.size = FONT, Pt(BODY)
        normal.font.color.rgb = RGBColor(0, 0, 0)
        fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
        for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(name), FONT)
        for name in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(name), None)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "vi-VN")
        normal.element.get_or_add_rPr().append(language)
        normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
        for name in (RULE_WHOLE, RULE_PART):
            rule: Any = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            rule.base_style = normal
            rule.font.size = Pt(2)
            rule.paragraph_format.space_before = Pt(1)
            rule.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
            rule.paragraph_format.line_spacing = Pt(4)
            border = OxmlElement("w:pBdr")
            top = OxmlElement("w:top")
            for key, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
                top.set(qn(f"w:{key}"), value)
            border.append(top)
            rule.element.get_or_add_pPr().append(border)

    # --- pieces ---

    def line(
        self, where: Any, text: str, size: float = BODY, *, bold: bool = False, italic: bool = False,
        align: WD_ALIGN_PARAGRAPH = LEFT, style: str | None = None,
    ) -> Paragraph:  # fmt: skip
        """A paragraph with one look."""
        paragraph: Paragraph = where.add_paragraph(style=style)
        paragraph.alignment = align
        if text:
            _font(paragraph.add_run(text), size, bold=bold, italic=italic)
        return paragraph

    def body(self, text: str, *, italic: bool = False) -> Paragraph:
        """A paragraph of the text: justified, the first line set in, 6 points after it."""
        paragraph = self.line(self.doc, text, italic=italic, align=JUSTIFIED)
        shape = paragraph.paragraph_format
        shape.first_line_indent, shape.space_after, shape.line_spacing = Mm(12.7), Pt(6), 1.15
        return paragraph

    def heading(self, text: str) -> None:
        """I. and 1.: bold, set in like the text, never left alone at the foot of a page."""
        paragraph = self.line(self.doc, text, bold=True, align=JUSTIFIED)
        shape = paragraph.paragraph_format
        shape.first_line_indent, shape.space_before, shape.space_after = Mm(12.7), Pt(6), Pt(6)
        shape.keep_with_next = True

    def control(self, text: str) -> None:
        """A line of the template language, gone when it is filled in."""
        self.line(self.doc, text, SMALL)

    def grid(self, widths: tuple[float, ...], *, lines: bool) -> Any:
        """A table of so many millimetres a column."""
        table: Any = self.doc.add_table(0, len(widths))
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        if lines:
            table.style = "Table Grid"
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        margins = OxmlElement("w:tblCellMar")
        for side in ("left", "right"):
            edge = OxmlElement(f"w:{side}")
            edge.set(qn("w:w"), "57")  # a millimetre
            edge.set(qn("w:type"), "dxa")
            margins.append(edge)
        table._tbl.tblPr.append(margins)
        return table

    def row(self, table: Any, texts: list[str], widths: tuple[float, ...], aligns: str, **look: Any) -> None:
        """A row; `aligns` has c, l or r for each cell. No row is broken over two pages."""
        row = table.add_row()
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(whole)
        for cell, text, width, align in zip(row.cells, texts, widths, aligns, strict=True):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            paragraph.alignment = {"c": CENTRE, "l": LEFT, "r": WD_ALIGN_PARAGRAPH.RIGHT}[align]
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
            _font(paragraph.add_run(text), TABLE, **look)

    def table(self, heads: list[str], widths: tuple[float, ...], loop: str, cells: list[str], aligns: str,
              total: list[str] | None = None, *, together: bool = False) -> None:  # fmt: skip
        """A table whose head is repeated on every page, one row for each thing of the loop, and a total.

        `together`: short enough to stand on one page as a whole.
        """
        table = self.grid(widths, lines=True)
        self.row(table, heads, widths, "c" * len(widths), bold=True)
        repeat = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(repeat)
        empty = [""] * (len(widths) - 1)
        self.row(table, [f"{{%tr for d in {loop} %}}", *empty], widths, "l" * len(widths))
        self.row(table, [f"{{{{ d.{cell} }}}}" for cell in cells], widths, aligns)
        self.row(table, ["{%tr endfor %}", *empty], widths, "l" * len(widths))
        if total:
            self.row(table, total, widths, aligns, bold=True)
        for row in table.rows if together else table.rows[:1]:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
        after = self.line(self.doc, "", 6)
        after.paragraph_format.space_after = Pt(0)

    # --- the letter ---

    def _letterhead(self) -> None:
        widths = (71, 94)
        table = self.grid(widths, lines=False)
        for _ in range(2):
            table.add_row()
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Mm(width)
        left, right = table.rows[0].cells
        self._first(left, "{{ co_quan_tren }}", 12)
        self.line(left, "{{ co_quan }}", 12, bold=True, align=CENTRE)
        self.line(left, "", style=RULE_PART)
        self._first(right, self.words("quoc_hieu"), 12, bold=True)
        self.line(right, self.words("tieu_ngu"), 13, bold=True, align=CENTRE)
        self.line(right, "", style=RULE_WHOLE)
        left, right = table.rows[1].cells
        self._first(left, self.words("so") + "{{ ky_hieu }}", 13)
        self._first(right, self.words("ngay_thang"), 13, italic=True)

    def _first(self, cell: _Cell, text: str, size: float, **look: Any) -> None:
        paragraph = cell.paragraphs[0]
        paragraph.alignment = CENTRE
        _font(paragraph.add_run(text), size, **look)

    def _subject(self) -> None:
        kind = self.line(self.doc, self.words("ten_loai"), bold=True, align=CENTRE)
        kind.paragraph_format.space_before = Pt(14)
        self.line(self.doc, self.words("trich_yeu"), bold=True, align=CENTRE)
        self.line(self.doc, "{{ ngay }}", bold=True, align=CENTRE)
        rule = self.line(self.doc, "", style=RULE_PART)
        rule.paragraph_format.space_after = Pt(10)
        self.control("{%p if kinh_gui | length == 1 %}")
        one = self.line(self.doc, self.words("kinh_gui") + " {{ kinh_gui[0] }}.", align=CENTRE)
        one.paragraph_format.space_after = Pt(8)
        self.control("{%p else %}")
        self.line(self.doc, self.words("kinh_gui")).paragraph_format.left_indent = Mm(35)
        self.control("{%p for d in kinh_gui %}")
        many = self.line(self.doc, "- {{ d }}{{ '.' if loop.last else ';' }}")
        many.paragraph_format.left_indent = Mm(56)
        self.control("{%p endfor %}")
        self.control("{%p endif %}")

    def _results(self) -> None:
        self.control("{%p if bo_sung %}")
        self.body("{{ bo_sung }}")
        self.control("{%p endif %}")
        self.heading(self.words("muc_1"))
        self.heading(self.words("muc_1_1"))
        self.control("{%p for d in ket_qua_chung %}")
        self.body("{{ d }}")
        self.control("{%p endfor %}")
        self.heading(self.words("muc_1_2"))
        widths = (12.0, 48.0, 18.0, 15.0, 15.0, 14.0, 16.0, 14.0, 13.0)
        cells = ["ma", "ten", "dvt", "ky_nay", "ky_truoc", "tang_giam", "luy_ke", "muc_tieu", "ty_le"]
        self.table(self.words("cot_chi_tieu").split("|"), widths, "chi_tieu", cells, "clcrrrrrr")
        self.line(self.doc, "{{ ghi_chu }}", SMALL, italic=True).paragraph_format.space_after = Pt(6)
        self._teams()
        self._most()
        self.control("{%p if thay_doi %}")
        self.heading(self.words("muc_1_5"))
        self.table(
            self.words("cot_thay_doi").split("|"), (109.0, 28.0, 28.0), "thay_doi", ["ten", "truoc", "nay"], "lrr"
        )
        self.control("{%p endif %}")
        self._campaigns()

    def _campaigns(self) -> None:
        """Each campaign that has a day in the period: what is said of it, then a table."""
        self.control("{%p if thi_dua %}")
        self.heading(self.words("muc_1_thi_dua"))
        self.control("{%p endif %}")
        self.control("{%p for c in thi_dua %}")
        self.control("{%p for d in c.doan %}")
        self.body("{{ d }}").paragraph_format.keep_with_next = True  # its table follows
        self.control("{%p endfor %}")
        for loop, heads, widths, cells, aligns in (
            ("muc", "cot_muc_thi_dua", (12.0, 63.0, 20.0, 17.0, 18.0, 18.0, 17.0),
             ["stt", "ten", "dvt", "trong_so", "can_dat", "da_dat", "ty_le"], "clcrrrr"),
            ("hang", "cot_hang_thi_dua", (18.0, 117.0, 30.0), ["hang", "ten", "diem"], "clr"),
        ):  # fmt: skip
            self.control(f"{{%p if c.{loop} %}}")
            self.table(self.words(heads).split("|"), widths, f"c.{loop}", cells, aligns, together=loop == "muc")
            self.control("{%p endif %}")
        self.control("{%p endfor %}")
        self.control("{%p if thi_dua %}")
        self.line(self.doc, "{{ ghi_chu_thi_dua }}", SMALL, italic=True).paragraph_format.space_after = Pt(6)
        self.control("{%p endif %}")

    def _teams(self) -> None:
        """By team in a commune, by commune in a province."""
        total = ["", self.words("tong_cong"), *(f"{{{{ tong.{n} }}}}" for n in ("hoat_dong", "luot", "ho_so",
                 "vneid", "thanh_toan"))]  # fmt: skip
        for test, name, heads, cells in (
            ("not la_tinh", "muc_1_3_to", "cot_to", "stt"), ("la_tinh", "muc_1_3_xa", "cot_xa", "hang"),
        ):  # fmt: skip
            self.control(f"{{%p if {test} %}}")
            self.heading(self.words(name))
            widths = (12.0, 66.0, 25.0, 15.0, 15.0, 15.0, 17.0)
            row = [cells, "ten", "hoat_dong", "luot", "ho_so", "vneid", "thanh_toan"]
            loop = "cac_to" if cells == "stt" else "cac_xa"
            self.table(self.words(heads).split("|"), widths, loop, row, "clcrrrr", total)
            self.control("{%p endif %}")

    def _most(self) -> None:
        """Procedures; the chart with its numbers under it."""
        self.heading(self.words("muc_1_4"))
        self.control("{%p if not thu_tuc and not bieu_do %}")
        self.body(self.words("chua_co_so_lieu"))
        self.control("{%p endif %}")
        self.control("{%p if thu_tuc %}")
        widths = (12.0, 123.0, 30.0)
        self.table(self.words("cot_thu_tuc").split("|"), widths, "thu_tuc", ["stt", "ten", "luot"], "clr",
                   together=True)  # fmt: skip
        self.control("{%p endif %}")
        self.control("{%p for b in bieu_do %}")
        picture = self.line(self.doc, "{{ b.hinh }}", align=CENTRE)
        picture.paragraph_format.keep_with_next = True
        caption = self.line(self.doc, self.words("bang_bieu_do"), TABLE, italic=True, align=CENTRE)
        caption.paragraph_format.keep_with_next = True
        self.table(self.words("cot_bieu_do").split("|"), (105.0, 30.0), "b.so", ["ten", "luot"], "lr", together=True)
        self.control("{%p endfor %}")

    def _sections(self) -> None:
        for name, loop in (("muc_2", "kho_khan"), ("muc_3", "nhiem_vu"), ("muc_4", "kien_nghi")):
            self.heading(self.words(name))
            last = loop == "kien_nghi"
            self.control(f"{{%p for d in {loop}{'[:-1]' if last else ''} %}}")
            self.body("{{ d }}", italic=True)
            self.control("{%p endfor %}")
        end = self.body("{{ kien_nghi[-1] }}./.", italic=True)
        end.paragraph_format.keep_with_next = True  # no signature on a page of its own

    def _signature(self) -> None:
        """Recipients at the left, level with the signer at the right."""
        self.line(self.doc, "", 6).paragraph_format.keep_with_next = True
        widths = (85.0, 80.0)
        table = self.grid(widths, lines=False)
        row = table.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        left, right = row.cells
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
        _font(left.paragraphs[0].add_run(self.words("noi_nhan")), 12, bold=True, italic=True)
        self.line(left, "{%p for d in noi_nhan %}", SMALL)
        self.line(left, "- {{ d }}{{ '.' if loop.last else ';' }}", SMALL)
        self.line(left, "{%p endfor %}", SMALL)
        self._first(right, "{%p for d in chuc_vu %}", BODY)
        self.line(right, "{{ d }}", bold=True, align=CENTRE)
        self.line(right, "{%p endfor %}")
        for _ in range(4):
            self.line(right, "", align=CENTRE)
        self.line(right, "{{ nguoi_ky }}", bold=True, align=CENTRE)


def _font(run: Run, size: float, *, bold: bool = False, italic: bool = False) -> None:
    run.font.name, run.font.size, run.font.bold, run.font.italic = FONT, Pt(size), bold, italic
    fonts: Any = run._r.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), FONT)
    fonts.set(qn("w:cs"), FONT)


def main(path: Path = DEFAULT) -> None:
    """Writes the template."""
    doc = Maker().make()
    doc.core_properties.title, doc.core_properties.author = Maker().words("ten_loai"), ""
    doc.core_properties.comments = ""
    doc.save(str(path))


if __name__ == "__main__":
    main()
