"""Chunks join frame-accurately: the result equals a one-pass encode in frame count, timestamps and picture."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from otnet_server import binaries
from otnet_server.cli.plan import make_plan
from otnet_server.config import Settings, load
from otnet_server.media import cmaf
from otnet_server.media.plan import Plan
from otnet_server.pipeline.encode_requests import audio_request, video_chunk_request, video_pass_request
from otnet_server.pipeline.publish import check_segment_times, cut_interval_s
from otnet_server.plugins.host import PluginHost
from otnet_server.process import runner
from otnet_server.protocols import PackageRequest, Workspace
from tests.harness import FFMPEG, ffmpeg, ffprobe, make_film

SECONDS = 11  # chunks of 2, 2, 4 and 3 seconds


def small_film(path: Path, seconds: float, **more: Any) -> Path:
    return make_film(path, seconds, size="160x88", **more)  # interlaced pictures need a multiple of four lines


def cfr(folder: Path) -> Path:
    return small_film(folder / "cfr.mp4", 19)  # chunks of two segments


def film_rate(folder: Path) -> Path:
    """23.976 fps in Matroska, whose timestamps have only milliseconds."""
    return small_film(folder / "film.mkv", SECONDS, rate="24000/1001")


def fast(folder: Path) -> Path:
    return small_film(folder / "fast.mp4", 6, rate="60000/1001")


def variable(folder: Path) -> Path:
    """Variable frame rate: every seventh frame is missing and the others are early or late, as in phone videos."""
    vary = "select='not(eq(mod(n,7),3))',setpts='PTS+0.2*sin(N)/(25*TB)'"
    return small_film(
        folder / "variable.mkv", SECONDS, extra=("-vf", vary, "-fps_mode", "passthrough", "-enc_time_base", "1/1000")
    )


def rotated(folder: Path) -> Path:
    upright = small_film(folder / "upright.mp4", SECONDS)
    ffmpeg("-display_rotation", "90", "-i", str(upright), "-c", "copy", str(folder / "rotated.mp4"))
    return folder / "rotated.mp4"


def edit_list(folder: Path) -> Path:
    """Cut without re-encoding: an edit list hides the first frames."""
    whole = small_film(folder / "whole.mp4", SECONDS + 3)
    ffmpeg("-ss", "2.68", "-i", str(whole), "-c", "copy", str(folder / "cut.mp4"))
    return folder / "cut.mp4"


def late_sound(folder: Path) -> Path:
    film = small_film(folder / "sync.mkv", SECONDS)
    target = folder / "late.mkv"
    ffmpeg(
        "-i", str(film), "-itsoffset", "0.75", "-i", str(film), "-map", "0:v", "-map", "1:a", "-c", "copy", str(target)
    )
    return target


def interlaced(folder: Path) -> Path:
    return small_film(folder / "interlaced.mkv", SECONDS, extra=("-vf", "setfield=tff", "-flags", "+ilme+ildct"))


def transport_stream(folder: Path) -> Path:
    """Not seekable exactly: encoded in one sequential pass."""
    return small_film(folder / "stream.ts", SECONDS)


Source = Callable[[Path], Path]
SOURCES: list[Source] = [
    cfr,
    film_rate,
    fast,
    variable,
    rotated,
    edit_list,
    late_sound,
    interlaced,
    transport_stream,
]


@dataclass
class Encoded:
    """A source, its plan, and the joined CMAF tracks of the top rung and of the first audio rendition."""

    source: Path
    plan: Plan
    video: Path
    audio: Path


async def encode_chunks(source: Path, folder: Path) -> Encoded:
    """Encode and package every chunk separately, the last one first, then join them."""
    segments = 2 if source.stem == "cfr" else 1
    fine = {"preset": "ultrafast", "crf": 10, "rate_factor": 10, "heights": [720], "chunk_segments": segments}
    settings: Settings = load(overrides={"data": folder, "profiles": {"fine": fine}})
    plan = await make_plan(source, settings, "fine")
    host = PluginHost(settings, binaries.find(settings.tools))
    encoder, audio_encoder, packager = host.video_encoder(), host.audio_encoder(), host.packager()
    assert plan.video is not None
    pieces: dict[str, dict[int, bytes]] = {"video": {}, "audio": {}}
    inits: dict[str, set[bytes]] = {"video": set(), "audio": set()}

    async def package(kind: str, number: int, file: Path, work: Path) -> None:
        timeline = plan.audio[0].timeline if kind == "audio" else plan.video.timeline
        parcel = work / f"parcel-{kind}-{number}"
        parcel.mkdir()
        moved = file.rename(parcel / file.name)
        request = PackageRequest(
            {"track": moved}, kind, cut_interval_s(timeline, number), Workspace(parcel, runner.run)
        )
        (track,) = (await packager.package(request)).values()
        times = [cmaf.media_times(path.read_bytes()) for _, path in track.segments]
        check_segment_times(timeline, number, kind, times, exact=not plan.growing)
        inits[kind].add(cmaf.normalize_init(track.init.read_bytes(), 0))
        pieces[kind] |= {time: path.read_bytes() for time, path in track.segments}

    def workspace(name: str) -> Workspace:
        work = folder / name
        work.mkdir()
        return Workspace(work, runner.run)

    if plan.sequential:
        request = video_pass_request(plan, plan.video, 0, source, workspace("pass"))
        async for made in encoder.encode_pass(request):
            top = made.files[plan.video.rungs[0].name]
            await package("video", made.number, top, request.workspace.folder)
    else:
        for chunk in reversed(plan.video.timeline.chunks):
            request = video_chunk_request(plan, plan.video, chunk, source, workspace(f"chunk-{chunk.number}"))
            made = await encoder.encode_chunk(request)
            top = made.files[plan.video.rungs[0].name]
            await package("video", chunk.number, top, request.workspace.folder)
    # Audio as after a kill: the first chunks from one pass, the rest from a second one.
    name = plan.audio[0].name
    request = audio_request(plan, {name: 0}, source, workspace("audio"))
    async for part in audio_encoder.encode(request):
        if part.number < 2:
            await package("audio", part.number, part.file, request.workspace.folder)
    first_chunks = {name: 2} if len(plan.audio[0].timeline.chunks) > 2 else {}
    request = audio_request(plan, first_chunks, source, workspace("audio-again"))
    async for part in audio_encoder.encode(request):
        await package("audio", part.number, part.file, request.workspace.folder)
    joined = {}
    for kind in pieces:
        assert len(inits[kind]) == 1, f"the {kind} init segments differ"
        joined[kind] = folder / f"{kind}.mp4"
        joined[kind].write_bytes(next(iter(inits[kind])) + b"".join(d for _, d in sorted(pieces[kind].items())))
    return Encoded(source, plan, joined["video"], joined["audio"])


@pytest.fixture(scope="module")
def encoded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Source], Awaitable[Encoded]]:
    """Encodes a source at the first call and returns the same result later."""
    results: dict[Source, Encoded] = {}

    async def encode(build: Source) -> Encoded:
        if build not in results:
            folder = tmp_path_factory.mktemp(build.__name__)
            results[build] = await encode_chunks(build(folder), folder)
        return results[build]

    return encode


def decode_times(path: Path) -> list[int]:
    """Presentation times of all packets, in ticks of the track, in order."""
    packets = ffprobe("-show_entries", "packet=pts", str(path))["packets"]
    return sorted(int(p["pts"]) for p in packets)


def psnr(made: Encoded, reference: Path, shift: int = 0) -> list[float]:
    """PSNR of each frame of the joined track against the one-pass encode, shifted by `shift` frames."""
    stats = made.video.with_suffix(".psnr")
    late = f"[1:v]trim=start_frame={shift},settb=1/25,setpts=N[b]"
    ffmpeg(
        "-i",
        str(made.video),
        "-i",
        str(reference),
        "-lavfi",
        f"[0:v]settb=1/25,setpts=N[a];{late};[a][b]psnr=stats_file={stats}",
        "-fps_mode",
        "passthrough",
        "-f",
        "null",
        "-",
    )
    return [min(float(x), 99.0) for x in re.findall(r"psnr_avg:(\S+)", stats.read_text())]


def one_pass(made: Encoded) -> Path:
    """A plain ffmpeg encode of the whole source at the planned rate and size."""
    assert made.plan.video is not None
    video, rung = made.plan.video, made.plan.video.rungs[0]
    target = made.video.with_name("reference.mp4")
    filters = f"setpts=PTS-STARTPTS,{'bwdif=mode=send_frame,' if video.deinterlace else ''}fps={video.rate}:start_time=0,scale={rung.width}:{rung.height},setsar=1"
    ffmpeg(
        "-i",
        str(made.source),
        "-map",
        "0:v:0",
        "-vf",
        filters,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-crf",
        "12",
        str(target),
    )
    return target


@pytest.mark.parametrize("build", SOURCES, ids=lambda f: f.__name__)
async def test_joined_chunks_equal_a_one_pass_encode(
    build: Source, encoded: Callable[[Source], Awaitable[Encoded]]
) -> None:
    made = await encoded(build)
    video = made.plan.video
    assert video is not None and (video.deinterlace == "frames") is (build is interlaced)
    reference = one_pass(made)
    expected = len(decode_times(reference))

    times = decode_times(made.video)
    first = times[0]  # composition offsets are negative on disk; players add them back to the decode time
    assert len(times) == expected
    assert [t - first for t in times] == [n * video.timeline.ticks_per_frame for n in range(expected)], (
        "a gap or an overlap"
    )
    if not made.plan.growing:
        assert expected == video.timeline.frames

    values = psnr(made, reference)
    assert len(values) == expected
    assert min(values) > 25, f"picture {values.index(min(values))} differs: {min(values)} dB"
    # Frames off by one would still look similar; a worse match when shifted shows that none are.
    assert np.mean(values[:-1]) > np.mean(psnr(made, reference, shift=1)) + 3

    audio = decode_times(made.audio)
    assert audio == [n * 1024 for n in range(len(audio))], "a gap or an overlap in the sound"
    if not made.plan.growing:
        assert len(audio) == made.plan.audio[0].timeline.frames


def samples(path: Path, *options: str) -> np.ndarray:
    import subprocess

    argv = [
        FFMPEG,
        "-v",
        "error",
        *options,
        "-i",
        str(path),
        "-map",
        "0:a:0",
        "-ac",
        "1",
        "-ar",
        "48000",
        "-f",
        "f32le",
        "-",
    ]
    return np.frombuffer(subprocess.run(argv, check=True, capture_output=True).stdout, np.float32)


async def test_audio_joins_without_clicks(encoded: Callable[[Source], Awaitable[Encoded]]) -> None:
    """Around every join the decoded tone matches the source as well as elsewhere."""
    made = await encoded(cfr)
    ours, truth = samples(made.audio), samples(made.source)
    length = min(len(ours), len(truth))
    error = np.abs(ours[:length] - truth[:length])
    joins = [c.first * 1024 for c in made.plan.audio[0].timeline.chunks[1:]]
    assert len(joins) >= 2
    ordinary = np.max(error[48_000 : joins[0] - 48_000])
    for join in joins:
        assert np.max(error[join - 3000 : join + 3000]) < max(2 * ordinary, 0.02), f"a click at {join / 48_000:.3f} s"


async def test_late_audio_keeps_its_offset(encoded: Callable[[Source], Awaitable[Encoded]]) -> None:
    """Audio that starts late in the source starts equally late in the result, after silence."""
    made = await encoded(late_sound)
    heard = samples(made.audio)
    loud = int(np.argmax(np.abs(heard) > 0.05))
    assert abs(loud / 48_000 - 0.75) < float(1 / Fraction(25))
