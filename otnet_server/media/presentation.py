"""Presentations: what a manifest describes, as an ordered list of periods. Pure.

A *period* is a span of one revision at a place on the presentation's clock, with its renditions. A film is one period
that covers its revision; a channel is the window of the periods around now; a live stream is one open period. All
renditions of a period share its start, which is where their `Track.offset` lies.

Times on the presentation's clock are exact seconds (`Fraction`); times within a track are integer ticks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from functools import cached_property, partial
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from otnet_server.media import languages
from otnet_server.media.drm import Scheme, Signalling
from otnet_server.media.roles import Role

R = TypeVar("R", bound="VideoRendition | AudioRendition")


class Bandwidth(NamedTuple):
    """Bits per second."""

    peak: int
    average: int


@dataclass(frozen=True)
class Track:
    """Segments that several renditions share: (time, duration) in ticks of `timescale` on the media's own clock.

    `offset` is the media time at the start of the period. `target_ticks` is the longest duration that a segment of this
    track has or may get. `first` is how many segments of the period are before these and have left the window.
    """

    timescale: int
    segments: Sequence[tuple[int, int]]
    target_ticks: int
    offset: int = 0
    first: int = 0

    def seconds(self, ticks: int) -> Fraction:
        """Media time in ticks → seconds after the start of the period."""
        return Fraction(ticks - self.offset, self.timescale)

    def _ticks(self, time: Fraction) -> int:
        """The last whole tick up to a time in seconds."""
        return time.numerator * self.timescale // time.denominator

    def between(self, start: Fraction, end: Fraction | None) -> Track:
        """The segments that end after `start` and begin before `end`, in seconds after the start of the period."""
        first, last = self.count_ended(start), len(self.segments)
        if end is not None:
            last = bisect_left(self.segments, -self._ticks(-end) + self.offset, key=itemgetter(0))
        return replace(self, segments=self.segments[first : max(first, last)], first=self.first + first)

    def ended_between(self, start: Fraction, end: Fraction) -> Track:
        """The segments that end after `start` and not after `end`, in seconds after the start of the period."""
        first, last = self.count_ended(start), self.count_ended(end)
        return replace(self, segments=self.segments[first : max(first, last)], first=self.first + first)

    def count_ended(self, at: Fraction) -> int:
        """The number of segments that end at or before `at`, in seconds after the start of the period."""
        return bisect_right(self.segments, self._ticks(at) + self.offset, key=sum)


@dataclass(frozen=True)
class TrackProtection:
    """How a rendition is encrypted: the scheme, the key id (16 bytes), and what manifests say for each DRM system."""

    scheme: Scheme
    key_id: bytes
    signalling: tuple[Signalling, ...]


@dataclass(frozen=True)
class Rendition:
    """`folder` holds the initialization segment and the segments; it is relative to the multivariant playlist and the
    MPD. `protection` is None for a rendition that is not encrypted."""

    name: str
    folder: str
    track: Track
    codecs: str
    bandwidth: Bandwidth
    protection: TrackProtection | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class VideoRendition(Rendition):
    width: int
    height: int
    frame_rate: Fraction


@dataclass(frozen=True)
class AudioRendition(Rendition):
    """`title` is what the file calls the track. Renditions of one track of the source have the same `stream`."""

    language: str
    title: str
    channels: int
    default: bool = False
    roles: tuple[Role, ...] = ()
    stream: int = 0


@dataclass(frozen=True)
class TextRendition:
    """Subtitles in one WebVTT file, whose cues are on the media's clock. `offset` is the media time in seconds at the
    start of the period. `default`: it is shown unless the viewer chooses otherwise."""

    name: str
    folder: str
    language: str
    title: str
    roles: tuple[Role, ...] = ()
    default: bool = False
    offset: Fraction = Fraction(0)

    @property
    def forced(self) -> bool:
        return Role.FORCED in self.roles


@dataclass(frozen=True)
class ThumbnailSheets:
    """`count` pictures of `width` × `height` pixels, one every `interval_ticks` of `timescale`.

    They are in sheets of `columns` × `rows`.
    """

    folder: str
    timescale: int
    interval_ticks: int
    count: int
    width: int
    height: int
    columns: int
    rows: int
    bandwidth: int

    @property
    def interval(self) -> Fraction:
        """Seconds from one picture to the next."""
        return Fraction(self.interval_ticks, self.timescale)

    @property
    def per_sheet(self) -> int:
        return self.columns * self.rows

    @property
    def sheets(self) -> int:
        return -(-self.count // self.per_sheet)


@dataclass(frozen=True)
class Renditions:
    """The renditions of a period; within each kind, the first is preferred."""

    video: tuple[VideoRendition, ...] = ()
    audio: tuple[AudioRendition, ...] = ()
    text: tuple[TextRendition, ...] = ()
    thumbnails: ThumbnailSheets | None = None

    @property
    def have_segments(self) -> bool:
        return any(r.track.segments for r in (*self.video, *self.audio))

    @cached_property
    def by_name(self) -> dict[str, VideoRendition | AudioRendition | TextRendition]:
        every: list[VideoRendition | AudioRendition | TextRendition] = [*self.text, *self.audio, *self.video]
        return {rendition.name: rendition for rendition in every}

    def with_tracks_between(self, start: Fraction, end: Fraction | None) -> Renditions:
        """The same renditions with the segments between two times, in seconds after the start of the period."""
        return self.with_tracks(lambda track: track.between(start, end))

    def with_tracks(self, edited: Callable[[Track], Track]) -> Renditions:
        """The same renditions with edited tracks; those that share a track go on sharing one."""
        tracks: dict[int, Track] = {}

        def edited_once(track: Track) -> Track:
            if id(track) not in tracks:
                tracks[id(track)] = edited(track)
            return tracks[id(track)]

        return replace(
            self,
            video=tuple(replace(r, track=edited_once(r.track)) for r in self.video),
            audio=tuple(replace(r, track=edited_once(r.track)) for r in self.audio),
        )


@dataclass(frozen=True)
class Period:
    """`number` is its place in the presentation; it stays when earlier periods leave the window. `start` is on the
    presentation's clock, in seconds. `duration` is None for the open period at the end of a live presentation.

    `segments_before` counts, for each rendition that the presentation offers, the segments of all periods before.
    """

    number: int
    renditions: Renditions
    start: Fraction = Fraction(0)
    duration: Fraction | None = None
    segments_before: Mapping[str, int] = field(default_factory=dict)

    @property
    def end(self) -> Fraction | None:
        return None if self.duration is None else self.start + self.duration

    @cached_property
    def tracks(self) -> tuple[Track, ...]:
        """The tracks of its video and audio renditions, each once."""
        return tuple({id(r.track): r.track for r in (*self.renditions.video, *self.renditions.audio)}.values())

    @cached_property
    def segment_ends(self) -> tuple[Fraction, Fraction] | None:
        """When the first segment ends and when the last one does, on the presentation's clock; None without any."""
        tracks = [track for track in self.tracks if track.segments]
        if not tracks:
            return None
        first = min(track.seconds(sum(track.segments[0])) for track in tracks)
        last = max(track.seconds(sum(track.segments[-1])) for track in tracks)
        return self.start + first, self.start + last

    @cached_property
    def manifest_parts(self) -> dict[Hashable, Any]:
        """What manifests say about this period, by the function that wrote it and its arguments. A channel has the same
        period at many moments."""
        return {}

    def ended_between(self, start: Fraction, end: Fraction) -> Period | None:
        """The period with its segments that end after `start` and not after `end`, on the presentation's clock; None
        when there are none. The same period when these are all of them."""
        if self.segment_ends is None or self.segment_ends[0] > end or self.segment_ends[1] <= start:
            return None
        if start < self.segment_ends[0] and self.segment_ends[1] <= end:
            return self
        cut = partial(Track.ended_between, start=start - self.start, end=end - self.start)
        renditions = self.renditions.with_tracks(cut)
        return replace(self, renditions=renditions) if renditions.have_segments else None


