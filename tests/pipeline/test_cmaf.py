"""Parsing of ISO BMFF (CMAF) boxes; broken ones are refused."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.media.cmaf import SegmentTimes, boxes, media_times, normalize_init


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def full_box(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def uint32s(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}I", *numbers)


def fragment(time: int, durations: list[int], *, long: bool = True, sizes: bool = True) -> bytes:
    tfdt = full_box(b"tfdt", 1, 0, struct.pack(">Q", time)) if long else full_box(b"tfdt", 0, 0, uint32s(time))
    flags = 0x100 | (0x200 if sizes else 0) | 0x1
    rows = [uint32s(d, 7) if sizes else uint32s(d) for d in durations]
    trun = full_box(b"trun", 0, flags, uint32s(len(durations), 0), *rows)
    return box(
        b"moof",
        full_box(b"mfhd", 0, 0, uint32s(1)),
        box(b"traf", full_box(b"tfhd", 0, 0x20000, uint32s(1)), tfdt, trun),
    )


@given(
    st.integers(0, 2**31),
    st.lists(st.lists(st.integers(1, 10_000), min_size=1, max_size=20), min_size=1, max_size=4),
    st.booleans(),
    st.booleans(),
)
def test_durations_are_summed_over_fragments(start: int, runs: list[list[int]], long: bool, sizes: bool) -> None:
    data, at = full_box(b"styp", 0, 0), start
    for durations in runs:
        data += fragment(at, durations, long=long, sizes=sizes) + box(b"mdat", b"moof" * 5)
        at += sum(durations)
    assert media_times(data) == SegmentTimes(start, at - start, sum(map(len, runs)))


def test_default_sample_duration_is_used() -> None:
    tfhd = full_box(b"tfhd", 0, 0x8, uint32s(1, 512))
    trun = full_box(b"trun", 0, 0x200, uint32s(3), uint32s(1, 1, 1))
    data = box(b"moof", box(b"traf", tfhd, full_box(b"tfdt", 0, 0, uint32s(100)), trun))
    assert media_times(data) == SegmentTimes(100, 1536, 3)


def init(created: int, duration: int) -> bytes:
    mvhd = full_box(b"mvhd", 0, 0, uint32s(created, created, 25, 0))
    tkhd = full_box(b"tkhd", 0, 3, uint32s(created, created, 1))
    mdhd = full_box(b"mdhd", 1, 0, struct.pack(">QQ", created, created), uint32s(25))
    mvex = box(b"mvex", full_box(b"mehd", 1, 0, struct.pack(">Q", duration)))
    return box(b"ftyp", b"cmfc") + box(b"moov", mvhd, box(b"trak", tkhd, box(b"mdia", mdhd)), mvex)


def test_init_segments_of_different_chunks_become_equal() -> None:
    early, late = normalize_init(init(1, 50), 900), normalize_init(init(2**31, 75), 900)
    assert early == late != init(1, 50)
    assert len(early) == len(init(1, 50))
    assert normalize_init(early, 900) == early
    assert b"cmfc" in early and (900).to_bytes(8, "big") in early


@pytest.mark.parametrize(
    "data", [uint32s(4) + b"free", uint32s(100) + b"moof", box(b"moof", uint32s(7) + b"traf"), box(b"mdat", b"x")]
)
def test_broken_boxes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"broken box|no decode time"):
        media_times(data)


def test_64_bit_box_sizes_are_read() -> None:
    data = uint32s(1) + b"mdat" + struct.pack(">Q", 20) + b"abcd" + box(b"free")
    assert [(kind, end - at) for kind, at, end in boxes(data)] == [(b"mdat", 4), (b"free", 0)]
