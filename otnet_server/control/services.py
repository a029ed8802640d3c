"""The control plane, wired: the resources' behaviours, who may come in, files and events that go in and out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import delete, insert, select, update

from otnet_server.config import Settings
from otnet_server.control import artwork, content, developers, media, team, webhooks
from otnet_server.control.behaviour import Behaviour
from otnet_server.control.content_matching import Linker
from otnet_server.db.engine import Database
from otnet_server.db.records import Records, new_id, now
from otnet_server.db.search import Search
from otnet_server.db.tables import FIRST, idempotency, metadata, password_reset
from otnet_server.errors import ConfigError
from otnet_server.identity.accounts import Accounts
from otnet_server.identity.secret_box import Vault
from otnet_server.identity.sessions import Sessions
from otnet_server.ingest.addresses import Rules
from otnet_server.ingest.downloads import Limits
from otnet_server.ingest.guarded import client
from otnet_server.ingest.imports import Imports
from otnet_server.ingest.uploads import Library, Uploads
from otnet_server.media.filenames import is_media
from otnet_server.outbox import Outbox
from otnet_server.pipeline.repository import Catalog
from otnet_server.playback.telemetry import Telemetry
from otnet_server.protocols import Storage
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.dates import utc
from otnet_server.webhooks.sender import Sender

SENDING = 16
library = metadata.tables["library"]


@dataclass
class Plane:
    """What the API stands on."""

    records: Records
    vault: Vault
    sessions: Sessions
    accounts: Accounts
    behaviours: dict[str, Behaviour]
    uploads: Uploads
    imports: Imports
    telemetry: Telemetry


@asynccontextmanager
async def plane(
    settings: Settings, db: Database, secret: bytes, catalog: Catalog, storage: Storage, outbox: Outbox,
    view: media.View, wake: media.Wake, folder_of: Library, publishes: frozenset[str],
) -> AsyncIterator[Plane]:  # fmt: skip
    """Running: it listens to the outbox, sends webhooks, goes on with imports."""
    records, vault, sessions = Records(Search(db.sqlite)), Vault(secret), Sessions(db)
    accounts = Accounts(db, records, vault)
    allow = frozenset(settings.uploads.allow_hosts)
    try:
        rules = Rules(allow)
    except ValueError as e:
        raise ConfigError("config_invalid", f"uploads.allow_hosts: {e}.", "See config.example.toml.") from e
    hook = webhooks.Webhook(SCHEMA["webhook"], records, vault, rules)
    replay = webhooks.WebhookDelivery(SCHEMA["webhook_delivery"], records)
    made: list[Behaviour] = [
        content.Content(SCHEMA["content"], records),
        content.Category(SCHEMA["category"], records),
        content.Program(SCHEMA["program"], records),
        *(content.Illustrated(SCHEMA[n], records) for n in ("series", "person", "channel")),
        artwork.Artwork(SCHEMA["artwork"], records, storage),
        media.Media(SCHEMA["media"], records, catalog, view, wake),
        team.Organization(SCHEMA["organization"], records, sessions),
        team.User(SCHEMA["user"], records, sessions),
        team.Membership(SCHEMA["membership"], records, sessions),
        team.Session(SCHEMA["session"], records, sessions),
        developers.ApiKey(SCHEMA["api_key"], records, sessions),
        hook,
        replay,
    ]
    keep_free, most = settings.work.free_mb << 20, settings.uploads.max_mb << 20
    uploads = Uploads(
        settings.data / "uploads", max_bytes=most, library=folder_of, accepts=is_media, keep_free=keep_free,
        expires_s=settings.uploads.hours * 3600,
    )  # fmt: skip
    limits = Limits(max_bytes=most, keep_free=keep_free)
    imports = Imports(settings.data / "imports", limits=limits, accepts=is_media, rules=rules)
    store = webhooks.WebhookStore(db, vault)
    outbox.listeners += [Linker(db, records, publishes).heard, store.feed]
    chores = AsyncIOScheduler()
    async with client(allow, connections=SENDING + 4) as http:
        sender = Sender(store, http, at_once=SENDING)
        hook.wake = replay.wake = sender.wake
        for chore in (uploads.sweep, imports.sweep):
            chores.add_job(chore, "interval", hours=1, next_run_time=datetime.now(UTC), max_instances=1)
        chores.add_job(forget, "interval", args=[db], hours=1, max_instances=1)
        telemetry = Telemetry(db, settings.telemetry.days)
        chores.add_job(telemetry.roll_up, "interval", minutes=5, max_instances=1)
        await imports.open()
        await sender.start()
        chores.start()
        try:
            yield Plane(records, vault, sessions, accounts, {b.resource.name: b for b in made}, uploads, imports,
                        telemetry)  # fmt: skip
        finally:
            chores.shutdown(wait=False)
            await sender.stop()
            await imports.close()


async def forget(db: Database) -> None:
    """What has had its day: idempotency keys, links for a new password."""
    yesterday = utc(datetime.now(UTC) - timedelta(days=1))
    async with db.write() as c:
        await c.execute(delete(idempotency).where(idempotency.c.at < yesterday))
        await c.execute(delete(password_reset).where(password_reset.c.expires_at < now()))


async def note_libraries(db: Database, folders: dict[str, tuple[str, str]]) -> dict[str, str]:
    """The configured libraries (name → folder, profile) as records; returns whose each is."""
    at = now()
    async with db.write() as c:
        rows = {r.name: r for r in await c.execute(select(library))}
        for name, (path, profile) in folders.items():
            values = {"path": path, "profile": profile, "available": True}
            if name in rows:
                await c.execute(update(library).where(library.c.name == name).values(**values))
            else:
                await c.execute(insert(library).values(
                    id=new_id(), organization=FIRST, name=name, label=name, created_at=at, updated_at=at, **values
                ))  # fmt: skip
        gone = [n for n in rows if n not in folders]
        await c.execute(update(library).where(library.c.name.in_(gone)).values(available=False))
        return {r.name: r.organization for r in await c.execute(select(library))}
