"""The conformance suite for SubtitleConverter. `make` returns a converter; `folder` is an empty folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from otnet_server import SourceFile, SubtitleConverter, SubtitleRequest
from otnet_server.media.subtitle_formats import cues_of
from otnet_server.testing.media import Bench

MakeConverter = Callable[[], SubtitleConverter]
SUBTITLE_STREAM = 2


async def check_it_is_a_subtitle_converter(make: MakeConverter, folder: Path) -> None:
    converter = make()
    assert isinstance(converter, SubtitleConverter)
    assert isinstance(converter.name, str) and converter.name


async def check_a_stream_becomes_webvtt(make: MakeConverter, folder: Path) -> None:
    bench = Bench.at(folder)
    source = SourceFile(await bench.film(), "matroska")
    request = SubtitleRequest(source, SUBTITLE_STREAM, 0.0, bench.workspace())
    _check_text(await make().convert(request), "00:01.000 -->")


async def check_a_subtitle_file_becomes_webvtt(make: MakeConverter, folder: Path) -> None:
    bench = Bench.at(folder)
    await bench.film()
    request = SubtitleRequest(SourceFile(bench.folder / "film.srt", "srt"), 0, 0.0, bench.workspace())
    _check_text(await make().convert(request), "00:01.000 -->")


async def check_a_stream_with_a_codec_becomes_text(make: MakeConverter, folder: Path) -> None:
    """A request that names the codec of its stream may be answered with WebVTT, SubRip or ASS."""
    bench = Bench.at(folder)
    source = SourceFile(await bench.film(), "matroska")
    request = SubtitleRequest(source, SUBTITLE_STREAM, 0.5, bench.workspace(), codec="subrip")
    first = cues_of((await make().convert(request)).decode("utf-8"))[0]
    assert first.start_s == 0.5 and "Hello" in first.text, first


async def check_times_begin_at_the_origin(make: MakeConverter, folder: Path) -> None:
    """The time `origin_s` of the source becomes 0."""
    bench = Bench.at(folder)
    source = SourceFile(await bench.film(), "matroska")
    request = SubtitleRequest(source, SUBTITLE_STREAM, 0.5, bench.workspace())
    _check_text(await make().convert(request), "00:00.500 -->")


def _check_text(text: bytes, cue_start: str) -> None:
    lines = text.decode("utf-8").splitlines()
    assert lines[0].startswith("WEBVTT")
    assert any(cue_start in line for line in lines) and any("Hello" in line for line in lines), lines
