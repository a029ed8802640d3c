"""The live edge: the newest segments and parts of a live stream, in memory.

What is asked for ahead of time waits for it: a playlist for the part that the player names, a part for the moment when
it is made. Each track has one queue of those who wait, which is woken by parts, not by a timer. Segments stay here at
least until they are in the store; older ones are listed only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace

from otnet_server.live.composer import Part, SegmentEnd, TrackShape

KEPT_SEGMENTS = 6  # with their data
WAKE_AT_ONCE = 100


@dataclass
class EdgeSegment:
    """A segment and its `count` parts; `ticks` is how long it is so far. `parts` are dropped when they are in the
    store."""

    number: int
    time: int
    ticks: int = 0
    count: int = 0
    parts: list[Part] = field(default_factory=list)
    complete: bool = False
    stored: bool = False


class TooSlow(Exception):
    """The data of a segment were dropped while a client was reading it."""


class TrackEdge:
    """One track. `version` counts its changes."""

    def __init__(self, shape: TrackShape) -> None:
        self.shape = shape
        self.segments: list[EdgeSegment] = []
        self.ended = False
        self.version = 0
        self._by_time: dict[int, EdgeSegment] = {}
        self._waiting: set[asyncio.Future[None]] = set()

    def add(self, part: Part) -> None:
        if not self.segments or self.segments[-1].number != part.segment:
            segment = EdgeSegment(part.segment, part.segment_time)
            self.segments.append(segment)
            self._by_time[segment.time] = segment
        segment = self.segments[-1]
        segment.parts.append(part)
        segment.count += 1
        segment.ticks += part.ticks
        self.notify()

    def end_segment(self, end: SegmentEnd) -> None:
        self.segments[-1].complete = True
        self._drop_data()
        self.notify()

    def size(self, segment: EdgeSegment, rendition: str) -> int | None:
        """The size in bytes of a segment that is complete and in memory, or None."""
        sizes = [len(part.data[rendition]) for part in segment.parts if rendition in part.data]
        return sum(sizes) if segment.complete and 0 < segment.count == len(sizes) else None

    def stored(self, number: int) -> None:
        """A segment is in the store."""
        first = self.segments[0].number if self.segments else 0
        if 0 <= number - first < len(self.segments):
            self.segments[number - first].stored = True
        self._drop_data()

    def _drop_data(self) -> None:
        for segment in self.segments[-KEPT_SEGMENTS - 40 : -KEPT_SEGMENTS]:
            if segment.stored:
                segment.parts = []

    def trim(self, ticks: int) -> None:
        """Forget what is more than so many ticks before the end."""
        end = self.segments[-1].time + self.segments[-1].ticks if self.segments else 0
        while (
            self.segments and self.segments[0].time + self.segments[0].ticks < end - ticks and self.segments[0].stored
        ):
            del self._by_time[self.segments.pop(0).time]

    def end(self) -> None:
        """Nothing follows: who waits gets an answer now."""
        self.ended = True
        self.notify()

    def notify(self) -> None:
        """Wake those who wait."""
        self.version += 1
        if self._waiting:
            waiting, self._waiting = list(self._waiting), set()
            _wake(waiting)

    async def changed(self) -> None:
        """Wait for the next change."""
        woken = asyncio.get_running_loop().create_future()
        self._waiting.add(woken)
        try:
            await woken
        finally:
            self._waiting.discard(woken)

    # --- what is there ---

    def find(self, time: int) -> EdgeSegment | None:
        """The segment that begins at `time`."""
        return self._by_time.get(time)

    @property
    def next(self) -> tuple[int, int]:
        """(media sequence number, number within the segment) of the next part."""
        if not self.segments:
            return 0, 0
        last = self.segments[-1]
        return (last.number + 1, 0) if last.complete else (last.number, len(last.parts))

    @property
    def next_time(self) -> int:
        """The start of the segment of the next part."""
        if not self.segments:
            return 0
        last = self.segments[-1]
        return last.time + last.ticks if last.complete else last.time

    async def wait_for(self, number: int, part: int | None, timeout_s: float) -> bool:
        """Wait until a segment, or a part of it, is there. A part number that the segment does not reach stands for the
        first part of the next segment (RFC 8216bis §6.2.5.2). False after `timeout_s`."""
        try:
            async with asyncio.timeout(timeout_s):
                while not self.ended and not self._has(number, part):
                    await self.changed()
        except TimeoutError:
            return False
        return True

    def _has(self, number: int, part: int | None) -> bool:
        next_number, next_part = self.next
        if part is None:
            return next_number > number
        return (
            next_number > number + 1
            or (next_number == number and next_part > part)
            or (next_number == number + 1 and (next_part > 0 or self._parts(number) > part))
        )

    def _parts(self, number: int) -> int:
        index = number - self.segments[0].number if self.segments else -1
        return len(self.segments[index].parts) if 0 <= index < len(self.segments) else 0

    async def part(self, time: int, number: int, rendition: str, timeout_s: float) -> bytes | None:
        """The data of a part: now, or when it is made if it is the next one. None when it will not come."""
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    segment = self.find(time)
                    if segment is not None and number < len(segment.parts):
                        return segment.parts[number].data.get(rendition)
                    comes = self.next_time == time and self.next[1] == number
                    if self.ended or not comes or rendition not in self.shape.renditions:
                        return None
                    await self.changed()
        except TimeoutError:
            return None

    async def growing(self, time: int, rendition: str, timeout_s: float) -> AsyncGenerator[bytes, None] | None:
        """The parts of a segment as they come, from the first one on; also of the next segment, whose start is waited
        for. None for a segment that is not here, or not in memory any more."""
        if self.find(time) is None:
            if self.ended or not self._may_begin(time):
                return None
            try:
                async with asyncio.timeout(timeout_s):
                    while self.find(time) is None and not self.ended and self._may_begin(time):
                        await self.changed()
            except TimeoutError:
                return None
        segment = self.find(time)
        if segment is None or not segment.parts or rendition not in segment.parts[0].data:
            return None
        return self._parts_of(segment, rendition)

    def _may_begin(self, time: int) -> bool:
        """Whether a segment may begin at a time: at the end of the last one, if it is as long as usual."""
        if not self.segments:
            return time == 0
        last = self.segments[-1]
        return last.time < time <= last.time + last.ticks + 4 * self.shape.part_frames * self.shape.ticks_per_frame

    async def _parts_of(self, segment: EdgeSegment, rendition: str) -> AsyncGenerator[bytes, None]:
        number = 0
        while True:
            while number < segment.count:
                if not segment.parts:
                    raise TooSlow
                data = segment.parts[number].data.get(rendition)
                if data is None:
                    return
                yield data
                del data  # whoever reads slowly holds one part, and not the segment
                number += 1
            if segment.complete or self.ended:
                return
            await self.changed()


def _wake(waiting: list[asyncio.Future[None]]) -> None:
    """Wake a few at a time, so that the stream itself and other requests come between thousands of them."""
    for woken in waiting[:WAKE_AT_ONCE]:
        if not woken.done():
            woken.set_result(None)
    if len(waiting) > WAKE_AT_ONCE:
        asyncio.get_running_loop().call_soon(_wake, waiting[WAKE_AT_ONCE:])


class LiveEdge:
    """The tracks of a live stream by name, the track of each rendition, and the init segments."""

    def __init__(self, shapes: Mapping[str, TrackShape], inits: Mapping[str, bytes]) -> None:
        self.tracks = {name: TrackEdge(shape) for name, shape in shapes.items()}
        self.inits = dict(inits)
        self.dropped: set[str] = set()  # renditions that do not go on
        self._documents: dict[Hashable, bytes] = {}
        self._documents_of = -1  # the version
        self._track_of = {rendition: name for name, shape in shapes.items() for rendition in shape.renditions}

    def drop(self, rendition: str) -> None:
        """A rendition does not go on. Its segments stay until they are too old; whoever waits for more of it gets
        none."""
        track = self.tracks[self._track_of[rendition]]
        renditions = tuple(name for name in track.shape.renditions if name != rendition)
        track.shape = replace(track.shape, renditions=renditions)
        self.dropped.add(rendition)
        track.notify()

    @property
    def version(self) -> int:
        """Counts the changes of all tracks."""
        return sum(track.version for track in self.tracks.values())

    def document(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """A manifest or playlist of the stream as it is now: made once for all who ask, until a track changes."""
        if self._documents_of != self.version:
            self._documents, self._documents_of = {}, self.version
        if key not in self._documents:
            self._documents[key] = make()
        return self._documents[key]

    def track_of(self, rendition: str) -> TrackEdge | None:
        name = self._track_of.get(rendition)
        return self.tracks[name] if name is not None else None

    def add(self, composed: Part | SegmentEnd) -> None:
        track = self.tracks[composed.track]
        if isinstance(composed, Part):
            track.add(composed)
        else:
            track.end_segment(composed)

    def end(self) -> None:
        for track in self.tracks.values():
            track.end()
