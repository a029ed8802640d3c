"""Finds restarts and jumps of the clock in MPEG transport and program streams (ISO/IEC 13818-1).

Recordings that were joined with `cat`, and recorders that lost the signal, leave streams whose times go back or jump.
The presentation times in PES headers (§2.4.3.7) of one stream are read at places spread over the file; where they
advance much more than elsewhere, the places in between are read too. One stream, because each programme of a transport
stream has a clock of its own.

Pure; `read(at, count)` returns bytes of the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from statistics import median

Read = Callable[[int, int], bytes]
CLOCK_HZ = 90_000
WRAP = 1 << 33
WINDOW_BYTES = 96 << 10
MAX_PLACES = 192
WHOLE_BYTES = 4 << 20  # smaller files are read as a whole
MAX_READS = 2000  # of one file, whatever its times are
MIN_DISTANCE_BYTES = 192 << 10
BACKWARD_S = 1.5  # of streams that are multiplexed with different delays
JUMP_S = 10.0  # as ffmpeg's dts_delta_threshold
DEMUXERS = ("mpegts", "mpeg")
PACKET_STRIDES = (188, 192, 204)
_PES_HEADER = re.compile(rb"\x00\x00\x01[\xbd\xc0-\xef]..[\x80-\xbf][\x80-\xff]", re.DOTALL)

Place = tuple[int, float]  # (position in bytes, seconds)
Times = Callable[[int], list[float]]  # the times of one stream in the window at a position


def running_duration(demuxer: str, size: int, read: Read) -> float | None:
    """The duration in seconds on a running clock when the times in the file restart or jump, else None."""
    if demuxer not in DEMUXERS:
        return None
    if size <= WHOLE_BYTES:
        return _running_duration_of_all(pes_times(demuxer, read(0, size)))
    distance = max(size // MAX_PLACES, MIN_DISTANCE_BYTES)
    positions = [*range(0, size, distance), max(0, size - WINDOW_BYTES)]

    def window(at: int) -> list[tuple[int, float]]:
        return pes_times(demuxer, read(at, min(WINDOW_BYTES, size - at)))

    counted = Counter(stream for at in positions[:: max(1, len(positions) // 8)] for stream, _ in window(at))
    if not counted:
        return None
    reference = counted.most_common(1)[0][0]

    reads = iter(range(MAX_READS))

    def times(at: int) -> list[float]:
        if next(reads, None) is None:
            return []
        return [time for stream, time in window(at) if stream == reference]

    return _running_duration(positions, times)


def _running_duration_of_all(headers: list[tuple[int, float]]) -> float | None:
    counted = Counter(stream for stream, _ in headers)
    if not counted:
        return None
    reference = counted.most_common(1)[0][0]
    times = [(0, time) for stream, time in headers if stream == reference]
    steps = [_forward(a, b) for a, b in pairwise(times)]
    if all(-BACKWARD_S <= step <= JUMP_S for step in steps):
        return None
    return sum(step for step in steps if -BACKWARD_S <= step <= JUMP_S)


def _running_duration(positions: list[int], times: Times) -> float | None:
    windows = [(at, in_window) for at in positions if (in_window := times(at))]
    places = [(at, in_window[0]) for at, in_window in windows]
    if len(places) < 2:
        return None
    usual_s = median(max(0.0, _forward(a, b)) for a, b in pairwise(places))
    places = _refined(places, times, usual_s)
    steps = [_forward(a, b) for a, b in pairwise(places)]
    jumps = any(
        not -BACKWARD_S <= _forward((at, a), (at, b)) <= JUMP_S for at, window in windows for a, b in pairwise(window)
    )
    if not jumps and all(-BACKWARD_S <= step <= max(JUMP_S, 3 * usual_s) for step in steps):
        return None
    regular = [step for step in steps if 0 <= step <= max(JUMP_S, 3 * usual_s)]
    return sum(regular) + usual_s * (len(steps) - len(regular))


def _refined(places: list[Place], times: Times, usual_s: float) -> list[Place]:
    """The places, with more of them between two whose times are further apart than usual."""
    refined = places[:1]
    for after in places[1:]:
        before = refined[-1]
        while _forward(before, after) > max(JUMP_S, 2.5 * usual_s) and after[0] - before[0] > 2 * WINDOW_BYTES:
            low, high = before, after  # bisect to the jump
            while high[0] - low[0] > 2 * WINDOW_BYTES:
                at = (low[0] + high[0]) // 2
                if not (in_window := times(at)):
                    break
                middle = (at, in_window[0])
                low, high = (middle, high) if _forward(low, middle) <= _forward(middle, high) else (low, middle)
            if low is before:
                break
            refined.append(low)
            before = low
            if _forward(low, high) > JUMP_S:
                break
        refined.append(after)
    return refined


def _forward(before: Place, after: Place) -> float:
    """Seconds from one place to another; the clock wraps every 26.5 hours."""
    ticks = round((after[1] - before[1]) * CLOCK_HZ) % WRAP
    return (ticks - WRAP if ticks > WRAP // 2 else ticks) / CLOCK_HZ


def pes_times(demuxer: str, data: bytes) -> list[tuple[int, float]]:
    """(stream, presentation time in seconds) of the PES headers in a part of a stream, in the order of the bytes."""
    if demuxer == "mpegts":
        return [(pid, time) for pid, at in _payload_starts(data) if (time := _pes_time(data, at)) is not None]
    starts = (match.start() for match in _PES_HEADER.finditer(data))
    return [(data[at + 3], time) for at in starts if (time := _pes_time(data, at)) is not None]


def _payload_starts(data: bytes) -> Iterator[tuple[int, int]]:
    """(PID, position of the payload) of the transport packets that begin a PES packet (§2.4.3.2)."""
    for stride in PACKET_STRIDES:
        first = next((at for at in range(stride) if data[at : at + 5 * stride : stride] == b"G" * 5), None)
        if first is None:
            continue
        for at in range(first, len(data) - 188, stride):
            if data[at] != 0x47 or not data[at + 1] & 0x40 or not data[at + 3] & 0x10:
                continue
            adaptation = 1 + data[at + 4] if data[at + 3] & 0x20 else 0
            yield (data[at + 1] & 0x1F) << 8 | data[at + 2], at + 4 + adaptation
        return


def _pes_time(data: bytes, at: int) -> float | None:
    """The presentation time of the PES header at a position, in seconds."""
    if not _PES_HEADER.match(data, at):
        return None
    field = data[at + 9 : at + 14]
    # Marker bits tell a header from other bytes that look like one.
    if len(field) < 5 or field[0] & 0xE1 not in (0x21, 0x31) or not field[2] & 1 or not field[4] & 1:
        return None
    ticks = (field[0] >> 1 & 7) << 30 | field[1] << 22 | (field[2] >> 1) << 15 | field[3] << 7 | field[4] >> 1
    return ticks / CLOCK_HZ
