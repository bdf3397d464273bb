"""Files of knowledge read with the line each thing stands on, and their mistakes told in plain Vietnamese."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from content.guide import END, Choice, Ending, Fact, Guide, Kind, Obstacle, Problem, Source, Step
from content.local import Notice, Override, OwnProcedure
from content.procedure import Clarify, Fee, Fees, Paper, Procedure, Variant, Waiver

Way = tuple[str | int, ...]
"""The way from the top of a file to one of its things: keys and places in lists."""

M = TypeVar("M", bound=BaseModel)

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where PyYAML has its C part

_TEXT = "tag:yaml.org,2002:str"
_MERGE = "tag:yaml.org,2002:merge"
_LONGEST_WORD = len("false")
"""Letters of the longest word that means something else than itself."""

_SHOWN = 60
"""Characters of a wrong value that a problem repeats."""

_NAMES = {"steps": "bước", "obstacles": "vướng mắc", "choices": "lựa chọn", "options": "trường hợp"}

_MODELS: tuple[type[BaseModel], ...] = (
    Guide, Step, Choice, Obstacle, Ending, Fact, Source, Procedure, Paper, Fees, Fee, Variant, Clarify, Waiver,
    Override, OwnProcedure, Notice
)  # fmt: skip
_KEYS = sorted({k for m in _MODELS for k in m.model_fields})


class KnowledgeError(Exception):
    """The knowledge cannot be used as it is; the text names file, line, mistake and remedy."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.file}:{problem.line}: {problem.what} {problem.mend}")
        self.problem = problem


class _Loader(LOADER):  # type: ignore[misc]
    """Leaves days as text: what is no day is then told like any other wrong value.

    Of thirty thousand nodes nearly all are words: what no number and no "yes" can look like is not tried for one.
    """

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """The tag of a node that names none."""
        if kind is yaml.ScalarNode and implicit[0] and len(value) > _LONGEST_WORD and value[0].isalpha():
            return _TEXT
        return super().resolve(kind, value, implicit)

    def descend_resolver(self, *_: object) -> None:
        """No tag depends on where a node stands."""

    def ascend_resolver(self) -> None:
        """As `descend_resolver`."""

    def build(self, node: yaml.Node) -> Any:
        """What is written in a node. Raises YAMLError, _Repeated."""
        if isinstance(node, yaml.MappingNode):
            made: dict[Any, Any] = {}
            seen = set()
            for key, value in node.value:
                if not isinstance(key, yaml.ScalarNode) or key.tag == _MERGE:
                    raise yaml.constructor.ConstructorError(problem_mark=key.start_mark)
                if key.value in seen:
                    raise _Repeated(key)
                seen.add(key.value)
                made[self.build(key)] = self.build(value)
            return made
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item) for item in node.value]
        return node.value if node.tag == _TEXT else self.construct_object(node, deep=True)


class _Repeated(Exception):
    """A mapping has a key already; YAML would silently keep the last."""

    def __init__(self, key: yaml.ScalarNode) -> None:
        super().__init__()
        self.key = key


@dataclass(frozen=True, slots=True)
class Page:
    """One YAML file: its data, and where in the file everything stands."""

    file: str
    """The path people know it by, like content/guides/vneid-kich-hoat.yaml."""
    text: str
    data: Any
    root: yaml.Node | None

    def line(self, way: Way = (), culprit: str = "") -> int:
        """The line (from 1) where the thing begins, or within it the first line that has the culprit's words."""
        node, first, last = self.root, 0, self.text.count("\n")
        for key in way:
            found = _child(node, key)
            if found is None:
                break
            first, last, node = found[0].start_mark.line, found[1].end_mark.line, found[1]
        lines = self.text.split("\n")[first : last + 1]
        return 1 + first + next((i for i, line in enumerate(lines) if culprit in line), 0)

    def problem(self, what: str, mend: str, *way: str | int, kind: Kind = "error", culprit: str = "") -> Problem:
        """A problem of the thing at the end of the way."""
        return Problem(file=self.file, line=self.line(way, culprit), kind=kind, what=what, mend=mend)

    def place(self, way: Way) -> str:
        """The thing's name for a person, by the ids on the way to it: `bước «cai-dat», mục «text»`."""
        names, here, kind = [], self.data, ""
        for key in way:
            try:
                here = here[key]
            except (KeyError, IndexError, TypeError):
                here = None
            if isinstance(key, int):
                known = isinstance(here, Mapping) and here.get("id")
                names.append(f"{_NAMES.get(kind, 'mục')} «{known}»" if known else f"ý thứ {key + 1}")
            elif key not in _NAMES:
                names.append(f"mục «{key}»")
            kind = str(key)
        return ", ".join(names)


