"""The server's own pages: figures behind a signed link, the preview of guides, health."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.capabilities import CAPABILITIES
from bot.links import Downloads, Links
from bot.metrics import Metrics
from bot.server import Server
from content.knowledge import Knowledge
from storage.database import Database
from storage.seed import seed

COMMUNE = "31441"
NOW = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)
Client = TestClient[web.Request, web.Application]

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


class Clock:
    """A clock a test moves."""

    now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(database: Database, knowledge: Knowledge, clock: Clock) -> Server:
    links = Links("http://troly.test", database.vault, knowledge)
    return Server(database, {}, knowledge, Metrics(), clock, Downloads(links, database, knowledge, clock))


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    async with TestClient(TestServer(server.application)) as client:
        yield client


async def test_the_link_shows_the_figures_of_that_commune(
    client: Client,
    server: Server,
    database: Database,
) -> None:
    await seed(database, [COMMUNE], weeks=2, assistances=200, random_seed=3, today=NOW.date())
    answer = await client.get(server.dashboard.path(COMMUNE))
    page = await answer.text()
    assert answer.status == 200
    assert "Xã Vị Thủy" in page
    assert "Tuần 47 (16/11/2026 - 22/11/2026)" in page
    assert "None" not in page


async def test_a_link_changed_for_another_commune_opens_nothing(client: Client, server: Server) -> None:
    link = server.dashboard.path(COMMUNE)
    for forged in (link.replace(COMMUNE, "00004"), link[:-1] + ("0" if link[-1] != "0" else "1"), "/so-lieu/31441"):
        assert (await client.get(forged)).status == 403


async def test_a_link_opens_nothing_after_its_days(client: Client, server: Server, clock: Clock) -> None:
    link = server.dashboard.path(COMMUNE)
    clock.now = NOW + dt.timedelta(days=6)
    assert (await client.get(link)).status == 200
    clock.now = NOW + dt.timedelta(days=8)
    assert (await client.get(link)).status == 403


async def test_a_week_nobody_can_read_is_this_week(client: Client, server: Server) -> None:
    page = await (await client.get(server.dashboard.path(COMMUNE) + "&tuan=hôm-nay")).text()
    assert "Tuần 47" in page


async def test_the_preview_shows_every_step_as_each_channel_will(client: Client, knowledge: Knowledge) -> None:
    listing = await (await client.get("/xem-truoc")).text()
    for guide in knowledge.library.guides.values():
        assert f"/xem-truoc/{guide.id}" in listing
        page = await (await client.get(f"/xem-truoc/{guide.id}")).text()
        assert all(f'id="{step.id}"' in page for step in guide.steps)
        assert page.count('class="name"') == len(guide.steps) * len(CAPABILITIES)
    assert (await client.get("/xem-truoc/khong-co")).status == 404


async def test_health_readiness_and_figures_are_told(client: Client) -> None:
    assert (await client.get("/ready")).status == 200
    assert (await client.get("/health")).status == 200
    metrics = await (await client.get("/metrics")).text()
    assert 'bot_waiting{box="inbox",state="new"} 0.0' in metrics
