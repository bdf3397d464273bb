"""Inspects all knowledge before release: every mistake with its file, its line and how to mend it."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from jinja2 import TemplateError, TemplateSyntaxError

from content.aloud import Spoken, crowded
from content.asking import checking
from content.asking.terms import Usage
from content.checking_procedures import check_procedures
from content.folding import fold
from content.freshness import Freshness
from content.guide import END, Confidence, Fact, Guide, Problem
from content.indexes import Indexes
from content.library import Stock
from content.logline import checking as logline
from content.messages import Messages
from content.opening import Opening
from content.paths import circling, finishing, onward, reachable
from content.qr import Codes
from content.reading import Entry, KnowledgeError, Way, name_of, open_text, parse, read
from content.reviews import Due, due
from content.safety.words import Words
from content.suggestions import Suggestions
from content.terms import Terms
from content.texts import Rules, misspelt, strange_links, wrong_words
from content.workdays import Workdays

T = TypeVar("T")

_DOUBTS = {
    Confidence.MOT_NGUON: "mới có một nguồn",
    Confidence.SUY_LUAN: "là suy luận",
    Confidence.CHUA_RO: "chưa rõ",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What an author hears."""

    problems: list[Problem]
    """Mistakes and doubts, in the order of files and lines."""
    due: list[Due]
    spoken: Spoken | None
    """All messages; None when something could not be read."""


def check(folder: Path, today: dt.date) -> list[Problem]:
    """Every mistake and every doubt in the content folder, in the order of files and lines. Nothing is raised."""
    return inspect(folder, today).problems


def inspect(folder: Path, today: dt.date) -> Report:
    """The mistakes and doubts, what falls due for review, and all messages counted. Nothing is raised."""
    stock = Stock.read(folder)
    problems = [*stock.problems]
    rules, terms = _loaded(Rules.load, folder, problems), _loaded(Terms.load, folder, problems)
    _loaded(Usage.load, folder, problems)
    _loaded(_safety, folder, problems)
    _loaded(Workdays.load, folder, problems)
    _loaded(Opening.load, folder, problems)
    _loaded(Indexes.load, folder, problems)
    _loaded(Suggestions.load, folder, problems)
    freshness = _loaded(Freshness.load, folder, problems)
    _loaded(Codes.load, folder, problems)
    problems += [*_messages(folder), *_spelling(folder), *checking.inspect(folder, stock)]
    problems += logline.inspect(folder, terms, stock.named)
    problems += [*_menu(stock, today), *_shared(stock.guides)]
    facts = {entry.record.id: entry.record for entry in stock.facts}
    for guide in stock.guides:
        problems += [*_structure(guide), *_references(guide, stock, today), *_ways(guide), *_doubtful_steps(guide)]
        problems += _guide_dates(guide, today)
        if terms:
            problems += _content_code(guide, terms)
        if rules:
            problems += wrong_words(guide, facts, rules, today)
    for fact in stock.facts:
        problems += [*_sources(fact, stock, fact.record.sources), *_fact_dates(fact, today)]
    problems += check_procedures(stock, folder, today)
    if rules:
        problems += [*_links(stock, rules), *crowded(stock.guides, rules)]
    spoken = None if stock.problems else Spoken.of(stock, Messages(folder / "messages"), today)
    problems += spoken.too_long() if spoken else ()
    in_order = sorted(set(problems), key=lambda p: (p.file, p.line, p.kind, p.what))
    return Report(in_order, due(stock, today, freshness.ahead) if freshness else [], spoken)


def _loaded(load: Callable[[Path], T], folder: Path, problems: list[Problem]) -> T | None:
    """What the loader makes of the folder; its mistake goes among the problems."""
    try:
        return load(folder)
    except KnowledgeError as error:
        problems.append(error.problem)
        return None


def _safety(folder: Path) -> None:
    parsed = parse(read(folder / "data" / "safety.yaml", folder), Words)
    if not isinstance(parsed, Entry):
        raise KnowledgeError(parsed[0])


