"""What both manifests say of a rendition: its bandwidth, its label. Pure.

Until everything is published the peak is the one the rate cap promises; when a title is ready it is the
measured one, and so is the average (RFC 8216 §4.3.4.2: the largest and the mean bit rate of segments).
"""

from __future__ import annotations

from pathlib import PurePath

from otnet_server.media import languages
from otnet_server.media.plan import AudioPlan, TextPlan, Thumbnails
from otnet_server.media.revision import Bandwidth, Title
from otnet_server.media.timeline import Grid


def measured(grid: Grid, sizes: list[int]) -> Bandwidth:
    bits = 8 * grid.timescale
    peak = max(size / ticks for size, (_, ticks) in zip(sizes, grid.spans, strict=True))
    return Bandwidth(round(bits * peak), round(bits * sum(sizes) / (grid.length * grid.unit)))


def _measured(title: Title, rendition: str, grid: Grid) -> Bandwidth | None:
    """Of a title that is ready; computed once, since nothing published changes."""
    if rendition not in title.bandwidths and title.ready:
        sizes = title.sizes(rendition)
        if len(sizes) == len(grid.starts):
            title.bandwidths[rendition] = measured(grid, sizes)
    return title.bandwidths.get(rendition)


def of_video(title: Title, rung: int) -> Bandwidth:
    video = title.plan.video
    assert video is not None
    if found := _measured(title, video.rungs[rung].name, video.grid):
        return found
    shortest = min((ticks for _, ticks in video.grid.spans), default=video.grid.timescale)
    peak = video.rungs[rung].bandwidth(shortest / video.grid.timescale)
    return Bandwidth(peak, video.rungs[rung].max_rate)


def of_audio(title: Title, audio: AudioPlan) -> Bandwidth:
    if found := _measured(title, audio.name, audio.grid):
        return found
    return Bandwidth(int(audio.bit_rate * 1.1) + 6000, audio.bit_rate)


def texts(title: Title) -> list[TextPlan]:
    """Text tracks that are there or still to come."""
    return [t for t in title.plan.text if "failed" not in title.pieces.get((t.name, 0), {})]


def notices(title: Title) -> list[str]:
    """What of the file is not shown, and why."""
    found = list(title.plan.notices)
    for t in title.plan.text:
        if why := title.pieces.get((t.name, 0), {}).get("failed"):
            found.append(f"Left out: subtitles “{PurePath(t.sidecar).name if t.sidecar else t.language}”: {why}")
    return found


def label(language: str, title: str, fallback: str) -> str:
    """Shown in menus; safe inside quotes of a manifest."""
    text = title or languages.name(language) or fallback
    return "".join(c for c in text if c.isprintable() and c not in '"<>&')[:100] or fallback


def sheet_bits(t: Thumbnails, rate: float) -> int:
    """Bits per second of thumbnail sheets: about 0.6 bit a pixel of JPEG, over the time that one shows."""
    return max(1000, round(t.width * t.height * 0.6 * rate / t.every))
