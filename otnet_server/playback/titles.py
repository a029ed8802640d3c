"""What delivery knows of a revision, in memory: its plan, and which pieces are published.

A *track* here is what makes segments together: `video` (all rungs, chunk by chunk) or one audio
rendition. The pipeline tells `published`; requests that are early wait on the piece they need.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

from otnet_server.pipeline.catalog import Catalog
from otnet_server.pipeline.grid import Grid
from otnet_server.pipeline.plan import Plan
from otnet_server.pipeline.states import State

Piece = tuple[str, int]


class Title:
    """One revision. `pieces` maps (track, number) to the sizes of its segments by rendition."""

    def __init__(self, revision: str, media: str, plan: Plan, state: State) -> None:
        self.revision, self.media, self.plan, self.state = revision, media, plan, state
        self.pieces: dict[Piece, dict[str, Any]] = {}
        self.version = 0
        self.cache: dict[str, tuple[bytes, str]] = {}
        self._waiting: dict[Piece, asyncio.Event] = {}
        self._tracks = {r.name: "video" for r in plan.video.rungs} if plan.video else {}
        self._tracks |= {a.name: a.name for a in plan.audio}

    def track_of(self, rendition: str) -> str | None:
        """The track that makes this rendition's segments, or None when the plan has no such rendition."""
        return self._tracks.get(rendition)

    def grid(self, track: str) -> Grid:
        """The planned grid; while the timeline grows, the part of it that is published."""
        grid = self.planned(track)
        if not self.growing:
            return grid
        done = 0
        while (track, done) in self.pieces:
            done += 1
        return grid.cut(grid.chunks[min(done, len(grid.chunks)) - 1].last if done else 0)

    def planned(self, track: str) -> Grid:
        if track == "video":
            assert self.plan.video is not None
            return self.plan.video.grid
        return next(a.grid for a in self.plan.audio if a.name == track)

    @property
    def ready(self) -> bool:
        return self.state == State.READY

    @property
    def growing(self) -> bool:
        return self.plan.growing and not self.ready

    def sizes(self, rendition: str) -> list[int]:
        """Bytes of every published segment of a rendition, in order."""
        track = self.track_of(rendition)
        numbers = sorted(n for t, n in self.pieces if t == track)
        return [size for n in numbers for size in self.pieces[(track or "", n)].get(rendition, [])]

    def published(self, pieces: dict[Piece, dict[str, Any]]) -> None:
        self.pieces |= pieces
        self.changed()
        for piece in pieces:
            if event := self._waiting.pop(piece, None):
                event.set()

    def changed(self) -> None:
        """Forget cached manifests."""
        self.version += 1
        self.cache.clear()

    def replan(self, plan: Plan, state: State) -> None:
        self.plan, self.state = plan, state
        self.changed()

    async def wait(self, piece: Piece, timeout: float) -> bool:
        """True when the piece is published within `timeout` seconds."""
        if piece in self.pieces:
            return True
        event = self._waiting.setdefault(piece, asyncio.Event())
        try:
            await asyncio.wait_for(event.wait(), timeout)
        except TimeoutError:
            return False
        return True


class Titles:
    """The revisions in use, at most `most` of them; loaded on demand."""

    def __init__(self, catalog: Catalog, most: int = 500) -> None:
        self._catalog, self._most = catalog, most
        self._titles: OrderedDict[str, Title] = OrderedDict()
        self._pinned: set[str] = set()
        self._playing: dict[str, str] = {}

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

    def cached(self, revision: str) -> Title | None:
        return self._titles.get(revision)

    def pin(self, revision: str) -> None:
        """Keep while it is being encoded."""
        self._pinned.add(revision)

    def release(self, revision: str) -> None:
        self._pinned.discard(revision)
        for name in [n for n in self._titles if n not in self._pinned][: max(0, len(self._titles) - self._most)]:
            del self._titles[name]