@dataclass(frozen=True, slots=True)
class Entry(Generic[M]):
    """A record and where it was written."""

    record: M
    page: Page
    way: Way = ()

    def problem(self, what: str, mend: str, *way: str | int, kind: Kind = "error", culprit: str = "") -> Problem:
        """A problem of something within the record; the text begins with its name."""
        named = f"{place}: {what}" if (place := self.page.place(self.way + way)) else what
        return self.page.problem(_capital(named), mend, *self.way, *way, kind=kind, culprit=culprit)


def name_of(path: Path, folder: Path) -> str:
    """The name of a file for people: its path from above the content folder."""
    return path.relative_to(folder.parent).as_posix()


def open_text(path: Path, folder: Path) -> str:
    """The text of a file. Raises KnowledgeError when it is missing or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError:
        what, mend = "Không mở được tệp này.", "Kiểm tra tên tệp và quyền đọc."
    except UnicodeDecodeError:
        what, mend = "Tệp không phải UTF-8.", "Mở bằng trình soạn thảo rồi lưu lại với bảng mã UTF-8."
    raise KnowledgeError(Problem(file=name_of(path, folder), line=1, kind="error", what=what, mend=mend))


def read(path: Path, folder: Path) -> Page:
    """One YAML file. Raises KnowledgeError when it cannot be read, is no YAML or has a key twice."""
    text, file = open_text(path, folder), name_of(path, folder)
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        return Page(file, text, loader.build(root) if root else None, root)
    except _Repeated as twice:
        what, line = f"Mục «{twice.key.value}» viết hai lần ở cùng một chỗ.", twice.key.start_mark.line + 1
        raise KnowledgeError(Problem(file=file, line=line, kind="error", what=what, mend="Bỏ bớt một.")) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise KnowledgeError(_not_yaml(file, text, error)) from error
    finally:
        loader.dispose()


def parse(page: Page, model: type[M], *way: str | int) -> Entry[M] | list[Problem]:
    """The record written there, or everything that is wrong with it."""
    data = page.data
    for key in way:
        data = data[key]
    try:
        return Entry(model.model_validate(data), page, way)
    except ValidationError as error:
        # An unknown key first: what is then missing is often the key that was meant.
        mistakes = sorted(error.errors(include_url=False), key=lambda mistake: mistake["type"] != "extra_forbidden")
        return [_told(page, way, mistake) for mistake in mistakes]


def _not_yaml(file: str, text: str, error: Exception) -> Problem:
    """A mistake of syntax in words: what the parser says of it is English and seldom helps."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    column = f" (cột {mark.column + 1})" if mark else ""
    what = f"Không đọc được: chỗ này hoặc ngay trên nó viết sai cú pháp YAML{column}."
    mend = (
        "Xem lại dấu cách đầu dòng (không dùng phím Tab), dấu hai chấm, ngoặc kép; "
        "câu có dấu hai chấm thì đặt trong ngoặc kép."
    )
    line = min(mark.line, text.rstrip().count("\n")) if mark else 0  # the end of a file is marked a line below it
    return Problem(file=file, line=line + 1, kind="error", what=what, mend=mend)


