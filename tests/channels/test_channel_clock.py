"""Segments on the clock of a channel: rising times, parameter sets, cuts, and encrypted samples."""

from __future__ import annotations

import struct
from contextlib import suppress
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.media.boxes import box, boxes
from otnet_server.media.channel_clock import CLOCK_HZ, ParameterSets, TrackClock, retimed_segment, video_clock
from otnet_server.media.sample_cuts import cut_samples
from otnet_server.media.sample_runs import read_samples
from otnet_server.media.timeline import Timeline

FRAME = 400  # ticks at a timescale of 10,000: 25 frames/s
VIDEO = video_clock(Timeline(timescale=10_000, ticks_per_frame=FRAME, frames=1, segment_frames=1), 4 * FRAME)
SETS = ParameterSets(b"\0\0\0\3SPS\0\0\0\3PPS", iv_bytes=8)


def segment(offsets: list[int], time: int = 20_000, *, encrypted: bool = False) -> bytes:
    """A segment as it is stored: a sample of 10 bytes (its number, ten times) for each composition offset in frames."""
    count = len(offsets)
    tfhd = struct.pack(">IIII", 0x2000A, 1, 1, FRAME)
    tfdt = struct.pack(">II", 0, time)
    flags = 0xE01
    samples = b"".join(struct.pack(">III", 10, 0x10000, offset * FRAME) for offset in offsets)
    senc = b""
    if encrypted:
        entries = b"".join(struct.pack(">QHHI", n, 1, 4, 6) for n in range(count))
        saiz = struct.pack(">IBI", 0, 16, count)
        senc_box = box(b"senc", struct.pack(">II", 2, count) + entries)
        senc = box(b"saiz", saiz) + box(b"saio", struct.pack(">III", 0, 1, 0)) + senc_box

    def fragment(data_offset: int) -> bytes:
        trun = struct.pack(">IIi", flags, count, data_offset) + samples
        return box(b"moof", box(b"mfhd", bytes(8)) + box(
            b"traf", box(b"tfhd", tfhd) + box(b"tfdt", tfdt) + box(b"trun", trun) + senc))  # fmt: skip

    moof = fragment(len(fragment(0)) + 8)
    data = b"".join(bytes([n]) * 10 for n in range(count))
    return box(b"styp", b"cmfs") + box(b"sidx", bytes(32)) + moof + box(b"mdat", data)


def moof_of(data: bytes) -> bytes:
    return next(data[at:end] for kind, at, end in boxes(data) if kind == b"moof")


def sample_bytes(data: bytes) -> list[bytes]:
    """The samples, found as a player finds them: from the offset and the sizes in the `trun`."""
    moof_at = next(at - 8 for kind, at, _ in boxes(data) if kind == b"moof")
    run = next(data[at:end] for kind, at, end in boxes(data) if kind == b"trun")
    flags, count, offset = struct.unpack_from(">IIi", run)
    fields = [flag for flag in (0x100, 0x200, 0x400, 0x800) if flags & flag]
    position, found = moof_at + offset, []
    for n in range(count):
        size = struct.unpack_from(">I", run, 12 + 4 * (n * len(fields) + fields.index(0x200)))[0]
        found.append(data[position : position + size])
        position += size
    return found


def presented(data: bytes) -> list[tuple[int, int]]:
    """(decode time, presentation time) of the samples."""
    samples = read_samples(moof_of(data))
    times, at = [], samples.time
    for duration, offset in zip(samples.durations, samples.offsets, strict=True):
        times.append((at, at + offset))
        at += duration
    return times


def test_pictures_are_presented_where_the_edit_list_put_them_and_decoded_before() -> None:
    stored = segment([4, 8, 6, 3, 5])  # as cmaf.with_composition_delay writes them: 0, 5, 4, 2, 5 … frames
    times = presented(retimed_segment(stored, VIDEO, 7 * CLOCK_HZ))
    frame = CLOCK_HZ // 25
    base = 9 * CLOCK_HZ
    assert [pts for _, pts in times] == [base + n * frame for n in (0, 5, 4, 2, 5)]
    assert times[0][0] == times[0][1], "the first picture is presented at its decode time"
    assert all(a[0] < b[0] for a, b in pairwise(times))
    assert all(dts <= pts for dts, pts in times)


@given(st.integers(1, 60), st.integers(0, 10**12))
def test_segments_join_without_gaps_in_decode_time(count: int, shift: int) -> None:
    first = retimed_segment(segment([4] * count), VIDEO, shift)
    second = retimed_segment(segment([4], 20_000 + count * FRAME), VIDEO, shift)
    samples = read_samples(moof_of(first))
    assert samples.time + sum(samples.durations) == read_samples(moof_of(second)).time


def test_parameter_sets_precede_the_first_sample_and_are_clear() -> None:
    retimed = retimed_segment(segment([4, 4, 4], encrypted=True), VIDEO, 0, SETS)
    assert sample_bytes(retimed) == [SETS.nal_units + bytes(10), b"\1" * 10, b"\2" * 10]
    moof = moof_of(retimed)
    at = next(at for kind, at, _ in boxes(moof) if kind == b"senc")
    assert struct.unpack_from(">HHI", moof, at + 8 + 8) == (1, 4 + len(SETS.nal_units), 6)
    saio = next(at for kind, at, _ in boxes(moof) if kind == b"saio")
    assert struct.unpack_from(">I", moof, saio + 8)[0] == 8 + at + 8, "offsets are from the start of the moof box"


@pytest.mark.parametrize("encrypted", [False, True])
def test_cut_keeps_samples_times_and_their_encryption(encrypted: bool) -> None:
    cut = cut_samples(segment([0] * 6, encrypted=encrypted), 2, 5, iv_bytes=8)
    assert sample_bytes(cut) == [bytes([n]) * 10 for n in (2, 3, 4)]
    assert read_samples(moof_of(cut)).time == 20_000 + 2 * FRAME
    if encrypted:
        moof = moof_of(cut)
        at = next(at for kind, at, _ in boxes(moof) if kind == b"senc")
        assert struct.unpack_from(">IQ", moof, at + 4) == (3, 2)


def test_samples_of_one_size_are_cut() -> None:
    """As those of silence, whose size is in the `tfhd`."""
    tfhd = box(b"tfhd", struct.pack(">IIII", 0x02_0018, 1, FRAME, 10))
    tfdt = box(b"tfdt", struct.pack(">IQ", 0x0100_0000, 20_000))
    trun = box(b"trun", struct.pack(">III", 0x1, 6, 100))
    moof = box(b"moof", box(b"traf", tfhd + tfdt + trun))
    cut = cut_samples(moof + box(b"mdat", b"".join(bytes([n]) * 10 for n in range(6))), 2, 5)
    assert cut.endswith(box(b"mdat", b"".join(bytes([n]) * 10 for n in (2, 3, 4))))
    samples = read_samples(moof_of(cut))
    assert (samples.time, list(samples.durations)) == (20_000 + 2 * FRAME, [FRAME] * 3)


def test_video_of_an_unusual_rate_keeps_its_timescale() -> None:
    clock = video_clock(Timeline(timescale=10_010, ticks_per_frame=910, frames=1, segment_frames=1), 0)
    assert clock == TrackClock(10_010, Fraction(1), 0)


@given(st.binary(max_size=200))
def test_broken_segments_raise_one_error(data: bytes) -> None:
    for edit in (lambda: retimed_segment(data, VIDEO, 0, SETS), lambda: cut_samples(data, 0, 1)):
        with suppress(ValueError, StopIteration, struct.error):
            edit()
