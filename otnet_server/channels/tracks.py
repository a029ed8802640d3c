"""The tracks of an airing: which stored segments play when, on the clock of the channel. Pure.

An airing plays a span of the tracks of its revision. Where the revision has no picture or no sound, the track of the
slate plays in its place, again and again, because a channel needs both at all times.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import overload

from otnet_server.media.channel_clock import CLOCK_HZ, TrackClock
from otnet_server.media.presentation import Track
from otnet_server.media.timeline import Timeline


@dataclass(frozen=True)
class StoredSegment:
    """The segment of a channel in the store: it begins at `time` in ticks of the stored track, and of its samples
    `first` … `last - 1` are played (`whole`: all). `shift` is added to its scaled times."""

    time: int
    first: int
    last: int
    whole: bool
    shift: int


class PlayedSegments(Sequence[tuple[int, int]]):
    """(time, duration) of the segments of an airing, in ticks of the channel's track. They are computed when they are
    read, so that channels that play the same title share its list.

    `spans` are those of the stored track, which repeats every `length` ticks (0: it does not). What is played begins at
    `start` and ends at `end`, in ticks of the stored track, counted on through repetitions.
    """

    def __init__(
        self, spans: Sequence[tuple[int, int]], length: int, start: int, end: int, scale: Fraction, shift: int
    ) -> None:
        self._spans, self._length, self._start, self._end = spans, length, start, end
        self._scale, self._shift = scale, shift
        self._first = self._index_at(start)
        self._last = max(self._first, self._index_at(end - 1) + 1) if end > start else self._first

    def _index_at(self, time: int) -> int:
        """The number of the segment that is played at a stored time, counted on through repetitions."""
        repetition, rest = divmod(time, self._length) if self._length else (0, time)
        low, high = 0, len(self._spans)
        while low < high:
            middle = (low + high) // 2
            if self._spans[middle][0] <= rest:
                low = middle + 1
            else:
                high = middle
        return repetition * len(self._spans) + low - 1

    def __len__(self) -> int:
        return self._last - self._first

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self[:])

    @overload
    def __getitem__(self, index: int) -> tuple[int, int]: ...

    @overload
    def __getitem__(self, index: slice) -> list[tuple[int, int]]: ...

    def __getitem__(self, index: int | slice) -> tuple[int, int] | list[tuple[int, int]]:
        if isinstance(index, slice):
            first, stop, step = index.indices(len(self))
            if step == 1 and not self._length and stop - first > 2:
                return [self._on_channel(first), *self._whole(first + 1, stop - 1), self._on_channel(stop - 1)]
            return [self._on_channel(n) for n in range(first, stop, step)]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._on_channel(index % len(self))

    def _whole(self, first: int, stop: int) -> list[tuple[int, int]]:
        """Segments of a track that does not repeat, other than its first and its last one, which may be cut."""
        spans, shift = self._spans[self._first + first : self._first + stop], self._shift
        if self._scale == 1:
            return [(time + shift, duration) for time, duration in spans]
        up, down = self._scale.numerator, self._scale.denominator
        return [(time * up // down + shift, duration * up // down) for time, duration in spans]

    def _on_channel(self, index: int) -> tuple[int, int]:
        start, end = self._span(index)
        begins = self._scaled(start)
        return begins + self._shift, self._scaled(end) - begins

    def _scaled(self, time: int) -> int:
        """A stored time in ticks of the channel's track. Starts of frames are whole ticks (`channel_clock`)."""
        return time * self._scale.numerator // self._scale.denominator

    def _span(self, index: int) -> tuple[int, int]:
        """Start and end of what is played of a segment, counted on through repetitions."""
        repetition, number = divmod(self._first + index, len(self._spans))
        time, duration = self._spans[number]
        time += repetition * self._length
        return max(time, self._start), min(time + duration, self._end)

    def stored(self, time: int, ticks_per_sample: int) -> StoredSegment | None:
        """The stored segment that begins at `time` on the channel; None when no segment does."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._on_channel(middle)[0] < time:
                low = middle + 1
            else:
                high = middle
        if low == len(self) or self._on_channel(low)[0] != time:
            return None
        repetition, number = divmod(self._first + low, len(self._spans))
        begins, duration = self._spans[number]
        start, end = (at - repetition * self._length for at in self._span(low))
        first, last = ((at - begins) // ticks_per_sample for at in (start, end))
        shift = self._shift + self._scaled(repetition * self._length)
        return StoredSegment(begins, first, last, (start, end) == (begins, begins + duration), shift)


@dataclass(frozen=True)
class AiringTrack:
    """A track of an airing that begins at `start` and lasts `duration` ticks of the channel's clock.

    `media_start` is the media time at its start, in seconds. `cuttable`: segments may be cut within, at samples.
    `repeats`: the track is that of the slate.
    """

    timeline: Timeline
    clock: TrackClock
    start: int
    duration: int
    media_start: Fraction
    cuttable: bool
    repeats: bool

    @cached_property
    def segments(self) -> PlayedSegments:
        timeline, clock = self.timeline, self.clock
        frame, length = timeline.ticks_per_frame, timeline.frames * timeline.ticks_per_frame
        begins = Fraction(0) if self.repeats else self.media_start
        start = round(begins * timeline.timescale / frame) * frame
        end = round((begins + Fraction(self.duration, CLOCK_HZ)) * timeline.timescale / frame) * frame
        if not self.repeats:
            end = min(end, length)
        if not self.cuttable:
            start, end = self._at_segments(start), self._at_segments(end)
        offset = round(Fraction(self.start * clock.timescale, CLOCK_HZ)) - round(begins * clock.timescale)
        return PlayedSegments(timeline.spans, length if self.repeats else 0, start, end, clock.scale, offset)

    def _at_segments(self, time: int) -> int:
        """The start or end of a segment that is nearest to a time."""
        spans = self.timeline.spans
        place = bisect_right(spans, time, key=sum)
        before = sum(spans[place - 1]) if place else 0
        after = sum(spans[place]) if place < len(spans) else before
        return before if time - before <= after - time or after == before else after

    @property
    def track(self) -> Track:
        target = round(self.timeline.target_ticks * self.clock.scale)
        offset = round(Fraction(self.start * self.clock.timescale, CLOCK_HZ))
        return Track(self.clock.timescale, self.segments, target, offset)

    def stored_segment(self, time: int) -> StoredSegment | None:
        """The stored segment that begins at `time` on the channel, in ticks of the clock."""
        return self.segments.stored(time, self.timeline.ticks_per_frame)
