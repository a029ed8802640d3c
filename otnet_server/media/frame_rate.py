"""Decides the frame rate of a video, from what the container declares and from the times of its pictures. Pure.

Declared rates are often wrong: Matroska may declare 1000/1, and the average of a screen recording matches no picture.
Therefore the distances between pictures decide, measured at several places of the file. The rate is:

- that of the film, for film that is stored with the pulldown of NTSC or PAL (pictures of two and three fields);
- else that of the shortest distance that is common, so that no picture is lost where the rate varies;
- else the declared rate, when there are too few pictures to measure.

A rate close to a standard rate is rounded to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

STANDARD_RATES = [Fraction(n) for n in (10, 12, 15, 24, 25, 30, 48, 50, 60, 100, 120)] + [
    Fraction(n * 1000, 1001) for n in (15, 24, 30, 48, 60, 120)
]
MIN_RATE, MAX_RATE = Fraction(1), Fraction(240)
MIN_STEPS = 3
COMMON_SHARE = 0.1  # of all distances: a shorter distance that is rarer is an error of a time
PAUSE_S = 3.0  # a longer distance says nothing about the rate
NEW_WINDOW_S = 3.0
REORDERED_PICTURES = 16  # of H.264 and HEVC at most
# Pulldown: (fields per second, rates of the film, the smallest and the largest share of pictures with three fields).
PULLDOWNS = (
    (Fraction(60_000, 1001), (Fraction(24_000, 1001), Fraction(24)), 0.25, 0.75),
    (Fraction(50), (Fraction(24), Fraction(24_000, 1001)), 0.05, 0.15),
)


class FrameRate(NamedTuple):
    """Frames per second; `variable`: the distances between pictures vary. `reason` is a sentence for people."""

    rate: Fraction
    variable: bool
    reason: str


class PictureTime(NamedTuple):
    """The presentation and the decode time of a picture in ticks; None where the container has none."""

    pts: int | None
    dts: int | None


def frame_rate(real: str | None, average: str | None, pictures: Sequence[PictureTime], base: Fraction) -> FrameRate:
    """The frame rate of a stream whose time base is `base`.

    `real` and `average` are ffprobe's `r_frame_rate` and `avg_frame_rate`. `pictures` are in decode order, from one or
    more places of the file.
    """
    declared = [rate for rate in map(parse_rate, (average, real)) if rate is not None and MIN_RATE <= rate <= MAX_RATE]
    steps = [step for step in _steps(pictures, base) if step <= PAUSE_S]
    if len(steps) < MIN_STEPS:
        rate = nearest_standard_rate(declared[0] if declared else Fraction(25))
        return FrameRate(rate, False, "as declared, because there are too few pictures to measure")
    rounding_s = max(float(base), 0.001)  # many formats store milliseconds
    if (film := _film_rate(steps, rounding_s, declared)) is not None:
        return FrameRate(film, False, "pictures alternate between two and three fields, which is film with pulldown")
    common = _shortest_common(steps, rounding_s)
    measured = Fraction(len(common) / sum(common))
    variable = len(common) < 0.95 * len(steps)
    reason = (
        f"the rate varies; the shortest common distance between pictures is {1000 / float(measured):.1f} ms"
        if variable
        else f"the pictures are {1000 / float(measured):.2f} ms apart"
    )
    # A declared rate that fits the measured one is exact where the measured one is rounded.
    for rate in declared:
        if abs(rate / measured - 1) < Fraction(1, 50):
            return FrameRate(nearest_standard_rate(rate), variable, f"{reason}, as declared")
    uneven = common[-1] - common[0] > 2.2 * rounding_s  # a rate between two standard ones says little
    return FrameRate(nearest_standard_rate(measured, Fraction(1, 30 if uneven else 200)), variable, reason)


def nearest_standard_rate(rate: Fraction, tolerance: Fraction = Fraction(3, 10_000)) -> Fraction:
    """The nearest standard rate (0.03 % keeps 23.976 and 24 apart), else the rate as a short fraction."""
    best = min(STANDARD_RATES, key=lambda r: abs(r / rate - 1))
    if abs(best / rate - 1) < tolerance:
        return best
    return min(max(rate.limit_denominator(10_000), MIN_RATE), MAX_RATE)


def parse_rate(text: str | None) -> Fraction | None:
    """A positive fraction as ffprobe writes it; None for `0/0` and anything else."""
    try:
        value = Fraction(text or "")
    except (ValueError, ZeroDivisionError):
        return None
    return value if value > 0 else None


def _steps(pictures: Sequence[PictureTime], base: Fraction) -> list[float]:
    """The distances between consecutive pictures in seconds.

    A container without presentation times for many pictures (AVI with B-frames) has a constant rate, which its decode
    times show.
    """
    without_pts = sum(p.pts is None for p in pictures)
    if without_pts * 10 > len(pictures):
        times = [[p.dts for p in pictures if p.dts is not None]]
    else:
        times = [_complete(window) for window in _windows(pictures, base)]
    return [float((b - a) * base) for window in times for a, b in pairwise(sorted(set(window)))]


def _windows(pictures: Iterable[PictureTime], base: Fraction) -> list[list[PictureTime]]:
    """The pictures by the places of the file that they are from: decode times go on within a place."""
    windows: list[list[PictureTime]] = []
    last: int | None = None
    for picture in pictures:
        at = picture.dts if picture.dts is not None else picture.pts
        if at is None:
            continue
        if last is None or at <= last - NEW_WINDOW_S / base or at - last > NEW_WINDOW_S / base:
            windows.append([])
        windows[-1].append(picture)
        last = at
    return windows


def _complete(window: list[PictureTime]) -> list[int]:
    """The presentation times up to the first one that may be missing, because the picture follows the window: a picture
    that comes later is presented after the last decode time."""
    times = [p.pts for p in window if p.pts is not None]
    decoded = [p.dts for p in window if p.dts is not None]
    if decoded:
        return [t for t in times if t <= decoded[-1]] or times
    return sorted(times)[:-REORDERED_PICTURES] if len(times) > 4 * REORDERED_PICTURES else times


def _film_rate(steps: list[float], rounding_s: float, declared: list[Fraction]) -> Fraction | None:
    """The rate of film with pulldown, or None for anything else."""
    for fields, rates, least, most in PULLDOWNS:
        two, three = float(2 / fields), float(3 / fields)
        twos = [s for s in steps if abs(s - two) <= rounding_s * 1.1]
        threes = [s for s in steps if abs(s - three) <= rounding_s * 1.1]
        count = len(twos) + len(threes)
        if count < 0.95 * len(steps) or not least <= len(threes) / count <= most:
            continue
        mean = count / (sum(twos) + sum(threes))
        if abs(mean / float(rates[0]) - 1) < 0.015:
            exact = (r for d in declared for r in rates if abs(d / r - 1) < Fraction(3, 10_000))
            return next(exact, rates[0])
    return None


def _shortest_common(steps: list[float], rounding_s: float) -> list[float]:
    """The shortest distances that are alike and make up a common share of all."""
    clusters: list[list[float]] = []
    for step in sorted(steps):
        if 1 / step > MAX_RATE * Fraction(11, 10):
            continue
        if clusters and step - clusters[-1][-1] <= max(rounding_s * 1.1, 0.15 * step):
            clusters[-1].append(step)
        else:
            clusters.append([step])
    common = [c for c in clusters if len(c) >= COMMON_SHARE * len(steps)]
    return (common or sorted(clusters, key=len, reverse=True) or [steps])[0]
