"""The conformance suite for PictureEncoder. `make` returns an encoder; `folder` is an empty folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from otnet_server import PictureEncoder, PictureRequest, SheetRequest
from otnet_server.testing.media import FILM_SECONDS, Bench

MakeEncoder = Callable[[], PictureEncoder]
JPEG_MAGIC = b"\xff\xd8\xff"


async def check_it_is_a_picture_encoder(make: MakeEncoder, folder: Path) -> None:
    encoder = make()
    assert isinstance(encoder, PictureEncoder)
    assert isinstance(encoder.name, str) and encoder.name


async def check_stills_have_the_requested_size(make: MakeEncoder, folder: Path) -> None:
    """At any time, also at the end of the file."""
    bench, encoder = Bench.at(folder), make()
    film = await bench.film()
    for at_s in (0.0, FILM_SECONDS / 2, float(FILM_SECONDS)):
        workspace = bench.workspace()
        request = PictureRequest(file=film, demuxer="matroska", at_s=at_s, size=(256, 144), workspace=workspace)
        assert await _size(bench, await encoder.picture(request)) == (256, 144), at_s


async def check_image_files_are_scaled_down(make: MakeEncoder, folder: Path) -> None:
    """A picture keeps its shape and has at most 1280 × 1280 pixels."""
    bench = Bench.at(folder)
    image = bench.folder / "poster.png"
    await bench.ffmpeg("-f", "lavfi", "-i", "color=red:size=2000x1000", "-frames:v", "1", image.name)
    data = await make().picture(PictureRequest(file=image, demuxer=None, workspace=bench.workspace()))
    assert await _size(bench, data) == (1280, 640)


async def check_sheets_have_room_for_all_pictures(make: MakeEncoder, folder: Path) -> None:
    bench = Bench.at(folder)
    pictures = []
    for n, colour in enumerate(("red", "green", "blue")):
        pictures.append(bench.folder / f"picture-{n}.jpg")
        argv = ("-f", "lavfi", "-i", f"color={colour}:size=64x36", "-frames:v", "1", pictures[-1].name)
        await bench.ffmpeg(*argv)
    for count in (1, 3):
        request = SheetRequest(tuple(pictures[:count]), 2, 2, 64, 36, bench.workspace())
        assert await _size(bench, await make().sheet(request)) == (128, 72)


async def _size(bench: Bench, data: bytes) -> tuple[int, int]:
    assert data.startswith(JPEG_MAGIC)
    file = bench.folder / "result.jpg"
    file.write_bytes(data)
    stream, _ = await bench.probe(file)
    return stream["width"], stream["height"]
