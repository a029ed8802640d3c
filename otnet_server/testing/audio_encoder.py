"""The conformance suite for AudioEncoder. `make` returns an encoder; `folder` is an empty folder on a disk with free
space.

Every chunk of every rendition has exactly the requested access units at exactly their times, so that chunks join
without gaps and clicks, and a restart continues where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from otnet_server import AudioEncoder, AudioRendition
from otnet_server.media.plan import Plan
from otnet_server.media.timeline import Timeline
from otnet_server.pipeline.encode_requests import audio_request
from otnet_server.testing.media import Bench, times_equal

MakeEncoder = Callable[[], AudioEncoder]


async def check_it_is_an_audio_encoder(make: MakeEncoder, folder: Path) -> None:
    encoder = make()
    assert isinstance(encoder, AudioEncoder)
    assert isinstance(encoder.name, str) and encoder.name


async def check_audio_is_on_the_timeline(make: MakeEncoder, folder: Path) -> None:
    """Every chunk has the requested number of whole access units, from the requested time on, in order."""
    bench, encoder = Bench.at(folder), make()
    plan = _with_short_chunks(await bench.plan(encoder="any"))
    for first in (0, 1):
        request = audio_request(plan, {a.name: first for a in plan.audio}, bench.folder / "film.mkv", bench.workspace())
        numbers: dict[str, list[int]] = {r.name: [] for r in request.renditions}
        renditions = {r.name: r for r in request.renditions}
        async for encoded in encoder.encode(request):
            numbers[encoded.rendition].append(encoded.number)
            await _check_chunk(bench, renditions[encoded.rendition], encoded.number, encoded.file)
        for rendition in request.renditions:
            last = first + len(rendition.chunk_starts)
            assert numbers[rendition.name] == list(range(first, last)), "all chunks, in order"


async def check_nothing_to_encode_is_no_error(make: MakeEncoder, folder: Path) -> None:
    bench = Bench.at(folder)
    plan = await bench.plan(encoder="any")
    request = audio_request(plan, {}, bench.folder / "film.mkv", bench.workspace())
    assert [encoded async for encoded in make().encode(request)] == []


async def _check_chunk(bench: Bench, rendition: AudioRendition, number: int, file: Path) -> None:
    stream, packets = await bench.probe(file)
    assert (stream["codec_name"], int(stream["sample_rate"])) == ("aac", rendition.sample_rate)
    assert stream["channels"] == rendition.channels
    assert rendition.total_frames is not None
    starts = (*rendition.chunk_starts, rendition.total_frames)
    index, tick = number - rendition.first_chunk, rendition.frame_samples / rendition.sample_rate
    assert times_equal([p.time for p in packets], [n * tick for n in range(starts[index], starts[index + 1])]), (
        f"{rendition.name}, chunk {number}: access units are not on the timeline"
    )


def _with_short_chunks(plan: Plan) -> Plan:
    """Chunks of about a second, so that a short film has several."""
    short = {"segment_frames": 24, "chunk_segments": 2}
    audio = tuple(a.model_copy(update={"timeline": Timeline(**a.timeline.model_dump() | short)}) for a in plan.audio)
    return plan.model_copy(update={"audio": audio})
