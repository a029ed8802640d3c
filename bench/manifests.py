"""Manifests of a two-hour title per second on one core: cached and not cached."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction

from bench.report import Row
from otnet_server.config import Profile
from otnet_server.manifests import dash, hls
from otnet_server.media.plan import plan_title
from otnet_server.media.revision import Revision
from otnet_server.media.revision_presentation import presentation_of
from otnet_server.media.source import AudioStream, Source, VideoStream
from otnet_server.media.states import State
from otnet_server.playback.documents import cached_document

HOURS = 2


def title() -> Revision:
    """Two hours, five rungs, two languages; everything published."""
    seconds = HOURS * 3600
    video = VideoStream(
        index=0, codec="h264", width=1920, height=1080, rate=Fraction(25), time_base=Fraction(1, 12800),
        start_ticks=0, end_s=seconds,
    )  # fmt: skip
    audio = tuple(
        AudioStream(index=i, codec="aac", language=language, channels=2, sample_rate=48000, start_s=0, end_s=seconds)
        for i, language in ((1, "eng"), (2, "deu"))
    )
    source = Source(demuxer="mov", exact=True, start_s=0, duration_s=seconds, video=video, audio=audio)
    revision = Revision("revision", "media", plan_title(source, Profile()), State.READY)
    assert revision.plan.video is not None
    for chunk in revision.plan.video.timeline.chunks:
        revision.pieces[("video", chunk.number)] = {
            r.name: [250_000] * chunk.segments for r in revision.plan.video.rungs
        }
    for a in revision.plan.audio:
        for chunk in a.timeline.chunks:
            revision.pieces[(a.name, chunk.number)] = {a.name: [64_000] * chunk.segments}
    return revision


def per_second(work: Callable[[], object], seconds: float = 1.5) -> float:
    count, started = 0, time.perf_counter()
    while (spent := time.perf_counter() - started) < seconds:
        work()
        count += 1
    return count / spent


def rows() -> list[Row]:
    two_hours, now = title(), datetime.now(UTC)
    media = per_second(lambda: hls.media(presentation_of(two_hours), "1080p"))
    mpd = per_second(lambda: dash.mpd(presentation_of(two_hours), now))
    main = per_second(lambda: hls.multivariant(presentation_of(two_hours)))
    slowest = min(media, mpd, main)
    stored = per_second(lambda: cached_document(two_hours, "main.mpd", lambda r: dash.mpd(presentation_of(r), now)))
    return [
        Row("manifests from the cache", stored, "/s", "≥ 5,000", stored >= 5000, f"{HOURS} h title"),
        Row("manifests without the cache", slowest, "/s", "≥ 1,000", slowest >= 1000,
            f"media playlist {media:,.0f}/s, MPD {mpd:,.0f}/s, multivariant {main:,.0f}/s"),
    ]  # fmt: skip
