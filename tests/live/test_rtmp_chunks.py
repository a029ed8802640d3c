"""The chunk stream: messages survive any interleaving and any cut, and limits bound the memory."""

from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.live.rtmp import RtmpError
from otnet_server.live.rtmp.chunks import (
    MAX_CHUNK_BYTES,
    MAX_INCOMPLETE_BYTES,
    MAX_MESSAGE_BYTES,
    ChunkReader,
    Message,
    chunks,
)
from tests.live.rtmp_client import messages, set_chunk_size

sent = st.builds(
    Message, st.integers(7, 22), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.binary(max_size=700)
)


def header(format: int, id: int, *fields: bytes) -> bytes:
    return bytes([format << 6 | id]) + b"".join(fields)


def u24(value: int) -> bytes:
    return value.to_bytes(3, "big")


@given(st.lists(st.tuples(st.integers(2, 63), sent), max_size=5), st.integers(1, 400), st.data())
def test_messages_survive_any_cut(items: list[tuple[int, Message]], chunk_bytes: int, data: st.DataObject) -> None:
    stream = set_chunk_size(chunk_bytes) + b"".join(chunks(id, message, chunk_bytes) for id, message in items)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    reader, found = ChunkReader(), []
    for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        reader.feed(stream[begin:end])
        while (message := reader.next_message()) is not None:
            found.append(message)
    assert found[1:] == [message for _, message in items]
    assert reader.kept_bytes == 0


@given(sent, sent, st.randoms(use_true_random=False))
def test_interleaved_messages_are_joined(first: Message, second: Message, random: object) -> None:
    def pieces(id: int, message: Message) -> list[bytes]:
        stream, size = chunks(id, message, 128), len(message.payload)
        whole = len(stream) - size - max(0, -(-size // 128) - 1) * (5 if message.timestamp >= 0xFFFFFF else 1)
        cut, found = whole + min(size, 128), []
        found.append(stream[:cut])
        step = 128 + (5 if message.timestamp >= 0xFFFFFF else 1)
        found += [stream[i : i + step] for i in range(cut, len(stream), step)]
        return found

    left, right, stream = pieces(4, first), pieces(6, second), b""
    while left or right:
        take = left if left and (not right or random.random() < 0.5) else right  # type: ignore[attr-defined]
        stream += take.pop(0)
    assert sorted(messages(stream)) == sorted([first, second])


def test_times_of_the_four_formats() -> None:
    whole = header(0, 4, u24(1000), u24(1), b"\x08", bytes(4), b"a")
    without_stream = header(1, 4, u24(20), u24(1), b"\x08", b"b")
    time_alone = header(2, 4, u24(30), b"c")
    nothing = header(3, 4, b"d")
    found = messages(whole + without_stream + time_alone + nothing + nothing)
    assert [m.timestamp for m in found] == [1000, 1020, 1050, 1080, 1110]
    assert [m.payload for m in found] == [b"a", b"b", b"c", b"d", b"d"]


def test_an_extended_time_is_repeated_in_every_chunk_of_format_3() -> None:
    time = struct.pack(">I", 0x01020304)
    first = header(0, 4, u24(0xFFFFFF), u24(300), b"\x09", bytes(4), time, b"x" * 128)
    rest = header(3, 4, time, b"y" * 128) + header(3, 4, time, b"z" * 44)
    delta = struct.pack(">I", 0x01000000)
    next = header(1, 4, u24(0xFFFFFF), u24(1), b"\x09", delta, b"n") + header(3, 4, delta, b"m")
    assert [(m.timestamp, len(m.payload)) for m in messages(first + rest + next)] == [
        (0x01020304, 300),
        (0x02020304, 1),
        (0x03020304, 1),
    ]


def test_times_are_modulo_32_bits() -> None:
    first = header(0, 4, u24(0xFFFFFF), u24(1), b"\x08", bytes(4), b"\xff\xff\xff\xff", b"a")
    assert [m.timestamp for m in messages(first + header(2, 4, u24(2), b"b"))] == [0xFFFFFFFF, 1]


def test_large_chunk_stream_ids_take_two_and_three_bytes() -> None:
    fields = (u24(0), u24(1), b"\x08", bytes(4), b"a")
    assert len(messages(header(0, 0, b"\x00", *fields) + header(0, 1, b"\xff\xff", *fields))) == 2


def test_an_aborted_message_is_dropped() -> None:
    begun = header(0, 4, u24(0), u24(200), b"\x09", bytes(4), b"x" * 128)
    abort = chunks(2, Message(2, 0, 0, struct.pack(">I", 4)), 128)
    again = header(0, 4, u24(7), u24(1), b"\x09", bytes(4), b"a")
    assert [m.payload for m in messages(begun + abort + again)][1:] == [b"a"]


def test_a_chunk_may_have_one_mebibyte() -> None:
    message = Message(9, 0, 1, bytes(3 << 20))
    assert messages(set_chunk_size(MAX_CHUNK_BYTES) + chunks(6, message, MAX_CHUNK_BYTES))[1] == message


@pytest.mark.parametrize(
    ("stream", "sentence"),
    [
        (set_chunk_size(0), "chunk size is 0"),
        (set_chunk_size(MAX_CHUNK_BYTES + 1), "chunk size"),
        (chunks(2, Message(1, 0, 0, b"\x00"), 128), "cut off"),
        (header(3, 9), "without a message header"),
        (header(0, 4, u24(0), u24(MAX_MESSAGE_BYTES + 1), b"\x09", bytes(4)), "maximum"),
        (header(0, 4, u24(0), u24(200), b"\x09", bytes(4), bytes(128)) * 2, "before the one before it"),
        (b"".join(header(0, 0, bytes([i]), u24(0), u24(0), b"\x09", bytes(4)) for i in range(65)), "more than 64"),
    ],
)
def test_hostile_chunks_are_refused_with_the_reason(stream: bytes, sentence: str) -> None:
    with pytest.raises(RtmpError, match=sentence):
        messages(stream)


def test_incomplete_messages_of_all_chunk_streams_together_are_limited() -> None:
    reader = ChunkReader()
    reader.feed(set_chunk_size(MAX_CHUNK_BYTES))
    with pytest.raises(RtmpError, match="interleaved"):
        for id in range(3, 60):
            begun = header(0, id, u24(0), u24(MAX_MESSAGE_BYTES), b"\x09", bytes(4), bytes(MAX_CHUNK_BYTES))
            reader.feed(begun)
            while reader.next_message() is not None:
                pass
            assert reader.kept_bytes <= MAX_INCOMPLETE_BYTES


@given(st.binary(max_size=2000))
def test_arbitrary_bytes_are_read_or_raise_the_error_of_the_protocol(data: bytes) -> None:
    with contextlib.suppress(RtmpError):
        messages(data)
