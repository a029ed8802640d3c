"""Probes a file: detects its format, runs ffprobe in the jail, and returns a typed Source.

Instead of reading the whole file, ffprobe reads the head (streams, chapters and the first packets), a few seconds at
several places (for the frame rate) and the tail (the last seconds, for the true end). Short files are read as a whole,
and those that can't be seeked and have only audio. The length of other sources that can't be seeked is an estimate, and
their timelines grow.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from otnet_server.binaries import Binaries
from otnet_server.config import Limits
from otnet_server.errors import MediaError
from otnet_server.media.discontinuities import running_duration
from otnet_server.media.frame_rate import PictureTime
from otnet_server.media.source import DecodedFrame, Sample, Source, choose_video, parse
from otnet_server.pipeline.closed_captions import (
    CAPTIONED_CODECS,
    first_picture_offset,
    has_closed_captions,
    with_closed_captions,
)
from otnet_server.pipeline.sniff import (
    HEAD_BYTES,
    JUNK_BYTES,
    Refused,
    Sniffed,
    refusal,
    sniff,
    sniff_after_junk,
    tag_bytes,
)
from otnet_server.pipeline.truncation import avi_layout, is_truncated
from otnet_server.process.command import Command, ProcessFailed, Result
from otnet_server.process.command import Limits as ProcessLimits
from otnet_server.process.ffmpeg_input import DECODED_CODECS, input_args

if TYPE_CHECKING:  # importing all protocols would take a tenth of the time of “otnet probe”
    from otnet_server.protocols import Run

HEAD_PACKETS = 300
TAIL_S = 10.0
WHOLE_S = 60.0  # shorter files are read as a whole
WHOLE_BYTES = 256 << 20
SAMPLE_PLACES = (0.1, 0.3, 0.5, 0.7, 0.9)  # of the duration
SAMPLE_S = 2.5
DECODED_S = 0.6  # at the start and at each place
MAX_SAMPLED_PICTURES = 20_000
PROBE_ENTRIES = (
    "format=format_name,start_time,duration:format_tags:program=program_id:program_tags:program_stream=index:stream:"
    "stream_tags:stream_disposition:stream_side_data=side_data_type,rotation,dv_profile,dv_bl_signal_compatibility_id:"
    "chapter:chapter_tags"
)
OVERSIZED_ERROR = re.compile(r"Picture size \d+x\d+ (is invalid|exceeds)")
PACKET_ENTRIES = "packet=stream_index,pts,dts,duration,flags"
# Codecs whose pictures are never interlaced.
PROGRESSIVE_CODECS = {"vp8", "vp9", "av1", "vvc", "theora", "png", "gif", "cinepak", "flv1", "vp6", "vp6a", "vp6f"}


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
        if tag:
            file.seek(tag)
            return sniff(head, file.read(HEAD_BYTES))
        try:
            return sniff(head)
        except Refused as refused:
            if refused.code != "refused_unknown":
                raise
            after_junk = sniff_after_junk(head + file.read(JUNK_BYTES))
            if after_junk is None:
                raise
            return after_junk


def head_argv(ffprobe: str, demuxer: str, path: Path) -> tuple[str, ...]:
    """The ffprobe command for format, streams, chapters and the first packets, as JSON."""
    return (
        ffprobe, "-v", "error", "-of", "json", "-show_entries", f"{PROBE_ENTRIES}:{PACKET_ENTRIES},pos",
        "-read_intervals", f"%+#{HEAD_PACKETS}", *input_args(demuxer, path),
    )  # fmt: skip


def packets_argv(ffprobe: str, demuxer: str, path: Path, intervals: str) -> tuple[str, ...]:
    """The ffprobe command for the packets in `intervals` (empty: all), as CSV lines: stream, pts, dts, duration,
    flags."""
    return (
        ffprobe, "-v", "error", "-of", "csv=p=0", "-show_entries", PACKET_ENTRIES,
        *(("-read_intervals", intervals) if intervals else ()), *input_args(demuxer, path),
    )  # fmt: skip


def frames_argv(ffprobe: str, demuxer: str, path: Path, stream: int, intervals: str) -> tuple[str, ...]:
    """The ffprobe command that decodes pictures of one stream, as CSV lines: pts, interlaced."""
    return (
        ffprobe, "-v", "error", "-of", "csv=p=0", "-select_streams", str(stream),
        "-show_entries", "frame=pts,interlaced_frame", "-read_intervals", intervals, *input_args(demuxer, path),
    )  # fmt: skip


def sample_intervals(start_s: float, duration_s: float, seconds: float) -> list[str]:
    """ffprobe's `-read_intervals` at `SAMPLE_PLACES`."""
    return [f"{start_s + place * duration_s:.3f}%+{seconds}" for place in SAMPLE_PLACES]


