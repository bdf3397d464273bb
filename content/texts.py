"""Rules for words: spelling, length, addresses, facts and secrets in what people read."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from content.folding import clean, old_tone_style
from content.guide import Caution, Fact, Guide, Model, Problem, Step
from content.library import MENTION
from content.reading import Entry, KnowledgeError, Way, parse, read

_ADDRESS = re.compile(r"(?:https?://)?\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b[^\s,;)»\"*]*", re.IGNORECASE)
_HOST = re.compile(r"^(?:https?://)?([^/:?#]+)", re.IGNORECASE)
_BOLD = re.compile(r"\*\*.+?\*\*")
_SENTENCE = re.compile(r"[.?!:;]\s")
_WORD = re.compile(r"\S+")


class Rules(Model):
    """What texts are held against; the file itself says what each part means."""

    links: tuple[str, ...]
    longest: dict[str, int]
    uses: tuple[str, ...]
    unless: tuple[str, ...]
    doing: tuple[str, ...]
    secrets: dict[Caution, tuple[str, ...]]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What is in data/check.yaml. Raises KnowledgeError with the first mistake."""
        parsed = parse(read(folder / "data" / "check.yaml", folder), cls)
        if not isinstance(parsed, Entry):
            raise KnowledgeError(parsed[0])
        return parsed.record


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a guide, where it stands, and the name of its limit; facts are put only where there is one."""

    way: Way
    words: str
    limit: str | None = None


def texts_of(guide: Guide) -> Iterator[Text]:
    """Everything a person may read of a guide; aliases are what he types, not what he reads."""
    yield from (
        Text(("title",), guide.title),
        Text(("menu",), guide.menu),
        Text(("summary",), guide.summary, "summary"),
    )
    yield from (Text(("need", n), need, "need") for n, need in enumerate(guide.need))
    for n, step in enumerate(guide.steps):
        here: Way = ("steps", n)
        yield Text((*here, "text"), step.text, "text")
        if step.helper:
            yield Text((*here, "helper"), step.helper, "helper")
        yield from (Text((*here, "choices", k, "label"), c.label) for k, c in enumerate(step.choices))
        for k, obstacle in enumerate(step.obstacles):
            yield Text((*here, "obstacles", k, "label"), obstacle.label)
            yield Text((*here, "obstacles", k, "remedy"), obstacle.remedy, "remedy")
    yield Text(("ending", "text"), guide.ending.text, "ending")


def misspelt(file: str, text: str) -> Iterator[Problem]:
    """Lines that are not composed, hide something unseen, or have the tone mark in the new place."""
    for line, words in enumerate(text.split("\n"), 1):
        what = mend = ""
        bare = unicodedata.normalize("NFC", words)
        new = next((w for w in _WORD.findall(bare) if old_tone_style(w) != w), None)
        if bare != words:
            what = f"Chữ có dấu gõ rời (chưa phải NFC): «{_first_changed(words, bare)}»."
            mend = "Gõ lại bằng bộ gõ Unicode dựng sẵn."
        elif clean(words) != " ".join(words.split()):
            what = f"Có ký tự ẩn hoặc chữ Đ lạ: «{_first_changed(words, clean(words))}»."
            mend = "Xóa chữ đó rồi gõ lại."
        elif new:
            what, mend = f"Dấu thanh đặt kiểu mới: «{new}».", f"Viết «{old_tone_style(new)}» cho thống nhất."
        if what:
            yield Problem(file=file, line=line, kind="error", what=what, mend=mend)


def wrong_words(entry: Entry[Guide], facts: Mapping[str, Fact], rules: Rules, day: dt.date) -> Iterator[Problem]:
    """What is wrong with the texts of a guide as people would read them."""
    for text in texts_of(entry.record):
        if text.words.count("**") % 2:
            yield entry.problem("dấu ** mở mà không đóng.", "Thêm hoặc bỏ một dấu **.", *text.way, culprit="**")
        yield from _facts(entry, text, facts, day)
        for link in strange_links(_variants(text.words, facts), rules):
            what, mend = (
                f"địa chỉ «{link}» không được phép.",
                "Chỉ dẫn tới trang có đuôi .gov.vn và kho ứng dụng chính.",
            )
            yield entry.problem(what, mend, *text.way, culprit=link)
        longest = max(map(len, _variants(text.words, facts)))
        if text.limit and longest > rules.longest.get(text.limit, longest):
            what = f"dài {longest} ký tự khi hiện ra, quá {rules.longest[text.limit]}."
            yield entry.problem(what, "Viết gọn lại, hoặc tách làm hai bước.", *text.way)
    for n, step in enumerate(entry.record.steps):
        yield from _unwarned(entry, n, step, rules)


def strange_links(texts: Iterable[str], rules: Rules) -> list[str]:
    """Addresses in the texts that are not on the allow-list, each once."""
    found = {address.rstrip(".?!"): None for text in texts for address in _ADDRESS.findall(text)}
    return [address for address in found if not _allowed(address, rules.links)]


def _allowed(address: str, links: Iterable[str]) -> bool:
    match = _HOST.match(address.lower())
    host = match[1] if match else ""
    return any(host == link or host.endswith("." + link) for link in links)


def _facts(entry: Entry[Guide], text: Text, facts: Mapping[str, Fact], day: dt.date) -> Iterator[Problem]:
    """Mentions that cannot be replaced, or give way to other words today."""
    for name in MENTION.findall(text.words):
        fact = facts.get(name)
        if fact is None:
            what, mend = f"không có dữ kiện «{name}».", "Thêm vào facts.yaml, hoặc sửa tên cho đúng."
            yield entry.problem(what, mend, *text.way, culprit=name)
        elif text.limit is None or text.limit == "helper":
            what, mend = (
                f"dữ kiện «{name}» không dùng được ở đây.",
                "Chỉ đặt trong text, remedy, summary, need, ending.",
            )
            yield entry.problem(what, mend, *text.way, culprit=name)
        elif fact.shown(day) != fact.text:
            what = f"dữ kiện «{name}» hết hiệu lực hoặc chưa rõ, nên đang hiện «{fact.otherwise}»."
            yield entry.problem(what, "Sửa dữ kiện, hoặc bỏ câu này.", *text.way, kind="warning", culprit=name)
    if "{" in (rest := MENTION.sub("", text.words)) or "}" in rest:
        yield entry.problem("dấu ngoặc nhọn viết sai.", "Viết {{ ten_du_kien }}.", *text.way, culprit="{")


def _variants(text: str, facts: Mapping[str, Fact]) -> list[str]:
    """The text with facts in place, as it reads while they hold and afterwards."""

    def filled(otherwise: bool) -> str:
        def shown(mention: re.Match[str]) -> str:
            fact = facts.get(mention[1])
            return "" if fact is None else fact.otherwise if otherwise else fact.text

        return MENTION.sub(shown, text)

    return [filled(False), filled(True)]


def _unwarned(entry: Entry[Guide], place: int, step: Step, rules: Rules) -> Iterator[Problem]:
    """A step that has a secret used but no warning of it."""
    uses, unless = _any_of(rules.uses), _any_of(rules.unless)
    for sentence in _SENTENCE.split(_BOLD.sub("", step.text)):
        use = uses.search(sentence)
        if use is None or unless.search(sentence[: use.start()]):
            continue
        named = {kind: m[0] for kind, words in rules.secrets.items() if (m := _any_of(words).search(sentence))}
        if named and step.warn not in named:
            kind, word = next(iter(named.items()))
            what = f"bước này dùng «{word}» mà không có lời nhắc giữ bí mật."
            yield entry.problem(what, f"Thêm dòng «warn: {kind}».", "steps", place, "text", culprit=word)
            return


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)


def _first_changed(before: str, after: str) -> str:
    """The first word that differs, as it should read."""
    pairs = zip(before.split(), after.split(), strict=False)
    return next((b for a, b in pairs if a != b), after.strip()[:30])
