"""Encodes with ffmpeg: x264, x265 and SVT-AV1 in software; NVENC, Quick Sync and VA-API where present. AAC for audio,
WebVTT for subtitles, JPEG for pictures."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from otnet_server import (
    AudioEncoder,
    AudioRequest,
    EncodedAudioChunk,
    EncodedVideoChunk,
    MediaError,
    PictureEncoder,
    PictureRequest,
    ProcessFailed,
    ServerContext,
    SheetRequest,
    SubtitleConverter,
    SubtitleRequest,
    VideoChunkRequest,
    VideoEncoder,
    VideoEncoderRequest,
    VideoPassRequest,
    VideoRendition,
    Workspace,
    hookimpl,
)

from . import argv
from .codecs import CODERS, candidates

name = "ffmpeg_encoder"
api = 2
TRIAL = VideoRendition("trial", 640, 360, max_bit_rate=10**6, buffer_bits=10**6, level="3.0")
CHUNK_FILE = re.compile(r"([\w-]+)-(\d+)\.mp4,.*")
IMAGE_HEAD_BYTES = 4096


class FfmpegVideoEncoder:
    name = "ffmpeg"

    def __init__(self, ffmpeg: str) -> None:
        self._ffmpeg = ffmpeg
        self._chosen: dict[tuple[str, str], str] = {}

    async def choose(self, request: VideoEncoderRequest) -> str:
        wanted = (request.codec, request.hardware)
        if wanted not in self._chosen:
            for encoder in (encoders := candidates(*wanted)):
                if encoder == encoders[-1] or await self._is_available(encoder, request.workspace):
                    self._chosen[wanted] = encoder
                    break
        return self._chosen[wanted]

    async def _is_available(self, encoder: str, workspace: Workspace) -> bool:
        options = CODERS[encoder].options(TRIAL, "veryfast", 23)
        try:
            await workspace.run(argv.trial_argv(self._ffmpeg, encoder, options), devices=True)
        except ProcessFailed:
            return False
        return True

    async def encode_chunk(self, request: VideoChunkRequest) -> EncodedVideoChunk:
        folder, devices = request.workspace.folder, CODERS[request.encoder].device
        args = argv.chunk_argv(self._ffmpeg, request)
        reads, on_line = (request.source.path,), _progress(request.progress)
        await request.workspace.run(args, reads=reads, devices=devices, on_line=on_line)
        files = {r.name: folder / f"{r.name}.mp4" for r in request.renditions}
        return EncodedVideoChunk(request.chunk, files, _thumbnails(folder))

    async def encode_pass(self, request: VideoPassRequest) -> AsyncIterator[EncodedVideoChunk]:
        folder, devices = request.workspace.folder, CODERS[request.encoder].device
        args = argv.pass_argv(self._ffmpeg, request)
        pending: dict[int, dict[str, Path]] = {}
        thumbnails: dict[int, Path] = {}
        first = argv.first_thumbnail(request, request.chunk_starts[0])
        async for line in _lines(request.workspace, args, request.source.path, request.progress, devices=devices):
            if not (match := CHUNK_FILE.fullmatch(line)):
                continue
            number = int(match[2])
            files = pending.setdefault(number, {})
            files[match[1]] = folder / f"{match[1]}-{match[2]}.mp4"
            if len(files) == len(request.renditions):
                new_thumbnails = {i: p for i, p in _thumbnails(folder).items() if i >= first and i not in thumbnails}
                thumbnails |= new_thumbnails
                yield EncodedVideoChunk(number, pending.pop(number), new_thumbnails)


class FfmpegAudioEncoder:
    name = "ffmpeg"

    def __init__(self, ffmpeg: str) -> None:
        self._ffmpeg = ffmpeg

    async def encode(self, request: AudioRequest) -> AsyncIterator[EncodedAudioChunk]:
        if not request.renditions:
            return
        gains = {}
        if request.loudness_target is not None:
            for stream in {r.stream for r in request.renditions}:
                measured = await self._loudness(request, stream)
                gains[stream] = request.loudness_target - measured if measured is not None else 0.0
        folder = request.workspace.folder
        logs: list[str] = []
        args = argv.audio_argv(self._ffmpeg, request, gains)
        lines = _lines(request.workspace, args, request.source.path, request.progress, on_log=logs.append)
        async for line in lines:
            if match := CHUNK_FILE.fullmatch(line):
                yield EncodedAudioChunk(match[1], int(match[2]), folder / f"{match[1]}-{match[2]}.mp4")
        request.report_loudness(integrated_loudness(logs[0]))

    async def _loudness(self, request: AudioRequest, stream: int) -> float | None:
        args = argv.loudness_argv(self._ffmpeg, request.source, stream)
        result = await request.workspace.run(args, reads=(request.source.path,))
        return integrated_loudness(result.log_tail)


class FfmpegSubtitleConverter:
    name = "ffmpeg"

    def __init__(self, ffmpeg: str) -> None:
        self._ffmpeg = ffmpeg

    async def convert(self, request: SubtitleRequest) -> bytes:
        if request.codec == "closed_captions":
            link = request.workspace.folder / argv.LINKED_SOURCE
            await asyncio.to_thread(link.symlink_to, request.source.path)
        await request.workspace.run(argv.subtitle_argv(self._ffmpeg, request), reads=(request.source.path,))
        return await asyncio.to_thread((request.workspace.folder / "text").read_bytes)


class FfmpegPictureEncoder:
    name = "ffmpeg"

    def __init__(self, ffmpeg: str) -> None:
        self._ffmpeg = ffmpeg

    async def picture(self, request: PictureRequest) -> bytes:
        if request.at_s is not None and request.demuxer is not None:
            args = argv.still_argv(self._ffmpeg, request, request.demuxer, request.at_s)
        else:
            args = argv.cover_argv(self._ffmpeg, request, await asyncio.to_thread(_head, request.file))
        await request.workspace.run(args, reads=(request.file,))
        picture = request.workspace.folder / "picture.jpg"
        if not picture.exists():
            raise MediaError("no_picture", "poster", "No picture could be extracted from the file.")
        return await asyncio.to_thread(picture.read_bytes)

    async def sheet(self, request: SheetRequest) -> bytes:
        folder = request.workspace.folder
        for i, picture in enumerate(request.pictures):
            await asyncio.to_thread(shutil.copyfile, picture, folder / f"{i:06d}.jpg")
        await request.workspace.run(argv.sheet_argv(self._ffmpeg, request))
        return await asyncio.to_thread((folder / "sheet.jpg").read_bytes)


async def _lines(
    workspace: Workspace,
    args: tuple[str, ...],
    source: Path,
    report: Callable[[float, float | None], None],
    *,
    devices: bool = False,
    on_log: Callable[[str], None] | None = None,
) -> AsyncIterator[str]:
    """Run a command and yield its output line by line; `on_log` gets its log at the end. Raises what the command
    raises."""
    queue: asyncio.Queue[str | None] = asyncio.Queue()
    progress = _progress(report)

    def on_line(line: str) -> None:
        progress(line)
        queue.put_nowait(line)

    task = asyncio.ensure_future(workspace.run(args, reads=(source,), devices=devices, on_line=on_line))
    task.add_done_callback(lambda _: queue.put_nowait(None))
    try:
        while (line := await queue.get()) is not None:
            yield line
        result = await task
        if on_log is not None:
            on_log(result.log_tail)
    finally:
        if not task.done():
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)  # its exception is retrieved in any case


def integrated_loudness(log: str) -> float | None:
    """The integrated loudness in LUFS from ebur128's summary, or None for silence (-70 LUFS) and without a summary."""
    values = re.findall(r"I:\s+(-?[\d.]+) LUFS", log)
    return float(values[-1]) if values and float(values[-1]) > -70 else None


