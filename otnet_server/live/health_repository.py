"""The health of live streams in the database, so that every process can show it: a row for each stream, which the
process that receives the stream overwrites."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from otnet_server.db import changes
from otnet_server.db.engine import Database
from otnet_server.db.ingest_tables import live_health, stream_key
from otnet_server.db.records import now
from otnet_server.db.tables import live_stream
from otnet_server.live.repository import StreamRow, event_data
from otnet_server.live.stream_warnings import StreamWarning


@dataclass(frozen=True)
class HealthRow:
    """`state` is waiting, live or interrupted. `rungs` and `simulcast` are as the API shows them."""

    state: str
    health: dict[str, Any] | None = None
    history: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    rungs: list[dict[str, Any]] = field(default_factory=list)
    simulcast: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class OpenStream:
    """A stream that has not ended, and its health, which was stored at `at`."""

    id: str
    started_at: str
    media: str
    at: str
    row: HealthRow | None


class HealthRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def save(
        self, stream: StreamRow, row: HealthRow, started: Iterable[StreamWarning], ended: Iterable[StreamWarning]
    ) -> None:
        """Store the health, and the events of its warnings."""
        values = {"at": now(), **asdict(row)}
        insert_health = sqlite_insert if self._db.sqlite else postgresql_insert
        stored = insert_health(live_health).values(stream=stream.id, **values)
        async with self._db.write() as c:
            open_stream = select(live_stream.c.id).where(
                live_stream.c.id == stream.id, live_stream.c.ended_at.is_(None)
            )
            if (await c.execute(open_stream)).first() is None:
                return
            await c.execute(stored.on_conflict_do_update(index_elements=["stream"], set_=values))
            for type, some in (("live.warning_started", started), ("live.warning_ended", ended)):
                data = [await event_data(c, stream, code=w.code, message=w.message, since=w.since) for w in some]
                await changes.append(c, type, *data)

    async def end(self, stream: StreamRow, ended: Iterable[StreamWarning]) -> None:
        """Forget the health of a stream that has ended."""
        async with self._db.write() as c:
            await c.execute(delete(live_health).where(live_health.c.stream == stream.id))
            data = [await event_data(c, stream, code=w.code, message=w.message, since=w.since) for w in ended]
            await changes.append(c, "live.warning_ended", *data)

    async def recover(self, stream: StreamRow) -> None:
        """End the warnings of a stream whose process was killed."""
        async with self._db.read() as c:
            stored = (await c.execute(select(live_health.c.warnings).where(live_health.c.stream == stream.id))).scalar()
        await self.end(stream, [StreamWarning(**warning) for warning in stored or []])

    async def open_stream(self, channel: str) -> OpenStream | None:
        """The stream of a channel that has not ended."""
        query = (
            select(live_stream.c.id, live_stream.c.started_at, live_stream.c.media, live_health)
            .outerjoin(live_health, live_health.c.stream == live_stream.c.id)
            .where(live_stream.c.channel == channel, live_stream.c.ended_at.is_(None))
            .order_by(live_stream.c.started_at.desc())
            .limit(1)
        )
        async with self._db.read() as c:
            joined = (await c.execute(query)).mappings().first()
        if joined is None:
            return None
        row = HealthRow(**{name: joined[name] for name in HealthRow.__dataclass_fields__}) if joined["at"] else None
        return OpenStream(joined["id"], joined["started_at"], joined["media"], joined["at"] or "", row)

    async def publisher(self, channel: str) -> tuple[str, str | None, bool] | None:
        """The name of the key that publishes on a channel, or has published last, its protocol, and whether it is
        connected; None when no key has been used."""
        key = stream_key.c
        query = select(key.name, key.prefix, key.protocol, key.publisher).where(
            key.channel == channel, key.last_used_at.is_not(None)
        )
        async with self._db.read() as c:
            row = (await c.execute(query.order_by(key.publisher.is_(None), key.last_used_at.desc()).limit(1))).first()
        return (row.name or f"{row.prefix}…", row.protocol, row.publisher is not None) if row is not None else None

    async def has_key(self, channel: str) -> bool:
        """Whether an encoder could publish on a channel: it has a key that is valid."""
        key = stream_key.c
        valid = key.revoked_at.is_(None), key.expires_at.is_(None) | (key.expires_at > now())
        async with self._db.read() as c:
            return (await c.execute(select(key.id).where(key.channel == channel, *valid).limit(1))).first() is not None
