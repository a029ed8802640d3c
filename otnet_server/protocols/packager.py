"""The protocol of packagers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from otnet_server.protocols.workspace import Workspace


@dataclass(frozen=True)
class TrackKey:
    """The key of a rendition: its id and value (16 bytes each), and the constant initialization vector of `cbcs`. With
    `cenc` the packager chooses another vector for every sample, at random for each rendition and request: two samples
    must never share one."""

    id: bytes
    value: bytes = field(repr=False)
    iv: bytes


@dataclass(frozen=True)
class Encryption:
    """Common encryption (ISO/IEC 23001-7) of whole segments, from the first one: `cenc` is AES-CTR, `cbcs` AES-CBC with
    the pattern 1:9 for video. `keys` are by the name of the rendition. Keys must not appear in arguments of processes,
    logs or errors."""

    scheme: Literal["cbcs", "cenc"]
    keys: Mapping[str, TrackKey]


@dataclass(frozen=True)
class PackageRequest:
    """Package the encoded chunk of some renditions: `files` by the name of the rendition, in the folder of the
    workspace. `kind` is the kind of all of them. Video is cut at every keyframe, audio at multiples of `cut_s` seconds
    in the track's time (0: not at all).

    With `encryption` the segments are encrypted; with `decryption` the files are encrypted that way, and the segments
    are not. A request has one of the two at most.
    """

    files: dict[str, Path]
    kind: Literal["video", "audio"]
    cut_s: float
    workspace: Workspace
    encryption: Encryption | None = None
    decryption: Encryption | None = None


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
