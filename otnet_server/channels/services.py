"""Builds, starts and stops the parts of linear channels."""

from __future__ import annotations

from dataclasses import dataclass

from otnet_server.binaries import Binaries
from otnet_server.channels.ad_creatives import AdCreatives
from otnet_server.channels.ad_decisions import AdDecisions
from otnet_server.channels.ad_tracking import AdTracking
from otnet_server.channels.delivery import ChannelDelivery
from otnet_server.channels.impressions import Impressions
from otnet_server.channels.interstitials import InterstitialDelivery
from otnet_server.channels.objects import ChannelObjects
from otnet_server.channels.playout_service import PlayoutService
from otnet_server.channels.reader import ChannelReader
from otnet_server.channels.repository import ChannelRepository
from otnet_server.channels.schedule_reader import ScheduleReader
from otnet_server.channels.slates import Slates
from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.cluster.leases import LeasedService, Leases
from otnet_server.config import Settings
from otnet_server.db.engine import Database
from otnet_server.pipeline.revision_repository import REVISIONS_DELETED
from otnet_server.pipeline.services import PipelineServices
from otnet_server.playback.services import PlaybackServices
from otnet_server.plugins.host import PluginHost
from otnet_server.process import runner
from otnet_server.protection.services import ProtectionServices
from otnet_server.web.known_hosts import KnownHosts


@dataclass
class ChannelServices:
    repository: ChannelRepository
    reader: ChannelReader
    delivery: ChannelDelivery
    playout: PlayoutService
    playout_lease: LeasedService
    slates: Slates
    schedule: ScheduleReader
    impressions: Impressions
    ad_tracking_lease: LeasedService

    async def start(self) -> None:
        await self.impressions.start()
        await self.playout_lease.start()
        await self.ad_tracking_lease.start()

    async def stop(self) -> None:
        await self.ad_tracking_lease.stop()
        await self.playout_lease.stop()
        await self.slates.stop()
        await self.impressions.stop()


def build_channels(
    settings: Settings,
    db: Database,
    tools: Binaries,
    plugins: PluginHost,
    feed: ChangeFeed,
    leases: Leases,
    services: PipelineServices,
    playback: PlaybackServices,
    protection: ProtectionServices,
) -> ChannelServices:
    repository = ChannelRepository(db)
    profile = settings.profile("standard")
    reader = ChannelReader(repository, services.revisions, protection.signalling, profile, feed)
    slates = Slates(db, tools, runner.run, services.pipeline, settings.data)
    schedulers = plugins.schedulers()
    creatives = AdCreatives(db, services.pipeline.wake, settings.data, frozenset(settings.uploads.allow_hosts))
    ads = AdDecisions(db, repository, plugins.ad_providers(), creatives)
    playout = PlayoutService(repository, services.revisions, slates, schedulers, ads, profile)
    ads.on_decided = playout.wake
    for type in ("channel.created", "channel.updated", "media.ready", "program.created", "program.updated"):
        feed.subscribe(type, lambda _: playout.wake())
    for type in (REVISIONS_DELETED, "media.deleted"):
        feed.subscribe(type, lambda _: playout.titles_deleted())
    feed.on_gap.append(playout.titles_deleted)
    impressions = Impressions(db, playback.sessions, enabled=settings.telemetry.enabled)
    hosts = KnownHosts(db, settings.server.url, settings.server.host)
    delivery = ChannelDelivery(
        reader, ChannelObjects(services.storage), playback.authorization, playback.policies, impressions,
        InterstitialDelivery(reader, ads, hosts.media_base_url), playback.delivery.cors,
    )  # fmt: skip
    lease, schedule = LeasedService(leases, "playout", playout), ScheduleReader(repository, schedulers)
    tracking = LeasedService(leases, "ad tracking", AdTracking(db, frozenset(settings.uploads.allow_hosts)))
    return ChannelServices(repository, reader, delivery, playout, lease, slates, schedule, impressions, tracking)
