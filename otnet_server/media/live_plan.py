"""Plans of live streams. Pure.

A live stream is a revision that grows: its plan has the ladder and the clocks, and no frames until it has ended.
`recorded_plan` is then the plan of the recording, with the segments that were published. Pictures are not reordered, so
that each is decoded when it is presented.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from otnet_server.config import Profile
from otnet_server.media.ladder import ladder
from otnet_server.media.plan import AAC_FRAME_SAMPLES, AUDIO_SAMPLE_RATE, AudioPlan, Plan, VideoPlan, frame_clock
from otnet_server.media.timeline import Timeline, runs_of

AUDIO_NAME = "audio-und-stereo"
DEMUXER = "live"
SEGMENT_S = 2
PARTS = 4  # of a segment
RATES = (24, Fraction(24_000, 1001), 25, 30, Fraction(30_000, 1001), 50, 60, Fraction(60_000, 1001), 15, 20, 12, 10)
DEFAULT_RATE = Fraction(30)
TOLERANCE = Fraction(1, 200)  # of a rate that was measured on few pictures


def frame_rate(measured: Fraction, max_fps: int) -> Fraction:
    """The frame rate of the renditions: the usual one that is nearest to what was measured (0: unknown)."""
    if not 5 <= measured <= 300:
        return min(DEFAULT_RATE, Fraction(max_fps))
    rate = min((Fraction(r) for r in RATES), key=lambda r: abs(r - measured))
    if abs(rate - measured) > TOLERANCE * measured:
        rate = Fraction(round(measured))
    return rate / -(-rate // max_fps) if rate > max_fps else rate


def live_plan(width: int, height: int, rate: Fraction, profile: Profile, profile_name: str) -> Plan:
    """The plan of a stream whose pictures have `width` × `height` square pixels."""
    profile = profile.model_copy(update={"codec": "h264"})
    timescale, ticks_per_frame = frame_clock(rate)
    video = Timeline(
        timescale=timescale, ticks_per_frame=ticks_per_frame, frames=0, segment_frames=max(1, round(SEGMENT_S * rate)),
        chunk_segments=1, keep_short_tail=True,
    )  # fmt: skip
    segment_s = video.segment_frames / rate
    audio = Timeline(
        timescale=AUDIO_SAMPLE_RATE, ticks_per_frame=AAC_FRAME_SAMPLES, frames=0,
        segment_frames=math.ceil(segment_s * AUDIO_SAMPLE_RATE / AAC_FRAME_SAMPLES), chunk_segments=1,
        keep_short_tail=True,
    )  # fmt: skip
    return Plan(
        kind="video",
        demuxer=DEMUXER,
        duration_s=0.0,
        origin_s=0.0,
        sequential=True,
        profile=profile_name,
        video=VideoPlan(
            stream=0, time_base=Fraction(1, timescale), origin_ticks=0, seek_offset_s=0.0, rate=rate, timeline=video,
            rungs=ladder(width, height, rate, profile), codec="h264", encoder="libx264", preset=profile.preset,
            crf=profile.crf, threads=profile.threads,
        ),
        audio=(
            AudioPlan(
                name=AUDIO_NAME, stream=1, language="und", title="", channels=2, bit_rate=profile.audio_kbps * 1000,
                timeline=audio, default=True, source_layout="stereo",
            ),
        ),
    )  # fmt: skip


def part_frames(timeline: Timeline, part_s: Fraction | None = None) -> int:
    """How many frames a part has at most: a quarter of a segment; with `part_s`, the first number that is not shorter,
    so that the parts of the sound end with those of the pictures."""
    if part_s is None:
        return math.ceil(Fraction(timeline.segment_frames, PARTS))
    return math.ceil(part_s * timeline.timescale / timeline.ticks_per_frame)


def recorded_plan(plan: Plan, lengths: Sequence[int], audio_frames: int) -> Plan:
    """The plan of the recording. `lengths` are the pictures of each segment, `audio_frames` is the number of audio
    frames."""
    video = plan.video
    assert video is not None
    pictures = _with_frames(video.timeline, sum(lengths), lengths)
    sound = plan.audio[0].timeline
    ratio = Fraction(sound.timescale, sound.ticks_per_frame) / video.rate
    frames = min(audio_frames, math.ceil(sum(lengths) * ratio))
    sound = _with_frames(sound, frames, [n * ratio for n in lengths])
    audio = plan.audio[0].model_copy(update={"timeline": sound})
    return plan.model_copy(
        update={
            "duration_s": max(pictures.duration_s, sound.duration_s),
            "video": video.model_copy(update={"timeline": pictures}),
            "audio": (audio,) if frames else (),
            "sequential": False,
        }
    )


def _with_frames(timeline: Timeline, frames: int, lengths: Sequence[int] | Sequence[Fraction]) -> Timeline:
    """A new timeline: a copy would keep the segments that were computed of the empty one."""
    return Timeline(**timeline.model_dump() | {"frames": frames, "runs": runs_of(lengths)})
