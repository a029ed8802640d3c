"""Finds hard telecine: film of 24 pictures per second stored as 60 fields, where fields were repeated (3:2 pulldown).

In such video, one of five top fields, and one of five bottom fields, is the same as the one before. Other interlaced
video has a new field each time. The differences between consecutive fields are measured at several places of the file;
where the picture stands still they say nothing. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from statistics import fmean, median

TELECINED_RATES = (Fraction(30_000, 1001), Fraction(30))
CYCLE = 5  # pictures of the video for four of the film
FILM_SHARE = Fraction(4, CYCLE)
MIN_FIELDS = 4 * CYCLE
MIN_DIFFERENCE = 0.5  # mean difference of luma between consecutive fields, from which on the picture moves
REPEATED = 0.7  # a repeated field differs by at most this share of the others: noise is encoded anew each time
TELECINED_SHARE = 0.75  # of the places where the picture moves; the pattern breaks at a cut
FIELDS = ("top", "bottom")

#: The differences of the top and of the bottom fields from the ones before, at one place of the file.
FieldDifferences = Mapping[str, Sequence[float]]


def is_telecined(places: Iterable[FieldDifferences]) -> bool:
    """Whether all of the video is film with pulldown, from the differences at several places."""
    verdicts = [v for place in places if (v := _has_pulldown(place)) is not None]
    return bool(verdicts) and sum(verdicts) >= TELECINED_SHARE * len(verdicts)


def _has_pulldown(place: FieldDifferences) -> bool | None:
    """None where the picture hardly moves, or there are too few fields."""
    phases = []
    for field in FIELDS:
        differences = place.get(field, ())
        if len(differences) < MIN_FIELDS:
            return None
        means = [fmean(differences[phase::CYCLE]) for phase in range(CYCLE)]
        if median(means) < MIN_DIFFERENCE:
            return None
        if min(means) > REPEATED * median(means):
            return False
        phases.append(means.index(min(means)))
    return (phases[0] - phases[1]) % CYCLE in (2, 3)
