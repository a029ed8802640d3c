"""Statistics of playback for an organization, from the hourly sums: plays, hours, viewers, start-up and rebuffering.

Ratios are quotients of sums, never means of ratios. Days are those of UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import distinct, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.tables import (
    STARTUP_LIMITS_MS,
    metadata,
    telemetry_day,
    telemetry_hour,
    telemetry_viewer,
)

MAX_TOP_TITLES = 10
HISTOGRAM = tuple(f"startup_{n}" for n in range(len(STARTUP_LIMITS_MS) + 1))
SUMS = ("attempts", "starts", "exits", "startup_errors", "startup_ms", "rebuffers", "rebuffer_ms", "errors", "ends",
        "watched_s", *HISTOGRAM)  # fmt: skip
LONGEST_STARTUP_MS = 30_000  # for percentiles in the last bucket of the histogram

Sums = Mapping[str, float]
content = metadata.tables["content"]


class Statistics:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def summary(self, organization: str, today: date, days: int) -> dict[str, Any]:
        """The last `days` days, today included: a row for each day, their total, that of as many days before, and the
        titles that were watched longest."""
        first = today - timedelta(days=days - 1)
        before = first - timedelta(days=days)
        async with self._db.read() as c:
            sums = await self._daily_sums(c, organization, before)
            viewers = await self._daily_viewers(c, organization, before)
            titles = await self._top_titles(c, organization, first)
        current = [(first + timedelta(days=n)).isoformat() for n in range(days)]
        previous = [(before + timedelta(days=n)).isoformat() for n in range(days)]
        return {
            "from": current[0],
            "to": current[-1],
            "days": [{"day": day, **figures(sums.get(day, {}), viewers.get(day, 0))} for day in current],
            "total": _total(current, sums, viewers),
            "previous": _total(previous, sums, viewers),
            "titles": titles,
        }

    async def _daily_sums(self, c: AsyncConnection, organization: str, first: date) -> dict[str, Sums]:
        day = func.substr(telemetry_hour.c.hour, 1, 10).label("day")
        sums = [func.sum(telemetry_hour.c[name]).label(name) for name in SUMS]
        query = select(day, *sums).where(
            telemetry_hour.c.organization == organization, telemetry_hour.c.hour >= first.isoformat()
        )
        rows = (await c.execute(query.group_by(day))).mappings().all()
        return {str(row["day"]): {name: row[name] for name in SUMS} for row in rows}

    async def _daily_viewers(self, c: AsyncConnection, organization: str, first: date) -> dict[str, int]:
        """Different viewers of each day. A viewer of two days counts on both."""
        row, past = telemetry_viewer.c, telemetry_day.c
        recent = select(row.day, func.count(distinct(row.viewer))).where(row.organization == organization)
        counted = select(past.day, past.viewers).where(
            past.organization == organization, past.content == "", past.day >= first.isoformat()
        )
        viewers = {day: int(number) for day, number in await c.execute(counted)}
        for day, number in await c.execute(recent.group_by(row.day)):
            viewers[day] = viewers.get(day, 0) + int(number)
        return viewers

    async def _top_titles(self, c: AsyncConnection, organization: str, first: date) -> list[dict[str, Any]]:
        watched_s = func.sum(telemetry_hour.c.watched_s).label("watched_s")
        plays = func.sum(telemetry_hour.c.starts).label("plays")
        query = (
            select(content.c.id, content.c.title, plays, watched_s)
            .join(content, content.c.id == telemetry_hour.c.content)
            .where(telemetry_hour.c.organization == organization, content.c.organization == organization)
            .where(telemetry_hour.c.hour >= first.isoformat())
            .group_by(content.c.id, content.c.title)
            .having(plays > 0)
            .order_by(watched_s.desc(), plays.desc(), content.c.id)
            .limit(MAX_TOP_TITLES)
        )
        return [
            {"id": id, "title": title, "plays": int(number), "watched_s": round(float(seconds), 1)}
            for id, title, number, seconds in await c.execute(query)
        ]


def _total(days: Sequence[str], sums: Mapping[str, Sums], viewers: Mapping[str, int]) -> dict[str, Any]:
    total = {name: sum(float(sums[day][name] or 0) for day in days if day in sums) for name in SUMS}
    return figures(total, sum(viewers.get(day, 0) for day in days))


def figures(sums: Sums, viewers: int) -> dict[str, Any]:
    """The figures of a day or of a period. `viewers` of a period is the sum of its daily viewers. Ratios and times are
    null when nothing was counted. Pure.

    `rebuffer_ratio`: time spent rebuffering ÷ time playing or rebuffering. `exit_ratio`: attempts that ended before the
    first frame without an error ÷ attempts. `failure_ratio`: attempts that failed before the first frame ÷ attempts.
    """

    def get(name: str) -> float:
        return float(sums.get(name) or 0)

    watched_ms, rebuffer_ms = get("watched_s") * 1000, get("rebuffer_ms")
    counts = [int(get(name)) for name in HISTOGRAM]
    return {
        "plays": int(get("starts")),
        "viewers": viewers,
        "watched_s": round(get("watched_s"), 1),
        "startup_median_ms": percentile(counts, 0.5),
        "startup_p95_ms": percentile(counts, 0.95),
        "rebuffer_ratio": _ratio(rebuffer_ms, watched_ms + rebuffer_ms),
        "exit_ratio": _ratio(get("exits"), get("attempts")),
        "failure_ratio": _ratio(get("startup_errors"), get("attempts")),
        "errors": int(get("errors")),
    }


def _ratio(part: float, whole: float) -> float | None:
    return round(min(1.0, part / whole), 5) if whole > 0 else None


def percentile(counts: Sequence[int], fraction: float) -> int | None:
    """A percentile of start-up times in milliseconds from a histogram with the limits `STARTUP_LIMITS_MS`, interpolated
    within the bucket. None for an empty one. Pure."""
    rank, before = fraction * sum(counts), 0
    limits = (0, *STARTUP_LIMITS_MS, LONGEST_STARTUP_MS)
    for (low, high), count in zip(pairwise(limits), counts, strict=True):
        if count and before + count >= rank:
            return round(low + (high - low) * (rank - before) / count)
        before += count
    return None
