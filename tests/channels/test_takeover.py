"""Where a live stream takes over a channel, and how its airing grows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from otnet_server.channels.airing import Airing, AiringKind
from otnet_server.channels.takeover import cut_after, live_airing_ticks, live_start
from otnet_server.config import PROFILES, SLATES
from otnet_server.media.channel_clock import CLOCK_HZ
from otnet_server.media.live_plan import live_plan
from otnet_server.media.revision import Revision
from otnet_server.media.states import State

RATE = Fraction(25)


def live_revision(segments: int, audio_segments: int | None = None) -> Revision:
    """A live stream of segments of 50 pictures and 94 audio frames, which are about two seconds."""
    plan = live_plan(640, 360, RATE, PROFILES["live"], "live")
    revision = Revision("r", "m", plan, State.LIVE)
    revision.add_pieces({("video", n): {"frames": 50} for n in range(segments)})
    count = segments if audio_segments is None else audio_segments
    revision.add_pieces({(plan.audio[0].name, n): {"frames": 94} for n in range(count)})
    return revision


@pytest.mark.parametrize(
    ("segments", "audio_segments", "aired_until", "start"),
    [
        (2, 2, 0, None),
        (3, 3, 0, 0),
        (10, 10, 0, 14),
        (10, 8, 0, 10),
        (10, 10, 14, 14),
        (10, 10, 15, None),
    ],
)
def test_stream_takes_over_when_enough_of_it_is_stored(
    segments: int, audio_segments: int, aired_until: int, start: int | None
) -> None:
    assert live_start(live_revision(segments, audio_segments), Fraction(aired_until)) == start


def test_airing_of_a_stream_ends_with_a_segment_whose_sound_is_stored() -> None:
    assert live_airing_ticks(live_revision(10), Fraction(4)) == 16 * CLOCK_HZ
    assert live_airing_ticks(live_revision(10, 9), Fraction(4)) == 14 * CLOCK_HZ


def test_airing_is_cut_at_the_end_of_a_segment() -> None:
    title = live_revision(10)
    airing = Airing("c", 0, 100, 20 * CLOCK_HZ, AiringKind.TITLE, "m", "r")
    cut = cut_after(airing, title, 100 + 5 * CLOCK_HZ)
    assert (cut.duration, cut.interrupted) == (6 * CLOCK_HZ, True)
    joined = replace(airing, media_start=Fraction(4), duration=16 * CLOCK_HZ)
    assert cut_after(joined, title, 100 + 5 * CLOCK_HZ).duration == 6 * CLOCK_HZ
    assert cut_after(airing, title, 100 + 19 * CLOCK_HZ) == airing


def test_slate_is_cut_at_a_picture_also_after_it_was_repeated() -> None:
    slate = live_revision(4)
    slate.plan = slate.plan.model_copy(update={"profile": SLATES})
    airing = Airing("c", 0, 0, 60 * CLOCK_HZ, AiringKind.SLATE, "m", "r")
    cut = cut_after(airing, slate, 33 * CLOCK_HZ + 1)
    assert cut.duration == 33 * CLOCK_HZ + CLOCK_HZ // 25
