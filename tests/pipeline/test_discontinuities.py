"""Restarts and jumps of the clock in transport and program streams."""

from __future__ import annotations

import pytest

from otnet_server.media.discontinuities import WRAP, running_duration

PACKETS_PER_PICTURE = 20


def pes_header(ticks: int, stream: int = 0xE0) -> bytes:
    """A PES header with a presentation time (ISO/IEC 13818-1 §2.4.3.7)."""
    ticks %= WRAP
    field = bytes(
        [0x21 | ticks >> 30 << 1, ticks >> 22 & 0xFF, ticks >> 14 & 0xFE | 1, ticks >> 7 & 0xFF, ticks << 1 & 0xFE | 1]
    )
    return b"\x00\x00\x01" + bytes([stream]) + b"\x00\x00\x80\x80\x05" + field


def transport(times_s: list[float], pid: int = 0x100) -> bytes:
    """A transport stream with a picture at each of these times."""
    out = []
    for time in times_s:
        for n in range(PACKETS_PER_PICTURE):
            payload = pes_header(round(time * 90_000)) if n == 0 else b""
            head = bytes([0x47, (0x40 if n == 0 else 0) | pid >> 8, pid & 0xFF, 0x10])
            out.append(head + payload + b"\xff" * (184 - len(payload)))
    return b"".join(out)


def program(times_s: list[float]) -> bytes:
    return b"".join(b"\x00\x00\x01\xba" + bytes(10) + pes_header(round(t * 90_000)) + b"\x55" * 3000 for t in times_s)


def duration(data: bytes, demuxer: str = "mpegts") -> float | None:
    return running_duration(demuxer, len(data), lambda at, count: data[at : at + count])


def seconds(start: float, length: float) -> list[float]:
    return [start + n / 25 for n in range(round(length * 25))]


@pytest.mark.parametrize(
    "times",
    [
        seconds(1.4, 60),
        seconds(WRAP / 90_000 - 30, 60),
        [t for n in range(0, 1500, 3) for t in (1.4 + (n + 2) / 25, 1.4 + n / 25, 1.4 + (n + 1) / 25)],
        seconds(1.4, 1),
        [],
    ],
    ids=["usual", "the clock wraps", "reordered pictures", "short", "no times"],
)
def test_times_that_go_on_are_continuous(times: list[float]) -> None:
    assert duration(transport(times)) is None


@pytest.mark.parametrize(
    ("times", "length"),
    [
        (seconds(1.4, 60) + seconds(1.4, 60), 120),
        (seconds(1.4, 100) + seconds(1.4, 3), 103),
        (seconds(1.4, 60) + seconds(661.4, 60), 120),
        (seconds(1.4, 30) + seconds(46.4, 60), 90),
        (seconds(5000, 60) + seconds(40, 60) + seconds(900, 60), 180),
        (seconds(1.4, 10) + seconds(1.4, 10), 20),
    ],
    ids=["joined", "a short second part", "a jump of ten minutes", "a jump of 15 s", "three parts", "short parts"],
)
@pytest.mark.parametrize("stream", ["transport", "program"])
def test_restarts_and_jumps_are_found(times: list[float], length: float, stream: str) -> None:
    data = transport(times) if stream == "transport" else program(times)
    running = duration(data, "mpegts" if stream == "transport" else "mpeg")
    assert running is not None and running == pytest.approx(length, rel=0.1, abs=3)


def test_clocks_of_other_programmes_do_not_count() -> None:
    packets = zip(
        (transport([t], 0x100) for t in seconds(1.4, 60)),
        (transport([t], 0x200) for t in seconds(9000, 60)),
        strict=True,
    )
    assert duration(b"".join(a + b for a, b in packets)) is None


def test_other_formats_are_not_examined() -> None:
    assert duration(transport(seconds(1.4, 60) + seconds(1.4, 60)), "matroska") is None
