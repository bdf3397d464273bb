"""Opens an .xlsx file that may be anything: cells with their formulas and cached values, merged ranges, nothing else.

Not a general reader: styles, dates and drawings are never looked at, so that what is broken in them refuses no list;
a sheet is streamed, so that a million formatted empty rows cost time but no memory; a formula and the value last
calculated for it are read at once. What could be dangerous (a bomb of zeros, XML entities) is refused.
Source: ECMA-376 part 1, section 18 (SpreadsheetML).
"""

import re
import xml.parsers.expat
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from posixpath import dirname, join, normpath
from typing import IO

from content.folding import clean

MAX_FILE = 20 * 2**20
MAX_UNPACKED = 300 * 2**20
"""Of all parts; a list of a thousand people has less than one."""
MAX_STRINGS = 30 * 2**20
MAX_CELLS = 200_000
MAX_TEXT = 500
"""Letters of a cell that are read."""
MAX_COLUMN = 200
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")  # what .xls and files with a password begin with
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Refused(Exception):
    """The file cannot be a list; `args[0]` says why, as a message of content/messages/roster.j2."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows, as text; of a number without ".0"."""

    text: str
    lines: tuple[str, ...] = ()
    """The text as broken by hand."""
    number: bool = False
    error: bool = False
    formula: str | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is shown."""
        return not self.text


NOTHING = Cell("")


@dataclass(frozen=True, slots=True)
class Range:
    """Merged cells, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def wide(self) -> int:
        """How many columns."""
        return self.right - self.left + 1


@dataclass(slots=True)
class Sheet:
    """The cells of one visible sheet that are not empty, by row and column, both from 1."""

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
    _at: dict[tuple[int, int], Range] = field(default_factory=dict)

    def cell(self, row: int, column: int) -> Cell:
        """What the cell itself holds."""
        return self.rows.get(row, {}).get(column, NOTHING)

    def range_at(self, row: int, column: int) -> Range | None:
        """The merged range the cell is in."""
        if not self._at:
            last = max(self.rows, default=0)
            self._at[0, 0] = Range(0, 0, 0, 0)
            for merged in self.merged:
                for r in range(merged.top, min(merged.bottom, last) + 1):
                    for c in range(merged.left, min(merged.right, MAX_COLUMN) + 1):
                        self._at[r, c] = merged
        return self._at.get((row, column))

    def shown(self, row: int, column: int) -> Cell:
        """What is seen there: of merged cells the first one's."""
        found = self.range_at(row, column)
        return self.cell(found.top, found.left) if found else self.cell(row, column)


def open_book(data: bytes) -> list[Sheet]:
    """The visible sheets, in order. Raises Refused."""
    if len(data) > MAX_FILE:
        raise Refused("too_big")
    if data.startswith(_OLE):
        raise Refused("password" if "EncryptedPackage".encode("utf-16-le") in data else "old_format")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _Reader(archive).sheets()
    except (zipfile.BadZipFile, EOFError, KeyError, NotImplementedError, RuntimeError, UnicodeError) as e:
        raise Refused("not_a_spreadsheet") from e
    except xml.parsers.expat.ExpatError as e:
        raise Refused("damaged") from e


