"""The live streams of this process: started by publishers, recovered after a crash, ended into titles."""

from __future__ import annotations

import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from otnet_server.binaries import Binaries
from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.cluster.leases import Leases
from otnet_server.config import Settings
from otnet_server.db.availability import log_failure
from otnet_server.db.engine import Database
from otnet_server.errors import OtnetError, PublishEnded
from otnet_server.ingest.addresses import Rules
from otnet_server.ingest.guarded import system_resolve
from otnet_server.live.captions import LiveCaptions
from otnet_server.live.connection import Connection
from otnet_server.live.connection import Stream as ConnectedStream
from otnet_server.live.edge import LiveEdge
from otnet_server.live.encoder import Encoder, make_filler
from otnet_server.live.health_repository import HealthRepository
from otnet_server.live.journal import Journal
from otnet_server.live.monitor import Monitor
from otnet_server.live.push import Simulcast, Tls
from otnet_server.live.recorder import Recorder, recover
from otnet_server.live.repository import LEASE, LiveRepository, StreamRow
from otnet_server.live.simulcast_targets import CHANGES, SimulcastTargets
from otnet_server.live.source import LiveSource, probe
from otnet_server.live.stream import LiveStream, shapes_of
from otnet_server.live.whep_engine import WhepEngine
from otnet_server.logs import log
from otnet_server.media.live_plan import frame_rate, live_plan
from otnet_server.media.scte35 import CLOCK_HZ as CUE_HZ
from otnet_server.pipeline.services import PipelineServices
from otnet_server.protocols import Run

FINISH_S = 30.0
SLATE_SIZE = (1280, 720)  # of the pictures of a stream that has sound only


class _Channel:
    """A channel with a publisher, or with one that may come back."""

    def __init__(self, simulcast: Simulcast) -> None:
        self.lock = asyncio.Lock()
        self.simulcast = simulcast
        self.connection: Connection | None = None
        self.stream: LiveStream | None = None
        self.recorder: Recorder | None = None
        self.monitor: Monitor | None = None


