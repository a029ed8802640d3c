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
from dataclasses import dataclass, replace
from typing import Any, Protocol

import sqlalchemy.exc

from otnet_server.client_address import network_of
from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.cluster.leases import Leases
from otnet_server.db import changes
from otnet_server.db.changes import Change
from otnet_server.db.engine import Database
from otnet_server.errors import OtnetError, PublishRefused
from otnet_server.identity.keys import digest
from otnet_server.identity.throttle import Attempts
from otnet_server.ingest.addresses import Rules
from otnet_server.live import stream_keys
from otnet_server.live.passphrases import Passphrases
from otnet_server.live.publication import Publication
from otnet_server.live.pull import address as pull_address
from otnet_server.live.pull import settings, sources
from otnet_server.live.pull.fetching import Fetching
from otnet_server.live.pull.settings import PullSetting
from otnet_server.live.pull.sources import PullTools
from otnet_server.live.stream_keys import StreamKey
from otnet_server.live.whep_engine import WhepEngine
from otnet_server.logs import log
from otnet_server.protocols import IngestContainer, LiveInput, PublishRequest

TAKEOVER = "live.takeover"  # an internal change: a key connects again, elsewhere
TAKEOVER_S = 5.0
POLL_S = 0.1
MAX_WRONG_KEYS = 10_000
AGAIN = "The encoder has connected again."
PATIENCE_S = 10.0  # without data of a media server
EVERYWHERE = ("0.0.0.0/0", "::/0")
KEYS_CHANGED = ("channel.stream_key_revoked", "channel.stream_key_rotated", "channel.pull_changed", "channel.deleted",
                "organization.deleted")  # fmt: skip


@dataclass(frozen=True)
class Failover:
    """After how much silence of the primary the backup goes on air, and for how long the primary must have sent without
    a pause before it returns."""

    silent_s: float = 2.0
    return_s: float = 10.0


class LiveStreams(Protocol):
    """What becomes of the streams of channels."""

    async def open(self, channel: str, container: IngestContainer) -> LiveInput:
        """Start the live stream of a channel, or continue it if it has ended just before."""
        ...