def _messages(folder: Path) -> Iterator[Problem]:
    """Messages that are no valid templates."""
    messages = Messages(folder / "messages")
    for path in sorted((folder / "messages").glob("*.j2")):
        line, said = 1, ""
        try:
            messages.render(f"{path.stem}.")
        except KeyError:
            continue  # the file compiles and, as it should, has no message without a name
        except TemplateSyntaxError as error:
            line, said = error.lineno, error.message or ""
        except (TemplateError, UnicodeDecodeError) as error:
            said = str(error)
        what, mend = f"Mẫu tin nhắn viết sai: {said}", "Xem lại các dấu {{ }} và {% %} ở dòng này."
        yield Problem(file=name_of(path, folder), line=line, kind="error", what=what, mend=mend)


def _spelling(folder: Path) -> Iterator[Problem]:
    """Misspelt lines in everything that people read."""
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("guides/*.yaml"), *folder.glob("messages/*.j2")]):
        try:
            yield from misspelt(name_of(path, folder), open_text(path, folder))
        except KnowledgeError:
            continue  # told by whoever loads the file


def _structure(entry: Entry[Guide]) -> Iterator[Problem]:
    """Ids that are used twice or do not fit, and words that have no effect."""
    guide = entry.record
    if not entry.page.file.endswith(f"/{guide.id}.yaml"):
        yield entry.problem(f"mã «{guide.id}» khác tên tệp.", f"Đổi tên tệp thành {guide.id}.yaml.", "id")
    ids = {step.id for step in guide.steps}
    for n, step in enumerate(guide.steps):
        for part, names in (("obstacles", [o.id for o in step.obstacles]), ("choices", [c.id for c in step.choices])):
            for k, name in enumerate(names):
                if name in names[:k]:
                    yield entry.problem(f"mã «{name}» đã dùng ở trên.", "Đặt mã khác.", "steps", n, part, k, "id")
        if step.choices and step.next:
            what = f"đã có choices thì next «{step.next}» không có tác dụng."
            yield entry.problem(what, "Bỏ dòng next.", "steps", n, "next")
        for k, old in enumerate(step.was):
            if old in ids:
                what = f"«{old}» vẫn là mã của một bước đang dùng."
                yield entry.problem(what, "Chỉ ghi mã của bước đã bỏ.", "steps", n, "was", k)


def _references(entry: Entry[Guide], stock: Stock, today: dt.date) -> Iterator[Problem]:
    """Whatever a guide points to and does not exist, or may not be shown today."""
    guide = entry.record
    ids = {step.id for step in guide.steps} | {END}
    yield from _sources(entry, stock, guide.sources)
    for slug_place, slug in enumerate(guide.ending.next_guides):
        yield from _other_guide(entry, stock, slug, today, "ending", "next_guides", slug_place)
    for n, step in enumerate(guide.steps):
        here: Way = ("steps", n)
        if not step.sources:
            yield entry.problem("chưa ghi nguồn.", "Thêm dòng «sources: [mã nguồn]».", *here)
        yield from _sources(entry, stock, step.sources, *here)
        targets: list[tuple[Way, str | None]] = [((*here, "next"), step.next)]
        targets += [((*here, "choices", k, "next"), c.next) for k, c in enumerate(step.choices)]
        targets += [((*here, "obstacles", k, "goto"), o.goto) for k, o in enumerate(step.obstacles)]
        for way, target in targets:
            if target is not None and target not in ids:
                what = f"không có bước «{target}»."
                yield entry.problem(what, "Sửa thành mã của một bước trong tệp này, hoặc «het».", *way)
            elif target == step.id:
                yield entry.problem(f"«{target}» dẫn về chính bước này.", "Bỏ dòng này.", *way)
        for k, obstacle in enumerate(step.obstacles):
            if obstacle.guide:
                yield from _other_guide(entry, stock, obstacle.guide, today, *here, "obstacles", k, "guide")


