"""When titles are interrupted for breaks, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from otnet_server.channels.ad_breaks import BreakRules, break_after, next_break, ticks_of_breaks
from otnet_server.channels.airing import AdBreak, Airing, AiringKind, BreakAfter
from otnet_server.channels.guide_slots import merged, slot_of
from otnet_server.media.ad_markers import marker_times
from otnet_server.media.channel_clock import CLOCK_HZ

MINUTE = 60 * CLOCK_HZ
RULES = BreakRules(2 * MINUTE)
TIMES = [Fraction(600), Fraction(1200)]
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("free_min", "breaks"),
    [
        (None, [(600, 120), (1200, 120)]),
        (60, [(600, 120), (1200, 120)]),
        (33, [(600, 90), (1200, 90)]),
        (30.1, [(600, 6)]),
        (30, []),
        (20, []),
    ],
)
def test_breaks_share_the_time_that_is_free_until_the_next_program(
    free_min: float | None, breaks: list[tuple[int, int]]
) -> None:
    free = int(free_min * MINUTE) if free_min is not None else None
    start, end, found = Fraction(0), Fraction(1800), []
    left = free
    while (one := next_break(RULES, TIMES, start, end, left)) is not None:
        found.append((int(one.resume_at), one.duration // CLOCK_HZ))
        left = left - int((one.resume_at - start) * CLOCK_HZ) - one.duration if left is not None else None
        start = one.resume_at
    assert found == breaks
    assert ticks_of_breaks(RULES, TIMES, Fraction(0), end, free) == sum(s for _, s in breaks) * CLOCK_HZ


@pytest.mark.parametrize(
    ("start", "end", "at"), [(0, 1800, 600), (600, 1800, 1200), (599, 601, None), (1200, 1800, None), (0, 1201, 600)]
)
def test_break_lies_within_what_is_played(start: int, end: int, at: int | None) -> None:
    found = next_break(RULES, TIMES, Fraction(start), Fraction(end), None)
    assert (int(found.resume_at) if found else None) == at


def test_titles_without_markers_are_interrupted_at_intervals() -> None:
    rules = BreakRules(MINUTE, every_s=600)
    assert rules.times((), 1801) == [600, 1200, 1800]
    assert rules.times((33.5,), 1801) == [Fraction(67, 2)]
    assert RULES.times((), 1801) == []


@pytest.mark.parametrize(
    ("text", "times"), [("", []), ("300, 612.5", [300, 612.5]), ("612.5,,300 , 300", [300, 612.5])]
)
def test_markers_are_times_in_order(text: str, times: list[float]) -> None:
    assert marker_times(text) == times


@pytest.mark.parametrize("text", ["5:00", "-1", "0", "nan", "inf", "1e9", ",".join(map(str, range(1, 300)))])
def test_other_markers_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        marker_times(text)


def airing(number: int, start: int, seconds: int, kind: AiringKind = AiringKind.TITLE, **more: object) -> Airing:
    return Airing("c", number, start * CLOCK_HZ, seconds * CLOCK_HZ, kind, "m", "r", **more)  # type: ignore[arg-type]


def test_break_follows_the_airing_that_says_so_and_ends_when_its_time_is_over() -> None:
    first = airing(4, 0, 600, break_after=BreakAfter(MINUTE, Fraction(600), Fraction(1800)))
    ad_break = AdBreak(5, 600 * CLOCK_HZ, MINUTE)
    assert break_after(first) == ad_break
    assert break_after(airing(5, 600, 30, AiringKind.AD, ad_break=ad_break)) == ad_break
    assert break_after(airing(6, 630, 29, AiringKind.AD, ad_break=ad_break)) is None
    assert break_after(airing(7, 659, 100)) is None


def test_guide_has_one_entry_for_a_title_with_its_breaks() -> None:
    ad_break = AdBreak(1, 600 * CLOCK_HZ, 10 * MINUTE)
    airings = [
        airing(0, 0, 600, content="a", program="p"),
        airing(1, 600, 300, AiringKind.AD, content="ad", ad_break=ad_break),
        airing(2, 900, 300, AiringKind.SLATE, ad_break=ad_break),
        airing(3, 1200, 600, content="a", program="p", media_start=Fraction(600)),
        airing(4, 1800, 600, content="a", program="q"),
    ]
    slots = merged([slot_of(NOON, a) for a in airings])
    assert [(s.content, s.program, s.length) for s in slots] == [
        ("a", "p", timedelta(minutes=30)),
        ("a", "q", timedelta(minutes=10)),
    ]
    within = merged([slot_of(NOON, a) for a in airings[2:]])
    assert [(s.kind, s.content) for s in within][:2] == [(AiringKind.SLATE, None), (AiringKind.TITLE, "a")]