class _Reader:
    """The parts of an open package."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._parts = {i.filename.lstrip("/"): i for i in archive.infolist()}
        if sum(i.file_size for i in self._parts.values()) > MAX_UNPACKED:
            raise Refused("too_big")

    def sheets(self) -> list[Sheet]:
        """Every visible sheet."""
        workbook = self._workbook()
        links = self._links(workbook)
        strings = self._strings(next((p for kind, p in links.values() if kind == "sharedStrings"), None))
        found: list[tuple[str, str]] = []

        def start(tag: str, given: Mapping[str, str]) -> None:
            if tag == "sheet" and given.get("state", "visible") == "visible":
                found.append((given.get("name", ""), given.get("id", "")))

        self._parse(workbook, start)
        shown = [(name, links[link][1]) for name, link in found if links.get(link, ("", ""))[0] == "worksheet"]
        return [self._sheet(clean(name), part, strings) for name, part in shown]

    def _workbook(self) -> str:
        part = next((p for kind, p in self._links("").values() if kind == "officeDocument"), "xl/workbook.xml")
        if part not in self._parts:
            raise Refused("not_a_spreadsheet")
        return part

    def _links(self, part: str) -> dict[str, tuple[str, str]]:
        """The parts that a part refers to: by id, the last word of the kind, and the name."""
        folder, _, name = part.rpartition("/")
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, given: Mapping[str, str]) -> None:
            if tag == "Relationship" and given.get("TargetMode") != "External":
                target = given.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))
                found[given.get("Id", "")] = (given.get("Type", "").rpartition("/")[2], path)

        relations = join(folder, "_rels", f"{name}.rels")
        if relations in self._parts:
            self._parse(relations, start)
        return found

    def _strings(self, part: str | None) -> list[str]:
        if part is None or part not in self._parts:
            return []
        if self._parts[part].file_size > MAX_STRINGS:
            raise Refused("too_big")
        found: list[str] = []
        words: list[str] = []
        place = {"t": False, "rPh": False}

        def start(tag: str, _: Mapping[str, str]) -> None:
            if tag == "si":
                words.clear()
            elif tag in place:
                place[tag] = True

        def end(tag: str) -> None:
            if tag == "si":
                found.append("".join(words))
            elif tag in place:
                place[tag] = False

        def text(part: str) -> None:
            if place["t"] and not place["rPh"]:  # how a name is to be read aloud is no part of it
                words.append(part)

        self._parse(part, start, end, text)
        return found

    def _sheet(self, name: str, part: str, strings: list[str]) -> Sheet:
        if part not in self._parts:
            raise Refused("damaged")
        cells = _Cells(Sheet(name), strings)
        self._parse(part, cells.start, cells.end, cells.text)
        return cells.sheet

    def _parse(
        self, part: str, start: Callable[[str, Mapping[str, str]], None],
        end: Callable[[str], None] | None = None, text: Callable[[str], None] | None = None,
    ) -> None:  # fmt: skip
        """Streams a part; names of elements and attributes come without their namespace."""
        parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, given: start(_bare(tag), {_bare(k): v for k, v in given.items()})
        if end is not None:
            parser.EndElementHandler = lambda tag: end(_bare(tag))
        if text is not None:
            parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _no_document_type
        with self._archive.open(self._parts[part]) as stream:
            _feed(parser, stream)


def _feed(parser: xml.parsers.expat.XMLParserType, stream: IO[bytes]) -> None:
    while chunk := stream.read(2**16):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _no_document_type(*_: object) -> None:
    raise Refused("damaged")


def _bare(tag: str) -> str:
    return tag.rpartition(" ")[2]


class _Cells:
    """Takes the elements of a worksheet and fills the sheet."""

    def __init__(self, sheet: Sheet, strings: list[str]) -> None:
        self.sheet = sheet
        self._strings = strings
        self._row = self._column = 0
        self._kind = "n"
        self._in: str | None = None
        self._words: dict[str, list[str]] = {"v": [], "t": [], "f": []}
        self._formula = False
        self._count = 0

    def start(self, tag: str, given: Mapping[str, str]) -> None:
        """An element begins."""
        if tag == "c":
            self._begin_cell(given)
        elif tag in self._words:
            self._in = tag
            self._formula = self._formula or tag == "f"
        elif tag == "row":
            self._row = int(given["r"]) if given.get("r", "").isdecimal() else self._row + 1
            self._column = 0
        elif tag == "mergeCell":
            ends = _REFERENCE.findall(given.get("ref", "").upper())
            if len(ends) == 2:
                (left, top), (right, bottom) = ends
                self.sheet.merged.append(Range(int(top), column_of(left), int(bottom), column_of(right)))

    def _begin_cell(self, given: Mapping[str, str]) -> None:
        found = _REFERENCE.fullmatch(given.get("r", "").upper())
        self._column = column_of(found[1]) if found else self._column + 1
        self._kind = given.get("t", "n")
        self._formula = False
        for words in self._words.values():
            words.clear()

    def text(self, part: str) -> None:
        """Words inside an element."""
        if self._in is not None:
            self._words[self._in].append(part)

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == self._in:
            self._in = None
        elif tag == "c" and self._column <= MAX_COLUMN:
            self._end_cell()

    def _end_cell(self) -> None:
        value, formula = "".join(self._words["v"]), "".join(self._words["f"])
        if self._kind == "s":
            index = int(value) if value.strip().isdecimal() else -1
            value = self._strings[index] if 0 <= index < len(self._strings) else ""
        elif self._kind == "inlineStr":
            value = "".join(self._words["t"])
        cell = _cell(value, self._kind, formula if self._formula else None)
        if cell is NOTHING:
            return
        self._count += 1
        if self._count > MAX_CELLS:
            raise Refused("too_big")
        self.sheet.rows.setdefault(self._row, {})[self._column] = cell


def _cell(value: str, kind: str, formula: str | None) -> Cell:
    written = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), value[: 4 * MAX_TEXT]).replace("\r\n", "\n")
    text = clean(written)[:MAX_TEXT]
    number = kind == "n" and bool(text)
    if number:
        text = _number(text)
    if not text and formula is None:
        return NOTHING
    lines = tuple(line for part in re.split(r"[\n\r\v]", written) if (line := clean(part)[:MAX_TEXT]))
    error = kind == "e" or text in ("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!")
    return Cell(text, lines if len(lines) > 1 else (text,), number, error, formula)


def _number(text: str) -> str:
    """A number as it is shown: 912345678, not 912345678.0 nor 9.12345678E8."""
    try:
        value = float(text)
    except ValueError:
        return text
    return f"{int(value)}" if value.is_integer() and abs(value) < 10**15 else f"{value:.10g}"


def column_of(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
