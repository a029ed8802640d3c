"""Teletext subtitles of broadcasts become a text track."""

from __future__ import annotations

from pathlib import Path

import pytest

from otnet_server import SourceFile, SubtitleRequest
from otnet_server.config import Limits
from otnet_server.media.source import TELETEXT
from otnet_server.media.subtitle_formats import cues_of
from otnet_server.pipeline.probe import probe
from otnet_server.process import runner
from otnet_server.testing import enabled
from otnet_server.testing.media import Bench
from tests.teletext import Page, with_teletext

START_S = 1.4  # of a transport stream that ffmpeg writes
PAGES = (
    Page(START_S + 1, ("Guten Abend,", "meine Damen")),
    Page(START_S + 3),
    Page(START_S + 4, ("Zweite Zeile",)),
    Page(START_S + 6),
    Page(START_S + 7, ("Bis morgen!",)),
    Page(START_S + 9),
)


async def test_teletext_becomes_cues(tmp_path: Path) -> None:
    bench = Bench.at(tmp_path)
    await bench.ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=10", "-f", "lavfi", "-i", "sine=300:d=10",
        "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "plain.ts",
    )  # fmt: skip
    film = bench.folder / "film.ts"
    film.write_bytes(with_teletext((bench.folder / "plain.ts").read_bytes(), PAGES, 10 + START_S))
    source = await probe(film, bench.tools, runner.run, Limits(), bench.folder)
    (text,) = source.text
    assert (text.codec, text.language, text.image) == (TELETEXT, "deu", False)
    request = SubtitleRequest(SourceFile(film, "mpegts"), text.index, source.start_s, bench.workspace(), codec=TELETEXT)
    converter = enabled("ffmpeg_encoder", folder=tmp_path / "none", data=tmp_path).subtitle_converter()
    cues = cues_of((await converter.convert(request)).decode())
    assert [cue.text for cue in cues] == ["Guten Abend,\nmeine Damen", "Zweite Zeile", "Bis morgen!"]
    # A transport stream gives teletext no times but those of the packets around it.
    assert [cue.start_s for cue in cues] == pytest.approx([1, 4, 7], abs=0.6)
    assert [cue.end_s for cue in cues] == pytest.approx([3, 6, 9], abs=0.6)
