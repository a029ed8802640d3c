"""Watch progress: the position of each viewer in each title, shared by all their devices."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import metadata, progress
from otnet_server.playback.visibility import Publication, Visitor, exists_for
from otnet_server.playback.visibility_queries import history_of, keys_of

content = metadata.tables["content"]
PROGRESS_COLUMNS = (progress.c.content, progress.c.position_s, progress.c.duration_s, progress.c.at)
PUBLICATION_COLUMNS = [content.c[name] for name in Publication._fields]


@dataclass(frozen=True)
class WatchProgress:
    """The position of a viewer in `content`, and the duration, in seconds. `at` is the time of the report."""

    content: str
    position_s: float
    duration_s: float
    at: str


@dataclass(frozen=True)
class WatchProgressList:
    """The positions of a viewer, the latest first."""

    items: list[WatchProgress]


class ProgressStore:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def content_exists(self, visitor: Visitor, id: str) -> bool:
        """Whether the content exists for the visitor."""
        if not id.isalnum():
            return False
        async with self._db.read() as c:
            row = (await c.execute(select(*PUBLICATION_COLUMNS).where(content.c.id == id))).first()
        return row is not None and exists_for(visitor, Publication(*row), now())

    async def record(self, visitor: Visitor, content_id: str, position_s: float, duration_s: float, at: str) -> None:
        """Record the position of a viewer at the time `at`. A report that is older than the recorded one is ignored."""
        mine = (*history_of(progress, visitor), progress.c.content == content_id)
        values = {"position_s": position_s, "duration_s": duration_s, "at": at}
        async with self._db.write() as c:
            recorded_at = (await c.execute(select(progress.c.at).where(*mine))).scalar()
            if recorded_at is None:
                await c.execute(insert(progress).values(**keys_of(visitor), content=content_id, **values))
            elif recorded_at <= at:
                await c.execute(update(progress).where(*mine).values(**values))

    async def remove(self, visitor: Visitor, content_id: str) -> None:
        """Remove the position, and thereby the title from “continue watching”."""
        async with self._db.write() as c:
            await c.execute(delete(progress).where(*history_of(progress, visitor), progress.c.content == content_id))

    async def position(self, visitor: Visitor, content_id: str) -> WatchProgress | None:
        query = select(*PROGRESS_COLUMNS).where(*history_of(progress, visitor), progress.c.content == content_id)
        async with self._db.read() as c:
            row = (await c.execute(query)).first()
        return WatchProgress(*row) if row is not None else None

    async def positions(self, visitor: Visitor, limit: int = 200) -> WatchProgressList:
        """The positions of a viewer in content that exists for them, the latest first."""
        query = (
            select(*PROGRESS_COLUMNS, *PUBLICATION_COLUMNS)
            .join(content, content.c.id == progress.c.content)
            .where(*history_of(progress, visitor))
            .order_by(progress.c.at.desc())
            .limit(limit)
        )
        async with self._db.read() as c:
            rows = (await c.execute(query)).all()
        split = len(PROGRESS_COLUMNS)
        at = now()
        return WatchProgressList(
            [WatchProgress(*row[:split]) for row in rows if exists_for(visitor, Publication(*row[split:]), at)]
        )
