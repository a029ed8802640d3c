"""Builds, starts and stops the parts of playback: access decisions, delivery, live changes, telemetry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from otnet_server.config import Settings
from otnet_server.db.engine import Database
from otnet_server.identity.sessions import Sessions
from otnet_server.pipeline.services import PipelineServices
from otnet_server.playback.access import Gate
from otnet_server.playback.audio_download import AudioDownloads
from otnet_server.playback.authorization import Authorization
from otnet_server.playback.countries import open_database
from otnet_server.playback.delivery import Delivery
from otnet_server.playback.entitlement_providers import EntitlementProviders
from otnet_server.playback.entitlement_queries import Entitlements
from otnet_server.playback.media_changes import MediaChanges
from otnet_server.playback.media_summary import MediaSummaries
from otnet_server.playback.sessions import PlaybackSessions
from otnet_server.playback.streams import Streams
from otnet_server.playback.tokens import Tokens
from otnet_server.plugins.host import PluginHost
from otnet_server.process import runner
from otnet_server.telemetry.roll_up import RollUp
from otnet_server.telemetry.statistics import Statistics
from otnet_server.telemetry.store import Telemetry


@dataclass
class PlaybackServices:
    gate: Gate
    sessions: PlaybackSessions
    streams: Streams
    authorization: Authorization
    delivery: Delivery
    summaries: MediaSummaries
    changes: MediaChanges
    audio_downloads: AudioDownloads
    telemetry: Telemetry
    telemetry_roll_up: RollUp
    statistics: Statistics

    async def start(self) -> None:
        await self.authorization.entitlements.providers.start()
        await self.changes.start()

    async def stop(self) -> None:
        await self.changes.stop()


def build_playback(
    settings: Settings,
    work: Path,
    db: Database,
    plugins: PluginHost,
    services: PipelineServices,
    secret: bytes,
    identity: Sessions,
) -> PlaybackServices:
    countries = open_database(settings.server.country_database)
    gate = Gate(settings.server.public, Tokens(secret), identity.person)
    sessions = PlaybackSessions(db, secret, gate, identity.person_by_id)
    publishing = publishing_libraries(settings)
    entitlements = Entitlements(db, EntitlementProviders(db, plugins.entitlements()))
    authorization = Authorization(db, gate, sessions, countries, publishing, entitlements, settings.server.url)
    summaries = MediaSummaries(services.revisions, services.pipeline)
    delivery = Delivery(
        services.media, services.revisions, services.storage, services.pipeline.prioritise_chunk,
        services.pipeline.prioritise_media, authorization,
        wait_s=settings.server.wait_s, cors=settings.server.cors,
    )  # fmt: skip
    changes = MediaChanges(services.media, summaries, services.pipeline, authorization)
    audio_downloads = AudioDownloads(services.storage, plugins.context.binaries, runner.run, work)
    telemetry = Telemetry(
        db, countries.country if countries is not None else None, settings.data, settings.work.free_mb << 20
    )
    roll_up = RollUp(db, settings.telemetry.days, settings.telemetry.max_events)
    return PlaybackServices(
        gate,
        sessions,
        Streams(db),
        authorization,
        delivery,
        summaries,
        changes,
        audio_downloads,
        telemetry,
        roll_up,
        Statistics(db),
    )


def publishing_libraries(settings: Settings) -> frozenset[str]:
    """Names of the libraries whose media are published as soon as they are found."""
    public = settings.server.public
    return frozenset(
        library.unique_name
        for library in settings.libraries
        if library.publish == "yes" or (library.publish == "auto" and public)
    )
