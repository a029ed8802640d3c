"""The conformance suite for Packager. `make` returns a packager; `folder` is an empty folder.

Chunks of a rendition are packaged in any order, each with its true times. Their output must fit together as if it were
packaged at once: equal init segments, segments named by their decode time, no sample lost.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from otnet_server import PackagedTrack, Packager, PackageRequest, Workspace
from otnet_server.media import boxes, cmaf
from otnet_server.process import runner
from otnet_server.testing.media import FILM_RATE, FILM_SECONDS, FILM_SIZE, Bench

MakePackager = Callable[[], Packager]
FRAGMENT_FLAGS = "+frag_keyframe+empty_moov+default_base_moof+frag_discont+negative_cts_offsets"
TIMESCALE = 12_800  # ticks per second
PICTURE_TICKS = 512  # ticks per picture at 25 frames/s
AUDIO_ACCESS_UNITS = 200  # of 1024 samples each
SEGMENT_ACCESS_UNITS = 47
CUT_S = SEGMENT_ACCESS_UNITS * 1024 / 48_000


async def check_segments_begin_at_keyframes(make: MakePackager, folder: Path) -> None:
    """Every keyframe begins a segment, which is named by its decode time in ticks. The segments cover the chunk."""
    bench = Bench.at(folder)
    tracks = await _package(make(), bench, "one", 0, ("180p", "90p"))
    assert set(tracks) == {"180p", "90p"}
    for track in tracks.values():
        _check_track(track, [(n * FILM_RATE * PICTURE_TICKS, FILM_RATE * PICTURE_TICKS) for n in range(FILM_SECONDS)])
        assert await _count_pictures(bench, track) == FILM_SECONDS * FILM_RATE


async def check_a_later_chunk_keeps_its_times(make: MakePackager, folder: Path) -> None:
    """A chunk that begins after half an hour keeps its times, without the chunks before it."""
    bench = Bench.at(folder)
    tracks = await _package(make(), bench, "late", 1800, ("180p",))
    first = 1800 * TIMESCALE
    _check_track(
        tracks["180p"],
        [(first + n * FILM_RATE * PICTURE_TICKS, FILM_RATE * PICTURE_TICKS) for n in range(FILM_SECONDS)],
    )


async def check_init_segments_are_equal(make: MakePackager, folder: Path) -> None:
    """The init segments of all chunks of a rendition are equal except for times, so any of them can be published."""
    bench, packager = Bench.at(folder), make()
    early = await _package(packager, bench, "early", 0, ("180p",))
    late = await _package(packager, bench, "late", 1800, ("180p",))
    inits = [cmaf.normalize_init(m["180p"].init.read_bytes(), 10_000) for m in (early, late)]
    assert inits[0] == inits[1]


async def check_audio_is_cut_at_multiples_of_cut_s(make: MakePackager, folder: Path) -> None:
    """Audio is cut at multiples of `cut_s`; the last segment is the rest. With 0 there is one segment."""
    bench = Bench.at(folder)
    for name, cut_s, segment_frames in (("cut", CUT_S, SEGMENT_ACCESS_UNITS), ("whole", 0.0, AUDIO_ACCESS_UNITS)):
        work = bench.folder / name
        work.mkdir()
        await bench.ffmpeg(
            "-f", "lavfi", "-i", "sine=sample_rate=48000:duration=20", "-ac", "2", "-c:a", "aac",
            "-bsf:a", f"noise=drop='lt(pts,0)+gte(pts,{AUDIO_ACCESS_UNITS * 1024})'", "-movflags", FRAGMENT_FLAGS,
            f"{name}/in.mp4",
        )  # fmt: skip
        tracks = await make().package(
            PackageRequest({"sound": work / "in.mp4"}, "audio", cut_s, Workspace(work, runner.run))
        )
        _check_track(
            tracks["sound"],
            [
                (n * 1024, min(segment_frames, AUDIO_ACCESS_UNITS - n) * 1024)
                for n in range(0, AUDIO_ACCESS_UNITS, segment_frames)
            ],
        )


async def _package(
    packager: Packager, bench: Bench, name: str, at_s: int, rungs: tuple[str, ...]
) -> dict[str, PackagedTrack]:
    """Package chunks like those of an encoder: in the work folder, fragmented, with one keyframe per second."""
    assert isinstance(packager, Packager)
    assert isinstance(packager.name, str) and packager.name
    work = bench.folder / name
    work.mkdir()
    for rung in rungs:
        await bench.ffmpeg(
            "-f", "lavfi", "-i", f"testsrc2=size={FILM_SIZE}:rate={FILM_RATE}:duration={FILM_SECONDS}",
            "-c:v", "libx264", "-preset", "veryfast", "-g", str(FILM_RATE), "-sc_threshold", "0", "-pix_fmt", "yuv420p",
            "-video_track_timescale", str(TIMESCALE), "-output_ts_offset", str(at_s), "-movflags", FRAGMENT_FLAGS,
            f"{name}/{rung}.mp4",
        )  # fmt: skip
    files = {r: work / f"{r}.mp4" for r in rungs}
    return await packager.package(PackageRequest(files, "video", 0.0, Workspace(work, runner.run)))


def _check_track(track: PackagedTrack, expected: list[tuple[int, int]]) -> None:
    times = [cmaf.media_times(file.read_bytes()) for _, file in track.segments]
    assert [time for time, _ in track.segments] == [t.time for t in times], "a segment is named by its time"
    assert [(t.time, t.duration) for t in times] == expected
    init = track.init.read_bytes()
    kinds = [kind for kind, _, _ in boxes.boxes(init)]
    assert kinds[0] == b"ftyp" and b"moov" in kinds and b"moof" not in kinds


async def _count_pictures(bench: Bench, track: PackagedTrack) -> int:
    joined = bench.folder / "joined.mp4"
    joined.write_bytes(b"".join([track.init.read_bytes(), *(file.read_bytes() for _, file in track.segments)]))
    return len(await bench.brightness(joined))
