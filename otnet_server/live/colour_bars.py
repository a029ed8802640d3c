"""The command line of ffmpeg that publishes a test pattern: colour bars in motion, a clock and a tone. Pure."""

from __future__ import annotations

import re

CLOCK = "drawtext=text='%{localtime}':fontsize=h/12:fontcolor=white:box=1:boxborderw=12:x=(w-tw)/2:y=h*0.8"
FRAME_RATE = 30
KEYFRAME_S = 2


def picture(size: str, *, clock: bool) -> str:
    """The picture as a lavfi source. It has a running time in any case; `clock` adds the time of day."""
    return f"testsrc2=size={size}:rate={FRAME_RATE}" + (f",{CLOCK}" if clock else "")


def clock_check(ffmpeg: str) -> tuple[str, ...]:
    """A command that fails if no font is installed for the clock."""
    return (
        ffmpeg,
        "-v",
        "quiet",
        "-f",
        "lavfi",
        "-i",
        picture("160x90", clock=True),
        "-frames:v",
        "1",
        "-f",
        "null",
        "-",
    )


def publish(ffmpeg: str, url: str, size: str, seconds: float, *, clock: bool) -> tuple[str, ...]:
    """Publish in real time; 0 seconds: without an end. Progress is printed to standard output."""
    frames = str(FRAME_RATE * KEYFRAME_S)
    return (
        ffmpeg, "-hide_banner", "-nostdin", "-v", "error", "-progress", "pipe:1",
        "-re", "-f", "lavfi", "-i", picture(size, clock=clock),
        "-re", "-f", "lavfi", "-i", "sine=frequency=440:beep_factor=2:sample_rate=48000",
        *(("-t", f"{seconds:g}") if seconds else ()),
        "-c:v", "libx264", "-profile:v", "main", "-preset", "veryfast", "-tune", "zerolatency", "-pix_fmt", "yuv420p",
        "-bf", "0", "-g", frames, "-keyint_min", frames, "-sc_threshold", "0",
        "-b:v", "2500k", "-maxrate", "2500k", "-bufsize", "2500k",
        "-c:a", "aac", "-b:a", "128k", "-ac", "2", "-f", "flv", url,
    )  # fmt: skip


def progress(line: str) -> str | None:
    """The time in a line of the progress, such as 00:01:23; None: it has none."""
    match = re.fullmatch(r"out_time=(\d+:\d\d:\d\d)\.\d+", line.strip())
    return match[1] if match else None


def refusal(errors: str) -> str | None:
    """The sentence with which the server has refused or ended the stream."""
    match = re.search(r"Server error: (.+)", errors)
    return match[1].strip() if match else None
