"""Packages encoded chunks as CMAF segments with Shaka Packager. One process packages all renditions of a chunk."""

from __future__ import annotations

from pathlib import Path

from otnet_server import PackagedTrack, Packager, PackageRequest, ServerContext, hookimpl

name = "shaka_packager"
api = 2

# Shorter than any GOP: every keyframe starts a segment, and keyframes are at the planned segment boundaries.
EVERY_KEYFRAME_S = 0.01
NEVER_S = 1e6


def package_argv(packager: str, request: PackageRequest) -> tuple[str, ...]:
    """The command that writes `<name>/init.mp4` and `<name>/<time>.m4s` for each of the files; all paths are in the
    cwd. Pure."""
    descriptors = [
        f"in={path.name},stream={request.kind},init_segment={name}/init.mp4,segment_template={name}/$Time$.m4s"
        for name, path in request.files.items()
    ]
    seconds = EVERY_KEYFRAME_S if request.kind == "video" else request.cut_s or NEVER_S
    return (packager, "--quiet", *descriptors, "--segment_duration", f"{seconds:.9f}", "--mpd_output", "packager.mpd")


class ShakaPackager:
    name = "shaka"

    def __init__(self, packager: str) -> None:
        self._packager = packager

    async def package(self, request: PackageRequest) -> dict[str, PackagedTrack]:
        folder = request.workspace.folder
        await request.workspace.run(package_argv(self._packager, request), reads=(folder,))
        return {name: _track(folder / name) for name in request.files}


def _track(folder: Path) -> PackagedTrack:
    times = sorted(int(p.stem) for p in folder.glob("*.m4s"))
    return PackagedTrack(folder / "init.mp4", tuple((t, folder / f"{t}.m4s") for t in times))


@hookimpl
def register_packagers(server: ServerContext) -> list[Packager]:
    return [ShakaPackager(server.binaries.packager)]
