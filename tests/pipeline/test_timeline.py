"""The timeline: segments cover it without gaps, chunks cover the segments, and segment times are unique."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.pipeline.grid import Grid

grids = st.builds(
    Grid,
    timescale=st.sampled_from([25, 12_800, 24_000, 48_000, 30_000]),
    unit=st.sampled_from([1, 512, 1001, 1024]),
    length=st.integers(0, 20_000),
    per_segment=st.integers(1, 400),
    chunk_segments=st.integers(1, 20),
    lead=st.lists(st.integers(1, 200), max_size=4).map(tuple),
    keep_remnant=st.booleans(),
)


@given(grids)
def test_segments_tile_the_timeline(grid: Grid) -> None:
    at = 0
    for n, segment in enumerate(grid.segments()):
        assert (segment.number, segment.first) == (n, at) and segment.frames > 0
        at += segment.frames
    assert at == grid.length
    assert grid.duration_s == grid.length * grid.unit / grid.timescale


@given(grids)
def test_chunks_tile_the_segments(grid: Grid) -> None:
    at = frame = 0
    for n, chunk in enumerate(grid.chunks):
        assert (chunk.number, chunk.segment, chunk.first) == (n, at, frame)
        assert 1 <= chunk.segments <= grid.chunk_segments
        at, frame = at + chunk.segments, chunk.last
    assert (at, frame) == (len(grid.starts), grid.length)


@given(grids)
def test_segment_times_map_back_to_segment_and_chunk(grid: Grid) -> None:
    times = [s.first * grid.unit for s in grid.segments()]
    assert len(set(times)) == len(times)
    for n, time in enumerate(times):
        assert grid.at_time(time) == n
        chunk = grid.chunk_of(n)
        assert chunk.segment <= n < chunk.segment + chunk.segments
    assert all(grid.at_time(t) is None or t in times for t in range(-1, 300))
    assert grid.at_time(grid.length * grid.unit) is None


@given(grids)
def test_segment_lengths_stay_within_bounds(grid: Grid) -> None:
    *body, last = [s.frames for s in grid.segments()] or [0]
    longest = max(grid.per_segment, *grid.lead, 0) if grid.lead else grid.per_segment
    assert all(frames <= longest for frames in body)
    assert last <= longest + grid.per_segment / 4
    if len(body) > len(grid.lead) and not grid.keep_remnant:
        assert last * 4 >= grid.per_segment


@given(grids, st.integers(0, 40_000))
def test_cut_timeline_equals_a_timeline_of_that_length(grid: Grid, length: int) -> None:
    assert len(grid.chunks) <= len(grid.starts)  # computed before the cut, as for a growing title
    cut = grid.cut(length)
    assert cut.starts == Grid(**grid.model_dump() | {"length": length}).starts
    common = max(0, min(len(cut.starts), len(grid.starts)) - 1)
    assert cut.starts[:common] == grid.starts[:common], "what was published keeps its names"
    assert sum(c.last - c.first for c in cut.chunks) == length


TABLE: tuple[tuple[dict[str, object], list[int], list[int]], ...] = (
    # (settings, first frames of the segments, sizes of the chunks in segments)
    ({"length": 0}, [], []),
    ({"length": 1}, [0], [1]),
    ({"length": 100}, [0], [1]),
    ({"length": 110}, [0], [1]),  # 10 frames are less than a quarter of a segment: one segment of 110
    ({"length": 125}, [0, 100], [1, 1]),
    ({"length": 110, "keep_remnant": True}, [0, 100], [1, 1]),
    ({"length": 1000, "lead": (50, 50)}, [0, 50, *range(100, 1000, 100)], [1, 1, 2, 4, 3]),
    ({"length": 70, "lead": (50, 50)}, [0], [1]),  # 20 frames are less than a quarter of a segment
    ({"length": 90, "lead": (50, 50)}, [0, 50], [1, 1]),
    ({"length": 400, "chunk_segments": 1}, [0, 100, 200, 300], [1, 1, 1, 1]),
)


@pytest.mark.parametrize(("settings", "starts", "sizes"), TABLE)
def test_segment_and_chunk_boundaries(settings: dict[str, object], starts: list[int], sizes: list[int]) -> None:
    grid = Grid(timescale=25, unit=1, per_segment=100, **settings)
    assert grid.starts == starts
    assert [c.segments for c in grid.chunks] == sizes
