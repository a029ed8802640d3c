"""Runs the event handler of a plugin where it can't hold up requests: in an event loop in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

from otnet_server.logs import log

BEAT_S = 0.1
BLOCKED_S = 0.5
CANCEL_S = 2.0


class PluginThread:
    """The thread starts with the first call. `name` is the name of the plugin."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._loop: asyncio.AbstractEventLoop | None = None
        self._last_beat = 0.0

    async def call(self, work: Callable[[], Coroutine[Any, Any, None]], what: str) -> None:
        """Run `work` in the thread and wait for it. When it blocks its loop, the log names the plugin and `what`."""
        running = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(), self._started()))
        reported = False
        while not (await asyncio.wait([running], timeout=BLOCKED_S / 2))[0]:
            blocked_s = time.monotonic() - self._last_beat
            if blocked_s > BLOCKED_S and not reported:
                reported = True
                log.warning("a plugin blocks its event loop", plugin=self._name, handling=what)
        running.result()

    def close(self) -> None:
        """Stop the loop and cancel what runs in it, without waiting for a handler that blocks it."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._loop = None

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            loop = self._loop = asyncio.new_event_loop()
            self._last_beat = time.monotonic()
            threading.Thread(target=self._run, args=[loop], name=f"plugin {self._name}", daemon=True).start()
        return self._loop

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        loop.call_soon(self._beat, loop)
        loop.run_forever()
        # What was still to run, also what was scheduled and has not begun, is cancelled, so that its callers go on.
        loop.call_soon(loop.stop)
        loop.run_forever()
        while left := asyncio.all_tasks(loop):
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.wait(left, timeout=CANCEL_S))
            if any(not task.done() for task in left):
                log.warning("a plugin did not end its work", plugin=self._name)
                break
        loop.close()

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        self._last_beat = time.monotonic()
        loop.call_later(BEAT_S, self._beat, loop)
