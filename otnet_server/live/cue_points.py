"""Cue messages in the script tags of an FLV. Pure.

Encoders that publish by RTMP send a splice_info_section (SCTE 35) as text in the object of an event, or say in words
that a break begins (`SpliceOut`) or ends (`SpliceIn`). The cue applies at the time of its tag, because RTMP has another
clock than the message.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from otnet_server.live.rtmp import amf0
from otnet_server.live.rtmp.error import RtmpError
from otnet_server.media.scte35 import CLOCK_HZ, MAX_BYTES, Cue, CueError, SpliceInsert, read_cue, write_cue

EVENTS = frozenset({"oncuepoint", "onadcue", "onscte35", "scte35"})
SET_DATA_FRAME = "@setDataFrame"
MAX_PAYLOAD = 16 << 10
MAX_VALUES = 100  # of an object, that are looked at
SPLICES = {"spliceout": True, "splicein": False}


def is_event(payload: bytes) -> bool:
    """Whether a script tag is an event of these, and not the metadata of the stream."""
    return payload[3 : 3 + int.from_bytes(payload[1:3])].decode("latin-1").lower() in EVENTS


def cue_of(payload: bytes) -> bytes | None:
    """The section of a script tag, whose cue applies at the time of the tag; None when it has no cue."""
    if len(payload) > MAX_PAYLOAD or payload[:1] != bytes([amf0.STRING]):
        return None
    try:
        values = amf0.decode(payload)
    except (RtmpError, RecursionError):
        return None
    if values and values[0] == SET_DATA_FRAME:
        del values[0]
    if len(values) < 2 or not isinstance(values[0], str) or values[0].lower() not in EVENTS:
        return None
    fields = list(_leaves(values[1]))[:MAX_VALUES]
    section = next((s for _, value in fields if (s := _section(value)) is not None), None)
    return section or _words({name.lower(): value for name, value in fields})


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, name)
    else:
        yield name, value


def _section(value: Any) -> bytes | None:
    """A section in base64, or in hexadecimal."""
    if not isinstance(value, str) or not 24 <= len(value) <= 2 * MAX_BYTES:
        return None
    text = value.strip()
    try:
        if text.startswith("/"):
            section = base64.b64decode(text, validate=True)
        elif text[:4].lower().removeprefix("0x").startswith("fc"):
            section = bytes.fromhex(text.lower().removeprefix("0x"))
        else:
            return None
        read_cue(section)
    except (binascii.Error, CueError, ValueError):
        return None
    return section


def _words(values: dict[str, Any]) -> bytes | None:
    out = SPLICES.get(str(values.get("type", "")).lower())
    if out is None:
        return None
    duration = values.get("duration")
    ticks = round(duration * CLOCK_HZ) if isinstance(duration, float) and 0 < duration < 86_400 else None
    id = str(values.get("id", ""))
    event = int(id) if id.isascii() and id.isdigit() and len(id) < 10 else binascii.crc32(id.encode())
    splice = SpliceInsert(event, out=out, duration=ticks if out else None, auto_return=out and ticks is not None,
                          immediate=True)  # fmt: skip
    return write_cue(Cue(splice))
