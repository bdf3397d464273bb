"""Sending to an Official Account's people: what they see, and what each answer of Zalo means for the message."""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import Outcome, Sent
from bot.channels.rendering import Button, Rendered
from bot.channels.zalo_oa.codes import MEANINGS, Meaning
from bot.channels.zalo_oa.sending import BUDGET
from handlers.turn import File
from storage.database import Database
from storage.outbox import LEASE
from storage.vault import Vault
from tests.bot.zalo_stage import PDF, PICTURE, Stage, stage

BUTTONS = (Button(1, "Xong", "g:s:1:co-app:n"), Button(2, "Lùi", "g:s:1:co-app:b"))
CS = "/message/cs"


@pytest.fixture
def engine() -> str:
    """What is sent does not hang on the engine."""
    return "sqlite"


@pytest.fixture
async def home(database: Database) -> AsyncIterator[Stage]:
    """A state body's account."""
    async with stage(database) as found:
        yield found


async def test_a_text_comes_as_it_was_written(home: Stage) -> None:
    an = home.writes()
    sent = await home.says(an, "Bước 2/6.\nBác mở **VNeID** ạ — “Đăng ký” 😀")
    assert sent.outcome is Outcome.SENT
    assert an.screen == "Bước 2/6.\nBác mở **VNeID** ạ — “Đăng ký” 😀"


async def test_decomposed_letters_are_composed_before_they_are_counted(home: Stage) -> None:
    an = home.writes()
    await home.says(an, "Tie\u0302\u0301ng Vie\u0323\u0302t")
    assert an.screen == "Tiếng Việt"


async def test_choices_are_buttons_with_the_numbers_of_the_text(home: Stage) -> None:
    an = home.writes()
    page = Button(3, "Cổng dịch vụ công", "u", url="https://dichvucong.gov.vn/")
    await home.says(an, "Bước 1\n1. Xong\n2. Lùi", *BUTTONS, page)
    assert an.buttons == ["1. Xong", "2. Lùi", "3. Cổng dịch vụ công"]
    assert an.sees[-1].payloads == ["#g:s:1:co-app:n", "#g:s:1:co-app:b", {"url": "https://dichvucong.gov.vn/"}]
    assert {b["type"] for b in an.sees[-1].raw["buttons"]} == {"oa.query.hide", "oa.open.url"}


# --- which endpoint -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "endpoint"), [("state", "v2"), ("business", "v3")])
async def test_the_endpoint_is_learnt_once_and_remembered(database: Database, kind: str, endpoint: str) -> None:
    async with stage(database, kind=kind) as home:
        an = home.writes()
        for _ in range(3):
            assert (await home.says(an)).outcome is Outcome.SENT
        assert len(an.sees) == 3
        assert (await home.account()).endpoint == endpoint
        assert home.zalo.counts["refused.-235"] == (kind == "state")


@pytest.mark.parametrize(("before", "after", "code"), [("business", "state", -235), ("state", "business", -240)])
async def test_an_account_that_becomes_another_sort_is_followed(
    database: Database, before: str, after: str, code: int
) -> None:
    async with stage(database, kind=before) as home:
        an = home.writes()
        await home.says(an)
        home.zalo.switches.set({"kind": after})
        assert (await home.says(an)).outcome is Outcome.SENT
        assert home.zalo.counts[f"refused.{code}"] >= 1
        assert (await home.account()).endpoint == ("v2" if after == "state" else "v3")


async def _as_new(home: Stage) -> None:
    """Whatever the last answer did to the account is forgotten."""
    home.zalo.heals()
    home.channel._sender._pauses.clear()
    await home.channel.tokens.learn(await home.account(), state="ok")


async def test_no_other_error_is_tried_at_the_other_endpoint(home: Stage) -> None:
    an = home.writes()
    await home.says(an)
    calls = home.zalo.counts["calls.message/cs"]
    for code in [*sorted(set(MEANINGS) - {0, -235, -240}), -999]:
        home.zalo.fails("code", code=code, path="/message", count=None)
        await home.says(an, "hai")
        assert home.zalo.counts["calls.message/cs"] == calls, code
        await _as_new(home)
    assert len(an.sees) == 1
    assert (await home.account()).endpoint == "v2"


async def test_where_neither_endpoint_serves_the_account_the_operator_is_told(home: Stage) -> None:
    home.zalo.fails("code", code=-235, path="/v3.0", count=None)
    home.zalo.fails("code", code=-240, path="/v2.0/oa/message", count=None)
    sent = await home.says(home.writes())
    assert (sent.outcome, sent.reason) == (Outcome.LATER, "blocked")
    assert [t.state for t in home.told] == ["blocked"]
    assert home.zalo.counts["calls.message/cs"] == home.zalo.counts["calls.message"] == 1


