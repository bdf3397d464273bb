"""The preview while somebody writes: what he saves is shown at once, and his mistake with its file and line."""

import asyncio
import re
import shutil
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.pages import environment
from bot.preview import Preview
from content.knowledge import FOLDER, Knowledge


async def test_what_an_author_saves_is_shown_without_a_restart_and_his_mistake_with_file_and_line(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    folder = Path(await asyncio.to_thread(shutil.copytree, FOLDER, tmp_path / "content"))
    application = web.Application()
    application.add_routes(Preview(knowledge, environment(), folder=folder).routes())
    path = folder / "guides" / "phan-anh.yaml"
    text = path.read_text(encoding="utf-8")
    async with TestClient(TestServer(application)) as author:
        assert (await author.get("/xem-truoc/phan-anh")).status == 200
        path.write_text(text.replace("    text: ", "    text: Một câu mới toanh. ", 1), encoding="utf-8")
        assert "Một câu mới toanh." in await (await author.get("/xem-truoc/phan-anh")).text()
        path.write_text(text.replace("menu:", "menus:", 1), encoding="utf-8")
        answer = await author.get("/xem-truoc/phan-anh")
        assert answer.status == 400
        assert re.search(r"content/guides/phan-anh\.yaml:\d+: .*menus", await answer.text())
        path.write_text(text, encoding="utf-8")
        assert (await author.get("/xem-truoc/phan-anh")).status == 200
