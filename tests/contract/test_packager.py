"""Conformance suite for packagers, run against the bundled packager and a third-party one."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

from otnet_server import Command, PackagedTrack, Packager, Run
from otnet_server.media import cmaf
from otnet_server.testing import checks, enabled, packager
from tests.harness import FFMPEG

SPLIT = "+frag_keyframe+empty_moov+default_base_moof+frag_discont+negative_cts_offsets"


class BoxPackager:
    """A third-party packager: fragments are segments; audio is fragmented first by remuxing."""

    name = "boxes"

    async def package(
        self, files: dict[str, Path], kind: str, cut_s: float, work: Path, run: Run
    ) -> dict[str, PackagedTrack]:
        made = {}
        for name, file in files.items():
            if kind == "audio" and cut_s:
                how = ("-c", "copy", "-copyts", "-frag_duration", str(int(cut_s * 1e6) - 5), "-movflags", SPLIT)
                argv = (FFMPEG, "-v", "error", "-nostdin", "-y", "-i", str(file), *how, "fragments.mp4")
                await run(Command(argv, work, (work,), (work,)))
                file = work / "fragments.mp4"
            made[name] = self._split(file, work / name)
        return made

    def _split(self, file: Path, folder: Path) -> PackagedTrack:
        folder.mkdir()
        data, at, head, fragments = file.read_bytes(), 0, b"", []
        while at < len(data):
            size, kind = struct.unpack_from(">I4s", data, at)
            box = data[at : at + size]
            if kind in (b"ftyp", b"moov"):
                head += box
            elif kind == b"moof":
                fragments.append(box)
            elif kind == b"mdat":
                fragments[-1] += box
            at += size
        (folder / "init.mp4").write_bytes(head)
        segments = []
        for fragment in fragments:
            time = cmaf.media_times(fragment).time
            segments.append((time, folder / f"{time}.m4s"))
            segments[-1][1].write_bytes(fragment)
        return PackagedTrack(folder / "init.mp4", tuple(segments))


@pytest.mark.parametrize("check", checks(packager), ids=lambda c: c.__name__)
@pytest.mark.parametrize("origin", ["ours", "third-party"])
async def test_packager_conformance(origin: str, check: Any, tmp_path: Path) -> None:
    folder = tmp_path / "package"
    folder.mkdir()

    def ours() -> Packager:
        return enabled("shaka_packager", folder=tmp_path / "none", data=tmp_path).packager()

    await check(ours if origin == "ours" else BoxPackager, folder)
