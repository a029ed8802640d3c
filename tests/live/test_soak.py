"""A stream of a quarter of an hour: its manifests stay on the clock, and its recording is complete."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.live.running import get, media_of, publish, running
from tests.live.test_live import decode, ended, playlist

SECONDS = 15 * 60


@pytest.mark.long
@pytest.mark.timeout(SECONDS + 300)
async def test_a_quarter_of_an_hour_without_a_fault(tmp_path: Path) -> None:
    async with running(tmp_path / "data", grace_s=0.5) as run:
        connection = await run.server.live.open(run.channel, "flv")
        publishing = asyncio.ensure_future(publish(connection, SECONDS))
        media = await media_of(run)
        stream = run.server.live.find(media)
        assert stream is not None
        path, started = f"/media/{media}/{stream.row.revision}/180p/index.m3u8", time.monotonic()
        assert (await get(run, path)).status_code == 200  # waits for the first segments
        number = 3
        while not publishing.done() and time.monotonic() - started < SECONDS - 5:
            answer = await playlist(run, path, msn=number)
            assert answer.status_code == 200
            dates = re.findall(r"PROGRAM-DATE-TIME:(\S+)", answer.text)
            lengths = [float(text) for text in re.findall(r"#EXTINF:([\d.]+)", answer.text)]
            end = datetime.fromisoformat(dates[-1]) + timedelta(seconds=lengths[-1])
            assert -0.7 < (datetime.now(UTC) - end).total_seconds() < 4, f"segment {number}"
            assert all(0 < length <= 2.1 for length in lengths)
            number += 1
        assert number > SECONDS / 2 - 10
        await publishing
        await ended(run)
        after = (await get(run, f"/api/v1/playback/{media}")).json()
        assert abs(after["duration_s"] - SECONDS) < 0.5
        assert await decode(f"{run.url}{after['sources']['hls']}") == ""
