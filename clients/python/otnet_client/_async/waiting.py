"""Waiting for a state by polling."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from otnet_client.errors import WaitTimeout

FIRST_PAUSE_S = 0.25
MAX_PAUSE_S = 5.0


class Wait:
    """Pauses between polls: 0.25 seconds, then longer ones, up to 5 seconds."""

    def __init__(self, timeout: float, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._end, self._timeout, self._sleep, self._pause = time.monotonic() + timeout, timeout, sleep, FIRST_PAUSE_S

    async def pause(self, what: str) -> None:
        """Raises WaitTimeout with `what` when the time is over."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise WaitTimeout(f"{what} within {self._timeout:g} seconds.")
        await self._sleep(min(self._pause, left))
        self._pause = min(self._pause * 1.5, MAX_PAUSE_S)
