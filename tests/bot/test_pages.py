"""The server's own pages: the preview of guides, health."""

import datetime as dt
import io
from collections.abc import AsyncIterator

import pypdf
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.capabilities import CAPABILITIES
from bot.links import Downloads, Links
from bot.metrics import Metrics
from bot.server import Server
from content.knowledge import Knowledge
from storage.database import Database

NOW = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)
Client = TestClient[web.Request, web.Application]

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def server(database: Database, knowledge: Knowledge) -> Server:
    links = Links("http://troly.test", database.vault, knowledge)
    downloads = Downloads(links, database, knowledge, lambda: NOW)
    return Server(database, {}, knowledge, Metrics(), lambda: NOW, downloads)


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    async with TestClient(TestServer(server.application)) as client:
        yield client


async def test_the_preview_shows_every_step_as_each_channel_will(client: Client, knowledge: Knowledge) -> None:
    listing = await (await client.get("/xem-truoc")).text()
    for guide in knowledge.library.guides.values():
        assert f"/xem-truoc/{guide.id}" in listing
        page = await (await client.get(f"/xem-truoc/{guide.id}")).text()
        assert all(f'id="{step.id}"' in page for step in guide.steps)
        assert page.count('class="name"') == len(guide.steps) * len(CAPABILITIES)
    assert (await client.get("/xem-truoc/khong-co")).status == 404


async def test_a_guide_is_printed_from_its_preview(client: Client, knowledge: Knowledge) -> None:
    page = await (await client.get("/xem-truoc/phan-anh")).text()
    assert "/xem-truoc/phan-anh.pdf" in page
    answer = await client.get("/xem-truoc/phan-anh.pdf")
    assert answer.content_type == "application/pdf"
    reader = pypdf.PdfReader(io.BytesIO(await answer.read()))
    assert len(reader.pages) == 1
    assert knowledge.library.guides["phan-anh"].title.split()[0] in reader.pages[0].extract_text()
    assert (await client.get("/xem-truoc/khong-co.pdf")).status == 404


async def test_procedures_are_shown_in_every_variant(client: Client, knowledge: Knowledge) -> None:
    listing = await (await client.get("/xem-truoc")).text()
    for slug in knowledge.library.procedures:
        assert f"/xem-truoc/thu-tuc/{slug}" in listing
    page = await (await client.get("/xem-truoc/thu-tuc/khai-sinh")).text()
    assert "Trẻ sinh đã quá 60 ngày: card" in page
    assert "Ủy ban nhân dân xã" in page
    assert (await client.get("/xem-truoc/thu-tuc/khong-co")).status == 404


async def test_health_readiness_and_figures_are_told(client: Client) -> None:
    assert (await client.get("/ready")).status == 200
    assert (await client.get("/health")).status == 200
    metrics = await (await client.get("/metrics")).text()
    assert 'bot_waiting{box="inbox",state="new"} 0.0' in metrics