def _child(node: yaml.Node | None, key: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """The node a thing begins with and the node of its value."""
    if isinstance(node, yaml.MappingNode):
        return next(((k, v) for k, v in node.value if k.value == str(key)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key]
    return None


def _told(page: Page, way: Way, mistake: Any) -> Problem:
    """A mistake of the schema in words."""
    if mistake["type"] == "value_error" and (same := _same_steps(page)):
        return same
    full: Way = (*way, *mistake["loc"])
    key = full[-1] if full else ""
    what, mend = _explained(mistake["type"], str(key), mistake["input"], mistake.get("ctx", {}))
    return page.problem(_capital(f"{page.place(full)}: {what}" if full else what), mend, *full)


def _same_steps(page: Page) -> Problem | None:
    """The step whose id another step or the end has already."""
    steps = page.data.get("steps", []) if isinstance(page.data, dict) else []
    ids = [END, *(step["id"] for step in steps if isinstance(step, Mapping) and "id" in step)]
    for n, step_id in enumerate(ids[1:]):
        if step_id in ids[: n + 1]:
            what = f"Hai bước có cùng mã «{step_id}»." if step_id != END else f"Mã «{END}» là tên của chỗ kết thúc."
            return page.problem(what, "Đặt mã khác cho bước này.", "steps", n, "id")
    return None


def _explained(kind: str, key: str, value: object, limits: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong with a value, and how to mend it."""
    shown = str(value)[:_SHOWN]
    told: Sequence[tuple[str, str, str]] = (
        ("missing", "chưa có.", f"Thêm dòng «{key}: …»."),
        ("extra_forbidden", "không có mục nào tên như vậy.", _meant(key)),
        ("string_too_long", f"dài {len(shown) if len(shown) < _SHOWN else len(str(value))} ký tự, "
         f"quá {limits.get('max_length')}.", "Viết gọn lại, hoặc tách làm hai bước."),
        ("string_pattern", f"«{shown}» không dùng làm mã được.", "Chỉ dùng chữ thường không dấu, số, dấu nối."),
        ("string", f"phải là chữ, đang là «{shown}».", f"Đặt trong ngoặc kép: {key}: \"{shown}\"."),
        ("value_error", "ngày hết hiệu lực trước ngày bắt đầu.", "Sửa lại một trong hai ngày."),
        ("date", f"«{shown}» không phải là ngày.", "Viết năm-tháng-ngày, như 2026-11-21."),
        ("enum", f"không có giá trị «{shown}».", f"Chọn một trong: {limits.get('expected')}."),
        ("literal", f"không có giá trị «{shown}».", f"Chọn một trong: {limits.get('expected')}."),
        ("bool", f"phải là true hoặc false, đang là «{shown}».", "Viết true hoặc false, không có ngoặc kép."),
        ("int", f"phải là số, đang là «{shown}».", "Viết một số nguyên."),
        ("greater", f"«{shown}» nhỏ quá.", f"Ít nhất là {limits.get('ge')}."),
        ("too_short", "đang trống.", "Ghi ít nhất một ý."),
        ("tuple", "phải là danh sách.", "Viết mỗi ý một dòng, đầu dòng là dấu nối và dấu cách."),
        ("model", "phải gồm các dòng «tên mục: nội dung».", "Xem một tệp đang dùng để viết theo."),
    )  # fmt: skip
    return next(((what, mend) for start, what, mend in told if kind.startswith(start)), (
        f"giá trị «{shown}» chưa đúng.", "Xem một tệp đang dùng để viết theo."))  # fmt: skip


def _meant(key: str) -> str:
    """The remedy for an unknown key: the name that was probably meant."""
    near = difflib.get_close_matches(key, _KEYS, 1)
    return f"Có phải là «{near[0]}»? Nếu không, bỏ dòng này." if near else "Sửa tên mục cho đúng, hoặc bỏ dòng này."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
