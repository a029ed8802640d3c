"""The whole machine on one screen: what there is, who knows whom, the order of starting and stopping."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from starlette.types import ASGIApp

from otnet_server import binaries
from otnet_server.api.audience import Me
from otnet_server.api.auth import Auth
from otnet_server.api.catalogue import Site
from otnet_server.api.endpoint import Door
from otnet_server.api.exports import Exports
from otnet_server.api.front_end import Pages
from otnet_server.api.html_pages import Screens
from otnet_server.api.media import MediaApi
from otnet_server.api.metrics import Metrics
from otnet_server.api.playback import Players
from otnet_server.api.rest import Rest
from otnet_server.api.routes import Routes, build
from otnet_server.api.site_endpoint import Viewers
from otnet_server.api.site_routes import Viewing
from otnet_server.api.studio import Studio
from otnet_server.api.surfaces import Surfaces, beyond
from otnet_server.api.uploads import Intake, folder_of
from otnet_server.audience.devices import Devices
from otnet_server.audience.progress import Watching
from otnet_server.catalogue.search import Finder
from otnet_server.catalogue.shelves import Shelves
from otnet_server.config import Settings
from otnet_server.control.services import Plane, note_libraries, plane
from otnet_server.db.engine import Database, migrate, url_of
from otnet_server.identity.throttle import Rate
from otnet_server.images.store import Pictures
from otnet_server.outbox import Outbox
from otnet_server.pipeline.library import Libraries
from otnet_server.pipeline.pipeline import Pipeline
from otnet_server.pipeline.publish import Publisher
from otnet_server.pipeline.repository import Catalog
from otnet_server.pipeline.revision_cache import Titles
from otnet_server.pipeline.task_handlers import Stages
from otnet_server.playback.access import Gate
from otnet_server.playback.audio_download import Sound
from otnet_server.playback.authorization import Authorization
from otnet_server.playback.delivery import Delivery
from otnet_server.playback.telemetry import Telemetry
from otnet_server.playback.tokens import Tokens, secret_of
from otnet_server.plugins import PluginHost
from otnet_server.process import runner
from otnet_server.protocols import Storage
from otnet_server.request_priority import Courtesy
from otnet_server.schema.field import Surface
from otnet_server.web.theme import Themes


@dataclass
class Core:
    """The pipeline and what it stands on; the command line uses it without HTTP."""

    settings: Settings
    plugins: PluginHost
    db: Database
    catalog: Catalog
    titles: Titles
    storage: Storage
    pipeline: Pipeline
    libraries: Libraries
    outbox: Outbox
    media: MediaApi
    courtesy: Courtesy


@dataclass
class Server:
    core: Core
    app: ASGIApp
    routes: Routes
    setup_code: str | None
    telemetry: Telemetry


def keep_private(data: Path, *, sqlite: bool) -> None:
    """Make the data folder and the database in it, for their owner alone: they hold password hashes and secrets. The
    mode of a folder that is shared with others, such as /tmp, or has files of others only, is left as it is."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    about, inside = data.stat(), {path.name for path in data.iterdir()}
    if about.st_uid != os.geteuid():
        return
    if not about.st_mode & stat.S_ISVTX and (not inside or inside & {"otnet.db", "secret.key"}):
        data.chmod(0o700)
    if sqlite:
        database = data / "otnet.db"
        database.touch(0o600)
        database.chmod(0o600)  # its journals take the same mode


@asynccontextmanager
async def core(settings: Settings) -> AsyncIterator[Core]:
    """Everything but HTTP, wired and not yet started; closed at the end."""
    keep_private(settings.data, sqlite=not settings.database)
    shutil.rmtree(settings.data / "work", ignore_errors=True)  # what a killed server left half made
    for folder in ("work", "logs"):
        (settings.data / folder).mkdir(exist_ok=True)
    tools = binaries.find(settings.tools)
    plugins = PluginHost(settings, tools)
    url = url_of(settings.database, settings.data)
    migrate(url)
    courtesy = Courtesy()
    db = Database(url, courtesy)
    catalog = Catalog(db)
    titles = Titles(catalog)
    storage = plugins.storage()
    publisher = Publisher(storage, plugins.packager(), catalog, runner.run)
    stages = Stages(
        settings,
        tools,
        catalog,
        titles,
        publisher,
        storage,
        plugins.encoder(),
        plugins.metadata(),
        runner.run,
    )
    media = MediaApi(catalog, titles)
    pipeline = Pipeline(settings, catalog, titles, stages, plugins.executor(), media.changed)
    libraries = Libraries(settings, catalog, pipeline.library_changed, pipeline.subtitles_changed, courtesy)
    outbox = Outbox(catalog, plugins)
    try:
        yield Core(settings, plugins, db, catalog, titles, storage, pipeline, libraries, outbox, media, courtesy)
    finally:
        await runner.end_all()
        await db.close()


