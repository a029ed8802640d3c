"""Keeps the pipeline of this process in step with what other processes do.

The changes of this process come back too, and change nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.db.availability import log_failure
from otnet_server.db.changes import Change
from otnet_server.errors import OtnetError
from otnet_server.events import MEDIA_EVENTS
from otnet_server.pipeline.pipeline import Pipeline
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.pipeline.revision_repository import (
    CHUNK_REQUESTED,
    FILES_CHANGED,
    PIECES_PUBLISHED,
    REVISIONS_DELETED,
)


class ChangeFollower:
    def __init__(self, feed: ChangeFeed, pipeline: Pipeline, revisions: RevisionCache) -> None:
        self._pipeline, self._revisions = pipeline, revisions
        self._tasks: set[asyncio.Task[None]] = set()
        feed.on_gap.append(revisions.forget)
        feed.subscribe(REVISIONS_DELETED, self._on_revisions_deleted)
        feed.subscribe(FILES_CHANGED, self._on_files_changed)
        feed.subscribe(CHUNK_REQUESTED, self._on_chunk_requested)
        feed.subscribe(PIECES_PUBLISHED, self._on_pieces_published)
        for type in MEDIA_EVENTS:
            feed.subscribe(type, self._on_media_event)

    def _on_files_changed(self, change: Change) -> None:
        self._in_background(partial(self._pipeline.library_changed, change.data["media"]))

    def _on_revisions_deleted(self, change: Change) -> None:
        for revision in change.data["revisions"]:
            self._revisions.delete(change.data["media"], revision)

    def _on_chunk_requested(self, change: Change) -> None:
        self._pipeline.promote(change.data["revision"], change.data["track"], change.data["number"])

    def _on_pieces_published(self, change: Change) -> None:
        pieces = [(track, number) for track, number in change.data["pieces"]]
        if not self._revisions.has_pieces(change.data["revision"], pieces):
            self._in_background(partial(self._revisions.refresh, change.data["revision"]))

    def _on_media_event(self, change: Change) -> None:
        self._pipeline.notify(change.data["media"])
        self._pipeline.wake()
        if revision := change.data.get("revision"):
            self._in_background(partial(self._revisions.refresh, revision))

    def _in_background(self, work: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.ensure_future(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _logged(work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except (OtnetError, SQLAlchemyError, OSError) as e:
        log_failure("a change of another process could not be followed", e)
