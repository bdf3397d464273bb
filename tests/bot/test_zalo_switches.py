"""What nobody could confirm of Zalo: the program works whatever turns out to be true.

Each row is a switch of an emulator, one of its values, and what is seen then.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from aiohttp import web

from bot.channels.base import Envelope
from bot.channels.capabilities import CAPABILITIES
from bot.channels.rendering import Button, Rendered, render
from bot.channels.zalo_bot.channel import PATH, Refused, ZaloBotChannel
from bot.channels.zalo_bot.updates import parse
from bot.channels.zalo_oa.sending import V2
from bot.channels.zalo_oa.sharing import DETAIL, PUT, TAKE
from handlers.turn import Reply
from storage.database import Database
from tests.bot.test_zalo_bot import channel
from tests.bot.zalo_stage import Stage, stage
from tests.emulators.zalo_bot import Switches as BotSwitches
from tests.emulators.zalo_bot import ZaloBotEmulator
from tests.emulators.zalo_oa import Switches

BUTTONS = (Button(1, "Xong", "g:s:1:co-app:n"), Button(2, "Lùi", "g:s:1:co-app:b"))
LIST = {"type": "template", "payload": {"template_type": "list", "elements": [{"title": "a", "subtitle": "b"}]}}


@pytest.fixture
def engine() -> str:
    return "sqlite"


# --- Official Accounts: what is seen ------------------------------------------------------------------------


async def sends(home: Stage) -> str:
    """Where a message with buttons goes, how it ends, how many buttons are seen, who paid."""
    an = home.writes()
    sent = await home.says(an, "Bước 1\n1. Xong\n2. Lùi", *BUTTONS)
    free = b'bot_zalo_paid_total{by="reply"} 1.0' in home.metrics.text()
    seen = f"{len(an.buttons)} buttons" if an.sees else "nothing seen"
    return f"{(await home.account()).endpoint} {sent.outcome.value}: {seen}{', free' if free else ''}"


async def is_blocked(home: Stage) -> str:
    an = home.writes()
    an.user.blocked = True
    sent = await home.says(an)
    return f"{sent.outcome.value} {sent.reason}"


async def speaks_after_eight_days(home: Stage) -> str:
    an = home.writes()
    an.was_silent(8)
    return (await home.says(an)).outcome.value


async def sends_a_list(home: Stage) -> str:
    """No list is ever sent by the program: what the platform would say."""
    body = {"recipient": {"user_id": home.writes().id}, "message": {"attachment": LIST}}
    return str((await home.channel.api.post(V2, (await home.account()).access or "", body)).error)


async def sends_two_thousand_smiles(home: Stage) -> str:
    """Our parts are counted in the larger of both units."""
    an = home.writes()
    parts = render(Reply("😀" * 1990), CAPABILITIES["zalo_oa"])
    ends = {(await home.says(an, part.text)).outcome.value for part in parts}
    raw = await home.says(an, "😀" * 1990)
    return f"in {len(parts)} parts: {', '.join(ends)}; in one: {raw.outcome.value}"


async def is_heard(home: Stage) -> str:
    """What becomes of a text that comes once."""
    home.zalo.switches.redeliver = False
    await home.zalo.user("An").sends("đăng ký “VNeID” 😀")
    await home.zalo.settles()
    text = home.metrics.text().decode()
    told = ", ".join(w for w in ("signature", "signed_with_oa_id") if f'why="{w}"}} 1.0' in text)
    return _understood(home) or f"refused: {told}"


async def is_heard_at_the_second_try(home: Stage) -> str:
    home.desk.away, lost = True, home.zalo.counts["events.lost"]
    await home.zalo.user("An").sends("một")
    await home.zalo.until(lambda: home.zalo.counts["hook.503"])
    home.desk.away = False
    home.zalo.skips(31)
    await home.zalo.settles()
    return _understood(home) or f"lost: {home.zalo.counts['events.lost'] - lost}"


async def submits(home: Stage) -> str:
    await home.zalo.user("An").does("submit_info")
    await home.zalo.settles()
    return _understood(home)


async def is_tagged(home: Stage) -> str:
    await home.zalo.user("An").does("tagged")
    await home.zalo.settles()
    return _understood(home) or "nothing stored"


async def _asks(home: Stage, path: str, name: str = "") -> str:
    """What the platform says to a call of ours about An."""
    account, body = await home.account(), {"user_id": home.zalo.user("An").id, **({"tag_name": name} if name else {})}
    call = home.channel.api.get if path == DETAIL else home.channel.api.post
    return str((await call(path, account.access or "", body)).error)


async def is_tagged_in_vietnamese(home: Stage) -> str:
    """The program's own tags are plain."""
    home.zalo.user("An").user.follows = True
    return await _asks(home, PUT, "Xã Vị Thủy")


