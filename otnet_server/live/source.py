"""What a publisher sends: whether it has pictures and sound, the size of the pictures and their rate. Pure but for
`probe`, which runs ffprobe on the first bytes."""

from __future__ import annotations

import asyncio
import json
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from otnet_server.process.command import Command, Limits, ProcessFailed
from otnet_server.process.ffmpeg_input import input_args
from otnet_server.protocols import Run

ENTRIES = (
    "stream=codec_type,width,height,avg_frame_rate,r_frame_rate,sample_aspect_ratio:stream_disposition=attached_pic"
)
LIMITS = Limits(wall_s=10, idle_s=10, memory_bytes=2 << 30, stdout_bytes=1 << 20)
MAX_SIDE = 8192


@dataclass(frozen=True)
class LiveSource:
    """`width` × `height` square pixels; 0 × 0 without pictures. `rate` is 0 when it is not known."""

    width: int
    height: int
    rate: Fraction
    sound: bool

    @property
    def pictures(self) -> bool:
        return self.width > 0


def parse(streams: list[dict[str, Any]]) -> LiveSource:
    """The source from ffprobe's list of streams."""
    video = next(
        (s for s in streams if s.get("codec_type") == "video" and _side(s, "width") and _side(s, "height")), None
    )
    sound = any(s.get("codec_type") == "audio" for s in streams)
    if video is None:
        return LiveSource(0, 0, Fraction(0), sound)
    aspect = _fraction(str(video.get("sample_aspect_ratio", "1:1")).replace(":", "/")) or Fraction(1)
    aspect = aspect if Fraction(1, 8) <= aspect <= 8 else Fraction(1)
    width = max(2, min(MAX_SIDE, round(_side(video, "width") * aspect)))
    rate = _fraction(video.get("avg_frame_rate", "")) or _fraction(video.get("r_frame_rate", ""))
    return LiveSource(width, _side(video, "height"), rate, sound)


def _side(stream: dict[str, Any], name: str) -> int:
    value = stream.get(name)
    return value if isinstance(value, int) and 16 <= value <= MAX_SIDE else 0


def _fraction(text: object) -> Fraction:
    try:
        return Fraction(str(text))
    except (ValueError, ZeroDivisionError):
        return Fraction(0)


async def probe(head: bytes, demuxer: str, ffprobe: str, work: Path, run: Run) -> LiveSource | None:
    """The source whose first bytes are `head`; None when they can't be read."""
    with tempfile.TemporaryDirectory(dir=work) as folder:
        file = Path(folder) / "head"
        await asyncio.to_thread(file.write_bytes, head)
        argv = (ffprobe, "-v", "error", "-of", "json", "-show_entries", ENTRIES, *input_args(demuxer, file))
        try:
            result = await run(Command(argv, Path(folder), reads=(file,), limits=LIMITS))
            streams = json.loads(result.stdout).get("streams", [])
        except (ProcessFailed, ValueError):
            return None
    return parse(streams)
