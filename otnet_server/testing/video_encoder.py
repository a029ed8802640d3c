"""The conformance suite for VideoEncoder. `make` returns an encoder; `folder` is an empty folder on a disk with
free space.

The main requirement: every chunk, in whatever order the chunks are encoded, contains exactly the planned pictures at
exactly the planned times, with keyframes only where segments begin. Chunks then join without gaps, a restart continues
where it stopped, and manifests can be written before anything is encoded.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from otnet_server import VideoChunkRequest, VideoEncoder, VideoEncoderRequest, Workspace
from otnet_server.media.plan import Plan, VideoPlan
from otnet_server.media.timeline import Chunk
from otnet_server.pipeline.encode_requests import video_chunk_request, video_pass_request
from otnet_server.process import runner
from otnet_server.testing.media import PROFILE, Bench, grey, times_equal

MakeEncoder = Callable[[], VideoEncoder]
JPEG_MAGIC = b"\xff\xd8\xff"


async def check_it_chooses_and_stays_with_it(make: MakeEncoder, folder: Path) -> None:
    """`choose` returns a name of its own, and the same one when it is called again."""
    encoder, work = make(), folder.resolve()
    assert isinstance(encoder, VideoEncoder)
    assert isinstance(encoder.name, str) and encoder.name
    request = VideoEncoderRequest("h264", "auto", Workspace(work, runner.run))
    encoder_name = await encoder.choose(request)
    assert encoder_name and encoder_name == await encoder.choose(request)


async def check_every_chunk_holds_the_planned_pictures(make: MakeEncoder, folder: Path) -> None:
    """Chunks that are encoded in any order contain the planned pictures at the planned times in every rung's size."""
    bench, encoder, plan, video = await _planned(make, folder)
    assert len(video.timeline.chunks) >= 3, "the film is long enough to have chunks that don't start at 0"
    for chunk in reversed(video.timeline.chunks):
        encoded = await encoder.encode_chunk(chunk_request(bench, plan, video, chunk))
        assert encoded.number == chunk.number
        assert set(encoded.files) == {r.name for r in video.rungs}
        await _check_video_chunk(bench, video, chunk, encoded.files)


async def check_a_second_attempt_is_as_good(make: MakeEncoder, folder: Path) -> None:
    """`attempt` counts failures. The encoder may then work differently, but with the same result."""
    bench, encoder, plan, video = await _planned(make, folder)
    chunk = video.timeline.chunks[-1]
    encoded = await encoder.encode_chunk(chunk_request(bench, plan, video, chunk, attempt=2))
    await _check_video_chunk(bench, video, chunk, encoded.files)


async def check_thumbnails_are_numbered_as_planned(make: MakeEncoder, folder: Path) -> None:
    """Thumbnail `i` is a JPEG of frame `i * every`, and is in the chunk that contains that frame."""
    bench, encoder, plan, video = await _planned(make, folder)
    thumbs = video.thumbnails
    assert thumbs is not None
    seen: set[int] = set()
    for chunk in video.timeline.chunks:
        encoded = await encoder.encode_chunk(chunk_request(bench, plan, video, chunk))
        assert all(chunk.first <= n * thumbs.every < chunk.last for n in encoded.thumbnails), encoded.thumbnails
        assert all(p.read_bytes().startswith(JPEG_MAGIC) for p in encoded.thumbnails.values())
        seen |= set(encoded.thumbnails)
    assert seen == set(range(thumbs.count))


async def check_one_pass_gives_the_same_chunks(make: MakeEncoder, folder: Path) -> None:
    """For a source that can't be seeked: every chunk from number `first_chunk` on, as it is finished."""
    bench, encoder, plan, video = await _planned(make, folder, sequential=True)
    for done in (0, 1):
        request = video_pass_request(plan, video, done, bench.folder / "film.mkv", bench.workspace())
        numbers: list[int] = []
        thumbnails: list[int] = []
        async for encoded in encoder.encode_pass(request):
            numbers.append(encoded.number)
            thumbnails += encoded.thumbnails
            await _check_video_chunk(bench, video, video.timeline.chunks[encoded.number], encoded.files)
        assert numbers == list(range(done, len(video.timeline.chunks)))
        assert video.thumbnails is not None
        first = -(-video.timeline.chunks[done].first // video.thumbnails.every)
        assert sorted(thumbnails) == list(range(first, video.thumbnails.count)), "there may be none in the rest"


def chunk_request(bench: Bench, plan: Plan, video: VideoPlan, chunk: Chunk, *, attempt: int = 0) -> VideoChunkRequest:
    source = bench.folder / "film.mkv"
    return video_chunk_request(plan, video, chunk, source, bench.workspace(), attempt=attempt)


async def _planned(
    make: MakeEncoder, folder: Path, *, sequential: bool = False
) -> tuple[Bench, VideoEncoder, Plan, VideoPlan]:
    bench, encoder = Bench.at(folder), make()
    request = VideoEncoderRequest(PROFILE.codec, PROFILE.encoder, bench.workspace())
    encoder_name = await encoder.choose(request)
    plan = await bench.plan(encoder=encoder_name, sequential=sequential)
    assert plan.video is not None
    return bench, encoder, plan, plan.video


async def _check_video_chunk(bench: Bench, video: VideoPlan, chunk: Chunk, files: dict[str, Path]) -> None:
    timeline = video.timeline
    tick = timeline.ticks_per_frame / timeline.timescale
    segment_starts = [timeline.starts[i] * tick for i in range(chunk.segment, chunk.segment + chunk.segments)]
    for rung in video.rungs:
        stream, packets = await bench.probe(files[rung.name])
        assert (stream["width"], stream["height"]) == (rung.width, rung.height)
        assert times_equal([p.time for p in packets], [n * tick for n in range(chunk.first, chunk.last)]), (
            f"{rung.name}, chunk {chunk.number}: pictures are not on the timeline: {[p.time for p in packets]}"
        )
        assert times_equal([p.time for p in packets if p.key], segment_starts), (
            "keyframes begin segments, and only they do"
        )
        actual = await bench.brightness(files[rung.name])
        expected = [grey(n) for n in range(chunk.first, chunk.last)]
        mismatches = [n for n, (a, b) in enumerate(zip(actual, expected, strict=True)) if abs(a - b) > 2]
        assert not mismatches, f"{rung.name}, chunk {chunk.number}: wrong pictures at {mismatches}"
