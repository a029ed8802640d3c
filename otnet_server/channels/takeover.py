"""Live streams in the playout of a channel: where one takes over, and how far it has come. Pure.

A stream that takes over is an airing of the kind `live`. It is played seconds after it was stored, and its
airing grows with it, always ahead of the clock: what manifests may show already is never changed.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from fractions import Fraction

from otnet_server.channels.airing import Airing
from otnet_server.channels.periods import duration_of
from otnet_server.config import SLATES
from otnet_server.media.channel_clock import CLOCK_HZ, seconds, ticks_of
from otnet_server.media.revision import Revision

GUARD_TICKS = 4 * CLOCK_HZ  # what is on within this time stays as it is
RESERVE = Fraction(6)  # seconds of the stream that are stored when it takes over, which is longer than a batch


def stored_end(revision: Revision) -> Fraction:
    """The time of a live revision up to which pictures and sound are stored, in seconds."""
    tracks = [revision.timeline(name) for name in ("video", *(a.name for a in revision.plan.audio[:1]))]
    return min(Fraction(t.frames * t.ticks_per_frame, t.timescale) for t in tracks)


def live_airing_ticks(revision: Revision, media_start: Fraction) -> int:
    """How long an airing of a live revision can be now, in ticks: to the end of its last whole segment."""
    pictures = revision.timeline("video")
    end = stored_end(revision)
    ends = (Fraction(t + d, pictures.timescale) for t, d in reversed(pictures.spans))
    return ticks_of(next((e for e in ends if e <= end), Fraction(0)) - media_start)


def live_start(revision: Revision, aired_until: Fraction = Fraction(0)) -> Fraction | None:
    """The media time from which a stream can take over, in seconds: the start of a segment, of which `RESERVE` is
    stored, and not before what was aired of it; None until there is enough of it."""
    pictures = revision.timeline("video")
    wanted = stored_end(revision) - RESERVE
    if wanted < aired_until:
        return None
    starts = [Fraction(time, pictures.timescale) for time, _ in pictures.spans]
    later = next((s for s in reversed(starts) if s <= wanted), None)
    return later if later is not None and later >= aired_until else None


def cut_after(airing: Airing, revision: Revision, at: int) -> Airing:
    """An airing that ends as soon as it can after the time `at` of the channel's clock: at the end of a segment, or of
    a frame where segments can be cut."""
    ends = airing.media_start + seconds(max(0, at - airing.start))
    track = revision.timeline("video" if revision.plan.video else revision.plan.audio[0].name)
    if revision.plan.profile == SLATES or revision.plan.video is None:
        frame = Fraction(track.ticks_per_frame, track.timescale)
        media_end = -(-ends // frame) * frame
    else:
        edges = [Fraction(t + d, track.timescale) for t, d in track.spans]
        place = bisect_left(edges, ends)
        media_end = edges[place] if place < len(edges) else seconds(duration_of(revision))
    duration = ticks_of(media_end - airing.media_start)
    if not 0 < duration < airing.duration:
        return airing
    return replace(airing, duration=duration, interrupted=True, break_after=None)
