"""Slowing down: sign-in attempts, and requests. Counters live in memory and are bounded.

A wrong password costs nothing the first few times; then each one doubles the wait. Account and address
are counted apart, so that neither guessing many accounts from one place nor one account from many works.
Pure but for the clock that is handed in.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE, LONGEST_S, FORGET_S, KEPT = 5, 900.0, 3600.0, 20_000


@dataclass
class _Count:
    failures: int
    last: float


class Attempts:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: OrderedDict[str, _Count] = OrderedDict()

    def wait_s(self, *names: str) -> float:
        """Seconds until the next attempt is heard; 0: now."""
        return max((self._wait(n) for n in names), default=0.0)

    def _wait(self, name: str) -> float:
        count = self._counts.get(name)
        if count is None or count.failures < FREE:
            return 0.0
        return max(0.0, count.last + min(LONGEST_S, 2.0 ** (count.failures - FREE)) - self._clock())

    def failed(self, *names: str) -> None:
        now = self._clock()
        for name in names:
            count = self._counts.pop(name, None)
            before = count.failures if count is not None and now - count.last < FORGET_S else 0
            self._counts[name] = _Count(before + 1, now)
        while len(self._counts) > KEPT:
            self._counts.popitem(last=False)

    def heard(self, *names: str) -> None:
        """The last of these failures was none: neither right nor wrong."""
        for name in names:
            if (count := self._counts.get(name)) is not None:
                count.failures = max(0, count.failures - 1)

    def succeeded(self, account: str, *places: str) -> None:
        """Forgive the account's failures, also where they were counted by address: those of other accounts stay, so
        that a right password of one's own does not cover guesses at others."""
        own = self._counts.pop(account, _Count(0, 0.0)).failures
        for place in places:
            if (count := self._counts.get(place)) is not None:
                count.failures = max(0, count.failures - own)


class Rate:
    """Token buckets: `limit` requests a minute, at most that many at once."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit, self._clock = limit, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> tuple[bool, int, int]:
        """(may pass, requests left, seconds until one more)."""
        now = self._clock()
        left, at = self._buckets.pop(caller, (float(self.limit), now))
        left = min(self.limit, left + (now - at) * self.limit / 60)
        passes = left >= 1
        left -= passes
        self._buckets[caller] = (left, now)
        while len(self._buckets) > KEPT:
            self._buckets.popitem(last=False)
        wait = 0 if left >= 1 else -(-(1 - left) * 60 // self.limit)
        return passes, int(left), int(wait)
