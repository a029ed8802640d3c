"""Consumers of events: each handles every event once, in order, and one that fails holds up nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from otnet_server.cluster import consumers as module
from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.cluster.consumers import Consumers, Handler, reports
from otnet_server.cluster.retries import DELAYS_S, retry_delay_s
from otnet_server.db import changes
from otnet_server.db.engine import Database
from otnet_server.events import Event, MediaReady
from tests.cluster.test_change_feed import eventually


async def emit(db: Database, *media: str) -> None:
    async with db.write() as c:
        await changes.append(c, "media.ready", *({"media": m, "title": m.upper()} for m in media))


@asynccontextmanager
async def consuming(db: Database, **handlers: Handler) -> AsyncIterator[Consumers]:
    feed = ChangeFeed(db)
    consumers = Consumers(db, feed)
    for name, handler in handlers.items():
        consumers.add(name, handler)
    await feed.start()
    await consumers.start()
    try:
        yield consumers
    finally:
        await consumers.stop()
        await feed.stop()


class Recorder:
    """Records the media of events; raises for those in `broken`."""

    def __init__(self, *broken: str) -> None:
        self.broken = set(broken)
        self.attempts: list[str] = []
        self.handled: list[str] = []

    async def __call__(self, event: Event) -> None:
        assert isinstance(event, MediaReady) and event.title == event.media.upper()
        self.attempts.append(event.media)
        if event.media in self.broken:
            raise ValueError(f"no {event.media}")
        self.handled.append(event.media)


@pytest.fixture(autouse=True)
def short_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    def delay(failures: int, *, failed_before: bool) -> float | None:
        return None if retry_delay_s(failures, failed_before=failed_before) is None else 0.01

    monkeypatch.setattr(module, "retry_delay_s", delay)


async def test_each_consumer_handles_every_event_once_in_order(db: Database) -> None:
    one, two = Recorder(), Recorder()
    await emit(db, "before")  # nobody has handled it: this server has had no consumer
    async with consuming(db, one=one, two=two):
        await emit(db, *(f"m{n}" for n in range(250)))
        await eventually(lambda: len(one.handled) == len(two.handled) == 251)
    assert one.handled == two.handled == ["before", *(f"m{n}" for n in range(250))]


async def test_consumer_yields_to_requests_between_events(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    request_ended, yielded, recorder = asyncio.Event(), asyncio.Event(), Recorder()

    async def yield_to_requests() -> None:
        yielded.set()
        await request_ended.wait()

    async def handle(event: Event) -> None:
        await recorder(event)
        monkeypatch.setattr(db, "yield_to_requests", yield_to_requests)  # a request arrives

    await emit(db, "a", "b")
    async with consuming(db, one=handle):
        await asyncio.wait_for(yielded.wait(), 60)
        assert recorder.handled == ["a"]
        request_ended.set()
        await eventually(lambda: recorder.handled == ["a", "b"])


async def test_position_survives_a_restart(db: Database) -> None:
    first, second = Recorder(), Recorder()
    async with consuming(db, one=first):
        await emit(db, "a")
        await eventually(lambda: first.handled == ["a"])
    await emit(db, "b")
    async with consuming(db, one=second):
        await eventually(lambda: second.handled == ["b"])


async def test_new_consumer_starts_with_the_next_event(db: Database) -> None:
    old, new = Recorder(), Recorder()
    async with consuming(db, old=old):
        await emit(db, "a")
        await eventually(lambda: old.handled == ["a"])
    async with consuming(db, old=old, new=new):
        await emit(db, "b")
        await eventually(lambda: new.handled == ["b"])


async def test_consumer_that_raises_holds_up_no_other_and_is_tried_again(db: Database) -> None:
    bad, good = Recorder("a"), Recorder()
    async with consuming(db, bad=bad, good=good):
        await emit(db, "a", "b")
        await eventually(lambda: good.handled == ["a", "b"] and len(bad.attempts) > 1)
        bad.broken.clear()
        await eventually(lambda: bad.handled == ["a", "b"])
        async with asyncio.timeout(60):
            while await reports(db):  # noqa: ASYNC110 (the position is stored after an event was handled)
                await asyncio.sleep(0.01)


async def test_event_that_fails_again_and_again_is_set_aside(db: Database) -> None:
    bad = Recorder("a", "b")
    async with consuming(db, bad=bad) as consumers:
        await emit(db, "a", "b", "c", "d")
        await eventually(lambda: bad.handled == ["c", "d"])
        # The next event gets one attempt: the consumer itself may be at fault.
        assert bad.attempts.count("a") == len(DELAYS_S) + 1 and bad.attempts.count("b") == 1
        (report,) = await reports(db)
        assert (report.name, report.failures, report.set_aside) == ("bad", 0, 2)
        assert "ValueError: no" in report.error
        bad.broken = {"b"}
        assert await consumers.retry("bad") == 1
        assert (await reports(db))[0].set_aside == 1
        bad.broken.clear()
        assert await consumers.retry("bad") == 0
    assert await reports(db) == [] and bad.handled == ["c", "d", "a", "b"]


async def test_failing_consumer_is_reported_before_the_event_is_set_aside(db: Database) -> None:
    bad = Recorder("a")
    async with consuming(db, bad=bad):
        await emit(db, "a")
        found: list[int] = []

        async def look() -> None:
            found.extend(r.failures for r in await reports(db))

        async with asyncio.timeout(60):
            while not any(found):
                await look()


async def test_stopping_lets_consumers_finish_what_is_committed(db: Database) -> None:
    one = Recorder()
    async with consuming(db, one=one):
        await emit(db, "a", "b")
    assert one.handled == ["a", "b"]


@pytest.mark.parametrize(
    ("failures", "failed_before", "expected"),
    [(1, False, 1.0), (2, False, 5.0), (4, False, 30.0), (5, False, None), (1, True, None)],
)
def test_retry_delays(failures: int, failed_before: bool, expected: float | None) -> None:
    assert retry_delay_s(failures, failed_before=failed_before) == expected


async def test_two_processes_handle_each_event_once(connect: Callable[[], Database]) -> None:
    """The lease lets one process run the consumers; when it stops, the other continues at its position."""
    from otnet_server.cluster.leases import LeasedService, Leases

    first_db, second_db = connect(), connect()
    if first_db.sqlite:
        pytest.skip("SQLite has one process")
    handled = Recorder()
    parts = []
    for db in (first_db, second_db):
        feed, leases = ChangeFeed(db), Leases(db, renew_s=0.1)
        consumers = Consumers(db, feed)
        consumers.add("one", handled)
        service = LeasedService(leases, "consumers", consumers)
        service.retry_s = 0.05
        parts.append((service, feed, leases))
    # Both have started before the first gets the lease: one that starts later would take it for that of an earlier
    # process with the same pid.
    for part in [part for service, feed, leases in parts for part in (leases, feed)]:
        await part.start()
    for service, _, _ in parts:
        await service.start()
    await emit(second_db, "a", "b")
    await eventually(lambda: handled.handled == ["a", "b"])
    for part in parts[0]:
        await part.stop()
    await emit(second_db, "c")
    await eventually(lambda: handled.handled == ["a", "b", "c"])
    for part in parts[1]:
        await part.stop()
