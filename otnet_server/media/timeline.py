"""The timeline of a track: frames, segments and chunks, fixed before the first one is encoded.

A *frame* is the unit that can't be cut: one picture of the planned rate, or one AAC access unit of
1024 samples. A *segment* is what a player fetches. A *chunk* is what one encoder process makes: a
whole number of segments, the first ones short so that playback starts early. All times are integer
ticks of `timescale`, so that nothing ever drifts: frame `n` begins at `n * unit`.

Pure. The manifests (`otnet_server.playback`) and the encoders read the same grid; that is why a
manifest can be complete while hardly anything has been encoded.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict


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


class Grid(BaseModel):
    """`length` frames of `unit` ticks; `lead` are the lengths (frames) of the first segments."""

    model_config = ConfigDict(frozen=True)

    timescale: int
    unit: int
    length: int
    per_segment: int
    chunk_segments: int = 4
    lead: tuple[int, ...] = ()
    keep_remnant: bool = False

    @cached_property
    def starts(self) -> list[int]:
        """First frame of every segment. A remnant under a quarter segment joins the one before (players
        stumble over very short segments), unless it can't: one pass does not know that the end is near."""
        if self.length <= 0:
            return []
        starts, at = [0], 0
        for frames in self.lead:
            at += frames
            if at >= self.length:
                break
            starts.append(at)
        else:
            starts.extend(range(at + self.per_segment, self.length, self.per_segment))
        if not self.keep_remnant and len(starts) > 1 and (self.length - starts[-1]) * 4 < self.per_segment:
            starts.pop()
        return starts

    @cached_property
    def chunks(self) -> list[Chunk]:
        """Chunks of 1, 1, 2, 4 … up to `chunk_segments` segments. A last segment that is longer than the
        others is a chunk of its own, so that inside a chunk all cuts are equally far apart."""
        sizes, total, at = [1, 1, 2, 4, 8], len(self.starts), 0
        chunks: list[Chunk] = []
        longer = total > 1 and self.length - self.starts[-1] > self.per_segment
        while at < total:
            size = min(sizes[len(chunks)] if len(chunks) < len(sizes) else total, self.chunk_segments)
            end = min(at + size, total)
            if longer and end == total and end - at > 1:
                end -= 1
            chunks.append(Chunk(len(chunks), at, end - at, self.starts[at], self._start(end)))
            at = end
        return chunks

    def _start(self, index: int) -> int:
        return self.starts[index] if index < len(self.starts) else self.length

    def segment(self, index: int) -> Segment:
        return Segment(index, self.starts[index], self._start(index + 1) - self.starts[index])

    def segments(self) -> list[Segment]:
        return [self.segment(i) for i in range(len(self.starts))]

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """(time, duration) of every segment, in ticks."""
        ends = [*self.starts[1:], self.length]
        return [(a * self.unit, (b - a) * self.unit) for a, b in zip(self.starts, ends, strict=False)]

    @cached_property
    def _index_of_time(self) -> dict[int, int]:
        return {start * self.unit: i for i, start in enumerate(self.starts)}

    def at_time(self, ticks: int) -> int | None:
        """The segment that begins exactly at `ticks`, or None: only planned names exist."""
        return self._index_of_time.get(ticks)

    @cached_property
    def _chunk_starts(self) -> list[int]:
        return [c.segment for c in self.chunks]

    def chunk_of(self, segment: int) -> Chunk:
        """The chunk that makes `segment`."""
        return self.chunks[bisect_right(self._chunk_starts, segment) - 1]

    def cut(self, length: int) -> Grid:
        """The same grid, ended after `length` frames (a source that turned out shorter or longer)."""
        return Grid(**self.model_dump() | {"length": length})  # a copy would keep the cached starts and chunks

    @property
    def duration_s(self) -> float:
        return self.length * self.unit / self.timescale
