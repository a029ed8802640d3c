"""Gives requests priority over background work in the same process.

The server scans libraries and encodes its backlog in the process that handles requests. A request of a few milliseconds
would take many times as long if each of its steps queued behind such work. Background work therefore yields before each
small step while a request is in progress (the database does so before it returns a connection), but for at most
`MAX_WAIT_S`, so that traffic can't stop it. Requests that take longer than `LONG_REQUEST_S`, such as uploads, are not
waited for. Foreground tasks (`FOREGROUND`: requests, files that were just added) never yield.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

MAX_WAIT_S = 0.25
RESUME_INTERVAL_S = 0.002
LONG_REQUEST_S = 0.25
FOREGROUND = ContextVar("foreground", default=False)


class RequestPriority:
    def __init__(self) -> None:
        self._requests: set[object] = set()
        self._no_request = threading.Event()
        self._no_request.set()
        self._waiting: deque[asyncio.Future[None]] = deque()

    @contextmanager
    def foreground(self) -> Iterator[None]:
        """Mark a request as in progress. Must be called in the thread of the event loop."""
        request = object()
        self._requests.add(request)
        self._no_request.clear()
        too_long = asyncio.get_running_loop().call_later(LONG_REQUEST_S, self._end, request)
        try:
            yield
        finally:
            too_long.cancel()
            self._end(request)

    def _end(self, request: object) -> None:
        self._requests.discard(request)
        if not self._requests:
            self._no_request.set()
            self._resume()

    def _resume(self) -> None:
        """Resume the first waiting task, and the others one after the other while no request arrives."""
        while self._waiting and not self._requests:
            first = self._waiting.popleft()
            if not first.done():
                first.set_result(None)
                asyncio.get_running_loop().call_later(RESUME_INTERVAL_S, self._resume)
                return

    async def yield_to_requests(self) -> None:
        """Return when no request is in progress; at once in a foreground task."""
        if self._requests and not FOREGROUND.get():
            resumed = asyncio.get_running_loop().create_future()
            self._waiting.append(resumed)
            await asyncio.wait([resumed], timeout=MAX_WAIT_S)
            resumed.cancel()

    def yield_to_requests_in_thread(self) -> None:
        """Like `yield_to_requests`, for a worker thread."""
        self._no_request.wait(MAX_WAIT_S)