# --- buttons ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["state", "business"])
@pytest.mark.parametrize("code", ["-233", "-201"])
async def test_refused_buttons_cost_one_call_and_are_never_tried_again(
    database: Database, code: str, kind: str
) -> None:
    async with stage(database, buttons=code, kind=kind) as home:
        an = home.writes()
        for text in ("một", "hai"):
            assert (await home.says(an, text, *BUTTONS)).outcome is Outcome.SENT
        assert [m.text for m in an.sees] == ["một", "hai"]
        assert home.zalo.counts[f"refused.{code}"] == 1
        assert (await home.account()).buttons is False


async def test_taken_buttons_are_remembered(home: Stage) -> None:
    await home.says(home.writes(), "một", *BUTTONS)
    assert (await home.account()).buttons is True


async def test_a_message_that_is_wrong_without_buttons_too_says_nothing_of_buttons(home: Stage) -> None:
    an = home.writes()
    sent = await home.says(an, "x" * 2001, *BUTTONS)
    assert (sent.outcome, sent.reason) == (Outcome.REFUSED, "zalo_-210")
    assert (await home.account()).buttons is None


# --- pictures and files -------------------------------------------------------------------------------------


async def test_a_picture_is_carried_there_once_and_again_before_day_seven(home: Stage) -> None:
    an = home.writes()
    for days, uploads in ((0, 1), (5, 1), (0.9, 1), (0.2, 2), (7, 3)):
        home.zalo.skips(days * 86_400)
        an.was_silent(0)
        assert (await home.says(an, "", file=PICTURE)).outcome is Outcome.SENT
        assert an.sees[-1].file == PICTURE.data
        assert home.zalo.counts["calls.upload/image"] == uploads
    assert home.zalo.counts["refused.-100"] == 0


async def test_a_picture_zalo_has_forgotten_early_is_carried_there_again_once(home: Stage) -> None:
    an = home.writes()
    await home.says(an, "", file=PICTURE)
    for asset in home.zalo.world.assets.values():
        asset.expires = 0
    assert (await home.says(an, "", file=PICTURE)).outcome is Outcome.SENT
    assert home.zalo.counts["calls.upload/image"] == 2
    home.zalo.fails("code", code=-100, path="/message", count=None)
    sent = await home.says(an, "", file=PICTURE)
    assert sent.outcome in (Outcome.REFUSED, Outcome.UNKNOWN)
    assert home.zalo.counts["calls.upload/image"] == 3


async def test_a_caption_goes_with_its_picture(home: Stage) -> None:
    an = home.writes()
    await home.says(an, "Màn hình sẽ như thế này", file=PICTURE)
    assert an.screen == "Màn hình sẽ như thế này"
    assert an.sees[-1].file == PICTURE.data


@pytest.mark.parametrize("name", ["bao-cao.pdf", "Báo cáo tuần 47.docx"])
async def test_a_document_comes_with_its_bytes_and_name(home: Stage, name: str) -> None:
    an = home.writes()
    assert (await home.says(an, "", file=File(name, "application/pdf", PDF.data))).outcome is Outcome.SENT
    assert (an.sees[-1].file, an.sees[-1].file_name) == (PDF.data, name)


async def test_what_zalo_does_not_take_is_refused_for_good(home: Stage) -> None:
    sent = await home.says(home.writes(), "", file=File("a.xlsx", "x/y", b"PK"))
    assert (sent.outcome, sent.reason) == (Outcome.REFUSED, "zalo_-201")
    assert home.zalo.counts["calls.message"] == 0


@pytest.mark.parametrize("fault", ["refuse", "lose_answer", "nonsense", "status"])
async def test_an_upload_that_failed_leaves_the_message_to_be_tried_again(home: Stage, fault: str) -> None:
    an = home.writes()
    home.zalo.fails(fault, path="/upload")
    sent = await home.says(an, "", file=PICTURE)
    assert sent.outcome in (Outcome.NEVER_LEFT, Outcome.LATER)
    assert an.sees == []
    assert (await home.says(an, "", file=PICTURE)).outcome is Outcome.SENT


# --- every code in its class --------------------------------------------------------------------------------


