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
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from otnet_server.binaries import Binaries
from otnet_server.config import Limits
from otnet_server.errors import MediaError
from otnet_server.media.discontinuities import running_duration
from otnet_server.media.frame_rate import parse_rate
from otnet_server.media.source import (
    DecodedFrame,
    Sample,
    Source,
    choose_video,
    is_interlaced,
    parse,
    programme_streams,
)
from otnet_server.media.telecine import TELECINED_RATES, FieldDifferences, content_of, is_telecined
from otnet_server.pipeline.closed_captions import (
    CAPTIONED_CODECS,
    first_picture_offset,
    has_closed_captions,
    with_closed_captions,
)
from otnet_server.pipeline.probe_commands import (
    FieldSample,
    PacketSample,
    fields_argv,
    frames_argv,
    head_argv,
    packets_argv,
    read_frame,
    sample_intervals,
    telecine_places,
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
from otnet_server.process.ffmpeg_input import DECODED_CODECS

if TYPE_CHECKING:  # importing all protocols would take a tenth of the time of “otnet probe”
    from otnet_server.protocols import Run

TAIL_S = 10.0
WHOLE_S = 60.0  # shorter files are read as a whole
WHOLE_BYTES = 256 << 20
SAMPLE_S = 2.5  # of packets, at each place
DECODED_S = 0.6  # of pictures, at each place
OVERSIZED_ERROR = re.compile(r"Picture size \d+x\d+ (is invalid|exceeds)")
# Codecs whose pictures are never interlaced.
PROGRESSIVE_CODECS = {"vp8", "vp9", "av1", "vvc", "theora", "png", "gif", "cinepak", "flv1", "vp6", "vp6a", "vp6f"}
# Codecs of which ffprobe reports the field order of the first picture; others may follow, as on many DVDs.
MIXED_CODECS = {"mpeg2video", "vc1"}


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


async def probe(path: Path, binaries: Binaries, run: Run, limits: Limits, work: Path) -> Source:
    """Probe a file. Raises MediaError (stage `probe`) with a message for users."""
    try:
        sniffed = await asyncio.to_thread(sniff_file, path)
    except Refused as e:
        raise MediaError(e.code, "probe", e.message, e.remedy) from e
    if await asyncio.to_thread(_is_file_truncated, sniffed.demuxer, path):
        raise MediaError("truncated", "probe", "The file is truncated: its end is missing.", "Copy or export it again.")
    return await _Probe(path, sniffed, binaries, run, limits, work).source()


@dataclass(frozen=True)
class _Extent:
    """How a file is read. `exact`: its last packets are read. `whole`: all packets are read, instead of some places."""

    start_s: float
    duration_s: float
    exact: bool
    whole: bool

    def packet_intervals(self) -> str:
        intervals = [] if self.whole else sample_intervals(self.start_s, self.duration_s, SAMPLE_S)
        if self.exact and not self.whole:
            intervals.append(f"{max(0.0, self.start_s + self.duration_s - TAIL_S):.3f}%")
        return ",".join(intervals)

    def picture_intervals(self) -> str:
        short = self.duration_s <= SAMPLE_S
        places = [] if short else sample_intervals(self.start_s, self.duration_s, DECODED_S)
        return ",".join([f"%+{SAMPLE_S}", *places])


class _Probe:
    """One file, with the tools that read it."""

    def __init__(self, path: Path, sniffed: Sniffed, binaries: Binaries, run: Run, limits: Limits, work: Path) -> None:
        self._path, self._sniffed, self._binaries = path, sniffed, binaries
        self._run_tool, self._limits, self._work = run, limits, work

    async def source(self) -> Source:
        head, log_tail = await self._head()
        streams = programme_streams(head)
        video = {s["index"]: s for s in streams if _is_video(s)}
        extent = await self._extent(head, has_video=bool(video))
        packets = await self._packets(extent, set(video))
        exact = extent.exact or not video
        if exact and not packets.last:
            raise MediaError(
                "truncated", "probe",
                f"The file is truncated: it declares {extent.duration_s:.0f} s, but its end is missing.",
                "Copy or export it again.",
            )  # fmt: skip
        sample = Sample(packets.last if extent.exact or extent.whole else {}, packets.pictures)
        chosen = choose_video(list(video.values()), packets.pictures, DECODED_CODECS)
        if chosen is not None and _may_be_interlaced(chosen):
            sample.frames[chosen["index"]] = frames = await self._frames(chosen, extent)
            if is_interlaced(frames) and _may_be_telecined(chosen):
                sample.telecined[chosen["index"]] = await self._is_telecined(chosen, extent)
        source = parse(
            head, sample, demuxer=self._sniffed.demuxer, exact=exact, decoded_codecs=DECODED_CODECS,
            max_streams=self._limits.streams, oversized=bool(OVERSIZED_ERROR.search(log_tail)),
            continuous_s=await asyncio.to_thread(_running_duration, self._sniffed.demuxer, self._path),
        )  # fmt: skip
        return await self._with_captions(source, head)

    async def _head(self) -> tuple[dict[str, Any], str]:
        """Format, streams and first packets, and what ffprobe logged."""
        result = await self._run(head_argv(self._binaries.ffprobe, self._sniffed.demuxer, self._path))
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
        return head, result.log_tail

    async def _extent(self, head: dict[str, Any], *, has_video: bool) -> _Extent:
        duration, start = (float(head["format"].get(k, 0) or 0) for k in ("duration", "start_time"))
        demuxer = self._sniffed.demuxer
        seekable = self._sniffed.seekable and await asyncio.to_thread(_is_indexed, demuxer, self._path)
        size = await asyncio.to_thread(os.path.getsize, self._path)
        short = duration <= WHOLE_S and size <= WHOLE_BYTES
        whole = short if seekable else (short or duration <= 0 or not has_video)
        return _Extent(start, duration, seekable, whole)

    async def _packets(self, extent: _Extent, video: set[int]) -> PacketSample:
        packets = PacketSample(video)
        intervals = extent.packet_intervals()
        argv = packets_argv(self._binaries.ffprobe, self._sniffed.demuxer, self._path, intervals)
        await self._run(argv, packets.add_line)
        return packets

    async def _frames(self, stream: dict[str, Any], extent: _Extent) -> list[DecodedFrame]:
        frames: list[DecodedFrame] = []
        argv = frames_argv(
            self._binaries.ffprobe, self._sniffed.demuxer, self._path, stream["index"], extent.picture_intervals()
        )
        with suppress(MediaError):  # the encoder will tell whether it can be decoded
            await self._run(argv, lambda line: frames.append(read_frame(line)))
        return frames

    async def _is_telecined(self, stream: dict[str, Any], extent: _Extent) -> bool:
        places: list[FieldDifferences] = []
        for start_s in telecine_places(extent.duration_s) if extent.duration_s > 0 else [0.0]:
            fields = FieldSample()
            argv = fields_argv(self._binaries.ffmpeg, self._sniffed.demuxer, self._path, stream["index"], start_s)
            with suppress(MediaError):
                await self._run(argv, fields.add_line)
            if content_of(fields.differences) == "video":
                return False
            places.append(fields.differences)
        return is_telecined(places)

    async def _with_captions(self, source: Source, head: dict[str, Any]) -> Source:
        if source.video is not None and source.video.codec in CAPTIONED_CODECS:
            offset = first_picture_offset(head, source.video.index)
            if await asyncio.to_thread(has_closed_captions, self._path, offset):
                return with_closed_captions(source)
        return source

    async def _run(self, argv: tuple[str, ...], on_line: Callable[[str], None] | None = None) -> Result:
        process_limits = ProcessLimits(wall_s=self._limits.probe_s, idle_s=self._limits.probe_s, memory_bytes=2 << 30)
        command = Command(argv, self._work, reads=(self._path,), limits=process_limits)
        try:
            return await self._run_tool(command, on_line=on_line)
        except ProcessFailed as e:
            code = "too_many_streams" if "exceeds max_streams" in e.log_tail else "unreadable"
            raise MediaError(code, "probe", f"The file can't be read. {e.message}", e.remedy) from e


def _may_be_interlaced(stream: dict[str, Any]) -> bool:
    if stream["codec_name"] in PROGRESSIVE_CODECS:
        return False
    return stream.get("field_order") != "progressive" or stream["codec_name"] in MIXED_CODECS


def _may_be_telecined(stream: dict[str, Any]) -> bool:
    """Whether the declared rate is that of NTSC, in pictures or in fields."""
    declared = (parse_rate(stream.get(k)) for k in ("avg_frame_rate", "r_frame_rate"))
    return any(
        abs(rate / (ntsc * fields) - 1) < Fraction(1, 100)
        for rate in declared
        if rate is not None
        for ntsc in TELECINED_RATES
        for fields in (1, 2)
    )


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
