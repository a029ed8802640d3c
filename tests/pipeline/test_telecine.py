"""Telecine, found by the differences between consecutive fields."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from otnet_server.media.telecine import FieldDifferences, is_telecined
from otnet_server.pipeline.probe_commands import TELECINE_FIELDS, FieldSample, fields_argv
from tests.harness import FFMPEG, ffmpeg


def place(
    top: int | None, bottom: int | None, *, moves: float = 6.0, noise: float = 1.0, count: int = 45
) -> dict[str, list[float]]:
    """Differences of fields that are repeated at this phase of each cycle, or never."""

    def differences(phase: int | None) -> list[float]:
        return [noise if phase is not None and n % 5 == phase else moves * (1 + n % 3 / 6) for n in range(count)]

    return {"top": differences(top), "bottom": differences(bottom)}


FILM, VIDEO, STILL, SHORT = place(1, 3), place(None, None), place(1, 3, moves=0, noise=0), place(1, 3, count=10)


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        pytest.param([FILM] * 5, True, id="film"),
        pytest.param([place(4, 1), place(0, 2), place(2, 4)], True, id="other phases"),
        pytest.param([place(1, 3, noise=4.0)] * 5, True, id="grainy film"),
        pytest.param([FILM, FILM, FILM, VIDEO], True, id="a cut at one of four places"),
        pytest.param([FILM, STILL, STILL], True, id="titles that stand still"),
        pytest.param([VIDEO] * 5, False, id="video"),
        pytest.param([FILM, FILM, VIDEO, VIDEO], False, id="film and video"),
        pytest.param([place(1, 1)] * 5, False, id="both fields repeated at once: 24 pictures as 30 progressive ones"),
        pytest.param([place(1, None)] * 5, False, id="one field repeated"),
        pytest.param([STILL] * 5, False, id="still"),
        pytest.param([SHORT] * 5, False, id="too short to tell"),
        pytest.param([], False, id="nothing read"),
    ],
)
def test_telecine_is_found(places: list[FieldDifferences], expected: bool) -> None:
    assert is_telecined(places) is expected


def test_differences_are_read_by_field() -> None:
    sample = FieldSample()
    for line in ("frame:0    pts:0       pts_time:0\n", "lavfi.signalstats.YDIF=1.25\n", "frame:0    pts:1       pts_time:0.001\n",
                 "lavfi.signalstats.YDIF=2\n", "frame:1    pts:2       pts_time:0.002\n", "lavfi.signalstats.YDIF=nan\n", "else\n"):  # fmt: skip
        sample.add_line(line)
    assert sample.differences == {"top": [1.25], "bottom": [2.0]}


def test_video_without_usable_timestamps_is_not_read_to_its_end(tmp_path: Path) -> None:
    film = tmp_path / "zero.mkv"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x48:r=30000/1001:d=10", "-c:v", "mpeg2video",
           "-bsf:v", "setts=pts=0:dts=0", str(film))  # fmt: skip
    command = fields_argv(FFMPEG, "matroska", film, 0, 0.0)
    sample = FieldSample()
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        sample.add_line(line)
    assert all(TELECINE_FIELDS <= len(d) < 2 * TELECINE_FIELDS for d in sample.differences.values())
