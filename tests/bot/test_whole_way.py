"""A message's whole way, from the platform through the database and back, with everything that goes wrong on it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from content.knowledge import Knowledge
from handlers import router
from handlers.turn import Turn
from storage.inbox import Inbox
from storage.schema import chat, inbox, outbox
from tests.bot.whole_way import House, house, shown
from tests.emulators.telegram import Limits, TelegramEmulator
from tests.harness.program import Program, free_port
from tests.torture.model import Walk

DOUBT = "Tin trước của trợ lý có thể chưa tới máy bác"
WHERE = "tôi đang ở đâu"


@pytest.fixture
async def tg() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator(limits=Limits.none(), time_scale=20) as emulator:
        yield emulator


@pytest.fixture
async def home(tg: TelegramEmulator, database_url: str, knowledge: Knowledge) -> AsyncIterator[House]:
    async with house(tg, database_url, knowledge) as running:
        yield running


async def test_an_update_delivered_twice_moves_one_step(home: House) -> None:
    an = await home.walker("An")
    before = len(an.sees)
    home.tg.fails("duplicate", chat_id=an.id)
    await an.sends("xong")
    await home.quiet()
    assert home.tg.counts["updates.duplicated"] == 1
    assert shown(an, before) == [await home.step(an)] == ["co-app"]


async def test_a_burst_is_handled_and_answered_in_order(home: House) -> None:
    an = await home.walker("An")
    for word in ("xong", "1"):
        await an.sends(word)
        await an.waits_for()
    before = len(an.sees)
    for _ in range(8):
        await an.sends("xong")
    await home.quiet()
    steps = Walk().order
    onward = steps[steps.index("mo-app") + 1 :]
    assert shown(an, before)[:7] == onward
    assert len(an.sees) == before + 8
    assert "✅" in an.screen


async def test_a_word_and_a_press_that_overtake_each_other_both_count_once(home: House) -> None:
    an = await home.walker("An")
    before = len(an.sees)
    home.tg.fails("reverse", count=2, chat_id=an.id)
    await an.presses("Xong")
    await an.sends(WHERE)
    await home.quiet()
    assert await home.step(an) == "co-app"
    assert sorted(shown(an, before)) in (["co-app", "co-app"], ["co-app", "tin-duyet"])


async def test_a_send_that_hangs_keeps_nobody_else_waiting(home: House) -> None:
    an, binh = await home.walker("An"), await home.walker("Bình")
    before = len(an.sees)
    home.tg.fails("slow", method="sendMessage", chat_id=an.id, seconds=2)
    await an.sends("xong")
    for _ in range(3):
        await binh.sends(WHERE)
        await binh.waits_for("Bước 1/")
    assert len(an.sees) == before, "the slow send had ended already"
    await home.quiet()
    assert shown(an, before) == ["co-app"]


async def test_an_update_nobody_can_read_is_set_aside_and_blocks_nobody(home: House) -> None:
    an, binh = await home.walker("An"), await home.walker("Bình")
    home.tg.world.delivery.add("message", {"message_id": 1, "chat": {"id": an.id}}, chat_id=an.id, user_id=an.id)
    await an.sends("xong")
    await binh.sends("xong")
    await home.quiet()
    assert [await home.step(p) for p in (an, binh)] == ["co-app", "co-app"]
    assert (await home.states(inbox)).count("failed") == 1


async def test_a_turn_that_always_fails_is_given_up_with_one_apology_and_the_chat_goes_on(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    an, binh = await home.walker("An"), await home.walker("Bình")
    before, handle = len(an.sees), router.handle

    async def bursting(turn: Turn) -> None:
        if turn.message.text == "nổ":
            raise RuntimeError("nổ")
        await handle(turn)

    monkeypatch.setattr(router, "handle", bursting)
    for person in (an, binh):
        await person.sends("nổ" if person is an else "xong")
    await an.sends("xong")
    await binh.waits_for("Bước 2/")

    async def given_up() -> bool:
        return "failed" in await home.states(inbox)

    await home.until(given_up, skipping=1.0)
    await home.quiet()
    assert [("Xin lỗi" in m) for m in an.sees[before:]] == [True, False]
    assert [await home.step(p) for p in (an, binh)] == ["co-app", "co-app"]


async def test_turns_handled_with_one_that_fails_take_effect_once(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await home.walker(name) for name in ("An", "Bình", "Chi", "Dũng")]
    before = [len(p.sees) for p in people]
    handle = router.handle
    failed: list[Turn] = []

    async def failing_once(turn: Turn) -> None:
        await handle(turn)
        if turn.message.address == str(people[1].id) and not failed:
            failed.append(turn)
            raise RuntimeError

    home.tg.fails("hold", count=None)
    monkeypatch.setattr(router, "handle", failing_once)
    for person in people:
        await person.sends("xong")
    home.tg.heals("hold")

    async def all_there() -> bool:
        return all([await home.step(p) == "co-app" for p in people])

    await home.until(all_there, skipping=0.5)
    await home.quiet()
    assert [shown(p, n) for p, n in zip(people, before, strict=True)] == [["co-app"]] * 4


@pytest.mark.parametrize("how", ["refusing connections", "answering 502"])
async def test_what_was_said_while_the_platform_was_down_arrives_once(home: House, how: str) -> None:
    an = await home.walker("An")
    before = len(an.sees)
    if how == "answering 502":
        home.tg.fails("error", method="sendMessage", count=None)
    else:
        await home.tg.goes_down()
    for word in ("xong", "1", "xong"):
        await an.sends(word)
    await home.tg.settles()

    async def stands() -> bool:
        return await home.step(an) == "nhap-so"

    await home.until(stands)
    assert not shown(an, before)
    await home.tg.comes_back()
    home.tg.heals()
    await home.until(home.is_quiet, skipping=0.5)
    # The first may have been written to a connection that was kept open and then cut: nobody can know its fate.
    lost = (await home.states(outbox)).count("unknown")
    assert lost <= (how == "refusing connections")
    assert shown(an, before) == ["co-app", "mo-app", "nhap-so"][lost:]


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_send_of_unknown_outcome_is_not_repeated_and_the_next_word_shows_the_step(
    home: House, arrived: bool
) -> None:
    an = await home.walker("An")
    before = len(an.sees)
    home.tg.fails("lose_answer" if arrived else "refuse", method="sendMessage", chat_id=an.id)
    await an.sends("xong")
    await home.quiet()
    assert shown(an, before) == ["co-app"] * arrived
    assert (await home.states(outbox))[-1] == "unknown"
    await an.sends(WHERE)
    await home.quiet()
    assert shown(an, before) == ["co-app"] * (1 + arrived)
    assert an.screen.startswith(DOUBT)
    await an.sends(WHERE)
    await home.quiet()
    assert not an.screen.startswith(DOUBT)


async def test_a_wait_the_platform_asks_for_is_kept_and_the_message_arrives_once(home: House) -> None:
    an, binh = await home.walker("An"), await home.walker("Bình")
    before = len(an.sees)
    home.tg.fails("flood", method="sendMessage", chat_id=an.id, seconds=2)
    await an.sends("xong")
    await binh.sends("xong")
    await binh.waits_for("Bước 2/")
    await home.quiet()
    assert shown(an, before) == ["co-app"]
    assert home.tg.counts["status.429"] == 1, "knocked again before the time was over"


async def test_who_blocked_us_is_written_to_no_more_until_he_writes(home: House) -> None:
    an = await home.walker("An")
    before = len(an.sees)
    home.tg.fails("hold", count=None)
    await an.sends("xong")
    await an.blocks()
    home.tg.heals("hold")
    await home.quiet()
    assert (await home.states(outbox))[-1] == "parked"
    assert await _unreachable(home) == ["blocked"]
    await an.unblocks()
    await an.sends(WHERE)
    await home.quiet()
    assert shown(an, before) == ["co-app"]
    assert await _unreachable(home) == [None]


async def _unreachable(home: House) -> list[str | None]:
    async with home.app.database.read() as connection:
        return list((await connection.execute(sa.select(chat.c.unreachable))).scalars())


async def test_an_update_that_could_not_be_stored_is_taken_when_it_comes_again(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    an = await home.walker("An")
    before, store = len(an.sees), Inbox.store
    refused: list[Any] = []

    async def away(self: Inbox, *given: Any) -> int:
        if len(refused) < 3:
            refused.append(given)
            raise sa.exc.OperationalError("INSERT", {}, Exception("disk full"))
        return await store(self, *given)

    monkeypatch.setattr(Inbox, "store", away)
    await an.sends("xong")
    await home.quiet()
    assert "503" in str(home.tg.world.delivery.last_error)
    assert shown(an, before) == [await home.step(an)] == ["co-app"]


async def test_a_stop_by_the_operator_leaves_nothing_in_doubt(
    tg: TelegramEmulator, database_url: str, knowledge: Knowledge, tmp_path: Path
) -> None:
    async with house(tg, database_url, knowledge) as home:
        people = [await home.walker(f"Người {n}") for n in range(8)]
    before = [len(p.sees) for p in people]
    port = free_port()
    program = Program(port, tmp_path, {
        "DATABASE_URL": database_url, "TELEGRAM_TOKEN": tg.token, "TELEGRAM_API_BASE": tg.root,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    })  # fmt: skip
    await program.start()
    await program.ready()
    for word in ("xong", "1", "xong", "xong"):
        for person in people:
            await person.sends(word)
    await people[0].waits_for(2, within=20)
    assert await program.stop() == 0, program.log.read_text()[-2000:]
    async with house(tg, database_url, knowledge) as home:
        await home.quiet(within=30)
        assert {await home.step(p) for p in people} == {"gui-yeu-cau"}
        assert set(await home.states(outbox)) == {"sent"}
    for person, n in zip(people, before, strict=True):
        assert shown(person, n) == ["co-app", "mo-app", "nhap-so", "gui-yeu-cau"]
