"""Watches a live stream: takes its health every two seconds, keeps the last five minutes, and stores both with the
warnings."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from otnet_server.config_live import Live
from otnet_server.db.availability import log_failure
from otnet_server.live.connection import Connection
from otnet_server.live.health_repository import HealthRepository, HealthRow
from otnet_server.live.meter import Counts, Health, health_of
from otnet_server.live.stream import LiveStream
from otnet_server.live.stream_warnings import MESSAGES, Finding, StreamWarning, Warnings, findings
from otnet_server.schema.fields.dates import utc

PERIOD_S = 2.0
HISTORY_S = 300
PLOTTED = ("bitrate", "frame_rate", "latency", "loudness")


class Monitor:
    """`connection` returns the publisher's connection of this moment, `simulcast` the states of the targets."""

    def __init__(
        self,
        stream: LiveStream,
        connection: Callable[[], Connection | None],
        repository: HealthRepository,
        limits: Live,
        simulcast: Callable[[], list[dict[str, str]]] = list,
    ) -> None:
        self._stream, self._connection, self._repository, self._limits = stream, connection, repository, limits
        self._simulcast = simulcast
        self._before: Counts | None = None
        self._dropped: dict[int, int] = {}  # pictures that were missing, by connection
        self._history: deque[dict[str, Any]] = deque(maxlen=round(HISTORY_S / PERIOD_S))
        self._warnings = Warnings()
        self._unsent: tuple[list[StreamWarning], list[StreamWarning]] = [], []
        self._slow_since: float | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        """The stream has ended, and its warnings with it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        try:
            await self._repository.end(self._stream.row, [*self._unsent[1], *self._warnings.end_all()])
        except (SQLAlchemyError, OSError) as e:
            log_failure("the health of a live stream was not removed", e)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(PERIOD_S)
            row = self.look(time.monotonic(), datetime.now(UTC))
            try:
                started, ended = self._unsent
                await self._repository.save(self._stream.row, row, started, ended)
                self._unsent = [], []
            except (SQLAlchemyError, OSError) as e:
                log_failure("the health of a live stream was not stored", e)

    def look(self, at: float, moment: datetime) -> HealthRow:
        """The health at a moment."""
        before = self._dropped_frames()
        health = self._health()
        self._relieve(health, at)
        dropped = self._dropped_frames() - before
        pictures = health.frame_rate * PERIOD_S + dropped if health is not None else 0
        met = [*findings(health, self._limits, dropped / pictures if pictures else 0.0), *self._lasting()]
        started, ended = self._warnings.update(met, at, moment)
        self._unsent[0].extend(started)
        self._unsent[1].extend(ended)
        if health is not None:
            self._history.append({"at": utc(moment)} | {name: getattr(health, name) for name in PLOTTED})
        return HealthRow(
            "interrupted" if not self._stream.connected else "live" if self._stream.has_pictures else "waiting",
            shown(health) if health is not None else None,
            list(self._history),
            [asdict(w) for w in self._warnings.active.values()],
            self._rungs(),
            [*self._simulcast()],
        )

    def _health(self) -> Health | None:
        """The health since the last look; None when nothing is connected, or it has just connected."""
        connection, before = self._connection(), self._before
        measured = connection.measure() if connection is not None and self._stream.connected else None
        self._before = measured[0] if measured is not None else None
        if connection is None or measured is None or connection.source is None:
            return None
        now, report = measured
        self._dropped[id(connection)] = connection.meter.dropped if now.pictures is not None else report.repeated
        if before is None or before.encoder != now.encoder:
            before = Counts(connection.meter.since, 0, 0 if now.pictures is not None else None, 0, 0.0, 0.0)
        source = connection.source
        return health_of(
            before, now, report, size=(source.width, source.height),
            keyframe_distance=connection.meter.keyframe_distance, dropped=self._dropped_frames(),
            latency=self._stream.latency_s,
        )  # fmt: skip

    def _dropped_frames(self) -> int:
        return sum(self._dropped.values())

    def _lasting(self) -> list[Finding]:
        return [Finding("rung_dropped", MESSAGES["rung_dropped"])] if self._stream.dropped_rungs else []

    def _rungs(self) -> list[dict[str, Any]]:
        dropped = [{"name": name, "state": "dropped"} for name in self._stream.dropped_rungs]
        return dropped + [{"name": name, "state": "live"} for name in self._rung_names()]

    def _rung_names(self) -> list[str]:
        video = self._stream.plan.video
        assert video is not None
        return [rung.name for rung in video.rungs]

    def _relieve(self, health: Health | None, at: float) -> None:
        """Drop a rung when encoding has been too slow for so long that it will not recover."""
        if health is None or not health.falls_behind or not self._limits.slow_s:
            self._slow_since = None
            return
        self._slow_since = at - PERIOD_S if self._slow_since is None else self._slow_since
        connection = self._connection()
        if at - self._slow_since >= self._limits.slow_s and len(self._rung_names()) > 1 and connection is not None:
            connection.drop_rung()
            self._slow_since = None


def shown(health: Health) -> dict[str, Any]:
    """The health as the API shows it."""
    values = asdict(health)
    del values["blocked"]
    return values
