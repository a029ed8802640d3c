"""The table of changes and the feed: every committed change once, in order, whatever commits when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy

from otnet_server.cluster import change_feed as module
from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.db import changes
from otnet_server.db.changes import Change, Position
from otnet_server.db.engine import Database
from otnet_server.schema.fields.dates import utc

START = Position()


async def append(db: Database, *types: str, internal: bool = False) -> None:
    async with db.write() as c:
        for type in types:
            await changes.append(c, type, {"organization": None}, internal=internal)


async def types_after(db: Database, position: Position = START, *, events_only: bool = False) -> list[str]:
    async with db.read() as c:
        return [c.type for c in await changes.read_after(c, position, 100, events_only=events_only)]


async def eventually(check: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not check():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_changes_are_read_in_order_after_a_position(db: Database) -> None:
    await append(db, "a.one", "a.two")
    await append(db, "a.three")
    assert await types_after(db) == ["a.one", "a.two", "a.three"]
    async with db.read() as c:
        first, *_ = await changes.read_after(c, Position(), 100)
        assert await types_after(db, first.position) == ["a.two", "a.three"]
        assert await types_after(db, await changes.end(c)) == []


async def test_internal_changes_are_not_events(db: Database) -> None:
    await append(db, "pieces.published", internal=True)
    await append(db, "media.ready")
    assert await types_after(db, events_only=True) == ["media.ready"]


async def test_change_of_a_rolled_back_transaction_is_not_read(db: Database) -> None:
    with pytest.raises(RuntimeError):
        async with db.write() as c:
            await changes.append(c, "a.lost", {})
            raise RuntimeError
    await append(db, "a.kept")
    assert await types_after(db) == ["a.kept"]


async def test_change_that_commits_late_is_not_passed_over(connect: Callable[[], Database]) -> None:
    """A transaction takes number 1, another takes 2 and commits first: a reader that has seen 2 still gets 1."""
    slow, fast = connect(), connect()
    if slow.sqlite:
        pytest.skip("SQLite has one writer")
    position, seen = Position(), []

    async def read() -> None:
        nonlocal position
        async with fast.read() as c:
            for change in await changes.read_after(c, position, 100):
                seen.append(change.type)
                position = change.position

    async with slow.write() as c:
        await changes.append(c, "a.slow", {})
        await append(fast, "a.fast")
        await read()
    await read()
    assert sorted(seen) == ["a.fast", "a.slow"]


async def test_feed_delivers_changes_of_every_process_in_order(connect: Callable[[], Database]) -> None:
    here, there = connect(), connect()
    await append(here, "a.before")
    feed, seen = ChangeFeed(here), []
    feed.subscribe("a.change", lambda change: seen.append(change.data["number"]))
    await feed.start()
    try:

        async def write(db: Database, start: int) -> None:
            for number in range(start, start + 20):
                async with db.write() as c:
                    await changes.append(c, "a.change", {"number": number})

        await asyncio.gather(write(here, 0), write(there, 100))
        await eventually(lambda: len(seen) == 40)
        assert [n for n in seen if n < 100] == list(range(20))
        assert [n for n in seen if n >= 100] == list(range(100, 120))
    finally:
        await feed.stop()


async def test_own_changes_are_delivered_without_waiting_for_the_poll(db: Database) -> None:
    feed, arrived = ChangeFeed(db), asyncio.Event()
    feed.subscribe("a.change", lambda _: arrived.set())
    await feed.start()
    try:
        for _ in range(3):  # each far below the half second of a poll, also on a busy machine
            arrived.clear()
            await append(db, "a.change")
            async with asyncio.timeout(60):
                await arrived.wait()
    finally:
        await feed.stop()


async def test_subscriber_that_raises_disturbs_no_other(db: Database) -> None:
    feed, seen = ChangeFeed(db), []

    def raise_error(_: Change) -> None:
        raise ValueError("oh")

    feed.subscribe("a.change", raise_error)
    feed.subscribe("a.change", lambda change: seen.append(change.type))
    await feed.start()
    try:
        await append(db, "a.change")
        await append(db, "a.change")
        await eventually(lambda: len(seen) == 2)
    finally:
        await feed.stop()


async def test_gap_is_reported_when_reading_was_interrupted_for_long(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GAP_S", -1.0)
    feed, gaps = ChangeFeed(db), []
    feed.on_gap.append(lambda: gaps.append(True))
    await feed.start()
    try:
        await eventually(lambda: bool(gaps))
    finally:
        await feed.stop()


async def test_old_changes_are_deleted(db: Database) -> None:
    async with db.write() as c:
        two_hours_ago = utc(datetime.now(UTC) - timedelta(hours=2))
        await changes.append(c, "a.old", {}, at="2020-01-01T00:00:00.000Z")
        await changes.append(c, "a.piece", {}, at=two_hours_ago, internal=True)
        await changes.append(c, "a.recent", {}, at=two_hours_ago)
    await append(db, "a.new")
    await append(db, "a.new_piece", internal=True)
    async with db.write() as c:
        await changes.delete_older(c, 7)
    assert await types_after(db) == ["a.recent", "a.new", "a.new_piece"]


async def test_other_processes_are_notified_at_once(
    connect: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without waiting for the next poll; also after the connection for notifications was lost."""
    ours, theirs = connect(), connect()
    if ours.sqlite:
        pytest.skip("SQLite has one process")
    monkeypatch.setattr(module, "POLL_S", 3600.0)
    monkeypatch.setattr(module, "RECONNECT_S", 0.01)
    feed, seen = ChangeFeed(theirs), []
    feed.subscribe("a.change", lambda change: seen.append(change.data["n"]))
    await feed.start()

    async def commit_until_seen(n: int) -> None:
        async with asyncio.timeout(60):
            while n not in seen:
                async with ours.write() as c:
                    await changes.append(c, "a.change", {"n": n})
                await asyncio.sleep(0.05)

    try:
        await commit_until_seen(1)
        async with ours.write() as c:
            query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ILIKE 'LISTEN%'"
            assert (await c.execute(sqlalchemy.text(query))).all()
        await commit_until_seen(2)
    finally:
        await feed.stop()