async def is_tagged_without_following(home: Stage) -> str:
    home.zalo.user("An").user.follows = False
    return await _asks(home, PUT, "xa-31441")


async def loses_a_tag_there_is_not(home: Stage) -> str:
    return await _asks(home, TAKE, "khong-co")


async def is_asked_about(home: Stage) -> str:
    return await _asks(home, DETAIL)


async def joins_a_group(home: Stage) -> str:
    await home.zalo.user("An").does("joined")
    await home.zalo.settles()
    return _understood(home)


def _understood(home: Stage) -> str:
    """What is in the inbox, in words."""
    own = f"{home.zalo.oa.id}:{home.zalo.user('An').id}"
    found = [home.channel.parse(e.raw) for e in home.desk.kept.values()]
    assert all(m.address == own for m in found if m)
    return ", ".join(f"{m.kind.value} {m.text}".strip() if m else "no message" for m in found)


async def consents(home: Stage) -> str:
    """An administrator lets us in."""
    return str(await home.consents())


async def uses_a_dead_refresh_token(home: Stage) -> str:
    await home.dies()
    asked = home.zalo.counts["oauth.refused"]
    ends = {(await home.says(home.writes())).reason for _ in range(2)}
    again = await home.consents()
    return f"{', '.join(map(str, ends))}, asked {home.zalo.counts['oauth.refused'] - asked} time, mended: {again}"


async def is_told_of_its_own_message(home: Stage) -> str:
    await home.says(home.writes())
    await home.zalo.settles()
    return _understood(home) or f"nothing stored of {home.zalo.counts['hook.200']} events"


SAID, DEAD = "text đăng ký “VNeID” 😀", "needs_reauth, asked 1 time, mended: 200"
OA: list[tuple[str, Any, Callable[[Stage], Awaitable[str]], str]] = [
    ("kind", "state", sends, "v2 sent: 2 buttons, free"),
    ("kind", "business", sends, "v3 sent: 2 buttons, free"),
    ("buttons", "yes", sends, "v2 sent: 2 buttons, free"),
    ("buttons", "-233", sends, "v2 sent: 0 buttons, free"),
    ("buttons", "-201", sends, "v2 sent: 0 buttons, free"),
    ("buttons", "-210", sends, "v2 sent: 0 buttons, free"),
    ("quota_counts", True, sends, "v2 sent: 2 buttons, free"),
    ("quota_counts", False, sends, "v2 sent: 2 buttons, free"),
    ("sends", True, sends, "v2 sent: 2 buttons, free"),
    ("sends", False, sends, "None later: nothing seen"),
    ("proof", False, sends, "v2 sent: 2 buttons, free"),
    ("proof", True, sends, "v2 sent: 2 buttons, free"),
    ("error_status", 200, is_blocked, "refused zalo_-244"),
    ("error_status", 400, is_blocked, "refused zalo_-244"),
    ("window", True, speaks_after_eight_days, "held"),
    ("window", False, speaks_after_eight_days, "sent"),
    ("lists", False, sends_a_list, "-233"),
    ("lists", True, sends_a_list, "0"),
    ("text_units", "points", sends_two_thousand_smiles, "in 3 parts: sent; in one: sent"),
    ("text_units", "utf16", sends_two_thousand_smiles, "in 3 parts: sent; in one: refused"),
    ("header_time", "same", is_heard, SAID),
    ("header_time", "none", is_heard, SAID),
    ("header_time", "own", is_heard, SAID),
    ("escapes", False, is_heard, SAID),
    ("escapes", True, is_heard, SAID),
    ("spaced", False, is_heard, SAID),
    ("spaced", True, is_heard, SAID),
    ("signed_by", "app", is_heard, SAID),
    ("signed_by", "oa", is_heard, "refused: signed_with_oa_id"),
    ("redeliver", True, is_heard_at_the_second_try, "text một"),
    ("redeliver", False, is_heard_at_the_second_try, "lost: 1"),
    ("info_side", "sender", submits, "contact"),
    ("info_side", "recipient", submits, "contact"),
    ("numbers", False, submits, "contact"),
    ("numbers", True, submits, "contact"),
    ("numbers", False, is_tagged, "nothing stored"),
    ("numbers", True, is_tagged, "nothing stored"),
    ("tag_names", "plain", is_tagged_in_vietnamese, "-201"),
    ("tag_names", "any", is_tagged_in_vietnamese, "0"),
    ("tags_followers", True, is_tagged_without_following, "-213"),
    ("tags_followers", False, is_tagged_without_following, "0"),
    ("untag_unknown", "ok", loses_a_tag_there_is_not, "0"),
    ("untag_unknown", "-201", loses_a_tag_there_is_not, "-201"),
    ("detail", "yes", is_asked_about, "0"),
    ("detail", "-235", is_asked_about, "-235"),
    ("group_words", "accept", joins_a_group, "no message"),
    ("group_words", "react", joins_a_group, "no message"),
    ("challenge_binds", True, consents, "200"),
    ("challenge_binds", False, consents, "200"),
    ("reused", "200", uses_a_dead_refresh_token, DEAD),
    ("reused", "400", uses_a_dead_refresh_token, DEAD),
    ("reused", "empty", uses_a_dead_refresh_token, DEAD),
    ("reuse_code", -14014, uses_a_dead_refresh_token, DEAD),
    ("reuse_code", -14020, uses_a_dead_refresh_token, DEAD),
    ("echoes", True, is_told_of_its_own_message, "nothing stored of 3 events"),
    ("echoes", False, is_told_of_its_own_message, "nothing stored of 0 events"),
]  # fmt: skip


