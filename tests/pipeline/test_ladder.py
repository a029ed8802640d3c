"""Ladders: never larger than the source, even dimensions, the same aspect ratio, sufficient codec levels."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.config import PROFILES, Profile
from otnet_server.media.ladder import _AVC_LEVELS, _HEVC_LEVELS, Rung, ladder

RATES = [Fraction(n) for n in (1, 12, 25, 30, 50, 60, 120)] + [Fraction(24_000, 1001), Fraction(60_000, 1001)]
sides = st.integers(2, 8192)
profiles = st.sampled_from([Profile(codec=c, heights=h) for c in ("h264", "hevc", "av1") for h in ((1080, 720, 540, 360, 240), (2160, 480), (144,))])  # fmt: skip


@given(sides, sides, st.sampled_from(RATES), profiles)
def test_ladder_invariants_hold_for_every_source(width: int, height: int, rate: Fraction, profile: Profile) -> None:
    rungs = ladder(width, height, rate, profile)
    assert rungs
    assert len({r.name for r in rungs}) == len(rungs), [r.name for r in rungs]
    for rung in rungs:
        assert rung.width % 2 == 0 and rung.height % 2 == 0
        assert rung.width <= max(16, width + 1) and rung.height <= max(16, height + 1), "never enlarged"
        _keeps_the_shape(rung, width, height)
        _fits_its_level(rung, rate, profile.codec)
        assert rung.buffer == rung.max_rate * 3 // 2
        assert rung.bandwidth(4) > rung.max_rate
    for larger, smaller in pairwise(rungs):
        assert larger.width >= smaller.width and larger.max_rate >= smaller.max_rate


def _keeps_the_shape(rung: Rung, width: int, height: int) -> None:
    """Within the one pixel that rounding to even dimensions may cost."""
    if min(rung.width, rung.height) > 16:
        assert abs(Fraction(rung.width * height, width) - rung.height) <= 1 + Fraction(height, width)
        assert abs(Fraction(rung.height * width, height) - rung.width) <= 1 + Fraction(width, height)


def _fits_its_level(rung: Rung, rate: Fraction, codec: str) -> None:
    if codec == "h264":
        per_second, per_frame, bits = _AVC_LEVELS[rung.level]
        blocks = -(-rung.width // 16) * -(-rung.height // 16)
        assert rung.codecs == f"avc1.6400{round(float(rung.level) * 10):02x}"
        if rung.level != "6.2":
            assert blocks <= per_frame and blocks * rate <= per_second and rung.max_rate <= bits
    else:
        per_second, per_frame = _HEVC_LEVELS[rung.level]
        if rung.level != "6.2":
            assert rung.width * rung.height <= per_frame and rung.width * rung.height * rate <= per_second
        assert rung.codecs.startswith({"hevc": "hvc1.1.6.L", "av1": "av01.0."}[codec])


TABLE: tuple[tuple[int, int, str, list[str]], ...] = (
    (1920, 1080, "25", ["1080p 1920x1080", "720p 1280x720", "540p 960x540", "360p 640x360", "240p 426x240"]),
    (3840, 2160, "25", ["1080p 1920x1080", "720p 1280x720", "540p 960x540", "360p 640x360", "240p 426x240"]),
    (1080, 1920, "25", ["1080p 1080x1920", "720p 720x1280", "540p 540x960", "360p 360x640", "240p 240x426"]),
    (1920, 800, "24", ["1080p 1920x800", "720p 1280x534", "540p 960x400", "360p 640x266", "240p 426x178"]),
    (320, 180, "25", ["180p 320x180"]),
    (321, 181, "25", ["182p 322x182"]),
    (1000, 1000, "25", ["1000p 1000x1000", "720p 720x720", "540p 540x540", "360p 360x360", "240p 240x240"]),
)


@pytest.mark.parametrize(("width", "height", "rate", "wanted"), TABLE)
def test_ladder_of_common_sizes(width: int, height: int, rate: str, wanted: list[str]) -> None:
    rungs = ladder(width, height, Fraction(rate), Profile())
    assert [f"{r.name} {r.width}x{r.height}" for r in rungs] == wanted


@pytest.mark.parametrize(
    ("codec", "wanted"), [("h264", "avc1.640028"), ("hevc", "hvc1.1.6.L120.90"), ("av1", "av01.0.08M.08")]
)
def test_codec_strings_of_full_hd(codec: str, wanted: str) -> None:
    assert ladder(1920, 1080, Fraction(25), Profile(codec=codec))[0].codecs == wanted  # type: ignore[arg-type]


def test_bit_rate_grows_with_frame_rate_and_quality() -> None:
    slow, fast = (ladder(1280, 720, Fraction(r), Profile())[0].max_rate for r in (30, 60))
    assert 1.3 * slow < fast < 1.5 * slow
    archive = ladder(1280, 720, Fraction(30), PROFILES["archive"])[0].max_rate
    assert archive == pytest.approx(1.8 * slow, rel=0.01)
