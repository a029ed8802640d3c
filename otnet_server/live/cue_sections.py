"""The cue messages (SCTE 35) in the packets of an MPEG-TS. Pure.

A program map names their streams with the type 0x86 (ANSI/SCTE 35 §8.1). A message may be longer than a packet, and a
packet may have several. What can't be read is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from otnet_server.media.scte35 import MAX_BYTES, PTS_MODULUS, TABLE_ID, crc32

STREAM_TYPE = 0x86
MAX_STREAMS = 8  # with cues, of a program
STUFFING = 0xFF


def cue_pids(section: bytes) -> list[int]:
    """The streams with cues of a program map, which comes without its version and CRC."""
    info = (section[9] & 0x0F) << 8 | section[10] if len(section) > 10 else len(section)
    at, pids = 11 + info, list[int]()
    while at + 5 <= len(section) and len(pids) < MAX_STREAMS:
        if section[at] == STREAM_TYPE:
            pids.append((section[at + 1] & 0x1F) << 8 | section[at + 2])
        at += 5 + ((section[at + 3] & 0x0F) << 8 | section[at + 4])
    return pids


class SectionReader:
    """The sections of one stream."""

    def __init__(self) -> None:
        self._begun = bytearray()

    def add(self, payload: bytes | bytearray, *, starts: bool) -> Iterator[bytes]:
        """The sections that are complete with the payload of a packet. `starts`: a section begins in it, where its
        first byte says."""
        if starts and payload:
            begin = 1 + payload[0]
            if self._begun:
                self._begun += payload[1:begin]
                yield from self._complete()
            self._begun = bytearray(payload[begin:])
        elif self._begun:
            self._begun += payload
        yield from self._complete()

    def _complete(self) -> Iterator[bytes]:
        """Take whole sections from what has come."""
        while len(self._begun) >= 3:
            size = section_size(self._begun)
            if size is None:
                self._begun.clear()
                return
            if len(self._begun) < size:
                return
            yield bytes(self._begun[:size])
            del self._begun[:size]


def section_size(data: bytes | bytearray) -> int | None:
    """The size of the section at the start of `data`; None when it is not a cue."""
    if data[0] != TABLE_ID:
        return None
    size = 3 + ((data[1] & 0x0F) << 8 | data[2])
    return size if 20 <= size <= MAX_BYTES else None


def shift_times(packet: bytearray, begin: int, difference: int) -> None:
    """Subtract `difference` from the times of the cues in a packet whose payload begins at `begin`, where a section
    begins and ends in it. Its clock was shifted too."""
    at = begin + 1 + packet[begin] if begin < len(packet) else len(packet)
    while at + 3 <= len(packet) and packet[at] != STUFFING:
        size = section_size(packet[at : at + 3])
        if size is None or at + size > len(packet) or crc32(packet[at : at + size]) != 0:
            return
        adjustment = (packet[at + 4] & 1) << 32 | int.from_bytes(packet[at + 5 : at + 9])
        adjustment = (adjustment - difference) % PTS_MODULUS
        packet[at + 4] = packet[at + 4] & 0xFE | adjustment >> 32
        packet[at + 5 : at + 9] = (adjustment & 0xFFFF_FFFF).to_bytes(4)
        packet[at + size - 4 : at + size] = crc32(packet[at : at + size - 4]).to_bytes(4)
        at += size
