"""The clock of a connection: maps the times of a source to times that neither jump nor restart. Pure.

The times of a source may jump, for one frame or for good: a camera whose clock is set, a frame stamped hours away, the
wrap of a counter. A jump would make an encoder repeat a picture for hours. The clock goes on instead: a frame whose
time is more than `MAX_STEP_MS` from what it should be takes the place after the frame before, and the difference
applies to the frames that follow, unless they fit a difference that applied before. A pause of the source is no jump:
its times go on as much as the time of day.
"""

from __future__ import annotations

MAX_STEP_MS = 3000
STEP_MS = 20  # the time from a frame to one that jumps
KEPT_CLOCKS = 4


class Clock:
    """Its times begin with 0. `ticks_per_ms` is the unit of the times, except `now_ms`, the time of day."""

    def __init__(self, ticks_per_ms: int = 1) -> None:
        self._unit = ticks_per_ms
        self.last = self.now_ms = self._last_at_ms = 0
        self._differences: list[int] = []  # the one that applies now first

    @property
    def difference(self) -> int:
        """The source's time less that of this clock, now."""
        return self._differences[0] if self._differences else 0

    def time(self, stamp: int) -> int:
        elapsed, self._last_at_ms = self.now_ms - self._last_at_ms, self.now_ms
        for difference in self._differences:
            step = stamp - difference - self.last
            if -MAX_STEP_MS * self._unit <= step <= (MAX_STEP_MS + elapsed) * self._unit:
                break
        else:
            difference = stamp - (self.last + STEP_MS * self._unit if self._differences else 0)
        self._differences = [difference, *(d for d in self._differences if d != difference)][:KEPT_CLOCKS]
        time = max(0, stamp - difference)
        self.last = max(self.last, time)
        return time
