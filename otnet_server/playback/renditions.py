"""What both manifests say of a rendition: its bandwidth, its label. Pure.

Until everything is published the peak is the one the rate cap promises; when a title is ready it is the
measured one, and so is the average (RFC 8216 §4.3.4.2: the largest and the mean bit rate of segments).
"""

from __future__ import annotations

from typing import NamedTuple

from otnet_server.pipeline.grid import Grid
from otnet_server.pipeline.plan import AudioPlan, TextPlan, Thumbnails
from otnet_server.playback import languages
from otnet_server.playback.title import Title


class Bandwidth(NamedTuple):
    """Bits per second."""

    peak: int
    average: int


def measured(grid: Grid, sizes: list[int]) -> Bandwidth:
    seconds = [s.frames * grid.unit / grid.timescale for s in grid.segments()]
    peak = max(8 * size / s for size, s in zip(sizes, seconds, strict=True))
    return Bandwidth(round(peak), round(8 * sum(sizes) / sum(seconds)))


def of_video(title: Title, rung: int) -> Bandwidth:
    video = title.plan.video
    assert video is not None
    sizes = title.sizes(video.rungs[rung].name)
    if title.ready and len(sizes) == len(video.grid.starts):
        return measured(video.grid, sizes)
    shortest = min((s.frames for s in video.grid.segments()), default=video.grid.per_segment)
    peak = video.rungs[rung].bandwidth(shortest * video.grid.unit / video.grid.timescale)
    return Bandwidth(peak, video.rungs[rung].max_rate)


def of_audio(title: Title, audio: AudioPlan) -> Bandwidth:
    sizes = title.sizes(audio.name)
    if title.ready and len(sizes) == len(audio.grid.starts):
        return measured(audio.grid, sizes)
    return Bandwidth(int(audio.bit_rate * 1.1) + 6000, audio.bit_rate)


def texts(title: Title) -> list[TextPlan]:
    """Text tracks that are there or still to come."""
    return [t for t in title.plan.text if "failed" not in title.pieces.get((t.name, 0), {})]


def label(language: str, title: str, fallback: str) -> str:
    """Shown in menus; safe inside quotes of a manifest."""
    text = title or languages.name(language) or fallback
    return "".join(c for c in text if c.isprintable() and c not in '"<>&')[:100] or fallback


def sheet_bits(t: Thumbnails, rate: float) -> int:
    """Bits per second of thumbnail sheets: about 0.6 bit a pixel of JPEG, over the time that one shows."""
    return max(1000, round(t.width * t.height * 0.6 * rate / t.every))
