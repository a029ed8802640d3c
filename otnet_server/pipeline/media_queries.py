"""Reads media for the API and the command line."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, or_, select

from otnet_server.db.engine import Database
from otnet_server.db.tables import media, revision
from otnet_server.media.states import State
from otnet_server.pipeline.rows import MediaRow, UnfinishedMedia

MEDIA_WITH_REVISION = select(
    media.c.id,
    media.c.organization,
    media.c.library,
    media.c.title,
    media.c.content,
    media.c.present,
    media.c.current,
    media.c.playing,
    media.c.info,
    media.c.created_at,
    media.c.updated_at,
    revision.c.state,
    revision.c.error,
    revision.c.duration_s,
    revision.c.loudness,
    revision.c.plan.is_not(None).label("planned"),
).join(revision, media.c.current == revision.c.id)


def main_media(content_id: str) -> Select[str]:
    """SELECT the id of the media that plays for a title."""
    of_content = select(media.c.id).where(media.c.content == content_id, media.c.present)
    return of_content.order_by(media.c.role != "main", media.c.created_at).limit(1)


def _media_row(row: RowMapping) -> MediaRow:
    return MediaRow(**{**row, "state": State(row["state"])})


class MediaQueries:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def page(self, limit: int, after: str | None, visible: ColumnElement[bool]) -> list[MediaRow]:
        """Media that are present and match `visible`, newest first. `after` is `created_at~id` of the last media on
        the page before."""
        query = (
            MEDIA_WITH_REVISION.where(media.c.present, visible)
            .order_by(media.c.created_at.desc(), media.c.id.desc())
            .limit(limit)
        )
        if after is not None:
            at, _, last = after.partition("~")
            query = query.where(or_(media.c.created_at < at, and_(media.c.created_at == at, media.c.id < last)))
        async with self._db.read() as c:
            return [_media_row(r) for r in (await c.execute(query)).mappings()]

    async def media(self, media_id: str) -> MediaRow | None:
        """The media if it is present, else None."""
        row = await self.media_or_removed(media_id)
        return row if row is not None and row.present else None

    async def media_or_removed(self, media_id: str) -> MediaRow | None:
        """The media, including one whose file is gone, or None."""
        async with self._db.read() as c:
            row = (await c.execute(MEDIA_WITH_REVISION.where(media.c.id == media_id))).mappings().first()
        return _media_row(row) if row is not None else None

    async def media_by_ids(self, ids: Sequence[str]) -> list[MediaRow]:
        async with self._db.read() as c:
            return [_media_row(r) for r in (await c.execute(MEDIA_WITH_REVISION.where(media.c.id.in_(ids)))).mappings()]

    async def unfinished(self, limit: int) -> list[UnfinishedMedia]:
        """Media that are not ready, failed ones first."""
        query = (
            select(media.c.id, media.c.title, revision.c.state, revision.c.error)
            .join(revision, media.c.current == revision.c.id)
            .where(media.c.present, revision.c.state != State.READY)
            .order_by(revision.c.state != State.FAILED, revision.c.priority.desc(), revision.c.created_at)
            .limit(limit)
        )
        async with self._db.read() as c:
            return [UnfinishedMedia(**{**r, "state": State(r["state"])}) for r in (await c.execute(query)).mappings()]

    async def counts(self) -> dict[str, int]:
        """The number of media in each state."""
        query = select(revision.c.state, func.count()).join(media, media.c.current == revision.c.id)
        async with self._db.read() as c:
            rows = await c.execute(query.where(media.c.present).group_by(revision.c.state))
            return {r[0]: r[1] for r in rows}
