"""Server-rendered pages: plain HTML, readable on a phone and on paper."""

import html
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from content.messages import grouped


def bold(text: str) -> Markup:
    """`**bold**` as HTML, everything else escaped."""
    parts = html.escape(text).split("**")
    return Markup("".join(f"<b>{p}</b>" if i % 2 else p for i, p in enumerate(parts)))  # noqa: S704


def number(value: int | str | None) -> str:
    """A figure as Vietnamese write it; what nobody reported is a dash, not a nought."""
    return "-" if value is None else grouped(value)


def environment() -> Environment:
    """The templates of this folder, escaping what they are given."""
    made = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape(default=True))
    made.filters.update(bold=bold, number=number)
    return made