def _head(file: Path) -> bytes:
    with file.open("rb") as f:
        return f.read(IMAGE_HEAD_BYTES)


def _thumbnails(work: Path) -> dict[int, Path]:
    return {int(p.stem.removeprefix("thumb-")): p for p in work.glob("thumb-*.jpg")}


def _progress(report: Callable[[float, float | None], None]) -> Callable[[str], None]:
    """A function that reads the lines of ffmpeg's `-progress` and reports the encoded seconds and the speed."""
    done_s, speed = 0.0, None

    def on_line(line: str) -> None:
        nonlocal done_s, speed
        key, _, value = line.partition("=")
        if key == "out_time_us" and value.lstrip("-").isdigit():
            done_s = int(value) / 1e6
        elif key == "speed" and value.endswith("x") and value != "N/A":
            try:
                speed = float(value[:-1])
            except ValueError:
                speed = None
        elif key == "progress":
            report(done_s, speed)

    return on_line


@hookimpl
def register_video_encoders(server: ServerContext) -> list[VideoEncoder]:
    return [FfmpegVideoEncoder(server.binaries.ffmpeg)]


@hookimpl
def register_audio_encoders(server: ServerContext) -> list[AudioEncoder]:
    return [FfmpegAudioEncoder(server.binaries.ffmpeg)]


@hookimpl
def register_subtitle_converters(server: ServerContext) -> list[SubtitleConverter]:
    return [FfmpegSubtitleConverter(server.binaries.ffmpeg)]


@hookimpl
def register_picture_encoders(server: ServerContext) -> list[PictureEncoder]:
    return [FfmpegPictureEncoder(server.binaries.ffmpeg)]
