"""Builds and runs the control plane: behaviours of the resources, uploads, imports, webhooks and chores."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import delete

from otnet_server import data_folder
from otnet_server.cluster.chores import Chores
from otnet_server.cluster.consumers import Consumers
from otnet_server.cluster.leases import LeasedService, Leases
from otnet_server.config import Settings
from otnet_server.control import (
    artwork,
    channels,
    content,
    developers,
    entitlements,
    mails,
    media,
    policies,
    preview_links,
    programs,
    series,
    simulcast_targets,
    team,
    upload_links,
    webhooks,
)
from otnet_server.control.arrivals import Arrivals
from otnet_server.control.behaviour import Behaviour
from otnet_server.control.content_matching import ContentMatcher
from otnet_server.control.libraries import Library, upload_folder
from otnet_server.control.media_deletion import MediaDeletion
from otnet_server.control.metadata_imports import MetadataImports
from otnet_server.control.trash import Trash
from otnet_server.control.unused_creatives import UnusedCreatives
from otnet_server.db import changes
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import idempotency, metadata, password_reset
from otnet_server.errors import ConfigError
from otnet_server.identity.invitations import invitation
from otnet_server.identity.secret_box import SecretBox
from otnet_server.identity.services import IdentityServices
from otnet_server.images.uploads import PictureDecoder
from otnet_server.ingest.addresses import Rules
from otnet_server.ingest.downloads import Limits
from otnet_server.ingest.guarded import client
from otnet_server.ingest.imports import Imports
from otnet_server.ingest.uploads import Uploads
from otnet_server.mail.notifications import Notifications
from otnet_server.mail.outbox import Outbox
from otnet_server.mail.sender import MailSender
from otnet_server.mail.templates import Templates
from otnet_server.media.filenames import is_media
from otnet_server.pipeline.services import PipelineServices
from otnet_server.playback.services import PlaybackServices, publishing_libraries
from otnet_server.protection.services import ProtectionServices
from otnet_server.protocols import AdProvider, Mailer, Scheduler
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.dates import utc
from otnet_server.web.known_hosts import KnownHosts
from otnet_server.webhooks.sender import Sender

preview_link = metadata.tables["preview_link"]
WEBHOOKS_AT_ONCE = 16
EVENT_DAYS = 7


@dataclass
class ControlPlane:
    """The services that the REST API uses."""

    behaviours: dict[str, Behaviour]
    uploads: Uploads
    imports: Imports
    metadata_imports: MetadataImports
    upload_links: upload_links.UploadLinks
    outbox: Outbox
    wake_mail: Callable[[], None]
    trash: Trash


@asynccontextmanager
async def control_plane(
    settings: Settings,
    db: Database,
    identity: IdentityServices,
    services: PipelineServices,
    playback: PlaybackServices,
    consumers: Consumers,
    leases: Leases,
    pictures: PictureDecoder,
    mailer: Mailer | None,
    protection: ProtectionServices,
    schedulers: Mapping[str, Scheduler],
    ad_providers: Mapping[str, AdProvider],
) -> AsyncIterator[ControlPlane]:
    """A running control plane: it matches media to content, sends webhooks, continues imports and runs chores."""
    records, secret_box, sessions = identity.records, identity.secret_box, identity.sessions
    allow = frozenset(settings.uploads.allow_hosts)
    try:
        rules = Rules(allow)
    except ValueError as e:
        raise ConfigError("config_invalid", f"uploads.allow_hosts: {e}.", "See config.example.toml.") from e
    hook = webhooks.Webhook(SCHEMA["webhook"], records, secret_box, rules)
    replay = webhooks.WebhookDelivery(SCHEMA["webhook_delivery"], records)
    outbox = build_outbox(settings, db, secret_box, sends=mailer is not None)
    mail_sender = MailSender(outbox, mailer) if mailer is not None else None
    wake_mail = mail_sender.wake if mail_sender is not None else _nothing_to_wake
    notifications = Notifications(db, outbox, settings.server.url)
    deletion = MediaDeletion(db, services.storage)
    pictures_of_records = artwork.Artwork(SCHEMA["artwork"], records, services.storage, pictures)
    trash = Trash(db, records, pictures_of_records.delete_files)
    titles = content.Content(SCHEMA["content"], records)
    metadata_imports = MetadataImports(db, records, titles)
    behaviours: list[Behaviour] = [
        titles,
        content.Category(SCHEMA["category"], records),
        preview_links.PreviewLink(SCHEMA["preview_link"], records),
        programs.Program(SCHEMA["program"], records),
        series.Series(SCHEMA["series"], records),
        content.Illustrated(SCHEMA["person"], records),
        simulcast_targets.SimulcastTarget(SCHEMA["simulcast_target"], records, secret_box, rules),
        channels.Channel(SCHEMA["channel"], records, schedulers, ad_providers),
        pictures_of_records,
        media.Media(
            SCHEMA["media"],
            records,
            services.media,
            services.repository,
            playback.summaries.summarize,
            services.pipeline.library_changed_one,
            deletion,
            services.protection_changes.rekey,
        ),
        team.Organization(
            SCHEMA["organization"],
            records,
            sessions,
            KnownHosts(db, settings.server.url, settings.server.host),
            settings.data,
        ),
        Library(SCHEMA["library"], records),
        team.User(SCHEMA["user"], records, sessions),
        team.Membership(SCHEMA["membership"], records, sessions),
        team.Invitation(SCHEMA["invitation"], records, outbox, wake_mail),
        mails.Mail(SCHEMA["mail"], records, outbox, wake_mail),
        team.Session(SCHEMA["session"], records, sessions),
        developers.ApiKey(SCHEMA["api_key"], records, sessions),
        policies.Policy(SCHEMA["policy"], records, playback.policy_store.reload),
        entitlements.Grant(SCHEMA["grant"], records),
        entitlements.AccessCode(SCHEMA["access_code"], records),
        upload_links.UploadLink(SCHEMA["upload_link"], records, settings.uploads.max_mb, settings.server.url),
        hook,
        replay,
    ]
    min_free_bytes, max_bytes = settings.work.free_mb << 20, settings.uploads.max_mb << 20
    arrivals, links = Arrivals(db), upload_links.UploadLinks(db)
    uploads = Uploads(
        settings.data / "uploads",
        max_bytes=max_bytes,
        library=partial(upload_folder, db),
        targets=arrivals,
        accepts=is_media,
        keep_free=min_free_bytes,
        expires_s=settings.uploads.hours * 3600,
    )
    limits = Limits(max_bytes=max_bytes, keep_free=min_free_bytes)
    imports = Imports(settings.data / "imports", limits=limits, accepts=is_media, rules=rules, targets=arrivals)
    store = webhooks.WebhookStore(db, secret_box)
    consumers.add("content matching", ContentMatcher(db, records, publishing_libraries(settings)).on_event)
    consumers.add("webhooks", store.feed)
    consumers.add("media deletion", deletion.on_event)
    consumers.add("mails", notifications.on_event)
    chores = Chores()
    async with client(allow, connections=WEBHOOKS_AT_ONCE + 4) as http:
        sender = Sender(store, http, at_once=WEBHOOKS_AT_ONCE)
        hook.wake = replay.wake = sender.wake
        chores.every(timedelta(minutes=1), partial(asyncio.to_thread, data_folder.delete_abandoned, settings.data))
        chores.every(timedelta(hours=1), uploads.sweep, immediately=True)
        chores.every(timedelta(hours=1), imports.sweep, immediately=True)
        chores.every(timedelta(hours=1), partial(delete_expired, db))
        chores.every(timedelta(hours=1), arrivals.delete_expired)
        chores.every(timedelta(minutes=5), playback.telemetry_roll_up.run)
        chores.every(timedelta(hours=1), links.delete_expired)
        chores.every(timedelta(hours=1), outbox.delete_old)
        chores.every(timedelta(hours=1), trash.purge_old)
        chores.every(timedelta(hours=1), UnusedCreatives(db).delete_old)
        chores.every(timedelta(hours=1), metadata_imports.delete_old)
        chores.every(timedelta(hours=1), notifications.announce_expiring_keys, immediately=True)
        chores.every(timedelta(minutes=5), playback.sessions.delete_expired)
        chores.every(timedelta(minutes=5), protection.possession.delete_expired)
        chores.every(timedelta(hours=1), protection.licence_log.delete_old)
        chores.every(timedelta(hours=1), protection.signing_keys.rotate_old)
        await imports.open()
        leased = [LeasedService(leases, "webhook deliveries", sender), LeasedService(leases, "chores", chores)]
        for service in leased:
            await service.start()
        if mail_sender is not None:
            await mail_sender.start()
        try:
            by_resource = {b.resource.name: b for b in behaviours}
            yield ControlPlane(by_resource, uploads, imports, metadata_imports, links, outbox, wake_mail, trash)
        finally:
            if mail_sender is not None:
                await mail_sender.stop()
            for service in leased:
                await service.stop()
            await metadata_imports.close()
            await imports.close()


def build_outbox(settings: Settings, db: Database, secret_box: SecretBox, *, sends: bool) -> Outbox:
    templates = Templates(settings.mail.templates)
    return Outbox(db, secret_box, templates, settings.mail.sender, settings.mail.from_name, sends=sends)


def _nothing_to_wake() -> None:
    """Without a mailer, mails wait in the outbox."""


async def delete_expired(db: Database) -> None:
    """Delete expired idempotency keys, password reset links, invitations, preview links and changes."""
    yesterday = utc(datetime.now(UTC) - timedelta(days=1))
    async with db.write() as c:
        await c.execute(delete(idempotency).where(idempotency.c.at < yesterday))
        await c.execute(delete(password_reset).where(password_reset.c.expires_at < now()))
        await c.execute(delete(invitation).where(invitation.c.expires_at < now()))
        await c.execute(delete(preview_link).where(preview_link.c.expires_at < now()))
        await changes.delete_older(c, EVENT_DAYS)
