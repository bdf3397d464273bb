"""The chart of a report: what its bars say, and the picture, for a phone's width and for colour-blind eyes."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw, ImageFont

from bot.documents.rows import Rows
from content.messages import grouped
from storage.periods import Period

FONTS = Path(__file__).parent / "fonts"
WIDTH, MARGIN = 1080, 48
MOST_CONTENTS, MOST_PLACES = 6, 10
BLUE, SKY, VERMILLION = "#0072B2", "#56B4E9", "#D55E00"
"""Of the palette of Okabe and Ito, which the colour-blind tell apart; blue and sky blue differ in grey too."""
SHADES = 16
INK, SOFT, RULE = "#1A1A1A", "#595959", "#BFBFBF"
HEADING, SUBHEADING, BIG, LABEL, SMALL = 48, 40, 44, 38, 36
"""Sizes of letters: a phone shows the picture at a third, and 12 points are the least that older eyes read."""
SMALLEST = 22
COLUMNS_HEIGHT, BAR_HEIGHT, ROW_HEIGHT, GAP = 300, 32, 102, 48
MOST_DAYS = 16


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: None is silence and draws none."""

    label: str
    value: int | None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """Bars under a title; standing columns for what follows in time, lying ones for names."""

    title: str
    bars: tuple[Bar, ...]
    standing: bool


def drawn(rows: Rows) -> list[Panel]:
    """What a paper with tables of its own shows of it: no teams or communes, and nothing where all is silence."""
    return [panel for panel in panels(rows, places=False) if any(bar.value is not None for bar in panel.bars)]


def panels(rows: Rows, *, places: bool = True) -> list[Panel]:
    """What the chart shows, from the same figures as every other file; `places`: teams or communes too."""
    booklet = rows.booklet
    contents = [Bar(rows.term("content", code), n) for code, n in booklet.report["contents"].items()]
    if booklet.whole_province:
        title = rows.words("chart_communes")
        named = [Bar(c.name, c.values[0]) for c in rows.communes() if c.reported]
    else:
        title = rows.words("chart_teams")
        teams = sorted(rows.teams(), key=lambda t: (t.values[0] is None, -(t.values[0] or 0)))  # else by name
        named = [Bar(t.name, t.values[0]) for t in teams]
    found = [
        *_in_time(rows),
        Panel(rows.words("chart_contents"), tuple(contents[:MOST_CONTENTS]), standing=False),
        *([Panel(title, tuple(named[:MOST_PLACES]), standing=False)] if places else []),
    ]
    return [panel for panel in found if panel.bars]


def _in_time(rows: Rows) -> list[Panel]:
    """The weeks or months up to this one; for other periods their days."""
    booklet, trend = rows.booklet, rows.booklet.beside.trend
    if len(trend) > 1:
        bars = tuple(Bar(_label(rows, p), n, strong=p == booklet.period) for p, n in trend)
        return [Panel(rows.words("chart_trend", period=booklet.period, count=len(bars)), bars, standing=True)]
    days = () if booklet.whole_province else rows.by_day()
    if 1 < len(days) <= MOST_DAYS:
        bars = tuple(Bar(f"{day:%d/%m}", n, strong=True) for day, _, n in days)
        return [Panel(rows.words("chart_days"), bars, standing=True)]
    return []


def _label(rows: Rows, period: Period) -> str:
    if period.week:
        return rows.words("chart_week", week=period.week)
    return rows.words("chart_month", first=period.last)


def chart(rows: Rows) -> bytes:
    """The picture with its heading, as PNG."""
    first = rows.booklet.report["indicators"][0]
    total = rows.words("chart_total", value=first["value"], change=first["change"], period=rows.booklet.period)
    heading = [(rows.booklet.name, HEADING, True), (rows.days, SUBHEADING, False), (total, BIG, True)]
    return draw(panels(rows), rows.words("chart_none"), heading, rows.cut)


def draw(
    shown: Sequence[Panel], silence: str, heading: Sequence[tuple[str, int, bool]] = (), footer: str = ""
) -> bytes:
    """Panels one under the other, as PNG; `heading` is lines with their size and whether they are bold."""
    paper = _Paper(_height(shown, heading, footer))
    for text, size, bold in heading:
        for line in paper.wrapped(text, size, bold):
            paper.text(MARGIN, line, size, bold)
            paper.down(size * 1.35)
    for n, panel in enumerate(shown):
        paper.down(GAP if n or heading else 0)
        paper.text(MARGIN, _cut(paper, panel.title, SUBHEADING, bold=True), SUBHEADING, bold=True)
        paper.down(SUBHEADING * 1.6)
        (_columns if panel.standing else _bars)(paper, panel, silence)
    if footer:
        paper.down(GAP / 2)
        paper.text(MARGIN, footer, SMALL, colour=SOFT)
    return paper.png()


def _height(shown: Sequence[Panel], heading: Sequence[tuple[str, int, bool]], footer: str) -> int:
    height = MARGIN * 1.5 + (SMALL * 2 + GAP / 2 if footer else 0)
    measure = _Paper(1)
    for text, size, bold in heading:
        height += size * 1.35 * len(measure.wrapped(text, size, bold))
    for n, panel in enumerate(shown):
        rest = COLUMNS_HEIGHT + LABEL * 4 if panel.standing else len(panel.bars) * ROW_HEIGHT
        height += (GAP if n or heading else 0) + SUBHEADING * 1.6 + rest
    return int(height)


