"""Zalo Official Accounts: their tokens, replaced by compare-and-set, what was learnt of them, what lies at Zalo."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import zalo
from storage.vault import Unreadable, Vault

_account = zalo.zalo_account
_upload = zalo.zalo_upload
UPLOADS_KEPT = dt.timedelta(days=6)
"""An upload is used so long: at the seventh day Zalo forgets it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token with the single-use refresh token that gives the next pair."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    obtained_at: dt.datetime
    expires_at: dt.datetime
    """Of the access token."""


@dataclass(frozen=True, slots=True)
class Account:
    """An Official Account as last read."""

    id: int
    oa_id: str | None
    commune: str | None
    name: str | None
    state: str
    trouble: str | None
    trouble_at: dt.datetime | None
    access: str | None = field(repr=False)
    refresh: str | None = field(repr=False)
    expires_at: dt.datetime | None
    obtained_at: dt.datetime
    generation: int
    refreshing_until: dt.datetime | None
    endpoint: str | None
    buttons: bool | None
    facts: dict[str, Any]

    @property
    def usable(self) -> bool:
        """Whether calls can be made for it now."""
        return self.state != "needs_reauth" and self.access is not None


class Accounts:
    """The Official Accounts of a transaction."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def all(self) -> list[Account]:
        """Every account, in the order in which they came."""
        rows = await self._connection.execute(sa.select(_account).order_by(_account.c.id))
        return [self._read(row) for row in rows.mappings()]

    async def one(self, account_id: int) -> Account | None:
        """An account by our number for it."""
        found = sa.select(_account).where(_account.c.id == account_id)
        row = (await self._connection.execute(found)).mappings().first()
        return self._read(row) if row else None

    async def of_commune(self, commune: str) -> str | None:
        """The number of the account of a commune; of the only account there is, when nobody said whose it is."""
        rows = (await self._connection.execute(sa.select(_account.c.oa_id, _account.c.commune))).all()
        alone = len(rows) == 1 and rows[0].commune is None
        return next((row.oa_id for row in rows if row.commune == commune or alone), None)

    def _read(self, row: Any) -> Account:
        return Account(
            row["id"], row["oa_id"], row["commune"], row["name"], row["state"], row["trouble"], row["trouble_at"],
            self._open(row["access_token"]), self._open(row["refresh_token"]), row["expires_at"], row["obtained_at"],
            row["generation"], row["refreshing_until"], row["endpoint"], row["buttons"], row["facts"],
        )  # fmt: skip

    def _open(self, sealed: bytes | None) -> str | None:
        """None too for what another key sealed: somebody has to consent anew."""
        try:
            return None if sealed is None else self._vault.open(sealed).decode()
        except Unreadable:
            return None

    # --- coming and going ---

    async def begin(self, refresh: str, now: dt.datetime) -> bool:
        """Takes in an account of which only a refresh token is known; False when that token was taken in before."""
        first = self._vault.lane("zalo-first", refresh)
        known = sa.select(_account.c.id).where(_account.c.first_hash == first)
        if (await self._connection.execute(known)).first():
            return False
        await self._connection.execute(sa.insert(_account).values(
            state="ok", refresh_token=self._vault.seal(refresh.encode()), obtained_at=now, first_hash=first, facts={},
            created_at=now,
        ))  # fmt: skip
        return True

    async def consented(self, pair: Pair, commune: str | None, now: dt.datetime) -> int:
        """Somebody let us into an account, which one is still to be asked. Returns our number for it."""
        values = {"commune": commune, "facts": {}, "created_at": now, **self._sealed(pair)}
        made = sa.insert(_account).values(state="ok", **values).returning(_account.c.id)
        return int((await self._connection.execute(made)).scalar_one())

    def _sealed(self, pair: Pair) -> dict[str, Any]:
        return {
            "access_token": self._vault.seal(pair.access.encode()),
            "refresh_token": self._vault.seal(pair.refresh.encode()),
            "obtained_at": pair.obtained_at,
            "expires_at": pair.expires_at,
        }

    async def named(self, account_id: int, oa_id: str) -> int:
        """The number Zalo gave the account became known. Returns our number for it, which may be an older one."""
        older = sa.select(_account.c.id, _account.c.generation, _account.c.first_hash).where(
            _account.c.oa_id == oa_id, _account.c.id != account_id
        )
        row = (await self._connection.execute(older.with_for_update())).first()
        if row is None:
            await self.learn(account_id, oa_id=oa_id)
            return account_id
        # Somebody consented anew: the pair goes to the row that knows the account.
        own = sa.select(_account).where(_account.c.id == account_id).with_for_update()
        new = (await self._connection.execute(own)).mappings().first()
        if new is None:  # another process was asked at the same moment and did it
            return int(row.id)
        await self._connection.execute(sa.delete(_account).where(_account.c.id == account_id))
        kept = ("access_token", "refresh_token", "obtained_at", "expires_at", "previous")
        await self.learn(
            row.id, state="ok", trouble=None, trouble_at=None, refreshing_until=None,
            generation=max(row.generation, new["generation"]) + 1, **{name: new[name] for name in kept},
            first_hash=new["first_hash"] or row.first_hash,  # what was taken in once is not taken in again
            **({"commune": new["commune"]} if new["commune"] else {}),
        )  # fmt: skip
        return int(row.id)

    async def abandon(self, account_id: int) -> bool:
        """Drops what a consent left behind whose pair is dead before anybody could ask whose it was.

        False where it is a known account, the only one, or one that began with a token of the settings: there the
        operator is to see that nothing works.
        """
        others = sa.select(sa.func.count()).where(_account.c.id != account_id)
        if not (await self._connection.execute(others)).scalar_one():
            return False
        nameless = sa.and_(_account.c.id == account_id, _account.c.oa_id.is_(None), _account.c.first_hash.is_(None))
        return (await self._connection.execute(sa.delete(_account).where(nameless))).rowcount == 1

    async def learn(self, account_id: int, **values: Any) -> None:
        """Notes what was learnt of the account."""
        await self._connection.execute(sa.update(_account).where(_account.c.id == account_id).values(**values))

    async def note(self, account_id: int, **facts: Any) -> None:
        """Adds to what the operator can read of it."""
        found = sa.select(_account.c.facts).where(_account.c.id == account_id).with_for_update()
        known = (await self._connection.execute(found)).scalar() or {}
        await self.learn(account_id, facts={**known, **facts})

    # --- the pair ---

    async def claim(self, account_id: int, generation: int, now: dt.datetime, until: dt.datetime) -> bool:
        """Makes the caller the one who fetches the next pair, until that time; False when another does or did."""
        free = sa.or_(_account.c.refreshing_until.is_(None), _account.c.refreshing_until <= now)
        which = sa.and_(_account.c.id == account_id, _account.c.generation == generation, free)
        claimed = await self._connection.execute(sa.update(_account).where(which).values(refreshing_until=until))
        return claimed.rowcount == 1

    async def let_go(self, account_id: int, generation: int) -> None:
        """The claim ends without a new pair."""
        which = sa.and_(_account.c.id == account_id, _account.c.generation == generation)
        await self._connection.execute(sa.update(_account).where(which).values(refreshing_until=None))

    async def replace(self, account_id: int, generation: int, pair: Pair) -> bool:
        """Puts a new pair in the place of that generation's; False when it is not in force any more."""
        which = sa.and_(_account.c.id == account_id, _account.c.generation == generation)
        replaced = await self._connection.execute(
            sa.update(_account)
            .where(which)
            .values(
                previous=_account.c.refresh_token, generation=generation + 1, state="ok", trouble=None,
                trouble_at=None, refreshing_until=None, **self._sealed(pair),
            )
        )  # fmt: skip
        return replaced.rowcount == 1

    async def troubled(
        self, account_id: int, state: str, trouble: str | None, now: dt.datetime, *, generation: int | None = None
    ) -> bool:
        """Notes that the account has a trouble, or none any more; False when that was known.

        With a generation only while that one is in force: a new pair may have come meanwhile.
        """
        which = sa.and_(_account.c.id == account_id, _account.c.state != state)
        if generation is not None:
            which = sa.and_(which, _account.c.generation == generation)
        values = {"state": state, "trouble": trouble and trouble[:80], "trouble_at": now if trouble else None}
        noted = await self._connection.execute(
            sa.update(_account).where(which).values(**values, refreshing_until=None)
        )
        return noted.rowcount == 1

    # --- what lies at Zalo ---

    async def uploaded(self, account_id: int, digest: str, now: dt.datetime) -> str | None:
        """What those bytes are called there, while it certainly knows them."""
        found = sa.select(_upload.c.attachment).where(
            _upload.c.account_id == account_id, _upload.c.digest == digest,
            _upload.c.uploaded_at > now - UPLOADS_KEPT,
        )  # fmt: skip
        return (await self._connection.execute(found)).scalar()

    async def keep_upload(self, account_id: int, digest: str, attachment: str, now: dt.datetime) -> None:
        """Remembers what it calls those bytes from now on."""
        await self.drop_upload(account_id, digest)
        await self._connection.execute(sa.insert(_upload).values(
            account_id=account_id, digest=digest, attachment=attachment, uploaded_at=now
        ))  # fmt: skip

    async def drop_upload(self, account_id: int, digest: str) -> None:
        """It does not know them any more."""
        which = sa.and_(_upload.c.account_id == account_id, _upload.c.digest == digest)
        await self._connection.execute(sa.delete(_upload).where(which))

    async def forget_uploads(self, now: dt.datetime) -> int:
        """Drops what Zalo has forgotten."""
        old = _upload.c.uploaded_at <= now - UPLOADS_KEPT
        return (await self._connection.execute(sa.delete(_upload).where(old))).rowcount
