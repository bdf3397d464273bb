"""Inspects how people ask before release: ways two intents share, questions about nothing known, weights too old."""

from collections.abc import Iterator
from pathlib import Path

from content.asking.intents import OFF, QUESTIONS, Asked, Group
from content.asking.ranker import Ranker
from content.folding import fold
from content.guide import Guide, Problem
from content.library import Stock
from content.procedure import Procedure
from content.reading import Entry, KnowledgeError


def inspect(folder: Path, stock: Stock) -> Iterator[Problem]:
    """Every mistake in what people ask and in what was built from it."""
    asked = Asked.read(folder)
    yield from asked.problems
    known: dict[str, str] = {}
    for entry in asked.groups:
        yield from _named_twice(entry, known)
    said: dict[str, str] = {}
    for entry in asked.groups:
        yield from _said_twice(entry, said)
    if not asked.problems:
        yield from _questions(asked, set(known))
        yield from _answers(asked, stock)
        yield from _weights(folder)


def _named_twice(entry: Entry[Group], known: dict[str, str]) -> Iterator[Problem]:
    names = [("intents", n, "slug", i.slug) for n, i in enumerate(entry.record.intents)]
    names += [("offtopic", n, "kind", f"{OFF}{o.kind}") for n, o in enumerate(entry.record.offtopic)]
    for part, n, key, name in names:
        if name in known:
            what = f"«{name.removeprefix(OFF)}» đã có ở {known[name]}."
            yield entry.problem(what, "Gộp vào một nơi.", part, n, key)
        known.setdefault(name, entry.page.file)


def _said_twice(entry: Entry[Group], said: dict[str, str]) -> Iterator[Problem]:
    record = entry.record
    phrases = [("intents", n, k, i.slug, p) for n, i in enumerate(record.intents) for k, p in enumerate(i.phrases)]
    phrases += [("offtopic", n, k, o.kind, p) for n, o in enumerate(record.offtopic) for k, p in enumerate(o.phrases)]
    for part, n, k, name, phrase in phrases:
        key = fold(phrase) or phrase
        if key in said:
            what = f"«{phrase}» đã có ở «{said[key]}»."
            yield entry.problem(what, "Bỏ bớt một.", part, n, "phrases", k)
        said.setdefault(key, name)


def _questions(asked: Asked, known: set[str]) -> Iterator[Problem]:
    for question in asked.questions:
        for label in (question.label, *question.also):
            if label not in known:
                what = f"Câu «{question.text[:40]}»: không có việc «{label.removeprefix(OFF)}»."
                yield Problem(
                    file=f"content/{QUESTIONS}", line=1, kind="error", what=what, mend="Sửa thành tên đang có."
                )


def _answers(asked: Asked, stock: Stock) -> Iterator[Problem]:
    """Answers to what nobody can ask for, and intents nothing answers yet."""
    known = {intent.slug for _, intent in asked.intents()}
    served: set[str] = set()
    shelf: list[Entry[Guide] | Entry[Procedure]] = [*stock.guides, *stock.procedures]
    for answer in shelf:
        served.update(answer.record.intents)
        for n, slug in enumerate(answer.record.intents):
            if slug not in known:
                what = f"không có việc «{slug}» trong intents/."
                yield answer.problem(what, "Sửa cho đúng tên, hoặc thêm việc ấy.", "intents", n)
    for entry in asked.groups:
        for n, intent in enumerate(entry.record.intents):
            if intent.slug not in served and not intent.human:
                what = f"chưa có bài hay thủ tục nào trả lời «{intent.slug}»."
                yield entry.problem(what, "Ghi intents ở bài trả lời việc này.", "intents", n, "slug")


def _weights(folder: Path) -> Iterator[Problem]:
    try:
        Ranker.load(folder)
    except KnowledgeError as error:
        yield error.problem
