"""The revisions that delivery and the pipeline hold in memory.

The pipeline adds published pieces to a revision; requests that come before their piece is published wait for it here.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable

from otnet_server.media.plan import Plan
from otnet_server.media.protection import Protection
from otnet_server.media.revision import Piece, Revision
from otnet_server.media.urls import Kind, MediaPath
from otnet_server.pipeline.revision_repository import RevisionRepository


async def wait_for_piece(revision: Revision, piece: Piece, timeout: float) -> bool:
    """Wait until the piece is published; False after `timeout` seconds."""
    if piece in revision.pieces:
        return True
    event = asyncio.Event()
    listeners = revision.piece_listeners.setdefault(piece, [])
    listeners.append(event.set)
    try:
        async with asyncio.timeout(timeout):
            await event.wait()
    except TimeoutError:
        return False
    finally:
        listeners.remove(event.set)
        if not listeners:
            revision.piece_listeners.pop(piece, None)
    return True


def piece_of(revision: Revision, path: MediaPath) -> Piece | None:
    """The piece that contains an object, or None when the plan has no such object."""
    match path.kind:
        case Kind.POSTER:
            return ("poster", 0)
        case Kind.SHEET:
            thumbnails = revision.plan.video.thumbnails if revision.plan.video else None
            return ("sheet", path.number) if thumbnails is not None and path.number < thumbnails.sheets else None
        case Kind.TEXT:
            return (path.rendition, 0) if revision.is_text(path.rendition) else None
    track = revision.track_of(path.rendition)
    if track is None:
        return None
    if path.kind == Kind.INIT_SEGMENT:
        return (track, next((n for t, n in revision.pieces if t == track), 0))
    timeline = revision.timeline(track)
    index = timeline.at_time(path.number)
    return None if index is None else (track, timeline.chunk_of(index).number)


class RevisionCache:
    """At most `max_revisions` revisions, loaded on demand. The least recently used ones are dropped, except those that
    are pinned."""

    def __init__(self, repository: RevisionRepository, max_revisions: int = 500) -> None:
        self._repository, self._max_revisions = repository, max_revisions
        self._revisions: OrderedDict[str, Revision] = OrderedDict()
        self._pinned: set[str] = set()
        self._loading: Counter[str] = Counter()
        self._changed_while_loading: set[str] = set()
        self.on_deleted: list[Callable[[str, str], None]] = []

    async def get(self, revision_id: str) -> Revision | None:
        revision = self._revisions.get(revision_id)
        if revision is not None:
            self._revisions.move_to_end(revision_id)
            return revision
        self._loading[revision_id] += 1
        try:
            loaded = await self._load(revision_id)
        finally:
            self._loading[revision_id] -= 1
            if not self._loading[revision_id]:
                del self._loading[revision_id]
        if loaded is None:
            return None
        revision = self._revisions.setdefault(revision_id, loaded)
        self._drop_oldest()
        return revision

    async def _load(self, revision_id: str) -> Revision | None:
        """Read a revision; again if it changes meanwhile."""
        while True:
            self._changed_while_loading.discard(revision_id)
            row = await self._repository.revision(revision_id)
            if row is None or row.plan is None:
                return None
            protection = Protection.model_validate(row.protection) if row.protection is not None else None
            plan = Plan.model_validate(row.plan)
            revision = Revision(revision_id, row.media, plan, row.state, protection, row.derived_from)
            revision.pieces = await self._repository.published_pieces(revision_id)
            if revision_id not in self._changed_while_loading:
                return revision

    async def refresh(self, revision_id: str) -> None:
        """Read a revision again that another process may have changed. One that is not in memory, or that this process
        encodes, is left alone."""
        if revision_id in self._loading:
            self._changed_while_loading.add(revision_id)
        revision = self._revisions.get(revision_id)
        if revision is None or revision_id in self._pinned:
            return
        row = await self._repository.revision(revision_id)
        if row is None or row.plan is None:
            self._revisions.pop(revision_id, None)
            return
        revision.replan(Plan.model_validate(row.plan), row.state)
        pieces = await self._repository.published_pieces(revision_id)
        revision.add_pieces({piece: sizes for piece, sizes in pieces.items() if piece not in revision.pieces})

    def delete(self, media: str, revision_id: str) -> None:
        """A revision was deleted: drop it, and call the functions in `on_deleted` with its media and its id."""
        if revision_id in self._loading:
            self._changed_while_loading.add(revision_id)
        self._revisions.pop(revision_id, None)
        for notify in self.on_deleted:
            notify(media, revision_id)

    def has_pieces(self, revision_id: str, pieces: Iterable[Piece]) -> bool:
        """Whether these pieces of a revision are known, or the revision is not in memory."""
        revision = self._revisions.get(revision_id)
        if revision is None:
            return revision_id not in self._loading
        return all(piece in revision.pieces for piece in pieces)

    def forget(self) -> None:
        """Drop every revision that this process does not encode, because changes of it may have been missed."""
        self._revisions = OrderedDict((n, r) for n, r in self._revisions.items() if n in self._pinned)

    def pin(self, revision: str) -> None:
        """Keep a revision in memory while it is encoded."""
        self._pinned.add(revision)

    def release(self, revision: str) -> None:
        self._pinned.discard(revision)
        self._drop_oldest()

    def _drop_oldest(self) -> None:
        surplus = len(self._revisions) - self._max_revisions
        if surplus > 0:
            unused = [
                name
                for name, revision in self._revisions.items()
                if name not in self._pinned and not revision.piece_listeners
            ]
            for name in unused[:surplus]:
                del self._revisions[name]