async def _as_new(home: Stage) -> None:
    """The same account, with everything that was learnt of it forgotten."""
    home.zalo.switches.set(asdict(Switches()))
    home.zalo.counts.clear()
    home.desk.kept.clear()
    home.metrics.hook_refused.clear()
    home.metrics.zalo_paid.clear()
    home.channel._sender._pauses.clear()
    for user in home.zalo.world.users.values():
        user.messages.clear()
        user.blocked = False
    for account in await home.accounts():
        await home.channel.tokens.learn(account, state="ok", trouble=None, endpoint=None, buttons=None)


async def test_an_official_account_works_whatever_is_true_of_zalo(database: Database) -> None:
    async with stage(database, config={"proof": True}) as home:
        wrong = []
        for switch, value, act, expected in OA:
            await _as_new(home)
            home.zalo.switches.set({switch: value})
            if (seen := await act(home)) != expected:
                wrong.append(f"{switch}={value}: {act.__name__}: {seen!r}, not {expected!r}")
        assert not wrong, "\n".join(wrong)


# --- the Bot Platform ---------------------------------------------------------------------------------------


class Desk:
    """Takes updates in; away for the first so many."""

    def __init__(self, away: int = 0) -> None:
        self.away = away
        self.kept: list[Envelope] = []

    async def accept(self, _channel: str, envelopes: list[Envelope]) -> None:
        if self.away:
            self.away -= 1
            raise ConnectionError
        self.kept += envelopes

    @property
    def said(self) -> str:
        """What is in it, in words."""
        found = [parse(e.raw) for e in self.kept]
        return ", ".join(f"{m.kind.value} {m.text or m.reference or ''}" for m in found if m) or "nothing"


async def polls_in_vain(_zalo: ZaloBotEmulator, bot: ZaloBotChannel, _desk: Desk) -> str:
    await bot._poll()
    await bot._poll()
    return "ready" if bot.ready() else "away"


async def polls_later(zalo: ZaloBotEmulator, bot: ZaloBotChannel, desk: Desk) -> str:
    await zalo.says("an", "chào")
    await bot._poll()
    return desk.said


async def is_shown_a_picture(zalo: ZaloBotEmulator, bot: ZaloBotChannel, desk: Desk) -> str:
    zalo.switches.unpolled_kept = True
    await zalo.shows("an", "https://a.zdn.vn/1.jpg")
    await bot._poll()
    return desk.said


async def is_called(zalo: ZaloBotEmulator, bot: ZaloBotChannel, desk: Desk) -> str:
    """By the hook, while the first try cannot be stored."""
    async with Hooked(bot, zalo):
        await zalo.says("an", "chào")
    return f"{desk.said} after {zalo.delivered}"


