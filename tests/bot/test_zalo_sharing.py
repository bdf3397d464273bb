"""What Zalo is told of people who agreed, where the operator wants it: over the wire, never in an answer's way."""

import datetime as dt
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot.app import App
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.settings import Settings, SettingsError, load
from content.knowledge import Knowledge
from storage.memory import Memory
from storage.schema.zalo import chat_share, zalo_tag
from storage.zalo import Account
from tests.bot.test_zalo_whole_way import House
from tests.emulators.zalo_oa import Person, ZaloEmulator
from tests.harness.program import SECRET_KEY, free_port, in_code

WAITS, XA = "dang-cho-gap-nguoi", "xa-vi-thuy-31441"
TAGGED, UNTAGGED, DETAIL = "tag/tagfollower", "tag/rmfollowerfromtag", "user/detail"


@pytest.fixture
def engine() -> str:
    return "sqlite"


class Town(House):
    """The program at an account, with a clock that a test moves."""

    async def looks(self, after: dt.timedelta = dt.timedelta(minutes=2)) -> None:
        """Time passes, and the job looks for what is due."""
        self.zalo.skips(after.total_seconds())
        channel = self.app.channels["zalo_oa"]
        assert isinstance(channel, ZaloOaChannel)
        assert channel._sharing is not None
        await channel._sharing.sweep()
        await self.app.scheduler.deliver()
        await self.quiet()

    async def settles_in(self, name: str = "An", *, follows: bool = True, minor: bool = False) -> Person:
        """Somebody who agrees to what he reads and lives in a commune."""
        an = self.zalo.user(name)
        an.user.follows, an.user.minor = follows, minor
        await self.says(an, "chào", "Chào bác")
        await an.presses("1. Đồng ý")
        await an.waits_for("xã, phường nào", within=15)
        await self.says(an, "XA31441", "Đã ghi")
        return an

    async def says(self, who: Person, text: str, answer: str) -> None:
        await who.sends(text)
        await who.waits_for(answer, within=15)
        await self.quiet()

    async def needs(self, who: Person) -> None:
        """He waits for a human of his commune."""
        async with self.app.database.write() as connection:
            memory = Memory(connection, self.app.database.vault)
            lane = memory.vault.lane("zalo_oa", f"{who.user.oa.id}:{who.id}")
            chat = await memory.people.find("zalo_oa", lane)
            assert chat is not None
            later = self.app.clock() + dt.timedelta(days=9)
            await memory.handover.ask(chat.person_id, "31441", self.app.clock(), later)

    async def accounts(self) -> list[Account]:
        async with self.app.database.read() as connection:
            return await Memory(connection, self.app.database.vault).zalo.all()

    def calls(self, path: str) -> int:
        return self.zalo.counts[f"calls.{path}"]

    async def rows(self, table: sa.Table) -> int:
        async with self.app.database.read() as connection:
            return int((await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one())


Opening = Callable[..., AbstractAsyncContextManager[Town]]


@pytest.fixture
def town(database_url: str, knowledge: Knowledge) -> Opening:
    """A program of these settings, at an account of no commune in particular."""

    @asynccontextmanager
    async def opened(
        tags: str = "commune,waiting", *, asks: bool = True, zalo: ZaloEmulator | None = None, **switches: Any
    ) -> AsyncIterator[Town]:
        async with zalo or ZaloEmulator(**switches) as emulator:
            port = free_port()
            base = f"http://127.0.0.1:{port}"
            settings = Settings(
                _env_file=None, database_url=database_url, secret_key=SecretStr(SECRET_KEY), public_url=base,
                listen=f"127.0.0.1:{port}", zalo_oa_tags=tags, zalo_oa_detail=asks,
                **in_code(emulator.settings(granted=False)),
            )  # fmt: skip
            emulator.oa.per_minute = 100_000

            def clock() -> dt.datetime:
                return dt.datetime.fromtimestamp(emulator.world.clock.wall(), dt.UTC)

            home = Town(App(settings, clock=clock, chance=random.Random(1), knowledge=knowledge), emulator)
            await home.app.start()
            home.app.scheduler.stopping.set()
            try:
                assert await emulator.console(base) == 200
                assert await emulator.consents(base) == 200
                yield home
            finally:
                await home.app.stop()

    return opened


async def test_nothing_is_shared_unless_the_operator_wants_it(town: Opening) -> None:
    async with town("", asks=False) as home:
        an = await home.settles_in(minor=True)
        assert not any("Zalo" in message.text for message in an.sees)
        await home.needs(an)
        await home.looks()
        assert [home.calls(path) for path in (TAGGED, UNTAGGED, DETAIL)] == [0, 0, 0]
        assert await home.rows(chat_share) == 0


async def test_tags_come_and_go_with_what_they_say(town: Opening) -> None:
    async with town() as home:
        an = await home.settles_in()
        greeting = an.sees[0].text
        assert "tên xã" in greeting
        assert "đang chờ" in greeting
        await home.looks()
        assert an.tags == [XA]
        await home.needs(an)
        await home.looks()
        assert an.tags == [WAITS, XA]
        await an.sends("gặp người")
        await an.waits_for(within=15)
        await an.presses("Thôi")
        await home.quiet()
        await home.looks()
        assert an.tags == [XA]
        told = sum(home.calls(path) for path in (TAGGED, UNTAGGED))
        await home.looks()
        assert sum(home.calls(path) for path in (TAGGED, UNTAGGED)) == told, "nothing to do, nothing is called"
        await an.does("withdraw")
        await home.quiet()
        await home.looks()
        assert an.tags == []
        assert await home.rows(zalo_tag) == 0


async def test_what_was_agreed_to_can_be_taken_back_by_itself_and_given_again(town: Opening) -> None:
    async with town(asks=False) as home:
        an = await home.settles_in()
        await home.looks()
        await home.says(an, "dữ liệu của tôi", "Thôi cho Zalo biết")
        await home.says(an, "thôi cho zalo biết", "nhãn")
        await home.says(an, "không cho biết", "sẽ được gỡ")
        await home.looks()
        assert an.tags == []
        await home.says(an, "dữ liệu của tôi", "Cho Zalo biết thêm")
        await home.says(an, "cho zalo biết thêm", "nhãn")
        await home.says(an, "đồng ý", "đã ghi")
        await home.looks()
        assert an.tags == [XA]


async def test_who_agreed_to_words_that_did_not_name_it_is_not_told_of(town: Opening) -> None:
    """A button of the days before the operator wanted it."""
    async with town() as home:
        an = home.zalo.user("An")
        an.user.follows = an.user.minor = True
        await home.says(an, "chào", "Chào bác")
        await home.says(an, "#c:y:XA31441", "Đã ghi")
        await home.needs(an)
        await home.looks()
        assert an.tags == []
        assert home.calls(DETAIL) == 0


async def test_a_button_that_asks_for_more_than_is_offered_today_agrees_to_nothing(town: Opening) -> None:
    async with town("", asks=False) as home:
        an = await home.settles_in()
        for press in ("#d:chia", "#d:chia:co"):
            await home.says(an, press, "không cho Zalo biết gì thêm")
        assert await home.rows(chat_share) == 0


async def test_an_account_of_one_commune_needs_nobodys_commune(town: Opening) -> None:
    async with town() as home:
        channel = home.app.channels["zalo_oa"]
        assert isinstance(channel, ZaloOaChannel)
        await channel.tokens.learn((await home.accounts())[0], commune="31441")
        an = home.zalo.user("An")
        an.user.follows = True
        await home.says(an, "chào", "Chào bác")
        assert "tên xã" not in an.screen
        await an.presses("1. Đồng ý")
        await an.waits_for("Vị Thủy", within=15)
        await home.needs(an)
        await home.looks()
        assert an.tags == [WAITS]


async def test_a_child_is_told_gently_and_nothing_is_kept_of_what_zalo_said(town: Opening, database_url: str) -> None:
    async with town("") as home:
        child, grown = await home.settles_in("Bé Ti", minor=True), await home.settles_in("Ông Tư")
        await home.looks()
        await home.looks()
        hints = [sum("chưa đủ 18 tuổi:" in m.text for m in one.sees) for one in (child, grown)]
        assert hints == [1, 0]
        assert home.calls(DETAIL) == 2, "each is asked about once"
        kept = b"".join(p.read_bytes() for p in Path(database_url.partition("///")[2]).parent.glob("*.db*"))
        assert "Bé Ti".encode() not in kept


AGAIN, NEVER = (2, [XA]), (1, list[str]())
FAULTS: list[tuple[dict[str, Any], tuple[int, list[str]]]] = [
    ({"kind": "code", "code": -32}, AGAIN),
    ({"kind": "code", "code": -216}, AGAIN),
    ({"kind": "code", "code": -223}, AGAIN),
    ({"kind": "code", "code": -235}, AGAIN),
    ({"kind": "code", "code": -200}, AGAIN),
    ({"kind": "code", "code": -31999}, AGAIN),
    ({"kind": "lose_answer"}, AGAIN),
    ({"kind": "refuse"}, AGAIN),
    ({"kind": "status", "status": 502}, AGAIN),
    ({"kind": "nonsense"}, AGAIN),
    ({"kind": "code", "code": -201}, NEVER),
    ({"kind": "code", "code": -248}, NEVER),
]


async def test_a_tag_that_fails_is_tried_again_where_that_is_of_use_and_delays_no_answer(town: Opening) -> None:
    async with town("commune", asks=False) as home:
        for number, (fault, expected) in enumerate(FAULTS):
            an, before = await home.settles_in(f"Người {number}"), home.calls(TAGGED)
            home.zalo.fails(**fault, path="/tag/")
            await home.looks()
            await home.says(an, "menu", "việc")
            for _ in range(3):
                await home.looks(dt.timedelta(hours=2))
            assert (home.calls(TAGGED) - before, an.tags) == expected, fault
            assert (await home.accounts())[0].state == "ok", "messages go: the account is not in trouble"


async def test_who_does_not_follow_the_account_is_tagged_once_he_does(town: Opening) -> None:
    async with town("commune", asks=False) as home:
        an = await home.settles_in(follows=False)
        await home.looks()
        await home.looks(dt.timedelta(hours=3))
        assert (an.tags, home.calls(TAGGED)) == ([], 1)
        an.user.follows = True
        await home.looks(dt.timedelta(days=1))
        assert an.tags == [XA]


async def test_a_tag_that_cannot_be_taken_off_is_given_up_after_a_week_and_the_operator_reads_so(
    town: Opening, capsys: pytest.CaptureFixture[str]
) -> None:
    async with town("commune", asks=False) as home:
        an = await home.settles_in()
        await home.looks()
        home.zalo.fails("code", code=-244, count=None, path="/tag/")
        await an.does("withdraw")
        await home.quiet()
        for _ in range(9):
            await home.looks(dt.timedelta(days=1))
        assert an.tags == [XA]
        assert await home.rows(zalo_tag) == 0
        assert home.calls(UNTAGGED) <= 9
        assert "zalo_oa.tag_left" in capsys.readouterr().out


async def test_tags_leave_the_minute_to_messages(town: Opening) -> None:
    async with town("commune", asks=False) as home:
        for name in ("An", "Bình", "Chi"):
            await home.settles_in(name)
        home.zalo.oa.per_minute = 1
        await home.looks()
        assert home.calls(TAGGED) == 1, "the first says how little is left"
        home.zalo.oa.per_minute = 100_000
        await home.looks()
        assert len(home.zalo.oa.tags[XA]) == 3


async def test_a_tag_the_staff_took_off_themselves_is_off(town: Opening, capsys: pytest.CaptureFixture[str]) -> None:
    async with town("commune", asks=False, untag_unknown="-201") as home:
        an = await home.settles_in()
        await home.looks()
        home.zalo.oa.tags.clear()
        await an.does("withdraw")
        await home.quiet()
        await home.looks()
        assert (await home.rows(zalo_tag), home.calls(UNTAGGED)) == (0, 1)
        assert "zalo_oa.tag_left" not in capsys.readouterr().out


async def test_an_account_that_may_not_ask_is_left_alone(town: Opening) -> None:
    async with town(detail="-235") as home:
        for name in ("An", "Bình", "Chi"):
            await home.settles_in(name, minor=True)
        for _ in range(9):
            await home.looks(dt.timedelta(minutes=5))
        assert home.calls(DETAIL) == 1, "one tries it for all"
        assert len(home.zalo.oa.tags[XA]) == 3, "what it may do goes on"


async def test_what_the_operator_switches_off_is_taken_off(town: Opening) -> None:
    zalo = ZaloEmulator()
    async with town("commune,waiting", asks=False, zalo=zalo) as home:
        an = await home.settles_in()
        await home.looks()
        channel = home.app.channels["zalo_oa"]
        assert isinstance(channel, ZaloOaChannel)
        assert channel._sharing is not None
        channel._sharing._kinds = []  # as after a restart with other settings
        await home.looks()
        assert an.tags == []


@pytest.mark.parametrize("given", ["name", "commune;waiting", "role"])
def test_only_what_is_harmless_can_be_a_tag(given: str) -> None:
    with pytest.raises(SettingsError, match="ZALO_OA_TAGS"):
        load(_env_file=None, zalo_oa_tags=given)
