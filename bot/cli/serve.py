"""`run` and `demo`: the program itself."""

import asyncio
import signal
import sys

import click

from bot import logs
from bot.app import App
from bot.cli.common import asynchronous, clock_from, settings_for, with_database, with_now


async def _serve(app: App, greeting: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    try:
        await app.start()
        click.echo(greeting.format(port=app.port))
        sys.stdout.flush()
        await stop.wait()
    finally:
        await app.stop()


@click.command()
@with_database
@with_now
@asynchronous
async def run(db: str | None, now: str | None) -> None:
    """All channels whose settings are present, workers and scheduler; migrates its database first.

    Example: DATABASE_URL=postgresql://bot@db/bot SECRET_KEY=... python -m bot run"""
    chosen = settings_for(db)
    logs.set_up(chosen.log_level)
    host = chosen.listen.rpartition(":")[0]
    await _serve(App(chosen, clock=clock_from(now)), "Listening on http://" + host + ":{port}")


@click.command()
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535))
@with_database
@with_now
@asynchronous
async def demo(port: int, db: str | None, now: str | None) -> None:
    """Everything in one process, with a made-up commune: prints the addresses to open.

    Example: python -m bot demo --port 8080"""
    from bot.cli.demo import prepare_demo  # brings numpy, which the program itself does not need

    app, greeting = await prepare_demo(port, db, clock_from(now))
    logs.set_up("WARNING")
    await _serve(app, greeting)
