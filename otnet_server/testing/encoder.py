"""What an Encoder must do. `make` gives an encoder; `folder` is an empty folder on a disk with some room.

The heart of it: whoever makes a chunk, in whatever order, puts exactly the planned pictures into it, at
exactly the planned times, with keyframes where segments begin and nowhere else. Then chunks join without
a seam, a restart continues, and a manifest may be written before anything is encoded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from otnet_server import AudioPlan, Chunk, EncodeContext, Encoder, Plan, Timeline, VideoPlan
from otnet_server.process import runner
from otnet_server.testing.media import PROFILE, SECONDS, Bench, grey, near

Make = Callable[[], Encoder]
JPEG = b"\xff\xd8\xff"


async def check_it_chooses_and_stays_with_it(make: Make, folder: Path) -> None:
    """`choose` answers with a word of its own, the same one when it is asked again."""
    encoder, work = make(), folder.resolve()
    assert isinstance(encoder, Encoder)
    assert isinstance(encoder.name, str) and encoder.name
    chosen = await encoder.choose(PROFILE, runner.run, work)
    assert chosen and chosen == await encoder.choose(PROFILE, runner.run, work)


async def check_every_chunk_holds_the_planned_pictures(make: Make, folder: Path) -> None:
    """Made in any order: the right pictures, at the right times, in every rung, in the planned size."""
    bench, encoder, plan, video = await _planned(make, folder)
    assert len(video.timeline.chunks) >= 3, "the film is long enough to have chunks that don't start at 0"
    for chunk in reversed(video.timeline.chunks):
        made = await encoder.video_chunk(bench.context(plan), video, chunk)
        assert made.number == chunk.number
        assert set(made.files) == {r.name for r in video.rungs}
        await _judge(bench, video, chunk, made.files)


async def check_a_second_attempt_is_as_good(make: Make, folder: Path) -> None:
    """`ctx.attempt` counts up after a failure; the encoder may go about it differently, with the same result."""
    bench, encoder, plan, video = await _planned(make, folder)
    chunk = video.timeline.chunks[-1]
    made = await encoder.video_chunk(bench.context(plan, attempt=2), video, chunk)
    await _judge(bench, video, chunk, made.files)


async def check_thumbnails_are_numbered_as_planned(make: Make, folder: Path) -> None:
    """Picture `i` shows frame `i * every`; each is in the chunk that holds that frame, and is a JPEG."""
    bench, encoder, plan, video = await _planned(make, folder)
    thumbs = video.thumbnails
    assert thumbs is not None
    seen: set[int] = set()
    for chunk in video.timeline.chunks:
        made = await encoder.video_chunk(bench.context(plan), video, chunk)
        assert all(chunk.first <= n * thumbs.every < chunk.last for n in made.thumbnails), made.thumbnails
        assert all(p.read_bytes().startswith(JPEG) for p in made.thumbnails.values())
        seen |= set(made.thumbnails)
    assert seen == set(range(thumbs.count))


async def check_one_pass_gives_the_same_chunks(make: Make, folder: Path) -> None:
    """For a source that can't be sought: every chunk as it is finished, from number `done` on."""
    bench, encoder, plan, video = await _planned(make, folder, sequential=True)
    for done in (0, 1):
        ctx = bench.context(plan)
        numbers = []
        async for made in encoder.video_pass(ctx, video, done):
            numbers.append(made.number)
            await _judge(bench, video, video.timeline.chunks[made.number], made.files)
        assert numbers == list(range(done, len(video.timeline.chunks)))


async def check_sound_is_on_the_grid(make: Make, folder: Path) -> None:
    """Every chunk of every rendition: whole access units, the planned number, from the planned time on."""
    bench, encoder, plan, _ = await _planned(make, folder)
    plan = _short_sound(plan)
    for first in (0, 1):
        todo = {a.name: first for a in plan.audio}
        numbers: dict[str, list[int]] = {a.name: [] for a in plan.audio}
        async for made in encoder.audio_pass(bench.context(plan), todo):
            numbers[made.rendition].append(made.number)
            audio = next(a for a in plan.audio if a.name == made.rendition)
            await _judge_sound(bench, audio, made.number, made.file)
        for audio in plan.audio:
            assert numbers[audio.name] == list(range(first, len(audio.timeline.chunks))), "all chunks, in order"


