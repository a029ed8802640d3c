"""Reads a source into a live stream, and connects again when the source is lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from otnet_server.errors import OtnetError, PublishEnded
from otnet_server.logs import log
from otnet_server.protocols import LiveInput

RETRY_S = 0.5

# One connection to the source.
Read = Callable[[], AsyncGenerator[bytes, None]]


class Fetching:
    """A stream that is fetched until the source has sent nothing for `patience_s`, or it is closed."""

    def __init__(self, input: LiveInput, read: Read, source: str, patience_s: float) -> None:
        self._input, self._read, self._source, self._patience_s = input, read, source, patience_s
        self._task = asyncio.ensure_future(self._run())

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def wait(self) -> None:
        """Wait for the end."""
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        last, why = time.monotonic(), ""
        try:
            while time.monotonic() - last < self._patience_s:
                try:
                    async with aclosing(self._read()) as reading:
                        async for data in reading:
                            await self._input.write(data)
                            last = time.monotonic()
                except PublishEnded as e:
                    why = e.message
                    return
                except OtnetError as e:
                    why = e.message
                await asyncio.sleep(RETRY_S)
        finally:
            log.info("a live stream is no longer fetched", source=self._source, why=why)
            await self._input.close()
