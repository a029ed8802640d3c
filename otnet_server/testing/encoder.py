"""The conformance suite for Encoder. `make` returns an encoder; `folder` is an empty folder on a disk with free space.

The main requirement: every chunk, in whatever order the chunks are encoded, contains exactly the planned pictures at
exactly the planned times, with keyframes only where segments begin. Chunks then join without gaps, a restart continues
where it stopped, and manifests can be written before anything is encoded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from otnet_server import AudioPlan, Chunk, EncodeContext, Encoder, Plan, Timeline, VideoPlan
from otnet_server.process import runner
from otnet_server.testing.media import FILM_SECONDS, PROFILE, Bench, grey, times_equal

MakeEncoder = Callable[[], Encoder]
JPEG_MAGIC = b"\xff\xd8\xff"


async def check_it_chooses_and_stays_with_it(make: MakeEncoder, folder: Path) -> None:
    """`choose` returns a name of its own, and the same one when it is called again."""
    encoder, work = make(), folder.resolve()
    assert isinstance(encoder, Encoder)
    assert isinstance(encoder.name, str) and encoder.name
    encoder_name = await encoder.choose(PROFILE, runner.run, work)
    assert encoder_name and encoder_name == await encoder.choose(PROFILE, runner.run, work)


async def check_every_chunk_holds_the_planned_pictures(make: MakeEncoder, folder: Path) -> None:
    """Chunks that are encoded in any order contain the planned pictures at the planned times in every rung's size."""
    bench, encoder, plan, video = await _planned(make, folder)
    assert len(video.timeline.chunks) >= 3, "the film is long enough to have chunks that don't start at 0"
    for chunk in reversed(video.timeline.chunks):
        encoded = await encoder.video_chunk(bench.context(plan), video, chunk)
        assert encoded.number == chunk.number
        assert set(encoded.files) == {r.name for r in video.rungs}
        await _check_video_chunk(bench, video, chunk, encoded.files)


async def check_a_second_attempt_is_as_good(make: MakeEncoder, folder: Path) -> None:
    """`ctx.attempt` counts failures. The encoder may then work differently, but with the same result."""
    bench, encoder, plan, video = await _planned(make, folder)
    chunk = video.timeline.chunks[-1]
    encoded = await encoder.video_chunk(bench.context(plan, attempt=2), video, chunk)
    await _check_video_chunk(bench, video, chunk, encoded.files)


async def check_thumbnails_are_numbered_as_planned(make: MakeEncoder, folder: Path) -> None:
    """Thumbnail `i` is a JPEG of frame `i * every`, and is in the chunk that contains that frame."""
    bench, encoder, plan, video = await _planned(make, folder)
    thumbs = video.thumbnails
    assert thumbs is not None
    seen: set[int] = set()
    for chunk in video.timeline.chunks:
        encoded = await encoder.video_chunk(bench.context(plan), video, chunk)
        assert all(chunk.first <= n * thumbs.every < chunk.last for n in encoded.thumbnails), encoded.thumbnails
        assert all(p.read_bytes().startswith(JPEG_MAGIC) for p in encoded.thumbnails.values())
        seen |= set(encoded.thumbnails)
    assert seen == set(range(thumbs.count))


async def check_one_pass_gives_the_same_chunks(make: MakeEncoder, folder: Path) -> None:
    """For a source that can't be seeked: every chunk from number `done` on, as it is finished."""
    bench, encoder, plan, video = await _planned(make, folder, sequential=True)
    for done in (0, 1):
        ctx = bench.context(plan)
        numbers = []
        async for encoded in encoder.video_pass(ctx, video, done):
            numbers.append(encoded.number)
            await _check_video_chunk(bench, video, video.timeline.chunks[encoded.number], encoded.files)
        assert numbers == list(range(done, len(video.timeline.chunks)))


