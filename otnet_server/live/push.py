"""Sends a live stream on to another server by RTMP or RTMPS, as it comes: nothing is encoded.

Each target has its own connection, which is made again after a pause that grows, and its own queue. A target that is
too slow loses what is in its queue, and goes on with the next keyframe; the stream does not wait for it. Addresses are
checked as for all outgoing requests (`ingest/addresses.py`): a name is resolved once, and the connection goes to the
checked address.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from otnet_server.ingest.addresses import Address, Blocked, Rules, literal
from otnet_server.live.flv import FlvHead, Tag
from otnet_server.live.rtmp.error import RtmpError
from otnet_server.live.rtmp.publisher import RtmpPublisher
from otnet_server.logs import log

PORTS = {"rtmp": 1935, "rtmps": 443}
MAX_QUEUE_BYTES = 4 << 20
CONNECT_S = 15.0
SEND_S = 10.0
FIRST_PAUSE_S, MAX_PAUSE_S = 1.0, 60.0
STEADY_S = 30.0  # after so long a connection was a good one
RESOLVED = 4

Resolve = Callable[[str, int], Awaitable[list[Address]]]
Tls = Callable[[], ssl.SSLContext]


@dataclass(frozen=True)
class Target:
    """`url` is without the key, which is a secret. `rules`: those for its address, instead of those for all targets."""

    id: str
    name: str
    url: str
    key: str = field(repr=False)
    rules: Rules | None = None


@dataclass(frozen=True)
class Place:
    """The parts of the URL of a target."""

    tls: bool
    host: str
    port: int
    application: str


def parse(url: str) -> Place:
    """Raises ValueError for what is no address of an RTMP server."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS:
        raise ValueError("must begin with rtmp:// or rtmps://")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("must not have a user name, a password or a fragment")
    application = parts.path.strip("/") + (f"?{parts.query}" if parts.query else "")
    if not parts.hostname or not parts.path.strip("/"):
        raise ValueError("must have a host and an application, as in rtmp://live.example.org/app")
    return Place(parts.scheme == "rtmps", parts.hostname, parts.port or PORTS[parts.scheme], application)


class PushQueue:
    """The tags that wait for a target. Pure."""

    def __init__(self) -> None:
        self._tags: deque[Tag] = deque()
        self._bytes = 0
        self._needs_keyframe = True
        self.lost = 0  # tags

    def add(self, tag: Tag) -> None:
        if self._bytes + len(tag.payload) > MAX_QUEUE_BYTES:
            setups = [t for t in self._tags if t.setup]
            self.lost += len(self._tags) - len(setups)
            self._tags = deque(setups[-2:])
            self._bytes = sum(len(t.payload) for t in self._tags)
            self._needs_keyframe = True
        if self._needs_keyframe and not tag.setup:
            if not tag.keyframe:
                self.lost += 1
                return
            self._needs_keyframe = False
        self._tags.append(tag)
        self._bytes += len(tag.payload)

    def restart(self) -> None:
        """Forget what waits: the next connection begins with a keyframe."""
        self._tags.clear()
        self._bytes, self._needs_keyframe = 0, True

    def take(self) -> Tag | None:
        if not self._tags:
            return None
        tag = self._tags.popleft()
        self._bytes -= len(tag.payload)
        return tag


