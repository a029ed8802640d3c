"""Telecine, found by the differences between consecutive fields."""

from __future__ import annotations

import subprocess
from itertools import cycle, islice
from pathlib import Path
from random import Random

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


def stored(*pattern: int, offset: int = 0, count: int = 45) -> dict[str, list[float]]:
    """Differences of pictures that last so many fields each, the video beginning `offset` fields later."""
    durations = islice(cycle(pattern), 2 * count + 2)
    pictures = [number for number, fields in enumerate(durations) for _ in range(fields)][offset:]
    return {
        field: [6.0 + n % 3 if pictures[2 * n + parity + 2] != pictures[2 * n + parity] else 0.5 for n in range(count)]
        for parity, field in enumerate(("top", "bottom"))
    }


def edited(at: int) -> dict[str, list[float]]:
    """Film with a cut, after which the pattern has another phase."""
    before, after = place(1, 3), place(3, 0)
    return {field: [*before[field][:at], 60.0, *after[field][at + 1 :]] for field in before}


def uneven(seed: int) -> dict[str, list[float]]:
    random = Random(seed)
    return {field: [random.uniform(1, 9) for _ in range(45)] for field in ("top", "bottom")}


def cuts() -> dict[str, list[float]]:
    differences = [60.0 if n in (7, 18, 29, 40) else 0.0 for n in range(45)]
    return {"top": differences, "bottom": differences}


def broken() -> dict[str, list[float]]:
    """Film with an edit in each cycle."""
    repeated = (1, 7, 13, 19, 20, 26, 32, 38, 44)
    return {field: [1.0 if n in repeated else 6.0 for n in range(45)] for field in ("top", "bottom")}


BROKEN = broken()
FILM, VIDEO, STILL, SHORT = place(1, 3), place(None, None), place(1, 3, moves=0, noise=0), place(1, 3, count=10)


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        pytest.param([FILM] * 5, True, id="film"),
        pytest.param([place(4, 1), place(0, 2), place(2, 4)], True, id="other phases"),
        pytest.param([place(1, 3, noise=4.0)] * 5, True, id="grainy film"),
        pytest.param([place(1, 3, noise=6.0, moves=8.0)] * 5, True, id="very grainy film"),
        pytest.param([stored(3, 2)] * 5, True, id="pattern 3:2"),
        pytest.param([stored(2, 3, 3, 2)] * 5, True, id="pattern 2:3:3:2"),
        pytest.param([stored(5, 5)] * 5, True, id="animation, each drawing for two pictures of the film"),
        pytest.param([edited(20), edited(23), edited(26)], True, id="an edit at each place"),
        pytest.param([FILM, FILM, FILM, BROKEN], True, id="many edits at one of four places"),
        pytest.param([FILM, STILL, STILL], True, id="titles that stand still"),
        pytest.param([VIDEO] * 5, False, id="video"),
        pytest.param([FILM, FILM, VIDEO, VIDEO], False, id="film and video"),
        pytest.param([FILM] * 10 + [VIDEO], False, id="video at one place of many"),
        pytest.param([FILM, BROKEN, BROKEN], False, id="many edits at most places"),
        pytest.param([stored(4)] * 5, False, id="15 pictures in a second"),
        pytest.param([stored(4, 4, offset=1)] * 5, False, id="15 pictures in a second, changing between two fields"),
        pytest.param([stored(6)] * 5, False, id="10 pictures in a second"),
        pytest.param([stored(2, 3, 2, 3, 2)] * 5, False, id="25 pictures in a second"),
        pytest.param([stored(2)] * 5, False, id="30 pictures in a second"),
        pytest.param([stored(2, 2, 2, 4)] * 5, False, id="24 pictures in a second, repeated as a whole"),
        pytest.param([uneven(seed) for seed in range(100)], False, id="video with uneven motion"),
        pytest.param([cuts()] * 5, False, id="still pictures with cuts"),
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


def test_very_small_differences_are_read() -> None:
    sample = FieldSample()
    sample.add_line("frame:0    pts:1       pts_time:0.001\n")
    sample.add_line("lavfi.signalstats.YDIF=7.52315e-05\n")
    assert sample.differences["bottom"] == [0.0000752315]


def test_output_for_two_fields_is_never_mixed_within_a_line() -> None:
    argv = fields_argv("ffmpeg", "mpegts", Path("/film.ts"), 0, 3.0)
    assert argv[argv.index("-filter_complex") + 1].count(":file=-:direct=1[") == 2
