"""What is derived from a telemetry report, and the figures computed from its sums."""

from __future__ import annotations

import pytest

from otnet_server.db.tables import STARTUP_LIMITS_MS
from otnet_server.telemetry.reports import PlaybackEvent, device_of, without_impossible_ranges
from otnet_server.telemetry.statistics import figures, percentile
from otnet_server.telemetry.viewer_keys import viewer_key

AGENTS = {
    "": "",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36": "computer",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148": "phone",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/140.0 Mobile Safari/537.36": "phone",
    "Mozilla/5.0 (Linux; Android 15; SM-X910) Chrome/140.0 Safari/537.36": "tablet",
    "Mozilla/5.0 (iPad; CPU OS 12_2 like Mac OS X)": "tablet",
    "Mozilla/5.0 (SMART-TV; LINUX; Tizen 8.0) AppleWebKit/537.36": "tv",
    "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36": "tv",
    "Mozilla/5.0 (Linux; Android 9; AFTMM Build/PS7233) AppleWebKit/537.36 Mobile": "tv",
}


@pytest.mark.parametrize(("agent", "device"), AGENTS.items())
def test_device_of_a_browser(agent: str, device: str) -> None:
    assert device_of(agent) == device


def test_watched_range_is_not_longer_than_the_time_since_the_player_was_loaded() -> None:
    event = PlaybackEvent(type="watched", at_ms=10_000, from_s=5, to_s=900_000)
    assert without_impossible_ranges(event).to_s == 5 + 4 * 70
    honest = PlaybackEvent(type="watched", at_ms=10_000, from_s=0, to_s=9)
    assert without_impossible_ranges(honest) == honest


def test_viewer_key_depends_on_salt_address_and_browser() -> None:
    keys = {viewer_key(salt, a, b) for salt in ("aa", "ab") for a in ("1.2.3.4", "1.2.3.5") for b in ("x", "y")}
    assert len(keys) == 8 and all(len(key) == 16 for key in keys)


def test_percentiles_are_interpolated_within_a_bucket() -> None:
    counts = [0] * (len(STARTUP_LIMITS_MS) + 1)
    assert percentile(counts, 0.5) is None
    counts[5] = 10  # 600 to 1000 ms
    assert (percentile(counts, 0.5), percentile(counts, 1)) == (800, 1000)
    counts[-1] = 90  # more than 10 s
    assert percentile(counts, 0.1) == 1000
    assert percentile(counts, 0.5) == 10_000 + round(20_000 * 40 / 90)


def test_figures_without_plays_have_no_ratios() -> None:
    empty = figures({}, 0)
    assert {empty[n] for n in ("startup_median_ms", "rebuffer_ratio", "exit_ratio", "failure_ratio")} == {None}
    assert figures({"rebuffer_ms": 2000, "watched_s": 98}, 1)["rebuffer_ratio"] == 0.02
