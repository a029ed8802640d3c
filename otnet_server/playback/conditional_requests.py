"""Ranges and conditions of requests for objects. Pure."""

from __future__ import annotations


def byte_range(value: bytes, size: int) -> tuple[int, int] | None:
    """`(start, end)` of a single range (RFC 9110 §14.2), `end` exclusive; None to ignore the header, (0, 0) for 416."""
    unit, _, spec = value.partition(b"=")
    first, dash_, last = spec.strip().partition(b"-")
    if unit.strip().lower() != b"bytes" or not dash_ or not (first + last).isdigit() or len(spec) > 40:
        return None
    if not first:
        length = int(last)
        return (max(0, size - length), size) if length > 0 and size else (0, 0)
    start = int(first)
    end = min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return None
    return (start, end) if start < size else (0, 0)


def matches(header: bytes, etag: bytes) -> bool:
    """Whether If-None-Match names the ETag (RFC 9110 §13.1.2, weak comparison)."""
    tags = [t.strip().removeprefix(b"W/") for t in header.split(b",")]
    return b"*" in tags or etag.removeprefix(b"W/") in tags
