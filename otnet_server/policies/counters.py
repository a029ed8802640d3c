"""Requests of addresses and sessions in sliding windows, in the memory of this process.

For each window, the requests of the current and of the previous interval of its length are counted; the previous one
counts for as much of it as is still inside the window. So an entry takes the same memory for any number of requests,
and old requests expire by themselves. Beyond `MAX_ENTRIES`, those that were not used for the longest time are dropped.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection

MAX_ENTRIES = 50_000


class Counters:
    def __init__(self, max_entries: int = MAX_ENTRIES) -> None:
        self._max_entries = max_entries
        self._entries: OrderedDict[tuple[str, str, int], tuple[int, int, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def count(self, organization: str, client: str, windows: Collection[int], at: float) -> dict[int, int]:
        """Count a request of `client` at a time in seconds; returns the requests in each window, with this one."""
        counts = {}
        for window in windows:
            key = organization, client, window
            interval = int(at // window)
            last, current, previous = self._entries.pop(key, (interval, 0, 0))
            if last != interval:
                current, previous = 0, current if last == interval - 1 else 0
            self._entries[key] = interval, current + 1, previous
            inside = 1 - (at % window) / window
            counts[window] = current + 1 + int(previous * inside)
        while len(self._entries) > self._max_entries:
            self._entries.popitem(last=False)
        return counts
