"""A long stream by RTMP with a reconnect and a second publisher, and a player that follows it all the time: no gap, a
steady latency, a server whose memory does not grow, and a complete recording.

`OTNET_SOAK_S` is the length in seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import statistics
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.harness import FFMPEG
from tests.live.running import BARS, ENCODED, Running, get, ingest_url, make_key, media_of, running
from tests.live.test_live import decode, ended

SECONDS = float(os.environ.get("OTNET_SOAK_S", 15 * 60))
LATE_S = 4.0  # at most, from the end of a playlist to the clock
GROWTH_S = 0.5  # of the latency, from the first to the last third
GROWTH_BYTES = 40 << 20  # of memory in a quarter of an hour; Python's heap is not compact
WARM_UP = 0.3  # the share after which memory should be steady


@contextlib.asynccontextmanager
async def encoder(url: str, seconds: float) -> AsyncIterator[asyncio.subprocess.Process]:
    """ffmpeg, which publishes for so long."""
    argv = (FFMPEG, "-v", "error", "-nostdin", "-re", *BARS, "-t", str(seconds), *ENCODED, url)
    process = await asyncio.create_subprocess_exec(*argv, stderr=asyncio.subprocess.PIPE)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


class Follower:
    """A player that reloads a playlist for each next part (RFC 8216bis §6.2.5.2), and fetches the parts."""

    def __init__(self, run: Running, folder: str) -> None:
        self._run, self._folder = run, folder
        self.parts: list[tuple[int, float]] = []  # (the start in ticks, the length in seconds), each once
        self.latencies: list[float] = []
        self.memory: list[int] = []
        self._next_part: tuple[int, int] | None = None  # (the segment, which its address names, and the number)

    async def follow(self) -> None:
        """Until the stream has ended."""
        async with httpx.AsyncClient(timeout=30, base_url=self._run.url) as client:
            text = (await client.get(f"{self._folder}/index.m3u8")).raise_for_status().text
            while "#EXT-X-ENDLIST" not in text:
                await self._take(client, text)
                number = int(re.findall(r"MEDIA-SEQUENCE:(\d+)", text)[0]) + text.count("#EXTINF")
                part = re.findall(r'PRELOAD-HINT:TYPE=PART,URI="\d+\.(\d+)', text)[0]
                query = {"_HLS_msn": str(number), "_HLS_part": part}
                answer = await client.get(f"{self._folder}/index.m3u8", params=query)
                assert answer.status_code == 200, answer.text
                text = answer.text
            await self._take(client, text)

    async def _take(self, client: httpx.AsyncClient, text: str) -> None:
        """Fetch the parts of a playlist that are new; the first of them follows the last one of before."""
        listed = re.findall(r'#EXT-X-PART:DURATION=([\d.]+),URI="(\d+)\.(\d+)\.m4s"', text)
        assert "DISCONTINUITY" not in text
        seen = {start for start, _ in self.parts}
        for length, start, number in listed:
            name = int(start) * 100 + int(number)
            if name in seen:
                continue
            data = (await client.get(f"{self._folder}/{start}.{number}.m4s")).raise_for_status().content
            assert data[4:8] == b"moof"
            self.parts.append((name, float(length)))
        if "#EXT-X-ENDLIST" not in text:
            dates, lengths = re.findall(r"PROGRAM-DATE-TIME:(\S+)", text), re.findall(r"#EXTINF:([\d.]+)", text)
            rest_s = sum(float(length) for length, start, _ in listed if start == listed[-1][1])
            if len(dates) == len(lengths):  # the last segment is complete
                rest_s = float(lengths[-1])
            end = datetime.fromisoformat(dates[-1]) + timedelta(seconds=rest_s)
            self.latencies.append((datetime.now(UTC) - end).total_seconds())
            self.memory.append(int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"))


def third(values: list[float], number: int) -> float:
    size = len(values) // 3
    return statistics.median(values[number * size : (number + 1) * size])


@pytest.mark.long
@pytest.mark.timeout(SECONDS + 300)
async def test_long_stream_has_no_gap_no_growing_latency_and_no_growing_memory(tmp_path: Path) -> None:
    async with running(tmp_path / "data", grace_s=10) as run:
        first, second = await make_key(run, "Camera"), await make_key(run, "Backup", "backup")
        urls, half = [ingest_url(run, "rtmp", key) for key, _ in (first, second)], SECONDS / 2
        started = time.monotonic()
        async with encoder(urls[0], SECONDS) as camera:
            media = await media_of(run)
            stream = run.server.live.find(media)
            assert stream is not None
            follower = Follower(run, f"/media/{media}/{stream.row.revision}/180p")
            following = asyncio.ensure_future(follower.follow())
            await asyncio.wait([following], timeout=half - (time.monotonic() - started))
            assert not following.done(), following
            camera.kill()  # a reconnect of the same publisher, within the grace time
        await asyncio.sleep(2)
        async with encoder(urls[0], half) as camera, encoder(urls[1], half):
            await asyncio.wait([following], timeout=half / 2)
            assert not following.done(), following
            camera.kill()  # the second publisher goes on
            await asyncio.wait([following], timeout=half / 2)
            assert not following.done(), following
            sent_s = time.monotonic() - started
        await ended(run)
        await asyncio.wait_for(following, 30)
        after = (await get(run, f"/api/v1/playback/{media}")).json()
        assert await decode(f"{run.url}{after['sources']['hls']}") == ""
    followed_s = sum(length for _, length in follower.parts)
    latencies, memory = follower.latencies, follower.memory
    steady = [float(bytes) for bytes in memory[int(len(memory) * WARM_UP) :]]
    growth = third(steady, 2) - third(steady, 0)
    print(f"sent {sent_s:.1f} s, recorded {after['duration_s']:.1f} s, followed {followed_s:.1f} s; latency "
          f"{third(latencies, 0):.2f} s, {third(latencies, 1):.2f} s, {third(latencies, 2):.2f} s, at most "
          f"{max(latencies):.2f} s; memory {memory[0] >> 20} MB, {memory[-1] >> 20} MB, growth {growth / 2**20:.1f} MB")  # fmt: skip
    assert follower.parts == sorted(follower.parts), "the parts come in their order"
    assert abs(followed_s - after["duration_s"]) < 2.5, "the player had everything after its start"
    assert max(latencies) < LATE_S + 1 and third(latencies, 2) - third(latencies, 0) < GROWTH_S
    assert growth < GROWTH_BYTES
