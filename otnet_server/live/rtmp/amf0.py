"""AMF0, the encoding of commands (Action Message Format, Adobe, 2007). Pure.

Numbers become float, objects dict, ECMA arrays EcmaArray, dates Date; undefined and unsupported values become None.
References and AMF3 values are refused: encoders do not send them.
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

from otnet_server.live.rtmp.error import RtmpError

MAX_DEPTH = 16
NUMBER, BOOLEAN, STRING, OBJECT, NULL, UNDEFINED = 0, 1, 2, 3, 5, 6
ECMA_ARRAY, OBJECT_END, STRICT_ARRAY, DATE, LONG_STRING, UNSUPPORTED, XML, TYPED_OBJECT = 8, 9, 10, 11, 12, 13, 15, 16
MAX_SHORT_STRING = 0xFFFF


class EcmaArray(dict[str, Any]):
    """An associative array."""


class Date(NamedTuple):
    """Milliseconds of Unix time."""

    milliseconds: float


def decode(data: bytes) -> list[Any]:
    """All values of a message. Raises RtmpError."""
    reader, values = _Reader(data), []
    while not reader.at_end():
        values.append(reader.value(0))
    return values


def encode(*values: Any) -> bytes:
    """The values of a message: None, bool, int, float, str, Date, and lists and dictionaries of them."""
    return b"".join(map(_encode_value, values))


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def at_end(self) -> bool:
        return self._at >= len(self._data)

    def _take(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._data):
            raise RtmpError("An AMF0 value is cut off.")
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def _unpack(self, format: str) -> Any:
        return struct.unpack(format, self._take(struct.calcsize(format)))[0]

    def value(self, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise RtmpError(f"AMF0 values are nested more than {MAX_DEPTH} deep.")
        marker = self._unpack(">B")
        if marker == NUMBER:
            return self._unpack(">d")
        if marker == BOOLEAN:
            return self._unpack(">B") != 0
        if marker == STRING:
            return self._text(self._unpack(">H"))
        if marker in (LONG_STRING, XML):
            return self._text(self._unpack(">I"))
        if marker in (NULL, UNDEFINED, UNSUPPORTED):
            return None
        if marker == DATE:
            milliseconds = self._unpack(">d")
            self._take(2)  # the time zone, which is reserved
            return Date(milliseconds)
        if marker == STRICT_ARRAY:
            return [self.value(depth + 1) for _ in range(self._unpack(">I"))]
        if marker == ECMA_ARRAY:
            self._take(4)  # the number of members, which is only a hint
            return EcmaArray(self._members(depth))
        if marker == TYPED_OBJECT:
            self._text(self._unpack(">H"))
        if marker in (OBJECT, TYPED_OBJECT):
            return self._members(depth)
        raise RtmpError(f"An AMF0 value has the type {marker}, which is not supported.")

    def _members(self, depth: int) -> dict[str, Any]:
        members: dict[str, Any] = {}
        while True:
            name = self._text(self._unpack(">H"))
            if not name and self._data[self._at : self._at + 1] == bytes([OBJECT_END]):
                self._at += 1
                return members
            members[name] = self.value(depth + 1)

    def _text(self, length: int) -> str:
        try:
            return self._take(length).decode()
        except UnicodeDecodeError:
            raise RtmpError("An AMF0 string is not UTF-8.") from None


def _encode_value(value: Any) -> bytes:
    if value is None:
        return bytes([NULL])
    if isinstance(value, bool):
        return bytes([BOOLEAN, value])
    if isinstance(value, int | float):
        return struct.pack(">Bd", NUMBER, value)
    if isinstance(value, str):
        data = value.encode()
        if len(data) > MAX_SHORT_STRING:
            return struct.pack(">BI", LONG_STRING, len(data)) + data
        return bytes([STRING]) + _short(data)
    if isinstance(value, Date):
        return struct.pack(">Bdh", DATE, value.milliseconds, 0)
    if isinstance(value, list):
        return struct.pack(">BI", STRICT_ARRAY, len(value)) + encode(*value)
    if isinstance(value, EcmaArray):
        return struct.pack(">BI", ECMA_ARRAY, len(value)) + _encode_members(value)
    assert isinstance(value, dict), f"AMF0 has no {type(value).__name__}"
    return bytes([OBJECT]) + _encode_members(value)


def _encode_members(members: dict[str, Any]) -> bytes:
    encoded = (_short(name.encode()) + _encode_value(value) for name, value in members.items())
    return b"".join(encoded) + _short(b"") + bytes([OBJECT_END])


def _short(data: bytes) -> bytes:
    assert len(data) <= MAX_SHORT_STRING, "names of members have at most 65,535 bytes"
    return struct.pack(">H", len(data)) + data
