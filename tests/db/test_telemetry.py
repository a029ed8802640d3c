"""The roll-up of telemetry on both databases: large values, many rows, and an event loop that is never blocked."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from otnet_server.db.engine import Database, migrate
from otnet_server.db.tables import telemetry, telemetry_hour
from otnet_server.playback import telemetry as telemetry_module
from otnet_server.playback.telemetry import Telemetry, TelemetryReport

EVENTS, KEPT = 12_000, 1_000


def test_roll_up_sums_large_values_in_batches_and_deletes_what_is_too_much(url: str, tmp_path: Path) -> None:
    async def check() -> None:
        db = Database(url.replace("sqlite:", "sqlite+aiosqlite:"))
        service = Telemetry(db, 100_000, KEPT, tmp_path, 0)
        row = {"at": "2026-01-02T03:04:05.000Z", "session": "x" * 36, "skin": "video", "engine": "", "type": "start"}
        async with db.write() as c:
            await c.execute(sa.insert(telemetry), [row | {"data": {"startup_ms": 10**9}}] * EVENTS)
        longest, running = 0.0, asyncio.create_task(service.roll_up())
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
        await service.store(TelemetryReport.model_validate(report), "198.51.100.1")
        await service.roll_up()
        await db.close()

    migrate(url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(telemetry_module, "COMMIT_DELAY", telemetry_module.COMMIT_DELAY * 0)
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
