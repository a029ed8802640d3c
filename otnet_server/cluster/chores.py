"""Chores: what is done periodically, by one process at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Chores:
    """A set of chores that can be started and stopped repeatedly."""

    def __init__(self) -> None:
        self._chores: list[tuple[timedelta, Callable[[], Awaitable[object]], bool]] = []
        self._scheduler: AsyncIOScheduler | None = None

    def every(self, interval: timedelta, chore: Callable[[], Awaitable[object]], *, immediately: bool = False) -> None:
        """Add a chore, before `start`. Its first run is after one interval, or `immediately`."""
        self._chores.append((interval, chore, immediately))

    async def start(self) -> None:
        self._scheduler = AsyncIOScheduler()
        for interval, chore, immediately in self._chores:
            options = {"next_run_time": datetime.now(UTC)} if immediately else {}
            seconds = interval.total_seconds()
            # A run that is late, on a machine that is busy, is not left out.
            self._scheduler.add_job(
                chore, "interval", seconds=seconds, max_instances=1, coalesce=True, misfire_grace_time=None, **options
            )
        self._scheduler.start()

    async def stop(self) -> None:
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
