"""The entries of the log as the tests of the conversations look at them."""

from storage.entry import Entry, load
from storage.schema import assistance
from storage.statistics import recount
from tests.talk import Talk


async def saved(talk: Talk) -> list[Entry]:
    """Every entry that counts, in the order they were written; the counters must say the same."""
    async with talk.memory() as memory:
        assert await recount(memory.connection) == []
        found = await load(memory.connection, assistance.c.state == "saved")
    return sorted(found, key=lambda entry: entry.id or 0)


async def only(talk: Talk) -> Entry:
    """The one entry that counts."""
    (entry,) = await saved(talk)
    return entry
