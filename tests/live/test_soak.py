"""A long stream by RTMP with a reconnect and a second publisher, and a player that follows it all the time: no gap, a
steady latency, a server whose memory does not grow, and a complete recording.

`OTNET_TEST_SOAK_S` is the length in seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import re
import statistics
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from tests.harness import FFMPEG
from tests.live.running import BARS, ENCODED, Running, get, ingest_url, make_key, media_of, running
from tests.live.test_live import decode, ended

SECONDS = float(os.environ.get("OTNET_TEST_SOAK_S", 15 * 60))
PACE = ("-re", "-readrate_initial_burst", "0.01")  # of a camera: nothing is ahead of time
LATE_S = 4.0  # at most, from the end of a playlist to the clock
GROWTH_S = 0.5  # of the latency, from the first to the last third
GROWTH_MB = 40  # of the memory of the process, from its first to its last third; Python's heap is not compact
WARM_UP = 0.3  # the share of the time after which memory should be steady


@contextlib.asynccontextmanager
async def encoder(url: str, seconds: float) -> AsyncIterator[asyncio.subprocess.Process]:
    """ffmpeg, which publishes for so long."""
    argv = (FFMPEG, "-v", "error", "-nostdin", *PACE, *BARS[:4], *PACE, *BARS[4:], "-t", str(seconds), *ENCODED, url)
    process = await asyncio.create_subprocess_exec(*argv, stderr=asyncio.subprocess.PIPE)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


class Listed(NamedTuple):
    """A part: the start of its segment in ticks, its number there, and its length in seconds."""

    start: int
    number: int
    length_s: float


class Follower:
    """A player that reloads a playlist for each next part (RFC 8216bis §6.2.5.2), and fetches the parts."""

    def __init__(self, run: Running, folder: str) -> None:
        self._run, self._folder = run, folder
        self.parts: list[Listed] = []
        self.latencies: list[float] = []
        self.memory: list[float] = []

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
        found = re.findall(r'#EXT-X-PART:DURATION=([\d.]+),URI="(\d+)\.(\d+)\.m4s"', text)
        listed = [Listed(int(start), int(number), float(length)) for length, start, number in found]
        assert "DISCONTINUITY" not in text
        for part in listed:
            if not self.parts or part > self.parts[-1]:
                data = (await client.get(f"{self._folder}/{part.start}.{part.number}.m4s")).raise_for_status().content
                assert data[4:8] == b"moof"
                self.parts.append(part)
        if "#EXT-X-ENDLIST" not in text:
            dates, lengths = re.findall(r"PROGRAM-DATE-TIME:(\S+)", text), re.findall(r"#EXTINF:([\d.]+)", text)
            rest_s = sum(part.length_s for part in listed if part.start == listed[-1].start)
            if len(dates) == len(lengths):  # the last segment is complete
                rest_s = float(lengths[-1])
            end = datetime.fromisoformat(dates[-1]) + timedelta(seconds=rest_s)
            self.latencies.append((datetime.now(UTC) - end).total_seconds())
            self.memory.append(
                int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
            )

    def gaps(self, timescale: int) -> list[tuple[Listed, Listed]]:
        """Parts that do not follow each other."""
        found, end = [], 0.0
        for before, part in itertools.pairwise(self.parts):
            end = (before.start if before.number == 0 else end) + before.length_s * timescale
            follows = part.start == before.start and part.number == before.number + 1
            if not follows and not (part.number == 0 and abs(part.start - end) < 2):
                found.append((before, part))
        return found


def third(values: list[float], number: int) -> float:
    size = len(values) // 3
    return statistics.median(values[number * size : (number + 1) * size])


@pytest.mark.long
@pytest.mark.timeout(SECONDS + 300)
async def test_long_stream_has_no_gap_no_growing_latency_and_no_growing_memory(tmp_path: Path) -> None:
    async with running(tmp_path / "data", grace_s=10) as run:
        first, second = await make_key(run, "Camera"), await make_key(run, "Backup", "backup")
        urls, half = [ingest_url(run, "rtmp", key) for key, _ in (first, second)], SECONDS / 2
        async with encoder(urls[0], SECONDS) as camera:
            media = await media_of(run)
            stream = run.server.live.find(media)
            assert stream is not None
            follower = Follower(run, f"/media/{media}/{stream.row.revision}/180p")
            following = asyncio.ensure_future(follower.follow())
            await asyncio.wait([following], timeout=half - stream.now_s())
            assert not following.done(), following
            camera.kill()
        await asyncio.sleep(2)  # the same publisher connects again within the grace time
        async with encoder(urls[0], half) as camera, encoder(urls[1], half) as backup:
            await asyncio.wait([following], timeout=half / 2)
            assert not following.done(), following
            camera.kill()  # the second publisher goes on
            await asyncio.wait([following], timeout=half / 4)
            assert not following.done(), following
            stream._grace_s = 0.2  # so that no slate follows the end
            assert await backup.wait() == 0
            sent_s = stream.now_s()
        await asyncio.wait_for(following, 30)
        await ended(run)
        after = (await get(run, f"/api/v1/playback/{media}")).json()
        complaints = await decode(f"{run.url}{after['sources']['hls']}")
    followed_s = sum(part.length_s for part in follower.parts)
    latencies, steady = follower.latencies, follower.memory[int(len(follower.memory) * WARM_UP) :]
    print(f"\nsent {sent_s:.1f} s, recorded {after['duration_s']:.1f} s, followed {followed_s:.1f} s")
    print(f"latency {', '.join(f'{third(latencies, n):.2f}' for n in range(3))} s, at most {max(latencies):.2f} s")
    print(f"memory {', '.join(f'{third(steady, n):.1f}' for n in range(3))} MB")
    assert complaints == ""
    assert follower.gaps(stream.edge.tracks["video"].shape.timescale) == []
    assert abs(after["duration_s"] - sent_s) < 0.5 and abs(followed_s - after["duration_s"]) < 0.5
    assert max(latencies) < LATE_S and third(latencies, 2) - third(latencies, 0) < GROWTH_S
    assert third(steady, 2) - third(steady, 0) < GROWTH_MB
