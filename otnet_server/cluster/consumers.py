"""Consumers handle every event once, in order: webhooks, content matching, and plugins.

Each has a position of its own in the table of changes and runs in a task of its own, so that none holds up another. One
that raises is tried again with growing delays. Then the event is set aside with the error, which `otnet doctor` and the
studio show, and the consumer goes on with the next one. After a crash an event may be handled a second time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import sqlalchemy.exc
from sqlalchemy import Update, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.cluster.retries import retry_delay_s
from otnet_server.db import changes
from otnet_server.db.availability import log_failure
from otnet_server.db.changes import Change, Position
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import change_consumer, set_aside_change
from otnet_server.events import Event, event_of
from otnet_server.logs import log

BATCH = 100
RETRY_REQUESTED = "consumer.retry"  # an internal change: {consumer}
SHUTDOWN_S = 2.0
MAX_ERROR_CHARACTERS = 500
Handler = Callable[[Event], Awaitable[object]]


@dataclass
class Consumer:
    """`failed_before`: the last event was set aside."""

    name: str
    handle: Handler
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    failed_before: bool = False


@dataclass(frozen=True)
class ConsumerReport:
    """The state of a consumer for people: the attempts to handle the next event that failed, why the last one failed,
    and the number of events that were set aside."""

    name: str
    failures: int
    error: str
    set_aside: int


class Consumers:
    def __init__(self, db: Database, feed: ChangeFeed) -> None:
        self._db = db
        self._consumers: dict[str, Consumer] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._retries: set[asyncio.Task[int]] = set()
        feed.on_changes.append(self.wake)
        feed.subscribe(RETRY_REQUESTED, self._on_retry_requested)

    def add(self, name: str, handle: Handler) -> None:
        """Add a consumer, before `start`. Its position is kept under its name."""
        self._consumers[name] = Consumer(name, handle)

    def wake(self) -> None:
        for consumer in self._consumers.values():
            consumer.wake.set()

    async def start(self) -> None:
        async with self._db.write() as c:
            known = set((await c.execute(select(change_consumer.c.name))).scalars())
            # On a server that has had no consumer, the events that are kept have not been handled by anyone.
            position = await changes.end(c) if known else Position()
            new = [
                {"name": name, "tx": position.transaction, "position": position.id, "updated_at": now()}
                for name in self._consumers
                if name not in known
            ]
            if new:
                await c.execute(insert(change_consumer), new)
        self._tasks = [asyncio.ensure_future(self._run(consumer)) for consumer in self._consumers.values()]

    async def stop(self) -> None:
        """Let the consumers handle what has been committed, for `SHUTDOWN_S` seconds at most; the rest is handled after
        the next start."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SHUTDOWN_S):
                while any([await self._has_events(consumer) for consumer in self._consumers.values()]):
                    self.wake()
                    await asyncio.sleep(0.02)
        tasks = [*self._tasks, *self._retries]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.clear()
        self._retries.clear()

    async def _has_events(self, consumer: Consumer) -> bool:
        """Whether the consumer has events to handle and has not failed on the next one."""
        async with self._db.read() as c:
            position, failures = await _position(c, consumer.name)
            return not failures and bool(await changes.read_after(c, position, 1, events_only=True))

    async def _run(self, consumer: Consumer) -> None:
        while True:
            consumer.wake.clear()
            try:
                while await self._handle_next(consumer):
                    pass
                await consumer.wake.wait()
            except (sqlalchemy.exc.SQLAlchemyError, OSError) as e:
                log_failure("a consumer could not read or store its position; trying again", e, consumer=consumer.name)
                await asyncio.sleep(1)

    async def _handle_next(self, consumer: Consumer) -> bool:
        """Handle the next events; returns whether there may be more."""
        async with self._db.read() as c:
            position, failures = await _position(c, consumer.name)
            batch = await changes.read_after(c, position, BATCH, events_only=True)
        handled: Position | None = None
        try:
            for change in batch:
                await self._db.yield_to_requests()
                error = await self._attempt(consumer, change)
                if error is not None:
                    if handled is not None:
                        await self._advance(consumer, handled)
                        handled, failures = None, 0
                    await self._failed(consumer, change, failures + 1, error)
                    return True
                handled, failures, consumer.failed_before = change.position, 0, False
        finally:
            if handled is not None:
                await asyncio.shield(self._advance(consumer, handled))
        return len(batch) == BATCH

    async def _attempt(self, consumer: Consumer, change: Change) -> str | None:
        """Handle one event; returns what went wrong, or None."""
        try:
            await consumer.handle(event_of(change.position.id, change.at, change.type, change.data))
        except asyncio.CancelledError:
            raise
        except Exception as e:
            log.exception("a consumer failed on an event", consumer=consumer.name, type=change.type)
            return f"{type(e).__name__}: {e}"[:MAX_ERROR_CHARACTERS]
        return None

    async def _advance(self, consumer: Consumer, position: Position) -> None:
        values = {"tx": position.transaction, "position": position.id, "failures": 0, "error": None}
        async with self._db.write() as c:
            await c.execute(_update(consumer.name, **values))

    async def _failed(self, consumer: Consumer, change: Change, failures: int, error: str) -> None:
        """Wait until the next attempt, or set the event aside."""
        delay = retry_delay_s(failures, failed_before=consumer.failed_before)
        if delay is not None:
            async with self._db.write() as c:
                await c.execute(_update(consumer.name, failures=failures, error=error))
            await asyncio.sleep(delay)
            return
        log.error(
            "an event was set aside", consumer=consumer.name, type=change.type, number=change.position.id, why=error
        )
        row = {"consumer": consumer.name, "change": change.position.id, "error": error, "at": now()}
        values = {"tx": change.position.transaction, "position": change.position.id, "failures": 0, "error": error}
        async with self._db.write() as c:
            await c.execute(insert(set_aside_change).values(row))
            await c.execute(_update(consumer.name, **values))
        consumer.failed_before = True

    def _on_retry_requested(self, change: Change) -> None:
        name = change.data["consumer"]
        if self._tasks and name in self._consumers:
            retry = asyncio.ensure_future(self.retry(name))
            self._retries.add(retry)
            retry.add_done_callback(self._retries.discard)

    async def retry(self, name: str) -> int:
        """Handle the events again that a consumer had set aside; returns the number of those that failed again."""
        async with self._db.read() as c:
            query = select(set_aside_change.c.change).where(set_aside_change.c.consumer == name)
            events = await changes.by_ids(c, list((await c.execute(query)).scalars()))
        failed = 0
        for change in events:
            if await self._attempt(self._consumers[name], change) is None:
                async with self._db.write() as c:
                    mine = set_aside_change.c.consumer == name, set_aside_change.c.change == change.position.id
                    await c.execute(delete(set_aside_change).where(*mine))
                    await c.execute(_update(name, error=None))
            else:
                failed += 1
        return failed


