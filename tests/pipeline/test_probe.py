"""Probing of files whose beginning does not tell what follows."""

from __future__ import annotations

from pathlib import Path

from otnet_server.config import Limits
from otnet_server.pipeline.probe import probe
from otnet_server.process import runner
from otnet_server.testing.media import Bench

PROGRESSIVE: tuple[str, ...] = ()
INTERLACED = ("-vf", "setfield=tff", "-flags", "+ildct+ilme")


async def test_interlaced_pictures_are_found_after_progressive_ones(tmp_path: Path) -> None:
    """A DVD may change. ffprobe reports the field order of its first picture for all of them."""
    bench = Bench.at(tmp_path)
    pictures = ("-f", "lavfi", "-i", "testsrc2=s=160x96:r=25:d=5", "-c:v", "mpeg2video")
    for name, options in (("first.m2v", PROGRESSIVE), ("second.m2v", INTERLACED)):
        await bench.ffmpeg(*pictures, *options, name)
    parts = [(bench.folder / name).read_bytes() for name in ("first.m2v", "second.m2v")]
    (bench.folder / "both.m2v").write_bytes(b"".join(parts))
    await bench.ffmpeg("-i", "both.m2v", "-c", "copy", "-f", "vob", "film.vob")
    source = await probe(bench.folder / "film.vob", bench.tools, runner.run, Limits(), bench.folder)
    assert source.video is not None and source.video.interlaced
