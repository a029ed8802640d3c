"""Dispatches events: reads the outbox in order, calls the listeners and the plugins, then acknowledges the events.

Every event is dispatched at least once: after an interruption before the acknowledgement it is dispatched again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from otnet_server.db import outbox
from otnet_server.db.engine import Database
from otnet_server.events import Event
from otnet_server.logs import log
from otnet_server.plugins import PluginHost

POLL_S = 0.5
SHUTDOWN_DRAIN_S = 2.0


class EventDispatcher:
    def __init__(self, db: Database, plugins: PluginHost) -> None:
        self._db, self._plugins = db, plugins
        self._task: asyncio.Task[None] | None = None
        self.listeners: list[Callable[[Event], Awaitable[object]]] = []

    async def start(self) -> None:
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        with suppress(TimeoutError):  # the remaining events are dispatched after the next start
            async with asyncio.timeout(SHUTDOWN_DRAIN_S):
                await self.drain()

    async def drain(self) -> None:
        while events := await outbox.pending(self._db):
            for event in events:
                for listener in self.listeners:
                    await listener(event)
                await self._plugins.dispatch(event)
            await outbox.acknowledge(self._db, events[-1].id)

    async def _run(self) -> None:
        while True:
            try:
                await self.drain()
            except Exception:
                log.exception("dispatching events failed; trying again")
            await asyncio.sleep(POLL_S)
