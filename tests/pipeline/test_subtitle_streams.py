"""Subtitle streams of media files become cues with their positions."""

from __future__ import annotations

from pathlib import Path

import pytest

from otnet_server import SourceFile, SubtitleRequest
from otnet_server.media.subtitle_formats import cues_of
from otnet_server.media.webvtt import Cue
from otnet_server.testing import enabled
from otnet_server.testing.media import Bench

ASS = r"""[Script Info]
PlayResX: 640
PlayResY: 480
[V4+ Styles]
Format: Name, Alignment
Style: Default,2
[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:01.00,0:00:03.00,Default,{\an8}Above
Dialogue: 0,0:00:01.00,0:00:03.00,Default,{\p1}m 0 0 l 100 0 100 100{\p0}
"""
SUBRIP = "1\n00:00:01,000 --> 00:00:03,000\n{\\an8}Above <i>it</i>\n"
WEBVTT = "WEBVTT\n\n00:01.000 --> 00:03.000 line:10% align:start\n<v Ann>Hello &amp; &lt;bye&gt;\n"


@pytest.mark.parametrize(
    ("suffix", "codec", "content", "cue"),
    [
        ("ass", "ass", ASS, Cue(0.5, 2.5, "Above", "line:0")),
        ("vtt", "webvtt", WEBVTT, Cue(0.5, 2.5, "<v Ann>Hello &amp; &lt;bye&gt;", "line:10% align:start")),
        ("srt", "subrip", SUBRIP, Cue(0.5, 2.5, "Above <i>it</i>", "line:0")),
    ],
)  # fmt: skip
async def test_subtitle_streams_keep_their_positions(
    suffix: str, codec: str, content: str, cue: Cue, tmp_path: Path
) -> None:
    bench = Bench.at(tmp_path)
    (bench.folder / f"text.{suffix}").write_text(content)
    await bench.ffmpeg("-i", f"text.{suffix}", "-c", "copy", "film.mkv")
    source = SourceFile(bench.folder / "film.mkv", "matroska")
    request = SubtitleRequest(source, 0, 0.5, bench.workspace(), codec=codec)
    converter = enabled("ffmpeg_encoder", folder=tmp_path / "none", data=tmp_path).subtitle_converter()
    assert cues_of((await converter.convert(request)).decode()) == [cue]
