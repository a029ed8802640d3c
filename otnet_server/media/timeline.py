"""The timeline of a track: frames, segments and chunks, fixed before the first one is encoded.

A *frame* is indivisible: one picture at the planned rate, or one AAC access unit of 1024 samples. A *segment* is what
a player requests. A *chunk* is what one encoder process makes: a whole number of segments, the first ones short so that
playback starts early. All times are integer ticks of `timescale`, so there is no rounding drift: frame `n` begins at
`n * ticks_per_frame`.

Pure. The manifests (`otnet_server.manifests`) and the encoders read the same timeline, so a manifest is complete before
the media is encoded.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from pydantic import AliasChoices, BaseModel, ConfigDict, Field


class Segment(NamedTuple):
    """Frames `first` … `first + frames - 1`."""

    number: int
    first: int
    frames: int


class Chunk(NamedTuple):
    """Segments `segment` … `segment + segments - 1`, which are the frames `first` … `last - 1`."""

    number: int
    segment: int
    segments: int
    first: int
    last: int


class Timeline(BaseModel):
    """`frames` frames of `ticks_per_frame` ticks each, in segments of `segment_frames`.

    `lead_in` gives the lengths of the first segments in frames. `keep_short_tail`: do not merge a short last segment
    into the one before. The aliases are the field names in plans that version 0.1 stored.

    `runs` are the lengths of the segments of a live stream instead, as (how many, frames of each). A length need not be
    whole: a segment begins at the first frame at or after the sum of the lengths before it. So the sound of a stream
    has the lengths of its pictures, which are cut where the encoder was started again.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    timescale: int
    ticks_per_frame: int = Field(validation_alias=AliasChoices("ticks_per_frame", "unit"))
    frames: int = Field(validation_alias=AliasChoices("frames", "length"))
    segment_frames: int = Field(validation_alias=AliasChoices("segment_frames", "per_segment"))
    chunk_segments: int = 4
    lead_in: tuple[int, ...] = Field((), validation_alias=AliasChoices("lead_in", "lead"))
    keep_short_tail: bool = Field(False, validation_alias=AliasChoices("keep_short_tail", "keep_remnant"))
    runs: tuple[tuple[int, Fraction], ...] = ()

    @cached_property
    def starts(self) -> list[int]:
        """The first frame of every segment.

        A last segment shorter than a quarter of a segment is merged into the one before, because players stall on very
        short segments. A single encoding pass can't do that, as it does not know where the source ends.
        """
        if self.frames <= 0:
            return []
        if self.runs:
            return self._starts_of_runs()
        starts, at = [0], 0
        for frames in self.lead_in:
            at += frames
            if at >= self.frames:
                break
            starts.append(at)
        else:
            starts.extend(range(at + self.segment_frames, self.frames, self.segment_frames))
        if not self.keep_short_tail and len(starts) > 1 and (self.frames - starts[-1]) * 4 < self.segment_frames:
            starts.pop()
        return starts

    def _starts_of_runs(self) -> list[int]:
        starts, before = [], Fraction(0)
        for count, length in self.runs:
            starts += [math.ceil(before + n * length) for n in range(count)]
            before += count * length
        return starts[: bisect_left(starts, self.frames)]

    @cached_property
    def chunks(self) -> list[Chunk]:
        """Chunks of 1, 1, 2, 4 … up to `chunk_segments` segments. A last segment that is longer than the others is a
        chunk of its own, so that all segments of a chunk have the same length."""
        sizes, total, at = [1, 1, 2, 4, 8], len(self.starts), 0
        chunks: list[Chunk] = []
        longer = total > 1 and self.frames - self.starts[-1] > self.segment_frames
        while at < total:
            size = min(sizes[len(chunks)] if len(chunks) < len(sizes) else total, self.chunk_segments)
            end = min(at + size, total)
            if longer and end == total and end - at > 1:
                end -= 1
            chunks.append(Chunk(len(chunks), at, end - at, self.starts[at], self._start(end)))
            at = end
        return chunks

    def _start(self, index: int) -> int:
        return self.starts[index] if index < len(self.starts) else self.frames

    def segment(self, index: int) -> Segment:
        return Segment(index, self.starts[index], self._start(index + 1) - self.starts[index])

    def segments(self) -> list[Segment]:
        return [self.segment(i) for i in range(len(self.starts))]

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """(time, duration) of every segment, in ticks."""
        ends = [*self.starts[1:], self.frames]
        return [
            (a * self.ticks_per_frame, (b - a) * self.ticks_per_frame) for a, b in zip(self.starts, ends, strict=False)
        ]

    @cached_property
    def target_ticks(self) -> int:
        """The longest duration of a segment, of those planned and those that a growing timeline may get."""
        return max([ticks for _, ticks in self.spans] + [self.segment_frames * self.ticks_per_frame])

    @cached_property
    def _index_of_time(self) -> dict[int, int]:
        return {start * self.ticks_per_frame: i for i, start in enumerate(self.starts)}

    def at_time(self, ticks: int) -> int | None:
        """The index of the segment that begins exactly at `ticks`, or None."""
        return self._index_of_time.get(ticks)

    @cached_property
    def _chunk_starts(self) -> list[int]:
        return [c.segment for c in self.chunks]

    def chunk_of(self, segment: int) -> Chunk:
        """The chunk that makes `segment`."""
        return self.chunks[bisect_right(self._chunk_starts, segment) - 1]

    def cut(self, frames: int, *, keep_short_tail: bool | None = None) -> Timeline:
        """The same timeline with a length of `frames` frames, for a source whose real length differs from the plan."""
        kept = self.keep_short_tail if keep_short_tail is None else keep_short_tail
        # A copy would keep the cached starts and chunks.
        return Timeline(**self.model_dump() | {"frames": frames, "keep_short_tail": kept})

    @property
    def duration_s(self) -> float:
        return self.frames * self.ticks_per_frame / self.timescale


def runs_of(lengths: Iterable[Fraction | int]) -> tuple[tuple[int, Fraction], ...]:
    """The `runs` of a timeline whose segments have these lengths in frames."""
    return tuple((len(list(same)), Fraction(length)) for length, same in groupby(lengths))
