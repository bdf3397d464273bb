"""Inspects the vocabulary of the log: codes that do not exist, and phrases that mean two things of one kind."""

from collections.abc import Container, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from content.guide import Problem
from content.logline.doing import GUESSES, SOMETHING
from content.logline.tokens import tokenise
from content.logline.words import Vocabulary
from content.reading import KnowledgeError, Page
from content.terms import TermKind, Terms

_PARTS: Mapping[str, tuple[str, ...]] = {
    "contents": ("acts", "things", "procedures"), "places": ("places", "hamlets"), "people": ("groups", "numerals"),
    "talk": ("results",), "days": ("days", "parts", "weekdays", "holidays"),
}  # fmt: skip
"""Parts of each file in which a phrase stands for one code only."""


def inspect(folder: Path, terms: Terms | None, procedures: Container[str]) -> Iterator[Problem]:
    """Every mistake in the vocabulary. Nothing is raised."""
    try:
        words = Vocabulary(folder)
    except KnowledgeError as error:
        yield error.problem
        return
    for file, parts in _PARTS.items():
        for part in parts:
            yield from _twice(words.pages[file], part, getattr(getattr(words, file), part))
    if terms is not None:
        yield from _codes(words, terms)
    for code in words.contents.procedures:
        if code not in procedures:
            yield words.pages["contents"].problem(
                f"Không có thủ tục «{code}».", "Sửa thành mã của một tệp trong procedures/.", "procedures", code
            )
    yield from _combined(words, terms)
    yield from _rules(words, terms)


def _twice(page: Page, part: str, coded: Mapping[Any, tuple[str, ...]]) -> Iterator[Problem]:
    """Phrases that two codes claim."""
    owners: dict[str, Any] = {}
    for code, phrases in coded.items():
        for phrase in phrases:
            said = _said(phrase)
            if not said:
                yield page.problem("Có một từ để trống.", "Bỏ từ ấy.", part, str(code))
            elif owners.setdefault(said, code) != code:
                what = f"«{phrase}» đã có ở mục «{owners[said]}»."
                yield page.problem(what, "Chỉ để ở một mục.", part, str(code), culprit=phrase)


@lru_cache(maxsize=10_000)
def _said(phrase: str) -> str:
    """Its words; kept, for a preview checks the same thousands at every save."""
    return " ".join(token.word for token in tokenise(phrase.removeprefix("=")))


def _codes(words: Vocabulary, terms: Terms) -> Iterator[Problem]:
    told: tuple[tuple[str, str, TermKind, Mapping[str, tuple[str, ...]]], ...] = (
        ("places", "places", "place", words.places.places), ("talk", "results", "result", words.talk.results),
        ("people", "groups", "group", words.people.groups),
    )  # fmt: skip
    for file, part, kind, coded in told:
        for code in coded:
            if code not in terms.kinds[kind]:
                what = f"Không có mã «{code}» trong terms.yaml."
                yield words.pages[file].problem(what, "Chọn một mã đang có.", part, code)


def _combined(words: Vocabulary, terms: Terms | None) -> Iterator[Problem]:
    """Phrases put together from classes that stand for what does not exist."""
    kinds: Mapping[str, TermKind] = {"places": "place", "groups": "group"}
    known = {"act": words.contents.acts, "thing": words.contents.things, "no_group": ("",)}
    for file in ("contents", "places", "people"):
        for n, combined in enumerate(getattr(words, file).combined):
            kind = kinds.get(combined.tag)
            codes: Container[str] | None = known.get(combined.tag)
            if kind is not None:
                codes = terms.kinds[kind] if terms is not None else None
            if codes is not None and combined.code not in codes:
                what = f"Không có mã «{combined.code}» để ghép cụm từ."
                yield words.pages[file].problem(what, "Chọn một mã đang có.", "combined", n, culprit=combined.code)


def _rules(words: Vocabulary, terms: Terms | None) -> Iterator[Problem]:
    """Rules that name what does not exist."""
    contents, page = words.contents, words.pages["contents"]
    known = {*contents.acts, *contents.things, "procedure", SOMETHING, *GUESSES}
    for n, rule in enumerate(contents.rules):
        if terms is not None and rule.code not in terms.kinds["content"]:
            what = f"Không có mã nội dung «{rule.code}» trong terms.yaml."
            yield page.problem(what, "Chọn một mã đang có.", "rules", n)
        for name in (part for needed in (*rule.all, *rule.unless) for part in needed.split("|")):
            if name not in known:
                what = f"Không có mục «{name}» trong acts hay things."
                yield page.problem(what, "Sửa tên cho đúng.", "rules", n, culprit=name)
