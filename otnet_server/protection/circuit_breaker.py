"""Stops asking a provider that does not answer, so that requests fail at once instead of waiting for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field


@dataclass
class CircuitBreaker:
    """After `failures` failures in a row, `allows` is False for `pause_s` seconds; then one request may try again."""

    failures: int = 5
    pause_s: float = 10.0
    clock: Callable[[], float] = time.monotonic
    _counts: dict[Hashable, int] = field(default_factory=dict)
    _closed_until: dict[Hashable, float] = field(default_factory=dict)

    def allows(self, key: Hashable) -> bool:
        until = self._closed_until.get(key)
        if until is None:
            return True
        if self.clock() < until:
            return False
        self._closed_until[key] = self.clock() + self.pause_s  # the others wait for the outcome of this one
        return True

    def succeeded(self, key: Hashable) -> None:
        self._counts.pop(key, None)
        self._closed_until.pop(key, None)

    def failed(self, key: Hashable) -> None:
        self._counts[key] = self._counts.get(key, 0) + 1
        if self._counts[key] >= self.failures:
            self._closed_until[key] = self.clock() + self.pause_s
