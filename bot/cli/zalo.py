"""`zalo`: connecting Official Accounts, and what an operator has to find out on the first day."""

import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import click

from bot import logs
from bot.channels.base import Outcome
from bot.channels.line import NeverSent, NoWholeAnswer
from bot.channels.rendering import Button, Rendered
from bot.channels.zalo_bot.channel import FULL, MONTH
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.channels.zalo_oa.config import HOOK, PAGE, config_of
from bot.channels.zalo_oa.sharing import DETAIL, PUT, TAKE
from bot.channels.zalo_oa.tokens import NeedsReauth, NotNow, Trouble
from bot.cli.common import Refused, asynchronous, clock_at, memory_of, opened, settings_for, with_database, with_now
from bot.clock import wall_clock
from bot.metrics import Metrics
from bot.pages import environment
from content.knowledge import Knowledge
from content.places import Places
from handlers.turn import File
from storage.bell import Bell
from storage.months import count_sent
from storage.periods import VIETNAM
from storage.zalo import Account

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
    "0def46b80000000049454e44ae426082"
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
WHAT = ["token", "endpoint", "buttons", "picture", "file", "window", "tag", "detail"]
TRIAL_TAG = "thu-nghiem"


@click.group()
def zalo() -> None:
    """Connects Zalo Official Accounts and tries out what they can do.

    Example: python -m bot zalo setup"""


@asynccontextmanager
async def _channel(db: str | None) -> AsyncIterator[ZaloOaChannel]:
    """The channel of the settings, with its accounts read. Raises Refused, SettingsError."""

    async def told(trouble: Trouble) -> None:
        click.echo(f"{trouble.state}: {trouble.reason}", err=True)

    logs.set_up("WARNING")
    async with opened(db, keyed=True) as database:
        config = config_of(settings_for(db), database.vault)
        if config is None:
            raise Refused("ZALO_OA_APP_ID is missing: see docs/zalo-oa.md")
        channel = ZaloOaChannel(
            config, database, Bell(database), wall_clock, random.Random(), Metrics(), told, environment()
        )  # fmt: skip
        try:
            await channel.tokens.load()
            yield channel
        finally:
            await channel.close()


def _the_account(channel: ZaloOaChannel, oa: str | None) -> Account:
    accounts = [a for a in channel.tokens.accounts.values() if oa is None or a.oa_id == oa]
    if len(accounts) != 1:
        known = ", ".join(str(a.oa_id) for a in channel.tokens.accounts.values()) or "none yet: see zalo setup"
        raise Refused(f"name one account with --oa NUMBER; connected: {known}")
    return accounts[0]


@zalo.command()
@click.option("--commune", metavar="CODE", help="The link says whose account it will be.")
@with_database
@asynchronous
async def setup(commune: str | None, db: str | None) -> None:
    """What to fill in on developers.zalo.me, and the link an administrator of the account opens.

    Example: python -m bot zalo setup --commune 31441"""
    _check(commune)
    async with _channel(db) as channel:
        config = channel._config
        click.echo(f"Callback URL    {config.callback}")
        click.echo(f"Code Challenge  {config.challenge}")
        click.echo(f"Webhook URL     {config.our_base + HOOK}")
        click.echo(f"Explained at    {config.our_base + PAGE}")
        click.echo(f"Consent link    {channel.consent.start_link(commune)}")


def _check(commune: str | None) -> None:
    if commune is not None and Places.load().commune(commune) is None:
        raise Refused(f"'{commune}' is no commune code: five digits, e.g. 31441")


@zalo.command()
@with_database
@asynchronous
async def status(db: str | None) -> None:
    """Every connected account, one JSON object a line: its commune, its state, what was learnt of it, its tags.

    Example: python -m bot zalo status"""
    async with _channel(db) as channel:
        database = channel.tokens.database
        async with database.read() as connection:
            tags = await memory_of(connection, database).sharing.counts()
        for a in channel.tokens.accounts.values():
            shown = {"oa_id": a.oa_id, "name": a.name, "commune": a.commune, "state": a.state, "trouble": a.trouble,
                     "endpoint": a.endpoint, "buttons": a.buttons, "obtained_at": _time(a.obtained_at),
                     "expires_at": _time(a.expires_at), "tags": tags.get(a.oa_id or "", {}), **a.facts}  # fmt: skip
            click.echo(json.dumps(shown, ensure_ascii=False))


def _time(at: Any) -> str | None:
    return at.astimezone(VIETNAM).isoformat(timespec="seconds") if at else None


@zalo.command()
@with_database
@with_now
@asynchronous
async def budget(db: str | None, now: str | None) -> None:
    """How many messages the Zalo bot has sent this month, of how many its free plan allows.

    Example: python -m bot zalo budget"""
    moment = clock_at(now)()
    async with opened(db) as database, database.read() as connection:
        sent = await count_sent(connection, "zalo_bot", 0, moment)
    shown = {"month": f"{moment.astimezone(VIETNAM):%Y-%m}", "sent": sent, "of": MONTH,
             "answers_only_from": int(FULL * MONTH)}  # fmt: skip
    click.echo(json.dumps(shown))


@zalo.command("commune")
@click.argument("oa")
@click.argument("code")
@with_database
@asynchronous
async def name_commune(oa: str, code: str, db: str | None) -> None:
    """Says whose account it is.

    Example: python -m bot zalo commune 4444444444444444444 31441"""
    _check(code)
    async with _channel(db) as channel:
        await channel.tokens.learn(_the_account(channel, oa), commune=code)
    click.echo(f"{oa} is the account of {code}")


