"""Cue messages (SCTE 35) of live streams: in MPEG-TS and FLV, the breaks that they announce, and in manifests."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otnet_server.live import cue_points, flv
from otnet_server.live.cue_sections import SectionReader, cue_pids
from otnet_server.live.mid_stream import MidStream
from otnet_server.live.mpegts import PACKET, START, WRAP, TsReader
from otnet_server.live.rtmp import amf0
from otnet_server.manifests import low_latency
from otnet_server.manifests.low_latency import LivePlaylist, LiveSegment
from otnet_server.media.ad_markers import MAX_BREAKS, MAX_CHARACTERS, marker_text, marker_times
from otnet_server.media.cue_breaks import MAX_KEPT, CuedBreak, retimed, spans_of, time_of, with_cue
from otnet_server.media.scte35 import Cue, Segmentation, SegmentationType, SpliceInsert, TimeSignal, read_cue, write_cue
from tests.live.test_connection import publishing
from tests.live.test_flv import HEADER, tag
from tests.live.test_mpegts import MS, PAT, packet, picture, table

CUE_PID, S = 500, 90_000
MAP = packet(4096, table(2, b"\xe1\0\xf0\x06\x05\x04CUEI\x1b\xe1\0\xf0\0\x86\xe1\xf4\xf0\0"))


def out(event: int, pts: int | None, duration: int | None = None, *, returns: bool = False) -> bytes:
    immediate = pts is None
    return write_cue(Cue(SpliceInsert(event, True, pts, duration, returns, immediate)))


def back(event: int, pts: int | None) -> bytes:
    return write_cue(Cue(SpliceInsert(event, False, pts, immediate=pts is None)))


def segment(event: int, type: int, pts: int, duration: int | None = None) -> bytes:
    return write_cue(Cue(TimeSignal(pts), (Segmentation(event, type, duration),)))


def cue_packets(section: bytes) -> bytes:
    """Packets with a section, of which the last is filled up with stuffing."""
    data, packets = b"\0" + section, b""
    for at in range(0, len(data), 182):
        payload = data[at : at + 182]
        packets += packet(CUE_PID, payload + b"\xff" * (182 - len(payload)), start=at == 0)
    return packets


# --- MPEG-TS ---


def test_program_map_names_the_streams_with_cues() -> None:
    # The map as TsReader knows it, without version and CRC.
    section = b"\x02\xb0\0\0\1\0\0\xe1\0\xf0\x06\x05\x04CUEI\x1b\xe1\0\xf0\0\x86\xe1\xf4\xf0\0"
    assert cue_pids(section) == [CUE_PID]
    assert cue_pids(section[:-3]) == [] and cue_pids(b"") == []


@pytest.mark.parametrize(
    ("pts", "expected_ms"),
    [(3600 * S + 5 * S, 5000), (3600 * S - S, -1000), (None, 40), (9000 * S, 40)],
    ids=["ahead", "late", "at once", "on another clock"],
)
def test_cue_in_a_transport_stream_is_on_the_clock_of_its_frames(pts: int | None, expected_ms: int) -> None:
    reader = TsReader()
    reader.feed(PAT + MAP + picture(3600 * S) + picture(3600 * S + 40 * MS) + cue_packets(out(7, pts, 30 * S)))
    [(at_ms, section)] = reader.take_cues()
    assert at_ms == expected_ms and reader.take_cues() == []
    command = read_cue(section).command
    assert isinstance(command, SpliceInsert) and (command.event_id, command.duration) == (7, 30 * S)


def test_times_count_from_the_first_picture_that_is_shown() -> None:
    reader = TsReader()
    reader.feed(PAT + MAP + picture(10 * S + 80 * MS, 10 * S) + cue_packets(out(7, 12 * S + 80 * MS)))
    assert [at for at, _ in reader.take_cues()] == [2000]


def test_cue_across_the_wrap_of_33_bits() -> None:
    reader = TsReader()
    reader.feed(PAT + MAP + picture(WRAP - S) + cue_packets(out(7, S)))
    assert [at for at, _ in reader.take_cues()] == [2000]


def test_cue_before_the_first_frame_waits_for_it() -> None:
    reader = TsReader()
    reader.feed(PAT + MAP + cue_packets(out(7, 8 * S)))
    assert reader.take_cues() == []
    reader.feed(picture(6 * S))
    assert [at for at, _ in reader.take_cues()] == [2000]


def test_cue_longer_than_a_packet_is_read() -> None:
    descriptor = Segmentation(1, SegmentationType.BREAK_START, 30 * S, 0x0C, b"x" * 200)
    section = write_cue(Cue(TimeSignal(2 * S), (descriptor, replace(descriptor, event_id=2))))
    assert len(section) > 2 * 184
    reader = TsReader()
    reader.feed(PAT + MAP + picture(0) + cue_packets(section))
    assert reader.take_cues() == [(2000, section)]


def test_several_cues_in_a_packet_are_read() -> None:
    sections = [out(1, S), back(1, 2 * S)]
    assert list(SectionReader().add(b"\0" + b"".join(sections) + b"\xff" * 50, starts=True)) == sections


def test_cues_are_passed_on_with_the_times_of_the_frames() -> None:
    reader, section = TsReader(), out(7, 3600 * S + 2 * S, 30 * S)
    [part] = reader.feed(PAT + MAP + picture(3600 * S) + cue_packets(section))
    cue = part.data[-PACKET:]
    passed = read_cue(cue[5 + cue[4] + 1 :])
    assert passed.pts == START + 2 * S and passed.command == read_cue(section).command


def test_backup_that_goes_on_air_keeps_the_times_of_its_cues() -> None:
    held, reader = MidStream("mpegts"), TsReader()
    held.skip(PAT + MAP + picture(3600 * S), 0.0)
    reader.feed(held.enter(picture(3601 * S) + cue_packets(out(7, 3604 * S)), 1.0))
    assert [at for at, _ in reader.take_cues()] == [3000]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.binary(max_size=182), st.booleans()), max_size=8), st.binary(max_size=40))
def test_broken_cues_do_not_end_a_stream(payloads: list[tuple[bytes, bool]], tail: bytes) -> None:
    reader = TsReader()
    reader.feed(PAT + MAP + picture(0))
    for payload, start in payloads:
        reader.feed(packet(CUE_PID, payload, start=start))
    reader.feed(packet(CUE_PID, b"\0\xfc\xb0" + tail) + cue_packets(out(7, 2 * S)))
    assert (2000, out(7, 2 * S)) in reader.take_cues()


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=160))
def test_broken_program_maps_do_not_end_a_stream(body: bytes) -> None:
    reader = TsReader()
    reader.feed(PAT + packet(4096, table(2, body)) + picture(0) + cue_packets(out(7, 2 * S)))
    reader.take_cues()


# --- FLV ---


@pytest.mark.parametrize(
    "values",
    [
        ("onCuePoint", {"name": "scte35", "data": base64.b64encode(out(7, S)).decode()}),
        ("onAdCue", {"type": "scte35", "cue": base64.b64encode(out(7, S)).decode(), "time": 1.0}),
        ("@setDataFrame", "onSCTE35", {"parameters": {"message": "0x" + out(7, S).hex().upper()}}),
        ("onAdCue", {"type": "SpliceOut", "id": "7", "duration": 30.0, "time": 1.0}),
    ],
    ids=["onCuePoint", "onAdCue", "hexadecimal", "in words"],
)
def test_event_of_an_flv_with_a_cue_is_read(values: tuple[Any, ...]) -> None:
    payload = amf0.encode(*values)
    section = cue_points.cue_of(payload)
    command = read_cue(section or b"").command
    assert isinstance(command, SpliceInsert) and (command.event_id, command.out) == (7, True)
    assert cue_points.is_event(payload) == (values[0] != "@setDataFrame")


@pytest.mark.parametrize(
    "payload",
    [
        amf0.encode("onMetaData", {"type": "SpliceOut"}),
        amf0.encode("onCuePoint"),
        amf0.encode("onCuePoint", {"data": "/DAlAAAA"}),
        amf0.encode("onCuePoint", {"data": "/" + "é" * 40}),
        amf0.encode("onAdCue", {"type": "SpliceOut", "duration": float("inf")})[:-4],
        b"\x02\x00\x0aonCuePoint" + b"\x0a\xff\xff\xff\xff" * 20,
        b"",
    ],
)
def test_event_without_a_cue_is_left_out(payload: bytes) -> None:
    assert cue_points.cue_of(payload) is None


async def test_cue_of_an_flv_is_at_the_time_of_its_tag_and_keeps_the_metadata() -> None:
    publisher = await publishing()
    section = out(7, S, 30 * S)
    event = amf0.encode("onCuePoint", {"data": base64.b64encode(section).decode()})
    await publisher.connection.write(tag(flv.SCRIPT, 0, event))
    assert publisher.stream.cues == [(29 * 40 + 1, section)]
    head, metadata = flv.FlvHead(), amf0.encode("onMetaData", {"width": 640.0})
    for read in flv.FlvReader().feed(HEADER + tag(flv.SCRIPT, 0, metadata) + tag(flv.SCRIPT, 0, event)):
        head.add(read)
    assert [kept.payload for kept in head.tags()] == [metadata]


# --- breaks ---


def breaks(*messages: tuple[bytes, float, float]) -> list[tuple[int, float, float | None]]:
    """(event, start, end) in seconds after messages: (section, the time at which it applies, when it has come)."""
    known: tuple[CuedBreak, ...] = ()
    for section, at, now in messages:
        number = max((b.number for b in known), default=-1) + 1
        known = with_cue(known, section, round(at * S), round(now * S), number)
    assert list(known) == sorted(known, key=lambda b: b.start)
    return [(b.event, b.start / S, b.end / S if b.end is not None else None) for b in known]


CANCEL = write_cue(Cue(SpliceInsert(1, cancelled=True)))
PLACEMENT, BREAK = SegmentationType.PROVIDER_PLACEMENT_START, SegmentationType.BREAK_START
AD = SegmentationType.PROVIDER_AD_START
BOTH = write_cue(Cue(TimeSignal(0), (Segmentation(2, AD, 9 * S), Segmentation(1, BREAK))))


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([(out(1, 0), 10, 5), (back(1, 0), 40, 35)], [(1, 10, 40)]),
        ([(out(1, 0), 10, 5), (back(9, 0), 40, 35)], [(1, 10, 40)]),
        ([(out(1, 0, 30 * S, returns=True), 10, 5)], [(1, 10, 40)]),
        ([(out(1, 0, 30 * S), 10, 5)], [(1, 10, None)]),
        ([(out(1, 0, 30 * S, returns=True), 10, 5), (back(1, 0), 25, 24)], [(1, 10, 25)]),
        ([(out(1, 0), 10, 2), (out(1, 0), 10, 5), (out(1, 0), 10, 8)], [(1, 10, None)]),
        ([(out(1, 0), 10, 2), (out(1, 0), 12, 5)], [(1, 12, None)]),
        ([(out(1, 0), 10, 2), (CANCEL, 5, 5)], []),
        ([(out(1, 0), 10, 2), (CANCEL, 15, 15)], [(1, 10, None)]),
        ([(back(1, 0), 10, 5)], []),
        ([(out(1, 0), 10, 5), (out(2, 0), 40, 35)], [(1, 10, 40), (2, 40, None)]),
        ([(out(1, 0, 9 * S, returns=True), 9, 5), (out(1, 0, 9 * S, returns=True), 90, 85)], [(1, 9, 18), (1, 90, 99)]),
        ([(out(2, 0), 40, 5), (out(1, 0), 10, 6)], [(1, 10, 40), (2, 40, None)]),
        ([(segment(1, BREAK, 0), 10, 5), (segment(2, AD, 0, 9 * S), 10, 5), (segment(2, AD + 1, 0), 19, 5),
          (segment(1, BREAK + 1, 0), 40, 35)], [(1, 10, 40)]),
        ([(segment(1, PLACEMENT, 0, 30 * S), 10, 5), (segment(2, PLACEMENT, 0, 30 * S), 40, 35)],
         [(1, 10, 40), (2, 40, 70)]),
        ([(segment(1, SegmentationType.PROGRAM_START, 0), 10, 5)], []),
        ([(out(1, 0, 30 * S), 10, 5), (out(1, 0, 30 * S), 90, 85)], [(1, 10, 90), (1, 90, None)]),
        ([(BOTH, 10, 5), (segment(2, AD + 1, 0), 19, 18), (segment(1, BREAK + 1, 0), 40, 35)], [(1, 10, 40)]),
        ([(b"\xfc broken", 10, 5)], []),
    ],
    ids=["out and in", "in of another event", "auto return", "waits for its end", "ends early", "repeated", "moved",
         "withdrawn", "withdrawn too late", "in alone", "the next one", "an id again", "out of order", "nested",
         "one after the other", "of a program", "an id again without an end", "an ad before its break", "broken"],
)  # fmt: skip
def test_messages_announce_breaks(
    messages: list[tuple[bytes, float, float]], expected: list[tuple[int, float, float | None]]
) -> None:
    assert breaks(*messages) == expected


def test_breaks_that_are_remembered_are_limited() -> None:
    known: tuple[CuedBreak, ...] = ()
    for n in range(MAX_KEPT + 20):
        known = with_cue(known, out(n, 0, S, returns=True), n * 10 * S, n * 10 * S, n)
    assert len(known) == MAX_KEPT and known[-1].number == MAX_KEPT + 19


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("oirbBaAc"), st.integers(0, 60), st.integers(0, 60))))
def test_breaks_never_overlap(events: list[tuple[int, str, int, int]]) -> None:
    known: tuple[CuedBreak, ...] = ()
    sections = {
        "o": lambda e: out(e, 0), "i": lambda e: back(e, 0), "r": lambda e: out(e, 0, 9 * S, returns=True),
        "b": lambda e: segment(e, BREAK, 0), "B": lambda e: segment(e, BREAK + 1, 0),
        "a": lambda e: segment(e, AD, 0, 5 * S), "A": lambda e: segment(e, AD + 1, 0), "c": lambda _: CANCEL,
    }  # fmt: skip
    for number, (event, kind, at, now) in enumerate(events):
        known = with_cue(known, sections[kind](event), at * S, now * S, number)
        for one, other in pairwise(known):
            assert one.end is not None and one.start < one.end <= other.start
    assert len({b.number for b in known}) == len(known)


@pytest.mark.parametrize("section", [out(1, WRAP - S, 9 * S), segment(1, BREAK, 5, 9 * S)])
def test_message_is_passed_on_with_another_time(section: bytes) -> None:
    moved = read_cue(retimed(section, 3 * S))
    assert time_of(moved) == 3 * S
    assert (moved.command, moved.descriptors) == (read_cue(section).command, read_cue(section).descriptors)
    assert retimed(out(1, None), 3 * S) == out(1, None), "it applies at once"


def test_markers_of_a_recording_fit_into_their_field() -> None:
    text = marker_text([n * 400.04 for n in range(1, 500)])
    assert len(text) <= MAX_CHARACTERS and len(marker_times(text)) <= MAX_BREAKS
    assert marker_text([3, 4.26]) == "3, 4.3" and marker_text([]) == ""


# --- manifests ---


def test_low_latency_playlist_has_the_breaks_that_have_begun() -> None:
    known = with_cue((), out(7, 0, 5 * S, returns=True), 3 * S, 0, 0)
    listed = [LiveSegment(n * 2000, 2000, complete=True) for n in range(20)]

    def tags_of(start: int, end: int, *, skip: bool = False) -> list[str]:
        spans = spans_of(known, Fraction(start), Fraction(end))
        playlist = LivePlaylist(1000, Fraction(2), Fraction(1, 2), start // 2, listed[start // 2 : end // 2], end * 1000,
                                0, datetime(2026, 5, 1, 6, tzinfo=UTC), breaks=spans)  # fmt: skip
        lines = low_latency.media(playlist, skip=skip).splitlines()
        return [line for line in lines if "DATERANGE" in line or line == "4000.m4s"]

    assert tags_of(0, 2) == [], "it has not begun"
    begun, media = tags_of(0, 6)
    assert 'ID="break-0"' in begun and 'START-DATE="2026-05-01T06:00:03.000+00:00",PLANNED-DURATION=5.000' in begun
    assert media == "4000.m4s", "the tag stands before the segment that follows"
    cue = read_cue(bytes.fromhex(begun.rpartition("SCTE35-OUT=0x")[2]))
    assert cue.pts == 3 * S and isinstance(cue.command, SpliceInsert) and cue.command.event_id == 7
    assert ",DURATION=5.000,SCTE35-IN=0x" in tags_of(0, 10)[2]
    assert len([t for t in tags_of(0, 40, skip=True) if "DATERANGE" in t]) == 2, "a delta update has all of them"
    assert tags_of(8, 12) == [], "it has left the window"