class Push:
    """Sends a stream to one target. `state` is connecting, live or failed, and `detail` why it failed."""

    def __init__(self, target: Target, head: FlvHead, rules: Rules, resolve: Resolve, tls: Tls) -> None:
        self.target = target
        self.state, self.detail = "connecting", ""
        self._head, self._rules, self._resolve, self._tls = head, target.rules or rules, resolve, tls
        self._queue, self._arrived = PushQueue(), asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def add(self, tag: Tag) -> None:
        """Take a tag, without waiting."""
        if self.state == "live":
            self._queue.add(tag)
            self._arrived.set()

    async def _run(self) -> None:
        pause_s, loop = FIRST_PAUSE_S, asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await self._publish()
            except Blocked as e:
                reason = e.message
            except RtmpError as e:
                reason = str(e)
            except TimeoutError:
                reason = "The server does not answer in time."
            except (OSError, EOFError, ValueError) as e:
                reason = "The connection failed: " + (getattr(e, "strerror", None) or "it was closed") + "."
            if self.target.key:
                reason = reason.replace(self.target.key, "…")  # a server may quote it
            pause_s = FIRST_PAUSE_S if loop.time() - began > STEADY_S else pause_s
            self.state, self.detail = "failed", f"{reason} The next attempt is in {pause_s:.0f} s."
            log.warning("a live stream is not sent on", target=self.target.id, why=reason)
            await asyncio.sleep(pause_s)
            self.state = "connecting"
            pause_s = min(MAX_PAUSE_S, pause_s * 2)

    async def _publish(self) -> None:
        place = parse(self.target.url)
        publisher = RtmpPublisher(place.application, self.target.url, self.target.key)
        async with asyncio.timeout(CONNECT_S):
            reader, writer = await self._connect(place)
        try:
            async with asyncio.timeout(CONNECT_S):
                while not publisher.publishing:
                    await _send(writer, publisher.data_to_send())
                    publisher.receive(await _read(reader))
            self._queue.restart()
            self.state, self.detail = "live", ""
            reading = asyncio.ensure_future(self._listen(publisher, reader))
            try:
                await self._send_tags(publisher, writer, reading)
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
        finally:
            writer.transport.abort()

    async def _connect(self, place: Place) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to a checked address. Raises Blocked and OSError."""
        self._rules.check_host(place.host, place.port)
        address = literal(place.host)
        addresses = [address] if address is not None else await self._resolve(place.host, place.port)
        error: OSError = OSError(None, "the name does not exist")
        for usable in self._rules.usable(place.host, addresses)[:RESOLVED]:
            try:
                if place.tls:
                    return await asyncio.open_connection(
                        str(usable), place.port, ssl=self._tls(), server_hostname=place.host
                    )
                return await asyncio.open_connection(str(usable), place.port)
            except OSError as e:
                error = e
        raise error

    async def _listen(self, publisher: RtmpPublisher, reader: asyncio.StreamReader) -> None:
        while True:
            publisher.receive(await _read(reader))
            self._arrived.set()  # there may be an answer to send

    async def _send_tags(
        self, publisher: RtmpPublisher, writer: asyncio.StreamWriter, reading: asyncio.Future[None]
    ) -> None:
        reading.add_done_callback(lambda _: self._arrived.set())
        begun = False
        while True:
            if reading.done():
                reading.result()
            data = bytearray(publisher.data_to_send())
            while len(data) < MAX_QUEUE_BYTES and (tag := self._queue.take()) is not None:
                for first in () if begun else self._head.tags():
                    data += publisher.message(first.kind, tag.time, first.payload)
                begun = True
                data += publisher.message(tag.kind, tag.time, tag.payload)
            if data:
                async with asyncio.timeout(SEND_S):
                    await _send(writer, bytes(data))
                continue
            self._arrived.clear()
            await self._arrived.wait()


async def _read(reader: asyncio.StreamReader) -> bytes:
    data = await reader.read(1 << 16)
    if not data:
        raise EOFError
    return data


async def _send(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


class Simulcast:
    """Sends a stream to its targets. Times go on over the connections of the publisher."""

    def __init__(self, rules: Rules, resolve: Resolve, tls: Tls) -> None:
        self._rules, self._resolve, self._tls = rules, resolve, tls
        self._head = FlvHead()
        self._pushes: dict[str, Push] = {}
        self._last_ms = 0
        self._source: object = None
        self._difference = 0

    def add(self, source: object, tag: Tag) -> None:
        """A tag of a connection of the publisher, whose times may begin anew."""
        if source is not self._source:
            self._source, self._difference = source, self._last_ms + 40 - tag.time if self._source is not None else 0
        moved = tag._replace(time=max(0, tag.time + self._difference))
        self._last_ms = max(self._last_ms, moved.time)
        self._head.add(moved)
        for push in self._pushes.values():
            push.add(moved)

    async def use(self, targets: list[Target]) -> None:
        """Send to these targets from now on."""
        wanted = {target.id: target for target in targets}
        for id, push in list(self._pushes.items()):
            if wanted.get(id) != push.target:
                del self._pushes[id]
                await push.stop()
        for id, target in wanted.items():
            if id not in self._pushes:
                self._pushes[id] = Push(target, self._head, self._rules, self._resolve, self._tls)
                self._pushes[id].start()

    async def stop(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await self.use([])

    def states(self) -> list[dict[str, str]]:
        pushes = self._pushes.values()
        return [{"id": p.target.id, "name": p.target.name, "state": p.state, "detail": p.detail} for p in pushes]
