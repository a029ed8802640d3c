"""What counts of an ad, by the segment that a viewer was sent. Pure."""

from __future__ import annotations

from bisect import bisect_left
from fractions import Fraction

from otnet_server.media.presentation import Track

# What a viewer was sent, a bit each: the first segment of the ad, and the segments with the quarters of its duration.
EVENTS = ("started", "first_quartile", "midpoint", "third_quartile", "completed")


def events_of(track: Track, duration: Fraction, time: int) -> int:
    """The events, as bits, of the segment of an ad that begins at `time`, in ticks of its track. `duration` is that of
    the ad in seconds. Pure."""
    place = bisect_left(track.segments, time, key=lambda segment: segment[0])
    if place == len(track.segments) or track.segments[place][0] != time:
        return 0
    start, end = track.seconds(time), track.seconds(sum(track.segments[place]))
    if place == len(track.segments) - 1:
        end = max(end, duration)
    quarters = [n for n in range(1, 5) if start < n * duration / 4 <= end]
    return (1 if place == 0 else 0) | sum(1 << n for n in quarters)