async def check_text_is_webvtt(make: Make, folder: Path) -> None:
    """From a stream of the film and from a file beside it."""
    bench, encoder, plan, _ = await _planned(make, folder)
    stream = plan.text[0].stream
    assert stream is not None
    texts = [await encoder.text(bench.context(plan), stream)]
    ctx = bench.context(plan)
    beside = ctx.work / "beside.srt"
    beside.write_bytes((bench.folder / "film.srt").read_bytes())
    texts.append(await encoder.text_file(_from(ctx, beside), "srt"))
    for text in texts:
        lines = text.decode("utf-8").splitlines()
        assert lines[0].startswith("WEBVTT")
        assert any("00:01.000 -->" in x for x in lines) and any("Hello" in x for x in lines), lines


async def check_pictures_are_jpeg(make: Make, folder: Path) -> None:
    """A still of at most 1280 pixels, also from an image file and from the very end; and a sheet of tiles."""
    bench, encoder, plan, video = await _planned(make, folder)
    for at in (0.0, SECONDS / 2, float(SECONDS)):
        still = await encoder.picture(bench.context(plan), bench.folder / "film.mkv", at, None)
        assert still.startswith(JPEG), at
    image = bench.folder / "poster.png"
    await bench.ffmpeg("-f", "lavfi", "-i", "color=red:size=2000x1000", "-frames:v", "1", image.name)
    poster = bench.folder / "poster.jpg"
    poster.write_bytes(await encoder.picture(bench.context(plan), image, None, None))
    stream, _ = await bench.look(poster)
    assert (stream["width"], stream["height"]) == (1280, 640)
    thumbs = video.thumbnails
    assert thumbs is not None
    first = await encoder.video_chunk(bench.context(plan), video, video.timeline.chunks[0])
    sheet = bench.folder / "sheet.jpg"
    sheet.write_bytes(await encoder.sheet(bench.context(plan), [first.thumbnails[0]]))
    stream, _ = await bench.look(sheet)
    assert (stream["width"], stream["height"]) == (thumbs.width * thumbs.columns, thumbs.height * thumbs.rows)


async def _planned(make: Make, folder: Path, *, sequential: bool = False) -> tuple[Bench, Encoder, Plan, VideoPlan]:
    bench, encoder = Bench.at(folder), make()
    chosen = await encoder.choose(PROFILE, runner.run, bench.folder)
    plan = await bench.plan(encoder=chosen, sequential=sequential)
    assert plan.video is not None
    return bench, encoder, plan, plan.video


async def _judge(bench: Bench, video: VideoPlan, chunk: Chunk, files: dict[str, Path]) -> None:
    timeline = video.timeline
    tick = timeline.ticks_per_frame / timeline.timescale
    begins = [timeline.starts[i] * tick for i in range(chunk.segment, chunk.segment + chunk.segments)]
    for rung in video.rungs:
        stream, packets = await bench.look(files[rung.name])
        assert (stream["width"], stream["height"]) == (rung.width, rung.height)
        assert near([p.time for p in packets], [n * tick for n in range(chunk.first, chunk.last)]), (
            f"{rung.name}, chunk {chunk.number}: pictures are not on the timeline: {[p.time for p in packets]}"
        )
        assert near([p.time for p in packets if p.key], begins), "keyframes begin segments, and only they do"
        shown = await bench.brightness(files[rung.name])
        wanted = [grey(n) for n in range(chunk.first, chunk.last)]
        mismatches = [n for n, (a, b) in enumerate(zip(shown, wanted, strict=True)) if abs(a - b) > 2]
        assert not mismatches, f"{rung.name}, chunk {chunk.number}: wrong pictures at {mismatches}"


async def _judge_sound(bench: Bench, audio: AudioPlan, number: int, file: Path) -> None:
    timeline = audio.timeline
    chunk = timeline.chunks[number]
    stream, packets = await bench.look(file)
    assert (stream["codec_name"], int(stream["sample_rate"])) == ("aac", timeline.timescale)
    assert stream["channels"] == audio.channels
    tick = timeline.ticks_per_frame / timeline.timescale
    assert near([p.time for p in packets], [n * tick for n in range(chunk.first, chunk.last)]), (
        f"{audio.name}, chunk {number}: access units are not on the timeline"
    )


def _short_sound(plan: Plan) -> Plan:
    """Audio chunks of about a second, so that a short film has several."""
    short = {"segment_frames": 24, "chunk_segments": 2}
    audio = tuple(a.model_copy(update={"timeline": Timeline(**a.timeline.model_dump() | short)}) for a in plan.audio)
    return plan.model_copy(update={"audio": audio})


def _from(ctx: EncodeContext, source: Path) -> EncodeContext:
    return replace(ctx, source=source)