class IngestService:
    """An IngestHost."""

    def __init__(
        self, db: Database, leases: Leases, feed: ChangeFeed, streams: LiveStreams, passphrases: Passphrases,
        tools: PullTools, failover: Failover = Failover(), whep: WhepEngine | None = None,
    ) -> None:  # fmt: skip
        self._failover, self._whep = failover, whep
        self._db, self._leases, self._streams, self._passphrases = db, leases, streams, passphrases
        self._tools = tools
        self._attempts, self._wrong_keys = Attempts(), OrderedDict[tuple[str, str], None]()
        self._publications: dict[str, Publication] = {}  # those on air by channel
        self._held: list[Publication] = []
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
        key = StreamKey("", "", "source", setting.channel, setting.organization, None, source=setting)
        async with self._locks.setdefault(key.channel, asyncio.Lock()):
            return await self._begin(key, PublishRequest("pull", "", "127.0.0.1"), "mpegts")

    async def may_watch(self, stream: str, token: str) -> bool:
        return self._whep is not None and self._whep.allows(stream, token)

    async def passphrases(self) -> Mapping[str, str]:
        return await self._passphrases.known()

    async def stop(self) -> None:
        """End all streams."""
        await self._passphrases.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for publication in [*self._held, *self._publications.values()]:
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
        publication = Publication(self, key, container, request.protocol)
        running = self._publications.get(key.channel)
        for other in [p for p in self._held if p.key.channel == key.channel and p.key.id == key.id]:
            await other.end("taken_over", AGAIN)
        if running is not None and running.is_closing:
            await running.close()
        elif running is not None and running.key.id == key.id:
            await running.end("taken_over", AGAIN)
        elif running is not None:
            return await self._hold(publication, running.key.role)
        if not await self._acquire(key):
            other_role = await stream_keys.publishing_role(self._db, key.channel)
            return await self._hold(publication, other_role or key.role)
        await self._put_on_air(publication)
        log.info(
            "a live stream begins", channel=key.channel, key=key.name or key.id, protocol=request.protocol,
            address=request.address,
        )  # fmt: skip
        return publication

    async def _hold(self, publication: Publication, role: str) -> Publication:
        """Keep an encoder connected beside that with another role, which is on air. Raises PublishRefused."""
        key = publication.key
        if role == key.role or publication.container == "matroska":
            raise await self._busy(key)
        await publication.hold()
        self._held.append(publication)
        log.info("an encoder is connected and held", channel=key.channel, key=key.name or key.id, role=key.role)
        return publication

    async def _put_on_air(self, publication: Publication) -> None:
        """Begin the stream of a publication; this process has the lease. Raises PublishRefused."""
        key = publication.key
        try:
            input = await self._streams.open(key.channel, publication.container)
        except OtnetError as e:
            await self._release(key)
            raise PublishRefused(e.code, e.message, e.remedy) from e
        except BaseException:
            await self._release(key)
            raise
        publication.put_on_air(input)
        self._publications[key.channel] = publication
        try:
            await stream_keys.begin(self._db, key, self._leases.holder, publication.protocol)
        except BaseException:
            await publication.close()
            raise

    async def consider(self, publication: Publication) -> None:
        """Put a held publication on air, if it is its turn."""
        channel = publication.key.channel
        async with self._locks.setdefault(channel, asyncio.Lock()):
            try:
                if await self._is_its_turn(publication):
                    await self._put_on_air(publication)
                    self._held.remove(publication)
                    log.info("an encoder that was held is on air", channel=channel, role=publication.key.role)
            except (OtnetError, sqlalchemy.exc.SQLAlchemyError, OSError) as e:
                log.warning("an encoder that is held can't go on air", channel=channel, why=type(e).__name__)

    async def _is_its_turn(self, publication: Publication) -> bool:
        """Whether a held publication goes on air now. That which was on air is held then, and the lease is ours."""
        key, running = publication.key, self._publications.get(publication.key.channel)
        if publication.is_closing or publication not in self._held:
            return False
        if running is not None and running.is_closing:
            await running.close()
            running = None
        returns = key.role == "primary" and publication.steady_s >= self._failover.return_s
        if running is None:
            return await self._acquire(key, role="backup" if returns else "")
        if not returns and (key.role == "primary" or running.silent_s < self._failover.silent_s):
            return False
        if running.container == "matroska":
            await running.end("taken_over", "The other encoder of the channel is on air.")
            return await self._acquire(key)
        await running.hold()
        self._held.append(running)
        return True

    async def _acquire(self, key: StreamKey, role: str = "") -> bool:
        """Get the lease of the channel. When another process has it for the same key, or for one with a `role`, that
        process ends its stream."""
        name = lease_of(key.channel)
        if name in await self._leases.acquire([name]):
            return True
        other = key.id if key.publisher is not None else await stream_keys.publishing_id(self._db, key.channel, role)
        if not other:
            return False
        async with self._db.write() as c:
            data = {"channel": key.channel, "key": other, "publisher": self._leases.holder}
            await changes.append(c, TAKEOVER, data, internal=True)
        try:
            async with asyncio.timeout(TAKEOVER_S):
                while name not in await self._leases.acquire([name]):  # noqa: ASYNC110
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            return False
        return True

    async def _busy(self, key: StreamKey) -> PublishRefused:
        other = await stream_keys.publishing_key(self._db, key.channel)
        publisher = f"The stream key “{other}”" if other is not None else "Somebody else"
        return PublishRefused(
            "already_publishing", f"{publisher} is publishing on this channel already.", "Stop that stream first."
        )

    async def ended(self, publication: Publication) -> None:
        """A publication has ended. The lease is released before the channel is free in this process, so that it is not
        the lease of the next publication."""
        key = publication.key
        if not publication.on_air:
            self._held = [held for held in self._held if held is not publication]
            return
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
            self._end(publication, "taken_over", AGAIN)

    def _keys_changed(self, change: Change | None) -> None:
        if self._publications or self._held:
            self._run(self._end_invalid())

    async def _end_invalid(self) -> None:
        for publication in [*self._held, *self._publications.values()]:
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

    def _end(self, publication: Publication, code: str, message: str) -> None:
        self._run(publication.end(code, message))

    def _run(self, ending: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(ending)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def lease_of(channel: str) -> str:
    return f"live:{channel}"
