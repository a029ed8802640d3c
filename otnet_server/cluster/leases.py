"""Leases: what only one process may do at a time, such as watching a library or encoding a revision.

A lease is a row with its holder and the time at which it expires, after `work.lease_s` seconds. The holder renews it
three times as often; when a process dies, its leases expire and another process takes them. On PostgreSQL the clock is
the database's, so that the clocks of machines need not agree.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Callable, Iterable
from typing import Protocol

import sqlalchemy.exc
from sqlalchemy import ColumnElement, Float, cast, delete, extract, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from otnet_server.db.availability import log_failure
from otnet_server.db.engine import Database
from otnet_server.db.tables import lease
from otnet_server.logs import log

TTL_S = 15.0


def process_id() -> str:
    """An id of this process that no other process has: host, pid and a random number."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"


def has_ended(holder: str) -> bool:
    """Whether a process of this machine has ended. False when it can't be known."""
    host, pid, _ = holder.rsplit(":", 2)
    if host != socket.gethostname()[:30]:
        return False
    if pid == str(os.getpid()):  # a container restarts with the same host name and pid
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError):
        return False
    return False


class Component(Protocol):
    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class Leases:
    """The leases of this process."""

    def __init__(self, db: Database, ttl_s: float = TTL_S, renew_s: float | None = None) -> None:
        self._db, self.holder = db, process_id()
        self.ttl_s, self.renew_s = ttl_s, renew_s or ttl_s / 3
        self._held: set[str] = set()
        self._task: asyncio.Task[None] | None = None
        #: Called with the name of a lease that was lost: another process holds it, or the database was away too long.
        self.on_lost: list[Callable[[str], None]] = []

    async def start(self) -> None:
        await self._release_ended()
        self._task = asyncio.ensure_future(self._renew_loop())

    async def _release_ended(self) -> None:
        """Release the leases of processes of this machine that have ended."""
        async with self._db.write() as c:
            for holder in set((await c.execute(select(lease.c.holder).distinct())).scalars()):
                if self._db.sqlite or has_ended(holder):  # SQLite has one process (data_folder.py)
                    await c.execute(delete(lease).where(lease.c.holder == holder))

    async def stop(self) -> None:
        """Release everything, so that another process need not wait."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        try:
            await self.release(*self._held)
        except (sqlalchemy.exc.SQLAlchemyError, OSError):
            log.warning("leases were not released; they expire", leases=sorted(self._held))

    def holds(self, name: str) -> bool:
        return name in self._held

    async def acquire(self, names: Iterable[str]) -> set[str]:
        """Try to get these leases; returns the names of those that this process holds now."""
        wanted = sorted(set(names))
        if not wanted:
            return set()
        now = self._now()
        insert = sqlite_insert if self._db.sqlite else postgresql_insert
        statement = insert(lease).values(
            [{"name": name, "holder": self.holder, "expires_at": now + self.ttl_s} for name in wanted]
        )
        free = (lease.c.expires_at < now) | (lease.c.holder == self.holder)
        statement = statement.on_conflict_do_update(
            index_elements=[lease.c.name],
            set_={"holder": statement.excluded.holder, "expires_at": statement.excluded.expires_at},
            where=free,
        )
        async with self._db.write() as c:
            await c.execute(statement)
            mine = select(lease.c.name).where(lease.c.name.in_(wanted), lease.c.holder == self.holder)
            acquired = set((await c.execute(mine)).scalars())
        self._held |= acquired
        return acquired

    async def release(self, *names: str) -> None:
        self._held -= set(names)
        if names:
            async with self._db.write() as c:
                await c.execute(delete(lease).where(lease.c.name.in_(names), lease.c.holder == self.holder))

    async def held_by_any(self, prefix: str) -> list[str]:
        """The names with a prefix of the leases that a process holds now."""
        names = lease.c.name.startswith(prefix, autoescape=True)
        query = select(lease.c.name).where(names, lease.c.expires_at > self._now()).order_by(lease.c.name)
        async with self._db.read() as c:
            return list((await c.execute(query)).scalars())

    async def forget_expired(self, prefix: str) -> None:
        """Delete the expired leases with a prefix. Needed for names that nobody acquires again."""
        names = lease.c.name.startswith(prefix, autoescape=True)
        async with self._db.write() as c:
            await c.execute(delete(lease).where(names, lease.c.expires_at < self._now()))

    async def renew(self) -> None:
        """Renew all leases of this process; those that another process has taken are lost."""
        async with self._db.write() as c:
            await c.execute(
                update(lease).where(lease.c.holder == self.holder).values(expires_at=self._now() + self.ttl_s)
            )
            rows = await c.execute(select(lease.c.name).where(lease.c.holder == self.holder))
            kept = set(rows.scalars())
        self._lose(self._held - kept)

    async def _renew_loop(self) -> None:
        failing_since: float | None = None
        clock = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(self.renew_s)
            try:
                await self.renew()
                failing_since = None
            except (sqlalchemy.exc.SQLAlchemyError, OSError) as e:
                failing_since = failing_since or clock()
                log_failure("leases were not renewed; trying again", e)
                if clock() - failing_since > self.ttl_s - 2 * self.renew_s:
                    self._lose(set(self._held))

    def _lose(self, names: set[str]) -> None:
        self._held -= names
        for name in sorted(names):
            log.warning("a lease was lost", lease=name)
            for notify in self.on_lost:
                notify(name)

    def _now(self) -> ColumnElement[float]:
        """The time of the database in seconds of Unix time."""
        if self._db.sqlite:
            return (func.julianday("now") - 2440587.5) * 86400.0
        return cast(extract("epoch", func.clock_timestamp()), Float)


class LeasedService:
    """A component that runs in the process that holds a lease: it is started when this process gets the lease, and
    stopped when it loses it."""

    def __init__(self, leases: Leases, name: str, component: Component) -> None:
        self._leases, self._name, self._component = leases, name, component
        self.retry_s = leases.renew_s
        self._lost = asyncio.Event()
        self._running = False
        self._task: asyncio.Task[None] | None = None
        leases.on_lost.append(self._on_lost)

    def _on_lost(self, name: str) -> None:
        if name == self._name:
            self._lost.set()

    async def start(self) -> None:
        """Try to get the lease now, so that the only process begins at once, and later if another one holds it."""
        await self._try()
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._end()

    async def _run(self) -> None:
        while True:
            try:
                if self._running:
                    await self._lost.wait()
                    await self._end()
                else:
                    await asyncio.sleep(self.retry_s)
                    await self._try()
            except (sqlalchemy.exc.SQLAlchemyError, OSError) as e:
                log_failure("a service could not ask for its lease; trying again", e, lease=self._name)
                await asyncio.sleep(1)

    async def _try(self) -> None:
        if self._name in await self._leases.acquire([self._name]):
            self._lost.clear()
            self._running = True
            await self._component.start()

    async def _end(self) -> None:
        if self._running:
            self._running = False
            await self._component.stop()
            if self._leases.holds(self._name):
                await self._leases.release(self._name)
