"""Frames become parts and segments: exact lengths, the same cuts in all renditions, sound cut after the pictures."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.live.composer import Composed, Composer, Part, SegmentEnd, TrackShape
from otnet_server.media.cmaf import media_times
from otnet_server.media.fragments import Frame

VIDEO = TrackShape("video", 25, 1, 13, ("360p", "180p"))
AUDIO = TrackShape("audio", 48_000, 1024, 25, ("audio",))
AUDIO_DATA = Frame(0, 1024, True, b"a")


def picture(keyframe: bool = False) -> dict[str, Frame]:
    return {name: Frame(0, 1, keyframe, name.encode()) for name in VIDEO.renditions}


def add_pictures(composer: Composer, count: int) -> list[Composed]:
    """A group of pictures, which is a segment."""
    composed = list(composer.add_video(picture(keyframe=True), starts_segment=True))
    for _ in range(count - 1):
        composed += composer.add_video(picture())
    return composed


def parts(composed: list[Composed], track: str) -> list[Part]:
    return [c for c in composed if isinstance(c, Part) and c.track == track]


def ends(composed: list[Composed], track: str) -> list[SegmentEnd]:
    return [c for c in composed if isinstance(c, SegmentEnd) and c.track == track]


def test_parts_have_whole_frames_and_the_last_one_may_be_short() -> None:
    composer = Composer(VIDEO, None, 50)
    composed = add_pictures(composer, 50) + add_pictures(composer, 50)
    first = [p for p in parts(composed, "video") if p.segment == 0]
    assert [p.ticks for p in first] == [13, 13, 13, 11]
    assert [p.independent for p in first] == [True, False, False, False]
    assert ends(composed, "video")[0] == SegmentEnd("video", 0, 0, 50, False)
    assert media_times(first[1].data["180p"]).time == 13


def test_a_segment_ends_at_once_where_an_encoder_starts_again() -> None:
    composer = Composer(VIDEO, None, 50)
    composed = add_pictures(composer, 20) + add_pictures(composer, 50) + list(composer.finish())
    assert [(e.time, e.frames) for e in ends(composed, "video")] == [(0, 20), (20, 50)]
    assert composer.lengths == [20, 50]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12), st.integers(0, 100))
def test_sound_is_cut_at_the_first_frame_at_or_after_the_pictures(lengths: list[int], ahead: int) -> None:
    """However far the sound is ahead of the pictures, or behind."""
    composer, composed, sound = Composer(VIDEO, AUDIO, 60), list[Composed](), 0
    total = math.ceil(Fraction(sum(lengths), 25) * AUDIO.rate) + 3
    for length in lengths:
        composed += add_pictures(composer, length)
        wanted = math.floor(Fraction(sum(composer.lengths) + length, 25) * AUDIO.rate) + ahead - 50
        while sound < min(wanted, total):
            composed += composer.add_audio({"audio": AUDIO_DATA})
            sound += 1
    for _ in range(sound, total):
        composed += composer.add_audio({"audio": AUDIO_DATA})
    composed += composer.finish()
    cuts = [math.ceil(Fraction(sum(lengths[:n]), 25) * AUDIO.rate) for n in range(len(lengths) + 1)]
    expected = [(a * 1024, b - a) for a, b in itertools.pairwise(cuts) if b > a]
    assert [(e.time, e.frames) for e in ends(composed, "audio")] == expected
    joined = [(p.time, p.ticks) for p in parts(composed, "audio")]
    assert all(a + b == c for (a, b), (c, _) in itertools.pairwise(joined))
    assert all(p.ticks <= 25 * 1024 for p in parts(composed, "audio"))


@pytest.mark.parametrize("filler", [True, False])
def test_a_segment_of_slate_only_says_so(filler: bool) -> None:
    composer = Composer(VIDEO, None, 50)
    composer.add_video(picture(keyframe=True), starts_segment=True, filler=True)
    composer.add_video(picture(), filler=filler)
    (end,) = ends(list(composer.finish()), "video")
    assert end.filler is filler