@dataclass(frozen=True)
class BreakSpan:
    """An ad break that has begun: from `start` on, in seconds on the presentation's clock, for about `planned` seconds
    (None: nobody knows). `end` is None until it has ended. A break of a live stream has the `event` id of its cues, and
    `out` and `back` are these messages (empty: they are made for the manifest). `interstitial`: the URL of the list of
    the ads that players put in its place, relative to the manifest of the presentation."""

    number: int
    start: Fraction
    planned: Fraction | None
    end: Fraction | None = None
    event: int | None = None
    out: bytes = b""
    back: bytes = b""
    interstitial: str = ""


class Kind(StrEnum):
    COMPLETE = "complete"  # every segment is known
    GROWING = "growing"  # grows at the end and keeps its beginning
    LIVE = "live"  # a window that slides


@dataclass(frozen=True)
class LowLatency:
    """A live presentation whose newest segment can be loaded while it grows: `offset_s` before its end. `target_s` is
    the delay at which players aim, `clock` the path of the server's time of day."""

    offset_s: Fraction
    target_s: Fraction
    clock: str


@dataclass(frozen=True)
class Presentation:
    """`renditions` are what HLS offers across all periods: each is played in a period by the rendition that `match`
    chooses. `epoch` is the wall-clock time of the presentation's time 0 (for what is not complete). `window` is the
    time in seconds that a viewer of a live presentation can go back. `breaks` are the ad breaks of a live presentation,
    in order."""

    kind: Kind
    periods: tuple[Period, ...]
    renditions: Renditions
    epoch: datetime | None = None
    window: Fraction | None = None
    target_duration_s: Fraction | None = None
    low_latency: LowLatency | None = None
    breaks: tuple[BreakSpan, ...] = ()

    @property
    def duration(self) -> Fraction:
        """From the presentation's time 0 to the end of its last period, in seconds; of an open one, to its last
        segment."""
        last = self.periods[-1]
        if last.end is not None:
            return last.end
        tracks = [r.track for r in (*last.renditions.video, *last.renditions.audio) if r.track.segments]
        return max([last.start, *(last.start + t.seconds(sum(t.segments[-1])) for t in tracks)])

    def between(self, start: Fraction, end: Fraction) -> Presentation:
        """The part between two times on the presentation's clock, in whole segments: a window at one moment.

        Periods without a segment in the window are left out. Numbers of segments and periods stay as they are.
        """
        kept = []
        for period in self.periods:
            if period.start >= end or (period.end is not None and period.end <= start):
                continue
            until = min(end, period.end) if period.end is not None else end
            cut = period.renditions.with_tracks_between(start - period.start, until - period.start)
            if cut.have_segments:
                kept.append(replace(period, renditions=cut))
        return replace(self, periods=tuple(kept))

    def ended_between(self, start: Fraction, end: Fraction) -> Presentation:
        """The segments that end after `start` and not after `end`, on the presentation's clock: what a live
        presentation offers at the moment `end`. Numbers of segments and periods stay as they are."""
        cut = (period.ended_between(start, end) for period in self.periods)
        return replace(self, periods=tuple(period for period in cut if period is not None))


