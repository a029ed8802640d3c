"""Closed captions (CEA-608) inside a video become a text track."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from otnet_server import SourceFile, SubtitleRequest, captions_input_args
from otnet_server.config import Limits
from otnet_server.media.roles import Role
from otnet_server.media.source import CLOSED_CAPTIONS
from otnet_server.media.subtitle_formats import cues_of
from otnet_server.pipeline.closed_captions import has_closed_captions
from otnet_server.pipeline.probe import probe
from otnet_server.process import runner
from otnet_server.testing import enabled
from otnet_server.testing.media import Bench

FRAMES, FIRST, LAST = 100, 20, 70
ACCESS_UNIT = b"\0\0\0\1\x09"
# Pop-on captions: resume caption loading, erase, row 15; then the text; then end of caption (CEA-608 §C.8).
START, END, CLEAR = [(0x14, 0x20), (0x14, 0x2E), (0x14, 0x70)], [(0x14, 0x2F)], [(0x14, 0x2C)]


def with_parity(byte: int) -> int:
    return byte | 0x80 if bin(byte).count("1") % 2 == 0 else byte


def user_data(pair: tuple[int, int]) -> bytes:
    """An SEI message with one pair of caption bytes (ATSC A/53 Part 4 §6.2.3)."""
    payload = b"\xb5\x00\x31GA94\x03" + bytes([0x41, 0xFF, 0xFC, *map(with_parity, pair)]) + b"\xff"
    return b"\0\0\0\1" + bytes([6, 4, len(payload)]) + payload + b"\x80"


def captioned(stream: bytes, text: str) -> bytes:
    """An H.264 stream in which `text` is shown from about frame FIRST to frame LAST."""
    letters = [(ord(a), ord(b)) for a, b in zip(text[::2], text[1::2], strict=True)]
    doubled = [pair for command in (START, END, CLEAR) for pair in command for _ in (1, 2)]
    start, end, clear = doubled[:6], doubled[6:8], doubled[8:]
    pairs = dict(enumerate([*start, *letters, *end], FIRST)) | dict(enumerate(clear, LAST))
    units = stream.split(ACCESS_UNIT)[1:]
    result = b""
    for number, unit in enumerate(units):
        picture = re.search(rb"\x00?\x00\x00\x01[\x01\x21\x41\x61\x05\x25\x45\x65]", unit)
        assert picture is not None
        message = user_data(pairs.get(number, (0, 0)))
        result += ACCESS_UNIT + unit[: picture.start()] + message + unit[picture.start() :]
    return result


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_films(Bench.at(tmp_path_factory.mktemp("captions"))))


async def make_films(bench: Bench) -> Path:
    """A film with captions; beside it is the same film without."""
    picture = ("-f", "lavfi", "-i", f"color=size=64x64:rate=25:duration={FRAMES / 25}")
    h264 = ("-c:v", "libx264", "-bf", "0", "-g", "25", "-x264-params", "aud=1", "-pix_fmt", "yuv420p")
    await bench.ffmpeg(*picture, *h264, "plain.h264")
    (bench.folder / "film.h264").write_bytes(captioned((bench.folder / "plain.h264").read_bytes(), "HELLO "))
    for name in ("plain", "film"):
        await bench.ffmpeg("-r", "25", "-i", f"{name}.h264", "-c", "copy", "-output_ts_offset", "3", f"{name}.ts")
    return bench.folder / "film.ts"


async def test_captions_in_the_video_become_cues(film: Path, tmp_path: Path) -> None:
    bench = Bench.at(tmp_path)
    source = await probe(film, bench.tools, runner.run, Limits(), bench.folder)
    (stream,) = source.text
    assert (stream.index, stream.codec, stream.roles) == (0, CLOSED_CAPTIONS, (Role.SDH,))
    file = SourceFile(film, source.demuxer)
    request = SubtitleRequest(file, stream.index, source.start_s, bench.workspace(), codec=stream.codec)
    converter = enabled("ffmpeg_encoder", folder=tmp_path / "none", data=tmp_path).subtitle_converter()
    (cue,) = cues_of((await converter.convert(request)).decode())
    assert cue.text == "HELLO" and "position" in cue.settings
    assert cue.start_s == pytest.approx(FIRST / 25, abs=0.6) and cue.end_s == pytest.approx(LAST / 25, abs=0.2)


def test_videos_without_captions_are_recognized(film: Path) -> None:
    assert has_closed_captions(film, 0)
    assert not has_closed_captions(film.with_name("plain.ts"), 0)
    assert not has_closed_captions(film, 10**9)


def test_the_input_of_captions_is_restricted() -> None:
    *_, graph = captions_input_args("mov", "source", 3)
    for part in (
        "filename=source:",
        "format_name=mov:",
        "stream_index=3:",
        "protocol_whitelist=file",
        "codec_whitelist=",
    ):
        assert part in graph
    for name in ("a,b", "x:y", "../x", "[a]"):
        with pytest.raises(AssertionError):
            captions_input_args("mov", name, 0)
