"""Playback telemetry: validation, storage and hourly roll-ups.

Events are stored for some days, hourly sums for ever. They do not identify viewers: a session is a random id that the
player generates when it loads, and no IP address is stored.

Anybody may report on a public server. Events are therefore limited in rate, for each address and in total, in number,
and by the free space on the disk. The database sums them, a few thousand in each transaction.
"""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Check
from sqlalchemy import ColumnElement, Select, case, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.client_address import network_of
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import metadata, setting, telemetry, telemetry_hour
from otnet_server.errors import ApiError, StorageUnavailable
from otnet_server.identity.throttle import Rate
from otnet_server.schema.fields.dates import utc

Id = Annotated[str, Check(pattern=r"^[0-9a-z]{1,16}$")]
Seconds = Annotated[float, Check(ge=0, le=1e6, allow_inf_nan=False)]
Count = Annotated[int, Check(ge=0, le=10**9)]
MAX_BATCH_EVENTS = 100
ROLLED_UP_SETTING = "telemetry_summed"
EVENTS_PER_MINUTE = 1_000  # of one address: about a hundred viewers behind one
TOTAL_EVENTS_PER_MINUTE = 30_000
BATCH_ROWS = 5_000
COMMIT_DELAY = timedelta(minutes=1)  # PostgreSQL: rows with lower ids may be committed later, but not later than this
media, content = metadata.tables["media"], metadata.tables["content"]