async def is_called_at_once(zalo: ZaloBotEmulator, bot: ZaloBotChannel, desk: Desk) -> str:
    desk.away = 0
    return await is_called(zalo, bot, desk)


async def sets_a_hook(_zalo: ZaloBotEmulator, bot: ZaloBotChannel, _desk: Desk) -> str:
    object.__setattr__(bot._patience, "recheck", 0)
    try:
        await bot._keep_webhook()
    except Refused as e:
        return str(e)
    return "ready"


async def sends_beyond_the_month(zalo: ZaloBotEmulator, bot: ZaloBotChannel, _desk: Desk) -> str:
    zalo.month, chat = 3000, zalo.chat_of("an")
    zalo.known.add(chat)
    sent = await bot.send(chat, Rendered("chào"))
    return f"{sent.outcome.value}, {len(zalo.chats[chat])} seen"


class Hooked:
    """The hook of a bot on a port of its own."""

    def __init__(self, bot: ZaloBotChannel, zalo: ZaloBotEmulator) -> None:
        app = web.Application()
        app.add_routes(bot.routes())
        self._runner, self._zalo, self._secret = web.AppRunner(app), zalo, bot._secret

    async def __aenter__(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._zalo.hook = (f"http://127.0.0.1:{self._runner.addresses[0][1]}{PATH}", self._secret)

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()


BotAct = Callable[[ZaloBotEmulator, ZaloBotChannel, Desk], Awaitable[str]]
BOT: list[tuple[str, Any, BotAct, str]] = [
    ("idle_in_body", False, polls_in_vain, "ready"),
    ("idle_in_body", True, polls_in_vain, "ready"),
    ("no_webhook_is_404", True, polls_in_vain, "ready"),
    ("no_webhook_is_404", False, polls_in_vain, "ready"),
    ("unpolled_kept", False, polls_later, "nothing"),
    ("unpolled_kept", True, polls_later, "text chào"),
    ("picture_field", "photo_url", is_shown_a_picture, "photo https://a.zdn.vn/1.jpg"),
    ("picture_field", "photo", is_shown_a_picture, "photo https://a.zdn.vn/1.jpg"),
    ("redelivered", 0, is_called, "nothing after [503]"),
    ("redelivered", 3, is_called, "text chào after [503, 200]"),
    ("wrapped", True, is_called_at_once, "text chào after [200]"),
    ("wrapped", False, is_called_at_once, "text chào after [200]"),
    ("private_urls", True, sets_a_hook, "ready"),
    ("private_urls", False, sets_a_hook, "error_400"),
    ("over_plan_dropped", False, sends_beyond_the_month, "later, 0 seen"),
    ("over_plan_dropped", True, sends_beyond_the_month, "sent, 0 seen"),
]


async def test_a_bot_works_whatever_is_true_of_zalo() -> None:
    wrong = []
    for switch, value, act, expected in BOT:
        switches = BotSwitches()
        setattr(switches, switch, value)
        async with ZaloBotEmulator(switches=switches) as zalo:
            bot, desk = channel(zalo), Desk(away=1 if act is is_called else 0)
            bot._accept = desk.accept
            object.__setattr__(bot._patience, "poll", 0.05)
            if (seen := await act(zalo, bot, desk)) != expected:
                wrong.append(f"{switch}={value}: {act.__name__}: {seen!r}, not {expected!r}")
            await bot.close()
    assert not wrong, "\n".join(wrong)


# --- nothing is left out ------------------------------------------------------------------------------------


def _values(kind: object) -> set[Any]:
    """Every value a switch of that type can have; of a number two are enough."""
    if get_origin(kind) is Literal:
        return set(get_args(kind))
    return {True, False} if kind is bool else set()


@pytest.mark.parametrize(("switches", "rows"), [(Switches, OA), (BotSwitches, BOT)])
def test_every_switch_is_seen_with_every_value(switches: type, rows: list[tuple[Any, ...]]) -> None:
    seen: dict[str, set[Any]] = {}
    for switch, value, *_ in rows:
        seen.setdefault(switch, set()).add(value)
    for name, kind in get_type_hints(switches).items():
        assert len(seen.get(name, ())) > 1, name
        assert _values(kind) <= seen[name], name
