"""Publishing: a title becomes playable exactly once, and segments that deviate from the plan are refused."""

from __future__ import annotations

import asyncio
from itertools import permutations
from typing import Any

import pytest

from otnet_server.errors import MediaError
from otnet_server.media.cmaf import SegmentTimes
from otnet_server.pipeline.publish import Publisher, check_segment_times, cut_interval_s, is_playable
from tests.plans import plan, title, video


class SlowIndex:
    """A catalog that yields to the event loop, as a database does."""

    def __init__(self) -> None:
        self.playable = 0

    async def publish(self, revision: str, pieces: dict[Any, Any], *, playable: bool) -> None:
        await asyncio.sleep(0)
        self.playable += playable


PIECES = (("video", 0), ("audio-eng-stereo", 0), ("video", 1), ("poster", 0))


@pytest.mark.parametrize("order", list(permutations(PIECES)))
@pytest.mark.parametrize("at_once", [False, True])
async def test_a_title_becomes_playable_exactly_once(order: tuple[tuple[str, int], ...], at_once: bool) -> None:
    """Also when video and audio are published concurrently."""
    index, made, nothing = SlowIndex(), title(), None
    publisher = Publisher(nothing, nothing, index, nothing)  # type: ignore[arg-type]
    if at_once:
        await asyncio.gather(*(publisher.publish_pieces(made, {piece: {}}) for piece in order))
    else:
        for piece in order:
            await publisher.publish_pieces(made, {piece: {}})
    assert index.playable == 1 and set(made.pieces) == set(PIECES)


def test_title_is_playable_once_its_first_segments_exist() -> None:
    film = title()
    assert not is_playable(film, {("video", 0)}) and not is_playable(film, {("audio-eng-stereo", 0), ("video", 1)})
    assert is_playable(film, {("video", 0), ("audio-eng-stereo", 0)})
    assert is_playable(title(plan(audio=())), {("video", 0)})
    sound = title(plan(video=None))
    assert is_playable(sound, {(a.name, 0) for a in sound.plan.audio})
    assert not is_playable(sound, {("audio-eng-64k", 0)}), "all rates, since a player may take any"


def test_segments_off_the_plan_are_refused() -> None:
    timeline = title(plan(video=video(end_s=20.0))).planned_timeline("video")
    assert [cut_interval_s(timeline, c.number) for c in timeline.chunks] == [
        0.0 if c.segments == 1 else 4.0 for c in timeline.chunks
    ]
    for chunk in timeline.chunks:
        segments = [timeline.segment(i) for i in range(chunk.segment, chunk.segment + chunk.segments)]
        right = [
            SegmentTimes(s.first * timeline.ticks_per_frame, s.frames * timeline.ticks_per_frame, s.frames)
            for s in segments
        ]
        check_segment_times(timeline, chunk.number, "720p", right, exact=True)
        for wrong in (right[:-1], [*right, right[-1]], [t._replace(time=t.time + 1) for t in right],
                      [*right[:-1], right[-1]._replace(duration=right[-1].duration - 1)]):  # fmt: skip
            with pytest.raises(MediaError) as failed:
                check_segment_times(timeline, chunk.number, "720p", wrong, exact=True)
            assert failed.value.code == "off_plan" and f"Part {chunk.number} of 720p" in failed.value.message
