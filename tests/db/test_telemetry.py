"""The roll-up of telemetry on both databases: large values, many rows, and an event loop that is never blocked."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from otnet_server.db.engine import Database, migrate
from otnet_server.db.tables import telemetry, telemetry_hour, telemetry_viewer
from otnet_server.telemetry import roll_up as roll_up_module
from otnet_server.telemetry.reports import TelemetryReport
from otnet_server.telemetry.roll_up import RollUp
from otnet_server.telemetry.statistics import Statistics
from otnet_server.telemetry.store import Sender, Telemetry

EVENTS, KEPT = 12_000, 1_000


def test_roll_up_sums_large_values_in_batches_and_deletes_what_is_too_much(url: str, tmp_path: Path) -> None:
    async def check() -> None:
        db = Database(url.replace("sqlite:", "sqlite+aiosqlite:"))
        service, roll_up = Telemetry(db, None, tmp_path, 0), RollUp(db, 100_000, KEPT)
        row = {"at": "2026-01-02T03:04:05.000Z", "session": "x" * 36, "skin": "video", "engine": "", "type": "start"}
        async with db.write() as c:
            await c.execute(sa.insert(telemetry), [row | {"data": {"startup_ms": 10**9}}] * EVENTS)
        longest, running = 0.0, asyncio.create_task(roll_up.run())
        while not running.done():
            begin = time.perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, time.perf_counter() - begin)
        await running
        assert longest < 1.0, "the event loop is not blocked"
        report = {
            "session": "12345678",
            "events": [{"type": "watched", "from_s": 3, "to_s": 10.5}, {"type": "watched"}],
        }
        await service.store(TelemetryReport.model_validate(report), Sender("198.51.100.1"))
        await roll_up.run()
        await db.close()

    migrate(url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(roll_up_module, "COMMIT_DELAY", roll_up_module.COMMIT_DELAY * 0)
        asyncio.run(check())
    engine = sa.create_engine(url)
    with engine.connect() as c:
        hours = {row["hour"]: row for row in c.execute(sa.select(telemetry_hour)).mappings()}
        assert c.execute(sa.select(sa.func.count()).select_from(telemetry)).scalar() == KEPT
    engine.dispose()
    old = hours.pop("2026-01-02T03")
    assert (old["starts"], old["startup_ms"]) == (EVENTS, EVENTS * 10**9)
    (new,) = hours.values()
    assert (new["starts"], new["watched_s"]) == (0, 7.5)


def test_viewers_are_counted_once_a_day_and_batches_once(url: str, tmp_path: Path) -> None:
    """The keys of viewers are replaced by numbers after two days."""
    day = datetime.now(UTC).date()

    async def check() -> None:
        db = Database(url.replace("sqlite:", "sqlite+aiosqlite:"))
        service, roll_up = Telemetry(db, lambda _: "DE", tmp_path, 0), RollUp(db, 100, 1_000_000)
        start = {"type": "start", "startup_ms": 700}
        failure = {"type": "error", "fatal": True, "started": False}
        for n, (address, events) in enumerate([
            ("198.51.100.1", [{"type": "attempt"}, start]),
            ("198.51.100.1", [{"type": "attempt"}, {"type": "exit", "waited_ms": 900}]),
            ("198.51.100.2", [{"type": "attempt"}, start, {"type": "watched", "from_s": 0, "to_s": 30}]),
            ("198.51.100.3", [{"type": "attempt"}, failure]),
        ]):  # fmt: skip
            report = TelemetryReport.model_validate({"session": f"session-{n}", "batch": 0, "events": events})
            for _ in range(2):
                await service.store(report, Sender(address, "Mozilla/5.0 (iPhone) Mobile"))
        private = TelemetryReport.model_validate({"session": "session-9", "events": [start]})
        await service.store(private, Sender("198.51.100.9", "Mozilla/5.0", private=True))
        await roll_up.run()
        before = await Statistics(db).summary("", day, 2)
        past = (day - timedelta(days=3)).isoformat()
        async with db.write() as c:
            await c.execute(sa.update(telemetry_viewer).values(day=past))
            await c.execute(sa.update(telemetry_hour).values(hour=sa.literal(f"{past}T10")))
        for _ in range(2):
            await roll_up.run()
        after = await Statistics(db).summary("", day, 4)
        async with db.read() as c:
            assert (await c.execute(sa.select(sa.func.count()).select_from(telemetry_viewer))).scalar() == 0
            sent = (await c.execute(sa.select(telemetry).order_by(telemetry.c.id))).mappings().all()
        await db.close()
        assert (sent[0]["country"], sent[0]["device"]) == ("DE", "phone")
        assert (sent[-1]["country"], sent[-1]["viewer"]) == (None, None)
        assert before["total"] | {"errors": 0} == {
            "plays": 3, "viewers": 2, "watched_s": 30, "startup_median_ms": 800, "startup_p95_ms": 980,
            "rebuffer_ratio": 0, "exit_ratio": 0.25, "failure_ratio": 0.25, "errors": 0,
        }  # fmt: skip
        assert after["days"][0]["viewers"] == after["total"]["viewers"] == 2
        assert before["total"] == after["total"]

    migrate(url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(roll_up_module, "COMMIT_DELAY", roll_up_module.COMMIT_DELAY * 0)
        asyncio.run(check())
