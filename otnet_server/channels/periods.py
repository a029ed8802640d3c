"""The periods of a channel: airings with the renditions of their revisions, on the clock of the channel. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from otnet_server.channels.airing import Airing, AiringKind
from otnet_server.channels.tracks import AiringTrack
from otnet_server.config import SLATES
from otnet_server.media.channel_clock import CLOCK_HZ, audio_clock, seconds, ticks_of, video_clock
from otnet_server.media.presentation import AudioRendition, Period, Renditions, Track, VideoRendition
from otnet_server.media.renditions import announced_bandwidths
from otnet_server.media.revision import Revision
from otnet_server.media.revision_presentation import KeySignalling, renditions_of

R = TypeVar("R", bound="VideoRendition | AudioRendition")
TRAILING_SOUND = Fraction(1, 2)
COMPANION = "slate-"  # before the name of a rendition that is the slate's


@dataclass(frozen=True)
class RenditionSource:
    """The rendition of a revision that plays for a rendition of an airing."""

    revision: Revision
    rendition: str
    track: AiringTrack


def source_of(airing: Airing, revisions: Mapping[str, Revision], name: str) -> RenditionSource | None:
    """What plays for the rendition `name` of an airing; None when the airing has no such rendition."""
    companion = name.startswith(COMPANION)
    revision = revisions.get((airing.companion if companion else airing.revision) or "")
    rendition = name.removeprefix(COMPANION) if companion else name
    track = revision.track_of(rendition) if revision is not None else None
    if revision is None or track is None:
        return None
    timeline, video = revision.timeline(track), revision.plan.video
    if track == "video" and video is not None:
        clock, cuttable = video_clock(timeline, video.composition_delay), revision.plan.profile == SLATES
    else:
        clock, cuttable = audio_clock(timeline), True
    repeats = companion or revision.plan.profile == SLATES
    played = AiringTrack(timeline, clock, airing.start, airing.duration, airing.media_start, cuttable, repeats)
    return RenditionSource(revision, rendition, played)


def period_of(airing: Airing, revisions: Mapping[str, Revision], signalling: KeySignalling | None = None) -> Period:
    """An airing as a period of the channel's presentation. The folders of its renditions are `<number>/<rendition>`,
    relative to the manifest of the channel. The revision of the airing is one of `revisions`."""
    own = renditions_of(revisions[airing.revision], "", signalling)
    companion = revisions.get(airing.companion or "")
    other = renditions_of(companion, "", signalling) if companion is not None else Renditions()
    announced = announced_bandwidths(revisions[airing.revision]) if airing.kind is AiringKind.LIVE else {}
    tracks: dict[tuple[bool, str], Track] = {}

    def on_channel(rendition: R, *, slate: bool) -> R:
        revision = companion if slate and companion is not None else revisions[airing.revision]
        name = f"{COMPANION if slate else ''}{rendition.name}"
        key = (slate, revision.track_of(rendition.name) or "")
        if key not in tracks:
            source = source_of(airing, revisions, name)
            assert source is not None, "the rendition is in the plan"
            tracks[key] = source.track.track
        bandwidth = announced.get(name, rendition.bandwidth)
        return replace(rendition, name=name, folder=f"{airing.number}/{name}", track=tracks[key], bandwidth=bandwidth)

    video, audio = (own.video, not own.video), (own.audio, not own.audio)
    return Period(
        airing.number,
        Renditions(
            video=tuple(on_channel(r, slate=video[1]) for r in (other.video if video[1] else own.video)),
            audio=tuple(on_channel(r, slate=audio[1]) for r in (other.audio if audio[1] else own.audio)),
            text=tuple(replace(r, folder=f"{airing.number}/{r.name}", offset=airing.media_start) for r in own.text),
        ),
        seconds(airing.start),
        seconds(airing.duration),
        airing.segments_before,
    )


def needs_companion(revision: Revision) -> bool:
    """Whether a revision has no picture or no sound."""
    return revision.plan.video is None or not revision.plan.audio


def duration_of(revision: Revision) -> int:
    """How long a revision plays on a channel, in ticks: as long as its pictures. Sound that ends more than
    `TRAILING_SOUND` later is played to its end."""
    video, whole = revision.plan.video, Fraction(revision.plan.duration_s).limit_denominator(CLOCK_HZ)
    if video is None:
        audio = revision.plan.audio[0].timeline
        return ticks_of(Fraction(audio.frames * audio.ticks_per_frame, audio.timescale))
    pictures = Fraction(video.timeline.frames * video.timeline.ticks_per_frame, video.timeline.timescale)
    return ticks_of(pictures if whole - pictures < TRAILING_SOUND else whole)


def start_after(revision: Revision, wanted: Fraction) -> Fraction:
    """The first media time from `wanted` on, in seconds, at which a revision can begin: the start of a segment."""
    starts = _edges(revision)
    return starts[min(bisect_left(starts, wanted), len(starts) - 1)]


def nearest_edge(revision: Revision, wanted: Fraction) -> Fraction:
    """The start of the segment that is nearest to a media time, in seconds."""
    return min(_edges(revision), key=lambda edge: abs(edge - wanted))


def end_before(revision: Revision, wanted: Fraction) -> Fraction:
    """The last media time up to `wanted`, in seconds, at which a revision can end, after its first segment."""
    timeline = revision.timeline("video" if revision.plan.video else revision.plan.audio[0].name)
    if revision.plan.video is None:
        frame = Fraction(timeline.ticks_per_frame, timeline.timescale)
        return max(1, int(wanted / frame)) * frame
    ends = [Fraction(t + d, timeline.timescale) for t, d in timeline.spans]
    return ends[max(0, bisect_right(ends, wanted) - 1)]


def _edges(revision: Revision) -> list[Fraction]:
    timeline = revision.timeline("video" if revision.plan.video else revision.plan.audio[0].name)
    return [Fraction(time, timeline.timescale) for time, _ in timeline.spans]
