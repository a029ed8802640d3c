"""The presentation of a revision: its plan and published pieces as one period. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from otnet_server.media.cue_breaks import spans_of
from otnet_server.media.drm import Quality, Signalling
from otnet_server.media.plan import AudioPlan, VideoPlan
from otnet_server.media.presentation import (
    AudioRendition,
    BreakSpan,
    Kind,
    Period,
    Presentation,
    Renditions,
    TextRendition,
    ThumbnailSheets,
    Track,
    TrackProtection,
    VideoRendition,
)
from otnet_server.media.protection import includes_rendition, track_classes
from otnet_server.media.renditions import audio_bandwidth, sheet_bandwidth, text_tracks, video_bandwidth
from otnet_server.media.revision import Revision
from otnet_server.media.timeline import Timeline
from otnet_server.media.urls import THUMBNAILS

KeySignalling = Mapping[str, Sequence[Signalling]]
TRAILING_SOUND = Fraction(1, 2)


def presentation_of(
    revision: Revision,
    created_at: datetime = datetime(1970, 1, 1, tzinfo=UTC),
    signalling: KeySignalling | None = None,
    max_quality: Quality | None = None,
) -> Presentation:
    """A revision as a presentation of one period: complete as soon as it is planned, or growing.

    `created_at` is when the media was created. The epoch of a growing presentation is a day before it, because encoding
    may be faster than real time: every published segment has then been available for long. `signalling`
    and `max_quality` as in `renditions_of`.
    """
    kind, epoch = (Kind.GROWING, created_at - timedelta(days=1)) if revision.growing else (Kind.COMPLETE, None)
    period = Period(
        0, renditions_of(revision, "", signalling, max_quality), duration=Fraction(revision.plan.duration_s)
    )
    return Presentation(kind, (period,), period.renditions, epoch, breaks=_cued_breaks(revision, period.renditions))


def _cued_breaks(revision: Revision, renditions: Renditions) -> tuple[BreakSpan, ...]:
    """The breaks that the cues of a live stream have announced, in what is published of it."""
    if not revision.plan.breaks:
        return ()
    tracks = [r.track for r in (*renditions.video, *renditions.audio) if r.track.segments]
    end = max((t.seconds(sum(t.segments[-1])) for t in tracks), default=Fraction(0))
    return spans_of(revision.plan.breaks, Fraction(0), end)


def earlier_text_presentation(revision: Revision, name: str) -> Presentation:
    """The presentation of a text track that the plan no longer lists, for players that hold an older manifest."""
    text = TextRendition(name, f"{revision.id}/{name}", "und", "")
    renditions = Renditions(text=(text,))
    period = Period(0, renditions, duration=Fraction(revision.plan.duration_s))
    return Presentation(Kind.COMPLETE, (period,), renditions)


def period_of(revision: Revision, base: str, span: tuple[Fraction, Fraction] | None = None) -> Period:
    """A revision, or a span of it in seconds of media time, as a period to join with others. `base` is the folder of
    its media as seen from the manifest, with a slash at its end.

    A span should begin where a video segment does: segments are never cut, so what overlaps its edges is included.
    """
    renditions = renditions_of(revision, base)
    if span is None:
        return Period(0, replace(renditions, thumbnails=None), duration=_duration(revision))
    duration = span[1] - span[0]
    return Period(0, _from(renditions, span[0]).with_tracks_between(Fraction(0), duration), duration=duration)


def _duration(revision: Revision) -> Fraction:
    """How long a revision plays in a presentation of several periods: as long as its pictures, so that the next period
    begins without a gap. Sound that ends more than `TRAILING_SOUND` later is played to its end."""
    video, whole = revision.plan.video, Fraction(revision.plan.duration_s)
    if video is None:
        return whole
    pictures = Fraction(video.timeline.frames * video.timeline.ticks_per_frame, video.timeline.timescale)
    return pictures if whole - pictures < TRAILING_SOUND else whole


def _from(renditions: Renditions, start: Fraction) -> Renditions:
    """Renditions of a period that begins at `start` seconds of media time."""
    tracks: dict[int, Track] = {}

    def shifted(track: Track) -> Track:
        return tracks.setdefault(id(track), replace(track, offset=round(start * track.timescale)))

    return Renditions(
        video=tuple(replace(r, track=shifted(r.track)) for r in renditions.video),
        audio=tuple(replace(r, track=shifted(r.track)) for r in renditions.audio),
        text=tuple(replace(r, offset=start) for r in renditions.text),
    )


def renditions_of(
    revision: Revision,
    base: str = "",
    signalling: KeySignalling | None = None,
    max_quality: Quality | None = None,
) -> Renditions:
    """The renditions of a revision. `base` is the folder of its media as seen from the manifest, with a slash at its
    end, or empty when the manifest is in that folder. `signalling` is what manifests say about each key, by its id in
    hexadecimal. `max_quality`: the best video that is included; None: all of it."""
    protection = _protection(revision, signalling or {})
    plan, folder = revision.plan, f"{base}{revision.id}"
    video = plan.video
    every = _video(revision, video, folder, protection) if video is not None else ()
    return Renditions(
        video=tuple(r for r in every if includes_rendition(plan, r.name, max_quality)),
        audio=tuple(_audio(revision, audio, folder, protection) for audio in plan.audio),
        text=text_renditions(revision, base),
        thumbnails=None if video is None or revision.growing else _thumbnails(video, folder),
    )


def audio_renditions(revision: Revision, base: str = "") -> tuple[AudioRendition, ...]:
    """The audio renditions; `base` as in `renditions_of`."""
    return tuple(_audio(revision, audio, f"{base}{revision.id}", {}) for audio in revision.plan.audio)


def text_renditions(revision: Revision, base: str = "") -> tuple[TextRendition, ...]:
    """The text tracks that are published or pending; `base` as in `renditions_of`. Those without a role come first,
    because players choose the first one of a language."""
    tracks = sorted(text_tracks(revision), key=lambda t: bool(t.roles))
    return tuple(
        TextRendition(t.name, f"{base}{revision.id}/{t.name}", t.language, t.title, t.roles, t.default) for t in tracks
    )


def _protection(revision: Revision, signalling: KeySignalling) -> dict[str, TrackProtection]:
    """How each rendition is encrypted, by its name; empty for a revision that is not."""
    protection = revision.protection
    if protection is None:
        return {}
    key_ids = {name: protection.key_id(kind) for name, kind in track_classes(revision.plan).items()}
    return {
        name: TrackProtection(protection.scheme, bytes.fromhex(id), tuple(signalling.get(id, ())))
        for name, id in key_ids.items()
    }


def _track(timeline: Timeline) -> Track:
    return Track(timeline.timescale, timeline.spans, timeline.target_ticks)


def _video(
    revision: Revision, video: VideoPlan, folder: str, protection: Mapping[str, TrackProtection]
) -> tuple[VideoRendition, ...]:
    track = _track(revision.timeline("video"))
    return tuple(
        VideoRendition(
            rung.name,
            f"{folder}/{rung.name}",
            track,
            rung.codecs,
            video_bandwidth(revision, number),
            rung.width,
            rung.height,
            video.rate,
            protection=protection.get(rung.name),
        )
        for number, rung in enumerate(video.rungs)
    )


def _audio(
    revision: Revision, audio: AudioPlan, folder: str, protection: Mapping[str, TrackProtection]
) -> AudioRendition:
    return AudioRendition(
        audio.name,
        f"{folder}/{audio.name}",
        _track(revision.timeline(audio.name)),
        audio.codecs,
        audio_bandwidth(revision, audio),
        audio.language,
        audio.title,
        audio.channels,
        audio.default,
        audio.roles,
        audio.stream,
        protection=protection.get(audio.name),
    )


def _thumbnails(video: VideoPlan, folder: str) -> ThumbnailSheets | None:
    t = video.thumbnails
    if t is None:
        return None
    return ThumbnailSheets(
        f"{folder}/{THUMBNAILS}",
        video.rate.numerator,
        t.every * video.rate.denominator,
        t.count,
        t.width,
        t.height,
        t.columns,
        t.rows,
        sheet_bandwidth(t, float(video.rate)),
    )
