"""The server's side of ingests: who may publish on which channel, and one publisher at a time.

A channel has one publisher over all processes: that which holds the lease `live:<channel>`. An encoder that lost its
connection often connects again before the server has noticed. Therefore the same stream key takes over, here or in
another process, which is told by an internal change; another key is refused as long as the first one publishes. A
running stream ends when its key is revoked, rotated without an overlap, or deleted with its channel.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from typing import Any, Protocol

import sqlalchemy.exc

from otnet_server.client_address import network_of
from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.cluster.leases import Leases
from otnet_server.db import changes
from otnet_server.db.changes import Change
from otnet_server.db.engine import Database
from otnet_server.errors import OtnetError, PublishEnded, PublishRefused
from otnet_server.identity.keys import digest
from otnet_server.identity.throttle import Attempts
from otnet_server.ingest.addresses import Rules
from otnet_server.live import stream_keys
from otnet_server.live.passphrases import Passphrases
from otnet_server.live.pull import address as pull_address
from otnet_server.live.pull import settings, sources
from otnet_server.live.pull.fetching import Fetching
from otnet_server.live.pull.settings import PullSetting
from otnet_server.live.pull.sources import PullTools
from otnet_server.live.stream_keys import StreamKey
from otnet_server.logs import log
from otnet_server.protocols import IngestContainer, LiveInput, PublishRequest

TAKEOVER = "live.takeover"  # an internal change: a key connects again, elsewhere
TAKEOVER_S = 5.0
POLL_S = 0.1
MAX_WRONG_KEYS = 10_000
PATIENCE_S = 10.0  # without data of a media server
EVERYWHERE = ("0.0.0.0/0", "::/0")
KEYS_CHANGED = ("channel.stream_key_revoked", "channel.stream_key_rotated", "channel.pull_changed", "channel.deleted",
                "organization.deleted")  # fmt: skip


class LiveStreams(Protocol):
    """What becomes of the streams of channels."""

    async def open(self, channel: str, container: IngestContainer) -> LiveInput:
        """Start the live stream of a channel, or continue it if it has ended just before."""
        ...


class IngestService:
    """An IngestHost."""

    def __init__(
        self, db: Database, leases: Leases, feed: ChangeFeed, streams: LiveStreams, passphrases: Passphrases,
        tools: PullTools,
    ) -> None:  # fmt: skip
        self._db, self._leases, self._streams, self._passphrases = db, leases, streams, passphrases
        self._tools = tools
        self._attempts, self._wrong_keys = Attempts(), OrderedDict[tuple[str, str], None]()
        self._publications: dict[str, _Publication] = {}  # by channel
        self._locks: dict[str, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        leases.on_lost.append(self._lease_lost)
        feed.subscribe(TAKEOVER, self._taken_over)
        for type in KEYS_CHANGED:
            feed.subscribe(type, self._keys_changed)
        feed.on_gap.append(lambda: self._keys_changed(None))

    async def publish(self, request: PublishRequest, container: IngestContainer) -> LiveInput:
        try:
            key = await self._find_key(request)
            async with self._locks.setdefault(key.channel, asyncio.Lock()):
                return await self._begin(key, request, container)
        except (sqlalchemy.exc.SQLAlchemyError, OSError) as e:
            log.error("a live stream was refused: the database is not available", why=type(e).__name__)
            raise PublishRefused("unavailable", "The server is not available.", "Try again in a moment.") from e

    async def pull(self, request: PublishRequest, url: str) -> Fetching:
        address = pull_address.parse(url)
        anywhere = Rules(frozenset({address.host, *EVERYWHERE}), frozenset({address.port}))
        tools = replace(self._tools, rules=anywhere)
        input = await self.publish(request, "mpegts")
        return Fetching(input, lambda: sources.read(address, tools), address.shown, PATIENCE_S)

    async def publish_source(self, setting: PullSetting) -> LiveInput:
        """Begin the stream of a channel that the server fetches from its source. Raises PublishRefused."""
        key = StreamKey("", "", "source", setting.channel, setting.organization, None, setting)
        async with self._locks.setdefault(key.channel, asyncio.Lock()):
            return await self._begin(key, PublishRequest("pull", "", "127.0.0.1"), "mpegts")

    async def passphrases(self) -> Mapping[str, str]:
        return await self._passphrases.known()

    async def stop(self) -> None:
        """End all streams."""
        await self._passphrases.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for publication in list(self._publications.values()):
            await publication.close()

    # --- keys ---

    async def _find_key(self, request: PublishRequest) -> StreamKey:
        """The valid key of a request. Guesses from one network are slowed down; the same wrong key again, from an
        encoder that connects again and again, is no further guess."""
        network, hash = network_of(request.address), digest(request.key)
        wait_s = self._attempts.wait_s(network)
        if wait_s > 0:
            raise PublishRefused(
                "too_many_keys", "Too many wrong stream keys were sent from your network.",
                f"Try again in {round(wait_s) + 1} s.",
            )  # fmt: skip
        try:
            if not request.prefix:
                return await stream_keys.find_key(self._db, request.key)
            return await stream_keys.find_key_by_passphrase(
                self._db, request.prefix, request.key, self._passphrases.passphrase_of
            )
        except PublishRefused as e:
            if (network, hash) not in self._wrong_keys:
                self._attempts.failed(network)
                self._wrong_keys[network, hash] = None
                if len(self._wrong_keys) > MAX_WRONG_KEYS:
                    self._wrong_keys.popitem(last=False)
            log.info("a live stream was refused", why=e.code, protocol=request.protocol, address=request.address)
            raise

    # --- publications ---

    async def _begin(self, key: StreamKey, request: PublishRequest, container: IngestContainer) -> LiveInput:
        running = self._publications.get(key.channel)
        if running is not None and running.is_closing:
            await running.close()
        elif running is not None and running.key.id != key.id:
            raise await self._busy(key)
        elif running is not None:
            await running.end("taken_over", "The encoder has connected again.")
        await self._acquire(key)
        try:
            input = await self._streams.open(key.channel, container)
        except OtnetError as e:
            await self._release(key)
            raise PublishRefused(e.code, e.message, e.remedy) from e
        except BaseException:
            await self._release(key)
            raise
        publication = self._publications[key.channel] = _Publication(self, key, input)
        try:
            await stream_keys.begin(self._db, key, self._leases.holder)
        except BaseException:
            await publication.close()
            raise
        log.info(
            "a live stream begins", channel=key.channel, key=key.name or key.id, protocol=request.protocol,
            address=request.address,
        )  # fmt: skip
        return publication

    async def _acquire(self, key: StreamKey) -> None:
        """Get the lease of the channel. Raises PublishRefused while another key holds it."""
        name = lease_of(key.channel)
        if name in await self._leases.acquire([name]):
            return
        if key.publisher is None:
            raise await self._busy(key)
        async with self._db.write() as c:
            data = {"channel": key.channel, "key": key.id, "publisher": self._leases.holder}
            await changes.append(c, TAKEOVER, data, internal=True)
        try:
            async with asyncio.timeout(TAKEOVER_S):
                while name not in await self._leases.acquire([name]):  # noqa: ASYNC110
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            raise await self._busy(key) from None

    async def _busy(self, key: StreamKey) -> PublishRefused:
        other = await stream_keys.publishing_key(self._db, key.channel)
        publisher = f"The stream key “{other}”" if other is not None else "Somebody else"
        return PublishRefused(
            "already_publishing", f"{publisher} is publishing on this channel already.", "Stop that stream first."
        )

    async def ended(self, publication: _Publication) -> None:
        """A publication has ended. The lease is released before the channel is free in this process, so that it is not
        the lease of the next publication."""
        key = publication.key
        await self._release(key)
        if self._publications.get(key.channel) is publication:
            del self._publications[key.channel]
        log.info("a live stream has ended", channel=key.channel, key=key.name or key.id)

    async def _release(self, key: StreamKey) -> None:
        try:
            await stream_keys.end(self._db, key, self._leases.holder)
            await self._leases.release(lease_of(key.channel))
        except (sqlalchemy.exc.SQLAlchemyError, OSError) as e:
            log.warning("the lease of a live stream was not released", channel=key.channel, why=type(e).__name__)

    # --- changes in this process and in others ---

    def _lease_lost(self, name: str) -> None:
        for channel, publication in list(self._publications.items()):
            if lease_of(channel) == name:
                self._end(publication, "lease_lost", "The server could not reach its database for too long.")

    def _taken_over(self, change: Change) -> None:
        publication = self._publications.get(change.data["channel"])
        elsewhere = change.data["publisher"] != self._leases.holder
        if publication is not None and elsewhere and publication.key.id == change.data["key"]:
            self._end(publication, "taken_over", "The encoder has connected again.")

    def _keys_changed(self, change: Change | None) -> None:
        if self._publications:
            self._run(self._end_invalid())

    async def _end_invalid(self) -> None:
        for publication in list(self._publications.values()):
            try:
                still = await self._is_valid(publication.key)
            except (sqlalchemy.exc.SQLAlchemyError, OSError):
                continue
            if not still:
                what = "stream key" if publication.key.source is None else "source"
                await publication.end("stream_key_revoked", f"The {what} is not valid any more.")

    async def _is_valid(self, key: StreamKey) -> bool:
        if key.source is not None:
            return await settings.is_enabled(self._db, key.source)
        return await stream_keys.is_valid(self._db, key)

    def _end(self, publication: _Publication, code: str, message: str) -> None:
        self._run(publication.end(code, message))

    def _run(self, ending: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(ending)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Publication:
    """A running stream: a LiveInput that the server can end."""

    def __init__(self, service: IngestService, key: StreamKey, input: LiveInput) -> None:
        self._service, self.key, self._input = service, key, input
        self._reason: tuple[str, str] | None = None
        self._closing: asyncio.Task[None] | None = None

    @property
    def is_closing(self) -> bool:
        return self._closing is not None

    async def write(self, data: bytes) -> None:
        self._check()
        await self._input.write(data)
        self._check()

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
            await self._input.close()
        except Exception:
            log.exception("a live stream failed to end", channel=self.key.channel)
        await self._service.ended(self)


def lease_of(channel: str) -> str:
    return f"live:{channel}"
