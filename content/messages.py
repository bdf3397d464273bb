"""The words on the screens: Jinja2 macros in content/messages/*.j2, one file a conversation."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def grouped(number: float | str) -> str:
    """A number as Vietnamese write it: 1.473 and 99,99; one that is hidden ("<5") as it is."""
    if isinstance(number, str):
        return number
    return f"{number:,}".replace(",", " ").replace(".", ",").replace(" ", ".")


def day(date: dt.date) -> str:
    """A day as in tables: 05/01/2027."""
    return f"{date:%d/%m/%Y}"


class Messages:
    """Renders a message by name, "file.macro"; an unknown name or a missing value is an error, never a blank."""

    def __init__(self, folder: Path) -> None:
        # Plain text for chat channels: each channel escapes for itself, so HTML escaping here would show as &amp;.
        self._environment = Environment(  # noqa: S701
            loader=FileSystemLoader(folder), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
            auto_reload=False,
        )  # fmt: skip
        self._environment.filters.update(grouped=grouped, day=day)
        self._macros: dict[str, Callable[..., Any]] = {}

    def render(self, name: str, /, **context: Any) -> str:
        """The text of one message, stripped. Raises KeyError for a name that does not exist."""
        macro = self._macros.get(name)
        if macro is None:
            file, _, block = name.partition(".")
            module = self._environment.get_template(f"{file}.j2").module
            macro = getattr(module, block, None)
            if macro is None:
                raise KeyError(f"no message {name} in content/messages")
            self._macros[name] = macro
        return str(macro(**context)).strip()
