"""The change feed of a process: every committed change, of this process and of others, in order.

It reads the table of changes after its own position: when a transaction of this process has added changes, when
another process notifies it (PostgreSQL), and every `POLL_S` seconds. Reading by position passes over nothing, whatever
was missed meanwhile.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import sqlalchemy.exc

from otnet_server.db import changes
from otnet_server.db.availability import log_failure
from otnet_server.db.changes import Change, Position
from otnet_server.db.engine import Database
from otnet_server.db.notifications import notifications
from otnet_server.logs import log

POLL_S = 0.5
RECONNECT_S = 2.0
GAP_S = 1800.0  # internal changes are kept for an hour
BATCH = 500


class ChangeFeed:
    """Subscribers are plain functions that must not block; one that raises is logged and disturbs no other."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._position = Position()
        self._read_at = float("-inf")
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._subscribers: dict[str, list[Callable[[Change], None]]] = {}
        #: Called when nothing was read for so long that internal changes may have been deleted unread.
        self.on_gap: list[Callable[[], None]] = []
        #: Called after changes were read, for those that read the table at their own positions.
        self.on_changes: list[Callable[[], None]] = []

    def subscribe(self, type: str, subscriber: Callable[[Change], None]) -> None:
        """Call `subscriber` with every change of a type that is committed after `start`."""
        self._subscribers.setdefault(type, []).append(subscriber)

    def delay_s(self) -> float:
        """The seconds since the feed was read to its end."""
        return time.monotonic() - self._read_at

    async def start(self) -> None:
        async with self._db.read() as c:
            self._position = await changes.end(c)
        self._db.on_change = self._wake.set
        self._tasks = [asyncio.ensure_future(self._run())]
        if not self._db.sqlite:
            self._tasks.append(asyncio.ensure_future(self._listen()))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self) -> None:
        """Wake the feed when another process has committed changes. It also polls, so a lost connection only delays."""
        while True:
            try:
                async for _ in notifications(self._db.url, changes.CHANNEL):
                    self._wake.set()
            except OSError as e:
                log.warning("the connection for notifications was lost; connecting again", why=str(e))
            await asyncio.sleep(RECONNECT_S)

    async def _run(self) -> None:
        self._read_at = time.monotonic()
        while True:
            self._wake.clear()
            try:
                while await self._read():
                    pass
                if self.delay_s() > GAP_S:
                    for notify in self.on_gap:
                        notify()
                self._read_at = time.monotonic()
            except (sqlalchemy.exc.SQLAlchemyError, OSError) as e:
                log_failure("reading changes failed; trying again", e)
            try:
                async with asyncio.timeout(POLL_S):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _read(self) -> bool:
        """Read the next changes; returns whether there may be more."""
        async with self._db.read() as c:
            batch = await changes.read_after(c, self._position, BATCH)
        for change in batch:
            self._position = change.position
            for subscriber in self._subscribers.get(change.type, ()):
                try:
                    subscriber(change)
                except Exception:
                    log.exception("a subscriber failed on a change", type=change.type)
        if batch:
            for notify in self.on_changes:
                notify()
        return len(batch) == BATCH
