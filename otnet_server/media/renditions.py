"""What both manifests say of a rendition: its bandwidth, its label. Pure.

Until everything is published the peak is the one the rate cap promises; when a title is ready it is the
measured one, and so is the average (RFC 8216 §4.3.4.2: the largest and the mean bit rate of segments).
"""

from __future__ import annotations

from pathlib import PurePath

from otnet_server.media import languages
from otnet_server.media.plan import AudioPlan, TextPlan, Thumbnails
from otnet_server.media.revision import Bandwidth, Revision
from otnet_server.media.timeline import Timeline


def measured(timeline: Timeline, sizes: list[int]) -> Bandwidth:
    bits = 8 * timeline.timescale
    peak = max(size / ticks for size, (_, ticks) in zip(sizes, timeline.spans, strict=True))
    return Bandwidth(round(bits * peak), round(bits * sum(sizes) / (timeline.frames * timeline.ticks_per_frame)))


def _measured(revision: Revision, rendition: str, timeline: Timeline) -> Bandwidth | None:
    """Of a title that is ready; computed once, since nothing published changes."""
    if rendition not in revision.bandwidths and revision.ready:
        sizes = revision.sizes(rendition)
        if len(sizes) == len(timeline.starts):
            revision.bandwidths[rendition] = measured(timeline, sizes)
    return revision.bandwidths.get(rendition)


def of_video(revision: Revision, rung: int) -> Bandwidth:
    video = revision.plan.video
    assert video is not None
    if found := _measured(revision, video.rungs[rung].name, video.timeline):
        return found
    shortest = min((ticks for _, ticks in video.timeline.spans), default=video.timeline.timescale)
    peak = video.rungs[rung].bandwidth(shortest / video.timeline.timescale)
    return Bandwidth(peak, video.rungs[rung].max_rate)


def of_audio(revision: Revision, audio: AudioPlan) -> Bandwidth:
    if found := _measured(revision, audio.name, audio.timeline):
        return found
    return Bandwidth(int(audio.bit_rate * 1.1) + 6000, audio.bit_rate)


def texts(revision: Revision) -> list[TextPlan]:
    """Text tracks that are there or still to come."""
    return [t for t in revision.plan.text if "failed" not in revision.pieces.get((t.name, 0), {})]


def notices(revision: Revision) -> list[str]:
    """What of the file is not shown, and why."""
    found = list(revision.plan.notices)
    for t in revision.plan.text:
        if why := revision.pieces.get((t.name, 0), {}).get("failed"):
            found.append(f"Left out: subtitles “{PurePath(t.sidecar).name if t.sidecar else t.language}”: {why}")
    return found


def label(language: str, title: str, fallback: str) -> str:
    """Shown in menus; safe inside quotes of a manifest."""
    text = title or languages.name(language) or fallback
    return "".join(c for c in text if c.isprintable() and c not in '"<>&')[:100] or fallback


def sheet_bits(t: Thumbnails, rate: float) -> int:
    """Bits per second of thumbnail sheets: about 0.6 bit a pixel of JPEG, over the time that one shows."""
    return max(1000, round(t.width * t.height * 0.6 * rate / t.every))
