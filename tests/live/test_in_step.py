"""Live channels of one server are in step with the clock and with each other."""

from __future__ import annotations

import asyncio
import re
import statistics
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.live.running import BARS, ENCODED, Running, get, make_channel, media_of, publish, running

PART_S = 0.52
START_S = 0.7  # from one channel to the other: their parts begin at other times
PACE = ("-re", "-readrate_initial_burst", "0.01")  # of a camera: nothing is ahead of time
SAMPLES, PAUSE_S = 8, 0.27  # another phase of the parts each time


async def playlist_path(run: Running) -> str:
    media = await media_of(run)
    stream = run.server.live.find(media)
    assert stream is not None
    return f"/media/{media}/{stream.row.revision}/180p/index.m3u8"


async def time_of_end(run: Running, path: str) -> datetime:
    """The time of day at the end of the newest part, as EXT-X-PROGRAM-DATE-TIME says."""
    text = (await get(run, path)).raise_for_status().text
    segment = text.rpartition("#EXT-X-PROGRAM-DATE-TIME:")[2]
    lengths = re.findall(r"#EXT-X-PART:DURATION=([\d.]+)", segment)
    return datetime.fromisoformat(segment.split("\n")[0]) + timedelta(seconds=sum(map(float, lengths)))


async def test_two_channels_are_in_step_with_the_clock_and_with_each_other(tmp_path: Path) -> None:
    async with running(tmp_path / "data", grace_s=0.2) as first:
        second = replace(first, channel=await make_channel(first.server))
        publishing = []
        for run in (first, second):
            connection = await run.server.live.open(run.channel, "flv")
            publishing.append(
                asyncio.ensure_future(publish(connection, 60, *PACE, *BARS[:4], *PACE, *BARS[4:], *ENCODED))
            )
            await asyncio.sleep(START_S)
        paths = await asyncio.gather(playlist_path(first), playlist_path(second))
        await asyncio.gather(get(first, paths[0]), get(second, paths[1]))  # waits for the first segments
        apart, late = [], []
        for _ in range(SAMPLES):
            ends = await asyncio.gather(time_of_end(first, paths[0]), time_of_end(second, paths[1]))
            apart.append(abs((ends[0] - ends[1]).total_seconds()))
            late += [(datetime.now(UTC) - end).total_seconds() for end in ends]
            await asyncio.sleep(PAUSE_S)
        for task in publishing:
            task.cancel()
        await asyncio.gather(*publishing, return_exceptions=True)
    assert statistics.median(apart) <= PART_S + 0.1 and max(apart) < 2 * PART_S + 0.1
    assert min(late) > -0.1 and max(late) < 3, "neither ahead of the clock nor far behind it"