class LiveStreams:
    """`work` is the folder of temporary files."""

    def __init__(
        self, settings: Settings, work: Path, db: Database, tools: Binaries, run: Run, leases: Leases,
        services: PipelineServices, feed: ChangeFeed, targets: SimulcastTargets, tls: Tls,
        whep: WhepEngine | None = None,
    ) -> None:  # fmt: skip
        self._settings, self._work, self._tools, self._run, self._leases = settings, work, tools, run, leases
        self._services = services
        self._targets, self._tls, self._whep = targets, tls, whep
        self._rules = Rules(frozenset(settings.uploads.allow_hosts))
        for type in CHANGES:
            feed.subscribe(type, lambda _: self._targets_changed())
        feed.on_gap.append(self._targets_changed)
        first_library = settings.libraries[0].unique_name if settings.libraries else ""
        self.repository = LiveRepository(db, first_library)
        self.health = HealthRepository(db)
        self._channels: dict[str, _Channel] = {}
        self._by_media: dict[str, LiveStream] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def find(self, media: str, revision: str = "") -> LiveStream | None:
        """The stream of this process that records into a media, and into the revision if one is given."""
        stream = self._by_media.get(media)
        return stream if stream is not None and revision in ("", stream.row.revision) else None

    def of_channel(self, channel: str) -> LiveStream | None:
        """The stream of a channel that this process receives."""
        state = self._channels.get(channel)
        return state.stream if state is not None else None

    async def open(self, channel: str, container: str) -> Connection:
        """A publisher starts, or within the grace time continues, the live stream of a channel. Whoever published on it
        before is ended. Raises PublishEnded when there is no such channel."""
        if not await self.repository.channel_exists(channel):
            raise PublishEnded("no_channel", "The channel does not exist.", "Make a new stream key.")
        state = self._state(channel)
        before, connection = (
            state.connection,
            Connection(
                container,
                self._probe,
                lambda source, at: self._find_stream(channel, source, at),
                self._make_encoder,
                state.simulcast.add,
            ),
        )
        state.connection = connection
        if before is not None:
            await before.end(PublishEnded("taken_over", "Another publisher has taken over.", "Use a channel for each."))
        return connection

    async def start(self) -> None:
        """Finish what a process that was killed has recorded."""
        rows = [row for row in await self.repository.unended() if row.media not in self._by_media]
        leased = await self._leases.acquire(LEASE + row.id for row in rows)
        for row in rows:
            if LEASE + row.id in leased:
                self._in_background(self._recover(row))

    async def stop(self) -> None:
        """End the streams: their recordings are titles."""
        for channel in list(self._channels.values()):
            if channel.connection is not None:
                await channel.connection.end(PublishEnded("stopped", "The server stops.", "Connect again."))
        await asyncio.gather(*(self._end(name) for name in list(self._channels)))
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _state(self, channel: str) -> _Channel:
        if channel not in self._channels:
            self._channels[channel] = _Channel(Simulcast(self._rules, system_resolve, self._tls))
        return self._channels[channel]

    # --- simulcast ---

    def _targets_changed(self) -> None:
        for channel, state in self._channels.items():
            if state.stream is not None:
                self._in_background(self._simulcast(channel, state))

    async def _simulcast(self, channel: str, state: _Channel) -> None:
        """Send a stream to the targets of its channel, which may have changed, and to the media server for WHEP."""
        try:
            targets = await self._targets.enabled(channel)
        except (SQLAlchemyError, OSError) as e:
            log_failure("the simulcast targets of a channel could not be read", e)
            return
        if self._whep is not None:
            targets = [self._whep.target(channel), *targets]
        await state.simulcast.use(targets if state.stream is not None else [])

    # --- of a connection ---

    async def _probe(self, head: bytes, container: str) -> LiveSource | None:
        return await probe(head, container, self._tools.ffprobe, self._work, self._run)

    def _make_encoder(self, stream: ConnectedStream, container: str, source: LiveSource) -> Encoder:
        assert isinstance(stream, LiveStream)
        return Encoder(
            self._tools.ffmpeg, self._work, stream.plan, container, stream.inits, stream.add_video, stream.add_audio,
            pictures=source.pictures, sound=source.sound, on_frame=stream.previews.add,
        )  # fmt: skip

    async def _find_stream(self, channel: str, source: LiveSource, at: float) -> LiveStream:
        state = self._state(channel)
        async with state.lock:
            if state.stream is None:
                try:
                    await self._create(channel, state, source, at)
                except (OtnetError, SQLAlchemyError, OSError) as e:
                    log_failure("a live stream could not start", e)
                    raise PublishEnded("not_started", "The stream could not start.", "Try again in a moment.") from e
            assert state.stream is not None
            return state.stream

    async def _create(self, channel: str, state: _Channel, source: LiveSource, at: float) -> None:
        live, services = self._settings.live, self._services
        profile = self._settings.profile(live.profile)
        width, height = (source.width, source.height) if source.pictures else SLATE_SIZE
        plan = live_plan(width, height, frame_rate(source.rate, profile.max_fps), profile, live.profile)
        with tempfile.TemporaryDirectory(dir=self._work) as folder:
            filler, inits = await make_filler(self._tools.ffmpeg, Path(folder), plan, self._run)
        epoch = datetime.now(UTC) - timedelta(seconds=time.monotonic() - at)
        row = await self.repository.create(channel, plan, epoch)
        if row is None:
            raise PublishEnded("no_channel", "The channel does not exist.", "Make a new stream key.")
        await self._leases.acquire([LEASE + row.id])
        revision = await services.revisions.get(row.revision)
        assert revision is not None
        services.revisions.pin(row.revision)
        edge = LiveEdge(shapes_of(plan), inits)
        captions = LiveCaptions(await self.repository.language(channel))
        recorder = Recorder(
            revision, edge, self._journal(row), services.storage, services.publisher, services.repository, captions,
            lambda: self._in_background(self._end(channel, deleted=True)),
        )  # fmt: skip
        await recorder.start(inits)
        stream = LiveStream(
            row, plan, epoch, at, filler, inits, edge, recorder, captions, dvr_s=live.dvr_s, grace_s=live.grace_s,
            on_silent=lambda: self._in_background(self._end(channel, unless_connected=True)),
        )  # fmt: skip
        state.stream, state.recorder = stream, recorder
        self._by_media[row.media] = stream
        stream.start()
        state.monitor = Monitor(stream, lambda: state.connection, self.health, live, state.simulcast.states)
        state.monitor.start()
        self._in_background(self._simulcast(channel, state))
        log.info("a live stream has started", channel=channel, media=row.media)

    def _journal(self, row: StreamRow) -> Journal:
        return Journal(self._settings.data / "live" / row.revision)

    # --- the end ---

    async def _end(self, channel: str, *, unless_connected: bool = False, deleted: bool = False) -> None:
        """End the stream of a channel; `unless_connected`: not if its publisher has just come back. `deleted`: its
        media was deleted."""
        state = self._channels.get(channel)
        if state is None:
            return
        async with state.lock:
            stream, recorder = state.stream, state.recorder
            if stream is None or recorder is None:
                return
            if unless_connected and stream.connected and not stream.interrupted:
                stream.start()
                return
            if stream.connected and state.connection is not None:
                self._in_background(state.connection.end(PublishEnded("interrupted", "The stream was interrupted.")))
            monitor, state.stream, state.recorder, state.monitor = state.monitor, None, None, None
            row = stream.row
            await state.simulcast.stop()
            if monitor is not None:
                await monitor.stop()
            await stream.stop()
            try:
                async with asyncio.timeout(FINISH_S):
                    duration_s = 0.0 if deleted else await recorder.finish()
                await recorder.stop()
                await self._finish(row, duration_s)
            except (OtnetError, SQLAlchemyError, OSError) as e:
                await recorder.stop()
                log_failure("a live stream could not be ended; it is recovered when the server starts", e)
            else:
                await asyncio.to_thread(self._journal(row).delete)
            self._by_media.pop(row.media, None)

    async def _finish(self, row: StreamRow, duration_s: float) -> None:
        revision = await self._services.revisions.get(row.revision) if duration_s else None
        if revision is not None:
            self._in_background(self._services.stills.publish_poster(revision))
        self._services.revisions.release(row.revision)
        breaks = revision.plan.breaks if revision is not None else ()
        await self.repository.end(row, duration_s, [b.start / CUE_HZ for b in breaks])
        await self._leases.release(LEASE + row.id)
        log.info("a live stream has ended", media=row.media, seconds=round(duration_s, 1))

    async def _recover(self, row: StreamRow) -> None:
        services = self._services
        try:
            revision = await services.revisions.get(row.revision)
            if revision is None:
                return
            duration_s = await recover(
                revision, self._journal(row), services.storage, services.publisher, services.repository
            )  # fmt: skip
            await self._finish(row, duration_s)
            await self.health.recover(row)
        except (OtnetError, SQLAlchemyError, OSError) as e:
            log_failure("the recording of a live stream could not be recovered", e)

    def _in_background(self, work: object) -> None:
        assert asyncio.iscoroutine(work)
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
