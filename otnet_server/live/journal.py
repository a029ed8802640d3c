"""The journal of a live stream: its segments in files, written part by part, until they are in the store.

A file `<rendition>/<time>.m4s` is a segment that begins at `time`. What the process wrote before it was killed is
complete up to the last part.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from otnet_server.media import cmaf
from otnet_server.media.urls import INIT_SEGMENT


@dataclass(frozen=True)
class JournalSegment:
    """A segment of a track: its start in ticks, its frames, and its data by rendition."""

    time: int
    frames: int
    data: Mapping[str, bytes]


class Journal:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self, inits: Mapping[str, bytes]) -> None:
        for rendition, init in inits.items():
            (self.folder / rendition).mkdir(parents=True, exist_ok=True)
            (self.folder / rendition / INIT_SEGMENT).write_bytes(init)

    def append(self, rendition: str, time: int, data: bytes) -> None:
        with self._file(rendition, time).open("ab") as file:
            file.write(data)

    def read(self, rendition: str, time: int) -> bytes:
        return self._file(rendition, time).read_bytes()

    def discard(self, rendition: str, time: int) -> None:
        """A segment is in the store, or not needed."""
        self._file(rendition, time).unlink(missing_ok=True)

    def write_text(self, files: Mapping[str, bytes]) -> None:
        """The WebVTT files of captions, by rendition."""
        for rendition, data in files.items():
            new = self.folder / f"{rendition}.new"
            new.write_bytes(data)
            new.replace(self.folder / f"{rendition}.vtt")

    def text(self) -> dict[str, bytes]:
        return {file.stem: file.read_bytes() for file in sorted(self.folder.glob("text-*.vtt"))}

    def delete(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _file(self, rendition: str, time: int) -> Path:
        return self.folder / rendition / f"{time}.m4s"

    def init(self, rendition: str) -> bytes | None:
        try:
            return (self.folder / rendition / INIT_SEGMENT).read_bytes()
        except OSError:
            return None

    def segments(self, renditions: tuple[str, ...], ticks_per_frame: int) -> list[JournalSegment]:
        """The segments of a track in order, each with what all renditions have of it. They end at the first gap."""
        times = [self._times(rendition) for rendition in renditions]
        segments: list[JournalSegment] = []
        for time in sorted(set.intersection(*times)) if times else []:
            fragments = {r: split(self.read(r, time)) for r in renditions}
            count = min(len(parts) for parts in fragments.values())
            data = {r: b"".join(parts[:count]) for r, parts in fragments.items()}
            if not count or (segments and time != segments[-1].time + segments[-1].frames * ticks_per_frame):
                break
            frames = cmaf.media_times(data[renditions[0]]).samples
            segments.append(JournalSegment(time, frames, data))
        return segments

    def _times(self, rendition: str) -> set[int]:
        try:
            return {int(file.stem) for file in (self.folder / rendition).glob("*.m4s") if file.stem.isdecimal()}
        except OSError:
            return set()


def split(data: bytes) -> list[bytes]:
    """The complete fragments (`moof` and `mdat`) at the beginning of `data`. Pure."""
    fragments: list[bytes] = []
    start = at = 0
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if size < 8 or at + size > len(data) or kind not in (b"moof", b"mdat"):
            break
        at += size
        if kind == b"mdat":
            fragments.append(data[start:at])
            start = at
    return fragments
