"""The protocol of metadata providers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class MetadataRequest:
    """A media file of the library. `title` is the title that the file has in its tags, or empty; it is as little
    trusted as the file. `duration_s` is the duration in seconds, or None."""

    file: Path
    title: str = ""
    duration_s: float | None = None


@dataclass(frozen=True)
class Metadata:
    """Metadata of a media. Empty fields are unknown. `people` are pairs of name and role."""

    title: str = ""
    synopsis: str = ""
    year: int | None = None
    genres: tuple[str, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    poster: Path | None = None


@runtime_checkable
class MetadataProvider(Protocol):
    """Reads metadata of media files."""

    name: str

    async def read(self, request: MetadataRequest) -> Metadata | None:
        """The metadata of a file, or None. Must not trust what it reads, and must not raise."""
