"""FLV on one clock: jumps of the times do not reach the encoder."""

from __future__ import annotations

import contextlib
import struct

from hypothesis import given, settings
from hypothesis import strategies as st

from otnet_server.live.flv import AUDIO, SCRIPT, VIDEO, FlvHead, FlvReader, Tag

HEADER = b"FLV\x01\x05" + struct.pack(">II", 9, 0)
KEYFRAME, PICTURE, SOUND = b"\x17\x01\0\0\0data", b"\x27\x01\0\0\0data", b"\xaf\x01data"


def tag(kind: int, time: int, payload: bytes) -> bytes:
    return Tag(kind, time, setup=False, keyframe=False, payload=payload).encode()


def times(*stamps: int) -> list[int]:
    return [t.time for t in FlvReader().feed(HEADER + b"".join(tag(VIDEO, s & 0xFFFFFFFF, PICTURE) for s in stamps))]


HOURS = 10 * 3_600_000


def test_times_begin_with_0() -> None:
    assert times(5000, 5040, 5080) == [0, 40, 80]


def test_one_frame_stamped_hours_away_keeps_its_place() -> None:
    assert times(0, 40, 80 + HOURS, 120, 160) == [0, 40, 60, 120, 160]


def test_a_clock_that_is_set_goes_on() -> None:
    for jump in (HOURS, -HOURS // 10):
        start = HOURS
        stamps = [start, start + 40, start + jump + 80, start + jump + 120]
        assert times(*stamps) == [0, 40, 60, 100]


def test_the_wrap_of_32_bits_is_no_jump() -> None:
    assert times(2**32 - 50, 2**32 - 10, 2**32 + 30, 2**32 + 70) == [0, 40, 60, 100]


def test_a_pause_is_no_jump() -> None:
    reader = FlvReader()
    reader.feed(HEADER + tag(VIDEO, 0, KEYFRAME), 100.0)
    assert [t.time for t in reader.feed(tag(VIDEO, 60_000, KEYFRAME), 160.2)] == [60_000]


def test_sound_and_pictures_jump_together() -> None:
    data = HEADER + b"".join(
        tag(VIDEO, t + jump, PICTURE) + tag(AUDIO, t + jump + 5, SOUND) for t, jump in ((0, 0), (40, 0), (80, HOURS))
    )
    assert [t.time for t in FlvReader().feed(data)] == [0, 5, 40, 45, 65, 70]


def test_configurations_are_remembered_and_changes_reported() -> None:
    reader, head = FlvReader(), FlvHead()
    setup, sound = b"\x17\0\0\0\0avcC", b"\xaf\0\x12\x10"
    data = HEADER + tag(SCRIPT, 0, b"\x02meta") + tag(VIDEO, 0, setup) + tag(AUDIO, 0, sound)
    assert [head.add(t) for t in reader.feed(data + tag(VIDEO, 40, KEYFRAME))] == [False] * 4
    assert [head.add(t) for t in reader.feed(tag(VIDEO, 80, setup))] == [False]
    assert [head.add(t) for t in reader.feed(tag(AUDIO, 90, b"\xaf\0\x11\x90"))] == [True]
    again = FlvReader().feed(head.encode())
    assert [(t.kind, t.payload) for t in again] == [
        (SCRIPT, b"\x02meta"), (VIDEO, setup), (AUDIO, b"\xaf\0\x11\x90"),
    ]  # fmt: skip
    assert [t.keyframe for t in reader.feed(tag(VIDEO, 120, KEYFRAME) + tag(VIDEO, 160, PICTURE))] == [True, False]


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_arbitrary_bytes_raise_value_error_only(data: bytes, with_header: bool) -> None:
    with contextlib.suppress(ValueError):
        FlvReader().feed(HEADER + data if with_header else data)


@given(st.lists(st.integers(0, 60), max_size=12))
def test_pieces_of_any_size_give_the_same_tags(cuts: list[int]) -> None:
    data = HEADER + tag(VIDEO, 0, KEYFRAME) + tag(AUDIO, 10, SOUND)
    reader, tags, at = FlvReader(), list[Tag](), 0
    for cut in [*sorted(cuts), len(data)]:
        tags += reader.feed(data[at:cut])
        at = max(at, cut)
    assert tags == FlvReader().feed(data)
