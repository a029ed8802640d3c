"""Requests first: work that nobody waits for stands back for a moment while somebody is being answered.

The server looks through libraries and works off its backlog in the process that answers requests. What is answered in
a few milliseconds takes many times as long when each of its steps queues behind such work. So that work asks before
each small piece (the database does it, before it gives a connection) whether somebody is inside, and waits until they
are gone: never longer than `LONGEST_S`, so that no crowd of visitors can stop it. Who stays longer than `PATIENCE_S`
(an upload) is waited for no more. What is awaited itself (`AWAITED`: a request, a file just dropped) never stands back.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LONGEST_S = 0.25
APART_S = 0.002
PATIENCE_S = 0.25
AWAITED = ContextVar("awaited", default=False)


class Courtesy:
    def __init__(self) -> None:
        self._inside: set[object] = set()
        self._free = threading.Event()
        self._free.set()
        self._waiting: deque[asyncio.Future[None]] = deque()

    @contextmanager
    def request(self) -> Iterator[None]:
        """Somebody is being answered. In the event loop's thread."""
        visitor = object()
        self._inside.add(visitor)
        self._free.clear()
        patience = asyncio.get_running_loop().call_later(PATIENCE_S, self._leave, visitor)
        try:
            yield
        finally:
            patience.cancel()
            self._leave(visitor)

    def _leave(self, visitor: object) -> None:
        self._inside.discard(visitor)
        if not self._inside:
            self._free.set()
            self._next()

    def _next(self) -> None:
        """Let the first of those who wait go on, and the others one after the other, while nobody comes in."""
        while self._waiting and not self._inside:
            first = self._waiting.popleft()
            if not first.done():
                first.set_result(None)
                asyncio.get_running_loop().call_later(APART_S, self._next)
                return

    async def turn(self) -> None:
        """Return when nobody is inside, or at once for what is awaited itself."""
        if self._inside and not AWAITED.get():
            gone = asyncio.get_running_loop().create_future()
            self._waiting.append(gone)
            await asyncio.wait([gone], timeout=LONGEST_S)
            gone.cancel()

    def turn_in_thread(self) -> None:
        """The same for a thread that computes."""
        self._free.wait(LONGEST_S)
