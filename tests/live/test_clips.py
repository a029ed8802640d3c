"""Clips of recordings, of streams that go on, and of encoded files: the same segments, cut without encoding."""

from __future__ import annotations

import asyncio
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import select

from otnet_server.config import PROFILES
from otnet_server.control.clips import Clips, MadeClip
from otnet_server.db.tables import media as media_table
from otnet_server.errors import Invalid
from otnet_server.media.boxes import box
from otnet_server.media.clip_plan import clip_of, moved, reorders
from otnet_server.media.cmaf import media_times
from otnet_server.media.fragments import Frame, fragment
from otnet_server.media.live_plan import live_plan, recorded_plan
from tests.harness import FFMPEG, ffprobe
from tests.live.running import Running, get, media_of, publish, running, until
from tests.live.test_live import decode, ended

PLAN = recorded_plan(live_plan(640, 360, Fraction(25), PROFILES["live"], "live"), [25, 25, 50, 50, 50], 376)
TIMELINES = {"video": PLAN.video.timeline, **{a.name: a.timeline for a in PLAN.audio}} if PLAN.video else {}
NAME = PLAN.audio[0].name


@pytest.mark.parametrize(
    ("start", "end", "exact", "lengths", "cut"),
    [
        (0.0, 8.0, True, [25, 25, 50, 50, 50], (0.0, 8.0)),
        (2.5, 5.1, True, [50, 28], (2.0, 5.12)),
        (2.5, 5.1, False, [50, 50], (2.0, 6.0)),
        (1.0, 2.0, True, [25], (1.0, 2.0)),
        (7.9, 7.95, True, [49], (6.0, 7.96)),
    ],
)
def test_a_clip_begins_with_a_segment_and_ends_at_a_frame_or_with_a_segment(
    start: float, end: float, exact: bool, lengths: list[int], cut: tuple[float, float]
) -> None:
    clip = clip_of(PLAN, TIMELINES, start, end, exact_end=exact)
    video = clip.plan.video
    assert video is not None and [s.frames for s in video.timeline.segments()] == lengths
    assert (round(clip.start_s, 3), round(clip.end_s, 3)) == cut
    sound = clip.plan.audio[0].timeline
    assert len(sound.segments()) == len(lengths) and abs(sound.duration_s - sum(lengths) / 25) < 0.03
    assert abs(clip.first[NAME] * 1024 / 48_000 - clip.start_s) <= 0.011, "sound and picture keep together"


def test_a_segment_is_moved_and_what_reorders_is_seen() -> None:
    segment = fragment(1, 90_000, [Frame(0, 40, True, b"key"), Frame(0, 40, False, b"p")])
    earlier = moved(box(b"sidx", bytes(20)) + segment, 80_000)
    assert media_times(earlier) == media_times(segment)._replace(time=10_000)
    assert earlier.endswith(b"keyp") and not reorders(segment)
    at = segment.index(b"trun") + 6
    assert reorders(segment[:at] + bytes([segment[at] | 8]) + segment[at + 1 :])


async def check(run: Running, clips: Clips, source: str, start: float, end: float) -> MadeClip:
    """Make a clip, and play it."""
    made = await clips.create(source, start, end, "The best of it")
    configuration = (await get(run, f"/api/v1/playback/{made.media}")).json()
    assert abs(configuration["duration_s"] - (made.end_s - made.start_s)) < 0.03
    url = f"{run.url}{configuration['sources']['hls']}"
    assert await decode(url) == ""
    probed = await asyncio.to_thread(ffprobe, "-show_entries", "format=duration,start_time:stream=codec_type", url)
    assert abs(float(probed["format"]["duration"]) - (made.end_s - made.start_s)) < 0.1
    assert {s["codec_type"] for s in probed["streams"]} == {"video", "audio"}
    assert (await get(run, configuration["sources"]["dash"])).status_code == 200
    assert (await get(run, f"/media/{made.media}/{made.revision}/poster.jpg")).content.startswith(b"\xff\xd8")
    return made


async def test_clips_of_a_running_stream_and_of_its_recording_play(tmp_path: Path) -> None:
    async with running(tmp_path / "data", grace_s=0.1) as run:
        clips = Clips(run.server.core.db, run.server.core.services)
        publishing = asyncio.ensure_future(publish(await run.server.live.open(run.channel, "flv"), 7))
        media = await media_of(run)
        live = await check(run, clips, media, 0, 1)
        assert (live.start_s, live.end_s) == (0, 1)
        await publishing
        await ended(run)
        made = await check(run, clips, media, 2.3, 5.5)
        assert made.start_s <= 2.3 and abs(made.end_s - 5.5) < 0.05
        await check(run, clips, made.media, 0.5, 2)
        recording = await run.server.core.services.repository.current(media)
        assert recording is not None

        async def has_poster() -> bool:
            return (await get(run, f"/media/{media}/{recording.id}/poster.jpg")).status_code == 200

        await until(has_poster)
        still = await run.server.core.services.stills.still(media, 3.1)
        assert still.startswith(b"\xff\xd8"), "artwork is made of a recording too"
        with pytest.raises(Invalid):
            await clips.create(media, 5, 4, "")
        with pytest.raises(Invalid):
            await clips.create(media, 99, 100, "")
        async with run.server.core.db.read() as c:
            row = (await c.execute(select(media_table).where(media_table.c.id == made.media))).mappings().one()
        assert (row["title"], row["state"]) == ("The best of it", "ready")


async def test_a_clip_of_an_encoded_file_has_whole_segments_of_pictures(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    film = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25", "-f", "lavfi", "-i", "sine=r=44100", "-t", "13")
    argv = ("-v", "error", *film, "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-c:a", "aac")
    await asyncio.to_thread(subprocess.run, [FFMPEG, *argv, str(tmp_path / "library" / "film.mp4")], check=True)
    async with running(tmp_path / "data") as run:

        async def ready() -> str | None:
            async with run.server.core.db.read() as c:
                query = select(media_table.c.id).where(media_table.c.state == "ready")
                return (await c.execute(query)).scalar()

        source = await until(ready, 60)
        clips = Clips(run.server.core.db, run.server.core.services)
        made = await check(run, clips, source, 5, 9)
        assert (made.start_s, made.end_s) == (4, 12)