class PacketSample:
    """Collects the last packet of each stream, and the times of the pictures of video streams."""

    def __init__(self, video: set[int]) -> None:
        self.last: dict[int, tuple[int, int]] = {}
        self.pictures: dict[int, list[PictureTime]] = {index: [] for index in video}

    def add_line(self, line: str) -> None:
        parts = line.strip().split(",")
        if len(parts) < 5 or not parts[0].isdigit() or "D" in parts[4]:
            return
        stream, pts, dts, duration = int(parts[0]), *map(_ticks, parts[1:4])
        pictures = self.pictures.get(stream)
        if pictures is not None and len(pictures) < MAX_SAMPLED_PICTURES:
            pictures.append(PictureTime(pts, dts))
        time = dts if pts is None else pts
        if time is not None and (stream not in self.last or time >= self.last[stream][0]):
            self.last[stream] = (time, duration or 0)


def _ticks(text: str) -> int | None:
    return int(text) if text.lstrip("-").isdigit() else None


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
    video = {s["index"]: s for s in head["streams"] if _is_video(s)}
    seekable = sniffed.seekable and await asyncio.to_thread(_is_indexed, sniffed.demuxer, path)
    continuous_s = await asyncio.to_thread(_running_duration, sniffed.demuxer, path)
    size = await asyncio.to_thread(os.path.getsize, path)
    short = duration <= WHOLE_S and size <= WHOLE_BYTES
    whole = (short or duration <= 0 or not video) if not seekable else short
    intervals = [] if whole else sample_intervals(start, duration, SAMPLE_S)
    if seekable and not whole:
        intervals.append(f"{max(0.0, start + duration - TAIL_S):.3f}%")
    packets = PacketSample(set(video))
    await run_ffprobe(packets_argv(binaries.ffprobe, sniffed.demuxer, path, ",".join(intervals)), packets.add_line)
    if (seekable or not video) and not packets.last:
        raise MediaError(
            "truncated", "probe",
            f"The file is truncated: it declares {duration:.0f} s, but its end is missing.",
            "Copy or export it again.",
        )  # fmt: skip
    last = packets.last if seekable or whole else {}
    sample = Sample(last, packets.pictures)
    chosen = choose_video(list(video.values()), packets.pictures, DECODED_CODECS)
    if chosen is not None and _may_be_interlaced(chosen):
        places = [] if whole else sample_intervals(start, duration, DECODED_S)
        frames: list[DecodedFrame] = []

        def add_frame(line: str) -> None:
            pts, _, interlaced = line.strip().partition(",")
            frames.append(DecodedFrame(_ticks(pts), interlaced.startswith("1")))

        with suppress(MediaError):  # the encoder will tell whether it can be decoded
            argv = frames_argv(
                binaries.ffprobe, sniffed.demuxer, path, chosen["index"], ",".join([f"%+{SAMPLE_S}", *places])
            )
            await run_ffprobe(argv, add_frame)
        sample.frames[chosen["index"]] = frames
    source = parse(
        head, sample, demuxer=sniffed.demuxer, exact=seekable or not video, decoded_codecs=DECODED_CODECS,
        max_streams=limits.streams, oversized=bool(OVERSIZED_ERROR.search(result.log_tail)),
        continuous_s=continuous_s,
    )  # fmt: skip
    if source.video is not None and source.video.codec in CAPTIONED_CODECS:
        offset = first_picture_offset(head, source.video.index)
        if await asyncio.to_thread(has_closed_captions, path, offset):
            return with_closed_captions(source)
    return source


def _may_be_interlaced(stream: dict[str, Any]) -> bool:
    return stream.get("field_order") != "progressive" and stream["codec_name"] not in PROGRESSIVE_CODECS


def _is_file_truncated(demuxer: str, path: Path) -> bool:
    with path.open("rb") as file:
        return is_truncated(demuxer, os.fstat(file.fileno()).st_size, _reader(file))


def _is_indexed(demuxer: str, path: Path) -> bool:
    """Whether a file has the index that seeking needs. Only AVI can be without one."""
    if demuxer != "avi":
        return True
    with path.open("rb") as file:
        return avi_layout(os.fstat(file.fileno()).st_size, _reader(file)).indexed


def _running_duration(demuxer: str, path: Path) -> float | None:
    with path.open("rb") as file:
        return running_duration(demuxer, os.fstat(file.fileno()).st_size, _reader(file))


def _reader(file: BinaryIO) -> Callable[[int, int], bytes]:
    def read(at: int, count: int) -> bytes:
        file.seek(at)
        return file.read(count)

    return read


def _is_decodable(stream: dict[str, Any]) -> bool:
    return stream.get("codec_type") in ("video", "audio") and stream.get("codec_name", "unknown") != "unknown"


def _is_video(stream: dict[str, Any]) -> bool:
    return stream.get("codec_type") == "video" and not stream.get("disposition", {}).get("attached_pic")
