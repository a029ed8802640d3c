"""Hourly sums of playback telemetry, and the numbers of viewers by day.

Events are stored for some days, hourly sums and daily numbers for ever. The database sums the events, a few thousand in
each transaction.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, distinct, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.tables import (
    STARTUP_LIMITS_MS,
    channel_viewer,
    setting,
    telemetry,
    telemetry_day,
    telemetry_hour,
    telemetry_viewer,
)
from otnet_server.schema.fields.dates import utc
from otnet_server.telemetry.reports import MAX_COUNT
from otnet_server.telemetry.viewer_keys import ViewerKeys

ROLLED_UP_SETTING = "telemetry_summed"
BATCH_ROWS = 5_000
CHANNEL_VIEWERS_KEPT = timedelta(minutes=10)
COMMIT_DELAY = timedelta(minutes=1)  # PostgreSQL: rows with lower ids may be committed later, but not later than this
KEYS = ("hour", "organization", "content", "skin", "country", "device")
UNIQUE_DAYS = 2  # the keys of viewers of older days are replaced by their number


class RollUp:
    """`days` and `max_events` limit the stored events."""

    def __init__(self, db: Database, days: float, max_events: int) -> None:
        self._db, self._days, self._max_events = db, days, max_events

    async def run(self) -> None:
        """Add the events since the last call to their hourly sums, each event once; delete events that are too old or
        too many. Each batch has a transaction of its own."""
        while await self._sum_batch():
            pass
        while await self._delete_batch():
            pass
        await self._count_viewers()
        await ViewerKeys(self._db).delete_old_salts()
        await self._forget_channel_viewers()

    async def _forget_channel_viewers(self) -> None:
        async with self._db.write() as c:
            old = channel_viewer.c.at < utc(datetime.now(UTC) - CHANNEL_VIEWERS_KEPT)
            await c.execute(delete(channel_viewer).where(old))

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
                key = {name: row[name] for name in KEYS}
                await self._add_to_hour(c, key, {n: v or 0 for n, v in row.items() if n not in key})
            await c.execute(
                self._insert(telemetry_viewer)
                .from_select(list(telemetry_viewer.c.keys()), _viewers(last, end))
                .on_conflict_do_nothing()
            )
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

    async def _count_viewers(self) -> None:
        """Replace the viewer keys of past days by the numbers of viewers of each title and organization."""
        first_kept = (datetime.now(UTC).date() - timedelta(days=UNIQUE_DAYS - 1)).isoformat()
        row = telemetry_viewer.c
        of_titles = select(row.day, row.organization, row.content, func.count()).where(row.content != "")
        of_organizations = select(row.day, row.organization, literal(""), func.count(distinct(row.viewer)))
        async with self._db.write() as c:
            for counts, groups in (
                (of_titles, (row.day, row.organization, row.content)),
                (of_organizations, (row.day, row.organization)),
            ):
                past = counts.where(row.day < first_kept).group_by(*groups)
                statement = self._insert(telemetry_day).from_select(list(telemetry_day.c.keys()), past)
                total = telemetry_day.c.viewers + statement.excluded.viewers
                keys = ["day", "organization", "content"]
                await c.execute(statement.on_conflict_do_update(index_elements=keys, set_={"viewers": total}))
            await c.execute(delete(telemetry_viewer).where(row.day < first_kept))

    @property
    def _insert(self) -> Any:
        return sqlite_insert if self._db.sqlite else postgresql_insert


def _viewers(last: int, end: int) -> Select[Any]:
    """The viewers in the events with ids in (last, end]."""
    return (
        select(
            func.substr(telemetry.c.at, 1, 10),
            func.coalesce(telemetry.c.organization, ""),
            func.coalesce(telemetry.c.content, ""),
            telemetry.c.viewer,
        )
        .distinct()
        .where(telemetry.c.id > last, telemetry.c.id <= end, telemetry.c.viewer.is_not(None))
        .where(telemetry.c.type.in_(("start", "watched")))
    )


def _hourly_sums(last: int, end: int) -> Select[Any]:
    """The sums of the events with ids in (last, end] by their keys."""
    data = telemetry.c.data
    watched_s = data["to_s"].as_float() - func.coalesce(data["from_s"].as_float(), 0.0)

    startup_ms = data["startup_ms"].as_integer()
    limits = (0, *STARTUP_LIMITS_MS, 2 * MAX_COUNT)
    buckets = [(startup_ms >= low) & (startup_ms < high) for low, high in pairwise(limits)]
    failed_to_start = data["fatal"].as_boolean() & data["started"].as_boolean().is_(False)

    def count(kind: str) -> ColumnElement[int]:
        return func.sum(case((telemetry.c.type == kind, 1), else_=0))

    def total(kind: str, value: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.sum(case((telemetry.c.type == kind, value), else_=0))

    keys = (
        func.substr(telemetry.c.at, 1, 13).label("hour"),
        func.coalesce(telemetry.c.organization, "").label("organization"),
        func.coalesce(telemetry.c.content, "").label("content"),
        telemetry.c.skin,
        func.coalesce(telemetry.c.country, "").label("country"),
        func.coalesce(telemetry.c.device, "").label("device"),
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
            count("attempt").label("attempts"),
            count("exit").label("exits"),
            total("error", case((failed_to_start, 1), else_=0)).label("startup_errors"),
            *(total("start", case((bucket, 1), else_=0)).label(f"startup_{n}") for n, bucket in enumerate(buckets)),
        )
        .where(telemetry.c.id > last, telemetry.c.id <= end)
        .group_by(*keys)
    )