def join(kind: Kind, parts: Iterable[Period], epoch: datetime | None = None) -> Presentation:
    """A presentation of several periods, numbered from 0 and played one after the other. Each part but the last needs a
    duration."""
    offered = offered_across(parts := list(parts))
    periods: list[Period] = []
    start, before = Fraction(0), dict.fromkeys(offered.by_name, 0)
    for number, part in enumerate(parts):
        periods.append(replace(part, number=number, start=start, segments_before=dict(before)))
        start += part.duration or 0
        playing: list[VideoRendition | AudioRendition] = [*offered.video, *offered.audio]
        for rendition in playing:
            played = match(rendition, part.renditions)
            before[rendition.name] += len(played.track.segments) if played is not None else 0
    return Presentation(kind, tuple(periods), offered, epoch)


def offered_across(periods: Sequence[Period]) -> Renditions:
    """The renditions of a presentation of several periods: every rung, every language and channel count of audio, and
    every language and role of subtitles that any period has, with the highest bandwidth.

    Their folders are their names, which is where the media playlists of such a presentation are.
    """
    video: dict[str, VideoRendition] = {}
    audio: dict[tuple[str, tuple[Role, ...], int], AudioRendition] = {}
    text: dict[tuple[str, tuple[Role, ...]], TextRendition] = {}
    for renditions in (period.renditions for period in periods):
        for v in renditions.video:
            video[v.name] = _combine(video.get(v.name, v), v)
        for a in renditions.audio:
            purpose = (a.language, a.roles, a.channels)
            audio[purpose] = _combine(audio.get(purpose, a), a)
        for t in renditions.text:
            text.setdefault((t.language, t.roles), replace(t, folder=t.name))
    tracks = {purpose: number for number, purpose in enumerate({(a.language, a.roles): 0 for a in audio.values()})}
    return Renditions(
        video=tuple(sorted(video.values(), key=lambda r: -r.height)),
        audio=tuple(replace(a, stream=tracks[a.language, a.roles]) for a in audio.values()),
        text=tuple(text.values()),
    )


def _combine(first: R, other: R) -> R:
    """`first`, with the higher of the two bandwidths."""
    peak = max(first.bandwidth.peak, other.bandwidth.peak)
    average = max(first.bandwidth.average, other.bandwidth.average)
    return replace(first, folder=first.name, bandwidth=Bandwidth(peak, average))


def match(offered: VideoRendition | AudioRendition, renditions: Renditions) -> VideoRendition | AudioRendition | None:
    """The rendition of a period that plays for the one that the presentation offers; None without one of its kind."""
    return match_video(offered, renditions) if isinstance(offered, VideoRendition) else match_audio(offered, renditions)


def match_video(offered: VideoRendition, renditions: Renditions) -> VideoRendition | None:
    """The rendition of a period that plays for `offered`: of the same name, else the nearest in height, rather the
    lower."""
    same = (r for r in renditions.video if r.name == offered.name)
    nearest = min(renditions.video, key=lambda r: (abs(r.height - offered.height), r.height), default=None)
    return next(same, nearest)


def match_audio(offered: AudioRendition, renditions: Renditions) -> AudioRendition | None:
    """The rendition of a period that plays for `offered`: of the same name, else of the same language, roles and
    channel count, as far as there is one, else the default."""

    def distance(r: AudioRendition) -> tuple[bool, ...]:
        return (
            r.name != offered.name,
            languages.tag(r.language) != languages.tag(offered.language),
            r.roles != offered.roles,
            r.channels != offered.channels,
            not r.default,
        )

    return min(renditions.audio, key=distance, default=None)


def match_text(offered: TextRendition, renditions: Renditions) -> TextRendition | None:
    """The subtitles of a period that are shown for `offered`: of the same language, forced or not, and rather of the
    same roles; or none."""
    language = languages.tag(offered.language)
    alike = [r for r in renditions.text if languages.tag(r.language) == language and r.forced == offered.forced]
    return min(alike, key=lambda r: (r.roles != offered.roles, r.name != offered.name), default=None)
