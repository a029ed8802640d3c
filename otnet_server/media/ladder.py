"""The ladder: the sizes and bit rates that a video is encoded in.

A rung is a 16:9 box (9:16 for portrait video) that the picture is scaled down to fit; it is never enlarged. When no
box is close to the picture's own size, that size is the top rung. The peak rate grows with the number of pixels
(exponent 0.85: larger pictures need fewer bits per pixel) and with the square root of the frame rate.

Pure. Levels: ITU-T H.264 table A-1, H.265 table A.8, AV1 annex A.3; codec strings: RFC 6381 and
ISO/IEC 14496-15 annex E.
"""

from __future__ import annotations

from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from otnet_server.config import Profile


class Rung(BaseModel):
    """One rendition. Rates are bits per second; `max_rate` is the cap, `buffer` the VBV size in bits."""

    model_config = ConfigDict(frozen=True)
    name: str
    width: int
    height: int
    max_rate: int
    buffer: int
    level: str
    codecs: str

    @property
    def box_height(self) -> int:
        """The height of the 16:9 box that the picture fits, which is the name of the rung: 720 for 720 × 1280."""
        return int(self.name.removesuffix("p"))

    def bandwidth(self, segment_s: float) -> int:
        """Upper bound of a segment's bit rate in bits per second: the cap, a full buffer emptied within the segment,
        and 2 % for the boxes."""
        return int((self.max_rate + 0.9 * self.buffer / segment_s) * 1.02)


def ladder(width: int, height: int, rate: Fraction, profile: Profile) -> tuple[Rung, ...]:
    """Rungs for a picture of `width` × `height` square pixels, best first; at least one."""
    top = max(profile.heights)
    native = min(Fraction(1), _fit(width, height, top))
    scales = [(native, None)] + [
        (scale, box) for box in sorted(profile.heights, reverse=True) if (scale := _fit(width, height, box)) <= native
    ]
    rungs: list[Rung] = []
    last: Fraction | None = None
    for scale, box in scales:
        if last is not None and scale > last * Fraction(92, 100):
            continue
        rungs.append(_rung(_even(width * scale), _even(height * scale), rate, profile, box))
        last = scale
    return tuple(rungs)


def _fit(width: int, height: int, box: int) -> Fraction:
    long, short = max(width, height), min(width, height)
    return min(Fraction(box * 16, 9 * long), Fraction(box, short))


def _even(value: Fraction) -> int:
    return max(16, int(value / 2 + Fraction(1, 2)) * 2)


def _rung(width: int, height: int, rate: Fraction, profile: Profile, box: int | None) -> Rung:
    pixels = width * height
    peak = 5_000_000 * (pixels / 2_073_600) ** 0.85 * max(0.6, float(rate) / 30) ** 0.5 * profile.rate_factor
    max_rate = max(80_000, round(peak / 10_000) * 10_000)
    buffer = max_rate * 3 // 2
    level, codecs = CODEC_LEVELS[profile.codec](width, height, rate, max_rate)
    short = min(width, height)
    near = next((h for h in profile.heights if abs(_fit(width, height, h) - 1) < Fraction(4, 100)), None)
    return Rung(
        name=f"{box or near or short}p",
        width=width,
        height=height,
        max_rate=max_rate,
        buffer=buffer,
        level=level,
        codecs=codecs,
    )


# level: (macroblocks/s, macroblocks/frame, bit/s of High profile)
_AVC_LEVELS = {
    "1.3": (11_880, 396, 960_000),
    "2.1": (19_800, 792, 5_000_000),
    "3.0": (40_500, 1_620, 12_500_000),
    "3.1": (108_000, 3_600, 17_500_000),
    "3.2": (216_000, 5_120, 25_000_000),
    "4.0": (245_760, 8_192, 25_000_000),
    "4.2": (522_240, 8_704, 62_500_000),
    "5.0": (589_824, 22_080, 168_750_000),
    "5.1": (983_040, 36_864, 300_000_000),
    "5.2": (2_073_600, 36_864, 300_000_000),
    "6.2": (16_711_680, 139_264, 800_000_000),
}
# level: (luma samples/s, luma samples/frame)
_HEVC_LEVELS = {
    "2.0": (3_686_400, 122_880),
    "2.1": (7_372_800, 245_760),
    "3.0": (16_588_800, 552_960),
    "3.1": (33_177_600, 983_040),
    "4.0": (66_846_720, 2_228_224),
    "4.1": (133_693_440, 2_228_224),
    "5.0": (267_386_880, 8_912_896),
    "5.1": (534_773_760, 8_912_896),
    "5.2": (1_069_547_520, 8_912_896),
    "6.2": (4_278_190_080, 35_651_584),
}


def _avc(width: int, height: int, rate: Fraction, max_rate: int) -> tuple[str, str]:
    blocks = -(-width // 16) * -(-height // 16)
    level = next(
        (
            n
            for n, (mbps, mb, bits) in _AVC_LEVELS.items()
            if blocks <= mb and blocks * rate <= mbps and max_rate <= bits
        ),
        "6.2",
    )
    return level, f"avc1.6400{round(float(level) * 10):02x}"


def _hevc(width: int, height: int, rate: Fraction, max_rate: int) -> tuple[str, str]:
    samples = width * height
    level = next((n for n, (sps, s) in _HEVC_LEVELS.items() if samples <= s and samples * rate <= sps), "6.2")
    return level, f"hvc1.1.6.L{round(float(level) * 30)}.90"


def _av1(width: int, height: int, rate: Fraction, max_rate: int) -> tuple[str, str]:
    samples = width * height
    level = next((n for n, (sps, s) in _HEVC_LEVELS.items() if samples <= s and samples * rate <= sps), "6.2")
    major, minor = map(int, level.split("."))
    return level, f"av01.0.{(major - 2) * 4 + minor:02d}M.08"


CODEC_LEVELS = {"h264": _avc, "hevc": _hevc, "av1": _av1}
