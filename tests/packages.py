"""Decodes packaged renditions and measures what can be compared with the source: pictures, flashes, beeps, tones and
colours."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.harness import FFMPEG, ffprobe

SAMPLE_RATE = 48_000
FLASH_LUMA = 180
BEEP_LEVEL = 0.05
BEEP_WINDOW = 240  # samples: 5 ms
SILENCE_WINDOWS = 40


@dataclass(frozen=True)
class Picture:
    """Time in seconds and the mean of each plane."""

    time: float
    planes: tuple[float, float, float]


def joined(folder: Path) -> Path:
    """The rendition in a folder as one file: its init segment and all its segments."""
    target = folder.with_name(f"{folder.name}.joined.mp4")
    segments = sorted(folder.glob("*.m4s"), key=lambda p: int(p.stem))
    target.write_bytes(b"".join(p.read_bytes() for p in (folder / "init.mp4", *segments)))
    return target


def _decode(*arguments: str) -> bytes:
    """What ffmpeg writes to its output. Any message about a broken stream fails the test."""
    done = subprocess.run([FFMPEG, "-v", "error", *arguments, "-"], capture_output=True, check=True)
    assert not done.stderr, done.stderr.decode()[:500]
    return done.stdout


def pictures(file: Path) -> list[Picture]:
    """All pictures of the first video stream, at their own times."""
    size, times = 16, []
    printed = _decode("-copyts", "-i", str(file), "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "framecrc")
    base = 1.0
    for line in printed.decode().splitlines():
        if line.startswith("#tb"):
            numerator, _, denominator = line.split(":")[1].strip().partition("/")
            base = int(numerator) / int(denominator)
        elif not line.startswith("#"):
            times.append(int(line.split(",")[2]) * base)
    scale = f"scale={size}:{size}:flags=area,format=yuv444p"
    data = _decode("-i", str(file), "-map", "0:v:0", "-vf", scale, "-fps_mode", "passthrough", "-f", "rawvideo")
    planes = np.frombuffer(data, np.uint8).reshape(-1, 3, size * size).mean(axis=2).round(2)
    assert len(planes) == len(times)
    return [Picture(time, (float(p[0]), float(p[1]), float(p[2]))) for time, p in zip(times, planes, strict=True)]


def combed_rows(file: Path) -> float:
    """The share of pixels that differ much from those above and below, which are alike: the mark of interlacing."""
    data = _decode("-i", str(file), "-map", "0:v:0", "-vf", "format=gray", "-f", "rawvideo")
    (stream,) = ffprobe("-show_streams", "-select_streams", "v", str(file))["streams"]
    rows = np.frombuffer(data, np.uint8).reshape(-1, stream["height"], stream["width"]).astype(np.int16)
    above, row, below = rows[:, :-2], rows[:, 1:-1], rows[:, 2:]
    return float(((np.abs(above - below) < 20) & (np.abs(row - above) > 60)).mean())


def flashes(shown: list[Picture]) -> list[float]:
    """The times at which white pictures begin."""
    bright = [p.planes[0] > FLASH_LUMA for p in shown]
    return [p.time for p, on, before in zip(shown, bright, [False, *bright], strict=False) if on and not before]


def sound(file: Path, channels: int = 2) -> np.ndarray:
    """The samples of the first audio stream: one column per channel, from time 0 on."""
    data = _decode("-i", str(file), "-map", "0:a:0", "-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", str(channels))
    return np.frombuffer(data, np.float32).reshape(-1, channels)


def beeps(samples: np.ndarray) -> list[float]:
    """The times at which sound begins after silence."""
    level = np.abs(samples[:, 0])
    windows = level[: len(level) // BEEP_WINDOW * BEEP_WINDOW].reshape(-1, BEEP_WINDOW).max(axis=1)
    starts, last = [], -SILENCE_WINDOWS
    for number in np.flatnonzero(windows > BEEP_LEVEL):
        if number - last >= SILENCE_WINDOWS:
            starts.append(float(number * BEEP_WINDOW / SAMPLE_RATE))
        last = number
    return starts


def loudest_tone(samples: np.ndarray) -> int:
    """The strongest frequency of a channel in Hz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return round(float(np.argmax(spectrum)) * SAMPLE_RATE / len(samples))


def tags(file: Path) -> dict[str, Any]:
    """ffprobe's colour tags of the video."""
    (stream,) = ffprobe("-show_streams", "-select_streams", "v", str(file))["streams"]
    return {name: stream.get(name) for name in ("color_space", "color_primaries", "color_transfer", "color_range")}
