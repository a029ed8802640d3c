"""Throttling of sign-in attempts, and rate limits of requests. Counters are in memory and bounded.

The first FREE_ATTEMPTS failures have no delay; every further one doubles it, up to MAX_DELAY_S. Accounts and addresses
are counted separately, against guessing many accounts from one address and one account from many addresses.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE_ATTEMPTS = 5
MAX_DELAY_S = 900.0
FORGET_AFTER_S = 3600.0
MAX_ENTRIES = 20_000


@dataclass
class _Count:
    failures: int
    last: float


class Attempts:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: OrderedDict[str, _Count] = OrderedDict()

    def wait_s(self, *names: str) -> float:
        """Seconds until the next attempt is allowed; 0: now."""
        return max((self._delay_s(n) for n in names), default=0.0)

    def _delay_s(self, name: str) -> float:
        count = self._counts.get(name)
        if count is None or count.failures < FREE_ATTEMPTS:
            return 0.0
        return max(0.0, count.last + min(MAX_DELAY_S, 2.0 ** (count.failures - FREE_ATTEMPTS)) - self._clock())

    def failed(self, *names: str) -> None:
        now = self._clock()
        for name in names:
            count = self._counts.pop(name, None)
            before = count.failures if count is not None and now - count.last < FORGET_AFTER_S else 0
            self._counts[name] = _Count(before + 1, now)
        while len(self._counts) > MAX_ENTRIES:
            self._counts.popitem(last=False)

    def withdraw(self, *names: str) -> None:
        """Withdraw the last recorded failure of each name: the attempt was not evaluated."""
        for name in names:
            if (count := self._counts.get(name)) is not None:
                count.failures = max(0, count.failures - 1)

    def succeeded(self, account: str, *addresses: str) -> None:
        """Forget the failures of the account, also in the counts of its addresses. Failures of other accounts from
        those addresses remain, so that signing in to one's own account does not reset guesses at others."""
        forgiven = self._counts.pop(account, _Count(0, 0.0)).failures
        for address in addresses:
            if (count := self._counts.get(address)) is not None:
                count.failures = max(0, count.failures - forgiven)


class Rate:
    """Token buckets by caller: `limit` requests a minute, with bursts of the same size."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit, self._clock = limit, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str, count: int = 1) -> tuple[bool, int, int]:
        """Take `count` requests: (allowed, requests left, seconds until as many are allowed again)."""
        now = self._clock()
        tokens, filled_at = self._buckets.pop(caller, (float(self.limit), now))
        tokens = min(self.limit, tokens + (now - filled_at) * self.limit / 60)
        passes = tokens >= count
        tokens -= count if passes else 0
        self._buckets[caller] = (tokens, now)
        while len(self._buckets) > MAX_ENTRIES:
            self._buckets.popitem(last=False)
        retry_after_s = 0 if tokens >= count else -(-(count - tokens) * 60 // self.limit)
        return passes, int(tokens), int(retry_after_s)
