"""Keeps the clock of a publisher in step with that of the server. Pure.

The clock of a camera is wrong by up to some seconds a day. Without a correction, what it sends would be later and
later, or ahead of the time of day. How late a frame arrives depends on the network too, but the frames with the
shortest way show the clock: the least lateness of a window, compared with that of the first window, is the drift. Times
are then moved by at most a thousandth, which is neither seen nor heard.
"""

from __future__ import annotations

WINDOW_MS = 20_000
MAX_SLOPE = 0.001


class Drift:
    def __init__(self) -> None:
        self._start: int | None = None  # of the window
        self._least: int | None = None
        self._first: int | None = None  # the least lateness of the first window
        self._target = 0
        self._moved = 0.0
        self._last = 0

    def correct(self, time_ms: int, arrived_ms: int) -> int:
        """The time on the server's clock of a frame with a time on that of the publisher, which arrived at
        `arrived_ms`."""
        lateness = arrived_ms - time_ms
        if self._start is None:
            self._start = arrived_ms
        if arrived_ms - self._start >= WINDOW_MS and self._least is not None:
            self._first = self._least if self._first is None else self._first
            self._target = self._least - self._first
            self._start, self._least = arrived_ms, None
        self._least = lateness if self._least is None else min(self._least, lateness)
        step = max(0, time_ms - self._last) * MAX_SLOPE
        self._last = max(self._last, time_ms)
        self._moved += max(-step, min(step, self._target - self._moved))
        return round(time_ms + self._moved)
