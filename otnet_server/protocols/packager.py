"""The protocol of packagers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from otnet_server.protocols.workspace import Workspace


@dataclass(frozen=True)
class PackageRequest:
    """Package the encoded chunk of some renditions: `files` by the name of the rendition, in the folder of the
    workspace. `kind` is the kind of all of them. Video is cut at every keyframe, audio at multiples of `cut_s` seconds
    in the track's time (0: not at all)."""

    files: dict[str, Path]
    kind: Literal["video", "audio"]
    cut_s: float
    workspace: Workspace


@dataclass(frozen=True)
class PackagedTrack:
    """A packaged CMAF track: the init segment, and the media segments as `(decode time in ticks, file)`, in order."""

    init: Path
    segments: tuple[tuple[int, Path], ...]


@runtime_checkable
class Packager(Protocol):
    """Cuts encoded chunks into CMAF segments. Segments keep the decode times of the chunk, and the init segments of all
    chunks of a rendition are equal except for times."""

    name: str

    async def package(self, request: PackageRequest) -> dict[str, PackagedTrack]:
        """The packaged track of each of the files."""
