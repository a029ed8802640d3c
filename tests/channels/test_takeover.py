"""Where a live stream takes over a channel, and how its airing grows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from otnet_server.channels.airing import Airing, AiringKind
from otnet_server.channels.offered import offered_renditions
from otnet_server.channels.period_cache import PeriodCache
from otnet_server.channels.presentation import ChannelClock, live_breaks_of, presentation_at
from otnet_server.channels.takeover import cut_after, live_airing_ticks, live_start
from otnet_server.config import PROFILES, SLATES
from otnet_server.manifests import dash, hls
from otnet_server.media.channel_clock import CLOCK_HZ
from otnet_server.media.cue_breaks import CuedBreak
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


# --- breaks that the cues of a stream announce ---

LIVE_AIRING = Airing("c", 7, 100 * CLOCK_HZ, 20 * CLOCK_HZ, AiringKind.LIVE, "m", "r", Fraction(10))


def cued(*times: tuple[float, float | None]) -> Revision:
    """A stream with breaks from … to, in seconds of its clock."""
    breaks = tuple(
        CuedBreak(number=n, event=40 + n, type=0, start=round(start * 90_000), planned=90_000 * 5,
                  end=round(end * 90_000) if end is not None else None)
        for n, (start, end) in enumerate(times)
    )  # fmt: skip
    revision = live_revision(20)
    revision.replan(revision.plan.model_copy(update={"breaks": breaks}), State.LIVE)
    return revision


@pytest.mark.parametrize(
    ("breaks", "shown"),
    [
        ([(12, 17)], [(102, 107)]),
        ([(12, None)], [(102, None)]),
        ([(8, 13)], []),
        ([(21, None)], []),
        ([(12, 22)], [(102, None)]),
        ([(2, 4), (12, 13), (14, 15)], [(102, 103), (104, 105)]),
    ],
    ids=["whole", "open", "begun before the takeover", "to come", "ends later", "several"],
)
def test_takeover_passes_on_the_breaks_of_the_stream(
    breaks: list[tuple[float, float | None]], shown: list[tuple[float, float | None]]
) -> None:
    spans = live_breaks_of([LIVE_AIRING], {"r": cued(*breaks).plan.breaks}, Fraction(90), Fraction(110))
    assert [(s.start, s.end) for s in spans] == shown
    assert len({s.number for s in spans}) == len(spans) and all(s.number >= 1 << 31 for s in spans)
    assert [s.event for s in spans] == [40 + n for n, (start, _) in enumerate(breaks) if 10 <= start < 20]


def test_break_of_a_stream_ends_with_its_airing() -> None:
    [span] = live_breaks_of([LIVE_AIRING], {"r": cued((12, None)).plan.breaks}, Fraction(90), Fraction(125))
    assert span.end == 120
    assert live_breaks_of([LIVE_AIRING], {"r": cued((12, None)).plan.breaks}, Fraction(121), Fraction(125)) == ()
    title = replace(LIVE_AIRING, kind=AiringKind.TITLE)
    assert live_breaks_of([title], {"r": cued((12, None)).plan.breaks}, Fraction(90), Fraction(125)) == (), (
        "a recording"
    )


@pytest.mark.parametrize("cues", [True, False], ids=["a channel with breaks", "a channel without"])
def test_manifests_of_a_takeover_have_the_cues_of_the_stream(cues: bool) -> None:
    offered = offered_renditions(PROFILES["live"], ("en",), ())
    clock = ChannelClock(datetime(2026, 6, 1, tzinfo=UTC), 600, offered, cues=cues)
    revisions = {"r": cued((12, 17))}
    breaks = {"r": revisions["r"].plan.breaks}
    for at, tags in ((101, 0), (106, 1), (109, 2)):
        periods = PeriodCache().periods([LIVE_AIRING], revisions, {})
        shown = presentation_at(clock, [LIVE_AIRING], periods, at * CLOCK_HZ, breaks).presentation
        found = [text.count("SCTE35-") for name in ("360p", "audio-en") if (text := hls.media(shown, name))]
        assert found == ([tags, tags] if cues else [0, 0])
    period = dash.mpd(shown, clock.epoch)
    assert ('<Event presentationTime="180000" duration="450000"' in period) == cues
