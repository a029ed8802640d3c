"""Linear channels on a real server: titles with unlike pictures and sound, one after the other."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import imageio_ffmpeg
import pytest

from otnet_server.cli import main
from tests.channels.house import House

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()


ALLOWED = ("-protocol_whitelist", "file,http,tcp", "-allowed_extensions", "ALL", "-extension_picky", "0")


def record(house: House, folder: Path) -> Path:
    """The window of the channel at one moment as a presentation that has ended: its multivariant playlist."""
    at = house.client.get(house.url("main.m3u8")).headers["otnet-at"]
    base = f"{house.server.url}{house.url('')}"
    for name in ("360p", "audio-en"):
        playlist = house.text(f"{name}/index.m3u8", at=at).replace("../", base)
        (folder / f"{name}.m3u8").write_text(playlist + "#EXT-X-ENDLIST\n")
    main_playlist = folder / "main.m3u8"
    main_playlist.write_text(
        '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a",DEFAULT=YES,URI="audio-en.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="avc1.64001e,mp4a.40.2",AUDIO="a"\n360p.m3u8\n'
    )
    return main_playlist


@pytest.fixture(scope="module")
def recorded(through_every_title: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(through_every_title, tmp_path_factory.mktemp("recorded"))


def test_ffmpeg_reads_every_seam_with_rising_times(recorded: Path) -> None:
    seen = recorded.with_name("packets")
    errors = read_with_ffmpeg(recorded, "-c", "copy", "-f", "framehash", str(seen))
    assert errors == ""
    pictures, sound = packets(seen)
    for times in (pictures, sound):
        assert all(a[0] < b[0] for a, b in pairwise(times)), "decode times rise"
    assert max(presented_gaps(pictures)) < 0.05 and len(pictures) > 600
    assert max(presented_gaps(sound)) < 0.04
    assert abs(pictures[0][1] - sound[0][1]) < 4.1, "the window begins with whole segments"


def test_every_title_decodes_without_errors(recorded: Path) -> None:
    decoded = ("-map", "0", "-fps_mode", "passthrough", "-enc_time_base", "1:90000", "-f", "null", "-")
    assert read_with_ffmpeg(recorded, *decoded) == ""


def read_with_ffmpeg(playlist: Path | str, *arguments: str) -> str:
    """What ffmpeg prints of errors."""
    command = [FFMPEG, "-nostdin", "-loglevel", "error", *ALLOWED, "-i", str(playlist), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=True).stderr


def packets(path: Path) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """(decode time, presentation time) in seconds of the packets of stream 0, and of stream 1."""
    scales: dict[int, Fraction] = {}
    found: dict[int, list[tuple[float, float]]] = {0: [], 1: []}
    for line in path.read_text().splitlines():
        if match := re.match(r"#tb (\d): (\d+/\d+)", line):
            scales[int(match[1])] = Fraction(match[2])
        elif not line.startswith("#"):
            stream, dts, pts, *_ = line.split(",")
            scale = scales[int(stream)]
            found[int(stream)].append((float(int(dts) * scale), float(int(pts) * scale)))
    return found[0], found[1]


def presented_gaps(times: list[tuple[float, float]]) -> list[float]:
    shown = sorted(pts for _, pts in times)
    return [b - a for a, b in pairwise(shown)]


def test_command_prints_what_the_server_delivers(
    through_every_title: House, capsys: pytest.CaptureFixture[str]
) -> None:
    house = through_every_title
    answer = house.client.get(house.url("360p/index.m3u8"))
    now = datetime.fromisoformat(answer.headers["otnet-at"])
    for moment in (now, now - timedelta(seconds=7), now - timedelta(seconds=21)):
        for path, options in (
            ("main.m3u8", []),
            ("main.mpd", ["--format", "dash"]),
            ("360p/index.m3u8", ["--rendition", "360p"]),
            ("audio-en/index.m3u8", ["--rendition", "audio-en"]),
        ):
            delivered = house.text(path, at=moment.isoformat())
            with pytest.raises(SystemExit) as ended:
                run_command(["channel", "manifest", "night", "--at", moment.isoformat(), *options,
                             "--data", str(house.server.data)])  # fmt: skip
            assert ended.value.code == 0
            assert capsys.readouterr().out == delivered


def run_command(arguments: list[str]) -> None:
    before, sys.argv = sys.argv, ["otnet", *arguments]
    try:
        main()
    finally:
        sys.argv = before
