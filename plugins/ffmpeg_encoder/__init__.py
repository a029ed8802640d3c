"""Encodes with ffmpeg: x264, x265 and SVT-AV1 in software; NVENC, Quick Sync and VA-API where present."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

from otnet_server import (
    AudioChunk,
    Chunk,
    Command,
    EncodeContext,
    Encoder,
    MediaError,
    ProcessFailed,
    Profile,
    Run,
    Rung,
    ServerContext,
    VideoChunk,
    VideoPlan,
    hookimpl,
    image_guard,
    input_guard,
)

from . import argv
from .codecs import CODERS, candidates

name = "ffmpeg_encoder"
api = 1


class FfmpegEncoder:
    name = "ffmpeg"

    def __init__(self, ffmpeg: str) -> None:
        self._ffmpeg = ffmpeg
        self._chosen: dict[tuple[str, str], str] = {}

    async def choose(self, profile: Profile, run: Run, work: Path) -> str:
        request = (profile.codec, profile.encoder)
        if request not in self._chosen:
            for encoder in (encoders := candidates(*request)):
                if encoder == encoders[-1] or await self._is_available(encoder, run, work):
                    self._chosen[request] = encoder
                    break
        return self._chosen[request]

    async def _is_available(self, encoder: str, run: Run, work: Path) -> bool:
        rung = Rung(name="trial", width=640, height=360, max_rate=10**6, buffer=10**6, level="3.0", codecs="")
        command = Command(
            argv.trial_argv(self._ffmpeg, encoder, CODERS[encoder].options(rung, "veryfast", 23)),
            work,
            devices=True,
        )
        try:
            await run(command)
        except ProcessFailed:
            return False
        return True

    async def video_chunk(self, ctx: EncodeContext, video: VideoPlan, chunk: Chunk) -> VideoChunk:
        args = argv.chunk_argv(self._ffmpeg, ctx.source, ctx.plan, _with_threads(video, ctx), chunk, ctx.attempt)
        await ctx.run(self._command(ctx, args, video), on_line=_progress(ctx))
        files = {r.name: ctx.work / f"{r.name}.mp4" for r in video.rungs}
        return VideoChunk(chunk.number, files, _thumbnails(ctx.work))

    async def video_pass(self, ctx: EncodeContext, video: VideoPlan, done: int) -> AsyncIterator[VideoChunk]:
        args = argv.pass_argv(self._ffmpeg, ctx.source, ctx.plan, video, done)
        seen: dict[int, dict[str, Path]] = {}
        thumbnails: dict[int, Path] = {}
        async for line in self._lines(ctx, self._command(ctx, args, video)):
            match = re.fullmatch(r"([\w-]+)-(\d+)\.mp4,.*", line)
            if not match:
                continue
            index = int(match[2])
            files = seen.setdefault(index, {})
            files[match[1]] = ctx.work / f"{match[1]}-{match[2]}.mp4"
            if len(files) == len(video.rungs):
                new_thumbnails = {i: p for i, p in _thumbnails(ctx.work).items() if i not in thumbnails}
                thumbnails |= new_thumbnails
                yield VideoChunk(index, seen.pop(index), new_thumbnails)

    async def audio_pass(self, ctx: EncodeContext, todo: dict[str, int]) -> AsyncIterator[AudioChunk]:
        if not todo:
            return
        gains = {}
        if ctx.plan.normalise is not None:
            for stream in {a.stream for a in ctx.plan.audio if a.name in todo}:
                measured = await self._loudness(ctx, stream)
                gains[stream] = ctx.plan.normalise - measured if measured is not None else 0.0
        command = self._command(ctx, argv.audio_argv(self._ffmpeg, ctx.source, ctx.plan, todo, gains))
        async for line in self._lines(ctx, command):
            match = re.fullmatch(r"([\w-]+)-(\d+)\.mp4,.*", line)
            if match:
                yield AudioChunk(match[1], int(match[2]), ctx.work / f"{match[1]}-{match[2]}.mp4")

    async def _loudness(self, ctx: EncodeContext, stream: int) -> float | None:
        result = await ctx.run(self._command(ctx, argv.loudness_argv(self._ffmpeg, ctx.source, ctx.plan, stream)))
        return integrated_loudness(result.log_tail)

    async def text(self, ctx: EncodeContext, stream: int) -> bytes:
        await ctx.run(self._command(ctx, argv.text_argv(self._ffmpeg, ctx.source, ctx.plan, stream)))
        return await asyncio.to_thread((ctx.work / "text.vtt").read_bytes)

    async def text_file(self, ctx: EncodeContext, demuxer: str) -> bytes:
        args = argv.text_argv(self._ffmpeg, ctx.source, ctx.plan, 0, demuxer)
        await ctx.run(self._command(ctx, args))
        return await asyncio.to_thread((ctx.work / "text.vtt").read_bytes)

    async def picture(self, ctx: EncodeContext, source: Path, at_s: float | None, stream: int | None) -> bytes:
        if at_s is not None:
            args = argv.still_argv(self._ffmpeg, source, ctx.plan, at_s)
        elif stream is not None:
            args = argv.cover_argv(self._ffmpeg, source, input_guard(ctx.plan.demuxer), stream)
        else:
            with source.open("rb") as f:
                guard = image_guard(f.read(4096))
            args = argv.cover_argv(self._ffmpeg, source, guard, 0)
        await ctx.run(self._command(ctx, args, reads=(source,)))
        picture = ctx.work / "picture.jpg"
        if not picture.exists():
            raise MediaError("no_picture", "poster", "No picture could be extracted from the file.")
        return await asyncio.to_thread(picture.read_bytes)

    async def sheet(self, ctx: EncodeContext, pictures: list[Path]) -> bytes:
        assert ctx.plan.video is not None and ctx.plan.video.thumbnails is not None
        thumbs = ctx.plan.video.thumbnails
        for i, picture in enumerate(pictures):
            await asyncio.to_thread(shutil.copyfile, picture, ctx.work / f"{i:06d}.jpg")
        await ctx.run(self._command(ctx, argv.sheet_argv(self._ffmpeg, thumbs.columns, thumbs.rows), reads=()))
        return await asyncio.to_thread((ctx.work / "sheet.jpg").read_bytes)

    def _command(
        self,
        ctx: EncodeContext,
        args: tuple[str, ...],
        video: VideoPlan | None = None,
        reads: tuple[Path, ...] | None = None,
    ) -> Command:
        return Command(
            argv=args,
            cwd=ctx.work,
            reads=(ctx.source,) if reads is None else reads,
            writes=(ctx.work,),
            limits=ctx.process_limits,
            nice=ctx.nice,
            devices=video is not None and CODERS[video.encoder].device,
            log=ctx.log,
        )

    async def _lines(self, ctx: EncodeContext, command: Command) -> AsyncIterator[str]:
        """Run a command and yield its output line by line. Raises what the command raises."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        progress = _progress(ctx)

        def on_line(line: str) -> None:
            progress(line)
            queue.put_nowait(line)

        task = asyncio.ensure_future(ctx.run(command, on_line=on_line))
        task.add_done_callback(lambda _: queue.put_nowait(None))
        try:
            while (line := await queue.get()) is not None:
                yield line
            result = await task
            ctx.loudness(integrated_loudness(result.log_tail))
        finally:
            if not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


