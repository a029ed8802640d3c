"""Properties of renditions that HLS and DASH manifests share. Pure.

Until a revision is ready, its bandwidths are computed from the rate cap; then they are measured: the largest and the
mean bit rate of its segments (RFC 8216 §4.3.4.2).
"""

from __future__ import annotations

from pathlib import PurePath

from otnet_server.media.plan import AudioPlan, Thumbnails
from otnet_server.media.presentation import Bandwidth
from otnet_server.media.revision import Revision
from otnet_server.media.text_tracks import TextPlan
from otnet_server.media.timeline import Timeline


def measure_bandwidth(timeline: Timeline, sizes: list[int]) -> Bandwidth:
    """The bandwidth of segments with these sizes in bytes, one for each segment of the timeline."""
    bits = 8 * timeline.timescale
    peak = max(size / ticks for size, (_, ticks) in zip(sizes, timeline.spans, strict=True))
    return Bandwidth(round(bits * peak), round(bits * sum(sizes) / (timeline.frames * timeline.ticks_per_frame)))


def _measured_bandwidth(revision: Revision, rendition: str, timeline: Timeline) -> Bandwidth | None:
    """The measured bandwidth of a ready revision, else None. It is computed once, because published segments are
    immutable."""
    if rendition not in revision.bandwidths and revision.ready:
        sizes = revision.sizes(rendition)
        if len(sizes) == len(timeline.starts):
            revision.bandwidths[rendition] = measure_bandwidth(timeline, sizes)
    return revision.bandwidths.get(rendition)


def video_bandwidth(revision: Revision, rung: int) -> Bandwidth:
    video = revision.plan.video
    assert video is not None
    if bandwidth := _measured_bandwidth(revision, video.rungs[rung].name, video.timeline):
        return bandwidth
    shortest = min((ticks for _, ticks in video.timeline.spans), default=video.timeline.timescale)
    peak = video.rungs[rung].bandwidth(shortest / video.timeline.timescale)
    return Bandwidth(peak, video.rungs[rung].max_rate)


def announced_bandwidths(revision: Revision) -> dict[str, Bandwidth]:
    """The bandwidth of each rendition of a live stream by what its encoder is told, which stays the same while it
    grows."""
    video = revision.plan.video
    assert video is not None
    segment_s = video.timeline.segment_frames * video.timeline.ticks_per_frame / video.timeline.timescale
    pictures = {rung.name: Bandwidth(rung.bandwidth(segment_s), rung.max_rate) for rung in video.rungs}
    return pictures | {a.name: _planned_bandwidth(a) for a in revision.plan.audio}


def audio_bandwidth(revision: Revision, audio: AudioPlan) -> Bandwidth:
    if bandwidth := _measured_bandwidth(revision, audio.name, audio.timeline):
        return bandwidth
    return _planned_bandwidth(audio)


def _planned_bandwidth(audio: AudioPlan) -> Bandwidth:
    return Bandwidth(int(audio.bit_rate * 1.1) + 6000, audio.bit_rate)


def text_tracks(revision: Revision) -> list[TextPlan]:
    """Text tracks that are published or pending; those that failed or are withdrawn are left out."""
    return [t for t in revision.plan.text if not t.withdrawn and "failed" not in revision.pieces.get((t.name, 0), {})]


def notices(revision: Revision) -> list[str]:
    """Messages about the parts of the source that are left out, each with the reason."""
    messages = list(revision.plan.notices)
    for t in revision.plan.text:
        if not t.withdrawn and (reason := revision.pieces.get((t.name, 0), {}).get("failed")):
            messages.append(f"Left out: subtitles “{PurePath(t.sidecar).name if t.sidecar else t.language}”: {reason}")
    return messages


def sheet_bandwidth(t: Thumbnails, rate: float) -> int:
    """Bandwidth of thumbnail sheets in bits per second, at about 0.6 bits per pixel. `rate` is in frames per second."""
    return max(1000, round(t.width * t.height * 0.6 * rate / t.every))
