"""AMF0: values survive encoding, and bad input raises one error."""

from __future__ import annotations

import contextlib
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.live.rtmp import RtmpError
from otnet_server.live.rtmp.amf0 import MAX_DEPTH, Date, EcmaArray, decode, encode

names = st.text(max_size=20).filter(bool)
scalars = (
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False)
    | st.text(max_size=60)
    | st.builds(Date, st.floats(allow_nan=False))
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(names, inner, max_size=4)
        | st.dictionaries(names, inner, max_size=4).map(EcmaArray)
    ),
    max_leaves=12,
)


@given(st.lists(values, max_size=4))
def test_values_survive_encoding(items: list[Any]) -> None:
    assert decode(encode(*items)) == items


@given(st.binary(max_size=300))
def test_arbitrary_bytes_decode_or_raise_the_error_of_the_protocol(data: bytes) -> None:
    try:
        decode(data)
    except RtmpError as e:
        assert e.code == "rtmp_invalid" and e.message.endswith(".")


@given(st.lists(values, min_size=1, max_size=3), st.data())
def test_truncated_values_decode_to_fewer_values_or_raise_the_error(items: list[Any], data: st.DataObject) -> None:
    encoded = encode(*items)
    cut = data.draw(st.integers(0, len(encoded) - 1))
    with contextlib.suppress(RtmpError):
        assert decode(encoded[:cut]) == items[: len(decode(encoded[:cut]))]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\x02\x00\x05abc", "cut off"),
        (b"\x0a\xff\xff\xff\xff\x05", "cut off"),
        (b"\x0c\xff\xff\xff\xff", "cut off"),
        (b"\x02\x00\x01\xff", "not UTF-8"),
        (b"\x07\x00\x00", "type 7"),
        (b"\x11\x00", "type 17"),
        (b"\x03\x00\x01a" * 100, "nested more than"),
        (b"\x0a\x00\x00\x00\x01" * 100_000, "nested more than"),
    ],
)
def test_bad_values_are_refused_with_the_reason(data: bytes, sentence: str) -> None:
    with pytest.raises(RtmpError, match=sentence):
        decode(data)


def test_values_may_be_nested_as_deep_as_the_limit() -> None:
    value: Any = None
    for _ in range(MAX_DEPTH):
        value = [value]
    assert decode(encode(value)) == [value]


def test_long_strings_typed_objects_and_undefined_values_are_read() -> None:
    typed = b"\x10\x00\x01T\x00\x01a\x05\x00\x00\x09"
    assert decode(encode("x" * 70_000)) == ["x" * 70_000]
    assert decode(b"\x06" + typed + b"\x0d" + struct.pack(">BI", 15, 3) + b"<a>") == [None, {"a": None}, None, "<a>"]