def _other_guide(entry: Entry[Guide], stock: Stock, slug: str, today: dt.date, *way: str | int) -> Iterator[Problem]:
    other = next((e.record for e in stock.guides if e.record.id == slug), None)
    if slug == entry.record.id:
        yield entry.problem(f"«{slug}» là chính hướng dẫn này.", "Dùng goto tới một bước, hoặc bỏ đi.", *way)
    elif other is None:
        if slug not in stock.named:
            yield entry.problem(f"không có hướng dẫn «{slug}».", "Sửa mã, hoặc viết hướng dẫn ấy.", *way)
    elif not other.in_force(today) and entry.record.in_force(today):
        what = f"hướng dẫn «{slug}» hôm nay không có hiệu lực."
        yield entry.problem(what, "Dẫn tới hướng dẫn khác, hoặc sửa thời hạn của nó.", *way)


def _sources(
    entry: Entry[Guide] | Entry[Fact], stock: Stock, sources: tuple[str, ...], *way: str | int
) -> Iterator[Problem]:
    for n, source in enumerate(sources):
        if source not in stock.named:
            what, mend = f"không có nguồn «{source}».", "Thêm vào sources.yaml, hoặc sửa mã cho đúng."
            yield entry.problem(what, mend, *way, "sources", n)


def _ways(entry: Entry[Guide]) -> Iterator[Problem]:
    """Steps nobody comes to, and steps nobody gets away from."""
    guide = entry.record
    ids = {step.id for step in guide.steps} | {END}
    reached, finished, circles = reachable(guide), finishing(guide), circling(guide)
    for n, step in enumerate(guide.steps):
        if step.id not in reached:
            what = f"không có đường nào dẫn tới bước «{step.id}»."
            yield entry.problem(what, "Cho một bước khác dẫn tới đây, hoặc bỏ bước này.", "steps", n)
        if step.id not in finished and set(onward(guide, step)) <= ids:
            what = f"từ bước «{step.id}» đi mãi không tới chỗ kết thúc."
            yield entry.problem(what, "Sửa next để có đường tới «het».", "steps", n)
        elif step.id in circles:
            what = f"từ bước «{step.id}» đi tiếp lại quay về chính nó."
            yield entry.problem(what, "Sửa next; việc làm lại thì ghi là vướng mắc có goto.", "steps", n)


def _doubtful_steps(entry: Entry[Guide]) -> Iterator[Problem]:
    for n, step in enumerate(entry.record.steps):
        if step.confidence is Confidence.CHUA_RO:
            what, mend = "điều chưa rõ thì không được hiện ra.", "Bỏ bước này, hoặc tìm nguồn xác nhận."
            yield entry.problem(what, mend, "steps", n, "confidence")
        elif step.confidence is Confidence.SUY_LUAN:
            what, mend = "đang hiện một điều suy luận.", "Tìm văn bản hoặc trang chính thức xác nhận."
            yield entry.problem(what, mend, "steps", n, "confidence", kind="warning")


def _guide_dates(entry: Entry[Guide], today: dt.date) -> Iterator[Problem]:
    guide = entry.record
    yield from _dates(entry, guide.valid_from, guide.valid_to, today)
    if guide.valid_to is not None and guide.valid_to < today:
        what = f"hướng dẫn hết hiệu lực từ {guide.valid_to:%d/%m/%Y}, không còn hiện."
        yield entry.problem(what, "Viết bản mới, hoặc bỏ tệp này.", "valid_to", kind="warning")


def _fact_dates(entry: Entry[Fact], today: dt.date) -> Iterator[Problem]:
    fact = entry.record
    yield from _dates(entry, fact.valid_from, fact.valid_to, today)
    if doubt := _DOUBTS.get(fact.confidence):
        yield entry.problem(f"dữ kiện {doubt}.", "Tìm thêm nguồn xác nhận.", "confidence", kind="warning")
    if fact.valid_to is not None and fact.valid_to < today:
        what = f"hết hiệu lực từ {fact.valid_to:%d/%m/%Y}, đang hiện «{fact.otherwise}»."
        yield entry.problem(what, "Cập nhật dữ kiện.", "valid_to", kind="warning")


