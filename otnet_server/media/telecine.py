"""Finds hard telecine: film of 24 pictures per second stored as 60 fields, where fields were repeated (3:2 pulldown).

In such video, one of five top fields, and another one of five bottom fields, is the same as the one before. More are
the same in animation that has a new drawing for every second picture. Other interlaced video has a new field each time.
The differences between consecutive fields are measured at several places of the file; where the picture stands still
they say nothing. A single place with new fields only makes it video, whose pictures must not be lost. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Literal

TELECINED_RATES = (Fraction(30_000, 1001), Fraction(30))
CYCLE = 5  # pictures of the video for four of the film
FILM_SHARE = Fraction(4, CYCLE)
MIN_CYCLES = 4  # in a row, in which the same fields are repeated; such runs make up most of a place with film
MIN_DIFFERENCE = 0.5  # mean difference of luma between consecutive fields, from which on the picture moves
REPEATED = 0.7  # a repeated field differs by at most this share of the others: noise is encoded anew each time
TELECINED_SHARE = 0.75  # of the places where the picture moves; the pattern breaks at a cut
LEAST = 0.85  # in grainy film, a repeated field differs by at most this share of the smallest of the others
NEW_SHARE = 0.5  # of the cycles of a place, from which on without a repeated field it is video
FIELDS = ("top", "bottom")

#: The differences of the top and of the bottom fields from the ones before, at one place of the file.
FieldDifferences = Mapping[str, Sequence[float]]
Content = Literal["film", "video", "unknown"]


def is_telecined(places: Iterable[FieldDifferences]) -> bool:
    """Whether all of the video is film with pulldown, from the differences at several places."""
    contents = [content for place in places if (content := content_of(place)) is not None]
    return bool(contents) and "video" not in contents and contents.count("film") >= TELECINED_SHARE * len(contents)


def content_of(place: FieldDifferences) -> Content | None:
    """What is stored at a place; `unknown` where fields are repeated without the pattern of pulldown, None where the
    picture hardly moves or there are too few fields."""
    cycles = [pair for pair in zip(*(_cycles(place.get(f, ())) for f in FIELDS), strict=False) if _moves(pair)]
    if len(cycles) < MIN_CYCLES:
        return None
    repeated = [(_repeated_phases(top), _repeated_phases(bottom)) for top, bottom in cycles]
    if sum(not (top and bottom) for top, bottom in repeated) >= NEW_SHARE * len(repeated):
        return "video"
    covered: set[int] = set()
    for first in range(len(repeated) - MIN_CYCLES + 1):
        run = range(first, first + MIN_CYCLES)
        if _is_pulldown([repeated[n] for n in run]):
            covered.update(run)
    return "film" if len(covered) > len(repeated) / 2 else "unknown"


def _is_pulldown(run: Sequence[tuple[set[int], set[int]]]) -> bool:
    """Whether each field is repeated in all cycles at a place where the other one is new."""
    top, bottom = (set.intersection(*phases) for phases in zip(*run, strict=True))
    return bool(top - bottom) and bool(bottom - top)


def _cycles(differences: Sequence[float]) -> list[Sequence[float]]:
    return [differences[n : n + CYCLE] for n in range(0, len(differences) - CYCLE + 1, CYCLE)]


def _moves(fields: Iterable[Sequence[float]]) -> bool:
    return all(_motion(cycle) >= MIN_DIFFERENCE for cycle in fields)


def _motion(cycle: Sequence[float]) -> float:
    """The second largest difference, because the largest one may be a cut."""
    return sorted(cycle)[-2]


def _repeated_phases(cycle: Sequence[float]) -> set[int]:
    least, next_least = sorted(cycle)[:2]
    limit = max(REPEATED * _motion(cycle), least if least <= LEAST * next_least else 0.0)
    return {phase for phase, difference in enumerate(cycle) if difference <= limit}
