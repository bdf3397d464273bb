"""All verbs under one roof, and the promise that a user's mistake never shows a traceback."""

import sys

import click

from bot import settings
from bot.cli import chat, database, knowledge, later, people, report, serve
from content.reading import KnowledgeError
from storage.database import BadUrl
from storage.migrate import WrongKey


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def cli() -> None:
    """Trợ lý của tổ công nghệ số cộng đồng: hướng dẫn, ghi lượt hỗ trợ, báo cáo."""


for command in (serve.run, serve.demo, chat.chat, report.report, database.db, database.seed, people.people,
                knowledge.content, *later.COMMANDS):  # fmt: skip
    cli.add_command(command)


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
    except (settings.SettingsError, BadUrl, WrongKey, KnowledgeError) as e:
        sys.stderr.write(" ".join(str(e).split()) + "\n")
        return 2
    except OSError as e:
        sys.stderr.write(f"{e.strerror or type(e).__name__}: {e.filename or 'address or file'}\n")
        return 2
    return result if isinstance(result, int) else 0
