"""Packages encoded chunks as CMAF segments with Shaka Packager. One process packages all rungs of a chunk."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from otnet_server import Command, Limits, PackagedTrack, Packager, Run, ServerContext, hookimpl

name = "shaka_packager"
api = 1

# Shorter than any GOP: every keyframe starts a segment, and keyframes are at the planned segment boundaries.
EVERY_KEYFRAME_S = 0.01
NEVER_S = 1e6


def package_argv(packager: str, files: dict[str, Path], kind: str, cut_s: float) -> tuple[str, ...]:
    """The command that writes `<name>/init.mp4` and `<name>/<time>.m4s` for each of `files`; all paths are in the cwd.
    `cut_s` is the segment duration of audio in seconds; 0: one segment. Pure."""
    descriptors = [
        f"in={path.name},stream={kind},init_segment={name}/init.mp4,segment_template={name}/$Time$.m4s"
        for name, path in files.items()
    ]
    seconds = EVERY_KEYFRAME_S if kind == "video" else cut_s or NEVER_S
    return (packager, "--quiet", *descriptors, "--segment_duration", f"{seconds:.9f}", "--mpd_output", "packager.mpd")


class ShakaPackager:
    name = "shaka"

    def __init__(self, packager: str) -> None:
        self._packager = packager

    async def package(
        self, files: dict[str, Path], kind: Literal["video", "audio"], cut_s: float, work: Path, run: Run
    ) -> dict[str, PackagedTrack]:
        argv = package_argv(self._packager, files, kind, cut_s)
        await run(Command(argv, cwd=work, reads=(work,), writes=(work,), limits=Limits(wall_s=600, idle_s=600)))
        return {name: _track(work / name) for name in files}


def _track(folder: Path) -> PackagedTrack:
    times = sorted(int(p.stem) for p in folder.glob("*.m4s"))
    return PackagedTrack(folder / "init.mp4", tuple((t, folder / f"{t}.m4s") for t in times))


@hookimpl
def register_packagers(server: ServerContext) -> list[Packager]:
    return [ShakaPackager(server.binaries.packager)]
