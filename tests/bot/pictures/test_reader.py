"""The process that reads pictures: it may hang or die, which costs one picture and nothing else."""

import asyncio
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from bot.pictures.reader import COMMAND, HOME, MOST_WAITING, Patience, Reader
from handlers.turn import Picture
from tests.pictures import PAYMENT, photo

READY = "import sys, struct; o = sys.stdout.buffer; o.write(struct.pack('>I', 7) + b'\"ready\"'); o.flush(); "
HANGS = READY + "import signal; signal.pause()"
DIES = READY + "sys.stdin.buffer.read(10)"
BABBLES = READY + "o.write(b'\\0\\0\\0\\3{}}'); o.flush(); sys.stdin.buffer.read()"
NEVER_READY = "import signal; signal.pause()"
QUICK = Patience(start=5, picture=0.3)


@pytest.fixture
async def reads() -> AsyncIterator[Callable[..., Reader]]:
    made: list[Reader] = []

    def make(program: str | None = None, patience: Patience | None = None) -> Reader:
        made.append(Reader((sys.executable, "-c", program) if program else COMMAND, patience))
        return made[-1]

    yield make
    for reader in made:
        await reader.close()


async def test_nothing_is_started_before_the_first_picture(reads: Callable[..., Reader]) -> None:
    reader = reads()
    assert reader.pid is None
    assert (await reader.read(b"no picture")).problem == "not_a_picture"
    assert reader.pid is None
    assert await reader.read(photo()) == Picture((PAYMENT,))
    assert reader.pid is not None


@pytest.mark.parametrize(
    ("program", "problem"), [(HANGS, "too_slow"), (DIES, "crashed"), (BABBLES, "crashed"), ("boom", "crashed")]
)
async def test_whatever_it_does_the_picture_gets_an_answer(
    reads: Callable[..., Reader], program: str, problem: str
) -> None:
    reader = reads(program, QUICK)
    assert (await reader.read(photo())).problem == problem
    assert reader.pid is None
    assert (await reader.read(photo())).problem == problem


async def test_one_that_never_begins_is_given_up(reads: Callable[..., Reader]) -> None:
    assert (await reads(NEVER_READY, Patience(start=0.2)).read(photo())).problem == "too_slow"


async def test_one_that_was_killed_is_replaced(reads: Callable[..., Reader]) -> None:
    reader = reads()
    await reader.read(photo())
    before = reader.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    answers = {(await reader.read(photo())).problem for _ in range(2)}
    assert answers <= {None, "crashed"}
    assert await reader.read(photo()) == Picture((PAYMENT,))
    assert reader.pid != before


async def test_it_is_killed_while_it_hangs(reads: Callable[..., Reader]) -> None:
    reader = reads(HANGS, Patience(picture=30))
    asked = asyncio.create_task(reader.read(photo()))
    while reader.pid is None:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    process = psutil.Process(reader.pid)
    process.kill()
    assert (await asked).problem == "crashed"


async def test_pictures_are_read_one_after_another_and_a_crowd_is_sent_away(reads: Callable[..., Reader]) -> None:
    answers = await asyncio.gather(*[reads_one.read(photo()) for reads_one in [reads()] * (MOST_WAITING + 5)])
    assert [a.problem for a in answers].count("busy") == 5
    assert answers.count(Picture((PAYMENT,))) == MOST_WAITING


async def test_others_go_on_while_a_picture_is_read(reads: Callable[..., Reader]) -> None:
    reader = reads(HANGS, Patience(picture=0.5))
    asked = asyncio.create_task(reader.read(photo()))
    steps = 0
    while not asked.done():
        steps += 1
        await asyncio.sleep(0)
    assert steps > 100


async def test_an_idle_process_gives_its_memory_back(reads: Callable[..., Reader]) -> None:
    reader = reads(patience=Patience(idle=0.05))
    await reader.read(photo())
    async with asyncio.timeout(5):
        while reader.pid is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert await reader.read(photo()) == Picture((PAYMENT,))


async def test_a_picture_nobody_waits_for_any_more_leaves_no_answer_to_the_next(reads: Callable[..., Reader]) -> None:
    reader = reads()
    await reader.read(photo())
    asked = asyncio.create_task(reader.read(photo("https://bit.ly/mot")))
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert await reader.read(photo()) == Picture((PAYMENT,))


async def test_a_process_that_dies_over_a_picture_leaves_nothing_of_it(
    reads: Callable[..., Reader], tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash in the middle of the work, with core files asked for and a folder for what is temporary."""
    monkeypatch.chdir(tmp_path)
    core = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (core[1], core[1]))
    dying = "import os, sys; from bot.pictures import child; child.look_into = lambda data: os.abort(); child.main()"
    before = set(HOME.iterdir())
    assert await reads(dying).read(photo()) == Picture((), "crashed")
    resource.setrlimit(resource.RLIMIT_CORE, core)
    assert list(tmp_path.iterdir()) == []
    assert not [p for p in {*HOME.iterdir()} - before if p.is_file()]
    said = capfd.readouterr()
    assert said.out + said.err == ""
