"""Looks at a file: sniffs it, runs ffprobe in the jail, and returns a typed Source.

Two short looks instead of one long one: the head (streams, chapters, the first packets for the frame
rate) and the tail (the last seconds, for the true end). A source that can't be sought is read through
once instead when it is sound alone, and estimated when it has pictures (its timeline grows).
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from otnet_server.binaries import Binaries
from otnet_server.config import Limits
from otnet_server.errors import MediaError
from otnet_server.media.source import Source, parse
from otnet_server.pipeline.sniff import HEAD_BYTES, Refused, Sniffed, refused, sniff, tag_bytes
from otnet_server.pipeline.truncation import is_truncated
from otnet_server.process.command import Command, ProcessFailed, Result
from otnet_server.process.command import Limits as ProcessLimits
from otnet_server.process.ffmpeg_input import input_args
from otnet_server.protocols import Run

HEAD_PACKETS = 300
TAIL_S = 10.0
ENTRIES = (
    "format=format_name,start_time,duration:format_tags:stream:stream_tags:stream_disposition:"
    "stream_side_data=rotation:chapter:chapter_tags"
)
ABSURD = re.compile(r"Picture size \d+x\d+ (is invalid|exceeds)")
PACKETS = "packet=stream_index,pts,duration,flags"


def sniff_file(path: Path) -> Sniffed:
    """`sniff` a file on disk. A symlink, folder, pipe or device is refused."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if path.is_symlink():
            raise refused("symlink", "a symbolic link") from error
        raise Refused("refused_unreadable", "The file can't be read.", "Check its permissions.") from error
    with os.fdopen(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise refused("not_a_file", "a folder, pipe or device")
        head = file.read(HEAD_BYTES)
        tag = tag_bytes(head)
        if not tag:
            return sniff(head)
        file.seek(tag)
        return sniff(head, file.read(HEAD_BYTES))


def head_argv(ffprobe: str, demuxer: str, path: Path) -> tuple[str, ...]:
    """Format, streams, chapters and the first packets, as JSON."""
    return (
        ffprobe, "-v", "error", "-of", "json", "-show_entries", f"{ENTRIES}:{PACKETS}",
        "-read_intervals", f"%+#{HEAD_PACKETS}", *input_args(demuxer, path),
    )  # fmt: skip


def tail_argv(ffprobe: str, demuxer: str, path: Path, from_s: float) -> tuple[str, ...]:
    """Packets from `from_s` to the end, as CSV lines: stream, pts, duration, flags."""
    interval = ("-read_intervals", f"{from_s:.3f}%") if from_s > 0 else ()
    return (
        ffprobe, "-v", "error", "-of", "csv=p=0", "-show_entries", PACKETS, *interval, *input_args(demuxer, path),
    )  # fmt: skip


class Tail:
    """Keeps only the last packet of each stream, however many go by."""

    def __init__(self) -> None:
        self._last: dict[int, dict[str, Any]] = {}

    def line(self, line: str) -> None:
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
    """The Source, or MediaError (stage `probe`) in words a person understands."""
    try:
        sniffed = await asyncio.to_thread(sniff_file, path)
    except Refused as e:
        raise MediaError(e.code, "probe", e.message, e.remedy) from e
    if await asyncio.to_thread(_cut_short, sniffed.demuxer, path):
        raise MediaError("truncated", "probe", "The file is cut short: its end is missing.", "Copy or export it again.")

    async def look(argv: tuple[str, ...], on_line: Callable[[str], None] | None = None) -> Result:
        bounds = ProcessLimits(wall_s=limits.probe_s, idle_s=limits.probe_s, memory_bytes=2 << 30)
        try:
            return await run(Command(argv, work, reads=(path,), limits=bounds), on_line=on_line)
        except ProcessFailed as e:
            code = "too_many_streams" if "exceeds max_streams" in e.log_tail else "unreadable"
            raise MediaError(code, "probe", f"The file can't be read. {e.message}", e.remedy) from e

    answer = await look(head_argv(binaries.ffprobe, sniffed.demuxer, path))
    try:
        head = json.loads(answer.stdout)
    except ValueError as e:
        raise MediaError("unreadable", "probe", "The file can't be read: it is damaged.") from e
    if not head.get("streams"):
        raise MediaError("unreadable", "probe", "The file holds nothing that can be played: it is damaged or empty.")
    if not head.get("packets") and any(_playable(s) for s in head["streams"]):
        raise MediaError(
            "no_data", "probe",
            "The file announces pictures or sound but holds none: they were cut off, or lie in another file, "
            "which is not followed.",
            "Export it again, all in one file.",
        )  # fmt: skip
    duration, start = (float(head["format"].get(k, 0) or 0) for k in ("duration", "start_time"))
    pictures = any(_moving(s) for s in head["streams"])
    tail = Tail()
    if sniffed.seekable or not pictures:
        from_s = max(0.0, start + duration - TAIL_S) if sniffed.seekable else 0.0
        await look(tail_argv(binaries.ffprobe, sniffed.demuxer, path, from_s), tail.line)
        if not tail.packets():
            raise MediaError(
                "truncated", "probe",
                f"The file ends early: it announces {duration:.0f} s, but its end is not there.",
                "Copy or export it again.",
            )  # fmt: skip
    return parse(
        head, {"packets": tail.packets()}, demuxer=sniffed.demuxer, exact=sniffed.seekable or not pictures,
        max_streams=limits.streams, oversized=bool(ABSURD.search(answer.log_tail)),
    )  # fmt: skip


def _cut_short(demuxer: str, path: Path) -> bool:
    with path.open("rb") as file:

        def read(at: int, count: int) -> bytes:
            file.seek(at)
            return file.read(count)

        return is_truncated(demuxer, os.fstat(file.fileno()).st_size, read)


def _playable(stream: dict[str, Any]) -> bool:
    return stream.get("codec_type") in ("video", "audio") and stream.get("codec_name", "unknown") != "unknown"


def _moving(stream: dict[str, Any]) -> bool:
    return stream.get("codec_type") == "video" and not stream.get("disposition", {}).get("attached_pic")