@asynccontextmanager
async def server(settings: Settings) -> AsyncIterator[Server]:
    """A running server; `app` answers HTTP."""
    async with core(settings) as c:
        secret = secret_of(settings.data)
        folders = {
            n: (str(r), x.profile) for (n, r), x in zip(c.libraries.roots.items(), settings.libraries, strict=True)
        }
        c.catalog.owners = await note_libraries(c.db, folders)
        coming = partial(folder_of, c.db)
        wake = c.pipeline.library_changed_one
        shows = frozenset(
            n for n, x in zip(c.libraries.roots, settings.libraries, strict=True)
            if x.publish == "yes" or (x.publish == "auto" and settings.server.public)
        )  # fmt: skip
        async with plane(
            settings, c.db, secret, c.catalog, c.storage, c.outbox, c.media.view, wake, coming, shows
        ) as p:
            gate = Gate(settings.server.public, Tokens(secret), p.sessions.person)
            authorization = Authorization(c.db, gate, shows, settings.server.url)
            app, routes = api(settings, c, p, authorization)
            c.media.start(c.pipeline, authorization)
            await c.outbox.start()
            await c.pipeline.start()
            await c.libraries.start()
            try:
                yield Server(c, app, routes, await p.accounts.setup_code(), p.telemetry)
            finally:
                await c.libraries.stop()
                await c.pipeline.stop()
                await c.media.stop()
                await c.outbox.stop()


def api(settings: Settings, c: Core, p: Plane, authorization: Authorization) -> tuple[ASGIApp, Routes]:
    """All that answers HTTP."""
    gate = authorization.gate
    delivery = Delivery(
        c.catalog, c.titles, c.storage, c.pipeline.demand, authorization,
        wait_s=settings.server.wait_s, cors=settings.server.cors,
    )  # fmt: skip

    async def ready() -> dict[str, bool]:
        return {
            "database": bool(await c.catalog.counts() is not None),
            "storage": await c.storage.free() is not None,
        }

    rest = Rest(c.db, p.records, p.behaviours)
    studio = Studio(settings, c.db, p.records, rest, c.catalog, c.titles, c.storage, c.media, delivery.viewers)
    auth = Auth(p.accounts, p.sessions, p.vault, c.plugins.auth(), settings.server.url)
    more = beyond(studio, Intake(c.db, p.uploads, p.imports))
    door = Door(p.sessions, p.vault, Rate(settings.server.rate), c.courtesy, gate)
    pages = Pages()
    viewing = screens(settings, c, p, auth, door, authorization, pages)
    more += [(path, "GET", Surface.DASHBOARD, h) for path, h in viewing.for_the_studio()]
    surfaces = Surfaces(door, rest, auth, gate, more, settings.server.url)
    metrics = Metrics(c.catalog, c.pipeline)
    https = settings.server.url.startswith("https://")
    return build(gate, pages, c.media, metrics, delivery, ready, surfaces, studio.picture, viewing, https)


def screens(
    settings: Settings, c: Core, p: Plane, auth: Auth, door: Door, authorization: Authorization, pages: Pages
) -> Viewing:
    """All that viewers meet."""
    themes, pictures, watching = Themes(c.db), Pictures(c.storage), Watching(c.db)
    shelves = Shelves(c.db, pictures)
    finder = Finder(c.db, p.records.search, shelves)
    site = Site(shelves, finder, themes, p.accounts, p.vault, c.catalog, c.titles)
    me = Me(watching, shelves, p.accounts, Devices(c.db, p.sessions), auth)
    sound = Sound(c.storage, c.plugins.context.binaries, runner.run, settings.data / "work")
    players = Players(
        c.db,
        c.catalog,
        c.media,
        shelves,
        watching,
        pictures,
        p.telemetry,
        settings.telemetry.enabled,
        c.titles,
        sound,
        authorization,
    )
    viewers = Viewers(door, themes, authorization.gate, settings.server.url)
    exports = Exports(c.plugins.exporters(), site, players, viewers, settings.server.public)
    return Viewing(viewers, site, me, players, Screens(site, pages, pictures, c.db, authorization), exports)
