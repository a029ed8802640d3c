"""A connection of a publisher: from container bytes to the frames of an encoder.

The first bytes are kept until they say what the publisher sends; then the encoder starts. FLV and MPEG-TS
are read, so that their times never jump and the encoder can start again when the publisher changes what it sends;
Matroska is passed on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from otnet_server.errors import PublishEnded
from otnet_server.live import flv, mpegts
from otnet_server.live.encoder import Encoder
from otnet_server.live.source import LiveSource
from otnet_server.logs import log

MAX_HEAD_BYTES = 16 << 20
PROBE_S = 1.0  # how long to look at first
COMPLETE_PROBE_S = 2.5  # how long to wait for pictures and sound
MAX_PROBE_S = 8.0
PICTURES = 8  # of an FLV, which are enough to know it
DRAIN_S = 5.0
MAX_RESTARTS = 3
RESTART_S = 30.0


class Stream(Protocol):
    """What a connection needs of its stream: `LiveStream`."""

    def begin(self, at: float, *, pictures: bool, sound: bool) -> None: ...

    def disconnect(self) -> None: ...


Probe = Callable[[bytes, str], Awaitable[LiveSource | None]]
# The stream of a source that began at a monotonic time, and a new encoder for it.
FindStream = Callable[[LiveSource, float], Awaitable[Stream]]
MakeEncoder = Callable[[Stream, str, LiveSource], Encoder]


class Connection:
    """A `LiveInput`."""

    def __init__(self, container: str, probe: Probe, find_stream: FindStream, make_encoder: MakeEncoder) -> None:
        self._container = container
        self._probe, self._find_stream, self._make_encoder = probe, find_stream, make_encoder
        self._flv = flv.FlvReader() if container == "flv" else None
        self._flv_head = flv.FlvHead()
        self._ts = mpegts.TsReader() if container == "mpegts" else None
        self._kinds: dict[int, int] = {}  # tags of each kind
        self._head = bytearray()
        self._first: float | None = None
        self._probed = 0.0
        self._encoder: Encoder | None = None
        self._source: LiveSource | None = None
        self._stream: Stream | None = None
        self._restarts: list[float] = []
        self._ended: PublishEnded | None = None
        self._closed = False
        self._lock = asyncio.Lock()

    async def write(self, data: bytes) -> None:
        """Container bytes in order. Raises PublishEnded."""
        async with self._lock:
            if self._ended is not None:
                raise self._ended
            if self._closed or not data:
                return
            try:
                await self._write(data)
            except PublishEnded as e:
                await self._end(e)
                raise

    async def close(self) -> None:
        """The publisher has left: encode what has come."""
        async with self._lock:
            if not self._closed and self._ended is None and self._encoder is None and self._head:
                try:
                    await self._try_to_start(last=True)
                except PublishEnded as e:
                    self._ended = e
            await self._finish(DRAIN_S)

    async def end(self, error: PublishEnded) -> None:
        """End the connection from the server's side."""
        self._ended = self._ended or error
        async with self._lock:
            await self._finish(1.0)

    async def _end(self, error: PublishEnded) -> None:
        self._ended = error
        await self._finish(1.0)

    async def _finish(self, timeout_s: float) -> None:
        if self._closed:
            return
        self._closed = True
        self._head.clear()
        if self._encoder is not None:
            await self._encoder.finish(timeout_s)
            self._log_problem(self._encoder)
        if self._stream is not None:
            self._stream.disconnect()

    async def _write(self, data: bytes) -> None:
        now = time.monotonic()
        if self._first is None:
            self._first = now
        elapsed_s = now - self._first
        try:
            tags = self._flv.feed(data, elapsed_s) if self._flv is not None else []
            parts = self._ts.feed(data, elapsed_s) if self._ts is not None else []
        except ValueError as e:
            raise PublishEnded("unreadable", f"The stream can't be read: {e}.", "Check the encoder's settings.") from e
        if self._flv is None and self._ts is None:
            await self._pass_on(data)
        await self._write_tags(tags)
        await self._write_parts(parts)

    async def _write_parts(self, parts: list[mpegts.Part]) -> None:
        for part in parts:
            if self._encoder is not None and part.restart:
                await self._restart("the publisher changed its streams")
            await self._pass_on(part.data)

    async def _write_tags(self, tags: list[flv.Tag]) -> None:
        for tag in tags:
            self._kinds[tag.kind] = self._kinds.get(tag.kind, 0) + 1
            new_kind = self._source is not None and not tag.setup and self._is_new(tag.kind)
            changed = self._flv_head.add(tag)
            if self._encoder is not None and (changed or new_kind):
                await self._restart("the publisher changed its settings", tag)
            await self._pass_on(tag.encode())

    def _is_new(self, kind: int) -> bool:
        assert self._source is not None
        return (kind == flv.VIDEO and not self._source.pictures) or (kind == flv.AUDIO and not self._source.sound)

    async def _pass_on(self, data: bytes) -> None:
        if self._encoder is None:
            if not self._head and self._flv is not None:
                self._head += self._flv_head.encode()
            elif not self._head and self._ts is not None:
                self._head += self._ts.tables()
            self._head += data
            await self._try_to_start()
            return
        try:
            await self._encoder.write(data)
        except BrokenPipeError:
            await self._restart("the encoder has ended")

    async def _try_to_start(self, *, last: bool = False) -> None:
        """Start the encoder if it is known what comes."""
        assert self._first is not None
        waited_s = time.monotonic() - self._first
        enough = self._kinds.get(flv.VIDEO, 0) >= PICTURES and self._kinds.get(flv.AUDIO, 0) > 1
        if not last and not (enough and self._probed == 0) and waited_s < max(PROBE_S, self._probed + PROBE_S / 2):
            return
        self._probed = waited_s or 1e-6
        source = await self._probe(bytes(self._head), self._container)
        complete = source is not None and source.pictures and source.sound
        if (
            source is not None
            and (source.pictures or source.sound)
            and (complete or last or waited_s > COMPLETE_PROBE_S)
        ):
            await self._start(source)
        elif last or waited_s > MAX_PROBE_S or len(self._head) > MAX_HEAD_BYTES:
            raise PublishEnded("unreadable", "The stream has no pictures or sound that OTNet can read.",
                               "Send H.264 and AAC.")  # fmt: skip

    async def _start(self, source: LiveSource) -> None:
        assert self._first is not None
        self._source = source
        self._stream = self._stream or await self._find_stream(source, self._first)
        self._stream.begin(self._first, pictures=source.pictures, sound=source.sound)
        encoder = self._make_encoder(self._stream, self._container, source)
        await encoder.start()
        self._encoder = encoder
        head = bytes(self._head)
        self._head.clear()
        await self._pass_on(head)

    async def _restart(self, why: str, tag: flv.Tag | None = None) -> None:
        """Encode what has come, and start again with what comes."""
        now = time.monotonic()
        self._restarts = [at for at in self._restarts if at > now - RESTART_S] + [now]
        assert self._encoder is not None and self._stream is not None
        log.info("the encoder of a live stream starts again", why=why)
        await self._encoder.finish(DRAIN_S)
        self._log_problem(self._encoder)
        self._stream.disconnect()
        self._encoder, self._source = None, None
        if self._container == "matroska" or len(self._restarts) > MAX_RESTARTS:
            raise PublishEnded("encoder_failed", "The stream could not be encoded.", "Send H.264 and AAC.")
        self._first, self._probed, self._kinds = now, 0.0, {tag.kind: 1} if tag is not None else {}
        if self._flv is not None:
            # The encoder begins at 0 again.
            self._flv.restart_clock()
        elif self._ts is not None:
            self._ts.restart_clock()

    def _log_problem(self, encoder: Encoder) -> None:
        if encoder.problem:
            log.warning("the encoder of a live stream reported a problem", log=encoder.problem[-500:])