@zalo.command()
@click.argument("what", type=click.Choice(WHAT))
@click.option("--oa", metavar="NUMBER", help="The account, when there are several.")
@click.option("--to", "person", metavar="USER_ID", help="Who gets the trial message: an administrator of yours.")
@with_database
@asynchronous
async def probe(what: str, oa: str | None, person: str | None, db: str | None) -> None:
    """Tries one thing out and prints what it learnt: token, endpoint, buttons, picture, file, window, tag or detail.

    Example: python -m bot zalo probe buttons --to 2222222222222222222"""
    async with _channel(db) as channel:
        account = _the_account(channel, oa)
        if what != "token" and not person:
            raise Refused(f"probe {what} needs --to USER_ID of somebody who has just written to the account")
        try:
            learnt = await _probe(channel, account, what, person or "")
        except (NeedsReauth, NotNow) as e:
            learnt = {"ok": False, "why": "needs_reauth" if isinstance(e, NeedsReauth) else "no new token now"}
        except (NeverSent, NoWholeAnswer) as e:
            learnt = {"ok": False, "why": f"Zalo is out of reach: {type(e).__name__}"}
        known = channel.tokens.accounts.get(account.id, account)
        await channel.tokens.note(known, **{f"probe_{what}": learnt["ok"]})
        click.echo(json.dumps({"probe": what, **learnt}, ensure_ascii=False))


async def _probe(channel: ZaloOaChannel, account: Account, what: str, person: str) -> dict[str, Any]:
    if what == "token":
        return await _token(channel, account)
    if what == "window":
        return await _window(channel, account, person)
    if what == "tag":
        return await _tag(channel, account, person)
    if what == "detail":
        return await _detail(channel, account, person)
    return await _send(channel, account, what, person)


async def _token(channel: ZaloOaChannel, account: Account) -> dict[str, Any]:
    if channel.tokens.expired(account):
        account = await channel.tokens.next_after(account, within=15)
    answer = await channel.api.get("/v2.0/oa/getoa", account.access or "")
    if answer.error == 0 and account.state != "ok":
        await channel.tokens.mended(account)
    told: dict[str, Any] = {
        k: answer.data[k] for k in ("oaid", "name", "oa_type", "is_verified", "package_name") if k in answer.data
    }
    return {"ok": answer.error == 0, "error": answer.error, "calls_a_minute": answer.limit, **told}


async def _window(channel: ZaloOaChannel, account: Account, person: str) -> dict[str, Any]:
    token = account.access or ""
    detail = await channel.api.get(DETAIL, token, {"user_id": person})
    quota = await channel.api.post("/v3.0/oa/quota/message", token, {"user_id": person})
    shown: dict[str, Any] = {
        k: detail.data[k] for k in ("user_last_interaction_date", "user_is_follower") if k in detail.data
    }
    return {"ok": detail.error == 0, "error": detail.error, **shown, "quota": quota.data, "quota_error": quota.error}


async def _tag(channel: ZaloOaChannel, account: Account, person: str) -> dict[str, Any]:
    """Puts a tag on and takes it off again."""
    body = {"user_id": person, "tag_name": TRIAL_TAG}
    errors = [(await channel.api.post(path, account.access or "", body)).error for path in (PUT, TAKE)]
    return {"ok": errors == [0, 0], "error": errors[0], "taken_off": errors[1]}


async def _detail(channel: ZaloOaChannel, account: Account, person: str) -> dict[str, Any]:
    """Whether Zalo says if somebody is a child; nothing else of its answer is shown."""
    answer = await channel.api.get(DETAIL, account.access or "", {"user_id": person})
    return {"ok": answer.error == 0, "error": answer.error, "says_whether_child": "is_sensitive" in answer.data}


async def _send(channel: ZaloOaChannel, account: Account, what: str, person: str) -> dict[str, Any]:
    words = Knowledge.load().messages.render
    file, buttons = None, tuple[Button, ...]()
    if what == "picture":
        file = File("thu.png", "image/png", PNG, "photo")
    elif what == "file":
        file = File("thu.pdf", "application/pdf", PDF)
    elif what == "buttons":
        await channel.tokens.learn(account, buttons=None)
        buttons = (Button(1, words("common.menu"), "m:menu"),)
    text = "" if file else words("zalo.probe")
    sent = await channel.send(f"{account.oa_id}:{person}", Rendered(text, buttons, len(buttons), file))
    await channel.tokens.load()
    now = channel.tokens.accounts.get(account.id, account)
    learnt = {"ok": sent.outcome is Outcome.SENT, "outcome": sent.outcome.value, "why": sent.reason}
    return {**learnt, "endpoint": now.endpoint, "buttons": now.buttons, "state": now.state}


@click.command()
@click.option("--state", "states", multiple=True, type=click.Choice(["unknown", "parked", "held"]))
@click.option("--most", default=1000, show_default=True, type=click.IntRange(1, 100_000))
@with_database
@asynchronous
async def outbox(states: tuple[str, ...], most: int, db: str | None) -> None:
    """Messages of unknown outcome, given up or held, newest first, a JSON object each: no words, no names.

    Example: python -m bot outbox --state unknown"""
    async with opened(db) as database, database.read() as connection:
        chosen = states or ("unknown", "parked", "held")
        for row in await memory_of(connection, database).outbox.doubtful(chosen, most):
            shown = {k: _time(v) if k.endswith("_at") else v for k, v in row.items()}
            click.echo(json.dumps(shown, ensure_ascii=False))
