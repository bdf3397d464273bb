"""The week's rounds: reports come by themselves, once, where one can be written to; reminders before them, by day."""

import asyncio
import datetime as dt
import random
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot.channels.base import SENT, Outcome, Sent
from bot.channels.capabilities import CAPABILITIES
from bot.channels.rendering import Rendered
from bot.cli.main import run
from bot.metrics import Metrics
from bot.scheduler import Scheduler
from bot.sender import Sender
from bot.settings import Settings
from bot.talk import ScriptedChannel, Talk
from content.knowledge import Knowledge
from handlers.welcome import CONSENT_VERSION
from storage.bell import Bell
from storage.database import Database
from storage.deadlines import REMIND
from storage.memory import Memory
from storage.periods import VIETNAM
from storage.schema.reports import report_version
from storage.schema.rounds import errand, push
from storage.scope import Grant

COMMUNE = "31441"
MONDAY = dt.datetime(2026, 11, 16, 8, tzinfo=VIETNAM)
REPORT = "Đến giờ chốt, trợ lý gửi anh/chị báo cáo tuần"


class Week:
    """A commune in week 47: Bình logged for Tổ Thôn 3, Chi leads the silent Tổ Thôn 5, Hoa is the officer."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk

    async def at(self, moment: str) -> list[tuple[str, str]]:
        """The clock goes there; what is then told to whom."""
        answer = await self.talk.take({"tick": f"{moment}:00+07:00"})
        return [(s.to, s.message.text) for s in answer.said if s.message.text]

    async def says(self, who: str, text: str) -> str:
        answer = await self.talk.take({"from": who, "text": text})
        return "\n".join(s.message.text for s in answer.said)

    async def presses(self, who: str, value: str) -> str:
        answer = await self.talk.take({"from": who, "press": value})
        return "\n".join(s.message.text for s in answer.said)

    async def reports(self, moment: str) -> list[tuple[str, str]]:
        return [(who, text) for who, text in await self.at(moment) if REPORT in text]


@pytest.fixture
async def week(sqlite_template: Path, tmp_path: Path, knowledge: Knowledge) -> AsyncIterator[Week]:
    path = shutil.copy(sqlite_template, tmp_path / "bot.db")
    secret = SecretStr("a secret of these tests alone, long enough")
    talk = Talk(Settings(database_url=f"sqlite:///{path}", secret_key=secret, _env_file=None), knowledge, MONDAY)
    await talk.open()
    await talk.take({"people": [
        {"name": "binh", "role": "member", "team": "Tổ Thôn 3"},
        {"name": "lan", "role": "member", "team": "Tổ Thôn 3"},
        {"name": "chi", "role": "head", "team": "Tổ Thôn 5"}, {"name": "hoa", "role": "officer", "commune": COMMUNE},
    ]})  # fmt: skip
    week = Week(talk)
    await week.says("binh", "giúp 3 người cài vneid")
    await week.says("binh", "lưu")
    yield week
    await talk.close()


async def test_a_report_missed_while_the_program_was_down_comes_once_and_says_that_it_is_late(week: Week) -> None:
    ((who, text),) = await week.reports("2026-11-23T09:00")
    assert who == "hoa"
    assert "gửi muộn vì lúc 16:00 20/11 trợ lý tạm ngừng" in text
    assert "Tuần 47" in text
    assert "3 lượt" in text
    assert await week.at("2026-11-23T09:06") == []


async def test_of_several_missed_weeks_only_the_last_is_made_up_for(week: Week) -> None:
    await week.at("2026-11-16T09:00")  # week 47 is planned, and the program goes down for three weeks
    ((_, text),) = await week.reports("2026-12-07T09:00")
    assert "Tuần 49" in text
    assert await week.at("2026-12-07T09:06") == []


async def test_nobody_is_written_to_at_night_about_what_was_missed_by_day(week: Week) -> None:
    await week.at("2026-11-18T09:00")
    assert await week.at("2026-11-19T23:00") == []  # the reminder of Thursday morning was missed
    assert [who for who, _ in await week.at("2026-11-20T07:00")] == ["lan", "chi"]
    assert await week.at("2026-11-21T02:00") == []
    assert [who for who, _ in await week.reports("2026-11-21T07:00")] == ["hoa"]


async def test_a_reminder_is_of_no_use_after_the_closing_or_once_something_is_logged(week: Week) -> None:
    await week.at("2026-11-18T09:00")
    await week.says("lan", "giúp 1 người tra cứu hồ sơ")
    await week.says("lan", "lưu")
    assert [who for who, _ in await week.at("2026-11-19T08:00")] == ["chi"]
    await week.at("2026-11-23T08:00")
    late = await week.at("2026-11-27T18:00")  # down from Monday until after the closing of week 48
    assert [who for who, _ in late] == ["hoa"]


async def test_the_closing_day_gives_way_to_a_holiday_and_reminders_go_before_it(week: Week) -> None:
    await week.presses("hoa", f"f:s:{COMMUNE}:chot")
    assert "16:00 thứ ba" in await week.says("hoa", "thứ ba 16:00")
    assert len(await week.reports("2026-11-17T16:00")) == 1
    told = {}  # week 48; Tuesday 24/11/2026 is a holiday
    for moment in ("23T07:59", "23T08:00", "23T10:00", "24T10:00", "24T16:00", "25T15:59", "25T16:00"):
        told[moment] = [who for who, _ in await week.at(f"2026-11-{moment}")]
    assert {moment: who for moment, who in told.items() if who} == {
        "23T08:00": ["binh", "lan", "chi"], "23T10:00": ["chi", "hoa", "hoa"], "25T16:00": ["hoa"],
    }  # fmt: skip


async def test_a_commune_moves_or_stops_its_reminders(week: Week) -> None:
    await week.presses("hoa", f"f:s:{COMMUNE}:nhac")
    assert "ban đêm" in await week.says("hoa", "thứ tư 23:00")
    assert "14:30 thứ tư" in await week.says("hoa", "thứ tư 14h30")
    assert [who for who, _ in await week.at("2026-11-18T14:30")] == ["lan", "chi"]
    assert await week.at("2026-11-19T08:00") == []
    await week.presses("hoa", f"f:s:{COMMUNE}:nhac:0")
    assert await week.at("2026-11-20T10:00") == []
    assert [who for who, _ in await week.reports("2026-11-20T16:00")] == ["hoa"]


async def test_another_hour_after_the_report_was_sent_sends_no_second_one(week: Week) -> None:
    assert len(await week.reports("2026-11-20T16:00")) == 1
    await week.presses("hoa", f"f:s:{COMMUNE}:chot")
    await week.says("hoa", "thứ sáu 18:00")
    assert await week.reports("2026-11-20T18:00") == []
    assert len(await week.reports("2026-11-27T18:00")) == 1


async def test_an_hour_that_was_over_when_it_was_set_sends_nothing_of_that_week(week: Week) -> None:
    await week.at("2026-11-18T09:00")
    await week.presses("hoa", f"f:s:{COMMUNE}:chot")
    await week.says("hoa", "thứ ba 9:00")
    assert await week.reports("2026-11-18T09:10") == []
    assert len(await week.reports("2026-11-25T09:00")) == 1  # Tuesday 24/11 is a holiday


async def test_who_is_no_officer_any_more_is_sent_nothing(week: Week) -> None:
    async with week.talk.database.write() as connection:
        memory = Memory(connection, week.talk.database.vault)
        hoa = (await memory.people.officers(COMMUNE))[0]
        await memory.people.revoke(hoa, "officer", MONDAY)
    assert await week.reports("2026-11-20T16:00") == []


async def test_what_was_sent_is_kept_as_a_version_like_one_sent_by_hand(week: Week) -> None:
    await week.reports("2026-11-20T16:00")
    said = await week.presses("hoa", f"f:v:x{COMMUNE}:20261116-20261122")
    assert "Bản 1: số liệu đến 16:00 20/11/2026" in said
    await week.says("binh", "giúp 2 người cài vneid")
    await week.says("binh", "lưu")
    said = await week.presses("hoa", f"f:x:x{COMMUNE}:20261116-20261122")
    assert "bản bổ sung, thay bản 1" in said


async def test_whoever_is_being_asked_something_is_not_interrupted(week: Week) -> None:
    await week.at("2026-11-20T15:58")
    await week.presses("hoa", f"f:s:{COMMUNE}:nguoi_ky")
    assert await week.reports("2026-11-20T16:00") == []
    assert "Nguyễn Thị Hoa" in await week.says("hoa", "Nguyễn Thị Hoa")
    assert [who for who, _ in await week.reports("2026-11-20T16:01")] == ["hoa"]


async def test_a_province_officer_gets_the_table_of_his_province(week: Week) -> None:
    await week.talk.take({"people": [{"name": "minh", "role": "province_officer", "province": "92"}]})
    told = dict(await week.reports("2026-11-20T16:00"))
    assert set(told) == {"hoa", "minh"}
    assert "Xã, phường có báo cáo: 1/103" in told["minh"]
    assert "Tổ Thôn" not in told["minh"]


async def test_presses_of_others_and_of_long_ago_break_nothing(week: Week) -> None:
    for value in ("w", "w:tat", "w:ds:31441:2026-W47", "w:ds:31441:nonsense", "w:ds:99999:2026-W99", "w:x:y:z"):
        assert "Tổ Thôn 5" not in await week.presses("binh", value)
    assert "Tổ Thôn 5" in await week.presses("hoa", "w:ds:31441:2026-W47")


async def test_an_unfinished_guide_is_not_asked_after_at_night_when_the_day_was_missed(week: Week) -> None:
    await week.says("binh", "kích hoạt vneid")
    await week.says("binh", "1")
    await week.at("2026-11-16T09:00")
    assert await week.at("2026-11-18T02:00") == []
    assert [who for who, _ in await week.at("2026-11-18T07:00")] == ["binh"]


# --- where each can be written to ---------------------------------------------------------------------------


class Platform(ScriptedChannel):
    """A channel as the sender sees it: with its window, and an answer a test chooses."""

    def __init__(self, name: str) -> None:
        super().__init__(name, CAPABILITIES[name])
        self.capabilities = replace(CAPABILITIES[name], shared=False)
        self.answer: Sent = SENT
        self.arrived: list[str] = []

    async def send(self, address: str, message: Rendered) -> Sent:
        if self.answer is SENT and message.text:
            self.arrived.append(message.text)
        return self.answer


class House:
    """An officer on Zalo and on Telegram, the scheduler and the sender."""

    def __init__(self, database: Database, knowledge: Knowledge) -> None:
        self.database, self.now = database, MONDAY
        self.zalo, self.telegram = Platform("zalo_oa"), Platform("telegram")
        bell, chance = Bell(database), random.Random(1)
        channels = {p.name: p for p in (self.zalo, self.telegram)}
        parts = (database, bell, channels, knowledge, lambda: self.now, chance)
        self.schedulers = [Scheduler(*parts), Scheduler(*parts)]
        self.sender = Sender(database, bell, channels, {}, lambda: self.now, chance, Metrics())
        self.person = 0

    async def arrange(self) -> None:
        """Hoa consented on Zalo; her commune has a team."""
        async with self.database.write() as connection:
            memory = Memory(connection, self.database.vault)
            chat = await memory.people.admit("zalo_oa", "hoa", consent_version=CONSENT_VERSION, now=self.now)
            self.person = chat.person_id
            await memory.people.grant(self.person, Grant("officer", COMMUNE), self.now)
            await memory.people.ensure_team(COMMUNE, "Tổ Thôn 3", self.now.date())
            await memory.settings.put(COMMUNE, REMIND, "0", self.now)

    async def writes(self, channel: str) -> None:
        """Hoa writes there, for the first time or again."""
        async with self.database.write() as connection:
            memory = Memory(connection, self.database.vault)
            lane = self.database.vault.lane(channel, "hoa")
            chat = await memory.people.find(channel, lane)
            if chat is None:
                await memory.people.open_chat(self.person, channel, "hoa", now=self.now)
            else:
                await memory.people.save_chats([(chat.id, {})], self.now)
                await memory.outbox.release(channel, [lane], self.now)

    async def at(self, day: int, hour: int, minute: int = 0) -> None:
        """The clock goes there; everything due is done, and everything that may leave leaves."""
        self.now = dt.datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)
        for _ in range(2):
            await self.schedulers[0].sweep()
            for _ in range(6):
                await self.sender.step()
                await asyncio.gather(*self.sender._flying, return_exceptions=True)
            await self.sender.step(claim=False)


@pytest.fixture
async def house(database: Database, knowledge: Knowledge) -> House:
    house = House(database, knowledge)
    await house.arrange()
    return house


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_where_zalos_window_has_closed_it_goes_to_the_other_chat_and_says_so(house: House) -> None:
    await house.writes("telegram")
    house.now += dt.timedelta(hours=1)
    await house.writes("zalo_oa")
    await house.at(20, 16)
    assert house.zalo.arrived == []
    (text,) = house.telegram.arrived
    assert REPORT in text
    assert "nơi anh/chị dùng gần nhất chưa nhắn trước được" in text


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_without_another_chat_it_waits_for_the_next_word_and_says_why_it_is_late(house: House) -> None:
    await house.at(20, 16)
    assert house.zalo.arrived == []
    house.now = dt.datetime(2026, 11, 23, 9, tzinfo=VIETNAM)
    await house.writes("zalo_oa")
    await house.at(23, 9, 1)
    (text,) = house.zalo.arrived
    assert "từ 16:00 20/11 trợ lý chưa nhắn trước cho anh/chị được" in text
    assert "Số liệu đến 16:00 20/11/2026" in text


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_who_wrote_nothing_for_two_weeks_gets_the_last_report_alone(house: House) -> None:
    await house.at(20, 16)
    await house.at(27, 16)
    await house.writes("zalo_oa")
    await house.at(27, 16, 10)
    (text,) = house.zalo.arrived
    assert "Tuần 48" in text


async def test_what_the_platform_refuses_until_the_next_word_is_taken_elsewhere(house: House) -> None:
    house.now = dt.datetime(2026, 11, 20, 9, tzinfo=VIETNAM)
    await house.writes("zalo_oa")
    house.zalo.answer = Sent(Outcome.HELD, "zalo_-230")
    await house.at(20, 16)
    assert house.telegram.arrived == []
    await house.writes("telegram")
    await house.at(20, 16, 5)
    (text,) = house.telegram.arrived
    assert "đến muộn" in text
    house.zalo.answer = SENT
    await house.writes("zalo_oa")
    await house.at(20, 16, 10)
    assert house.zalo.arrived == []


async def test_two_schedulers_at_once_send_one_report(house: House) -> None:
    await house.writes("telegram")
    house.now = dt.datetime(2026, 11, 20, 16, tzinfo=VIETNAM)
    await asyncio.gather(*(scheduler.sweep() for scheduler in house.schedulers))
    await house.at(20, 16, 1)
    assert len(house.telegram.arrived) == 1
    async with house.database.read() as connection:
        counts = [await connection.scalar(sa.select(sa.func.count()).select_from(t)) for t in (report_version, push)]
        undone = await connection.scalar(sa.select(sa.func.count()).where(errand.c.done_at.is_(None)))
    assert counts == [1, 1]
    assert undone == 0


async def test_the_weeks_report_names_the_steps_whose_screen_people_say_has_changed(
    week: Week, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    await week.at("2026-11-24T09:00")
    async with week.talk.database.write() as connection:
        memory = Memory(connection, week.talk.database.vault)
        for person in (1, 2, 3):
            await memory.screens.report(person, "vneid-kich-hoat", "gui-yeu-cau", COMMUNE, dt.date(2026, 11, 24))
        await memory.screens.report(1, "vneid-kich-hoat", "nhap-so", COMMUNE, dt.date(2026, 11, 24))
    told = await week.reports("2026-11-27T16:00")
    assert [who for who, _ in told] == ["hoa"]
    assert "Kích hoạt VNeID mức 2, bước 8: 3 người báo, kiểm tra 21/11/2026" in told[0][1]
    assert "bước 7" not in told[0][1]
    database = ["--db", f"sqlite:///{tmp_path / 'bot.db'}", "--now", "2026-11-29T21:00:00+07:00"]
    assert await asyncio.to_thread(run, ["content", "screens", *database]) == 0
    said = capsys.readouterr().out
    assert "content/guides/vneid-kich-hoat.yaml: bước «gui-yeu-cau»: 3 người" in said
    assert "nhap-so" not in said
