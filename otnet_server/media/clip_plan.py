"""The plan of a clip: which segments of a revision it has, and its own clocks. Pure.

A clip has the segments of a revision, and nothing is encoded. So it begins with a segment of the pictures, which begins
with a keyframe, at or before the wanted in point. It ends at the wanted frame where pictures are not reordered, as in
recordings of live streams, else with a segment. The sound is cut at any of its frames.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from otnet_server.media.boxes import box, boxes, child_boxes, edit_children
from otnet_server.media.fragments import FragmentReader, Frame, fragment
from otnet_server.media.live_plan import DEMUXER
from otnet_server.media.plan import Plan
from otnet_server.media.timeline import Segment, Timeline, runs_of

VIDEO = "video"


@dataclass(frozen=True)
class Clip:
    """`first` and `frames` are, by track, the first frame in the revision and the timeline of the clip. `pictures` are
    the segments of the pictures in the revision."""

    plan: Plan
    first: Mapping[str, int]
    pictures: Sequence[Segment]
    start_s: float
    end_s: float


def clip_of(plan: Plan, timelines: Mapping[str, Timeline], start_s: float, end_s: float, *, exact_end: bool) -> Clip:
    """The clip between two times, which are within the revision. `timelines` are those of the tracks as far as they are
    published; `exact_end`: pictures can be left out at the end of a segment."""
    if plan.video is None:
        begin, end, lengths, pictures = Fraction(start_s), Fraction(end_s), list[int](), list[Segment]()
        video = None
    else:
        source, rate = timelines[VIDEO], plan.video.rate
        first, last = math.floor(Fraction(start_s) * rate), math.ceil(Fraction(end_s) * rate)
        pictures = [s for s in source.segments() if s.first + s.frames > first and s.first < last]
        assert pictures
        if exact_end:
            tail = pictures[-1]
            pictures[-1] = tail._replace(frames=min(tail.frames, max(1, last - tail.first)))
        lengths = [s.frames for s in pictures]
        begin, end = pictures[0].first / rate, (pictures[0].first + sum(lengths)) / rate
        video = plan.video.model_copy(update={"timeline": _clipped(plan.video.timeline, sum(lengths), lengths)})
    starts, audio = {VIDEO: pictures[0].first if pictures else 0}, []
    for track in plan.audio:
        source = timelines[track.name]
        ratio = Fraction(source.timescale, source.ticks_per_frame)
        first = min(round(begin * ratio), source.frames)
        frames = min(math.ceil((end - begin) * ratio), source.frames - first)
        if frames <= 0:
            continue
        rate = plan.video.rate if plan.video is not None else Fraction(1)
        parts = [n * ratio / rate for n in lengths]
        starts[track.name] = first
        audio.append(track.model_copy(update={"timeline": _clipped(track.timeline, frames, parts)}))
    own_plan = plan.model_copy(
        update={
            "video": video, "audio": tuple(audio), "text": (), "chapters": (), "cover": None, "sequential": False,
            "duration_s": float(end - begin), "demuxer": DEMUXER, "notices": (), "breaks": (),
        }
    )  # fmt: skip
    return Clip(own_plan, starts, pictures, float(begin), float(end))


def _clipped(timeline: Timeline, frames: int, lengths: Sequence[Fraction | int]) -> Timeline:
    update = {"frames": frames, "runs": runs_of(lengths), "lead_in": (), "chunk_segments": 1, "keep_short_tail": True}
    return Timeline(**timeline.model_dump() | update)  # a copy would keep what was computed


def reorders(segment: bytes) -> bool:
    """Whether the pictures of a segment are presented in another order than they are decoded (`trun`, composition
    offsets)."""
    runs = (segment[at:end] for kind, at, end in boxes(segment) if kind == b"trun")
    return any(int.from_bytes(run[1:4], "big") & 0x800 for run in runs)


def frames_of(init: bytes, segment: bytes, ticks: int) -> list[Frame]:
    """The frames of a segment, each of so many ticks. Raises ValueError."""
    reader = FragmentReader()
    reader.feed(init)
    return [frame._replace(duration=ticks) for frame in reader.feed(segment)]


def written(frames: Sequence[Frame], number: int, time: int) -> bytes:
    """A segment of a clip."""
    return fragment(number + 1, time, frames)


def moved(segment: bytes, ticks: int) -> bytes:
    """A segment that begins so many ticks earlier."""

    def edited(kind: bytes, payload: bytes) -> bytes:
        if kind in (b"moof", b"traf"):
            return edit_children(payload, edited)
        if kind == b"tfdt":
            form = ">Q" if payload[0] else ">I"
            return payload[:4] + struct.pack(form, struct.unpack_from(form, payload, 4)[0] - ticks)
        return payload

    return b"".join(box(kind, edited(kind, payload)) for kind, payload in child_boxes(segment) if kind != b"sidx")
