"""A connection of a publisher: answers, events, refusals and hostile input, without a socket."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.live.rtmp import RtmpConnection, RtmpData, RtmpError, RtmpPublish, RtmpStop, State, amf0, flv
from otnet_server.live.rtmp.chunks import Message, chunks
from otnet_server.live.rtmp.connection import COMMANDS, MAX_COMMAND_BYTES, MAX_WAITING_BYTES
from otnet_server.live.rtmp.handshake import C1_BYTES
from tests.live.rtmp_client import C1, CONNECT, HANDSHAKE, command, commands, media, messages, opening, publishing, tags

S_BYTES = 1 + 2 * C1_BYTES


def flv_of(events: list[Any]) -> bytes:
    return b"".join(event.flv for event in events if isinstance(event, RtmpData))


def test_handshake_answers_with_the_bytes_of_the_client() -> None:
    connection = RtmpConnection()
    assert connection.receive(HANDSHAKE[: 1 + C1_BYTES]) == []
    sent = connection.data_to_send()
    assert len(sent) == S_BYTES and sent[0] == 3 and sent[1 + C1_BYTES :] == C1
    connection.receive(HANDSHAKE[1 + C1_BYTES :])
    assert connection.state is State.UNCONNECTED and connection.data_to_send() == b""


@pytest.mark.parametrize(
    ("first", "sentence"), [(b"GET / HTTP/1.1\r\n", "something else"), (b"\x16\x03\x01", "TLS"), (b"\x06", "RTMPE")]
)
def test_another_protocol_is_refused_at_its_first_byte(first: bytes, sentence: str) -> None:
    connection = RtmpConnection()
    with pytest.raises(RtmpError, match=sentence):
        connection.receive(first)
    assert connection.state is State.CLOSED and connection.receive(HANDSHAKE) == []


@given(st.lists(st.integers(1, 400), min_size=1, max_size=8))
def test_a_publisher_is_announced_and_answered_however_its_bytes_are_cut(steps: list[int]) -> None:
    connection, data, events, at, turn = RtmpConnection(), opening("the key"), [], 0, 0
    while at < len(data):
        step = steps[turn % len(steps)]
        events += connection.receive(data[at : at + step])
        at, turn = at + step, turn + 1
    assert events == [RtmpPublish("live", "the key")]
    assert connection.state is State.DECIDING
    answered = commands(connection.data_to_send()[S_BYTES:])
    assert [(name, transaction) for name, transaction, *_ in answered] == [("_result", n) for n in (1.0, 2.0, 3.0, 4.0)]
    assert answered[0][3]["code"] == "NetConnection.Connect.Success" and answered[3][3] == 1
    connection.accept()
    (name, _, _, status), *more = commands(connection.data_to_send())
    assert (name, status["level"], status["code"]) == ("onStatus", "status", "NetStream.Publish.Start") and not more


def test_the_connect_answer_tells_the_window_and_the_chunk_size_first() -> None:
    connection = RtmpConnection()
    connection.receive(HANDSHAKE + command("connect", 1, CONNECT))
    assert [m.type for m in messages(connection.data_to_send()[S_BYTES:])] == [5, 6, 1, 20]


def test_media_becomes_flv() -> None:
    connection = publishing()
    metadata = flv.SET_DATA_FRAME + amf0.encode("onMetaData", amf0.EcmaArray(width=640))
    events = connection.receive(
        media(18, 0, metadata)
        + media(9, 0, b"\x17\x00config")
        + media(8, 5, b"\xaf\x01" + bytes(300))
        + media(9, 0x01FFFFFF, b"\x90hvc1 enhanced")
    )
    events += connection.receive(media(8, 2**32 - 1, b"last"))
    assert tags(flv_of(events)) == [
        (18, 0, metadata.removeprefix(flv.SET_DATA_FRAME)),
        (9, 0, b"\x17\x00config"),
        (8, 5, b"\xaf\x01" + bytes(300)),
        (9, 0x01FFFFFF, b"\x90hvc1 enhanced"),
        (8, 2**32 - 1, b"last"),
    ]


def test_an_aggregate_message_is_taken_apart() -> None:
    parts = flv.tag(9, 2**24 + 500, b"\x17picture") + flv.tag(8, 2**24 + 510, b"\xafsound") + flv.tag(99, 0, b"other")
    events = publishing().receive(media(22, 7000, parts))
    assert tags(flv_of(events)) == [(9, 7000, b"\x17picture"), (8, 7010, b"\xafsound")]
    for cut in (5, 20, len(parts) - 1):
        with pytest.raises(RtmpError, match="aggregate message is cut off"):
            publishing().receive(media(22, 0, parts[:cut]))


def test_empty_messages_and_media_before_publish_are_dropped() -> None:
    connection = RtmpConnection()
    early = media(9, 0, b"early")
    assert connection.receive(HANDSHAKE + command("connect", 1, CONNECT) + early) == []
    assert publishing().receive(media(9, 0, b"") + media(18, 0, flv.SET_DATA_FRAME) + media(15, 0, b"\x00")) == []


def test_media_that_is_sent_before_the_answer_waits_for_it() -> None:
    connection = RtmpConnection()
    assert len(connection.receive(opening() + media(9, 0, b"first"))) == 1
    assert connection.receive(media(9, 40, b"second")) == []
    connection.accept()
    assert [body for _, _, body in tags(flv_of(connection.receive(b"")))] == [b"first", b"second"]


def test_much_media_before_the_answer_is_refused() -> None:
    connection = RtmpConnection()
    connection.receive(opening())
    with pytest.raises(RtmpError, match="before it may publish"):
        for _ in range(20):
            connection.receive(bytes(MAX_WAITING_BYTES // 10))


def test_a_refused_publisher_gets_the_sentence() -> None:
    connection = RtmpConnection()
    connection.receive(opening())
    connection.data_to_send()
    connection.refuse("This stream key is not valid.")
    (name, _, _, status), *_ = commands(connection.data_to_send())
    assert name == "onStatus" and connection.state is State.CLOSED
    assert status == {
        "level": "error",
        "code": "NetStream.Publish.BadName",
        "description": "This stream key is not valid.",
    }


@pytest.mark.parametrize("name", ["FCUnpublish", "deleteStream", "closeStream"])
def test_a_publisher_that_stops_may_publish_again(name: str) -> None:
    connection = publishing()
    first = connection.receive(media(9, 0, b"first") + command(name, 6, None, 1.0))
    assert isinstance(first[-1], RtmpStop) and connection.state is State.CONNECTED
    assert connection.receive(command("deleteStream", 7, None, 1.0) + command("publish", 8, None, "other", "live")) == [
        RtmpPublish("live", "other")
    ]
    connection.accept()
    assert tags(flv_of(connection.receive(media(9, 0, b"again")))) == [(9, 0, b"again")]


def test_players_are_refused() -> None:
    connection = RtmpConnection()
    connection.receive(HANDSHAKE + command("connect", 1, CONNECT) + command("play", 2, None, "key"))
    status = commands(connection.data_to_send()[S_BYTES:])[-1][3]
    assert status["code"] == "NetStream.Play.Failed" and connection.state is State.CLOSED


def test_unknown_commands_are_answered_with_an_error_if_they_wait_for_an_answer() -> None:
    connection = publishing()
    connection.receive(command("getStreamLength", 9, None, "key") + command("somethingElse", 0, None))
    assert [c[:2] for c in commands(connection.data_to_send())] == [["_error", 9.0]]
    assert connection.state is State.PUBLISHING


def test_commands_of_amf3_clients_are_read() -> None:
    payload = b"\x00" + amf0.encode("connect", 1, {"app": "live/"})
    connection = RtmpConnection()
    connection.receive(HANDSHAKE + chunks(3, Message(17, 0, 0, payload), 128))
    assert connection.state is State.CONNECTED
    assert connection.receive(command("publish", 2, None, "k", "live")) == [RtmpPublish("live", "k")]


def test_received_bytes_are_acknowledged_after_each_window() -> None:
    connection = publishing()
    connection.receive(chunks(2, Message(5, 0, 0, struct.pack(">I", 4000)), 128))
    numbers = []
    for _ in range(10):
        connection.receive(media(9, 0, bytes(1000)))
        numbers += [int.from_bytes(m.payload, "big") for m in messages(connection.data_to_send()) if m.type == 3]
    assert 2 <= len(numbers) <= 4 and numbers == sorted(numbers)


def test_pings_are_answered() -> None:
    connection = publishing()
    connection.receive(chunks(2, Message(4, 0, 0, struct.pack(">HI", 6, 1234)), 128))
    assert messages(connection.data_to_send())[0].payload == struct.pack(">HI", 7, 1234)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (command("publish", 1, None, "key"), "before it connects"),
        (command("connect", 1, None), "name is missing"),
        (command("connect", 1, {"app": 7}), "name is missing"),
        (command("connect", 1, CONNECT) + command("publish", 2, None, None), "name is missing"),
        (command("connect", 1, CONNECT) + command("publish", 2, None, "k" * 501), "more than 500"),
        (chunks(3, Message(20, 0, 0, b""), 128), "no name"),
        (chunks(3, Message(20, 0, 0, amf0.encode(1, 2)), 128), "no name"),
        (chunks(3, Message(20, 0, 0, bytes(MAX_COMMAND_BYTES + 1)), 128), "maximum"),
        (chunks(3, Message(20, 0, 0, b"\x02\x00"), 128), "cut off"),
        (chunks(2, Message(5, 0, 0, b"\x00"), 128), "cut off"),
    ],
)
def test_bad_commands_close_the_connection_with_the_reason(data: bytes, sentence: str) -> None:
    connection = RtmpConnection()
    with pytest.raises(RtmpError, match=sentence):
        connection.receive(HANDSHAKE + data)
    assert connection.state is State.CLOSED


def test_every_state_of_the_table_is_reached_by_its_commands_only() -> None:
    assert {state for state, _ in COMMANDS} == {State.UNCONNECTED, State.CONNECTED, State.PUBLISHING}


names = st.sampled_from(
    ["connect", "createStream", "publish", "deleteStream", "play", "FCPublish", "releaseStream", "x"]
)
values = st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.just(CONNECT)
pieces = (
    st.builds(command, names, st.integers(0, 9), values, values)
    | st.builds(media, st.sampled_from([8, 9, 18, 15, 22]), st.integers(0, 2**32 - 1), st.binary(max_size=300))
    | st.builds(
        lambda kind, stream, payload: chunks(2, Message(kind, 0, stream, payload), 128),
        st.integers(0, 25), st.integers(0, 3), st.binary(max_size=12),
    )
    | st.binary(max_size=40)
)  # fmt: skip


@given(st.booleans(), st.lists(pieces, max_size=12), st.booleans())
def test_hostile_messages_raise_only_the_error_of_the_protocol(opened: bool, data: list[bytes], accepts: bool) -> None:
    connection = RtmpConnection()
    try:
        connection.receive(opening() if opened else HANDSHAKE)
        for piece in data:
            if connection.state is State.DECIDING:
                connection.accept() if accepts else connection.refuse("No.")
            connection.receive(piece)
            connection.data_to_send()
    except RtmpError:
        assert connection.state is State.CLOSED
    assert connection.kept_bytes < 1 << 16


@given(st.binary(max_size=4000))
def test_arbitrary_bytes_raise_only_the_error_of_the_protocol(data: bytes) -> None:
    try:
        RtmpConnection().receive(data)
        RtmpConnection().receive(HANDSHAKE + data)
        publishing().receive(data)
    except RtmpError:
        pass
