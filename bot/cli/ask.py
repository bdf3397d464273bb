"""`ask`: questions in, what they are about out; how answering is measured from outside."""

import json
import sys

import click

from bot.cli.common import InputLines, clock_at, with_now
from content.asking.deciding import Lost, Refused, judged
from content.asking.ranker import Ranker
from content.knowledge import FOLDER
from content.safety import Safety

CANDIDATES = 5


@click.command()
@with_now
def ask(now: str | None) -> int:
    """Reads a question a line and says what each is about: the intent (null: the bot would decline or hand over), the
    candidates with the best first, and how sure it is that the question is our business (0 to 1).

    Example: echo "quên mật khẩu vneid" | python -m bot ask"""
    clock_at(now)  # a wrong time is refused, though what a question is about is the same on every day
    ranker, safety = Ranker.load(FOLDER), Safety.load()
    lines = InputLines()
    for text in lines:
        ranking, verdict = judged(text, ranker, safety)
        intent = None if isinstance(verdict, Refused | Lost) else ranking.intents[0][0]
        candidates = [slug for slug, _ in ranking.intents[:CANDIDATES]]
        answer = {"intent": intent, "candidates": candidates, "score": round(ranking.certainty, 4)}
        click.echo(json.dumps(answer, ensure_ascii=False))
        sys.stdout.flush()
    return lines.code
