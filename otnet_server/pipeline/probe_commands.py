"""The commands that probe a file, and the reading of their output. Pure; `probe.py` runs the commands."""

from __future__ import annotations

import re
from pathlib import Path

from otnet_server.media.frame_rate import PictureTime
from otnet_server.media.source import DecodedFrame
from otnet_server.media.telecine import FIELDS
from otnet_server.process.ffmpeg_input import input_args, input_guard

HEAD_PACKETS = 300
SAMPLE_PLACES = (0.1, 0.3, 0.5, 0.7, 0.9)  # of the duration
TELECINE_PLACES = (0.1, 0.9, 0.5, 0.3, 0.7, 0.2, 0.4, 0.6, 0.8, 0.02, 0.96)  # the first one with video ends the search
TELECINE_S = 1.5  # read at each place
TELECINE_FIELDS = 100  # read at each place at most, also of a file without usable timestamps
MAX_SAMPLED_PICTURES = 20_000
PROBE_ENTRIES = (
    "format=format_name,start_time,duration:format_tags:program=program_id:program_tags:program_stream=index:stream:"
    "stream_tags:stream_disposition:stream_side_data=side_data_type,rotation,dv_profile,dv_bl_signal_compatibility_id:"
    "chapter:chapter_tags"
)
PACKET_ENTRIES = "packet=stream_index,pts,dts,duration,flags"
FIELD_WIDTH = 320  # pixels; the fields keep their lines
FIELD_DIFFERENCE = "lavfi.signalstats.YDIF"


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


def fields_argv(ffmpeg: str, demuxer: str, path: Path, stream: int, start_s: float) -> tuple[str, ...]:
    """The ffmpeg command that prints how much each field differs from the one before of the same parity, from
    `start_s` after the start of the file on. Top fields have even times, bottom fields odd ones. The output is not
    buffered (`direct`), because buffers of the two filters would be written in the middle of lines."""
    branches = (
        f"[{field}]field={field},scale={FIELD_WIDTH}:ih,signalstats,settb=1/1000,setpts=2*N+{n},"
        f"metadata=mode=print:key={FIELD_DIFFERENCE}:file=-:direct=1[{field}_differences]"
        for n, field in enumerate(FIELDS)
    )
    graph = f"[0:{stream}]split[{FIELDS[0]}][{FIELDS[1]}];" + ";".join(branches)
    outputs = (
        part
        for field in FIELDS
        for part in ("-map", f"[{field}_differences]", "-frames:v", str(TELECINE_FIELDS), "-f", "null", "-")
    )
    seek = ("-ss", f"{start_s:.3f}", "-noaccurate_seek") if start_s > 0 else ()
    return (
        ffmpeg, "-v", "error", "-nostdin", *input_guard(demuxer), *seek, "-t", str(TELECINE_S),
        "-i", f"file:{path}", "-filter_complex", graph, *outputs,
    )  # fmt: skip


def telecine_places(duration_s: float) -> list[float]:
    """`TELECINE_PLACES` in seconds after the start."""
    return [place * duration_s for place in TELECINE_PLACES]


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


def read_frame(line: str) -> DecodedFrame:
    """A line of `frames_argv`."""
    pts, _, interlaced = line.strip().partition(",")
    return DecodedFrame(_ticks(pts), interlaced.startswith("1"))


class FieldSample:
    """Collects the lines of `fields_argv`."""

    def __init__(self) -> None:
        self.differences: dict[str, list[float]] = {field: [] for field in FIELDS}
        self._field = FIELDS[0]

    def add_line(self, line: str) -> None:
        if match := re.match(r"frame:\d+ +pts:(\d+)", line):
            self._field = FIELDS[int(match[1]) % 2]
        elif match := re.fullmatch(rf"{re.escape(FIELD_DIFFERENCE)}=(\d[\d.e+-]*)", line.strip()):
            self.differences[self._field].append(float(match[1]))


def _ticks(text: str) -> int | None:
    return int(text) if text.lstrip("-").isdigit() else None
