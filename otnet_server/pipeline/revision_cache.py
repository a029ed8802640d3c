"""The titles that delivery and the pipeline hold in memory.

The pipeline tells a title what is `published`; requests that are early wait here for the piece they need.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from otnet_server.media.plan import Plan
from otnet_server.media.revision import Piece, Title
from otnet_server.media.states import State
from otnet_server.pipeline.repository import Catalog


async def wait(title: Title, piece: Piece, timeout: float) -> bool:
    """True when the piece is published within `timeout` seconds."""
    if piece in title.pieces:
        return True
    event = asyncio.Event()
    waiting = title.waiting.setdefault(piece, [])
    waiting.append(event.set)
    try:
        async with asyncio.timeout(timeout):
            await event.wait()
    except TimeoutError:
        return False
    finally:
        waiting.remove(event.set)
    return True


class Titles:
    """The revisions in use, at most `most` of them; loaded on demand."""

    def __init__(self, catalog: Catalog, most: int = 500) -> None:
        self._catalog, self._most = catalog, most
        self._titles: OrderedDict[str, Title] = OrderedDict()
        self._pinned: set[str] = set()

    async def get(self, revision: str) -> Title | None:
        title = self._titles.get(revision)
        if title is not None:
            self._titles.move_to_end(revision)
            return title
        row = await self._catalog.revision(revision)
        if row is None or row.plan is None:
            return None
        title = Title(revision, row.media, Plan.model_validate(row.plan), State(row.state))
        title.pieces = await self._catalog.chunks(revision)
        return self._titles.setdefault(revision, title)

    def pin(self, revision: str) -> None:
        """Keep while it is being encoded."""
        self._pinned.add(revision)

    def release(self, revision: str) -> None:
        self._pinned.discard(revision)
        for name in [n for n in self._titles if n not in self._pinned][: max(0, len(self._titles) - self._most)]:
            del self._titles[name]
