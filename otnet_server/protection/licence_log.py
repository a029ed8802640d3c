"""The log of licences: who asked for which title's keys, when, and the outcome. No keys, challenges or addresses.

Entries are written together a moment later, so that a licence does not wait for the database; what was not written
when a server is killed is lost.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from otnet_server.db.availability import is_unavailable, log_failure
from otnet_server.db.engine import Database
from otnet_server.db.protection_tables import licence_event
from otnet_server.db.tables import metadata
from otnet_server.schema.fields.dates import utc

WRITE_S = 1.0
MAX_WAITING = 10_000
KEEP = timedelta(days=60)
RETRY_S = 5.0
PAGE = 50
GRANTED = "granted"
FAILED = "failed"  # by an unexpected error, or the player went away
COLUMNS = licence_event.c


class LicenceEvent(NamedTuple):
    """`outcome` is `granted`, `failed`, or the code of the refusal; `keys` the number of keys."""

    organization: str
    media: str
    playback_session: str
    user: str | None
    system: str
    provider: str
    keys: int
    outcome: str
    duration_ms: int


class LicenceLog:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[dict[str, Any]] = []
        self._task: asyncio.Task[None] | None = None

    def add(self, event: LicenceEvent) -> None:
        """Write an entry soon. Beyond `MAX_WAITING`, entries are dropped."""
        if len(self._waiting) < MAX_WAITING:
            self._waiting.append({"at": utc(datetime.now(UTC)), **event._asdict()})
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._write_soon())

    async def _write_soon(self) -> None:
        await asyncio.sleep(WRITE_S)
        await self.flush()
        while self._waiting:  # the database is away
            await asyncio.sleep(RETRY_S)
            await self.flush()

    async def flush(self) -> None:
        """Write the entries that wait. While the database is away, they go on waiting."""
        entries, self._waiting = self._waiting, []
        if not entries:
            return
        try:
            async with self._db.write() as c:
                await c.execute(insert(licence_event), entries)
        except (SQLAlchemyError, OSError) as e:
            log_failure("entries of the licence log could not be written", e, entries=len(entries))
            if is_unavailable(e):
                self._waiting = [*entries, *self._waiting][:MAX_WAITING]

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.flush()

    async def newest(self, organization: str, before: int | None = None) -> tuple[list[dict[str, Any]], bool]:
        """The newest entries of an organization, those before the entry `before` if it is given, and whether there are
        more. `viewer` is null without an account; the name of an account that was deleted is null."""
        user, media, content = (metadata.tables[name] for name in ("user", "media", "content"))
        query = (
            select(licence_event, user.c.name.label("viewer"), media.c.title.label("media_title"), content.c.title)
            .outerjoin(user, user.c.id == COLUMNS.user)
            .outerjoin(media, media.c.id == COLUMNS.media)
            .outerjoin(content, content.c.id == media.c.content)
            .where(COLUMNS.organization == organization)
            .order_by(COLUMNS.id.desc())
        )
        if before is not None:
            query = query.where(COLUMNS.id < before)
        async with self._db.read() as c:
            rows = (await c.execute(query.limit(PAGE + 1))).mappings().all()
        items = [
            {
                **{name: row[name] for name in ("id", "at", "media", "system", "provider", "keys", "outcome")},
                "duration_ms": row["duration_ms"],
                "title": row["title"] or row["media_title"],
                "viewer": {"id": row["user"], "name": row["viewer"]} if row["user"] else None,
                "session": row["playback_session"],
            }
            for row in rows[:PAGE]
        ]
        return items, len(rows) > PAGE

    async def delete_old(self) -> None:
        async with self._db.write() as c:
            await c.execute(delete(licence_event).where(COLUMNS.at < utc(datetime.now(UTC) - KEEP)))
