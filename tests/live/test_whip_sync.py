"""The clocks of sound and pictures of a WHIP publisher."""

from __future__ import annotations

import pytest

from otnet_server.live.whip.sync import RATES, Sync


def test_frames_have_the_time_of_their_arrival_until_both_tracks_have_reported() -> None:
    sync = Sync()
    assert sync.time("video", 0, 1.0) == 1.0 and sync.time("audio", 0, 1.2) == 1.2
    assert sync.time("video", 3600, 9.0) == pytest.approx(1.04), "the jitter of arrivals is not that of the times"
    sync.report("video", 100.0, 3600, 0)
    assert sync.time("audio", 960, 1.3) == pytest.approx(1.22)


def test_reports_put_sound_where_the_pictures_of_its_moment_are() -> None:
    sync = Sync()
    sync.time("video", 0, 1.0)
    sync.time("audio", 0, 1.2)  # its network path is 200 ms slower
    sync.report("video", 100.0, 777 + 9000, 777)
    sync.report("audio", 100.0, 5 + 4800, 5)
    assert sync.time("video", 90_000, 2.0) == pytest.approx(2.0)
    assert sync.time("audio", 48_000, 2.2) == pytest.approx(2.0)


def test_reports_may_wrap_and_times_never_go_back() -> None:
    sync = Sync()
    sync.time("video", 0, 0.0)
    sync.time("audio", 48_000, 1.0)
    sync.report("video", 50.0, 10, (1 << 32) - 90_000 + 10)
    sync.report("audio", 50.0, 48_000, 0)
    assert sync.time("audio", 48_960, 1.1) > 1.0
    assert sync.time("audio", 48_000, 1.1) == pytest.approx(1.02 + 1 / RATES["audio"], abs=0.01)
