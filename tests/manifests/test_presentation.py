"""Presentations of several periods: windows, numbering, and which rendition plays for which."""

from __future__ import annotations

from fractions import Fraction

import m3u8
import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.manifests import hls
from otnet_server.media.presentation import (
    Kind,
    Presentation,
    Renditions,
    match_audio,
    match_text,
    match_video,
)
from tests.manifests.presentations import revision, several

ONE = revision("one", 20)
TWO = revision("two", 30, rate=30, width=640, height=360, language="deu", subtitles=False)
THREE = revision("three", 10, width=1920, height=1080)
CHANNEL = several((ONE, None), (TWO, None), (THREE, None), kind=Kind.LIVE)


def numbers(presentation: Presentation, name: str) -> dict[int, tuple[str, int]]:
    """Media sequence number → (URI, discontinuity sequence number) of the segments of a media playlist."""
    playlist = m3u8.loads(hls.media(presentation, name) or "")
    ordinal, found = playlist.discontinuity_sequence or 0, {}
    for place, segment in enumerate(playlist.segments):
        ordinal += segment.discontinuity
        found[playlist.media_sequence + place] = (segment.uri, ordinal)
    return found


@given(st.floats(0, 60), st.floats(0.5, 40))
def test_window_never_renumbers_segments_or_discontinuities(start: float, length: float) -> None:
    window = CHANNEL.between(Fraction(start), Fraction(start + length))
    for name in ("720p", "audio-eng-stereo"):
        whole, part = numbers(CHANNEL, name), numbers(window, name)
        assert part.items() <= whole.items()


@given(st.floats(0, 60), st.floats(0.5, 40))
def test_window_holds_the_segments_that_overlap_it(start: float, length: float) -> None:
    window = CHANNEL.between(Fraction(start), Fraction(start + length))
    listed = [
        (float(p.start + t.seconds(time)), float(p.start + t.seconds(time + ticks)))
        for p in window.periods
        for t in (p.renditions.video[0].track,)
        for time, ticks in t.segments
    ]
    assert all(end > start and begin < start + length for begin, end in listed)
    if start < 59 and listed:
        assert listed[0][0] <= start + 0.001 and listed[-1][1] >= min(60, start + length) - 0.1


def test_all_renditions_count_discontinuities_alike() -> None:
    """Also when the last video segment of a period has left the window and its last audio segment has not."""
    for tenth in range(500):
        window = CHANNEL.between(Fraction(tenth, 10), Fraction(tenth, 10) + 20)
        ordinals = {}
        for name in ("720p", "360p", "audio-eng-stereo", "audio-deu-stereo"):
            for uri, ordinal in numbers(window, name).values():
                ordinals.setdefault(uri.split("/")[3], set()).add(ordinal)
        assert all(len(found) == 1 for found in ordinals.values()), (tenth, ordinals)


def test_period_can_be_a_span_of_a_revision() -> None:
    made = several((ONE, None), (ONE, (8.0, 16.0)))
    first, second = made.periods
    assert (second.start, second.duration, made.duration) == (20, 8, 28)
    track = second.renditions.video[0].track
    assert track.offset == 8 * track.timescale
    assert track.seconds(track.segments[0][0]) == 0
    assert first.renditions.thumbnails is None, "tiles of several films are not one track"
    assert second.renditions.text[0].offset == 8


def test_offered_renditions_are_those_of_all_periods() -> None:
    assert [r.name for r in CHANNEL.renditions.video] == ["1080p", "720p", "540p", "360p", "240p"]
    assert [(r.language, r.channels, r.folder) for r in CHANNEL.renditions.audio] == [
        ("eng", 2, "audio-eng-stereo"),
        ("deu", 2, "audio-deu-stereo"),
    ]
    assert [r.language for r in CHANNEL.renditions.text] == ["eng"]


@pytest.mark.parametrize(("offered", "played"), [("1080p", "360p"), ("360p", "360p"), ("240p", "240p")])
def test_period_without_a_rung_plays_the_nearest(offered: str, played: str) -> None:
    (rung,) = [r for r in CHANNEL.renditions.video if r.name == offered]
    match = match_video(rung, CHANNEL.periods[1].renditions)
    assert match is not None and match.name == played


def test_period_without_a_language_plays_its_default() -> None:
    english, german = CHANNEL.renditions.audio
    match = match_audio(english, CHANNEL.periods[1].renditions)
    assert match is not None and match.language == "deu"
    match = match_audio(german, CHANNEL.periods[0].renditions)
    assert match is not None and match.language == "eng"
    assert match_text(CHANNEL.renditions.text[0], CHANNEL.periods[1].renditions) is None
    assert match_audio(english, Renditions()) is None
