"""A small library to look at: colour bars, a fractal, a cellular automaton and a podcast, all real files.

Each has sound, chapters and subtitles; they are made by ffmpeg's own generators, so nothing is fetched.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import imageio_ffmpeg

VIDEO = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "27", "-pix_fmt", "yuv420p", "-g", "100"]
AUDIO = ["-c:a", "aac", "-b:a", "160k", "-ac", "2"]
BEEP = "aevalsrc='0.4*sin(2*PI*880*t)*lt(mod(t,1),0.1)|0.4*sin(2*PI*440*t)*lt(mod(t,1),0.1)':s=48000"
CHORD = (
    "aevalsrc='0.12*(sin(2*PI*110*t)+sin(2*PI*165*t)+sin(2*PI*{n}*t))*(0.6+0.4*sin(2*PI*t/8))"
    "|0.12*(sin(2*PI*110*t)+sin(2*PI*164.5*t)+sin(2*PI*{n}*t))*(0.6+0.4*cos(2*PI*t/8))':s=48000"
)
TITLES: dict[str, tuple[int, list[str]]] = {
    "Colour Bars.mp4": (
        30,
        ["-f", "lavfi", "-i", "smptehdbars=size=1280x720:rate=25", "-f", "lavfi", "-i", BEEP, *VIDEO],
    ),
    "Mandelbrot Zoom.mkv": (
        45,
        ["-f", "lavfi", "-i", "mandelbrot=size=960x540:rate=24000/1001:end_scale=0.003:end_pts=900:maxiter=900",
         "-f", "lavfi", "-i", CHORD.format(n=220), *VIDEO],
    ),
    "Rule 110.mp4": (
        40,
        ["-f", "lavfi", "-i",
         "cellauto=rule=110:size=320x180:rate=30:random_fill_ratio=0.3,scale=1280:720:flags=neighbor",
         "-f", "lavfi", "-i", CHORD.format(n=277.2), *VIDEO],
    ),
    "A Minute of Tones.m4a": (60, ["-f", "lavfi", "-i", CHORD.format(n=330)]),
}  # fmt: skip


def chapters(title: str, seconds: int) -> str:
    """FFMETADATA with three chapters."""
    third = seconds * 1000 // 3
    parts = [f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={i * third}\nEND={(i + 1) * third}\ntitle={name}\n"
             for i, name in enumerate(("Beginning", "Middle", "End"))]  # fmt: skip
    return ";FFMETADATA1\ntitle=" + title + "\n" + "".join(parts)


def subtitles(seconds: int) -> str:
    """An SRT that tells the time."""
    cues = []
    for i, at in enumerate(range(0, seconds - 3, 4)):
        cues.append(f"{i + 1}\n00:00:{at:02d},500 --> 00:00:{at + 3:02d},000\nSecond {at} of {seconds}\n")
    return "\n".join(cues)


def make_demo(folder: Path) -> Path:
    """The folder with the demo titles; those that are there already are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (seconds, inputs) in TITLES.items():
        target = folder / name
        if target.exists():
            continue
        print(f"Making the demo title “{target.stem}” …", flush=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".") as work:
            temporary = Path(work) / name
            meta = Path(work) / "chapters.txt"
            meta.write_text(chapters(target.stem, seconds), "utf-8")
            end = _inputs_end(inputs)
            count = inputs.count("-i")
            maps = ["-map", "0:v", "-map", "1:a"] if count == 2 else ["-map", "0:a"]
            about = ["-i", str(meta), "-map_metadata", str(count), "-map_chapters", str(count)]
            head = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *inputs[:end], *about, *maps]
            argv = [*head, *inputs[end:], *AUDIO, "-t", str(seconds), str(temporary)]
            subprocess.run(argv, check=True)
            target.with_suffix(".en.srt").write_text(subtitles(seconds), "utf-8")
            temporary.rename(target)
    return folder


def _inputs_end(argv: list[str]) -> int:
    return len(argv) - argv[::-1].index("-i") + 1


if __name__ == "__main__":
    make_demo(Path("demo"))
