"""Range requests and entity tags (RFC 9110)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otnet_server.playback.conditional_requests import byte_range, matches

SIZE = 1000
WHOLE, UNSATISFIABLE = None, (0, 0)
RANGES = {
    b"bytes=0-0": (0, 1),
    b"bytes=0-": (0, 1000),
    b"bytes=10-19": (10, 20),
    b"bytes=990-5000": (990, 1000),
    b"bytes=-1": (999, 1000),
    b"bytes=-5000": (0, 1000),
    b"BYTES = 1-2": (1, 3),
    b"bytes=1000-": UNSATISFIABLE,
    b"bytes=5000-6000": UNSATISFIABLE,
    b"bytes=-0": UNSATISFIABLE,
    b"bytes=20-10": WHOLE,
    b"bytes=0-1,5-6": WHOLE,
    b"bytes=": WHOLE,
    b"bytes=-": WHOLE,
    b"bytes=a-b": WHOLE,
    b"items=0-1": WHOLE,
    b"": WHOLE,
    b"bytes=1": WHOLE,
    b"bytes=--1": WHOLE,
    b"bytes=1-+2": WHOLE,
}


@pytest.mark.parametrize(("value", "span"), RANGES.items())
def test_range_header_is_parsed(value: bytes, span: tuple[int, int] | None) -> None:
    assert byte_range(value, SIZE) == span


@given(st.integers(0, 2000), st.integers(0, 2000), st.integers(1, 1500))
def test_range_equals_slicing(start: int, end: int, size: int) -> None:
    data = bytes(size)
    span = byte_range(b"bytes=%d-%d" % (start, end), size)
    if end < start:
        assert span is None
    elif start >= size:
        assert span == (0, 0)
    else:
        assert span is not None and data[span[0] : span[1]] == data[start : end + 1]


@given(st.binary(max_size=40), st.integers(0, 5000))
def test_arbitrary_range_headers_are_handled(value: bytes, size: int) -> None:
    for text in (value, b"bytes=" + value):
        span = byte_range(text, size)
        assert span is None or 0 <= span[0] <= span[1] <= max(size, 1)


def test_ranges_of_an_empty_file_are_unsatisfiable() -> None:
    assert byte_range(b"bytes=0-", 0) == (0, 0) == byte_range(b"bytes=-5", 0)


@pytest.mark.parametrize(
    ("header", "same"),
    [(b'"a"', True), (b'W/"a"', True), (b'"b", "a"', True), (b"*", True), (b'"b"', False), (b"", False), (b"a", False)],
)
def test_entity_tags_are_compared(header: bytes, same: bool) -> None:
    assert matches(header, b'"a"') is same
