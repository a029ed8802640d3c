"""A rung is dropped when encoding is slower than the stream: viewers go on with the others."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock

from otnet_server.config_live import Live
from otnet_server.live.composer import Composer, Part, SegmentEnd
from otnet_server.live.edge import LiveEdge
from otnet_server.live.meter import Health
from otnet_server.live.monitor import Monitor
from tests.harness import ffprobe
from tests.live.running import ENCODED, Running, get, media_of, publish, running, until
from tests.live.test_composer import AUDIO, VIDEO, picture
from tests.live.test_health import GOOD
from tests.live.test_live import decode

SLOW = dataclasses.replace(GOOD, speed=0.7, blocked=0.9)
BIG = ("-re", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25", "-f", "lavfi", "-i", "sine=r=48000", *ENCODED)


def test_the_segment_ends_before_the_renditions_change() -> None:
    composer, composed = Composer(VIDEO, None, 50), []
    composed += composer.add_video(picture(keyframe=True), starts_segment=True)
    composed += composer.add_video(picture())
    composed += composer.use_renditions(("180p",))
    composed += composer.add_video(picture(keyframe=True), starts_segment=True)
    composed += composer.finish()
    parts = [(p.segment, set(p.data)) for p in composed if isinstance(p, Part)]
    assert parts == [(0, {"360p", "180p"}), (1, {"180p"})]
    assert [(e.time, e.frames) for e in composed if isinstance(e, SegmentEnd)] == [(0, 2), (2, 1)]


async def test_nobody_waits_for_a_rung_that_was_dropped() -> None:
    edge = LiveEdge({"video": VIDEO, "audio": AUDIO}, {})
    edge.add(Part("video", 0, 0, 0, 0, 13, True, {"360p": b"big", "180p": b"small"}))
    track = edge.tracks["video"]
    waiting = asyncio.ensure_future(track.part(0, 1, "360p", 5))
    other = asyncio.ensure_future(track.part(0, 1, "180p", 5))
    await asyncio.sleep(0)
    edge.drop("360p")
    async with asyncio.timeout(1):
        assert await waiting is None
    edge.add(Part("video", 0, 0, 1, 13, 13, False, {"180p": b"more"}))
    assert await other == b"more" and await track.part(0, 1, "360p", 5) is None
    growing = await track.growing(0, "360p", 1)
    assert growing is not None and [part async for part in growing] == [b"big"], "what there is can still be had"


def test_a_rung_is_dropped_when_encoding_is_slow_for_so_long(monkeypatch: Any) -> None:
    """Not after a moment, not because the publisher is slow, and never the last one."""
    stream, connection = Mock(connected=True, dropped_rungs=[]), Mock()
    stream.plan.video.rungs = [Mock(), Mock()]
    monitor = Monitor(stream, lambda: connection, AsyncMock(), Live(slow_s=8))

    def look(*healths: Health) -> int:
        connection.drop_rung.reset_mock()
        for health in healths:
            look.now += 2.0  # type: ignore[attr-defined]
            monkeypatch.setattr(monitor, "_health", lambda health=health: health)
            monitor.look(look.now, datetime.now(UTC))  # type: ignore[attr-defined]
        return connection.drop_rung.call_count

    look.now = 0.0  # type: ignore[attr-defined]
    assert look(SLOW, SLOW, SLOW, GOOD, SLOW, SLOW, SLOW, GOOD) == 0
    assert look(*[dataclasses.replace(SLOW, blocked=0.0)] * 9) == 0
    assert look(SLOW, SLOW, SLOW) == 0 and look(SLOW) == 1
    assert look(SLOW, SLOW, SLOW) == 0 and look(SLOW) == 1
    stream.plan.video.rungs = [Mock()]
    assert look(*[SLOW] * 9) == 0


async def rungs(run: Running, media: str) -> list[str]:
    main = (await get(run, f"/media/{media}/main.m3u8")).text
    return [line.split("/")[1] for line in main.splitlines() if line.endswith("p/index.m3u8")]


async def test_viewers_and_the_recording_go_on_without_the_rung(tmp_path: Path) -> None:
    async with running(tmp_path / "data", grace_s=0.1) as run:
        connection = await run.server.live.open(run.channel, "flv")
        publishing = asyncio.ensure_future(publish(connection, 7, *BIG))
        media = await media_of(run)
        before = await rungs(run, media)
        assert len(before) > 1
        stream = run.server.live.find(media)
        assert stream is not None
        video, dropped = stream.edge.tracks["video"], before[0]
        folder = f"/media/{media}/{stream.row.revision}"

        def next_segment(rendition: str) -> str:
            return f"{folder}/{rendition}/index.m3u8?_HLS_msn={video.next[0] + 1}"

        connection.drop_rung()

        async def refused() -> bool:
            """A player that waits for the next segment of the rung is refused in the end."""
            return (await get(run, next_segment(dropped))).status_code == 404

        await until(refused)
        assert await rungs(run, media) == before[1:]
        assert f'id="{dropped}"' not in (await get(run, f"/media/{media}/main.mpd")).text
        assert (await get(run, f"{folder}/{dropped}/init.mp4")).status_code == 200
        assert (await get(run, next_segment(before[1]))).status_code == 200

        async def goes_on() -> bool:
            return stream.has_pictures

        await until(goes_on)
        await publishing

        async def ended() -> bool:
            return await run.server.live.repository.newest(run.channel) is None

        await until(ended)
        assert await rungs(run, media) == before[1:]
        after = (await get(run, f"/api/v1/playback/{media}")).json()
        assert abs(after["duration_s"] - 7) < 0.5
        assert await decode(f"{run.url}{after['sources']['hls']}") == ""
        probed = await asyncio.to_thread(
            ffprobe, "-show_entries", "stream=height", f"{run.url}{after['sources']['hls']}"
        )
        assert max(s.get("height", 0) for s in probed["streams"]) < Fraction(dropped[:-1])
