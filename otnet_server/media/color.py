"""Colour descriptions of video (ITU-T H.273), in the names that ffmpeg gives them. Pure.

A source without tags follows the convention of its size: BT.709 for HD, BT.601 for SD. Renditions keep the colours of
the source as they are where every player can show them, and are converted to BT.709 otherwise; both are tagged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

HD_WIDTH, HD_HEIGHT = 1280, 720
PAL_HEIGHTS = {288, 576, 608}
PAL_RATES = {25, 50}
UNKNOWN = {"", "unknown", "unspecified", "reserved"}
# What H.264, HEVC and AV1 players show correctly in 8 bit.
SUPPORTED_MATRICES = {"bt709", "smpte170m", "bt470bg"}
SUPPORTED_PRIMARIES = {"bt709", "smpte170m", "bt470bg", "smpte432"}
SUPPORTED_TRANSFERS = {"bt709", "smpte170m", "iec61966-2-1", "bt470m", "bt470bg"}
# Code points of H.273, which RFC 6381 codec strings of AV1 contain.
PRIMARIES_CODES = {"bt709": 1, "bt470bg": 5, "smpte170m": 6, "smpte432": 12}
TRANSFER_CODES = {"bt709": 1, "bt470m": 4, "bt470bg": 5, "smpte170m": 6, "iec61966-2-1": 13}
MATRIX_CODES = {"bt709": 1, "bt470bg": 5, "smpte170m": 6}


class ColorDescription(BaseModel):
    """`matrix` is `gbr` for RGB. `full_range`: black is 0 and white the largest value."""

    model_config = ConfigDict(frozen=True)
    matrix: str
    primaries: str
    transfer: str
    full_range: bool = False

    def av1_codec_suffix(self) -> str:
        """What follows the bit depth in the codec string of AV1 (AV1-ISOBMFF §5): 4:2:0 and these colours. Empty for
        BT.709, which is the default."""
        if self == BT709:
            return ""
        codes = (PRIMARIES_CODES[self.primaries], TRANSFER_CODES[self.transfer], MATRIX_CODES[self.matrix])
        return ".0.110." + ".".join(f"{code:02d}" for code in codes) + ".0"


BT709 = ColorDescription(matrix="bt709", primaries="bt709", transfer="bt709")
BT601_525 = ColorDescription(matrix="smpte170m", primaries="smpte170m", transfer="smpte170m")
BT601_625 = ColorDescription(matrix="bt470bg", primaries="bt470bg", transfer="smpte170m")


def conventional_color(width: int, height: int, rate: float) -> ColorDescription:
    """The colours of video without tags, from its coded size in pixels and its frame rate."""
    if width >= HD_WIDTH or height >= HD_HEIGHT:
        return BT709
    return BT601_625 if height in PAL_HEIGHTS or round(rate, 3) in PAL_RATES else BT601_525


def color_of(stream: Mapping[str, Any], rate: float) -> ColorDescription:
    """The colours of a video stream, from ffprobe's description of it and its frame rate.

    What is not tagged follows from what is, else from the convention for the size.
    """
    convention = conventional_color(int(stream["width"]), int(stream["height"]), rate)
    matrix, primaries, transfer = (
        "" if (value := str(stream.get(key, ""))) in UNKNOWN else value
        for key in ("color_space", "color_primaries", "color_transfer")
    )
    pixels = str(stream.get("pix_fmt", ""))
    rgb = matrix == "gbr" or pixels.startswith(("rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr", "pal8", "x2"))
    if not matrix:
        matrix = {"bt709": "bt709", "smpte170m": "smpte170m", "bt470bg": "bt470bg", "bt2020": "bt2020nc"}.get(
            primaries, convention.matrix
        )
    if not primaries:
        by_matrix = {"bt709": "bt709", "smpte170m": "smpte170m", "bt470bg": "bt470bg", "bt2020nc": "bt2020"}
        primaries = by_matrix.get(matrix, "bt709" if rgb else convention.primaries)
    if not transfer:
        transfer = "bt709" if rgb else "smpte170m" if matrix in ("smpte170m", "bt470bg") else "bt709"
    return ColorDescription(
        matrix="gbr" if rgb else matrix,
        primaries=primaries,
        transfer=transfer,
        full_range=rgb or stream.get("color_range") == "pc" or pixels.startswith("yuvj"),
    )


def rendition_color(source: ColorDescription, *, hdr: bool) -> ColorDescription:
    """The colours of the renditions of a source: its own in limited range, or BT.709 where players need that."""
    if hdr or source.primaries not in SUPPORTED_PRIMARIES:
        return BT709
    return ColorDescription(
        matrix=source.matrix if source.matrix in SUPPORTED_MATRICES else "bt709",
        primaries=source.primaries,
        transfer=source.transfer if source.transfer in SUPPORTED_TRANSFERS else "bt709",
    )