async def check_audio_is_on_the_timeline(make: MakeEncoder, folder: Path) -> None:
    """Every chunk of every rendition has the planned number of whole access units, from the planned time on."""
    bench, encoder, plan, _ = await _planned(make, folder)
    plan = _with_short_audio_chunks(plan)
    for first in (0, 1):
        todo = {a.name: first for a in plan.audio}
        numbers: dict[str, list[int]] = {a.name: [] for a in plan.audio}
        async for encoded in encoder.audio_pass(bench.context(plan), todo):
            numbers[encoded.rendition].append(encoded.number)
            audio = next(a for a in plan.audio if a.name == encoded.rendition)
            await _check_audio_chunk(bench, audio, encoded.number, encoded.file)
        for audio in plan.audio:
            assert numbers[audio.name] == list(range(first, len(audio.timeline.chunks))), "all chunks, in order"


async def check_text_is_webvtt(make: MakeEncoder, folder: Path) -> None:
    """Text is WebVTT, from a stream of the file and from a sidecar."""
    bench, encoder, plan, _ = await _planned(make, folder)
    stream = plan.text[0].stream
    assert stream is not None
    texts = [await encoder.text(bench.context(plan), stream)]
    ctx = bench.context(plan)
    sidecar = ctx.work / "beside.srt"
    sidecar.write_bytes((bench.folder / "film.srt").read_bytes())
    texts.append(await encoder.text_file(_with_source(ctx, sidecar), "srt"))
    for text in texts:
        lines = text.decode("utf-8").splitlines()
        assert lines[0].startswith("WEBVTT")
        assert any("00:01.000 -->" in line for line in lines) and any("Hello" in line for line in lines), lines


async def check_pictures_are_jpeg(make: MakeEncoder, folder: Path) -> None:
    """Stills have at most 1280 pixels, also from an image file and at the end of the file; sheets have the planned
    size."""
    bench, encoder, plan, video = await _planned(make, folder)
    for at in (0.0, FILM_SECONDS / 2, float(FILM_SECONDS)):
        still = await encoder.picture(bench.context(plan), bench.folder / "film.mkv", at, None)
        assert still.startswith(JPEG_MAGIC), at
    image = bench.folder / "poster.png"
    await bench.ffmpeg("-f", "lavfi", "-i", "color=red:size=2000x1000", "-frames:v", "1", image.name)
    poster = bench.folder / "poster.jpg"
    poster.write_bytes(await encoder.picture(bench.context(plan), image, None, None))
    stream, _ = await bench.probe(poster)
    assert (stream["width"], stream["height"]) == (1280, 640)
    thumbs = video.thumbnails
    assert thumbs is not None
    first = await encoder.video_chunk(bench.context(plan), video, video.timeline.chunks[0])
    sheet = bench.folder / "sheet.jpg"
    sheet.write_bytes(await encoder.sheet(bench.context(plan), [first.thumbnails[0]]))
    stream, _ = await bench.probe(sheet)
    assert (stream["width"], stream["height"]) == (thumbs.width * thumbs.columns, thumbs.height * thumbs.rows)


async def _planned(
    make: MakeEncoder, folder: Path, *, sequential: bool = False
) -> tuple[Bench, Encoder, Plan, VideoPlan]:
    bench, encoder = Bench.at(folder), make()
    encoder_name = await encoder.choose(PROFILE, runner.run, bench.folder)
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


async def _check_audio_chunk(bench: Bench, audio: AudioPlan, number: int, file: Path) -> None:
    timeline = audio.timeline
    chunk = timeline.chunks[number]
    stream, packets = await bench.probe(file)
    assert (stream["codec_name"], int(stream["sample_rate"])) == ("aac", timeline.timescale)
    assert stream["channels"] == audio.channels
    tick = timeline.ticks_per_frame / timeline.timescale
    assert times_equal([p.time for p in packets], [n * tick for n in range(chunk.first, chunk.last)]), (
        f"{audio.name}, chunk {number}: access units are not on the timeline"
    )


def _with_short_audio_chunks(plan: Plan) -> Plan:
    """Audio chunks of about a second, so that a short film has several."""
    short = {"segment_frames": 24, "chunk_segments": 2}
    audio = tuple(a.model_copy(update={"timeline": Timeline(**a.timeline.model_dump() | short)}) for a in plan.audio)
    return plan.model_copy(update={"audio": audio})


def _with_source(ctx: EncodeContext, source: Path) -> EncodeContext:
    return replace(ctx, source=source)