def _expected(code: int) -> tuple[Outcome, bool]:
    """The outcome after everything was tried, and whether the person counts as gone."""
    match MEANINGS.get(code, Meaning.DOUBTFUL):
        case Meaning.CLOSED:
            return Outcome.HELD, False
        case Meaning.GONE:
            return Outcome.REFUSED, True
        case Meaning.SIMPLER | Meaning.REFUSED | Meaning.UPLOAD:
            return Outcome.REFUSED, False
        case Meaning.DOUBTFUL:
            return Outcome.UNKNOWN, False
    return Outcome.LATER, False


@pytest.mark.parametrize("status", [200, 400])
async def test_each_code_has_its_class_whatever_the_http_status(database: Database, status: int) -> None:
    async with stage(database, error_status=status) as home:
        an = home.writes()
        for code in [*sorted(set(MEANINGS) - {0}), -999, -14014]:
            home.zalo.fails("code", code=code, path="/message", count=None)
            sent = await home.says(an)
            assert (sent.outcome, sent.unreachable) == _expected(code), code
            await _as_new(home)
        assert an.sees == []


async def test_a_message_delivered_with_an_error_is_not_sent_again(home: Stage) -> None:
    an = home.writes()
    await home.says(an, "một")
    for code in (-200, -999):
        home.zalo.fails("code_but_done", code=code, path="/message")
        assert (await home.says(an, f"mã {code}")).outcome is Outcome.UNKNOWN
    assert [m.text for m in an.sees] == ["một", "mã -200", "mã -999"]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"kind": "refuse"}, Outcome.UNKNOWN),
        ({"kind": "lose_answer"}, Outcome.UNKNOWN),
        ({"kind": "nonsense"}, Outcome.UNKNOWN),
        ({"kind": "status", "status": 500}, Outcome.UNKNOWN),
        ({"kind": "status", "status": 502}, Outcome.UNKNOWN),
        ({"kind": "status", "status": 504}, Outcome.UNKNOWN),
        ({"kind": "status", "status": 503}, Outcome.LATER),
    ],
    ids=str,
)
async def test_what_nobody_answered_whole_has_an_unknown_outcome(
    home: Stage, fault: dict[str, Any], outcome: Outcome
) -> None:
    an = home.writes()
    home.zalo.fails(path="/message", **fault)
    assert (await home.says(an)).outcome is outcome
    assert len(an.sees) <= 1


async def test_a_platform_that_is_down_got_nothing(home: Stage) -> None:
    an = home.writes()
    await home.says(an, "một")
    await home.zalo.goes_down()
    assert (await home.says(an, "hai")).outcome in (Outcome.NEVER_LEFT, Outcome.UNKNOWN)
    assert (await home.says(an, "ba")).outcome is Outcome.NEVER_LEFT
    await home.zalo.comes_back()
    assert (await home.says(an, "bốn")).outcome is Outcome.SENT


def test_all_calls_of_one_message_fit_into_the_lease() -> None:
    assert dt.timedelta(seconds=BUDGET) < LEASE


# --- window, quota, pace ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "outcome"), [(1.9, Outcome.SENT), (6.9, Outcome.SENT), (7.1, Outcome.HELD)])
async def test_the_window_is_zalos_to_judge(home: Stage, days: float, outcome: Outcome) -> None:
    an = home.writes()
    an.was_silent(days)
    assert (await home.says(an)).outcome is outcome
    assert len(an.sees) == (outcome is Outcome.SENT)


async def test_who_paid_for_a_message_is_counted(home: Stage) -> None:
    an = home.writes()
    home.zalo.oa.package = 1
    await home.says(an, "miễn phí")
    an.was_silent(3)
    await home.says(an, "trong gói")
    await home.says(an, "mất tiền")
    text = home.metrics.text().decode()
    for by in ("reply", "sub_quota", "billed"):
        assert f'bot_zalo_paid_total{{by="{by}"}} 1.0' in text
    assert home.zalo.oa.bill == 55


async def test_at_the_limit_the_account_rests_until_the_next_minute(home: Stage) -> None:
    an, binh = home.writes("An"), home.writes("Bình")
    await home.says(an, "một")
    home.zalo.fails("code", code=-32, path="/message")
    sent = await home.says(an, "hai")
    assert sent.outcome is Outcome.LATER
    assert not sent.everybody, "other accounts have limits of their own"
    assert 0 < sent.retry_after <= 63
    calls = home.zalo.counts["calls"]
    assert (await home.says(binh)).outcome is Outcome.LATER
    assert home.zalo.counts["calls"] == calls, "nobody asks again before"
    home.zalo.skips(64)
    assert (await home.says(an, "hai")).outcome is Outcome.SENT


