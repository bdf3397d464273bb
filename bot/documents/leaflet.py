"""A guide as a PDF to be kept on the phone: pages as narrow as its screen, with every remedy."""

from collections.abc import Iterator
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, CondPageBreak, Flowable, Frame, PageTemplate, Paragraph

from bot.documents.paper import PLAIN, take_letters
from content.messages import Messages
from content.whole import Part, Whole

PHONE: Final = (80 * mm, 142 * mm)
"""A page that fills a phone: no pinching, and letters as large as in a chat."""
PHONE_LETTERS: Final = 12.5


def phone_pdf(whole: Whole, words: Messages) -> bytes:
    """The guide with all its remedies on as many narrow pages as it needs."""
    take_letters()
    out = BytesIO()
    document = BaseDocTemplate(out, pagesize=PHONE, title=whole.guide.title, invariant=1)
    frame = Frame(0, 0, *PHONE, leftPadding=5 * mm, rightPadding=5 * mm, topPadding=5 * mm, bottomPadding=5 * mm)
    document.addPageTemplates(PageTemplate(frames=[frame]))
    page = Page(words, PHONE_LETTERS)
    story = [*page.head(whole), *page.body(whole, together=True), *page.foot(whole)]
    document.build(story)
    return out.getvalue()


class Page:
    """The words of a guide as paragraphs, in letters of one size."""

    def __init__(self, words: Messages, letters: float) -> None:
        self._say, self._letters = words.render, letters

    def head(self, whole: Whole) -> list[Flowable]:
        """What it is about, and what to have at hand."""
        story: list[Flowable] = [self.text(f"**{whole.guide.title}**", 1.35), self.text(whole.summary, after=0.4)]
        if whole.need:
            story.append(self.text(f"**{self._say('leaflet.need')}**"))
            story += [self.text(f"- {need}", indent=0.7) for need in whole.need]
        return story

    def body(self, whole: Whole, *, together: bool) -> Iterator[Flowable]:
        """The parts; `together` begins none so low on a page that only its first line stays there."""
        for part in whole.parts:
            if together:
                yield CondPageBreak(6 * self._letters)
            yield from self._part(part, many=len(whole.parts) > 1)
        yield self.text(whole.ending, before=0.6, after=0.3)

    def foot(self, whole: Whole) -> list[Flowable]:
        """Where to ask, where it was read and when."""
        return [self.text(self._say("leaflet.help"), before=0.3),
                self.text(self._say("leaflet.sources", whole=whole), 0.75, before=0.3)]  # fmt: skip

    def _part(self, part: Part, *, many: bool) -> Iterator[Flowable]:
        number = f"**{part.number}.** " if many else ""
        yield self.text(f"{number}{part.text}", before=0.45)
        if part.warn:
            caution = self._say("guide.caution", kind=part.warn)
            yield self.text(f"**{self._say('leaflet.mind', caution=caution)}**", indent=0.7)
        for answer in part.answers:
            yield self.text(f"- {self._say('guide.answer', a=answer)}", indent=0.7)
        if part.then is not None:
            yield self.text(self._say("guide.then", part=part.then), indent=0.7)
        if part.remedies:
            yield self.text(f"**{self._say('leaflet.stuck')}**", 0.9, indent=0.7)
        for remedy in part.remedies:
            yield self.text(f"- {self._say('guide.remedied', r=remedy)}", 0.9, indent=0.7)

    def text(
        self, text: str, scale: float = 1, *, indent: float = 0, before: float = 0, after: float = 0
    ) -> Paragraph:  # fmt: skip
        """`**bold**` text; distances in letters."""
        size = self._letters * scale
        style = ParagraphStyle(
            "leaflet", fontName=PLAIN, fontSize=size, leading=size * 1.25, leftIndent=indent * size,
            spaceBefore=before * size, spaceAfter=after * size, splitLongWords=True,
        )  # fmt: skip
        parts = escape(text).split("**")
        return Paragraph("".join(f"<b>{p}</b>" if n % 2 else p for n, p in enumerate(parts)), style)
