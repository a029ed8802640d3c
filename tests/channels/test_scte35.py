"""Cue messages of SCTE 35: the examples of the standard, other forms, and bytes that are none."""

from __future__ import annotations

import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.media.scte35 import (
    Cue,
    CueError,
    OtherCommand,
    OtherDescriptor,
    Restrictions,
    Segmentation,
    SegmentationType,
    SpliceInsert,
    SpliceNull,
    TimeSignal,
    crc32,
    read_cue,
    write_cue,
)

EVERYWHERE = Restrictions(web=True, no_blackout=True, archive=True, devices=3)
NO_WEB = Restrictions(no_blackout=True, archive=True, devices=3)
AVAIL = OtherDescriptor(0, b"CUEI", b"\x00\x00\x01\x35")


def segmentation(event: int, type: int, upid: str, **more: object) -> Segmentation:
    more = {"restrictions": EVERYWHERE, **more}
    return Segmentation(event, type, upid_type=8, upid=bytes.fromhex(upid), **more)  # type: ignore[arg-type]


#: The examples of the standard (ANSI/SCTE 35, §14) and what they say.
EXAMPLES = {
    "14.1 placement opportunity start": (
        "/DA0AAAAAAAA///wBQb+cr0AUAAeAhxDVUVJSAAAjn/PAAGlmbAICAAAAAAsoKGKNAIAmsnRfg==",
        TimeSignal(0x072BD0050),
        (segmentation(0x4800008E, 0x34, "000000002ca0a18a", duration=27_630_000, number=2, restrictions=NO_WEB),),
    ),
    "14.2 splice insert": (
        "/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLbowo=",
        SpliceInsert(0x4800008F, out=True, pts=0x07369C02E, duration=0x00052CCF5, auto_return=True),
        (AVAIL,),
    ),
    "14.3 placement opportunity end": (
        "/DAvAAAAAAAA///wBQb+dGKQoAAZAhdDVUVJSAAAjn+fCAgAAAAALKChijUCAKnMZ1g=",
        TimeSignal(0x0746290A0),
        (segmentation(0x4800008E, 0x35, "000000002ca0a18a", number=2),),
    ),
    "14.4 program end and start": (
        "/DBIAAAAAAAA///wBQb+ek2ItgAyAhdDVUVJSAAAGH+fCAgAAAAALMvDRBEAAAIXQ1VFSUgAABl/nwgIAAAAACyk26AQAACZcuND",
        TimeSignal(0x07A4D88B6),
        (
            segmentation(0x48000018, SegmentationType.PROGRAM_END, "000000002ccbc344"),
            segmentation(0x48000019, SegmentationType.PROGRAM_START, "000000002ca4dba0"),
        ),
    ),
    "14.5 program overlap start": (
        "/DAvAAAAAAAA///wBQb+rr//ZAAZAhdDVUVJSAAACH+fCAgAAAAALKVs9RcAAJUdsKg=",
        TimeSignal(0x0AEBFFF64),
        (segmentation(0x48000008, 0x17, "000000002ca56cf5"),),
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_of_the_standard_are_read_and_written(name: str) -> None:
    text, command, descriptors = EXAMPLES[name]
    section = base64.b64decode(text)
    cue = read_cue(section)
    assert (cue.command, cue.descriptors) == (command, descriptors)
    assert cue.pts == command.pts
    cw_index = 0xFF
    assert write_cue(Cue(command, descriptors, cw_index=cw_index)) == section


@pytest.mark.parametrize(
    "cue",
    [
        Cue(SpliceNull()),
        Cue(TimeSignal()),
        Cue(OtherCommand(0xFF, b"CUEI private")),
        Cue(SpliceInsert(1, cancelled=True)),
        Cue(SpliceInsert(2, out=True, immediate=True, duration=900_000)),
        Cue(SpliceInsert(3, program_id=7, avail=1, avails_expected=2, pts=2**33 - 1), pts_adjustment=5, tier=1),
        Cue(SpliceInsert(4, components=((1, 90_000), (2, None)))),
        Cue(TimeSignal(1), (Segmentation(5, cancelled=True, compliant_id=False),)),
        Cue(TimeSignal(1), (Segmentation(6, 0x30, components=((9, 4500),), number=1, expected=2, sub_segment=(1, 3)),)),
        Cue(TimeSignal(1), (Segmentation(7, 0x22, duration=2**40 - 1, upid_type=9, upid=b"a:b"), AVAIL)),
    ],
    ids=lambda cue: type(cue.command).__name__,
)
def test_what_is_written_is_read_again(cue: Cue) -> None:
    assert read_cue(write_cue(cue) + b"stuffing") == cue


def test_adjustment_is_added_to_the_time_modulo_33_bits() -> None:
    assert Cue(TimeSignal(2**33 - 10), pts_adjustment=15).pts == 5
    assert Cue(SpliceInsert(1, immediate=True), pts_adjustment=15).pts is None


def test_command_without_a_length_is_read_by_its_type() -> None:
    section = bytearray(write_cue(Cue(TimeSignal(90_000), (AVAIL,))))
    section[11] |= 0x0F
    section[12] = 0xFF
    section[-4:] = struct.pack(">I", crc32(bytes(section[:-4])))
    assert read_cue(bytes(section)) == Cue(TimeSignal(90_000), (AVAIL,))


def damaged(at: int, value: int, *, crc: bool = True) -> bytes:
    section = bytearray(write_cue(Cue(SpliceInsert(2, out=True, pts=1, duration=9), (AVAIL,))))
    section[at] = value
    if crc:
        section[-4:] = struct.pack(">I", crc32(bytes(section[:-4])))
    return bytes(section)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        (b"", "table id"),
        (b"\x00\x00\x00", "table id"),
        (b"\xfc\x30\x05" + bytes(5), "too short"),
        (b"\xfc\x3f\xff" + bytes(40), "has 43"),
        (damaged(20, 7, crc=False), "checksum"),
        (damaged(3, 1), "version"),
        (damaged(4, 0x80), "encrypted"),
        (damaged(12, 0x02), "ends within"),
        (damaged(12, 0xF0), "ends within"),
        (damaged(-13, 0xFF), "ends within"),
    ],
    ids=[
        "nothing",
        "zeros",
        "short",
        "cut",
        "checksum",
        "version",
        "encrypted",
        "command",
        "long command",
        "descriptor",
    ],
)
def test_bytes_that_are_no_section_are_refused_with_the_reason(section: bytes, message: str) -> None:
    with pytest.raises(CueError, match=message):
        read_cue(section)


@given(st.binary(max_size=80), st.booleans())
def test_any_bytes_are_a_cue_or_an_error(content: bytes, checked: bool) -> None:
    section = b"\xfc" + struct.pack(">H", 0x3000 | len(content) + 4) + content
    section += struct.pack(">I", crc32(section)) if checked else b"\0\0\0\0"
    try:
        cue = read_cue(section)
    except CueError:
        return
    assert read_cue(write_cue(cue)).command == cue.command


@pytest.mark.parametrize("cue", [Cue(TimeSignal(2**33)), Cue(SpliceInsert(-1)), Cue(OtherCommand(9, bytes(5000)))])
def test_values_that_do_not_fit_are_refused(cue: Cue) -> None:
    with pytest.raises(CueError, match="does not fit"):
        write_cue(cue)
