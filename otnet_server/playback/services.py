"""Builds, starts and stops the parts of playback: access decisions, delivery, live changes, telemetry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.config import Settings
from otnet_server.db.engine import Database
from otnet_server.identity.sessions import Sessions
from otnet_server.live.streams import LiveStreams
from otnet_server.pipeline.services import PipelineServices
from otnet_server.playback.access import Gate
from otnet_server.playback.audio_download import AudioDownloads
from otnet_server.playback.authorization import Authorization
from otnet_server.playback.channel_facts import ChannelFacts
from otnet_server.playback.countries import open_database
from otnet_server.playback.delivery import Delivery
from otnet_server.playback.drm_sessions import DrmSessions
from otnet_server.playback.edge_policies import EdgePolicies
from otnet_server.playback.entitlement_providers import EntitlementProviders
from otnet_server.playback.entitlement_queries import Entitlements
from otnet_server.playback.media_changes import MediaChanges
from otnet_server.playback.media_summary import MediaSummaries
from otnet_server.playback.policy_facts import PolicyFacts
from otnet_server.playback.sessions import PlaybackSessions
from otnet_server.playback.streams import Streams
from otnet_server.playback.tokens import Tokens
from otnet_server.plugins.host import PluginHost
from otnet_server.policies.plugin_policies import PluginPolicies
from otnet_server.policies.store import PolicyStore
from otnet_server.process import runner
from otnet_server.protection.possession import Possession
from otnet_server.protection.services import ProtectionServices
from otnet_server.telemetry.roll_up import RollUp
from otnet_server.telemetry.statistics import Statistics
from otnet_server.telemetry.store import Telemetry


@dataclass
class PlaybackServices:
    gate: Gate
    sessions: PlaybackSessions
    streams: Streams
    authorization: Authorization
    policies: EdgePolicies
    policy_store: PolicyStore
    delivery: Delivery
    summaries: MediaSummaries
    changes: MediaChanges
    audio_downloads: AudioDownloads
    telemetry: Telemetry
    telemetry_roll_up: RollUp
    statistics: Statistics
    drm: DrmSessions
    possession: Possession

    async def start(self) -> None:
        await self.policy_store.start()
        await self.authorization.entitlements.providers.start()
        await self.changes.start()

    async def stop(self) -> None:
        await self.changes.stop()
        await self.policy_store.stop()
        self.policies.close()


def build_playback(
    settings: Settings,
    work: Path,
    db: Database,
    feed: ChangeFeed,
    plugins: PluginHost,
    services: PipelineServices,
    secret: bytes,
    identity: Sessions,
    protection: ProtectionServices,
    live: LiveStreams,
) -> PlaybackServices:
    countries = open_database(settings.server.country_database)
    gate = Gate(settings.server.public, Tokens(secret), identity.person)
    sessions = PlaybackSessions(db, secret, gate, identity.person_by_id)
    publishing = publishing_libraries(settings)
    entitlements = Entitlements(db, EntitlementProviders(db, plugins.entitlements()))
    channels, url = ChannelFacts(feed), settings.server.url
    authorization = Authorization(db, gate, sessions, countries, publishing, entitlements, channels, url)
    summaries = MediaSummaries(services.revisions, services.pipeline)
    policy_store, policy_facts = PolicyStore(db, feed, settings.data), PolicyFacts(db, authorization)
    policies = EdgePolicies(
        policy_store, PluginPolicies(plugins.policies()), policy_facts.title, policy_facts.session, sessions.id_of,
        countries.country if countries is not None else lambda _: None, secret,
    )  # fmt: skip
    delivery = Delivery(
        services.media, services.revisions, services.storage, services.pipeline.prioritise_chunk,
        services.pipeline.prioritise_media, authorization, protection.signalling, policies, live.find,
        wait_s=settings.server.wait_s, cors=settings.server.cors,
    )  # fmt: skip
    changes = MediaChanges(services.media, summaries, services.pipeline, authorization)
    audio_downloads = AudioDownloads(services.storage, plugins.context.binaries, runner.run, work, services.publisher)
    telemetry = Telemetry(
        db, countries.country if countries is not None else None, settings.data, settings.work.free_mb << 20
    )
    roll_up = RollUp(db, settings.telemetry.days, settings.telemetry.max_events)
    drm = DrmSessions(protection.accounts, protection.keys, protection.signing_keys, secret)
    return PlaybackServices(
        gate,
        sessions,
        Streams(db),
        authorization,
        policies,
        policy_store,
        delivery,
        summaries,
        changes,
        audio_downloads,
        telemetry,
        roll_up,
        Statistics(db),
        drm,
        protection.possession,
    )


def publishing_libraries(settings: Settings) -> frozenset[str]:
    """Names of the libraries whose media are published as soon as they are found."""
    public = settings.server.public
    return frozenset(
        library.unique_name
        for library in settings.libraries
        if library.publish == "yes" or (library.publish == "auto" and public)
    )
