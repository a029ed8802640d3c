"""Live streams in the database: each records into a revision of a media of its channel's organization."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db import changes
from otnet_server.db.engine import Database
from otnet_server.db.search import Search
from otnet_server.db.tables import FIRST, live_stream, media, metadata, revision
from otnet_server.errors import PublishEnded
from otnet_server.media.ad_markers import marker_text
from otnet_server.media.plan import Plan
from otnet_server.media.states import State
from otnet_server.pipeline.own_libraries import library_name
from otnet_server.pipeline.revision_repository import copy_state, media_event_data, now
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.dates import utc

LEASE = "live-stream:"  # the name of the lease of a stream, before its id
channel, library_table = metadata.tables["channel"], metadata.tables["library"]


@dataclass(frozen=True)
class StreamRow:
    """A row of `live_stream`."""

    id: str
    organization: str
    channel: str
    media: str
    revision: str
    epoch: str


ROW = select(*(live_stream.c[name] for name in StreamRow.__dataclass_fields__))


class LiveRepository:
    """`first_library` is the library of the recordings of the first organization; those of others are in their own."""

    def __init__(self, db: Database, first_library: str) -> None:
        self._db, self._first_library = db, first_library or library_name(FIRST)
        self._search = Search(db.sqlite)

    async def channel_exists(self, id: str) -> bool:
        async with self._db.read() as c:
            return (await c.execute(select(channel.c.id).where(channel.c.id == id))).first() is not None

    async def language(self, channel_id: str) -> str:
        """The language of a channel, which is that of its first captions."""
        async with self._db.read() as c:
            return (await c.execute(select(channel.c.language).where(channel.c.id == channel_id))).scalar() or "und"

    async def create(self, channel_id: str, plan: Plan, epoch: datetime) -> StreamRow | None:
        """A new stream with its media and revision; None when the channel does not exist. Raises PublishEnded when the
        library of the recordings is protected: a stream is not encrypted, and would be watched without its keys."""
        media_id, revision_id, at = secrets.token_hex(6), secrets.token_hex(5), now()
        async with self._db.write() as c:
            query = select(channel.c.name, channel.c.organization).where(channel.c.id == channel_id)
            channel_row = (await c.execute(query)).first()
            if channel_row is None:
                return None
            name, organization = channel_row
            title = f"{name} {epoch:%Y-%m-%d %H:%M} UTC"
            library = self._first_library if organization == FIRST else library_name(organization)
            protected = select(library_table.c.protection).where(
                library_table.c.name == library, library_table.c.organization == organization
            )
            if (await c.execute(protected)).scalar() not in (None, "", "none"):
                raise PublishEnded("protected", "Live streams can't be encrypted yet, and the library is protected.",
                                   "Set the protection of the library to none.")  # fmt: skip
            await c.execute(
                insert(media).values(
                    id=media_id, organization=organization, library=library, title=title, present=True,
                    current=revision_id, info={}, created_at=at, updated_at=at,
                )
            )  # fmt: skip
            await self._search.add(c, SCHEMA["media"], [{"id": media_id, "title": title, "organization": organization}])
            await c.execute(
                insert(revision).values(
                    id=revision_id, media=media_id, path="", fingerprint=f"live-{revision_id}", state=State.LIVE,
                    playable=False, priority=0, plan=plan.model_dump(mode="json"), created_at=at,
                    reached={"live": at},
                )
            )  # fmt: skip
            await copy_state(c, revision_id)
            row = StreamRow(secrets.token_hex(6), organization, channel_id, media_id, revision_id, utc(epoch))
            await c.execute(insert(live_stream).values(**vars(row), started_at=at))
            # As for files: a title is made of what is planned.
            await changes.append(c, "media.planned", await media_event_data(c, media_id, revision_id))
            await changes.append(c, "live.started", await event_data(c, row))
        return row

    async def end(self, row: StreamRow, duration_s: float, breaks: Sequence[float] = ()) -> None:
        """`breaks`: the seconds at which cues have begun breaks. They become markers of the recording, unless somebody
        has set some."""
        markers = marker_text([at for at in breaks if 0 < at < duration_s])
        async with self._db.write() as c:
            unmarked = media.c.id == row.media, func.coalesce(media.c.ad_breaks, "") == ""
            if markers:
                await c.execute(update(media).where(*unmarked).values(ad_breaks=markers))
            open_stream = live_stream.c.id == row.id, live_stream.c.ended_at.is_(None)
            if (await c.execute(update(live_stream).where(*open_stream).values(ended_at=now()))).rowcount:
                await changes.append(c, "live.ended", await event_data(c, row, duration_s=round(duration_s, 3)))

    async def unended(self) -> list[StreamRow]:
        """The streams that have not ended, or whose process has ended without ending them."""
        async with self._db.read() as c:
            rows = await c.execute(ROW.where(live_stream.c.ended_at.is_(None)))
            return [StreamRow(**row) for row in rows.mappings()]

    async def newest(self, channel_id: str) -> StreamRow | None:
        """The stream of a channel that has not ended."""
        query = ROW.where(live_stream.c.channel == channel_id, live_stream.c.ended_at.is_(None))
        async with self._db.read() as c:
            row = (await c.execute(query.order_by(live_stream.c.started_at.desc()).limit(1))).mappings().first()
        return StreamRow(**row) if row is not None else None


async def event_data(c: AsyncConnection, row: StreamRow, **more: Any) -> dict[str, Any]:
    """The data of an event of a stream."""
    title = (await c.execute(select(media.c.title).where(media.c.id == row.media))).scalar()
    data = {"organization": row.organization, "channel": row.channel, "media": row.media, "title": title or ""}
    return data | more
