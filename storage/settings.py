"""A commune's own choices, and a province's for its communes: one row a setting, with who set it and when."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import commune_setting
from storage.schema.reports import province_setting
from storage.scope import Scope


class Settings:
    """The commune settings of a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self, commune: str) -> dict[str, str]:
        """Every setting of a commune."""
        found = sa.select(commune_setting.c.key, commune_setting.c.value).where(commune_setting.c.commune == commune)
        return dict((await self._connection.execute(found)).all())

    async def put(
        self, commune: str, key: str, value: str, now: dt.datetime, *, scope: Scope | None = None
    ) -> None:  # fmt: skip
        """Sets one; the former value is replaced. Without a scope by the operator. Raises NotAllowed."""
        by = scope.answering_for(commune) if scope else None
        which = sa.and_(commune_setting.c.commune == commune, commune_setting.c.key == key)
        await self._connection.execute(sa.delete(commune_setting).where(which))
        row = {"commune": commune, "key": key, "value": value, "set_by": by, "set_at": now}
        await self._connection.execute(sa.insert(commune_setting).values(**row))

    async def of_province(self, province: str) -> dict[str, str]:
        """Everything a province has set for those of its communes that have not."""
        c = province_setting.c
        found = sa.select(c.key, c.value).where(c.province == province)
        return dict((await self._connection.execute(found)).all())

    async def put_province(
        self, province: str, key: str, value: str, now: dt.datetime, *, scope: Scope | None = None
    ) -> None:
        """Sets one of a province; the former value is replaced. Raises NotAllowed."""
        by = scope.answering_for(province) if scope else None
        which = sa.and_(province_setting.c.province == province, province_setting.c.key == key)
        await self._connection.execute(sa.delete(province_setting).where(which))
        row = {"province": province, "key": key, "value": value, "set_by": by, "set_at": now}
        await self._connection.execute(sa.insert(province_setting).values(**row))
