"""Puts the clocks of sound and pictures together. Pure.

Each track has an RTP clock with an offset of its own. A sender report (RFC 3550 §6.4.1) says which time of day a time
of the track is; with one of each track they can be compared. Until then, a frame has the time at which it arrives.
"""

from __future__ import annotations

RATES = {"video": 90_000, "audio": 48_000}
WRAP = 1 << 32
MASTER = "video"


class Sync:
    """Times are in seconds. `origin` of a report is the RTP time that the frames of the track are counted from."""

    def __init__(self) -> None:
        self._arrived: dict[str, float] = {}  # the arrival of time 0 of a track
        self._reported: dict[str, float] = {}  # the time of day of time 0 of a track
        self._last: dict[str, float] = {}

    def report(self, kind: str, time_of_day: float, rtp_time: int, origin: int) -> None:
        """A sender report of a track."""
        ticks = (rtp_time - origin + WRAP // 2) % WRAP - WRAP // 2
        self._reported.setdefault(kind, time_of_day - ticks / RATES[kind])

    def time(self, kind: str, ticks: int, arrival: float) -> float:
        """The time of a frame of a track, later than that of the frame before."""
        seconds = ticks / RATES[kind]
        start = self._arrived.setdefault(kind, arrival - seconds)
        if kind != MASTER and MASTER in self._arrived and len(self._reported) == len(RATES):
            start = self._arrived[MASTER] + self._reported[kind] - self._reported[MASTER]
        time = max(start + seconds, self._last.get(kind, float("-inf")) + 1 / RATES[kind])
        self._last[kind] = time
        return time
