"""Detection of truncated files: those whose declared length exceeds their size."""

from __future__ import annotations

import struct

import pytest

from otnet_server.pipeline.truncation import avi_layout, is_truncated


def box(name: bytes, length: int, *, wide: bool = False) -> bytes:
    head = struct.pack(">I4sQ", 1, name, length) if wide else struct.pack(">I4s", length, name)
    return head + bytes(max(0, length - len(head)))


def check_truncated(demuxer: str, data: bytes, missing: int = 0) -> bool:
    kept = data[: len(data) - missing]
    return is_truncated(demuxer, len(kept), lambda at, count: kept[at : at + count])


FRONT = box(b"ftyp", 32) + box(b"moov", 200) + box(b"mdat", 1000)
BACK = box(b"ftyp", 32) + box(b"mdat", 1000, wide=True) + box(b"moov", 200)
HEAD = b"\x1a\x45\xdf\xa3\x84abcd"
KNOWN = HEAD + b"\xec\x82\0\0" + b"\x18\x53\x80\x67\x01\0\0\0\0\0\x03\xe8" + bytes(1000)
LIVE = HEAD + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + bytes(1000)


@pytest.mark.parametrize(("demuxer", "data"), [("mov", FRONT), ("mov", BACK), ("matroska", KNOWN)])
@pytest.mark.parametrize("missing", [1, 100, 900])
def test_truncated_files_are_detected(demuxer: str, data: bytes, missing: int) -> None:
    assert not check_truncated(demuxer, data)
    assert check_truncated(demuxer, data, missing)


@pytest.mark.parametrize(
    ("demuxer", "data"),
    [
        ("mov", FRONT + b"\xde\xad\xbe\xef" * 20),
        ("mov", FRONT + box(b"udta", 8)[:4]),
        ("mov", box(b"ftyp", 32) + box(b"moov", 200) + struct.pack(">I4s", 0, b"mdat") + bytes(50)),
        ("mov", box(b"ftyp", 32) + struct.pack(">I4s", 3, b"mdat")),
        ("mov", struct.pack(">I4sQ", 1, b"free", 2**64 - 1)),
        ("mov", box(b"free", 8) * 10_000),
        ("mov", b""),
        ("matroska", KNOWN + b"garbage"),
        ("matroska", LIVE),
        ("matroska", HEAD),
        ("matroska", HEAD[:6]),
        ("matroska", HEAD + bytes(20)),
        ("mpegts", b"\x47" + bytes(187)),
    ],
)
def test_complete_or_open_ended_files_are_not_reported_as_truncated(demuxer: str, data: bytes) -> None:
    assert not check_truncated(demuxer, data)


def chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def avi(*, index: bool, movi: int = 1000) -> bytes:
    parts = chunk(b"LIST", b"hdrl" + bytes(100)) + chunk(b"LIST", b"movi" + bytes(movi))
    return chunk(b"RIFF", b"AVI " + parts + (chunk(b"idx1", bytes(64)) if index else b""))


@pytest.mark.parametrize(
    ("data", "missing", "layout"),
    [
        (avi(index=True), 0, (False, True)),
        (avi(index=False), 0, (False, False)),
        (avi(index=True), 60, (False, False)),
        (avi(index=True), 200, (True, False)),
        (avi(index=True) + avi(index=False), 0, (False, True)),
        (avi(index=True) + avi(index=False), 100, (True, True)),
    ],
    ids=["whole", "without an index", "a broken index", "cut off", "two parts", "two parts, cut off"],
)
def test_layout_of_avi_files(data: bytes, missing: int, layout: tuple[bool, bool]) -> None:
    kept = data[: len(data) - missing]
    assert avi_layout(len(kept), lambda at, count: kept[at : at + count]) == layout
