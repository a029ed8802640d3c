"""Frames in fragmented MP4: read from any pieces of a stream, and written as fragments."""

from __future__ import annotations

import contextlib
import struct
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otnet_server.media import cmaf
from otnet_server.media.fragments import MAX_HEAD_BYTES, FragmentReader, Frame, fragment
from tests.harness import FFMPEG

ENCODED = (
    "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25:duration=1.2", "-c:v", "libx264", "-preset", "ultrafast",
    "-bf", "0", "-g", "25", "-movflags", "+frag_every_frame+empty_moov+default_base_moof+skip_trailer",
    "-f", "mp4", "-",
)  # fmt: skip


@pytest.fixture(scope="module")
def stream() -> bytes:
    return subprocess.run([FFMPEG, "-v", "error", *ENCODED], check=True, capture_output=True).stdout


def read(data: bytes, cuts: list[int] | None = None) -> tuple[bytes, list[Frame]]:
    reader, frames, at = FragmentReader(), list[Frame](), 0
    for cut in [*sorted(cuts or []), len(data)]:
        frames += reader.feed(data[at:cut])
        at = cut
    return reader.init, frames


def test_frames_of_an_encoder_are_read(stream: bytes) -> None:
    init, frames = read(stream)
    assert init[4:8] == b"ftyp"
    assert len(frames) == 30
    assert [f.time for f in frames] == [512 * n for n in range(30)]
    assert [n for n, f in enumerate(frames) if f.keyframe] == [0, 25]


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_pieces_of_any_size_give_the_same_frames(stream: bytes, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=20))
    assert read(stream, cuts) == read(stream)


def test_written_frames_are_read_again_with_new_times(stream: bytes) -> None:
    init, frames = read(stream)
    written = fragment(7, 90_000, frames[:12]) + fragment(8, 90_000 + 12 * 512, frames[12:])
    again = read(init + written)[1]
    assert [f.data for f in again] == [f.data for f in frames]
    assert [f.keyframe for f in again] == [f.keyframe for f in frames]
    assert again[0].time == 90_000
    assert cmaf.media_times(written) == cmaf.SegmentTimes(90_000, 30 * 512, 30)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damaged_streams_raise_value_error_only(stream: bytes, data: st.DataObject) -> None:
    damaged = bytearray(stream[:6000])
    for _ in range(data.draw(st.integers(1, 5))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ValueError):
        read(bytes(damaged))


@pytest.mark.parametrize("kind", [b"moov", b"moof", b"mdat", b"free"])
@pytest.mark.parametrize("size", [0, 1, 7, 2**32 - 1])
def test_boxes_of_hostile_sizes_are_refused(kind: bytes, size: int) -> None:
    with pytest.raises(ValueError, match="a box"):
        FragmentReader().feed(struct.pack(">I4s", size, kind) + bytes(100))


def test_a_large_head_is_refused_before_it_is_buffered() -> None:
    with pytest.raises(ValueError, match="moof"):
        FragmentReader().feed(struct.pack(">I4s", MAX_HEAD_BYTES + 1, b"moof"))
