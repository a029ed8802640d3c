"""The plan: everything about a revision that is decided before anything is encoded.

`plan_title` is a pure function of the source, the profile and the sidecars. The plan fixes the timeline to the frame.
Manifests therefore need nothing else, chunks can be encoded in any order and by any worker, and a resumed encode gives
the same result as an uninterrupted one.

Media time 0 is the first picture, or the first sample when there is only audio. Audio that starts earlier is cut;
audio that starts later or ends earlier than the video is padded with silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from fractions import Fraction
from typing import Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator

from otnet_server.config import Limits, Profile
from otnet_server.errors import MediaError
from otnet_server.media.color import ColorDescription, rendition_color
from otnet_server.media.cue_breaks import CuedBreak
from otnet_server.media.ladder import Rung, ladder
from otnet_server.media.roles import Role
from otnet_server.media.source import AudioStream, Chapter, Source, VideoStream
from otnet_server.media.telecine import FILM_SHARE
from otnet_server.media.text_tracks import Sidecar, TextPlan, reconcile, text_plans
from otnet_server.media.text_tracks import unique_name as _unique_name
from otnet_server.media.timeline import Timeline

AAC_FRAME_SAMPLES = 1024
AUDIO_SAMPLE_RATE = 48_000
AUDIO_SEGMENT_FRAMES = 188  # access units: 4.0107 s
AUDIO_CHUNK_SEGMENTS = 16  # segments: about a minute
REORDERED_FRAMES = 4  # no encoder presents a picture later after it was decoded; AV1 does not reorder
FILM_REASON = "the video is film with repeated fields (3:2 pulldown), which has four pictures for five of the video"
PICTURES_OF_A_FRAME = {None: Fraction(1), "frames": Fraction(1), "fields": Fraction(2), "film": FILM_SHARE}
HELD_PICTURE_S = 1.0  # sound that goes on longer after the last picture is played with it
EXTRA_ROLES = {Role.COMMENTARY, Role.DESCRIPTION}  # of audio that is never the first choice


class _PlanModel(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


# Plans that version 0.1 stored call this field `grid`.
TIMELINE_FIELD: Timeline = Field(validation_alias=AliasChoices("timeline", "grid"))


class Thumbnails(_PlanModel):
    """Sheets of `columns` × `rows` pictures, one every `every` frames; picture `i` shows frame `i * every`."""

    every: int
    count: int
    width: int
    height: int
    columns: int = 5
    rows: int = 5

    @property
    def sheets(self) -> int:
        return -(-self.count // (self.columns * self.rows))


class VideoPlan(_PlanModel):
    """`origin_ticks` (of `time_base`) is the source picture time that becomes media time 0.

    - `rate_reason` says why `rate` was chosen.
    - `source_frames`: the source has pictures for so many frames (None: for all); the last one is held until the sound
      ends.
    - `composition_delay`: pictures are decoded at most so many ticks before they are presented, which the edit list of
      the init segment takes away (0: plans that were stored before, with negative offsets).
    - `deinterlace`: `frames` makes a picture of each frame, `fields` one of each field, `film` restores the pictures of
      film with repeated fields.
    - `source_color` and `color` describe the source and the renditions (None: plans that were stored before).
    """

    stream: int
    time_base: Fraction
    origin_ticks: int
    seek_offset_s: float
    rate: Fraction
    rate_reason: str = ""
    timeline: Timeline = TIMELINE_FIELD
    source_frames: int | None = None
    composition_delay: int = 0
    rungs: tuple[Rung, ...]
    codec: Literal["h264", "hevc", "av1"]
    encoder: str
    preset: str
    crf: int
    threads: int = 0
    deinterlace: Literal["frames", "fields", "film"] | None = None
    source_color: ColorDescription | None = None
    color: ColorDescription | None = None
    tonemap: Literal["pq", "hlg"] | None = None
    thumbnails: Thumbnails | None = None

    @field_validator("deinterlace", mode="before")
    @classmethod
    def _read_truth_value(cls, value: object) -> object:
        """Plans that were stored before have a truth value."""
        return {True: "frames", False: None}.get(value, value) if isinstance(value, bool) else value


class AudioPlan(_PlanModel):
    """One AAC rendition of one stream of the file."""

    name: str
    stream: int
    language: str
    title: str
    channels: int
    bit_rate: int
    timeline: Timeline = TIMELINE_FIELD
    default: bool = False
    source_channels: int = 2
    source_layout: str = ""
    roles: tuple[Role, ...] = ()
    codecs: str = "mp4a.40.2"


class Plan(_PlanModel):
    """`continuous` is False when the times of the source restart or jump. All times of the plan are then on a running
    clock that begins with the file at 0. `breaks` are those that the cues of a live stream have announced."""

    kind: Literal["video", "audio"]
    demuxer: str
    duration_s: float
    origin_s: float
    sequential: bool
    profile: str
    normalise: float | None = None
    video: VideoPlan | None = None
    audio: tuple[AudioPlan, ...] = ()
    text: tuple[TextPlan, ...] = ()
    cover: int | None = None
    chapters: tuple[Chapter, ...] = ()
    notices: tuple[str, ...] = ()
    continuous: bool = True
    breaks: tuple[CuedBreak, ...] = ()

    @property
    def growing(self) -> bool:
        """The length is known only at the end, because the source can't be seeked exactly and is encoded in one
        pass."""
        return self.sequential and self.video is not None


def plan_title(
    source: Source,
    profile: Profile,
    *,
    profile_name: str = "standard",
    encoder: str = "libx264",
    sidecars: tuple[Sidecar, ...] = (),
    limits: Limits | None = None,
) -> Plan:
    """Plan a source. Raises MediaError (stage `plan`) when it exceeds the limits or has no duration."""
    limits = limits or Limits()
    _check_limits(source, limits)
    origin_s = _origin_s(source)
    sequential = not source.exact
    video = _video(source, source.video, origin_s, profile, encoder) if source.video else None
    picture_s = video.timeline.duration_s if video else 0.0
    audio = _audio(source, origin_s, picture_s, profile)
    text, notices = text_plans(source, sidecars)
    notices += [f"Left out: {stream}." for stream in source.ignored]
    notices += source.notices
    duration = max([picture_s, *(a.timeline.duration_s for a in audio)])
    return Plan(
        kind="video" if video else "audio",
        demuxer=source.demuxer,
        duration_s=duration,
        origin_s=origin_s if source.continuous else origin_s - source.start_s,
        sequential=sequential,
        profile=profile_name,
        normalise=profile.loudness_target if profile.normalise else None,
        video=video,
        audio=tuple(audio),
        text=text,
        cover=source.cover,
        chapters=tuple(_clip_chapter(c, duration) for c in source.chapters if c.start_s < duration),
        notices=tuple(notices),
        continuous=source.continuous,
    )


def _check_limits(source: Source, limits: Limits) -> None:
    ends = [stream.end_s - source.start_s for stream in (source.video, *source.audio) if stream is not None]
    longest = max([source.duration_s, *ends])
    if longest > limits.duration_s:
        raise MediaError(
            "too_long",
            "plan",
            f"The file claims a duration of {longest / 3600:.1f} hours; the limit is {limits.duration_s / 3600:.0f}.",
            "Raise limits.duration_s if the duration is correct.",
        )
    if longest <= 0:
        raise MediaError("no_duration", "plan", "The file has no duration, so there is nothing to play.")
    video = source.video
    if video is not None and video.width * video.height > limits.pixels:
        raise MediaError(
            "too_large",
            "plan",
            f"The picture is {video.width} × {video.height}, more than the limit of {limits.pixels} pixels.",
            "Raise limits.pixels if this machine has enough memory.",
        )


def _origin_s(source: Source) -> float:
    """Source time of media time 0, in seconds: the first picture, or the start of the file when the first picture comes
    a second or more after it."""
    v = source.video
    if v is None:
        return min(a.start_s for a in source.audio)
    first = float(v.start_ticks * v.time_base)
    return first if first - source.start_s < 1.0 else source.start_s


def _video(source: Source, v: VideoStream, origin_s: float, profile: Profile, encoder: str) -> VideoPlan:
    deinterlace = _deinterlace(v, profile)
    rate = v.rate * PICTURES_OF_A_FRAME[deinterlace]
    rate = rate / -(-rate // profile.max_fps) if rate > profile.max_fps else rate
    origin_ticks = round(Fraction(origin_s if source.continuous else origin_s - source.start_s) / v.time_base)
    source_frames = max(1, round((v.end_s - origin_s) * float(rate)))
    sound_s = max((a.end_s for a in source.audio), default=v.end_s)
    frames = max(1, round((sound_s - origin_s) * float(rate))) if sound_s - v.end_s > HELD_PICTURE_S else source_frames
    timescale, ticks_per_frame = frame_clock(rate)
    segment_frames = max(1, round(profile.segment_s * rate))
    color = rendition_color(v.color, hdr=v.transfer != "sdr")
    rungs = ladder(v.width, v.height, rate, profile)
    if profile.codec == "av1":
        rungs = tuple(r.model_copy(update={"codecs": r.codecs + color.av1_codec_suffix()}) for r in rungs)
    lead_in = () if not source.exact else tuple(max(1, round(s * rate)) for s in profile.lead_in_s)
    timeline = Timeline(
        timescale=timescale,
        ticks_per_frame=ticks_per_frame,
        frames=frames,
        segment_frames=segment_frames,
        chunk_segments=profile.chunk_segments,
        lead_in=lead_in,
        keep_short_tail=not source.exact,
    )
    return VideoPlan(
        stream=v.index,
        time_base=v.time_base,
        origin_ticks=origin_ticks,
        seek_offset_s=origin_s - source.start_s,
        rate=rate,
        rate_reason=FILM_REASON if deinterlace == "film" else v.rate_reason,
        timeline=timeline,
        source_frames=source_frames if source_frames < frames else None,
        composition_delay=0 if profile.codec == "av1" else REORDERED_FRAMES * ticks_per_frame,
        rungs=rungs,
        codec=profile.codec,
        encoder=encoder,
        preset=profile.preset,
        crf=profile.crf,
        threads=profile.threads,
        deinterlace=deinterlace,
        source_color=v.color,
        color=color,
        tonemap=None if v.transfer == "sdr" else v.transfer,
        thumbnails=_thumbnails(v, rate, frames, profile),
    )


def _deinterlace(v: VideoStream, profile: Profile) -> Literal["frames", "fields", "film"] | None:
    if not v.interlaced:
        return None
    return "film" if v.telecined and v.rate * FILM_SHARE <= profile.max_fps else profile.deinterlace


def frame_clock(rate: Fraction) -> tuple[int, int]:
    """(timescale, ticks per frame): whole ticks, a timescale of at least 10,000."""
    times = -(-10_000 // rate.numerator)
    return rate.numerator * times, rate.denominator * times


def _thumbnails(v: VideoStream, rate: Fraction, frames: int, profile: Profile) -> Thumbnails:
    every = max(1, round(profile.thumbnail_s * rate))
    width = profile.thumbnail_width
    height = max(2, round(width * v.height / v.width / 2) * 2)
    if height > width:
        width, height = max(2, round(width * v.width / v.height / 2) * 2), width
    return Thumbnails(every=every, count=-(-frames // every), width=width, height=height)


def _audio(source: Source, origin_s: float, picture_s: float, profile: Profile) -> list[AudioPlan]:
    plans: list[AudioPlan] = []
    streams = sorted(source.audio, key=lambda a: (bool(set(a.roles) & EXTRA_ROLES), not a.default))
    for stream in streams:
        for channels, kbps in _renditions(stream, source.video is None, profile):
            seconds = max(stream.end_s - origin_s, picture_s)
            timeline = Timeline(
                timescale=AUDIO_SAMPLE_RATE,
                ticks_per_frame=AAC_FRAME_SAMPLES,
                frames=max(1, round(seconds * AUDIO_SAMPLE_RATE / AAC_FRAME_SAMPLES)),
                segment_frames=AUDIO_SEGMENT_FRAMES,
                chunk_segments=AUDIO_CHUNK_SEGMENTS,
                keep_short_tail=source.video is not None and not source.exact,
            )
            kind = f"{kbps}k" if source.video is None else ("5.1" if channels == 6 else "stereo")
            plans.append(
                AudioPlan(
                    name=_unique_name(f"audio-{stream.language}-{kind.replace('.', '')}", {p.name for p in plans}),
                    stream=stream.index,
                    language=stream.language,
                    title=stream.title,
                    channels=channels,
                    bit_rate=kbps * 1000,
                    timeline=timeline,
                    default=stream is streams[0],
                    source_channels=stream.channels,
                    source_layout=stream.layout,
                    roles=stream.roles,
                )
            )
    return plans


def _renditions(stream: AudioStream, audio_only: bool, profile: Profile) -> list[tuple[int, int]]:
    """(channels, kbit/s) of the renditions of one stream."""
    if audio_only:
        return [(2, kbps) for kbps in sorted(profile.audio_only_kbps, reverse=True)]
    stereo = [(2, profile.audio_kbps)]
    return [*stereo, (6, profile.surround_kbps)] if profile.surround and stream.channels >= 6 else stereo


def with_sidecars(plan: Plan, sidecars: Iterable[Sidecar], published_names: Set[str]) -> Plan:
    """The plan with the sidecars that the source has now; the same object when nothing has changed."""
    text = reconcile(plan.text, sidecars, published_names)
    return plan if text == plan.text else plan.model_copy(update={"text": text})


def _clip_chapter(chapter: Chapter, duration: float) -> Chapter:
    return chapter.model_copy(update={"end_s": min(max(chapter.end_s, chapter.start_s), duration)})


def with_actual_lengths(plan: Plan, pieces: Mapping[tuple[str, int], dict[str, Any]]) -> Plan:
    """A growing plan with the lengths that were published. `pieces` as in `Revision`."""

    def actual(track: str, rendition: str, timeline: Timeline) -> Timeline:
        parts = [piece for (t, _), piece in pieces.items() if t == track]
        cut = timeline.cut(sum(int(part.get("frames", 0)) for part in parts))
        segments = sum(len(part.get(rendition, ())) for part in parts)
        # The packager adds a very short last segment to the one before.
        return cut.cut(cut.frames, keep_short_tail=False) if len(cut.starts) > segments else cut

    audio = tuple(a.model_copy(update={"timeline": actual(a.name, a.name, a.timeline)}) for a in plan.audio)
    video = plan.video
    if video is not None:
        timeline = actual("video", video.rungs[0].name, video.timeline)
        frames = timeline.frames
        thumbs = video.thumbnails
        if thumbs is not None:
            thumbs = thumbs.model_copy(update={"count": -(-frames // thumbs.every)})
        video = video.model_copy(update={"timeline": timeline, "thumbnails": thumbs})
    duration = max([a.timeline.duration_s for a in audio] + ([video.timeline.duration_s] if video else []))
    return plan.model_copy(update={"audio": audio, "video": video, "duration_s": duration})
