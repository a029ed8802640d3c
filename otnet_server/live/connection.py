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
from otnet_server.live import cue_points, flv, mpegts
from otnet_server.live.captions import Captions, FlvCaptions
from otnet_server.live.drift import Drift
from otnet_server.live.encoder import Encoder
from otnet_server.live.meter import Counts, InputMeter
from otnet_server.live.mpegts import MAX_CUES, Cues
from otnet_server.live.report import EncoderReport
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
LATE_S = 2.0  # how late, or early, pictures may be after a restart


class Stream(Protocol):
    """What a connection needs of its stream: `LiveStream`."""

    def begin(self, at: float, *, pictures: bool, sound: bool) -> None: ...

    def disconnect(self) -> None: ...

    def add_captions(self, captions: Captions) -> None: ...

    def add_cues(self, cues: Cues) -> None: ...

    async def drop_rung(self) -> None: ...


Probe = Callable[[bytes, str], Awaitable[LiveSource | None]]
# The stream of a source that began at a monotonic time, and a new encoder for it.
FindStream = Callable[[LiveSource, float], Awaitable[Stream]]
MakeEncoder = Callable[[Stream, str, LiveSource], Encoder]


class Connection:
    """A `LiveInput`. `relay` gets the connection and its tags, if it sends FLV."""

    def __init__(
        self,
        container: str,
        probe: Probe,
        find_stream: FindStream,
        make_encoder: MakeEncoder,
        relay: Callable[[object, flv.Tag], None] | None = None,
    ) -> None:
        self._container, self._relay = container, relay
        self._probe, self._find_stream, self._make_encoder = probe, find_stream, make_encoder
        self._flv = flv.FlvReader() if container == "flv" else None
        self._flv_head = flv.FlvHead()
        self._drift = Drift()
        self._flv_captions = FlvCaptions()
        self._captions: Captions = []  # of the time before the encoder starts
        self._cues: Cues = []  # of that time
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
        self._opened = time.monotonic()
        self._base_ms: int | None = None  # the time of the first tag of the encoder
        self._probing_since = 0.0
        self._drops_rung = False
        self.meter = InputMeter(time.monotonic())

    @property
    def source(self) -> LiveSource | None:
        """What the publisher sends; None while it is not known."""
        return self._source

    def drop_rung(self) -> None:
        """Start the encoder again without the highest rung, at the next keyframe. Matroska can't be read from there."""
        self._drops_rung = self._container != "matroska"

    def measure(self) -> tuple[Counts, EncoderReport] | None:
        """The counts of this moment, and the report of the encoder; None while there is none."""
        encoder, now = self._encoder, time.monotonic()
        if encoder is None:
            return None
        pictures = self.meter.pictures if self._flv is not None else None
        counts = Counts(
            now, self.meter.bytes, pictures, encoder.shown, encoder.encoded_s, self.meter.blocked_s(now), id(encoder)
        )
        return counts, encoder.report

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
            self._add_captions(self._flv_captions.finish())
            self._stream.disconnect()

    async def _write(self, data: bytes) -> None:
        now = time.monotonic()
        self.meter.bytes += len(data)
        if self._first is None:
            self._first = self._probing_since = now
        elapsed_s = now - self._opened
        try:
            tags = self._flv.feed(data, elapsed_s) if self._flv is not None else []
            parts = self._ts.feed(data, elapsed_s) if self._ts is not None else []
        except ValueError as e:
            raise PublishEnded("unreadable", f"The stream can't be read: {e}.", "Check the encoder's settings.") from e
        if self._flv is None and self._ts is None:
            await self._pass_on(data)
        await self._write_tags(tags, round(elapsed_s * 1000))
        await self._write_parts(parts)

    async def _write_parts(self, parts: list[mpegts.Part]) -> None:
        for part in parts:
            if self._encoder is not None and part.restart:
                await self._restart("the publisher changed its streams")
            elif self._encoder is not None and self._drops_rung:
                await self._restart("encoding is too slow")
            await self._pass_on(part.data)
        if self._ts is not None:
            self._add_cues(self._ts.take_cues())

    async def _write_tags(self, tags: list[flv.Tag], arrived_ms: int) -> None:
        for received in tags:
            self.meter.add(received)
            if self._relay is not None:
                self._relay(self, received)
            tag = received._replace(time=self._drift.correct(received.time, arrived_ms))
            self._kinds[tag.kind] = self._kinds.get(tag.kind, 0) + 1
            new_kind = self._source is not None and not tag.setup and self._is_new(tag.kind)
            changed = self._flv_head.add(tag)
            if self._encoder is not None and (changed or new_kind):
                await self._restart("the publisher changed its settings", tag)
            elif self._encoder is not None and self._drops_rung and tag.keyframe:
                await self._restart("encoding is too slow", tag)
            if self._base_ms is None:
                self._base_ms = tag.time
            tag = tag._replace(time=max(0, tag.time - self._base_ms))
            self._add_captions(self._flv_captions.add(tag))
            if tag.kind == flv.SCRIPT and (section := cue_points.cue_of(tag.payload)) is not None:
                self._add_cues([(tag.time, section)])
            await self._pass_on(tag.encode())

    def _add_captions(self, captions: Captions) -> None:
        self._captions += captions
        if self._encoder is not None and self._stream is not None and self._captions:
            self._stream.add_captions(self._captions)
            self._captions = []

    def _add_cues(self, cues: Cues) -> None:
        self._cues = [*self._cues, *cues][-MAX_CUES:]
        if self._encoder is not None and self._stream is not None and self._cues:
            self._stream.add_cues(self._cues)
            self._cues = []

    def _is_new(self, kind: int) -> bool:
        assert self._source is not None
        return (kind == flv.VIDEO and not self._source.pictures) or (kind == flv.AUDIO and not self._source.sound)

    async def _pass_on(self, data: bytes) -> None:
        if self._encoder is None:
            if not self._head:
                self._head += self._stream_head()
            self._head += data
            await self._try_to_start()
            return
        self.meter.begin_write(time.monotonic())
        try:
            await self._encoder.write(data)
        except BrokenPipeError:
            self.meter.end_write(time.monotonic())
            await self._restart("the encoder has ended")
        else:
            self.meter.end_write(time.monotonic())

    def _stream_head(self) -> bytes:
        """What an encoder needs before the stream, to read it from here."""
        if self._flv is not None:
            return self._flv_head.encode()
        return self._ts.tables() if self._ts is not None else b""

    async def _try_to_start(self, *, last: bool = False) -> None:
        """Start the encoder if it is known what comes."""
        waited_s = time.monotonic() - self._probing_since
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
        self._add_captions([])
        self._add_cues([])
        head = bytes(self._head)
        self._head.clear()
        await self._pass_on(head)

    async def _restart(self, why: str, tag: flv.Tag | None = None) -> None:
        """Encode what has come, and start again with what comes."""
        now = time.monotonic()
        assert self._encoder is not None and self._stream is not None and self._first is not None
        if not self._drops_rung:
            self._restarts = [at for at in self._restarts if at > now - RESTART_S] + [now]
        log.info("the encoder of a live stream starts again", why=why)
        self._add_captions(self._flv_captions.finish())
        await self._encoder.finish(DRAIN_S)
        self._log_problem(self._encoder)
        source, self._encoder, self._source = self._source, None, None
        if self._container == "matroska" or len(self._restarts) > MAX_RESTARTS:
            raise PublishEnded("encoder_failed", "The stream could not be encoded.", "Send H.264 and AAC.")
        # What comes next belongs where it would have been without the restart, unless that is long ago.
        at = now
        if tag is not None and self._base_ms is not None:
            at = min(now + LATE_S, max(now - LATE_S, self._first + (tag.time - self._base_ms) / 1000))
        self._first, self._probing_since, self._probed, self._base_ms = at, now, 0.0, None
        self._kinds = {tag.kind: 1} if tag is not None else {}
        if self._ts is not None:
            self._ts.restart_clock()  # the encoder begins at 0 again
        if self._drops_rung:
            self._drops_rung = False
            await self._stream.drop_rung()
            if source is not None:
                self._head += self._stream_head()
                await self._start(source)

    def _log_problem(self, encoder: Encoder) -> None:
        if encoder.problem:
            log.warning("the encoder of a live stream reported a problem", log=encoder.problem[-500:])
