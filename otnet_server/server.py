"""The server: its parts, and the order in which they start and stop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from starlette.types import ASGIApp

from otnet_server import binaries, data_folder
from otnet_server.api.routes import Routes
from otnet_server.api.services import build_api
from otnet_server.channels.services import ChannelServices, build_channels
from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.cluster.consumers import Consumers
from otnet_server.cluster.leases import LeasedService, Leases
from otnet_server.config import Settings
from otnet_server.control.libraries import record_libraries
from otnet_server.control.services import ControlPlane, control_plane
from otnet_server.db.engine import Database, migrate, url_of
from otnet_server.identity.services import build_identity
from otnet_server.images.uploads import PictureDecoder
from otnet_server.ingest.guarded import tls_context
from otnet_server.live.ingest import Failover, IngestService
from otnet_server.live.ingest_addresses import IngestAddresses
from otnet_server.live.passphrases import Passphrases, passphrase_of
from otnet_server.live.preview_service import PreviewService
from otnet_server.live.pull.service import PullService
from otnet_server.live.pull.sources import PullTools, pull_rules
from otnet_server.live.simulcast_targets import SimulcastTargets
from otnet_server.live.streams import LiveStreams
from otnet_server.live.whep_engine import engine_of
from otnet_server.live.whep_sources import EngineHealth, WhepSources
from otnet_server.logs import log
from otnet_server.loop_watchdog import loop_watchdog
from otnet_server.pipeline.services import PipelineServices, build_pipeline
from otnet_server.playback.services import PlaybackServices, build_playback
from otnet_server.playback.tokens import secret_of
from otnet_server.plugins.host import PluginHost
from otnet_server.process import runner
from otnet_server.protection.master_keys import VaultLocked
from otnet_server.protection.services import ProtectionServices, build_protection
from otnet_server.protection.vault import Vault
from otnet_server.protocols import PreviewSender
from otnet_server.request_priority import RequestPriority


@dataclass
class Core:
    """The pipeline and its dependencies. The command line uses it without the HTTP server. `work` is the folder for
    temporary files."""

    settings: Settings
    work: Path
    db: Database
    plugins: PluginHost
    priority: RequestPriority
    feed: ChangeFeed
    leases: Leases
    protection: ProtectionServices
    services: PipelineServices


@dataclass
class Server:
    """A running server. The first owner signs up with `setup_code`, which is None once there is an owner."""

    core: Core
    playback: PlaybackServices
    channels: ChannelServices
    control: ControlPlane
    app: ASGIApp
    routes: Routes
    setup_code: str | None
    live: LiveStreams
    ingest: IngestService
    previews: PreviewService


@asynccontextmanager
async def core(settings: Settings) -> AsyncIterator[Core]:
    """Build the core, without starting the pipeline; close it at the end."""
    with data_folder.opened(settings.data, sqlite=not settings.database) as work:
        tools = binaries.find(settings.tools)
        plugins = PluginHost(settings, tools)
        url = url_of(settings.database, settings.data)
        migrate(url)
        priority = RequestPriority()
        db = Database(url, priority)
        feed, leases = ChangeFeed(db), Leases(db, settings.work.lease_s)
        protection = build_protection(settings, db, plugins, feed)
        services = build_pipeline(settings, work, db, plugins, tools, priority, feed, leases, protection)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(db.close)
            stack.push_async_callback(runner.end_all)
            await stack.enter_async_context(plugins.running())
            for component in (leases, feed):
                await component.start()
                stack.push_async_callback(component.stop)
            yield Core(settings, work, db, plugins, priority, feed, leases, protection, services)


async def use_current_master_key(vault: Vault) -> None:
    """Finish a rotation of the master key that was interrupted, or made in the configuration. Without a master key the
    server starts, but protected titles can't be played."""
    try:
        await vault.use_current_master_key()
    except VaultLocked as e:
        log.error("protected titles can't be played", why=str(e))


@asynccontextmanager
async def server(settings: Settings) -> AsyncIterator[Server]:
    """Start the server; stop it at the end. `app` is its ASGI application."""
    async with core(settings) as c, AsyncExitStack() as stack:
        db, plugins, services = c.db, c.plugins, c.services
        secret = secret_of(settings.data)
        services.files.owners = await record_libraries(db, settings)
        identity = build_identity(db, secret)
        whep, engine_health = engine_of(settings), EngineHealth(settings.whep.health_url)
        live = LiveStreams(settings, c.work, db, plugins.context.binaries, runner.run, c.leases, services, c.feed,
                           SimulcastTargets(db, identity.secret_box), tls_context, whep)  # fmt: skip
        playback = build_playback(
            settings, c.work, db, c.feed, plugins, services, secret, identity.sessions, c.protection, live
        )
        channels = build_channels(
            settings, db, plugins.context.binaries, plugins, c.feed, c.leases, services, playback, c.protection
        )
        consumers = Consumers(db, c.feed)
        control = await stack.enter_async_context(
            control_plane(
                settings,
                db,
                identity,
                services,
                playback,
                consumers,
                c.leases,
                PictureDecoder(runner.run, c.work),
                plugins.mailer(),
                c.protection,
                plugins.schedulers(),
                plugins.ad_providers(),
            )
        )
        for name, handler in plugins.event_handlers().items():
            consumers.add(f"plugin:{name}", handler)
        ingest_addresses = IngestAddresses(c.leases, plugins.ingests())
        senders = [ingest for ingest in plugins.ingests() if isinstance(ingest, PreviewSender)]
        live_previews = PreviewService(live.of_channel, senders)
        whep_sources = None
        if whep is not None:
            restricted = settings.whep.restricted
            whep_sources = WhepSources(whep, engine_health, live.health, restricted=restricted)
        app, routes = build_api(
            settings,
            db,
            plugins,
            c.priority,
            identity,
            services,
            playback,
            control,
            c.protection,
            channels,
            partial(passphrase_of, secret),
            ingest_addresses,
            live_previews,
            whep_sources,
        )
        stack.push_async_callback(c.protection.licence_log.stop)
        await use_current_master_key(c.protection.vault)
        await plugins.start_providers()
        stack.push_async_callback(plugins.shutdown)
        await plugins.startup()
        stack.enter_context(loop_watchdog(plugins.folders()))
        for component in (
            LeasedService(c.leases, "consumers", consumers),
            playback,
            services,
            live,
            channels,
            engine_health,
        ):
            await component.start()
            stack.push_async_callback(component.stop)
        pull_tools = PullTools(plugins.context.binaries.ffmpeg, c.work, pull_rules(settings))
        failover = Failover(settings.live.failover_s, settings.live.return_s)
        passphrases = Passphrases(db, c.feed, secret)
        ingest = IngestService(db, c.leases, c.feed, live, passphrases, pull_tools, failover, whep)
        stack.push_async_callback(ingest.stop)
        stack.push_async_callback(plugins.close_ingests)
        await plugins.start_ingests(ingest)
        stack.push_async_callback(live_previews.stop)
        stack.push_async_callback(ingest_addresses.stop)
        await ingest_addresses.start()
        pulls = PullService(db, c.feed, pull_tools, ingest.publish_source, identity.secret_box.open)
        pull_service = LeasedService(c.leases, "pulls", pulls)
        await pull_service.start()
        stack.push_async_callback(pull_service.stop)
        setup_code = await identity.accounts.setup_code()
        yield Server(c, playback, channels, control, app, routes, setup_code, live, ingest, live_previews)
