"""Composes frames into parts and segments of a live stream. Pure.

Pictures of all rungs are added together, frame by frame, so that the segments of all renditions are the same. A
segment begins at a keyframe that says so; a part has `part_frames` pictures, the last one of a segment may have fewer.
The sound of a segment ends at the first audio frame at or after the end of its pictures, so sound waits until pictures
have been added up to its time.

Nothing that was composed changes any more: the lists that `add_video`, `add_audio` and `finish` return are what has
become complete, in order.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from otnet_server.media.fragments import Frame, fragment

VIDEO = "video"


@dataclass(frozen=True)
class TrackShape:
    """A track of a live stream: its clock, how many frames a part has at most, and its renditions."""

    name: str
    timescale: int
    ticks_per_frame: int
    part_frames: int
    renditions: tuple[str, ...]

    @cached_property
    def rate(self) -> Fraction:
        """Frames per second."""
        return Fraction(self.timescale, self.ticks_per_frame)

    @cached_property
    def part_target(self) -> Fraction:
        """The longest part, in seconds."""
        return self.part_frames / self.rate


@dataclass(frozen=True)
class Part:
    """A part of segment `segment`, which begins at `segment_time`. `data` is a fragment for each rendition. Times are
    ticks of the track."""

    track: str
    segment: int
    segment_time: int
    number: int
    time: int
    ticks: int
    independent: bool
    data: Mapping[str, bytes]


@dataclass(frozen=True)
class SegmentEnd:
    """The segment has all of its parts. `filler`: it has slate or silence instead of what was sent."""

    track: str
    segment: int
    time: int
    frames: int
    filler: bool


Composed = Part | SegmentEnd


@dataclass
class _Track:
    """The segments of one track: `next` is the number of the next frame, `start` the first one of the segment."""

    shape: TrackShape
    next: int = 0
    start: int = 0
    segment: int = 0
    part: int = 0
    part_start: int = 0
    sequence: int = 0
    filler: bool = True
    frames: list[Mapping[str, Frame]] = field(default_factory=list)

    def add(self, frames: Mapping[str, Frame], *, filler: bool) -> list[Composed]:
        self.frames.append(frames)
        self.next += 1
        self.filler = self.filler and filler
        return self._end_part() if len(self.frames) == self.shape.part_frames else []

    def _end_part(self) -> list[Composed]:
        if not self.frames:
            return []
        ticks = self.shape.ticks_per_frame
        self.sequence += 1
        time, names = self.part_start * ticks, self.shape.renditions
        data = {name: fragment(self.sequence, time, [frames[name] for frames in self.frames]) for name in names}
        independent = all(frame.keyframe for frame in self.frames[0].values())
        length = len(self.frames) * ticks
        part = Part(
            self.shape.name, self.segment, self.start * ticks, self.part, time, length, independent, data
        )  # fmt: skip
        self.frames, self.part, self.part_start = [], self.part + 1, self.next
        return [part]

    def end_segment(self) -> list[Composed]:
        if self.next == self.start:
            return []
        composed = self._end_part()
        time, frames = self.start * self.shape.ticks_per_frame, self.next - self.start
        composed.append(SegmentEnd(self.shape.name, self.segment, time, frames, self.filler))
        self.segment, self.part, self.start, self.filler = self.segment + 1, 0, self.next, True
        return composed


class Composer:
    """`audio` is None for a stream without sound. A segment ends when it has `segment_frames` pictures, or before."""

    def __init__(self, video: TrackShape, audio: TrackShape | None, segment_frames: int) -> None:
        self._segment_frames = segment_frames
        self._video = _Track(video)
        self._audio = _Track(audio) if audio is not None else None
        self._waiting: deque[tuple[Mapping[str, Frame], bool]] = deque()
        self._cuts: deque[int] = deque()  # the first audio frames of segments to come
        self.lengths: list[int] = []  # pictures of each segment that has ended

    @property
    def next_picture(self) -> int:
        """The number of the next picture."""
        return self._video.next

    @property
    def next_audio_frame(self) -> int:
        """The number of the next audio frame, after those that wait."""
        return (self._audio.next if self._audio is not None else 0) + len(self._waiting)

    def add_video(
        self, frames: Mapping[str, Frame], *, starts_segment: bool = False, filler: bool = False
    ) -> Sequence[Composed]:
        """Add the next picture of every rung. `starts_segment` needs a keyframe."""
        composed = self._cut_video() if starts_segment else []
        composed += self._video.add(frames, filler=filler)
        if self._video.next - self._video.start == self._segment_frames:
            composed += self._cut_video()
        return composed + self._take_waiting()

    def _cut_video(self) -> list[Composed]:
        if self._video.next == self._video.start:
            return []
        self.lengths.append(self._video.next - self._video.start)
        if self._audio is not None:
            self._cuts.append(self.audio_frames(self._video.next))
        return self._video.end_segment()

    def add_audio(self, frame: Mapping[str, Frame], *, filler: bool = False) -> Sequence[Composed]:
        """Add the next audio frame."""
        self._waiting.append((frame, filler))
        return self._take_waiting()

    def audio_frames(self, pictures: int) -> int:
        """The number of audio frames that begin before the end of so many pictures."""
        assert self._audio is not None
        return math.ceil(pictures / self._video.shape.rate * self._audio.shape.rate)

    def _take_waiting(self) -> list[Composed]:
        composed: list[Composed] = []
        audio = self._audio
        while audio is not None and self._waiting and audio.next < self.audio_frames(self._video.next):
            composed += self._cut_audio()
            frame, filler = self._waiting.popleft()
            composed += audio.add(frame, filler=filler)
        return composed + self._cut_audio()

    def _cut_audio(self) -> list[Composed]:
        if self._audio is None or not self._cuts or self._audio.next != self._cuts[0]:
            return []
        self._cuts.popleft()
        return self._audio.end_segment()

    def use_renditions(self, renditions: tuple[str, ...]) -> Sequence[Composed]:
        """End the segment of the pictures. The next one has fewer renditions, and begins with a keyframe."""
        composed = self._cut_video() + self._take_waiting()
        self._video.shape = replace(self._video.shape, renditions=renditions)
        return composed

    def finish(self) -> Sequence[Composed]:
        """End the segments, at the end of the stream. Sound after the last picture is left out."""
        composed = self._cut_video()
        self._waiting.clear()
        return composed + (self._audio.end_segment() if self._audio is not None else [])
