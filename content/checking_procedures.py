"""Inspects procedures, waivers and what places set for themselves: each mistake with file, line and remedy."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from content.guide import Problem
from content.library import Stock
from content.local import Override
from content.places import Places
from content.procedure import Clarify, Procedure, Variant, Waiver
from content.reading import Entry

Options = Entry[Procedure] | Entry[Clarify]


def check_procedures(stock: Stock, folder: Path, today: dt.date) -> Iterator[Problem]:
    """Every mistake in procedures, clarifying questions, waivers and overrides."""
    for procedure in stock.procedures:
        yield from _procedure(procedure, stock)
        yield from _due(procedure, procedure.record.review_by, today)
    for clarify in stock.clarifies:
        yield from _options(clarify, clarify.record.options, stock, "options")
    for waiver in stock.waivers:
        yield from _unknown(waiver, waiver.record.sources, stock, "sources")
        yield from _due(waiver, waiver.record.review_by, today)
    places = Places.load(folder / "data" / "units.json.gz")
    for override in stock.overrides:
        yield from _override(override, stock, places)
        yield from _due(override, override.record.review_by, today)


def _procedure(entry: Entry[Procedure], stock: Stock) -> Iterator[Problem]:
    procedure = entry.record
    if not entry.page.file.endswith(f"/{procedure.id}.yaml"):
        yield entry.problem(f"mã «{procedure.id}» khác tên tệp.", f"Đổi tên tệp thành {procedure.id}.yaml.", "id")
    yield from _unknown(entry, tuple(c.id for c in procedure.sources), stock, "sources")
    yield from _unknown(entry, procedure.legal, stock, "legal")
    waived = procedure.fees.waiver
    if waived is not None and waived.id not in {w.record.id for w in stock.waivers}:
        yield entry.problem(f"không có chính sách «{waived.id}».", "Sửa mã, hoặc thêm vào waivers.yaml.", "fees")
    options = procedure.question.options if procedure.question else ()
    yield from _options(entry, options, stock, "question", "options")
    known = {option.id for option in options}
    for n, paper in enumerate(procedure.papers):
        yield from _variants(entry, paper.only, known, "papers", n)
    for n, time in enumerate(procedure.times):
        yield from _variants(entry, time.only, known, "times", n)
    for n, fee in enumerate(procedure.fees.rows):
        yield from _variants(entry, fee.only, known, "fees", "rows", n)


def _variants(
    entry: Entry[Procedure] | Entry[Override], only: tuple[str, ...], known: set[str], *way: str | int
) -> Iterator[Problem]:
    for variant in only:
        if variant not in known:
            yield entry.problem(f"không có trường hợp «{variant}».", "Sửa mã, hoặc thêm vào question.", *way)


def _options(entry: Options, options: tuple[Variant, ...], stock: Stock, *way: str | int) -> Iterator[Problem]:
    """Variants that lead to something that is not there, or twice the same."""
    for n, option in enumerate(options):
        if option.id in [o.id for o in options[:n]]:
            yield entry.problem(f"mã «{option.id}» đã dùng ở trên.", "Đặt mã khác.", *way, n)
        for kind, slug in (("thủ tục", option.procedure), ("hướng dẫn", option.guide)):
            if slug is not None and slug not in stock.named:
                yield entry.problem(f"không có {kind} «{slug}».", "Sửa mã cho đúng.", *way, n)
        if isinstance(entry.record, Clarify) and option.stays:
            yield entry.problem(f"«{option.id}» không dẫn tới đâu.", "Thêm procedure, guide hoặc instead.", *way, n)


def _unknown(
    entry: Options | Entry[Override] | Entry[Waiver], sources: tuple[str, ...], stock: Stock, part: str
) -> Iterator[Problem]:
    for n, source in enumerate(sources):
        if source not in stock.named:
            yield entry.problem(f"không có nguồn «{source}».", "Thêm vào sources.yaml, hoặc sửa mã.", part, n)


def _override(entry: Entry[Override], stock: Stock, places: Places) -> Iterator[Problem]:
    code = entry.record.code
    known = places.commune(code) if len(code) == 5 else places.province(code)
    if known is None:
        yield entry.problem(f"không có tỉnh, xã nào mã «{code}».", "Sửa mã cho đúng.", "code")
    if not entry.page.file.endswith(f"/{code}.yaml"):
        yield entry.problem(f"mã «{code}» khác tên tệp.", f"Đổi tên tệp thành {code}.yaml.", "code")
    yield from _unknown(entry, entry.record.sources, stock, "sources")
    procedures = {p.record.id: p.record for p in stock.procedures}
    for slug, own in entry.record.procedures.items():
        procedure = procedures.get(slug)
        if procedure is None:
            yield entry.problem(f"không có thủ tục «{slug}».", "Sửa mã cho đúng.", "procedures", slug)
            continue
        variants = {o.id for o in procedure.question.options} if procedure.question else set[str]()
        for n, fee in enumerate(own.fees):
            yield from _variants(entry, fee.only, variants, "procedures", slug, "fees", n)
        for n, time in enumerate(own.times):
            yield from _variants(entry, time.only, variants, "procedures", slug, "times", n)


def _due(
    entry: Entry[Procedure] | Entry[Waiver] | Entry[Override], review_by: dt.date, today: dt.date
) -> Iterator[Problem]:
    if review_by < today:
        what = f"quá hạn xem lại từ {review_by:%d/%m/%Y}."
        yield entry.problem(what, "Đọc lại nguồn, rồi sửa verified_on và review_by.", "review_by", kind="warning")
