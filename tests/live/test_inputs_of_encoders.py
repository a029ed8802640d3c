"""What awkward publishers send, through a real encoder, without waiting for the clock: pictures and sound are complete."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from otnet_server.config import PROFILES
from otnet_server.live.encoder import Encoder, make_filler
from otnet_server.live.flv import AUDIO, VIDEO, FlvReader, Tag
from otnet_server.media.live_plan import live_plan
from otnet_server.process import runner
from tests.harness import FFMPEG
from tests.live.rtmp_client import tags
from tests.live.test_flv import HEADER

PLAN = live_plan(160, 90, Fraction(25), PROFILES["live"], "live")
PICTURES = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p")


@cache
def flv(*argv: str) -> bytes:
    done = subprocess.run([FFMPEG, "-v", "error", *argv, "-f", "flv", "-"], capture_output=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def inits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("filler")
    return asyncio.run(make_filler(FFMPEG, folder, PLAN, runner.run))[1]


async def encode(data: bytes, inits: dict[str, bytes], work: Path) -> tuple[list[int], list[int], str]:
    """The numbers of the pictures and of the audio frames that an encoder makes, and what it complains of."""
    pictures, sound = list[int](), list[int]()
    encoder = Encoder(
        FFMPEG, work, PLAN, "flv", inits, lambda n, _: pictures.append(n), lambda n, _: sound.append(n),
        pictures=True, sound=True,
    )  # fmt: skip
    await encoder.start()
    await encoder.write(data)
    await encoder.finish(20)
    return pictures, sound, encoder.problem


def written(found: Sequence[Tag]) -> bytes:
    return HEADER + b"".join(tag.encode() for tag in found)


def changed(data: bytes, change: Any) -> bytes:
    return written([change(tag) for tag in FlvReader().feed(data)])


BOTH = ("-f", "lavfi", "-i", "sine=r=48000", "-t", "3", *H264, "-c:a", "aac")


def negative_offset(tag: Tag) -> Tag:
    """A picture that is presented 80 ms before it is decoded."""
    if tag.kind != VIDEO or tag.setup:
        return tag
    return tag._replace(payload=tag.payload[:2] + (-80 & 0xFFFFFF).to_bytes(3, "big") + tag.payload[5:])


INPUTS = {
    "plain": lambda: flv(*PICTURES, *BOTH, "-bf", "0"),
    "B-frames": lambda: flv(*PICTURES, *BOTH, "-bf", "3"),
    "negative presentation times": lambda: changed(flv(*PICTURES, *BOTH, "-bf", "0"), negative_offset),
    "5.1": lambda: flv(*PICTURES, *BOTH, "-bf", "0", "-ac", "6"),
    "mono at 44.1 kHz": lambda: flv(*PICTURES, *BOTH, "-bf", "0", "-ac", "1", "-ar", "44100"),
    "on a clock that wraps": lambda: changed(
        changed(flv(*PICTURES, *BOTH, "-bf", "0"), lambda t: t._replace(time=t.time + 2**32 - 1000)), lambda t: t
    ),
}


@pytest.mark.parametrize("name", INPUTS)
async def test_pictures_and_sound_are_complete(name: str, inits: dict[str, bytes], tmp_path: Path) -> None:
    pictures, sound, problem = await encode(INPUTS[name](), inits, tmp_path)
    assert problem == ""
    assert pictures == list(range(pictures[0], pictures[-1] + 1)) and abs(len(pictures) - 75) <= 2, len(pictures)
    assert sound == list(range(sound[0], sound[-1] + 1)) and abs(len(sound) - 3 * 48_000 / 1024) <= 4, len(sound)
    assert abs(pictures[0] / 25 - sound[0] * 1024 / 48_000) < 0.09, "they begin together"


async def test_sound_two_seconds_before_the_pictures_keeps_its_distance(
    inits: dict[str, bytes], tmp_path: Path
) -> None:
    def later(tag: Tag) -> Tag:
        return tag._replace(time=tag.time + 2000) if tag.kind == VIDEO and not tag.setup else tag

    data = changed(flv(*PICTURES, *BOTH, "-bf", "0"), later)
    in_order = sorted(FlvReader().feed(data), key=lambda t: (t.time, not t.setup))
    pictures, sound, _ = await encode(written(in_order), inits, tmp_path)
    assert abs((pictures[-1] + 1) / 25 - (sound[-1] + 1) * 1024 / 48_000 - 2) < 0.1, "they end two seconds apart"
    assert pictures[0] == 0, "the first picture is shown until then"


async def test_missing_pictures_are_repeated_and_later_ones_keep_their_place(
    inits: dict[str, bytes], tmp_path: Path
) -> None:
    data = flv(*PICTURES, *BOTH, "-bf", "0")
    some = [t for t in FlvReader().feed(data) if t.kind != VIDEO or t.setup or not 1000 < t.time <= 1400]
    pictures, sound, _ = await encode(written(some), inits, tmp_path)
    assert pictures == list(range(pictures[0], pictures[-1] + 1)) and abs(len(pictures) - 75) <= 2
    assert sum(kind == AUDIO for kind, _, _ in tags(data)) - len(sound) <= 3
