"""The periods of a channel: airings with the segments of their revisions, on the clock of the channel. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import overload

from otnet_server.channels.airing import Airing
from otnet_server.media.channel_clock import CLOCK_HZ, TrackClock, audio_clock, seconds, ticks_of, video_clock
from otnet_server.media.presentation import (
    AudioRendition,
    Period,
    Renditions,
    Track,
    VideoRendition,
    match,
)
from otnet_server.media.revision import Revision
from otnet_server.media.revision_presentation import KeySignalling, renditions_of
from otnet_server.media.timeline import Timeline

TRAILING_SOUND = Fraction(1, 2)


class RetimedSegments(Sequence[tuple[int, int]]):
    """The segments of a track on a channel, computed from those that are stored, so that many channels that play a
    title share one list. `shift` is added to times that are scaled."""

    def __init__(self, stored: Sequence[tuple[int, int]], scale: Fraction, shift: int) -> None:
        self._stored, self._scale, self._shift = stored, scale, shift

    def __len__(self) -> int:
        return len(self._stored)

    @overload
    def __getitem__(self, index: int) -> tuple[int, int]: ...

    @overload
    def __getitem__(self, index: slice) -> list[tuple[int, int]]: ...

    def __getitem__(self, index: int | slice) -> tuple[int, int] | list[tuple[int, int]]:
        if isinstance(index, slice):
            return [self._retimed(segment) for segment in self._stored[index]]
        return self._retimed(self._stored[index])

    def _retimed(self, segment: tuple[int, int]) -> tuple[int, int]:
        time, duration = segment
        begins = round(time * self._scale)
        return begins + self._shift, round((time + duration) * self._scale) - begins


@dataclass(frozen=True)
class Span:
    """The part of a track that an airing plays: the segments `first` … `last - 1` of the stored timeline, of which the
    first begins at `start` and the last ends at `end`, in ticks of the stored track. Audio is cut within its first and
    last segment, at whole frames; video between segments only."""

    first: int
    last: int
    start: int
    end: int


def span_of(timeline: Timeline, start: Fraction, end: Fraction, *, cut_frames: bool) -> Span:
    """The span between two media times in seconds. `cut_frames`: cut within segments."""
    spans = timeline.spans
    frame = timeline.ticks_per_frame
    first_tick = round(start * timeline.timescale / frame) * frame
    end_tick = min(round(end * timeline.timescale / frame) * frame, timeline.frames * frame)
    playing = [n for n, (t, d) in enumerate(spans) if t + d > first_tick and t < end_tick]
    if not playing:
        return Span(0, 0, 0, 0)
    first, last = playing[0], playing[-1] + 1
    if cut_frames:
        return Span(first, last, max(first_tick, spans[first][0]), min(end_tick, sum(spans[last - 1])))
    return Span(first, last, spans[first][0], sum(spans[last - 1]))


@dataclass(frozen=True)
class AiringTrack:
    """A track of an airing: its clock, the span that is played, and its place on the channel."""

    timeline: Timeline
    clock: TrackClock
    span: Span
    start: int
    media_start: Fraction

    @property
    def shift(self) -> int:
        """What is added to a stored time that is scaled to the clock's timescale."""
        start = round(Fraction(self.start * self.clock.timescale, CLOCK_HZ))
        return start - round(self.media_start * self.clock.timescale)

    @cached_property
    def segments(self) -> Sequence[tuple[int, int]]:
        """(time, duration) of the segments on the channel, in ticks of the clock."""
        span, spans = self.span, self.timeline.spans
        if (span.first, span.last) == (0, len(spans)) and (span.start, span.end) == (0, sum(spans[-1])):
            return RetimedSegments(spans, self.clock.scale, self.shift)
        stored = list(spans[span.first : span.last])
        if stored:
            stored[0] = (span.start, sum(stored[0]) - span.start)
            stored[-1] = (stored[-1][0], span.end - stored[-1][0])
        return RetimedSegments(stored, self.clock.scale, self.shift)

    @property
    def track(self) -> Track:
        target = round(self.timeline.target_ticks * self.clock.scale)
        offset = round(Fraction(self.start * self.clock.timescale, CLOCK_HZ))
        return Track(self.clock.timescale, self.segments, target, offset)

    def stored_segment(self, time: int) -> int | None:
        """The index in the stored timeline of the segment that begins at `time` on the channel; None if none does."""
        stored = round((time - self.shift) / self.clock.scale)
        index = self.span.first if stored == self.span.start else self.timeline.at_time(stored)
        if index is None or not self.span.first <= index < self.span.last:
            return None
        return index if self.segments[index - self.span.first][0] == time else None


def airing_track(airing: Airing, revision: Revision, rendition: str) -> AiringTrack | None:
    """The track of a rendition of the revision; None when it has no such rendition."""
    track = revision.track_of(rendition)
    if track is None:
        return None
    timeline, video = revision.timeline(track), revision.plan.video
    is_video = track == "video" and video is not None
    clock = video_clock(timeline, video.composition_delay) if is_video and video is not None else audio_clock(timeline)
    end = airing.media_start + seconds(airing.duration)
    span = span_of(timeline, airing.media_start, end, cut_frames=not is_video)
    return AiringTrack(timeline, clock, span, airing.start, airing.media_start)


def period_of(airing: Airing, revision: Revision, signalling: KeySignalling | None = None) -> Period:
    """An airing as a period of the channel's presentation. The folders of its renditions are `<number>/<rendition>`,
    relative to the manifest of the channel."""
    renditions = renditions_of(revision, "", signalling)
    tracks: dict[str, Track] = {}

    def on_channel(name: str) -> Track:
        track = revision.track_of(name) or name
        if track not in tracks:
            found = airing_track(airing, revision, name)
            assert found is not None, "the rendition is in the plan"
            tracks[track] = found.track
        return tracks[track]

    def folder(name: str) -> str:
        return f"{airing.number}/{name}"

    return Period(
        airing.number,
        Renditions(
            video=tuple(replace(r, folder=folder(r.name), track=on_channel(r.name)) for r in renditions.video),
            audio=tuple(replace(r, folder=folder(r.name), track=on_channel(r.name)) for r in renditions.audio),
            text=tuple(replace(r, folder=folder(r.name), offset=airing.media_start) for r in renditions.text),
        ),
        seconds(airing.start),
        seconds(airing.duration),
        airing.segments_before,
    )


def duration_of(revision: Revision) -> int:
    """How long a revision plays on a channel, in ticks: as long as its pictures. Sound that ends more than
    `TRAILING_SOUND` later is played to its end."""
    video, whole = revision.plan.video, Fraction(revision.plan.duration_s).limit_denominator(CLOCK_HZ)
    if video is None:
        audio = revision.plan.audio[0].timeline
        return ticks_of(Fraction(audio.frames * audio.ticks_per_frame, audio.timescale))
    pictures = Fraction(video.timeline.frames * video.timeline.ticks_per_frame, video.timeline.timescale)
    return ticks_of(pictures if whole - pictures < TRAILING_SOUND else whole)


def segments_after(airing: Airing, revision: Revision, offered: Renditions) -> dict[str, int]:
    """`segments_before` of the next airing."""
    period = period_of(airing, revision)
    after = {}
    playing: list[VideoRendition | AudioRendition] = [*offered.video, *offered.audio]
    for rendition in playing:
        played = match(rendition, period.renditions)
        before = airing.segments_before.get(rendition.name, 0)
        after[rendition.name] = before + (len(played.track.segments) if played is not None else 0)
    return after
