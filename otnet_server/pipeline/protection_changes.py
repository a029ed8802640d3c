"""Makes the encryption of media what it should be: a derived revision for each ready media that differs, and the
deletion of the earlier revision's objects when those who watch it have had the time to reach the end.

One process does this at a time. It compares the database, so that a restart continues where another process stopped.
"""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.db.availability import log_failure
from otnet_server.errors import ApiError, OtnetError
from otnet_server.logs import log
from otnet_server.media import urls
from otnet_server.media.plan import Plan
from otnet_server.media.protection import SCHEMES, track_classes
from otnet_server.pipeline.pipeline import Pipeline
from otnet_server.pipeline.protection_repository import Mismatch, ProtectionRepository
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.pipeline.revision_repository import RevisionRepository
from otnet_server.protection.content_keys import ContentKeys
from otnet_server.protocols import Storage

EVENTS = ("media.updated", "library.updated", "media.ready")
CHECK_S = 10.0
AT_ONCE = 4


class ProtectionChanges:
    def __init__(
        self,
        repository: ProtectionRepository,
        revision_rows: RevisionRepository,
        keys: ContentKeys,
        storage: Storage,
        revisions: RevisionCache,
        pipeline: Pipeline,
        feed: ChangeFeed,
    ) -> None:
        self._repository, self._revision_rows, self._keys = repository, revision_rows, keys
        self._storage, self._revisions, self._pipeline = storage, revisions, pipeline
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        for event in EVENTS:
            feed.subscribe(event, self._on_event)

    def _on_event(self, _: Any) -> None:
        self._wake.set()

    async def start(self) -> None:
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self.apply()
                await self.delete_superseded()
            except (SQLAlchemyError, OSError, OtnetError) as e:
                log_failure("the protection of titles could not be changed; trying again", e)
            except Exception:
                log.exception("the protection of titles could not be changed; trying again")
            try:
                async with asyncio.timeout(CHECK_S):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def apply(self) -> None:
        """Add derived revisions for some media whose encryption is not what it should be. An organization without
        content keys, such as one whose provider is not available, does not hold up the others."""
        failed: set[str] = set()
        added = 0
        while added < AT_ONCE:
            mismatch = await self._repository.mismatch(without=failed)
            if mismatch is None:
                return
            try:
                await self._derive(mismatch)
                added += 1
            except OtnetError as e:
                log.warning("the protection of a title could not be changed; trying again", why=str(e),
                            media=mismatch.media, organization=mismatch.organization)  # fmt: skip
                failed.add(mismatch.organization)

    async def _derive(self, mismatch: Mismatch) -> None:
        protection = None
        if mismatch.wanted in SCHEMES:
            generation = await self._repository.generation(mismatch.media) + 1
            classes = track_classes(await self._plan(mismatch)).values()
            scheme = mismatch.wanted
            protection = await self._keys.protect(mismatch.organization, mismatch.media, scheme, classes, generation)
        if await self._repository.derive(mismatch.revision, protection) is not None:
            log.info("repackaging a title", media=mismatch.media, protection=mismatch.wanted)
            self._pipeline.notify(mismatch.media)
            self._pipeline.wake()
        elif protection is not None:  # another request or process was first
            await self._repository.forget_keys(mismatch.media, protection.key_ids)

    async def rekey(self, media: str) -> None:
        """Encrypt a ready media with new keys; requests at the same time are one. Raises ApiError (409) when it is not
        encrypted, or changes now."""
        mismatch = await self._repository.current(media)
        if mismatch is None:
            raise ApiError(409, "not_protected", "This media is not encrypted, or is being changed.",
                           "Wait until it is ready, or protect it first.")  # fmt: skip
        await self._derive(mismatch)

    async def _plan(self, mismatch: Mismatch) -> Plan:
        row = await self._revision_rows.revision(mismatch.revision)
        assert row is not None and row.plan is not None, "the revision is ready"
        return Plan.model_validate(row.plan)

    async def delete_superseded(self) -> None:
        """Delete what was made of earlier revisions, the objects first, so that an interruption leaves their rows."""
        for media, revision in await self._repository.superseded(AT_ONCE):
            await self._storage.delete(urls.storage_key(media, revision))
            await self._storage.delete(f"images/m/{media}/{revision}")
            await self._repository.forget(media, revision)
            log.info("deleted a revision that was repackaged", media=media, revision=revision)
