"""Manifests of successive seconds of a channel: what is remembered of one does not change another."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.channels.airing import AdBreak, Airing, AiringKind
from otnet_server.channels.offered import offered_renditions
from otnet_server.channels.period_cache import PeriodCache
from otnet_server.channels.periods import duration_of
from otnet_server.channels.presentation import ChannelClock, presentation_at, published_at
from otnet_server.channels.segment_counts import SegmentCounts
from otnet_server.channels.tracks import PlayedSegments
from otnet_server.config import PROFILES
from otnet_server.manifests import dash, hls
from otnet_server.media.channel_clock import CLOCK_HZ
from otnet_server.media.presentation import match
from tests.manifests.presentations import revision

EPOCH = datetime(2026, 5, 1, 6, tzinfo=UTC)
LANGUAGES = ("en", "de")
PROFILE = PROFILES["standard"]
CHANNEL = ChannelClock(EPOCH, 40, offered_renditions(PROFILE, LANGUAGES, ("en",)))
REVISIONS = {
    r.id: r
    for r in (
        revision("one", 13),
        revision("two", 20.52, width=640, height=360, language="deu", subtitles=False),
        revision("three", 200, rate=30),
    )
}


def playout(*names: str) -> list[Airing]:
    """Titles one after the other; the first one is an ad in a break."""
    airings: list[Airing] = []
    counts, start = SegmentCounts(PROFILE), 10 * CLOCK_HZ
    for number, name in enumerate(names):
        played = REVISIONS[f"rev-{name}"]
        before = counts.after(airings[-1], REVISIONS, LANGUAGES) if airings else {}
        ad_break = AdBreak(0, start, duration_of(played)) if number == 0 else None
        airings.append(Airing("c", number, start, duration_of(played), AiringKind.TITLE, played.media, played.id,
                              segments_before=before, ad_break=ad_break))  # fmt: skip
        start = airings[-1].end
    return airings


def manifests(airings: list[Airing], at: int, cache: PeriodCache) -> dict[str, str | None]:
    moment = presentation_at(CHANNEL, airings, cache.periods(airings, REVISIONS, {}), at)
    playlists = {name: hls.media(moment.presentation, name) for name in CHANNEL.offered.by_name}
    mpd = dash.mpd(moment.presentation, published_at(CHANNEL, moment))
    return {"mpd": mpd, "main": hls.multivariant(moment.presentation), **playlists}


@pytest.mark.parametrize("names", [("one", "two", "one", "one", "two"), ("one", "three", "two")])
def test_remembered_periods_give_the_same_manifests_at_every_second(names: tuple[str, ...]) -> None:
    airings, cache = playout(*names), PeriodCache()
    last = airings[-1].end // CLOCK_HZ
    for second in [*range(12, last, 3), 30, 12]:
        at = second * CLOCK_HZ
        assert manifests(airings, at, cache) == manifests(airings, at, PeriodCache()), second


def test_periods_are_made_again_when_an_airing_or_a_revision_changes() -> None:
    airings, cache = playout("one", "two"), PeriodCache()
    first = cache.periods(airings, REVISIONS, {})
    again = cache.periods(airings, REVISIONS, {})
    assert all(again[number] is period for number, period in first.items())
    changed = revision("two", 20.52)
    revisions = REVISIONS | {"rev-two": changed}
    after = cache.periods(airings, revisions, {})
    assert after[0] is first[0] and after[1] is not first[1]
    changed.replan(changed.plan, changed.state)
    assert cache.periods(airings, revisions, {})[1] is not after[1]


def test_segments_are_counted_on_from_airing_to_airing() -> None:
    airings = playout("one", "two", "three", "one")
    periods = PeriodCache().periods(airings, REVISIONS, {})
    for before, after in pairwise(airings):
        for rendition in (*CHANNEL.offered.video, *CHANNEL.offered.audio):
            played = match(rendition, periods[before.number].renditions)
            assert played is not None
            count = before.segments_before.get(rendition.name, 0) + len(played.track.segments)
            assert after.segments_before[rendition.name] == count


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=12),
    st.integers(0, 60),
    st.integers(0, 60),
    st.booleans(),
    st.sampled_from([Fraction(1), Fraction(15), Fraction(9, 2)]),
    st.slices(12),
)
def test_slice_of_segments_has_the_same_segments(
    lengths: list[int], start: int, more: int, repeats: bool, scale: Fraction, part: slice
) -> None:
    spans, time = [], 0
    for length in lengths:  # in frames of two ticks, which are whole ticks of the channel
        spans.append((time, 2 * length))
        time += 2 * length
    end = 2 * (start + more) if repeats else min(2 * (start + more), time)
    if end <= 2 * start:
        return
    segments = PlayedSegments(spans, time if repeats else 0, 2 * start, end, scale, 7)
    every = [segments[n] for n in range(len(segments))]
    assert segments[part] == every[part] and list(segments) == every and segments[-1] == every[-1]
    assert every[0][0] == 2 * start * scale + 7 and sum(every[-1]) == end * scale + 7
