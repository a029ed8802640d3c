"""Drop to play, and the wall time of a whole ladder, beside a bare ffmpeg with the same settings."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from pathlib import Path

from bench.report import Row
from bench.serve import FFMPEG, film, serving
from otnet_server.config import Profile
from otnet_server.media.ladder import ladder

FIRST_SEGMENT_S = 2.0
LADDER_FILM_S = 180  # so that start-up and the short first parts weigh about as little as in a real film


def bare_ffmpeg(source: Path, seconds: float | None, work: Path) -> float:
    """One hand-written ffmpeg command: one decode, split, scale, the same ladder, rate caps and sound."""
    from fractions import Fraction

    profile = Profile()
    rungs = ladder(1920, 1080, Fraction(30), profile)
    labels = "".join(f"[s{i}]" for i in range(len(rungs)))
    scales = ";".join(f"[s{i}]scale={r.width}:{r.height}[v{i}]" for i, r in enumerate(rungs))
    argv = [FFMPEG, "-v", "error", "-y", *(["-t", str(seconds)] if seconds else []), "-i", str(source)]
    argv += ["-filter_complex", f"[0:v]split={len(rungs)}{labels};{scales}"]
    for i, r in enumerate(rungs):
        argv += ["-map", f"[v{i}]", "-c:v", "libx264", "-preset", profile.preset, "-crf", str(profile.crf), "-g", "120"]
        argv += [
            "-sc_threshold",
            "0",
            "-maxrate",
            str(r.max_rate),
            "-bufsize",
            str(r.buffer),
            str(work / f"{r.name}.mp4"),
        ]
    argv += ["-map", "0:a", "-c:a", "aac", "-b:a", f"{profile.audio_kbps}k", str(work / "audio.mp4")]
    started = time.perf_counter()
    subprocess.run(argv, check=True, stdin=subprocess.DEVNULL)
    return time.perf_counter() - started


def measure_drop(source: Path, work: Path, name: str) -> tuple[float, float]:
    """(seconds from the rename into the library to playable, to ready)."""
    library = work / f"library-{name}"
    library.mkdir()
    staged = work / f"{name}.mp4"
    os.link(source, staged)
    with serving(work / f"data-{name}", "--library", str(library), "--public") as server:
        started = time.perf_counter()
        staged.rename(library / f"{name}.mp4")
        server.wait(lambda m: m["playable"])
        playable = time.perf_counter() - started
        if name.startswith("long"):
            return playable, 0.0
        server.wait(lambda m: m["state"] == "ready", pause=0.5)
        return playable, time.perf_counter() - started


def rows(work: Path, quick: bool) -> list[Row]:
    short, long = film(work / "short.mp4", 20), film(work / "long.mp4", 300 if quick else 1800)
    times = 1 if quick else 3
    first = statistics.median(bare_ffmpeg(short, FIRST_SEGMENT_S, work) for _ in range(times))
    short_s = statistics.median(measure_drop(short, work, f"short{i}")[0] for i in range(times))
    ladder_s = LADDER_FILM_S // 3 if quick else LADDER_FILM_S
    middle = film(work / "ladder-source.mp4", ladder_s)
    whole = bare_ffmpeg(middle, None, work)
    _, ready_s = measure_drop(middle, work, "middle")
    long_s = statistics.median(measure_drop(long, work, f"long{i}")[0] for i in range(times))
    return [
        Row("1080p dropped → playable, to bare ffmpeg", short_s / first, "×", "≤ 1.5", short_s / first <= 1.5,
            f"{short_s:.2f} s, ffmpeg {first:.2f} s for the same {FIRST_SEGMENT_S:.0f} s"),
        Row("the same, long film to short film", long_s / short_s, "×", "0.7 … 1.3", 0.7 <= long_s / short_s <= 1.3,
            f"long {long_s:.2f} s, short {short_s:.2f} s"),
        Row("whole ladder, to one ffmpeg command", ready_s / whole, "×", "≤ 1.05", ready_s / whole <= 1.05,
            f"{ready_s:.1f} s, ffmpeg {whole:.1f} s, for a film of {ladder_s} s"),
    ]  # fmt: skip
