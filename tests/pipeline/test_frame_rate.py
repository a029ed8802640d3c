"""The frame rate, decided from declared rates and from the times of pictures."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import accumulate, cycle, islice

import pytest

from otnet_server.media.frame_rate import PictureTime, frame_rate

MS = Fraction(1, 1000)
FILM = Fraction(24_000, 1001)
NTSC = Fraction(30_000, 1001)


def presented(steps_s: Iterable[float], base: Fraction = MS, start_s: float = 0.0) -> list[PictureTime]:
    """Pictures in the order of their times, at these distances, with rounded times."""
    times = [round(t / base) for t in accumulate(map(Fraction, steps_s), initial=Fraction(start_s))]
    return [PictureTime(t, t) for t in times]


def reordered(pictures: list[PictureTime]) -> list[PictureTime]:
    """The same pictures in decode order, with a B-picture before every second one; decode times go on evenly."""
    order = list(pictures)
    for n in range(1, len(order) - 1, 2):
        order[n], order[n + 1] = order[n + 1], order[n]
    return [PictureTime(p.pts, at.pts) for p, at in zip(order, pictures, strict=True)]


def jitter(n: int) -> float:
    return (0, 0.004, -0.003, -0.001)[n % 4]


STEPS: dict[str, tuple[list[PictureTime], str, str, Fraction]] = {
    "25": (presented([0.04] * 100), "25/1", "25/1", Fraction(25)),
    "23.976 in milliseconds": (presented([float(1 / FILM)] * 200), "24000/1001", "24000/1001", FILM),
    "24 in milliseconds": (presented([1 / 24] * 200), "24/1", "24/1", Fraction(24)),
    "declared 1000": (presented([1 / 30] * 200), "1000/1", "1000/1", Fraction(30)),
    "120": (presented([1 / 120] * 200), "120/1", "120/1", Fraction(120)),
    "8 fps": (presented([0.125] * 50), "8/1", "8/1", Fraction(8)),
    "B-pictures": (reordered(presented([0.04] * 101)), "25/1", "25/1", Fraction(25)),
    "NTSC pulldown": (
        presented(islice(cycle([float(2 / (2 * NTSC)), float(3 / (2 * NTSC))]), 200)), "60000/1001", "19001/793", FILM,
    ),
    "NTSC pulldown, reordered": (
        reordered(presented(islice(cycle([0.0333667, 0.05005]), 201))), "60000/1001", "24000/1001", FILM,
    ),
    "PAL pulldown": (presented(islice(cycle([0.04] * 11 + [0.06]), 200)), "50/1", "24/1", Fraction(24)),
    "film and video": (presented([0.0333667] * 150 + [0.0333667, 0.05005] * 30), "60000/1001", "27/1", NTSC),
    "a still before motion": (presented([1.0] * 7 + [1 / 30] * 300), "30/1", "7320/389", Fraction(30)),
    "slow, then fast": (presented([0.2] * 100 + [1 / 30] * 60), "30/1", "12/1", Fraction(30)),
    "a phone": (presented(1 / 30 + jitter(n) for n in range(300)), "90000/1", "30/1", Fraction(30)),
    "dropped pictures": (presented([1 / 30, 1 / 30, 2 / 30] * 50), "30/1", "45/2", Fraction(30)),
    "a wrong time": (presented([0.04] * 100 + [0.001] + [0.04] * 100), "25/1", "25/1", Fraction(25)),
    "several places": (
        presented([0.04] * 60) + presented([0.04] * 60, start_s=600) + presented([0.04] * 60, start_s=1200),
        "25/1", "25/1", Fraction(25),
    ),
    "times without end": (presented([0.04] * 60) + presented([0.04] * 60), "25/1", "25/1", Fraction(25)),
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_rate_follows_from_the_distances_between_pictures(name: str) -> None:
    pictures, real, average, expected = STEPS[name]
    assert frame_rate(real, average, pictures, MS).rate == expected


def test_decode_times_count_where_presentation_times_are_missing() -> None:
    """As in an AVI file with B-pictures."""
    pictures = [PictureTime(None if n % 3 == 1 else n, n) for n in range(300)]
    assert frame_rate("25/1", "25/1", pictures, Fraction(1, 25)).rate == 25


@pytest.mark.parametrize(
    ("real", "average", "rate"),
    [("30/1", "0/0", 30), ("90000/1", "25/1", 25), (None, None, 25), ("90000/1", "0/0", 25), ("0/0", "1/0", 25)],
)
def test_declared_rate_counts_with_too_few_pictures(real: str | None, average: str | None, rate: int) -> None:
    decided = frame_rate(real, average, presented([0.04]), MS)
    assert (decided.rate, decided.variable) == (rate, False)


def test_reason_is_told() -> None:
    pictures, real, average, _ = STEPS["NTSC pulldown"]
    assert "pulldown" in frame_rate(real, average, pictures, MS).reason
    pictures, real, average, _ = STEPS["slow, then fast"]
    decided = frame_rate(real, average, pictures, MS)
    assert decided.variable and "varies" in decided.reason
