"""Writes CEA-608 captions: pairs of bytes, and SEI messages with them."""

from __future__ import annotations

from collections.abc import Iterable

Pair = tuple[int, int]
RCL, BS, DER, RU2, RU3, RDC, TR, EDM, CR, ENM, EOC = (
    (0x14, code) for code in (0x20, 0x21, 0x24, 0x25, 0x26, 0x29, 0x2A, 0x2C, 0x2D, 0x2E, 0x2F)
)
ROW_15, ROW_14, ROW_1 = (0x14, 0x70), (0x14, 0x50), (0x11, 0x50)


def parity(byte: int) -> int:
    """The seven bits with an odd parity bit."""
    return byte | 0x80 if byte.bit_count() % 2 == 0 else byte


def text(characters: str) -> list[Pair]:
    """Characters as pairs."""
    padded = characters.encode() + b"\0" * (len(characters) % 2)
    return list(zip(padded[::2], padded[1::2], strict=True))


def doubled(*codes: Pair) -> list[Pair]:
    """Control codes as they are sent: twice."""
    return [code for code in codes for _ in (1, 2)]


def user_data(pairs: Iterable[Pair], field: int = 1) -> bytes:
    """The SEI unit of H.264 with pairs of one field, without a start code."""
    triples = b"".join(bytes([0xFB + field, parity(a), parity(b)]) for a, b in pairs)
    payload = b"\xb5\x00\x31GA94\x03" + bytes([0x40 | len(triples) // 3, 0xFF]) + triples + b"\xff"
    return bytes([6, 4, len(payload)]) + payload + b"\x80"
