"""Builds, starts and stops the parts of the pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from otnet_server.binaries import Binaries
from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.cluster.leases import LeasedService, Leases
from otnet_server.config import Settings
from otnet_server.db.engine import Database
from otnet_server.pipeline.change_follower import ChangeFollower
from otnet_server.pipeline.file_repository import FileRepository
from otnet_server.pipeline.library import Libraries
from otnet_server.pipeline.media_queries import MediaQueries
from otnet_server.pipeline.pipeline import Pipeline
from otnet_server.pipeline.protection_changes import ProtectionChanges
from otnet_server.pipeline.protection_repository import ProtectionRepository
from otnet_server.pipeline.publish import Publisher
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.pipeline.revision_repository import RevisionRepository
from otnet_server.pipeline.stills import Stills
from otnet_server.pipeline.task_handlers import Encoders, TaskHandlers
from otnet_server.plugins.host import PluginHost
from otnet_server.process import runner
from otnet_server.protection.services import ProtectionServices
from otnet_server.protocols import Storage
from otnet_server.request_priority import RequestPriority


@dataclass
class PipelineServices:
    files: FileRepository
    repository: RevisionRepository
    media: MediaQueries
    revisions: RevisionCache
    storage: Storage
    publisher: Publisher
    pipeline: Pipeline
    library_watch: LeasedService
    protection_changes: ProtectionChanges
    protection_watch: LeasedService
    protections: ProtectionRepository
    follower: ChangeFollower
    stills: Stills

    async def start(self) -> None:
        await self.pipeline.start()
        await self.library_watch.start()
        await self.protection_watch.start()

    async def stop(self) -> None:
        await self.protection_watch.stop()
        await self.library_watch.stop()
        await self.follower.stop()
        await self.pipeline.stop()


def build_pipeline(
    settings: Settings,
    work: Path,
    db: Database,
    plugins: PluginHost,
    tools: Binaries,
    priority: RequestPriority,
    feed: ChangeFeed,
    leases: Leases,
    protection: ProtectionServices,
) -> PipelineServices:
    """`work` is the folder for temporary files."""
    files, repository, storage = FileRepository(db), RevisionRepository(db), plugins.storage()
    revisions = RevisionCache(repository)
    publisher = Publisher(storage, plugins.packager(), repository, runner.run, protection.keys)
    protections = ProtectionRepository(db)
    encoders = Encoders(
        plugins.video_encoder(), plugins.audio_encoder(), plugins.subtitle_converter(), plugins.picture_encoder()
    )
    handlers = TaskHandlers(
        settings, work, tools, repository, publisher, storage, encoders, plugins.metadata(), runner.run,
        revisions, protections, protection.keys,
    )  # fmt: skip
    pipeline = Pipeline(settings, repository, revisions, handlers, plugins.executor(), leases)
    libraries = Libraries(settings, files, pipeline.library_changed, pipeline.subtitles_changed, priority)
    follower = ChangeFollower(feed, pipeline, revisions)
    library_watch = LeasedService(leases, "libraries", libraries)
    protection_changes = ProtectionChanges(protections, repository, protection.keys, storage, revisions, pipeline, feed)
    protection_watch = LeasedService(leases, "protection", protection_changes)
    stills = Stills(settings, work, repository, revisions, encoders.pictures, runner.run, storage, publisher)
    return PipelineServices(
        files, repository, MediaQueries(db), revisions, storage, publisher, pipeline, library_watch,
        protection_changes, protection_watch, protections, follower, stills,
    )  # fmt: skip
