"""What people agreed Zalo may be told of them or asked, done beside the turns: a failure here delays no answer."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from bot.channels.line import NeverSent, NoWholeAnswer
from bot.channels.zalo_oa.address import Address
from bot.channels.zalo_oa.api import Answer, Api
from bot.channels.zalo_oa.codes import Meaning, meaning
from bot.channels.zalo_oa.config import OaConfig
from bot.channels.zalo_oa.tokens import NEEDS_REAUTH, NeedsReauth, NotNow, Tokens
from content.folding import fold
from content.knowledge import Knowledge
from handlers.turn import Reply, to_notice
from storage.memory import Memory
from storage.sharing import GIVEN_UP, MOST, TAGS, Age, Missing, Tag
from storage.vault import Unreadable
from storage.zalo import Account

PUT: Final = "/v2.0/oa/tag/tagfollower"
TAKE: Final = "/v2.0/oa/tag/rmfollowerfromtag"
DETAIL: Final = "/v3.0/oa/user/detail"
AT_ONCE: Final = 20
"""Of each sort in one look, so that messages have the account's minute to themselves."""
RESERVE: Final = 20
"""Calls of a minute that are left to messages."""
LEASE: Final = dt.timedelta(seconds=60)
"""Longer than the calls of one row take: who holds it after that has died."""
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
LONGEST: Final = 6 * HOUR
"""Between tries, after doubling from a minute; for a week, see `GIVEN_UP`."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended."""

    error: str | None = None
    """None: it was done."""
    again: dt.timedelta | None = None
    """After a failure: how long to wait; None where another try is of no use."""
    data: dict[str, Any] = field(default_factory=dict, repr=False)
    code: int = 0


