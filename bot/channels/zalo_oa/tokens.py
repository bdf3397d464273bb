"""The accounts' tokens: one refresher among all processes, each new pair on the disk before it is used."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from bot.channels.line import NeverSent, NoWholeAnswer
from bot.channels.zalo_oa.api import CALL, Api, Granted
from bot.channels.zalo_oa.config import OaConfig
from bot.clock import Clock
from storage.bell import OUTBOX, Bell
from storage.database import Database
from storage.memory import Memory
from storage.zalo import Account, Pair

log = structlog.get_logger()
CHANNEL: Final = "zalo_oa"
NEEDS_REAUTH: Final = "needs_reauth"
BLOCKED: Final = "blocked"
EARLY: Final = 0.8
"""The share of an access token's life after which the next pair is fetched: at 20 of 25 hours."""
CLAIM: Final = dt.timedelta(seconds=30)
"""Longer than fetching a pair takes: a claim older than this is of a process that died."""
LOOK: Final = 0.2
"""Seconds between looks at whether another process has fetched the pair."""
REST: Final = (5.0, 300.0)
"""Seconds between tries while the OAuth server is away: the first, doubled up to the longest."""


ASK_EVERY: Final = 600.0
"""Seconds between asking Zalo who a nameless account is."""


class NeedsReauth(Exception):
    """Somebody has to consent anew; trying again is of no use."""


class NotNow(Exception):
    """The pair could not be fetched now; later it may be."""


