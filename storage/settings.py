"""A commune's own choices: one row a setting, with who set it and when."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import commune_setting


class Settings:
    """The commune settings of a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self, commune: str) -> dict[str, str]:
        """Every setting of a commune."""
        found = sa.select(commune_setting.c.key, commune_setting.c.value).where(commune_setting.c.commune == commune)
        return dict((await self._connection.execute(found)).all())

    async def put(self, commune: str, key: str, value: str, now: dt.datetime, *, by: int | None = None) -> None:
        """Sets one; the former value is replaced."""
        which = sa.and_(commune_setting.c.commune == commune, commune_setting.c.key == key)
        await self._connection.execute(sa.delete(commune_setting).where(which))
        row = {"commune": commune, "key": key, "value": value, "set_by": by, "set_at": now}
        await self._connection.execute(sa.insert(commune_setting).values(**row))
