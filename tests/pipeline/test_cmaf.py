"""Parsing of ISO BMFF (CMAF) boxes; broken ones are refused."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.media.cmaf import (
    SegmentTimes,
    boxes,
    media_times,
    normalize_init,
    with_composition_delay,
    with_edit_list,
)


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


def run_of(offsets: list[int] | None, *, version: int = 1) -> bytes:
    """A segment of one fragment, whose data follows the `moof`, with these composition offsets."""
    flags = 0x1 | 0x100 | (0x800 if offsets is not None else 0)
    rows = b"".join(uint32s(512) + (struct.pack(">i", o) if offsets is not None else b"") for o in offsets or [0, 0])
    count = len(offsets) if offsets is not None else 2
    trun_bytes = 8 + 12 + 4 + len(rows) - 4
    moof_bytes = 8 + 16 + 8 + 16 + 20 + trun_bytes + 8 - 8
    trun = full_box(b"trun", version, flags, uint32s(count, moof_bytes + 8), rows)
    traf = box(b"traf", full_box(b"tfhd", 0, 0x20000, uint32s(1)), full_box(b"tfdt", 1, 0, struct.pack(">Q", 9)), trun)
    moof = box(b"moof", full_box(b"mfhd", 0, 0, uint32s(1)), traf)
    sidx = full_box(b"sidx", 0, 0, uint32s(1, 90_000, 0, 0), struct.pack(">HHI", 0, 1, len(moof) + 12), uint32s(1, 0))
    return box(b"styp", b"msdh") + sidx + moof + box(b"mdat", b"data")


def offsets_in(segment: bytes) -> list[int]:
    (at,) = [at for kind, at, _ in boxes(segment) if kind == b"trun"]
    (count,) = struct.unpack_from(">I", segment, at + 4)
    return [struct.unpack_from(">i", segment, at + 12 + 8 * n + 4)[0] for n in range(count)]


def data_offset(segment: bytes) -> int:
    ((at, start),) = [(at, segment.index(b"moof") - 4) for kind, at, _ in boxes(segment) if kind == b"trun"]
    return start + int(struct.unpack_from(">i", segment, at + 8)[0]) - segment.index(b"data")


@pytest.mark.parametrize("offsets", [[0, 1024, -512, -512], [0], [512, 0]])
def test_composition_offsets_are_increased(offsets: list[int]) -> None:
    before = run_of(offsets)
    after = with_composition_delay(before, 1024)
    assert offsets_in(after) == [o + 1024 for o in offsets]
    assert len(after) == len(before) and data_offset(after) == data_offset(before)
    assert media_times(after) == media_times(before)


def test_composition_offsets_are_added_where_there_are_none() -> None:
    before = run_of(None, version=0)
    after = with_composition_delay(before, 1024)
    assert offsets_in(after) == [1024, 1024]
    assert len(after) == len(before) + 8 and data_offset(after) == data_offset(before)
    (sidx,) = [after[at:end] for kind, at, end in boxes(after) if kind == b"sidx"]
    moof_and_mdat = len(after) - after.index(b"moof") + 4
    assert struct.unpack_from(">I", sidx, 24)[0] == moof_and_mdat


def test_offset_that_exceeds_the_delay_is_refused() -> None:
    with pytest.raises(ValueError, match="less than"):
        with_composition_delay(run_of([0, -2048]), 1024)


def test_edit_list_takes_the_delay_away() -> None:
    edited = with_edit_list(init(1, 50), 1024)
    trak = edited[edited.index(b"trak") :]
    assert trak.index(b"tkhd") < trak.index(b"edts") < trak.index(b"mdia")
    at = edited.index(b"elst") + 4
    assert struct.unpack_from(">IIIihh", edited, at) == (0, 1, 0, 1024, 1, 0)
    assert [kind for kind, _, _ in boxes(edited)][:2] == [b"ftyp", b"moov"]
