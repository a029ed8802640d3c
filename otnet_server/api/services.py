"""Builds the HTTP API from the services."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Scope

from otnet_server.api.account_mails import AccountMails
from otnet_server.api.artwork_files import ArtworkFilesApi
from otnet_server.api.audience import AudienceApi
from otnet_server.api.auth import Auth
from otnet_server.api.catalogue import CatalogueApi
from otnet_server.api.catalogue_reader import Catalogues
from otnet_server.api.channel_playback import ChannelPlayback
from otnet_server.api.channel_pulls import ChannelPullsApi
from otnet_server.api.channel_schedules import ChannelSchedulesApi
from otnet_server.api.clips import ClipsApi
from otnet_server.api.direct_uploads import DirectUploadsApi
from otnet_server.api.embed import EmbedApi
from otnet_server.api.endpoint import Endpoint
from otnet_server.api.events import EventsApi
from otnet_server.api.exports import ExportsApi
from otnet_server.api.front_end import FrontEnd
from otnet_server.api.guide import GuideApi
from otnet_server.api.history import HistoryApi
from otnet_server.api.home_layout import HomeLayoutApi
from otnet_server.api.html_pages import HtmlPages
from otnet_server.api.images import ImagesApi
from otnet_server.api.key_server import KeyServerApi
from otnet_server.api.licences import LicenceApi
from otnet_server.api.live_health import LiveHealthApi
from otnet_server.api.live_previews import LivePreviewsApi
from otnet_server.api.mail import MailApi
from otnet_server.api.media import MediaApi
from otnet_server.api.metadata_imports import MetadataImportsApi
from otnet_server.api.metrics import Metrics
from otnet_server.api.play_as import PlayAsApi
from otnet_server.api.playback import PlaybackApi
from otnet_server.api.playback_explanations import PlaybackExplanationsApi
from otnet_server.api.plugin_routes import PluginRoutes
from otnet_server.api.policies import PoliciesApi
from otnet_server.api.previews import PreviewsApi
from otnet_server.api.protection import ProtectionApi
from otnet_server.api.rest import Rest
from otnet_server.api.routes import Routes, build
from otnet_server.api.saved_views import SavedViewsApi
from otnet_server.api.search import SearchApi
from otnet_server.api.site_endpoint import SiteEndpoint
from otnet_server.api.site_routes import SiteHandlers, SiteRoutes
from otnet_server.api.sitemap import SitemapApi
from otnet_server.api.stream_keys import StreamKeysApi
from otnet_server.api.studio import StudioApi
from otnet_server.api.subtitles import SubtitlesApi
from otnet_server.api.surfaces import Surfaces, extra_routes
from otnet_server.api.team import TeamApi
from otnet_server.api.telemetry import TelemetryApi
from otnet_server.api.title_lookups import TitleLookupsApi
from otnet_server.api.trash import TrashApi
from otnet_server.api.uploads import UploadsApi
from otnet_server.api.viewer_access import ViewerAccessApi
from otnet_server.api.viewer_profiles import ViewerProfilesApi
from otnet_server.audience.access_codes import AccessCodes
from otnet_server.audience.devices import Devices
from otnet_server.audience.included_titles import IncludedTitles
from otnet_server.audience.progress import ProgressStore
from otnet_server.audience.watchlist import Watchlist
from otnet_server.catalogue.card_reader import CardReader
from otnet_server.catalogue.catalogue import Catalogue, build_catalogue
from otnet_server.channels.guide import Guide
from otnet_server.channels.schedule_reader import ScheduleReader
from otnet_server.channels.services import ChannelServices
from otnet_server.channels.viewers import ChannelViewers
from otnet_server.config import Settings
from otnet_server.control.clips import Clips
from otnet_server.control.home_layouts import HomeLayouts
from otnet_server.control.services import ControlPlane
from otnet_server.db.engine import Database
from otnet_server.errors import ApiError, OtnetError
from otnet_server.identity.services import IdentityServices
from otnet_server.identity.throttle import Rate
from otnet_server.images.store import Pictures
from otnet_server.live.health_repository import HealthRepository
from otnet_server.live.ingest_addresses import IngestAddresses
from otnet_server.live.preview_service import PreviewService
from otnet_server.live.pull.sources import pull_rules
from otnet_server.live.whep_sources import WhepSources
from otnet_server.logs import log
from otnet_server.pipeline.services import PipelineServices
from otnet_server.playback.authorization import SessionAccess
from otnet_server.playback.explanation_facts import ExplanationFacts
from otnet_server.playback.services import PlaybackServices
from otnet_server.playback.visibility import Decision
from otnet_server.plugins.host import PluginHost
from otnet_server.protection.licences import Licences
from otnet_server.protection.services import ProtectionServices
from otnet_server.request_priority import RequestPriority
from otnet_server.schema.field import Surface
from otnet_server.web.known_hosts import KnownHosts
from otnet_server.web.theme import Themes

READY_S = 5.0
LICENCES_PER_MINUTE = 120  # of one playback session


def build_api(
    settings: Settings,
    db: Database,
    plugins: PluginHost,
    priority: RequestPriority,
    identity: IdentityServices,
    services: PipelineServices,
    playback: PlaybackServices,
    control: ControlPlane,
    protection: ProtectionServices,
    channels: ChannelServices,
    passphrase_of: Callable[[str], str],
    ingest_addresses: IngestAddresses,
    live_previews: PreviewService,
    whep: WhepSources | None,
) -> tuple[ASGIApp, Routes]:
    gate, url = playback.gate, settings.server.url
    viewers = ChannelViewers(db, enabled=settings.telemetry.enabled)
    known_hosts = KnownHosts(db, url, settings.server.host)
    rate = Rate(settings.server.rate)
    endpoint = Endpoint(identity.sessions, identity.secret_box, rate, priority, gate, known_hosts)
    account_mails = AccountMails(db, control.outbox, identity.secret_box, control.wake_mail)
    auth = Auth(identity, plugins.auth(), known_hosts, account_mails)
    mail = MailApi(db, control.outbox, control.wake_mail)
    search = SearchApi(db, identity.records)
    team = TeamApi(db, identity.sessions, control.outbox)
    rest = Rest(db, identity.records, control.behaviours, control.trash)
    studio = StudioApi(settings, db, identity.records, rest, services, playback)
    front_end = FrontEnd()
    pictures = Pictures(services.storage)
    catalogue = build_catalogue(db, identity.records.search, pictures)
    channel_playback = ChannelPlayback(
        channels.repository, channels.reader, playback, whep, telemetry_enabled=settings.telemetry.enabled
    )
    site = _site_routes(
        settings,
        db,
        plugins,
        endpoint,
        auth,
        front_end,
        identity,
        services,
        playback,
        catalogue,
        pictures,
        protection,
        channel_playback,
        channels.schedule,
    )
    artwork = ArtworkFilesApi(
        db,
        identity.records,
        rest,
        services.storage,
        playback.authorization,
        control.imports.fetch,
        services.stills.still,
    )
    subtitles = SubtitlesApi(db, identity.records, services)
    live_previews_api = LivePreviewsApi(db, identity.records, live_previews, HealthRepository(db), endpoint)
    extra = extra_routes(
        studio,
        UploadsApi(db, control.uploads, control.imports),
        EventsApi(db),
        artwork,
        subtitles,
        MetadataImportsApi(control.metadata_imports),
        TitleLookupsApi(db, identity.records, rest, artwork, plugins.title_lookups(), control.imports.fetch),
        mail,
        team,
        search,
        TrashApi(db, control.trash),
        SavedViewsApi(db),
        HistoryApi(db, identity.records),
        HomeLayoutApi(HomeLayouts(db), catalogue.home),
        ProtectionApi(db, protection.accounts, protection.vault, protection.licence_log, services.protections),
        PoliciesApi(db, identity.records),
        StreamKeysApi(db, identity.records, ingest_addresses, url, passphrase_of),
        ChannelPullsApi(db, identity.records, pull_rules(settings), identity.secret_box.seal),
        ChannelSchedulesApi(db, identity.records, channels.repository, channels.schedule, channels.impressions),
        LiveHealthApi(db, identity.records, HealthRepository(db), viewers),
        ClipsApi(db, identity.records, Clips(db, services)),
        live_previews_api,
    )
    extra += [(path, method, Surface.DASHBOARD, handler) for path, method, handler in site.dashboard_routes()]
    extra += [(path, method, Surface.PARTNER, handler) for path, method, handler in site.partner_routes()]
    direct_uploads = DirectUploadsApi(control.upload_links, control.uploads)
    surfaces = Surfaces(endpoint, rest, auth, gate, extra, direct_uploads)
    media = MediaApi(services.media, playback.summaries, playback.changes, playback.authorization)
    metrics = Metrics(services.media, services.pipeline, playback.policies)

    licence_rate = Rate(LICENCES_PER_MINUTE)

    def count_licence(session: str) -> None:
        allowed, _, wait_s = licence_rate.take(session)
        if not allowed:
            raise ApiError(429, "too_many_licences", "This playback session has asked for too many licences.",
                           f"Wait {wait_s} s.", Retry_After=str(max(1, wait_s)))  # fmt: skip

    async def licence_access(scope: Scope, session: str) -> SessionAccess | None:
        access = await playback.authorization.session_access(scope, session)
        if access is None or access.refusal is not None:
            return access
        decision = await playback.policies.decide(scope, access.media, None, Decision(), "licence", session)
        return access._replace(refusal=decision.refusal)

    licences = Licences(
        protection.keys, protection.accounts, protection.signing_keys, protection.licence_log,
        licence_access, count_licence, protection.possession, channel_playback.titles,
    )  # fmt: skip
    licence_api = LicenceApi(licences, protection.signing_keys)
    key_server = KeyServerApi(endpoint, protection.keys, protection.accounts)

    async def ready() -> dict[str, bool]:
        return {
            "database": await _works(services.media.counts()),
            "storage": await _works(services.storage.free()),
        }

    return build(
        gate, front_end, endpoint, media, metrics, playback.delivery, channels.delivery, playback.policies, ready,
        surfaces, artwork.file, site, licence_api, key_server, live_previews_api, https=url.lower().startswith("https://"),
        trusted_proxies=settings.server.trusted_proxies,
    )  # fmt: skip


async def _works(check: Awaitable[object]) -> bool:
    """Whether a check succeeds within `READY_S` seconds; the log says why it does not."""
    try:
        async with asyncio.timeout(READY_S):
            await check
    except (OtnetError, SQLAlchemyError, OSError) as e:  # includes TimeoutError
        log.warning("the server is not ready", why=f"{type(e).__name__}: {e}")
        return False
    return True


def _site_routes(
    settings: Settings,
    db: Database,
    plugins: PluginHost,
    endpoint: Endpoint,
    auth: Auth,
    front_end: FrontEnd,
    identity: IdentityServices,
    services: PipelineServices,
    playback: PlaybackServices,
    catalogue: Catalogue,
    pictures: Pictures,
    protection: ProtectionServices,
    channel_playback: ChannelPlayback,
    schedule: ScheduleReader,
) -> SiteRoutes:
    themes, progress = Themes(db), ProgressStore(db)
    refresh_grants = playback.authorization.entitlements.providers.refresh
    site_endpoint = SiteEndpoint(endpoint, themes, playback.gate, auth.known_hosts, refresh_grants)
    viewers = ChannelViewers(db, enabled=settings.telemetry.enabled)
    guide = Guide(db, CardReader(pictures), schedule, viewers)
    catalogue_api = CatalogueApi(catalogue, themes, identity, services, guide)
    playback_api = PlaybackApi(
        db, catalogue, pictures, services, playback, channel_playback, telemetry_enabled=settings.telemetry.enabled
    )
    catalogues = Catalogues(catalogue_api, playback_api, themes.find_organization, settings.server.url)
    plugins.context.provide_catalogue(catalogues.reader)
    devices = Devices(db, identity.sessions)
    pages = HtmlPages(catalogue_api, front_end, playback.gate)
    handlers = SiteHandlers(
        catalogue=catalogue_api,
        guide=GuideApi(catalogue_api.guide),
        audience=AudienceApi(progress, Watchlist(db), catalogue, identity.accounts, devices, auth),
        playback=playback_api,
        telemetry=TelemetryApi(playback.telemetry, playback.gate, playback.sessions, settings.telemetry.enabled),
        embed=EmbedApi(playback_api, catalogue, site_endpoint),
        pages=pages,
        sitemap=SitemapApi(db, catalogue_api.guide),
        images=ImagesApi(pictures, playback.authorization),
        viewer_profiles=ViewerProfilesApi(identity.viewer_profiles),
        exports=ExportsApi(plugins.exporters(), catalogues, site_endpoint, settings.server.public),
        plugins=PluginRoutes(plugins.routes(), catalogues, settings.server.public),
        access=ViewerAccessApi(IncludedTitles(db), AccessCodes(db, identity.records), playback.streams),
        previews=PreviewsApi(db, catalogue, pictures, services, playback, pages),
        explanations=PlaybackExplanationsApi(
            ExplanationFacts(db, playback.authorization, services.media, services.revisions, protection.accounts)
        ),
        play_as=PlayAsApi(db, identity.records),
    )
    return SiteRoutes(site_endpoint, handlers)
