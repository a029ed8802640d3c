"""What a Packager must do. `make` gives a packager; `folder` is an empty folder.

Chunks of a rendition come in any order, each with its true times. What is made of them must fit together
as if it had been made in one go: equal init segments, segments named by their decode time, no sample lost.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from otnet_server import PackagedTrack, Packager
from otnet_server.media import cmaf
from otnet_server.process import runner
from otnet_server.testing.media import RATE, SECONDS, SIZE, Bench

Make = Callable[[], Packager]
FRAGMENTED = "+frag_keyframe+empty_moov+default_base_moof+frag_discont+negative_cts_offsets"
SCALE, UNIT = 12_800, 512  # ticks of a second and of a picture at 25 fps
ACCESS_UNITS, PER_SEGMENT = 200, 47  # of 1024 samples
CUT_S = PER_SEGMENT * 1024 / 48_000


async def check_segments_begin_at_keyframes(make: Make, folder: Path) -> None:
    """Every keyframe begins a segment; its name is its decode time in ticks; together they are the chunk."""
    bench = Bench.at(folder)
    made = await _package(make(), bench, "one", 0, ("180p", "90p"))
    assert set(made) == {"180p", "90p"}
    for track in made.values():
        _judge(track, [(n * RATE * UNIT, RATE * UNIT) for n in range(SECONDS)])
        assert await _pictures(bench, track) == SECONDS * RATE


async def check_a_later_chunk_keeps_its_times(make: Make, folder: Path) -> None:
    """Half an hour in, with nothing before it."""
    bench = Bench.at(folder)
    made = await _package(make(), bench, "late", 1800, ("180p",))
    first = 1800 * SCALE
    _judge(made["180p"], [(first + n * RATE * UNIT, RATE * UNIT) for n in range(SECONDS)])


async def check_init_segments_are_equal(make: Make, folder: Path) -> None:
    """Of all chunks of a rendition, times aside: any of them can stand for all."""
    bench, packager = Bench.at(folder), make()
    early = await _package(packager, bench, "early", 0, ("180p",))
    late = await _package(packager, bench, "late", 1800, ("180p",))
    inits = [cmaf.normalize_init(m["180p"].init.read_bytes(), 10_000) for m in (early, late)]
    assert inits[0] == inits[1]


async def check_sound_is_cut_where_it_is_told(make: Make, folder: Path) -> None:
    """At the multiples of `cut_s`; the last segment is what is left. With 0 it stays whole."""
    bench = Bench.at(folder)
    for name, cut_s, segment_frames in (("cut", CUT_S, PER_SEGMENT), ("whole", 0.0, ACCESS_UNITS)):
        work = bench.folder / name
        work.mkdir()
        await bench.ffmpeg(
            "-f", "lavfi", "-i", "sine=sample_rate=48000:duration=20", "-ac", "2", "-c:a", "aac",
            "-bsf:a", f"noise=drop='lt(pts,0)+gte(pts,{ACCESS_UNITS * 1024})'", "-movflags", FRAGMENTED,
            f"{name}/in.mp4",
        )  # fmt: skip
        made = await make().package({"sound": work / "in.mp4"}, "audio", cut_s, work, runner.run)
        _judge(
            made["sound"],
            [(n * 1024, min(segment_frames, ACCESS_UNITS - n) * 1024) for n in range(0, ACCESS_UNITS, segment_frames)],
        )


async def _package(
    packager: Packager, bench: Bench, name: str, at_s: int, rungs: tuple[str, ...]
) -> dict[str, PackagedTrack]:
    """Chunks as an encoder leaves them: in the work folder, fragmented, keyframes a second apart."""
    assert isinstance(packager, Packager)
    assert isinstance(packager.name, str) and packager.name
    work = bench.folder / name
    work.mkdir()
    for rung in rungs:
        await bench.ffmpeg(
            "-f", "lavfi", "-i", f"testsrc2=size={SIZE}:rate={RATE}:duration={SECONDS}", "-c:v", "libx264",
            "-preset", "veryfast", "-g", str(RATE), "-sc_threshold", "0", "-pix_fmt", "yuv420p",
            "-video_track_timescale", str(SCALE), "-output_ts_offset", str(at_s), "-movflags", FRAGMENTED,
            f"{name}/{rung}.mp4",
        )  # fmt: skip
    return await packager.package({r: work / f"{r}.mp4" for r in rungs}, "video", 0.0, work, runner.run)


def _judge(track: PackagedTrack, wanted: list[tuple[int, int]]) -> None:
    found = [cmaf.media_times(file.read_bytes()) for _, file in track.segments]
    assert [time for time, _ in track.segments] == [t.time for t in found], "a segment is named by its time"
    assert [(t.time, t.duration) for t in found] == wanted
    init = track.init.read_bytes()
    kinds = [kind for kind, _, _ in cmaf.boxes(init)]
    assert kinds[0] == b"ftyp" and b"moov" in kinds and b"moof" not in kinds


async def _pictures(bench: Bench, track: PackagedTrack) -> int:
    joined = bench.folder / "joined.mp4"
    joined.write_bytes(b"".join([track.init.read_bytes(), *(file.read_bytes() for _, file in track.segments)]))
    return len(await bench.brightness(joined))
