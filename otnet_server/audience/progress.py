"""Watch progress: the position of each viewer in each title, shared by all their devices."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update

from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import metadata, progress
from otnet_server.playback.visibility import Visitor, exists_for

content = metadata.tables["content"]


class ProgressStore:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def content_exists(self, visitor: Visitor, id: str) -> bool:
        """Whether the content exists for the visitor."""
        if not id.isalnum():
            return False
        async with self._db.read() as c:
            row = (await c.execute(select(content).where(content.c.id == id))).mappings().first()
        return row is not None and exists_for(visitor, row, now())

    async def record(self, user: str, content_id: str, position_s: float, duration_s: float, at: str) -> None:
        """Record the position of a user at the time `at`. A report that is older than the recorded one is ignored."""
        mine = (progress.c.user == user, progress.c.content == content_id)
        values = {"position_s": position_s, "duration_s": duration_s, "at": at}
        async with self._db.write() as c:
            recorded_at = (await c.execute(select(progress.c.at).where(*mine))).scalar()
            if recorded_at is None:
                await c.execute(insert(progress).values(user=user, content=content_id, **values))
            elif recorded_at <= at:
                await c.execute(update(progress).where(*mine).values(**values))

    async def position(self, user: str, content_id: str) -> Any:
        async with self._db.read() as c:
            rows = await c.execute(select(progress).where(progress.c.user == user, progress.c.content == content_id))
            return rows.mappings().first()

    async def positions(self, visitor: Visitor, user: str, limit: int = 200) -> list[dict[str, Any]]:
        """The positions of a user in content that exists for them, the latest first."""
        query = select(progress, content).join(content, content.c.id == progress.c.content)
        async with self._db.read() as c:
            rows = await c.execute(query.where(progress.c.user == user).order_by(progress.c.at.desc()).limit(limit))
            existing = [r for r in rows.mappings() if exists_for(visitor, r, now())]
        return [{n: r[n] for n in ("content", "position_s", "duration_s", "at")} for r in existing]