async def test_the_last_call_of_a_minute_is_the_last(home: Stage) -> None:
    an = home.writes()
    await home.says(an, "một")
    home.zalo.skips(60 - home.zalo.world.clock.wall() % 60 + 1)
    home.zalo.oa.per_minute = 2
    assert [(await home.says(an, t)).outcome for t in ("hai", "ba", "bốn")] == [
        Outcome.SENT, Outcome.SENT, Outcome.LATER,
    ]  # fmt: skip
    assert home.zalo.counts["refused.-32"] == 0
    assert f'bot_zalo_remaining{{oa="{home.zalo.oa.id}"}} 0.0' in home.metrics.text().decode()


# --- people and accounts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["blocked", "inactive"])
async def test_somebody_who_cannot_be_written_to_is_marked(home: Stage, how: str) -> None:
    an = home.writes()
    setattr(an.user, how, True)
    sent = await home.says(an)
    assert sent.outcome is Outcome.REFUSED
    assert sent.unreachable


async def test_a_passing_visitor_is_answered_in_his_conversation_without_buttons(home: Stage) -> None:
    visitor = home.zalo.user("Khách", anonymous=True)
    await visitor.sends("chào")
    assert (await home.says(visitor, "1. Xong", *BUTTONS)).outcome is Outcome.SENT
    assert (visitor.screen, visitor.buttons) == ("1. Xong", [])
    assert (await home.account()).endpoint is None, "visitors tell nothing of the account"


async def test_each_account_has_its_own_token_endpoint_and_people(home: Stage) -> None:
    other = home.zalo.another_oa("UBND xã Thứ Hai")
    assert await home.consents(other.id) == 200
    an, binh = home.writes("An"), home.zalo.user("Bình", other)
    binh.was_silent(0)
    for person in (an, binh):
        assert (await home.says(person, f"Chào {person.user.name}")).outcome is Outcome.SENT
    assert (an.screen, binh.screen) == ("Chào An", "Chào Bình")
    assert {a.oa_id for a in await home.accounts()} == {home.zalo.oa.id, other.id}


async def test_an_account_that_is_not_ours_waits(home: Stage) -> None:
    other = home.zalo.another_oa("Chưa nối")
    assert (await home.says(home.zalo.user("Bình", other))).outcome is Outcome.LATER


async def test_an_account_in_trouble_is_told_of_once_and_recovers_by_itself(home: Stage) -> None:
    an, code = home.writes(), -221
    home.zalo.oa.trouble = (code, "trouble")
    for _ in range(3):
        sent = await home.says(an)
        assert (sent.outcome, sent.reason) == (Outcome.LATER, "blocked")
    assert [(t.state, t.reason) for t in home.told] == [("blocked", f"zalo_{code}")]
    await home.until(lambda: not home.channel.ready())
    home.zalo.oa.trouble = None
    assert (await home.says(an)).outcome is Outcome.SENT
    assert (await home.account()).state == "ok"


async def test_the_proof_of_the_apps_secret_is_sent_where_it_is_asked_for(database: Database) -> None:
    async with stage(database, proof=True, config={"proof": True}) as home:
        assert (await home.says(home.writes())).outcome is Outcome.SENT
    assert home.channel.api.proof("accessTokenForTests") == home.channel.api.proof("accessTokenForTests")


async def test_without_the_proof_the_operator_is_told(database: Database) -> None:
    async with stage(database, proof=True) as home:
        assert (await home.says(home.writes())).reason == "blocked"
        assert home.told[0].reason == "zalo_-242"


class Away(Database):
    """A database nobody reaches."""

    def read(self) -> Any:
        raise ConnectionError

    def write(self, *, first: bool = False) -> Any:
        raise ConnectionError


async def test_a_database_that_is_away_makes_nothing_doubtful(home: Stage, tmp_path: Path) -> None:
    an = home.writes()
    await home.says(an, "một")
    home.channel.tokens.database = Away(f"sqlite:///{tmp_path / 'x.db'}", Vault(b"x"))
    sent = await home.says(an, "", file=PICTURE)
    assert sent.outcome is Outcome.NEVER_LEFT
    assert (await home.says(an, "chữ thì không cần nó")).outcome is Outcome.SENT
    home.zalo.world.expire_access(home.zalo.oa)
    assert (await home.says(an, "mã hết hạn")).outcome in (Outcome.NEVER_LEFT, Outcome.LATER)
    assert [m.text for m in an.sees] == ["một", "chữ thì không cần nó"]


async def test_an_address_that_is_none_is_refused(home: Stage) -> None:
    assert await home.channel.send("nonsense", Rendered("x")) == Sent(Outcome.REFUSED, "no address")