@dataclass(slots=True)
class _Rest:
    """How long to leave the OAuth server alone for one account."""

    until: float = 0.0
    wait: float = REST[0]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something the operator has to know of an account."""

    account: Account
    state: str
    reason: str


Told = Callable[[Trouble], Awaitable[None]]


@dataclass
class Tokens:
    """The accounts as this process knows them, and their tokens.

    A refresh token can be used once, and losing the answer means that a human must consent again. So: a claim in the
    database makes one process the refresher, the pair is committed before anybody uses it, a commit that fails is
    repeated for as long as the process lives, and no caller that gives up waiting cancels any of it.
    """

    config: OaConfig
    api: Api
    database: Database
    bell: Bell
    clock: Clock
    told: Told
    accounts: dict[int, Account] = field(default_factory=dict)
    _fetching: dict[int, asyncio.Task[Account]] = field(default_factory=dict)
    _rests: dict[int, _Rest] = field(default_factory=dict)
    _asked: dict[int, float] = field(default_factory=dict)

    # --- the accounts ---

    async def load(self) -> None:
        """Reads all accounts anew."""
        async with self.database.read() as connection:
            found = await Memory(connection, self.database.vault).zalo.all()
        self.accounts = {a.id: a for a in found}

    async def of(self, oa_id: str) -> Account | None:
        """The account of that number; the only account is taken for it before it has told its own."""
        found = self.find(oa_id)
        if found is None or found.state == NEEDS_REAUTH:  # somebody may have consented at another process
            await self.load()
            found = self.find(oa_id)
        return found

    def find(self, oa_id: str) -> Account | None:
        """The same among those read before."""
        known = list(self.accounts.values())
        nameless = [a for a in known if a.oa_id is None]
        return next((a for a in known if a.oa_id == oa_id), nameless[0] if len(known) == len(nameless) == 1 else None)

    async def take_first(self) -> None:
        """Takes in the refresh token of the settings, unless it was taken before or an account works without it."""
        first = self.config.first_refresh_token
        if first is None:
            return
        async with self.database.write() as connection:
            accounts = Memory(connection, self.database.vault).zalo
            none_works = all(a.state == NEEDS_REAUTH for a in await accounts.all())
            if none_works and await accounts.begin(first, self.clock()):
                log.info("zalo_oa.first_token_taken")

    async def learn(self, account: Account, **values: object) -> None:
        """Writes down what was learnt of an account."""
        async with self.database.write() as connection:
            await Memory(connection, self.database.vault).zalo.learn(account.id, **values)
        await self._again(account.id)

    async def note(self, account: Account, **facts: object) -> None:
        """Adds to what the operator can read of an account."""
        async with self.database.write() as connection:
            await Memory(connection, self.database.vault).zalo.note(account.id, **facts)
        await self._again(account.id)

    async def _again(self, account_id: int) -> Account:
        """The account as it is now. Raises NeedsReauth when it is gone."""
        async with self.database.read() as connection:
            found = await Memory(connection, self.database.vault).zalo.one(account_id)
        if found is None:
            self.accounts.pop(account_id, None)
            raise NeedsReauth
        self.accounts[account_id] = found
        return found

    async def identify(self, account: Account) -> Account:
        """Asks Zalo who the account is, where we do not know its number or name yet."""
        if account.access is None:
            return account
        answer = await self.api.get("/v2.0/oa/getoa", account.access)
        oa_id = str(answer.data.get("oaid") or answer.data.get("oa_id") or "")
        if answer.error != 0 or not oa_id.isdecimal():
            return account
        told = ("oa_type", "is_verified", "package_name", "package_valid_through_date", "num_follower")
        facts = {name: answer.data[name] for name in told if name in answer.data}
        async with self.database.write() as connection:
            accounts = Memory(connection, self.database.vault).zalo
            own = account.id if account.oa_id else await accounts.named(account.id, oa_id)
            await accounts.learn(own, name=str(answer.data.get("name", ""))[:120] or None)
            await accounts.note(own, **facts)
        await self.load()
        return self.accounts.get(own, account)

    # --- pairs ---

    async def consented(self, code: str, oa_id: str | None, commune: str | None) -> Granted:
        """Changes the code of a consent into a pair and keeps it.

        `oa_id` is what the browser said, `commune` what our own link said. Raises NeverSent or NoWholeAnswer.
        """
        granted = await self.api.exchange_code(code)
        if not granted.whole:
            log.error("zalo_oa.consent_failed", answer=granted.refusal, alert=True)
            return granted
        now = self.clock()
        async with self.database.write() as connection:
            accounts = Memory(connection, self.database.vault).zalo
            account = await accounts.consented(_pair(granted, now), commune, now)
        # Whose it is Zalo itself has to say: anybody can call our address with the number of another's account.
        named = await self._name(await self._again(account), told=oa_id)
        async with self.database.write() as connection:
            await self._wake(Memory(connection, self.database.vault))
        self.bell.ring(OUTBOX)
        log.info("zalo_oa.consented", oa=named.oa_id)
        return granted

    async def _name(self, account: Account, told: str | None) -> Account:
        """Finds out which account it is; where Zalo does not say, by what the consent told."""
        try:
            named = await self.identify(account)
        except (NeverSent, NoWholeAnswer):
            named = account
        if named.oa_id is not None or told is None:
            return named
        async with self.database.write() as connection:
            own = await Memory(connection, self.database.vault).zalo.named(account.id, told)
        await self.load()
        return self.accounts.get(own, named)

    async def _wake(self, memory: Memory) -> None:
        """Messages that waited for this may go."""
        woken = [await memory.outbox.wake(CHANNEL, reason, self.clock()) for reason in (NEEDS_REAUTH, BLOCKED)]
        if any(woken):
            await self.bell.announce(memory.connection, OUTBOX)

    async def wake_late(self) -> None:
        """Lets go what was put back by a send that began before its account was mended and ended after it."""
        if all(a.state == "ok" for a in self.accounts.values()):
            async with self.database.write() as connection:
                await self._wake(Memory(connection, self.database.vault))

    def stale(self, account: Account) -> bool:
        """Whether it is time for the next pair."""
        if account.access is None or account.expires_at is None:
            return True
        return self.clock() >= account.obtained_at + EARLY * (account.expires_at - account.obtained_at)

    def expired(self, account: Account) -> bool:
        """Whether the access token can be known to be of no use."""
        return account.access is None or (account.expires_at is not None and self.clock() >= account.expires_at)

    async def next_after(self, account: Account, *, within: float) -> Account:
        """The account with a later pair than the given one: another process may have fetched it, else we do.

        Raises NeedsReauth or NotNow.
        """
        known = self.accounts.get(account.id)
        if known is not None and known.generation > account.generation and known.usable:
            return known
        task = self._fetching.get(account.id)
        if task is None:
            task = asyncio.create_task(self._next(account), name=f"zalo-token-{account.id}")
            self._fetching[account.id] = task
            task.add_done_callback(lambda done: self._fetched(account.id, done))
        try:
            async with asyncio.timeout(within):
                return await asyncio.shield(task)
        except TimeoutError:
            raise NotNow from None

    def _fetched(self, account_id: int, done: asyncio.Task[Account]) -> None:
        self._fetching.pop(account_id, None)
        if not done.cancelled():
            done.exception()  # whoever waited has heard it; nobody may have waited any more

    async def _next(self, account: Account) -> Account:
        current = await self._again(account.id)
        if current.state == NEEDS_REAUTH:
            raise NeedsReauth
        if current.generation != account.generation and current.access is not None:
            return current
        rest = self._rests.setdefault(account.id, _Rest())
        if asyncio.get_running_loop().time() < rest.until:
            raise NotNow
        now = self.clock()
        async with self.database.write() as connection:
            accounts = Memory(connection, self.database.vault).zalo
            claimed = await accounts.claim(current.id, current.generation, now, now + CLAIM)
        return await self._fetch(current, rest) if claimed else await self._watch(current)

    async def _watch(self, account: Account) -> Account:
        """Waits for the pair another process is fetching."""
        for _ in range(int((CALL + 3) / LOOK)):
            await asyncio.sleep(LOOK)
            current = await self._again(account.id)
            if current.state == NEEDS_REAUTH:
                raise NeedsReauth
            if current.generation != account.generation:
                return current
            if current.refreshing_until is None:
                break
            if current.refreshing_until <= self.clock():  # whoever was fetching it has died
                return await self._next(current)
        raise NotNow

    async def _fetch(self, account: Account, rest: _Rest) -> Account:
        """Fetches the next pair; only what the network did to us is worth another try."""
        if account.refresh is None:
            await self._refused(account, "unreadable")
        try:
            granted = await self.api.refresh(account.refresh or "")
        except (NeverSent, NoWholeAnswer) as e:
            granted = Granted(refusal=f"{type(e).__name__} {e}", away=True)
        if granted.away:
            await self._later(account, rest, granted.refusal)
        if not granted.whole:
            await self._refused(account, granted.refusal)
        await self._keep(account, _pair(granted, self.clock()))
        self._rests.pop(account.id, None)
        log.info("zalo_oa.refreshed", oa=account.oa_id)
        return await self._again(account.id)

    async def _keep(self, account: Account, pair: Pair) -> None:
        """Commits the pair, however long the database is away: it exists nowhere else."""
        while True:
            try:
                async with self.database.write() as connection:
                    memory = Memory(connection, self.database.vault)
                    kept = await memory.zalo.replace(account.id, account.generation, pair)
                    if kept and account.state != "ok":
                        await self._wake(memory)
            except Exception as e:
                log.error("zalo_oa.pair_not_stored", oa=account.oa_id, error=type(e).__name__, alert=True)
                await asyncio.sleep(1)
                continue
            if not kept:
                log.warning("zalo_oa.pair_overtaken", oa=account.oa_id)
            return

    async def _later(self, account: Account, rest: _Rest, reason: str) -> None:
        rest.until = asyncio.get_running_loop().time() + rest.wait
        rest.wait = min(rest.wait * 2, REST[1])
        log.warning("zalo_oa.refresh_failed", oa=account.oa_id, reason=reason)
        async with self.database.write() as connection:
            await Memory(connection, self.database.vault).zalo.let_go(account.id, account.generation)
        raise NotNow

    async def _refused(self, account: Account, reason: str) -> None:
        log.error("zalo_oa.refresh_refused", oa=account.oa_id, answer=reason, alert=True)
        async with self.database.write() as connection:
            gone = await Memory(connection, self.database.vault).zalo.abandon(account.id)
        if gone:
            self.accounts.pop(account.id, None)
            raise NeedsReauth
        await self.trouble(account, NEEDS_REAUTH, "refresh_refused")
        raise NeedsReauth

    async def trouble(self, account: Account, state: str, reason: str) -> None:
        """The account cannot be used, or not fully: written down, and told to people once."""
        async with self.database.write() as connection:
            accounts = Memory(connection, self.database.vault).zalo
            new = await accounts.troubled(account.id, state, reason, self.clock(), generation=account.generation)
        current = await self._again(account.id)
        if new:
            log.error("zalo_oa.trouble", oa=account.oa_id, state=state, reason=reason, alert=True)
            await self.told(Trouble(current, state, reason))

    async def mended(self, account: Account) -> None:
        """It works again."""
        async with self.database.write() as connection:
            memory = Memory(connection, self.database.vault)
            await memory.zalo.troubled(account.id, "ok", None, self.clock())
            await self._wake(memory)
        self.bell.ring(OUTBOX)
        await self._again(account.id)
        log.info("zalo_oa.mended", oa=account.oa_id)

    async def keep_fresh(self) -> None:
        """Fetches the next pair for every account whose time has come, and asks the nameless who they are."""
        await self.load()
        for account in list(self.accounts.values()):
            if account.state == NEEDS_REAUTH:
                continue
            current = account
            try:
                if self.stale(account):
                    current = await self.next_after(account, within=CALL + 5)
                if (current.oa_id is None or current.name is None) and self._may_ask(current):
                    await self.identify(current)
            except (NeedsReauth, NotNow, NeverSent, NoWholeAnswer):
                continue

    def _may_ask(self, account: Account) -> bool:
        """Now and then: where Zalo does not tell, asking more often is of no use."""
        now = asyncio.get_running_loop().time()
        if now - self._asked.get(account.id, -ASK_EVERY) < ASK_EVERY:
            return False
        self._asked[account.id] = now
        return True

    async def close(self) -> None:
        """Waits for what is being fetched: its answer must not be lost."""
        if self._fetching:
            await asyncio.wait(list(self._fetching.values()), timeout=CALL + 5)


def _pair(granted: Granted, now: dt.datetime) -> Pair:
    return Pair(granted.access, granted.refresh, now, now + dt.timedelta(seconds=granted.lasts))
