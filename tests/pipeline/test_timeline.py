"""The timeline: segments cover it without gaps, chunks cover the segments, and segment times are unique."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.media.timeline import Timeline, runs_of

grids = st.builds(
    Timeline,
    timescale=st.sampled_from([25, 12_800, 24_000, 48_000, 30_000]),
    ticks_per_frame=st.sampled_from([1, 512, 1001, 1024]),
    frames=st.integers(0, 20_000),
    segment_frames=st.integers(1, 400),
    chunk_segments=st.integers(1, 20),
    lead_in=st.lists(st.integers(1, 200), max_size=4).map(tuple),
    keep_short_tail=st.booleans(),
)


@given(grids)
def test_segments_tile_the_timeline(timeline: Timeline) -> None:
    at = 0
    for n, segment in enumerate(timeline.segments()):
        assert (segment.number, segment.first) == (n, at) and segment.frames > 0
        at += segment.frames
    assert at == timeline.frames
    assert timeline.duration_s == timeline.frames * timeline.ticks_per_frame / timeline.timescale


@given(grids)
def test_chunks_tile_the_segments(timeline: Timeline) -> None:
    at = frame = 0
    for n, chunk in enumerate(timeline.chunks):
        assert (chunk.number, chunk.segment, chunk.first) == (n, at, frame)
        assert 1 <= chunk.segments <= timeline.chunk_segments
        at, frame = at + chunk.segments, chunk.last
    assert (at, frame) == (len(timeline.starts), timeline.frames)


@given(grids)
def test_segment_times_map_back_to_segment_and_chunk(timeline: Timeline) -> None:
    times = [s.first * timeline.ticks_per_frame for s in timeline.segments()]
    assert len(set(times)) == len(times)
    for n, time in enumerate(times):
        assert timeline.at_time(time) == n
        chunk = timeline.chunk_of(n)
        assert chunk.segment <= n < chunk.segment + chunk.segments
    assert all(timeline.at_time(t) is None or t in times for t in range(-1, 300))
    assert timeline.at_time(timeline.frames * timeline.ticks_per_frame) is None


@given(grids)
def test_segment_lengths_stay_within_bounds(timeline: Timeline) -> None:
    *body, last = [s.frames for s in timeline.segments()] or [0]
    longest = max(timeline.segment_frames, *timeline.lead_in, 0) if timeline.lead_in else timeline.segment_frames
    assert all(frames <= longest for frames in body)
    assert last <= longest + timeline.segment_frames / 4
    if len(body) > len(timeline.lead_in) and not timeline.keep_short_tail:
        assert last * 4 >= timeline.segment_frames


@given(grids, st.integers(0, 40_000))
def test_cut_timeline_equals_a_timeline_of_that_length(timeline: Timeline, length: int) -> None:
    assert len(timeline.chunks) <= len(timeline.starts)  # computed before the cut, as for a growing title
    cut = timeline.cut(length)
    assert cut.starts == Timeline(**timeline.model_dump() | {"frames": length}).starts
    common = max(0, min(len(cut.starts), len(timeline.starts)) - 1)
    assert cut.starts[:common] == timeline.starts[:common], "what was published keeps its names"
    assert sum(c.last - c.first for c in cut.chunks) == length


TABLE: tuple[tuple[dict[str, object], list[int], list[int]], ...] = (
    # (settings, first frames of the segments, sizes of the chunks in segments)
    ({"frames": 0}, [], []),
    ({"frames": 1}, [0], [1]),
    ({"frames": 100}, [0], [1]),
    ({"frames": 110}, [0], [1]),  # 10 frames are less than a quarter of a segment: one segment of 110
    ({"frames": 125}, [0, 100], [1, 1]),
    ({"frames": 110, "keep_short_tail": True}, [0, 100], [1, 1]),
    ({"frames": 1000, "lead_in": (50, 50)}, [0, 50, *range(100, 1000, 100)], [1, 1, 2, 4, 3]),
    ({"frames": 70, "lead_in": (50, 50)}, [0], [1]),  # 20 frames are less than a quarter of a segment
    ({"frames": 90, "lead_in": (50, 50)}, [0, 50], [1, 1]),
    ({"frames": 400, "chunk_segments": 1}, [0, 100, 200, 300], [1, 1, 1, 1]),
)


@pytest.mark.parametrize(("settings", "starts", "sizes"), TABLE)
def test_segment_and_chunk_boundaries(settings: dict[str, object], starts: list[int], sizes: list[int]) -> None:
    timeline = Timeline(timescale=25, ticks_per_frame=1, segment_frames=100, **settings)
    assert timeline.starts == starts
    assert [c.segments for c in timeline.chunks] == sizes


run_lengths = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 60)), min_size=1, max_size=8)


@given(run_lengths, st.sampled_from([Fraction(25), Fraction(30_000, 1001), Fraction(24)]))
def test_recorded_segments_have_the_published_lengths(lengths: list[tuple[int, int]], rate: Fraction) -> None:
    """The sound of a live stream is cut at the first frame at or after each cut of the pictures."""
    pictures = [frames for count, frames in lengths for _ in range(count)]
    ratio = Fraction(48_000, 1024) / rate
    video = Timeline(timescale=1, ticks_per_frame=1, frames=sum(pictures), segment_frames=60, chunk_segments=1,
                     keep_short_tail=True, runs=runs_of(pictures))  # fmt: skip
    sound_frames = math.ceil(sum(pictures) * ratio)
    sound = video.model_copy(update={"frames": sound_frames, "runs": runs_of(n * ratio for n in pictures)})
    sound = Timeline.model_validate_json(sound.model_dump_json())
    assert [frames for _, frames in video.spans] == pictures
    assert sound.starts == [math.ceil(start * ratio) for start in video.starts]
    assert sound.spans[-1][0] + sound.spans[-1][1] == sound_frames
    for index, (time, _) in enumerate(sound.spans):
        assert sound.at_time(time) == index
        assert sound.chunk_of(index).number == index


def test_a_recording_is_stored_in_little_space() -> None:
    assert runs_of([50] * 40_000 + [12, 50]) == ((40_000, 50), (1, 12), (1, 50))
