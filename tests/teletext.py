"""Adds DVB teletext subtitles to a transport stream, which no encoder here can write (EN 300 706, EN 300 472)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HAMMING = (0x15, 0x02, 0x49, 0x5E, 0x64, 0x73, 0x38, 0x2F, 0xD0, 0xC7, 0x8C, 0x9B, 0xA1, 0xB6, 0xFD, 0xEA)
PACKET, PMT_PID, TELETEXT_PID = 188, 0x1000, 0x200
STUFFING = b"\xff\x2c" + b"\xff" * 44  # a data unit
BOX_START, BOX_END = 0x0B, 0x0A
SUBTITLE = 0x02  # teletext_type of the descriptor (EN 300 468 §6.2.43)


@dataclass(frozen=True)
class Page:
    """What page 150 shows from `pts_s` on, in seconds of the stream; no lines: nothing."""

    pts_s: float
    lines: tuple[str, ...] = ()


def with_teletext(stream: bytes, pages: Sequence[Page], duration_s: float, language: str = "deu") -> bytes:
    """The transport stream of ffmpeg with one more elementary stream, on page 150."""
    packets = [stream[at : at + PACKET] for at in range(0, len(stream), PACKET)]
    places = sorted((int(len(packets) * min(0.99, page.pts_s / duration_s)), page) for page in pages)
    result, counter = [], 0
    for number, packet in enumerate(packets):
        while places and places[0][0] <= number:
            for part in _pes_packets(places.pop(0)[1], counter):
                result.append(part)
                counter += 1
        result.append(_with_stream(packet, language) if _pid(packet) == PMT_PID else packet)
    return b"".join(result)


def _pid(packet: bytes) -> int:
    return int.from_bytes(packet[1:3]) & 0x1FFF


def _with_stream(packet: bytes, language: str) -> bytes:
    """A PMT packet that announces the teletext stream too."""
    length = int.from_bytes(packet[6:8]) & 0xFFF
    section = packet[5 : 8 + length - 4]
    descriptor = bytes([0x56, 5]) + language.encode() + bytes([SUBTITLE << 3 | 1, 0x50])
    section += bytes([6]) + (0xE000 | TELETEXT_PID).to_bytes(2) + (0xF000 | len(descriptor)).to_bytes(2) + descriptor
    section = section[:1] + (0xB000 | len(section) + 4 - 3).to_bytes(2) + section[3:]
    return (packet[:5] + section + _crc(section)).ljust(PACKET, b"\xff")


def _pes_packets(page: Page, counter: int) -> list[bytes]:
    rows = [_header()] + [_row(20 + 2 * n, line) for n, line in enumerate(page.lines)]
    units = b"".join(_data_unit(row, line) for line, row in enumerate([*rows, _header(0xFF)], 7))
    pts = round(page.pts_s * 90_000)
    stamp = bytes(
        [0x21 | pts >> 29 & 0xE, pts >> 22 & 0xFF, pts >> 14 & 0xFE | 1, pts >> 7 & 0xFF, pts << 1 & 0xFE | 1]
    )
    header = b"\x84\x80\x24" + stamp.ljust(0x24, b"\xff")
    size = -(-(6 + len(header) + 1 + len(units)) // 184) * 184
    units += STUFFING * ((size - 6 - len(header) - 1 - len(units)) // len(STUFFING))
    pes = b"\0\0\1\xbd" + (size - 6).to_bytes(2) + header + b"\x10" + units
    return [
        bytes([0x47, (0x40 if at == 0 else 0) | TELETEXT_PID >> 8, TELETEXT_PID & 0xFF, 0x10 | (counter + n) & 0xF])
        + pes[at : at + 184]
        for n, at in enumerate(range(0, size, 184))
    ]


def _data_unit(packet: bytes, line: int) -> bytes:
    return bytes([0x03, 0x2C, 0xE0 | line, 0xE4]) + bytes(int(f"{byte:08b}"[::-1], 2) for byte in packet)


def _header(page: int = 0x50) -> bytes:
    """Row 0 of a page of magazine 1, which erases it and marks it as subtitles."""
    fields = (page & 0xF, page >> 4, 0, 0x8, 0, 0x8, 0x3, 0x1)
    return _address(0) + bytes(HAMMING[f] for f in fields) + _text(" " * 32)


def _row(number: int, text: str) -> bytes:
    boxed = bytes([BOX_START, BOX_START]) + text.encode("ascii") + bytes([BOX_END, BOX_END])
    return _address(number) + _text(boxed.ljust(40).decode("ascii"))


def _address(row: int) -> bytes:
    return bytes([HAMMING[1 | (row & 1) << 3], HAMMING[row >> 1]])


def _text(text: str) -> bytes:
    """With odd parity."""
    return bytes(c | (0x80 if c.bit_count() % 2 == 0 else 0) for c in text.encode("ascii"))


def _crc(section: bytes) -> bytes:
    """CRC-32 of MPEG-2 (ISO/IEC 13818-1 Annex A)."""
    crc = 0xFFFFFFFF
    for byte in section:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    return crc.to_bytes(4)
