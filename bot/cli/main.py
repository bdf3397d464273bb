"""All verbs under one roof, and the promise that a user's mistake never shows a traceback."""

import sys
from collections.abc import Mapping
from importlib import import_module

import click

VERBS: Mapping[str, str] = {
    "run": "bot.cli.serve:run",
    "demo": "bot.cli.serve:demo",
    "chat": "bot.cli.chat:chat",
    "ask": "bot.cli.ask:ask",
    "qr": "bot.cli.codes:qr",
    "log": "bot.cli.log:log",
    "report": "bot.cli.report:report",
    "content": "bot.cli.knowledge:content",
    "db": "bot.cli.database:db",
    "seed": "bot.cli.database:seed",
    "import": "bot.cli.importing:import_group",
    "people": "bot.cli.people:people",
    "zalo": "bot.cli.zalo:zalo",
    "outbox": "bot.cli.zalo:outbox",
}
"""Where each verb lives. A verb's room is opened only when the verb is called: a program that checks codes all day
neither waits for nor carries the server, its database and its platforms."""


class Verbs(click.Group):
    """The verbs, each imported when it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them, in the order of the table."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of that name, if there is one."""
        if cmd_name not in VERBS:
            return None
        module, _, name = VERBS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def cli() -> None:
    """Trợ lý của tổ công nghệ số cộng đồng: hướng dẫn, ghi lượt hỗ trợ, báo cáo."""


def _is_a_users_mistake(error: Exception) -> bool:
    """Whether the error's text is one line that tells a person what to do."""
    from bot.settings import SettingsError
    from content.reading import KnowledgeError
    from storage.database import BadUrl
    from storage.migrate import WrongKey

    return isinstance(error, SettingsError | BadUrl | WrongKey | KnowledgeError)


def run(arguments: list[str] | None = None) -> int:
    """Runs a verb; 0 on success, 2 on bad usage or bad input with one line on standard error."""
    try:
        result = cli.main(args=arguments, prog_name="python -m bot", standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as e:
        hint = " (see --help)" if isinstance(e, click.UsageError) else ""
        message = " ".join(e.format_message().split())
        sys.stderr.write(f"{message}{hint}\n")
        return 2
    except OSError as e:
        sys.stderr.write(f"{e.strerror or type(e).__name__}: {e.filename or 'address or file'}\n")
        return 2
    except Exception as e:
        if not _is_a_users_mistake(e):
            raise
        sys.stderr.write(" ".join(str(e).split()) + "\n")
        return 2
    return result if isinstance(result, int) else 0