def _dates(
    entry: Entry[Guide] | Entry[Fact], valid_from: dt.date | None, valid_to: dt.date | None, today: dt.date
) -> Iterator[Problem]:
    """Days in the wrong order, and a review that is overdue."""
    record = entry.record
    if valid_from and valid_to and valid_to < valid_from:
        what = f"ngày hết hiệu lực {valid_to:%d/%m/%Y} trước ngày bắt đầu."
        yield entry.problem(what, "Sửa lại một trong hai ngày.", "valid_to")
    if record.verified_on > today:
        what = f"ngày kiểm tra {record.verified_on:%d/%m/%Y} chưa tới."
        yield entry.problem(what, "Ghi ngày đã thật sự kiểm tra.", "verified_on")
    if record.review_by <= record.verified_on:
        what = f"hạn xem lại {record.review_by:%d/%m/%Y} không sau ngày kiểm tra."
        yield entry.problem(what, "Đặt hạn xem lại muộn hơn.", "review_by")
    elif record.review_by < today:
        what = f"quá hạn xem lại từ {record.review_by:%d/%m/%Y}."
        yield entry.problem(what, "Đọc lại nguồn, rồi sửa verified_on và review_by.", "review_by", kind="warning")


def _content_code(entry: Entry[Guide], terms: Terms) -> Iterator[Problem]:
    code = entry.record.assistance
    if code is not None and code not in terms.codes("content"):
        what = f"không có mã nội dung «{code}» trong terms.yaml."
        yield entry.problem(what, "Chọn một mã đang có.", "assistance")


def _shared(guides: list[Entry[Guide]]) -> Iterator[Problem]:
    """Ways of asking that two guides claim, so that neither can be told from the other."""
    owners: dict[tuple[str, str], str] = {}
    for entry in guides:
        guide = entry.record
        said = [("aliases", n, fold(alias), alias) for n, alias in enumerate(guide.aliases)]
        said += [("intents", n, intent, intent) for n, intent in enumerate(guide.intents)]
        for part, n, key, words in said:
            owner = owners.setdefault((part, key), f"{guide.id} {n}")
            if owner != f"{guide.id} {n}":
                what = f"«{words}» đã có ở hướng dẫn «{owner.split()[0]}»."
                yield entry.problem(what, "Giữ ở một nơi thôi.", part, n)


def _menu(stock: Stock, today: dt.date) -> Iterator[Problem]:
    """Lines of the menu that lead nowhere, and guides the menu forgot."""
    guides = {entry.record.id: entry for entry in stock.guides}
    placed = set[str]()
    for shelf in stock.shelves:
        for n, slug in enumerate(shelf.record.guides):
            if slug not in stock.named:
                yield shelf.problem(f"không có hướng dẫn «{slug}».", "Sửa mã hoặc bỏ dòng này.", "guides", n)
            elif slug in placed:
                yield shelf.problem(f"«{slug}» ghi hai lần.", "Bỏ bớt một dòng.", "guides", n)
            elif slug in guides and (end := guides[slug].record.valid_to) and end < today:
                what = f"hướng dẫn «{slug}» hết hiệu lực từ {end:%d/%m/%Y} mà vẫn còn trong thực đơn."
                yield shelf.problem(what, "Bỏ dòng này.", "guides", n)
            placed.add(slug)
    for slug, entry in guides.items():
        if slug not in placed and entry.record.procedure is None:
            what = f"hướng dẫn «{slug}» chưa có trong menu.yaml, nên đứng cuối thực đơn."
            yield entry.problem(what, "Thêm vào menu.yaml.", "id", kind="warning")


def _links(stock: Stock, rules: Rules) -> Iterator[Problem]:
    """Addresses of sources and facts outside the allow-list."""
    for source in stock.sources:
        for link in strange_links([source.record.url or ""], rules):
            what = f"địa chỉ «{link}» không được phép."
            yield source.problem(what, "Bỏ dòng url, ghi tên trang vào title.", "url")
    for fact in stock.facts:
        for part, text in (("text", fact.record.text), ("otherwise", fact.record.otherwise)):
            for link in strange_links([text], rules):
                what = f"địa chỉ «{link}» không được phép."
                yield fact.problem(what, "Chỉ dẫn tới trang có đuôi .gov.vn và kho ứng dụng chính.", part)
