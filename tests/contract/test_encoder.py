"""Conformance suite for encoders, run against the bundled encoder and a third-party one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from otnet_server import AudioChunk, Chunk, Command, EncodeContext, Encoder, Profile, Run, VideoChunk, VideoPlan
from otnet_server.testing import checks, enabled, encoder
from tests.harness import FFMPEG

FRAGMENTED = "+frag_keyframe+empty_moov+default_base_moof+frag_discont+negative_cts_offsets"
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-sc_threshold", "0", "-flags", "+cgop")


class PatientEncoder:
    """A third-party encoder that never seeks and encodes one rendition after the other."""

    name = "patient"

    async def choose(self, profile: Profile, run: Run, work: Path) -> str:
        return "x264"

    async def _ffmpeg(self, ctx: EncodeContext, *argv: str) -> None:
        head = (FFMPEG, "-v", "error", "-nostdin", "-y")
        await ctx.run(Command((*head, *argv), ctx.work, (ctx.source, ctx.work), (ctx.work,)))

    async def video_chunk(self, ctx: EncodeContext, video: VideoPlan, chunk: Chunk) -> VideoChunk:
        timeline, files = video.timeline, {}
        starts = (timeline.starts[i] - chunk.first for i in range(chunk.segment, chunk.segment + chunk.segments))
        keys = "expr:" + "+".join(f"eq(n,{n})" for n in starts)
        cut = f"fps={video.rate},trim=start_frame={chunk.first}:end_frame={chunk.last},setpts=PTS-STARTPTS"
        for rung in video.rungs:
            files[rung.name] = ctx.work / f"{rung.name}.mp4"
            await self._ffmpeg(
                ctx, "-i", str(ctx.source), "-map", f"0:{video.stream}", "-vf",
                f"{cut},scale={rung.width}:{rung.height}", *X264, "-crf", str(video.crf), "-g", "9999",
                "-force_key_frames", keys, "-movflags", FRAGMENTED, "-video_track_timescale", str(timeline.timescale),
                "-output_ts_offset", f"{chunk.first * timeline.ticks_per_frame / timeline.timescale:.6f}", files[rung.name].name,
            )  # fmt: skip
        thumbs, pictures = video.thumbnails, {}
        for n in range(thumbs.count if thumbs else 0):
            if chunk.first <= n * thumbs.every < chunk.last:
                pictures[n] = ctx.work / f"picture-{n}.jpg"
                which = f"fps={video.rate},select=eq(n\\,{n * thumbs.every}),scale={thumbs.width}:{thumbs.height}"
                await self._ffmpeg(ctx, "-i", str(ctx.source), "-vf", which, "-frames:v", "1", pictures[n].name)
        return VideoChunk(chunk.number, files, pictures)

    async def video_pass(self, ctx: EncodeContext, video: VideoPlan, done: int) -> AsyncIterator[VideoChunk]:
        for chunk in video.timeline.chunks[done:]:
            yield await self.video_chunk(ctx, video, chunk)

    async def audio_pass(self, ctx: EncodeContext, todo: dict[str, int]) -> AsyncIterator[AudioChunk]:
        for audio in (a for a in ctx.plan.audio if a.name in todo):
            for chunk in audio.timeline.chunks[todo[audio.name] :]:
                file = ctx.work / f"{audio.name}-{chunk.number}.mp4"
                kept = f"noise=drop='lt(pts,{chunk.first * 1024})+gte(pts,{chunk.last * 1024})'"
                await self._ffmpeg(
                    ctx, "-i", str(ctx.source), "-map", f"0:{audio.stream}", "-ar", "48000", "-ac", "2", "-af", "apad",
                    "-t", str(ctx.plan.duration_s + 1), "-c:a", "aac", "-bsf:a", kept, "-movflags", FRAGMENTED, file.name,
                )  # fmt: skip
                yield AudioChunk(audio.name, chunk.number, file)

    async def text(self, ctx: EncodeContext, stream: int) -> bytes:
        await self._ffmpeg(ctx, "-i", str(ctx.source), "-map", f"0:{stream}", "text.vtt")
        return (ctx.work / "text.vtt").read_bytes()

    async def text_file(self, ctx: EncodeContext, demuxer: str) -> bytes:
        return await self.text(ctx, 0)

    async def picture(self, ctx: EncodeContext, source: Path, at_s: float | None, stream: int | None) -> bytes:
        at = ("-ss", str(max(0.0, min(at_s, ctx.plan.duration_s - 0.2)))) if at_s else ()
        fit = "scale='min(1280,iw)':-2"
        run = (
            FFMPEG,
            "-v",
            "error",
            "-nostdin",
            "-y",
            *at,
            "-i",
            str(source),
            "-vf",
            fit,
            "-frames:v",
            "1",
            "still.jpg",
        )
        await ctx.run(Command(run, ctx.work, (source,), (ctx.work,)))
        return (ctx.work / "still.jpg").read_bytes()

    async def sheet(self, ctx: EncodeContext, pictures: list[Path]) -> bytes:
        thumbs = ctx.plan.video.thumbnails
        tile = f"scale={thumbs.width}:{thumbs.height},tile={thumbs.columns}x{thumbs.rows}"
        run = (FFMPEG, "-v", "error", "-nostdin", "-y", "-i", str(pictures[0]), "-vf", tile, "sheet.jpg")
        await ctx.run(Command(run, ctx.work, tuple(pictures), (ctx.work,)))
        return (ctx.work / "sheet.jpg").read_bytes()


@pytest.mark.parametrize("check", checks(encoder), ids=lambda c: c.__name__)
@pytest.mark.parametrize("origin", ["ours", "third-party"])
async def test_encoder_conformance(origin: str, check: Any, tmp_path: Path) -> None:
    folder = tmp_path / "encode"
    folder.mkdir()

    def ours() -> Encoder:
        return enabled("ffmpeg_encoder", folder=tmp_path / "none", data=tmp_path).encoder()

    await check(ours if origin == "ours" else PatientEncoder, folder)


async def test_conformance_suite_detects_a_missing_frame(tmp_path: Path) -> None:
    class Careless(PatientEncoder):
        async def video_chunk(self, ctx: EncodeContext, video: VideoPlan, chunk: Chunk) -> VideoChunk:
            return await super().video_chunk(ctx, video, chunk._replace(last=chunk.last - 1))

    with pytest.raises(AssertionError, match="not on the timeline"):
        await encoder.check_every_chunk_holds_the_planned_pictures(Careless, tmp_path)
