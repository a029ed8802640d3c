"""The revisions that delivery and the pipeline hold in memory.

The pipeline adds published pieces to a revision; requests that come before their piece is published wait for it here.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from otnet_server.media.plan import Plan
from otnet_server.media.revision import Piece, Revision
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
    return True


class RevisionCache:
    """At most `max_revisions` revisions, loaded on demand. The least recently used ones are dropped, except those that
    are pinned."""

    def __init__(self, repository: RevisionRepository, max_revisions: int = 500) -> None:
        self._repository, self._max_revisions = repository, max_revisions
        self._revisions: OrderedDict[str, Revision] = OrderedDict()
        self._pinned: set[str] = set()

    async def get(self, revision_id: str) -> Revision | None:
        revision = self._revisions.get(revision_id)
        if revision is not None:
            self._revisions.move_to_end(revision_id)
            return revision
        row = await self._repository.revision(revision_id)
        if row is None or row.plan is None:
            return None
        revision = Revision(revision_id, row.media, Plan.model_validate(row.plan), row.state)
        revision.pieces = await self._repository.published_pieces(revision_id)
        return self._revisions.setdefault(revision_id, revision)

    def pin(self, revision: str) -> None:
        """Keep a revision in memory while it is encoded."""
        self._pinned.add(revision)

    def release(self, revision: str) -> None:
        self._pinned.discard(revision)
        for name in [n for n in self._revisions if n not in self._pinned][
            : max(0, len(self._revisions) - self._max_revisions)
        ]:
            del self._revisions[name]
