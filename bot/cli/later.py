"""Verbs whose work is still to come: they exist, say so and exit 2."""

import click

from bot.cli.common import Refused, with_now

_ASK = """Answers questions, one a line, with the guides they are about.

Example: echo "quên mật khẩu vneid" | python -m bot ask"""


def _not_yet(what: str) -> None:
    raise Refused(f"{what} is not built yet")


@click.command(help=_ASK)
@with_now
def ask(now: str | None) -> None:
    _not_yet("ask")
