"""Keys that tell the viewers of one day apart without identifying them: a keyed hash of address and browser. Its key, a
random salt, is deleted after the next day; from then on nobody can compute or compare viewer keys."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from otnet_server.db.engine import Database
from otnet_server.db.tables import setting

PREFIX = "telemetry_salt_"


def viewer_key(salt: str, address: str, agent: str) -> str:
    """16 hexadecimal digits. Pure."""
    return blake2b(f"{address}|{agent}".encode(), key=bytes.fromhex(salt), digest_size=8).hexdigest()


class ViewerKeys:
    """All processes of a server use the same salt on a day (UTC)."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._day, self._salt = "", ""

    async def key(self, address: str, agent: str) -> str:
        today = datetime.now(UTC).date().isoformat()
        if self._day != today:
            self._day, self._salt = today, await self._shared_salt(today)
        return viewer_key(self._salt, address, agent)

    async def _shared_salt(self, day: str) -> str:
        insert = sqlite_insert if self._db.sqlite else postgresql_insert
        name = PREFIX + day
        async with self._db.write() as c:
            await c.execute(insert(setting).values(name=name, value=secrets.token_hex(32)).on_conflict_do_nothing())
            return str((await c.execute(select(setting.c.value).where(setting.c.name == name))).scalar_one())

    async def delete_old_salts(self) -> None:
        oldest = PREFIX + (datetime.now(UTC).date() - timedelta(days=1)).isoformat()
        async with self._db.write() as c:
            await c.execute(delete(setting).where(setting.c.name.startswith(PREFIX), setting.c.name < oldest))
