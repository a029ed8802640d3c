"""Stops asking a provider that does not answer, so that requests fail at once instead of waiting for it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

MAX_KEYS = 10_000


@dataclass
class _Failures:
    count: int = 0
    paused_until: float = 0.0


@dataclass
class CircuitBreaker:
    """After `failures` failures in a row of a key, `allows` is False for `pause_s` seconds; then one request may try
    again. Keys beyond `MAX_KEYS` are forgotten, those that failed the longest time ago first."""

    failures: int = 5
    pause_s: float = 10.0
    clock: Callable[[], float] = time.monotonic
    _keys: OrderedDict[Hashable, _Failures] = field(default_factory=OrderedDict)

    def allows(self, key: Hashable) -> bool:
        known = self._keys.get(key)
        if known is None or known.count < self.failures:
            return True
        if self.clock() < known.paused_until:
            return False
        known.paused_until = self.clock() + self.pause_s  # the others wait for the outcome of this one
        return True

    def succeeded(self, key: Hashable) -> None:
        self._keys.pop(key, None)

    def failed(self, key: Hashable) -> None:
        known = self._keys.setdefault(key, _Failures())
        known.count += 1
        known.paused_until = self.clock() + self.pause_s
        self._keys.move_to_end(key)
        if len(self._keys) > MAX_KEYS:
            self._keys.popitem(last=False)
