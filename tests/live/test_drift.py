"""The clock of a camera runs too fast or too slowly: what it sends stays in step with the time of day."""

from __future__ import annotations

import itertools
import random

import pytest

from otnet_server.live.drift import Drift

HOUR_MS = 3_600_000


@pytest.mark.parametrize("parts_per_million", [-300, -50, 0, 50, 300])
def test_times_stay_in_step_with_the_time_of_day_for_hours(parts_per_million: int) -> None:
    drift, jitter, corrected = Drift(), random.Random(1), list[int]()
    for sent in range(0, 2 * HOUR_MS, 200):
        stamp = round(sent * (1 + parts_per_million / 1e6))
        corrected.append(drift.correct(stamp, sent + 80 + jitter.randrange(60)))
    assert abs(corrected[-1] - (2 * HOUR_MS - 200)) < 60, "without a correction it would be up to 2160 ms"
    assert all(b - a in range(195, 206) for a, b in itertools.pairwise(corrected))


def test_a_congested_network_is_no_drift() -> None:
    """A minute in which everything is two seconds late moves the times by little, and only for a while."""
    drift, moved = Drift(), list[int]()
    for sent in range(0, HOUR_MS // 4, 40):
        late = 2000 if 300_000 < sent < 360_000 else 50
        moved.append(drift.correct(sent, sent + late) - sent)
    assert 0 < max(moved) <= 80 and moved[-1] == 0


def test_a_correct_clock_is_not_changed() -> None:
    drift = Drift()
    assert [drift.correct(t, t + 90) for t in range(0, 100_000, 40)] == list(range(0, 100_000, 40))
