"""A bare python-telegram-bot echo: one handler, no storage. `--backend httpx` is its own, `aiohttp` is ours."""

import argparse
import asyncio
import os
from typing import Any

from aiohttp import web
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.channels.telegram.request import AiohttpRequest


async def _echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await update.message.reply_text(update.message.text or "")


async def _serve(backend: str) -> None:
    base, (host, _, port) = os.environ["TELEGRAM_API_BASE"], os.environ["LISTEN"].partition(":")
    builder: Any = Application.builder().token(os.environ["TELEGRAM_TOKEN"]).base_url(f"{base}/bot").updater(None)
    if backend == "aiohttp":
        builder = builder.request(AiohttpRequest()).get_updates_request(AiohttpRequest())
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, _echo))
    await application.initialize()
    await application.start()

    async def hook(request: web.Request) -> web.Response:
        await application.process_update(Update.de_json(await request.json(), application.bot))
        return web.Response()

    async def ready(_request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.add_routes([web.post("/hooks/telegram", hook), web.get("/ready", ready)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, int(port)).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backend", choices=("httpx", "aiohttp"), default="httpx")
    asyncio.run(_serve(parser.parse_args().backend))