class PlaybackEvent(BaseModel):
    """One event; its type determines which fields are set. Times are in milliseconds (`at_ms`: since the player was
    loaded) and seconds of media, bit rates in kbit/s."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["start", "rebuffer", "switch", "error", "watched", "end"]
    at_ms: Count = 0
    startup_ms: Count | None = None
    duration_ms: Count | None = None
    position_s: Seconds | None = None
    from_kbps: Count | None = None
    to_kbps: Count | None = None
    height: Count | None = None
    code: Annotated[str, Check(max_length=60)] | None = None
    category: Annotated[str, Check(max_length=60)] | None = None
    fatal: bool | None = None
    from_s: Seconds | None = None
    to_s: Seconds | None = None


class TelemetryReport(BaseModel):
    """A batch of events from one player. `session` is a random id that the player creates when it loads."""

    model_config = ConfigDict(extra="ignore")

    session: Annotated[str, Check(pattern=r"^[0-9A-Za-z-]{8,36}$")]
    content: Id | None = None
    media: Id | None = None
    skin: Literal["video", "audio", "circular", "square", "tv", "none"] = "none"
    engine: Annotated[str, Check(max_length=40)] = ""
    events: Annotated[list[PlaybackEvent], Check(max_length=MAX_BATCH_EVENTS)]


class Telemetry:
    """`days` and `max_events` limit the stored events. `folder` is on the disk of the database; when less than
    `min_free_bytes` is free there, events are not stored."""

    def __init__(self, db: Database, days: float, max_events: int, folder: Path, min_free_bytes: int) -> None:
        self._db, self._days, self._max_events = db, days, max_events
        self._folder, self._min_free_bytes = folder, min_free_bytes
        self._by_address, self._total = Rate(EVENTS_PER_MINUTE), Rate(TOTAL_EVENTS_PER_MINUTE)

    async def store(self, report: TelemetryReport, address: str) -> None:
        """Store a batch that was sent from an address. References to content or media that do not exist are stored as
        null. Raises ApiError 429, StorageUnavailable."""
        if not report.events:
            return
        self._check_rate(network_of(address), len(report.events))
        if (await asyncio.to_thread(shutil.disk_usage, self._folder)).free < self._min_free_bytes:
            raise StorageUnavailable(
                "disk_full", "The server has too little free disk space for telemetry.", "Free some space."
            )
        at = now()
        async with self._db.write() as c:
            ids = await self._existing_ids(c, report)
            await c.execute(insert(telemetry), [
                {"at": at, "session": report.session, **ids, "skin": report.skin, "engine": report.engine,
                 "type": e.type, "data": e.model_dump(exclude_none=True, exclude={"type"})}
                for e in report.events
            ])  # fmt: skip

    def _check_rate(self, network: str, events: int) -> None:
        """Raises ApiError 429."""
        for rate, caller in ((self._by_address, network), (self._total, "all")):
            allowed, _, wait_s = rate.take(caller, events)
            if not allowed:
                raise ApiError(429, "too_many_events", f"More than {rate.limit} events a minute.", f"Wait {wait_s} s.",
                               Retry_After=str(max(1, wait_s)))  # fmt: skip

    async def _existing_ids(self, c: AsyncConnection, report: TelemetryReport) -> dict[str, str | None]:
        ids: dict[str, str | None] = {"content": None, "media": None}
        for name, table, id in (("content", content, report.content), ("media", media, report.media)):
            if id is not None:
                ids[name] = (await c.execute(select(table.c.id).where(table.c.id == id))).scalar()
        return ids

    async def roll_up(self) -> None:
        """Add the events since the last call to their hourly sums, each event once; delete events that are too old or
        too many. Each batch has a transaction of its own."""
        while await self._sum_batch():
            pass
        while await self._delete_batch():
            pass

    async def _sum_batch(self) -> bool:
        """Add the next events to their hourly sums; False when there are none."""
        committed_before = utc(datetime.now(UTC) - (timedelta(0) if self._db.sqlite else COMMIT_DELAY))
        async with self._db.write() as c:
            last = await self._summed_until(c)
            ids = select(telemetry.c.id).where(telemetry.c.id > last, telemetry.c.at <= committed_before)
            batch = ids.order_by(telemetry.c.id).limit(BATCH_ROWS).subquery()
            end = (await c.execute(select(func.max(batch.c.id)))).scalar()
            if end is None:
                return False
            for row in (await c.execute(_hourly_sums(last, end))).mappings().all():
                key = {"hour": row["hour"], "content": row["content"], "skin": row["skin"]}
                await self._add_to_hour(c, key, {n: v or 0 for n, v in row.items() if n not in key})
            await c.execute(delete(setting).where(setting.c.name == ROLLED_UP_SETTING))
            await c.execute(insert(setting).values(name=ROLLED_UP_SETTING, value=end))
        return True

    async def _delete_batch(self) -> bool:
        """Delete some of the events that are not kept; False when there were none."""
        oldest_kept = utc(datetime.now(UTC) - timedelta(days=self._days))
        async with self._db.write() as c:
            summed = await self._summed_until(c)
            newest = (await c.execute(select(func.max(telemetry.c.id)))).scalar() or 0
            superfluous = min(summed, newest - self._max_events)
            not_kept = (telemetry.c.id <= superfluous) | ((telemetry.c.at < oldest_kept) & (telemetry.c.id <= summed))
            batch = select(telemetry.c.id).where(not_kept).limit(BATCH_ROWS)
            deleted = await c.execute(delete(telemetry).where(telemetry.c.id.in_(batch)))
        return bool(deleted.rowcount)

    async def _summed_until(self, c: AsyncConnection) -> int:
        """The id of the last event that is in the hourly sums."""
        last = (await c.execute(select(setting.c.value).where(setting.c.name == ROLLED_UP_SETTING))).scalar()
        return int(last or 0)

    async def _add_to_hour(self, c: AsyncConnection, key: dict[str, str], amounts: dict[str, float]) -> None:
        conditions = [telemetry_hour.c[n] == v for n, v in key.items()]
        added = {n: telemetry_hour.c[n] + v for n, v in amounts.items()}
        if (await c.execute(update(telemetry_hour).where(*conditions).values(**added))).rowcount == 0:
            await c.execute(insert(telemetry_hour).values(**key, **amounts))


def _hourly_sums(last: int, end: int) -> Select[Any]:
    """The sums of the events with ids in (last, end] by hour, content and skin."""
    data = telemetry.c.data
    watched_s = data["to_s"].as_float() - func.coalesce(data["from_s"].as_float(), 0.0)

    def count(kind: str) -> ColumnElement[int]:
        return func.sum(case((telemetry.c.type == kind, 1), else_=0))

    def total(kind: str, value: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.sum(case((telemetry.c.type == kind, value), else_=0))

    keys = (
        func.substr(telemetry.c.at, 1, 13).label("hour"),
        func.coalesce(telemetry.c.content, "").label("content"),
        telemetry.c.skin,
    )
    return (
        select(
            *keys,
            count("start").label("starts"),
            total("start", data["startup_ms"].as_integer()).label("startup_ms"),
            count("rebuffer").label("rebuffers"),
            total("rebuffer", data["duration_ms"].as_integer()).label("rebuffer_ms"),
            count("switch").label("switches"),
            count("error").label("errors"),
            count("end").label("ends"),
            total("watched", case((watched_s > 0, watched_s), else_=0.0)).label("watched_s"),
        )
        .where(telemetry.c.id > last, telemetry.c.id <= end)
        .group_by(*keys)
    )
