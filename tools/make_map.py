"""Makes docs/map.md: every module with the first line of its docstring, so that a newcomer finds the room.

Run from the project root after adding, renaming or re-describing a module: `.venv/bin/python -m tools.make_map`.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "map.md"
FLOORS = {
    "bot": "The wires. May import everything below.",
    "handlers": "The talk. Imports content and storage; knows no channel, no HTTP, no SQL.",
    "content": "The knowledge. Imports nothing of ours.",
    "storage": "The memory. Imports nothing of ours.",
    "tools": "For those who build.",
    "tests": "What is promised, tried out. Files named `test_…` hold the tests, the others what they need.",
}
_BEGINNING = """\
# Map

Every module and what it is for. Made from the modules themselves by `tools/make_map.py`; do not edit by hand.
"""


def first_line(path: Path) -> str:
    """The first line of a module's docstring; empty when it has none."""
    return (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n")[0]


def _rows(folder: Path) -> Iterator[str]:
    """One row a module; a package is its `__init__`, and is left out when it says nothing."""
    for path in sorted(folder.rglob("*.py"), key=lambda p: (p.parent, p.name != "__init__.py", p.name)):
        name = path.parent if path.name == "__init__.py" else path
        said = first_line(path)
        if said or name is path:
            link = f"{name.relative_to(ROOT).as_posix()}{'/' if name.is_dir() else ''}"
            yield f"| [{link}](../{link}) | {said.replace('|', chr(92) + '|')} |"


def page() -> str:
    """The whole page as it should be now."""
    parts = [_BEGINNING]
    for floor, about in FLOORS.items():
        parts.append("\n".join([f"## {floor}/", "", about, "", "| file | what it is for |", "|---|---|",
                                *_rows(ROOT / floor), ""]))  # fmt: skip
    return "\n".join(parts)


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
