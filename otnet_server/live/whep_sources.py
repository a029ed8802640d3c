"""Which live streams can be watched by WHEP at the media server in front: those that it gets, while it is healthy."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import httpx

from otnet_server.live.health_repository import HealthRepository
from otnet_server.live.whep_engine import ID, WhepEngine
from otnet_server.logs import log
from otnet_server.schema.fields.dates import utc

CHECK_S = 10.0
TIMEOUT_S = 3.0
STALE = timedelta(seconds=15)


class EngineHealth:
    """Whether the media server answers its health address with a status below 300. Without an address it counts as
    healthy."""

    def __init__(self, url: str) -> None:
        self._url, self.healthy = url, not url
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        if self._url:
            self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as http:
            reason: str | None = None
            while True:
                before, reason = reason, await self._problem(http)
                self.healthy = not reason
                if reason and reason != before:
                    log.warning("WHEP is not offered: its media server is not healthy", why=reason)
                elif before and not reason:
                    log.info("WHEP is offered again")
                await asyncio.sleep(CHECK_S)

    async def _problem(self, http: httpx.AsyncClient) -> str:
        try:
            async with http.stream("GET", self._url) as response:
                return "" if response.status_code < 300 else f"status {response.status_code}"
        except (httpx.HTTPError, OSError) as e:
            return type(e).__name__


class WhepSources:
    """`restricted`: also for channels that not everybody may watch."""

    def __init__(
        self, engine: WhepEngine, health: EngineHealth, streams: HealthRepository, *, restricted: bool
    ) -> None:
        self._engine, self._health, self._streams = engine, health, streams
        self._restricted = restricted

    async def address(self, channel: str, *, everybody: bool) -> str | None:
        """A signed address of the stream of a channel; None while it has none. `everybody`: everybody may watch it."""
        if not self._health.healthy or not (everybody or self._restricted):
            return None
        stream = await self._streams.open_stream(channel)
        if stream is None or stream.row is None or stream.at < utc(datetime.now(UTC) - STALE):
            return None
        if not any(target["id"] == ID and target["state"] == "live" for target in stream.row.simulcast):
            return None
        return self._engine.address(channel, time.time())