def _palette() -> Image.Image:
    """White, and each colour in steps from it, for the edges of letters; none so light that white is taken for it."""
    values = [255, 255, 255]
    for colour in (INK, SOFT, RULE, BLUE, SKY, VERMILLION):
        full = ImageColor.getrgb(colour)
        values += [round(255 + (part - 255) * n / SHADES) for n in range(3, SHADES + 1) for part in full[:3]]
    holder = Image.new("P", (1, 1))
    holder.putpalette(values + [255] * (768 - len(values)))
    return holder


class _Paper:
    """A white sheet and how far down it is written."""

    def __init__(self, height: int) -> None:
        self._image = Image.new("RGB", (WIDTH, height), "white")
        self.pen = ImageDraw.Draw(self._image)
        self.y = float(MARGIN)
        self._fonts: dict[tuple[int, bool], ImageFont.FreeTypeFont] = {}

    def font(self, size: int, bold: bool) -> ImageFont.FreeTypeFont:
        if (size, bold) not in self._fonts:
            name = "LiberationSans-Bold.ttf" if bold else "LiberationSans-Regular.ttf"
            self._fonts[size, bold] = ImageFont.truetype(FONTS / name, size)
        return self._fonts[size, bold]

    def down(self, by: float) -> None:
        self.y += by

    def width(self, text: str, size: int, bold: bool = False) -> float:
        return self.font(size, bold).getlength(text)

    def text(
        self, x: float, text: str, size: int, bold: bool = False, *, colour: str = INK, anchor: str = "la",
        below: float = 0,
    ) -> None:  # fmt: skip
        self.pen.text((x, self.y + below), text, fill=colour, font=self.font(size, bold), anchor=anchor)

    def wrapped(self, text: str, size: int, bold: bool) -> list[str]:
        """The text in lines that fit the width."""
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if self.width(longer, size, bold) <= WIDTH - 2 * MARGIN:
                lines[-1] = longer
            else:
                lines.append(word)
        return [line for line in lines if line]

    def box(self, x: float, top: float, right: float, bottom: float, colour: str) -> None:
        self.pen.rectangle((round(x), round(top), round(right), round(bottom)), fill=colour)

    def png(self) -> bytes:
        out = BytesIO()
        # Few colours keep the file small enough for slow phones.
        self._image.quantize(palette=_palette(), dither=Image.Dither.NONE).save(out, "PNG")
        return out.getvalue()


def _columns(paper: _Paper, panel: Panel, silence: str) -> None:
    """Standing columns with their value above and their label below, a word a line; silence is a dash instead."""
    most = max((bar.value or 0 for bar in panel.bars), default=0) or 1
    slot = (WIDTH - 2 * MARGIN) / len(panel.bars)
    size = _fitting(paper, panel.bars, slot - 8)
    foot = paper.y + LABEL * 1.3 + COLUMNS_HEIGHT
    for n, bar in enumerate(panel.bars):
        middle, font = MARGIN + slot * (n + 0.5), paper.font(size, bar.strong)
        if bar.value is None:
            paper.pen.text((middle, foot - 8), "-", fill=SOFT, font=font, anchor="mb")
        else:
            top = foot - COLUMNS_HEIGHT * bar.value / most
            colour = BLUE if bar.strong else SKY
            paper.box(middle - slot * 0.34, min(top, foot - 2), middle + slot * 0.34, foot, colour)
            paper.pen.text((middle, top - 8), grouped(bar.value), fill=INK, font=font, anchor="mb")
        for line, word in enumerate(bar.label.split()):
            paper.pen.text((middle, foot + 12 + line * size * 1.15), word, fill=INK, font=font, anchor="ma")
    paper.pen.line((MARGIN, foot, WIDTH - MARGIN, foot), fill=RULE, width=3)
    if any(bar.value is None for bar in panel.bars):
        paper.text(
            WIDTH - MARGIN, f"-: {silence}", SMALL, colour=SOFT, anchor="ra", below=SMALL * 0.1 - SUBHEADING * 1.6
        )
    paper.down(LABEL * 4 + COLUMNS_HEIGHT)


def _fitting(paper: _Paper, bars: Sequence[Bar], room: float) -> int:
    """The largest letters in which every value and every word of a label is no wider than that."""
    words = [word for bar in bars for word in (*bar.label.split(), grouped(bar.value or 0))]
    widest = max(paper.width(word, SMALL, bold=True) for word in words)
    return max(SMALLEST, min(SMALL, int(SMALL * room / widest)))


def _bars(paper: _Paper, panel: Panel, silence: str) -> None:
    """Lying bars under their names, with the value at the end."""
    most = max((bar.value or 0 for bar in panel.bars), default=0) or 1
    room = WIDTH - 2 * MARGIN - paper.width(grouped(most), LABEL, bold=True) - 20
    for bar in panel.bars:
        paper.text(MARGIN, _cut(paper, bar.label, SMALL), SMALL)
        top = paper.y + SMALL * 1.35
        if bar.value is None:
            paper.text(MARGIN, silence, SMALL, bold=True, colour=VERMILLION, below=SMALL * 1.35)
        else:
            right = MARGIN + max(room * bar.value / most, 3)
            paper.box(MARGIN, top, right, top + BAR_HEIGHT, BLUE)
            middle = (right + 14, top + BAR_HEIGHT / 2)
            paper.pen.text(middle, grouped(bar.value), fill=INK, font=paper.font(LABEL, True), anchor="lm")
        paper.down(ROW_HEIGHT)


def _cut(paper: _Paper, text: str, size: int, *, bold: bool = False) -> str:
    """A name short enough for one line."""
    words = text.split()
    while len(words) > 1 and paper.width(" ".join(words), size, bold) > WIDTH - 2 * MARGIN:
        words = [*words[:-2], words[-2].rstrip(",;.") + "..."]
    return " ".join(words)