def integrated_loudness(log: str) -> float | None:
    """The integrated loudness in LUFS from ebur128's summary, or None for silence (-70 LUFS) and without a summary."""
    values = re.findall(r"I:\s+(-?[\d.]+) LUFS", log)
    return float(values[-1]) if values and float(values[-1]) > -70 else None


def _with_threads(video: VideoPlan, ctx: EncodeContext) -> VideoPlan:
    """The plan with the context's number of threads where the plan has none."""
    return video if video.threads else video.model_copy(update={"threads": ctx.threads})


def _thumbnails(work: Path) -> dict[int, Path]:
    return {int(p.stem.removeprefix("thumb-")): p for p in work.glob("thumb-*.jpg")}


def _progress(ctx: EncodeContext):  # type: ignore[no-untyped-def]
    state = {"done": 0.0, "speed": None}

    def on_line(line: str) -> None:
        key, _, value = line.partition("=")
        if key == "out_time_us" and value.lstrip("-").isdigit():
            state["done"] = int(value) / 1e6
        elif key == "speed" and value.endswith("x") and value != "N/A":
            try:
                state["speed"] = float(value[:-1])
            except ValueError:
                state["speed"] = None
        elif key == "progress":
            ctx.progress(state["done"] or 0.0, state["speed"])

    return on_line


@hookimpl
def register_encoders(server: ServerContext) -> list[Encoder]:
    return [FfmpegEncoder(server.binaries.ffmpeg)]