async def _position(c: AsyncConnection, name: str) -> tuple[Position, int]:
    """The position of a consumer, and the failed attempts to handle the next event."""
    row = (await c.execute(select(change_consumer).where(change_consumer.c.name == name))).one()
    return Position(row.tx, row.position), row.failures


def _update(name: str, **values: object) -> Update:
    return update(change_consumer).where(change_consumer.c.name == name).values(updated_at=now(), **values)


async def request_retry(db: Database, name: str) -> bool:
    """Ask the process that runs the consumers to handle the events again that this one has set aside. False when there
    are none."""
    async with db.write() as c:
        query = select(set_aside_change.c.change).where(set_aside_change.c.consumer == name).limit(1)
        if (await c.execute(query)).first() is None:
            return False
        await changes.append(c, RETRY_REQUESTED, {"consumer": name}, internal=True)
        return True


async def reports(db: Database) -> Sequence[ConsumerReport]:
    """The state of every consumer that fails, or that has set events aside."""
    counts = (
        select(
            set_aside_change.c.consumer,
            func.count().label("set_aside"),
            func.max(set_aside_change.c.error).label("error"),
        )
        .group_by(set_aside_change.c.consumer)
        .subquery()
    )
    query = select(
        change_consumer.c.name,
        change_consumer.c.failures,
        func.coalesce(change_consumer.c.error, counts.c.error, "").label("error"),
        func.coalesce(counts.c.set_aside, 0).label("set_aside"),
    ).outerjoin(counts, counts.c.consumer == change_consumer.c.name)
    failing = (change_consumer.c.failures > 0) | counts.c.set_aside.is_not(None)
    async with db.read() as c:
        rows = await c.execute(query.where(failing).order_by(change_consumer.c.name))
        return [ConsumerReport(r.name, r.failures, r.error, r.set_aside) for r in rows]
