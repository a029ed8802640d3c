"""Notices code that blocks the server's event loop, and names it in the log: the plugin, if it is one, and the line."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from otnet_server.logs import log

BEAT_S = 0.1
BLOCKED_S = 0.6


@contextmanager
def loop_watchdog(plugin_folders: Mapping[str, Path]) -> Iterator[None]:
    """Watch the running event loop. `plugin_folders` maps the name of a plugin to the folder or file of its code."""
    watchdog = _Watchdog(asyncio.get_running_loop(), threading.get_ident(), plugin_folders)
    try:
        yield
    finally:
        watchdog.stop()


class _Watchdog:
    def __init__(self, loop: asyncio.AbstractEventLoop, thread_id: int, plugin_folders: Mapping[str, Path]) -> None:
        self._loop, self._thread_id, self._plugin_folders = loop, thread_id, plugin_folders
        self._last_beat = time.monotonic()
        self._stopped = threading.Event()
        self._beat()
        self._thread = threading.Thread(target=self._watch, name="loop watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._timer.cancel()
        self._thread.join()

    def _beat(self) -> None:
        self._last_beat = time.monotonic()
        self._timer = self._loop.call_later(BEAT_S, self._beat)

    def _watch(self) -> None:
        reported_beat = 0.0
        while not self._stopped.wait(BEAT_S):
            beat = self._last_beat
            if time.monotonic() - beat > BLOCKED_S and beat != reported_beat:
                reported_beat = beat
                self._report()

    def _report(self) -> None:
        frame = sys._current_frames().get(self._thread_id)
        plugin, where = blocking_code(frame, self._plugin_folders)
        if plugin is not None:
            log.warning("a plugin blocks the server's event loop", plugin=plugin, where=where)
        else:
            log.warning("the server's event loop is blocked", where=where)


def blocking_code(frame: FrameType | None, plugin_folders: Mapping[str, Path]) -> tuple[str | None, str]:
    """(the plugin, file and line) of the innermost frame of a plugin; without one, (None, the innermost frame)."""
    innermost = f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame is not None else "unknown"
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        for name, folder in plugin_folders.items():
            if file == folder or folder in file.parents:
                return name, f"{file}:{frame.f_lineno}"
        frame = frame.f_back
    return None, innermost
