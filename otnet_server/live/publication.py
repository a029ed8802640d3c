"""A connected encoder: on air, or held as long as another one is.

Keys are primary or backup. While an encoder of one role is on air, one of the other role may connect too: what it sends
is discarded. A backup goes on air when the primary has left or has sent nothing for a while, and the primary again when
it has sent for a while without a pause. Viewers see one stream.
"""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

from otnet_server.errors import PublishEnded
from otnet_server.live.mid_stream import MidStream
from otnet_server.live.stream_keys import StreamKey
from otnet_server.logs import log
from otnet_server.protocols import IngestContainer, LiveInput

PAUSE_S = 1.0  # a source without data for longer is not steady
CONSIDER_S = 0.25  # how often a held encoder asks whether it goes on air


class Service(Protocol):
    """What a publication needs of the ingest service."""

    async def consider(self, publication: Publication) -> None:
        """Put a held publication on air, if it is its turn."""
        ...

    async def ended(self, publication: Publication) -> None: ...


class Publication:
    """A LiveInput that the server can end. It is on air while it has an input."""

    def __init__(self, service: Service, key: StreamKey, container: IngestContainer, protocol: str) -> None:
        self._service, self.key, self.container, self.protocol = service, key, container, protocol
        self._input: LiveInput | None = None
        self._entry = MidStream(container) if container == "flv" else None  # an FLV is followed from its beginning
        self._whole = True  # whether it was on air from its beginning
        self._began = self._last = self._steady_since = self._considered = time.monotonic()
        self._reason: tuple[str, str] | None = None
        self._closing: asyncio.Task[None] | None = None

    @property
    def is_closing(self) -> bool:
        return self._closing is not None

    @property
    def on_air(self) -> bool:
        return self._input is not None

    @property
    def silent_s(self) -> float:
        return time.monotonic() - self._last

    @property
    def steady_s(self) -> float:
        """For how long it has sent without a pause."""
        return self._last - self._steady_since if self.silent_s < PAUSE_S else 0.0

    def put_on_air(self, input: LiveInput) -> None:
        self._input = input

    async def hold(self) -> None:
        """Take it off air, but keep it connected."""
        self._entry, self._whole = self._entry or MidStream(self.container), False
        self._last = float("-inf")  # it is steady from its next data on
        input, self._input = self._input, None
        if input is not None:
            await input.close()

    async def write(self, data: bytes) -> None:
        self._check()
        now = time.monotonic()
        if now - self._last > PAUSE_S:
            self._steady_since = now
        self._last = now
        if self._input is None and now - self._considered > CONSIDER_S:
            self._considered = now
            await self._service.consider(self)
        data = self._usable(data, now - self._began)
        if self._input is not None and data:
            await self._input.write(data)
        self._check()

    def _usable(self, data: bytes, now_s: float) -> bytes:
        """What goes on air."""
        if self._entry is None:
            return data
        try:
            if self._input is not None and not self._whole:
                return self._entry.enter(data, now_s)
            self._entry.skip(data, now_s)
        except ValueError as e:
            if not self._whole:
                raise PublishEnded("unreadable", f"The stream can't be read: {e}.", "Check the encoder.") from e
            self._entry = None
        return data

    def _check(self) -> None:
        if self._reason is not None:
            raise PublishEnded(*self._reason)
        if self._closing is not None:
            raise PublishEnded("stream_closed", "The stream has ended.")

    async def end(self, code: str, message: str) -> None:
        """End the stream from the server's side: the encoder gets the message at its next write."""
        self._reason = self._reason or (code, message)
        await self.close()

    async def close(self) -> None:
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        try:
            if self._input is not None:
                await self._input.close()
        except Exception:
            log.exception("a live stream failed to end", channel=self.key.channel)
        await self._service.ended(self)
