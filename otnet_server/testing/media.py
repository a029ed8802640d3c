"""A short film whose pictures can be identified, and functions to inspect encoded files.

Picture `n` is a uniform grey of brightness `16 + 4 * (n % 50)`, so that a decoded file shows which pictures it
contains. The audio is a tone; there is one subtitle. All tools run in the jail.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from otnet_server.binaries import Binaries, find
from otnet_server.config import Limits, Profile, Tools
from otnet_server.media.plan import Plan, plan_title
from otnet_server.pipeline.probe import probe
from otnet_server.process import runner
from otnet_server.process.command import Command
from otnet_server.protocols import Workspace

FILM_SECONDS = 4
FILM_RATE = 25
FILM_SIZE = "320x180"
SUBTITLES = "1\n00:00:01,000 --> 00:00:02,000\nHello <i>there</i>\n"
PROFILE = Profile(preset="ultrafast", heights=(180, 90), lead_in_s=(1.0,), segment_s=1.0, chunk_segments=2)


@dataclass(frozen=True)
class Packet:
    """A packet: times in seconds, and whether it is a keyframe."""

    time: float
    duration: float
    key: bool


@dataclass
class Bench:
    """A working folder with the film, and the tools."""

    folder: Path
    tools: Binaries

    @classmethod
    def at(cls, folder: Path, tools: Binaries | None = None) -> Bench:
        return cls(folder.resolve(), tools or find(Tools()))

    async def run(self, *argv: str, reads: tuple[Path, ...] = ()) -> bytes:
        """Run a tool in the folder; returns its output."""
        readable = (self.folder, *reads)
        result = await runner.run(Command(argv, self.folder, readable, (self.folder,)))
        return result.stdout

    async def ffmpeg(self, *argv: str, reads: tuple[Path, ...] = ()) -> bytes:
        return await self.run(self.tools.ffmpeg, "-v", "error", "-nostdin", "-y", *argv, reads=reads)

    async def film(self, name: str = "film.mkv") -> Path:
        path = self.folder / name
        if not path.exists():
            (self.folder / "film.srt").write_text(SUBTITLES)
            await self.ffmpeg(
                "-f", "lavfi", "-i", f"color=black:size=16x16:rate={FILM_RATE}:duration={FILM_SECONDS}",
                "-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={FILM_SECONDS}",
                "-i", "film.srt", "-map", "0:v", "-map", "1:a", "-map", "2:s",
                "-vf", f"geq=lum='16+4*mod(N,50)':cb=128:cr=128,scale={FILM_SIZE.replace('x', ':')}",
                "-c:v", "libx264", "-preset", "ultrafast", "-crf", "10", "-g", "37", "-pix_fmt", "yuv420p",
                "-c:a", "aac", "-ac", "2", "-c:s", "srt", path.name,
            )  # fmt: skip
        return path

    async def plan(self, *, encoder: str, sequential: bool = False) -> Plan:
        """The plan of the film: 25 frames/s, rungs of 180 and 90 lines, chunks of one and two seconds."""
        work = self._new_folder("probe")
        source = await probe(await self.film(), self.tools, runner.run, Limits(), work)
        source = source.model_copy(update={"exact": not sequential})
        return plan_title(source, PROFILE, encoder=encoder)

    def workspace(self, name: str = "work") -> Workspace:
        """A workspace as the pipeline passes it to a provider, with a new folder."""
        return Workspace(self._new_folder(name), runner.run)

    def _new_folder(self, name: str) -> Path:
        count = sum(1 for _ in self.folder.glob(f"{name}-*"))
        new_folder = self.folder / f"{name}-{count}"
        new_folder.mkdir()
        return new_folder

    async def probe(self, path: Path) -> tuple[dict[str, Any], list[Packet]]:
        """The only stream of a file, and its packets ordered by time."""
        entries = "stream=codec_type,codec_name,width,height,channels,sample_rate,time_base:packet=pts,duration,flags"
        args = ("-v", "error", "-of", "json", "-show_entries", entries, str(path))
        output = json.loads(await self.run(self.tools.ffprobe, *args, reads=(path.parent,)))
        (stream,) = output["streams"]
        base = Fraction(stream["time_base"])
        packets = [
            Packet(float(int(p["pts"]) * base), float(int(p.get("duration", 0)) * base), "K" in p["flags"])
            for p in output["packets"]
        ]
        return stream, sorted(packets, key=lambda p: p.time)

    async def brightness(self, path: Path) -> list[int]:
        """The mean brightness of every picture, in order."""
        shrink = ("-vf", "scale=1:1:flags=area,format=gray", "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1")
        return list(await self.ffmpeg("-i", str(path), *shrink, reads=(path.parent,)))

    async def samples(self, path: Path) -> int:
        """The number of decoded samples of one channel."""
        pcm = await self.ffmpeg("-i", str(path), "-ac", "1", "-f", "s16le", "pipe:1", reads=(path.parent,))
        return len(pcm) // 2


def grey(number: int) -> int:
    """The brightness of picture `number` when it is decoded to full range."""
    return round((4 * (number % 50)) * 255 / 219)


def times_equal(times: list[float], expected: list[float]) -> bool:
    """Whether the times are equal within 0.1 ms."""
    return len(times) == len(expected) and all(abs(a - b) < 1e-4 for a, b in zip(times, expected, strict=True))
