"""Probes a file: detects its format, runs ffprobe in the jail, and returns a typed Source.

Instead of reading the whole file, ffprobe reads the head (streams, chapters, and the first packets for the frame rate)
and the tail (the last seconds, for the true end). A source that can't be seeked is read once as a whole if it has only
audio; with video its length is estimated and its timeline grows.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from otnet_server.binaries import Binaries
from otnet_server.config import Limits
from otnet_server.errors import MediaError
from otnet_server.media.source import Source, parse
from otnet_server.pipeline.sniff import HEAD_BYTES, Refused, Sniffed, refusal, sniff, tag_bytes
from otnet_server.pipeline.truncation import is_truncated
from otnet_server.process.command import Command, ProcessFailed, Result
from otnet_server.process.command import Limits as ProcessLimits
from otnet_server.process.ffmpeg_input import input_args

if TYPE_CHECKING:  # importing all protocols would take a tenth of the time of “otnet probe”
    from otnet_server.protocols import Run

HEAD_PACKETS = 300
TAIL_S = 10.0
PROBE_ENTRIES = (
    "format=format_name,start_time,duration:format_tags:stream:stream_tags:stream_disposition:"
    "stream_side_data=rotation:chapter:chapter_tags"
)
OVERSIZED_ERROR = re.compile(r"Picture size \d+x\d+ (is invalid|exceeds)")
PACKET_ENTRIES = "packet=stream_index,pts,duration,flags"


def sniff_file(path: Path) -> Sniffed:
    """Detect the format of a file on disk. Raises Refused for a symlink, folder, pipe or device, an unreadable file,
    and everything that is not media."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if path.is_symlink():
            raise refusal("symlink", "a symbolic link") from error
        raise Refused("refused_unreadable", "The file can't be read.", "Check its permissions.") from error
    with os.fdopen(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise refusal("not_a_file", "a folder, pipe or device")
        head = file.read(HEAD_BYTES)
        tag = tag_bytes(head)
        if not tag:
            return sniff(head)
        file.seek(tag)
        return sniff(head, file.read(HEAD_BYTES))


def head_argv(ffprobe: str, demuxer: str, path: Path) -> tuple[str, ...]:
    """The ffprobe command for format, streams, chapters and the first packets, as JSON."""
    return (
        ffprobe, "-v", "error", "-of", "json", "-show_entries", f"{PROBE_ENTRIES}:{PACKET_ENTRIES}",
        "-read_intervals", f"%+#{HEAD_PACKETS}", *input_args(demuxer, path),
    )  # fmt: skip


def tail_argv(ffprobe: str, demuxer: str, path: Path, from_s: float) -> tuple[str, ...]:
    """The ffprobe command for the packets from `from_s` to the end, as CSV lines: stream, pts, duration, flags."""
    interval = ("-read_intervals", f"{from_s:.3f}%") if from_s > 0 else ()
    return (
        ffprobe, "-v", "error", "-of", "csv=p=0", "-show_entries", PACKET_ENTRIES,
        *interval, *input_args(demuxer, path),
    )  # fmt: skip


class LastPackets:
    """Keeps the last packet of each stream."""

    def __init__(self) -> None:
        self._last: dict[int, dict[str, Any]] = {}

    def add_line(self, line: str) -> None:
        parts = line.strip().split(",")
        if len(parts) < 4 or not parts[0].isdigit() or not parts[1].lstrip("-").isdigit() or "D" in parts[3]:
            return
        stream, pts = int(parts[0]), int(parts[1])
        duration = int(parts[2]) if parts[2].isdigit() else 0
        last = self._last.get(stream)
        if last is None or pts >= last["pts"]:
            self._last[stream] = {"stream_index": stream, "pts": pts, "duration": duration}

    def packets(self) -> list[dict[str, Any]]:
        return list(self._last.values())


async def probe(path: Path, binaries: Binaries, run: Run, limits: Limits, work: Path) -> Source:
    """Probe a file. Raises MediaError (stage `probe`) with a message for users."""
    try:
        sniffed = await asyncio.to_thread(sniff_file, path)
    except Refused as e:
        raise MediaError(e.code, "probe", e.message, e.remedy) from e
    if await asyncio.to_thread(_is_file_truncated, sniffed.demuxer, path):
        raise MediaError("truncated", "probe", "The file is truncated: its end is missing.", "Copy or export it again.")

    async def run_ffprobe(argv: tuple[str, ...], on_line: Callable[[str], None] | None = None) -> Result:
        process_limits = ProcessLimits(wall_s=limits.probe_s, idle_s=limits.probe_s, memory_bytes=2 << 30)
        try:
            return await run(Command(argv, work, reads=(path,), limits=process_limits), on_line=on_line)
        except ProcessFailed as e:
            code = "too_many_streams" if "exceeds max_streams" in e.log_tail else "unreadable"
            raise MediaError(code, "probe", f"The file can't be read. {e.message}", e.remedy) from e

    result = await run_ffprobe(head_argv(binaries.ffprobe, sniffed.demuxer, path))
    try:
        head = json.loads(result.stdout)
    except ValueError as e:
        raise MediaError("unreadable", "probe", "The file can't be read: it is damaged.") from e
    if not head.get("streams"):
        raise MediaError("unreadable", "probe", "The file contains nothing to play: it is damaged or empty.")
    if not head.get("packets") and any(_is_decodable(s) for s in head["streams"]):
        raise MediaError(
            "no_data", "probe",
            "The file declares video or audio but contains none: the data is missing or is in another file, which "
            "OTNet does not open.",
            "Export it again as a single file.",
        )  # fmt: skip
    duration, start = (float(head["format"].get(k, 0) or 0) for k in ("duration", "start_time"))
    has_video = any(_is_video(s) for s in head["streams"])
    tail = LastPackets()
    if sniffed.seekable or not has_video:
        from_s = max(0.0, start + duration - TAIL_S) if sniffed.seekable else 0.0
        await run_ffprobe(tail_argv(binaries.ffprobe, sniffed.demuxer, path, from_s), tail.add_line)
        if not tail.packets():
            raise MediaError(
                "truncated", "probe",
                f"The file is truncated: it declares {duration:.0f} s, but its end is missing.",
                "Copy or export it again.",
            )  # fmt: skip
    return parse(
        head, {"packets": tail.packets()}, demuxer=sniffed.demuxer, exact=sniffed.seekable or not has_video,
        max_streams=limits.streams, oversized=bool(OVERSIZED_ERROR.search(result.log_tail)),
    )  # fmt: skip


def _is_file_truncated(demuxer: str, path: Path) -> bool:
    with path.open("rb") as file:

        def read(at: int, count: int) -> bytes:
            file.seek(at)
            return file.read(count)

        return is_truncated(demuxer, os.fstat(file.fileno()).st_size, read)


def _is_decodable(stream: dict[str, Any]) -> bool:
    return stream.get("codec_type") in ("video", "audio") and stream.get("codec_name", "unknown") != "unknown"


def _is_video(stream: dict[str, Any]) -> bool:
    return stream.get("codec_type") == "video" and not stream.get("disposition", {}).get("attached_pic")