class Sharing:
    """Puts tags on and takes them off, as agreements, communes and requests for a human come and go."""

    def __init__(
        self, config: OaConfig, api: Api, tokens: Tokens, knowledge: Knowledge,
        commune_of: Callable[[str], str | None],
    ) -> None:  # fmt: skip
        self._api = api
        self._tokens = tokens
        self._knowledge = knowledge
        self._commune_of = commune_of
        self._kinds = [kind for kind in TAGS if kind in config.shares]
        self._age = "age" in config.shares
        self._after = 0
        """The chat up to which was looked for what is missing."""
        self._rests: dict[tuple[int, str], dt.datetime] = {}
        """Until when an account is left alone: with one sort of call, or ("") with all."""

    async def sweep(self) -> None:
        """Does what is due. What the operator has switched off since is taken off."""
        database, now = self._tokens.database, self._tokens.clock()
        async with database.read() as connection:  # looks at everybody: beside those who write
            sharing = Memory(connection, database.vault).sharing
            if not self._kinds and not self._age and not await sharing.any():
                return
            stale = await sharing.stale(self._kinds, MOST)
            missing = await sharing.missing(self._kinds, AT_ONCE, after=self._after) if self._kinds else []
            if not stale and not missing and not await sharing.due(now):
                self._after = 0
                return
        self._after = missing[-1].chat_id if len(missing) == AT_ONCE else 0  # what cannot be noted stops no other
        async with database.write() as connection:
            memory = Memory(connection, database.vault)
            await memory.sharing.let_go(stale, now)
            for one in missing:
                await self._want(memory, one, now)
            tags = await memory.sharing.claim(now, now + LEASE, AT_ONCE)
            ages = await memory.sharing.claim_ages(now, now + LEASE, AT_ONCE) if self._age else []
        for tag in tags:
            await self._tag(tag)
        for age in ages:
            await self._ask(age)

    async def _want(self, memory: Memory, one: Missing, now: dt.datetime) -> None:
        """Notes a tag, unless it would tell a commune's own account what it knows, or what is another commune's."""
        address = self._open(one.address)
        if address is None or address.conversation is not None:
            return
        theirs = self._commune_of(address.oa)
        if theirs is None or (one.kind != "commune" and one.home == theirs):
            await memory.sharing.want(one, address.oa, self._name(one), now)

    def _name(self, one: Missing) -> str:
        """Small letters without marks, digits and hyphens: the one shape of a tag that is documented."""
        commune = self._knowledge.places.commune(one.commune) if one.commune else None
        words = commune.name if commune else one.commune or self._knowledge.messages.render("sharing.tag_waiting")
        parts = re.findall("[a-z0-9]+", fold(words))
        return "-".join([*parts, one.commune] if commune else parts)[-60:]

    def _open(self, sealed: bytes) -> Address | None:
        try:
            return Address.parse(self._tokens.database.vault.open(sealed).decode())
        except (Unreadable, ValueError):
            return None

    # --- tags ---

    async def _tag(self, tag: Tag) -> None:
        body = {"tag_name": tag.name}
        ended = await self._call(tag.address, PUT if tag.wanted else TAKE, body, tag.tries)
        if not tag.wanted and meaning(ended.code) is Meaning.SIMPLER:
            ended = Ended()  # Zalo knows no such tag, or no such person: nobody bears it
        now, database = self._tokens.clock(), self._tokens.database
        again = ended.again if now - tag.since < GIVEN_UP else None
        if ended.error is not None and again is None:
            what = "zalo_oa.tag_refused" if tag.wanted else "zalo_oa.tag_left"
            log.error(what, oa=tag.oa_id, tag=tag.name, error=ended.error, alert=not tag.wanted)
        async with database.write() as connection:
            sharing = Memory(connection, database.vault).sharing
            if ended.error is None and tag.wanted:
                await sharing.stands(tag)
            elif ended.error is None or (again is None and not tag.wanted):
                await sharing.gone(tag)
            else:
                await sharing.again(tag, now + again if again is not None else None, ended.error)

    # --- whether a child holds the telephone ---

    async def _ask(self, age: Age) -> None:
        """Asks Zalo once, and says it gently where it says so. Of the answer nothing is kept."""
        ended = await self._call(age.address, DETAIL, {}, age.tries)
        now, database = self._tokens.clock(), self._tokens.database
        again = now + ended.again if ended.again is not None and now - age.since < GIVEN_UP else None
        async with database.write() as connection:
            memory = Memory(connection, database.vault)
            there = await memory.sharing.asked(age, again)
            if there and ended.data.get("is_sensitive") is True:
                words = Reply(self._knowledge.messages.render("sharing.child"))
                await memory.notices.put([age.person_id], memory.vault.seal(to_notice(words)), now, now)

    # --- calls ---

    async def _call(self, sealed: bytes, path: str, body: dict[str, Any], tries: int) -> Ended:
        """Asks or tells Zalo something of that person. Never raises for what Zalo or the network does."""
        address, backoff = self._open(sealed), min(MINUTE * 2 ** min(tries, 10), LONGEST)
        if address is None:
            return Ended("unreadable")
        account = await self._tokens.of(address.oa)
        if account is None or account.state == NEEDS_REAUTH:
            return Ended(NEEDS_REAUTH, HOUR)
        now = self._tokens.clock()
        rest = max(self._rests.get((account.id, which), now) for which in (path, ""))
        if rest > now:
            return Ended("rest", rest - now)
        try:
            answer = await self._renewed(account, path, {"user_id": address.person, **body})
        except (NeedsReauth, NotNow, NeverSent, NoWholeAnswer) as e:
            return Ended(type(e).__name__, backoff)
        if answer.remain is not None and answer.remain < RESERVE:
            self._rests[account.id, ""] = now + MINUTE
        if answer.error is None:
            return Ended(f"http_{answer.status}", backoff)
        if answer.error == 0:
            return Ended(data=answer.data)
        log.warning("zalo_oa.not_shared", oa=address.oa, path=path, code=answer.error)
        match meaning(answer.error):
            case Meaning.RATE:
                self._rests[account.id, ""] = now + MINUTE
            case Meaning.ACCOUNT | Meaning.SWITCH | Meaning.RENEW:  # one row tries it each hour for all
                self._rests[account.id, path] = now + HOUR
        return Ended(f"zalo_{answer.error}", _wait(answer.error, backoff), code=answer.error)

    async def _renewed(self, account: Account, path: str, body: dict[str, Any]) -> Answer:
        """The call, repeated once with the next token where this one is none any more."""
        if self._tokens.expired(account):
            account = await self._tokens.next_after(account, within=10.0)
        answer = await self._once(account, path, body)
        if answer.error is not None and meaning(answer.error) is Meaning.RENEW:
            account = await self._tokens.next_after(account, within=10.0)
            answer = await self._once(account, path, body)
        return answer

    async def _once(self, account: Account, path: str, body: dict[str, Any]) -> Answer:
        token = account.access or ""
        return await (self._api.get(path, token, body) if path == DETAIL else self._api.post(path, token, body))


def _wait(code: int, backoff: dt.timedelta) -> dt.timedelta | None:
    """How long until another try, by what the code means; None where there is no use in one."""
    match meaning(code):
        case Meaning.RATE:
            return MINUTE
        case Meaning.ACCOUNT | Meaning.SWITCH | Meaning.RENEW:  # messages tell people of it, if they suffer too
            return HOUR
        case Meaning.TOMORROW | Meaning.MORNING:
            return LONGEST
        case Meaning.GONE:  # he may follow the account one day
            return DAY
        case Meaning.DOUBTFUL | Meaning.WAIT:  # twice the same tag is one tag
            return backoff
    return None
