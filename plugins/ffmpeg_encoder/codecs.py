"""The settings of software and hardware encoders, one table row each. Pure.

Every encoder writes closed GOPs with keyframes at the planned segment boundaries only, with a capped bit rate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from otnet_server import VideoRendition

Options = dict[str, Any]


@dataclass(frozen=True)
class Coder:
    """`options(rendition, preset, crf)` returns ffmpeg output options; `upload` are the filters that move frames to a
    device; `device` says that the process needs access to devices."""

    options: Callable[[VideoRendition, str, int], Options]
    upload: str = ""
    device: bool = False


def _capped(rendition: VideoRendition) -> Options:
    return {"maxrate": rendition.max_bit_rate, "bufsize": rendition.buffer_bits}


def _x264(rendition: VideoRendition, preset: str, crf: int) -> Options:
    # 8x8dct requires the High profile in every preset, as the planned codec string says.
    return {
        "c:v": "libx264", "preset": preset, "profile:v": "high", "level:v": rendition.level, "crf": crf,
        **_capped(rendition), "sc_threshold": 0, "forced-idr": 1, "flags": "+cgop", "x264-params": "8x8dct=1",
    }  # fmt: skip


def _x265(rendition: VideoRendition, preset: str, crf: int) -> Options:
    level = rendition.level.replace(".", "")
    params = f"scenecut=0:open-gop=0:level-idc={level}:high-tier=0:repeat-headers=0:info=0:log-level=error"
    return {
        "c:v": "libx265", "preset": preset, "crf": crf, **_capped(rendition), "forced-idr": 1, "x265-params": params,
    }  # fmt: skip


def _svtav1(rendition: VideoRendition, preset: str, crf: int) -> Options:
    params = f"scd=0:enable-force-key-frames=1:mbr={rendition.max_bit_rate // 1000}:lp=2"
    return {"c:v": "libsvtav1", "preset": preset, "crf": crf, "svtav1-params": params}


def _nvenc(codec: str) -> Callable[[VideoRendition, str, int], Options]:
    return lambda rendition, preset, crf: {
        "c:v": f"{codec}_nvenc", "preset": "p4", "rc": "vbr", "cq": crf, "b:v": 0, **_capped(rendition),
        "forced-idr": 1, "no-scenecut": 1, "strict_gop": 1,
        **({"profile:v": "high", "level:v": rendition.level} if codec == "h264" else {}),
    }  # fmt: skip


def _qsv(codec: str) -> Callable[[VideoRendition, str, int], Options]:
    return lambda rendition, preset, crf: {
        "c:v": f"{codec}_qsv", "preset": "medium", "b:v": rendition.max_bit_rate * 2 // 3,
        **_capped(rendition), "forced_idr": 1,
        **({"profile:v": "high"} if codec == "h264" else {}),
    }  # fmt: skip


def _vaapi(codec: str) -> Callable[[VideoRendition, str, int], Options]:
    return lambda rendition, preset, crf: {
        "c:v": f"{codec}_vaapi", "rc_mode": "VBR", "b:v": rendition.max_bit_rate * 2 // 3,
        **_capped(rendition), "idr_interval": 0,
        **({"profile:v": "high"} if codec == "h264" else {}),
    }  # fmt: skip


SOFTWARE = {"h264": "libx264", "hevc": "libx265", "av1": "libsvtav1"}

CODERS: dict[str, Coder] = {
    "libx264": Coder(_x264),
    "libx265": Coder(_x265),
    "libsvtav1": Coder(_svtav1),
}
for _codec in SOFTWARE:
    CODERS[f"{_codec}_nvenc"] = Coder(_nvenc(_codec), device=True)
    CODERS[f"{_codec}_qsv"] = Coder(_qsv(_codec), device=True)
    CODERS[f"{_codec}_vaapi"] = Coder(_vaapi(_codec), upload="format=nv12,hwupload", device=True)

HARDWARE = ("nvenc", "qsv", "vaapi")


def candidates(codec: str, request: str) -> list[str]:
    """The encoders to try, in order; the software encoder is always the last. `request` is “auto”, “software” or a
    kind of hardware."""
    kinds = HARDWARE if request == "auto" else () if request == "software" else (request,)
    return [*(f"{codec}_{kind}" for kind in kinds), SOFTWARE[codec]]
