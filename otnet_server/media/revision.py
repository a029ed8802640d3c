"""A title as manifests see it: its plan, and which pieces are published. Pure.

A *track* here is what makes segments together: `video` (all rungs, chunk by chunk) or one audio
rendition.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from otnet_server.media.plan import Plan
from otnet_server.media.states import State
from otnet_server.media.timeline import Timeline

Piece = tuple[str, int]


class Bandwidth(NamedTuple):
    """Bits per second."""

    peak: int
    average: int


class Revision:
    """One revision. `pieces` maps (track, number) to the sizes of its segments by rendition; `waiting` is
    who is told when one comes."""

    def __init__(self, id: str, media: str, plan: Plan, state: State) -> None:
        self.id, self.media, self.plan, self.state = id, media, plan, state
        self.pieces: dict[Piece, dict[str, Any]] = {}
        self.cache: dict[str, tuple[bytes, str]] = {}
        self.bandwidths: dict[str, Bandwidth] = {}
        self.waiting: dict[Piece, list[Callable[[], None]]] = {}
        self._tracks = {r.name: "video" for r in plan.video.rungs} if plan.video else {}
        self._tracks |= {a.name: a.name for a in plan.audio}

    def track_of(self, rendition: str) -> str | None:
        """The track that makes this rendition's segments, or None when the plan has no such rendition."""
        return self._tracks.get(rendition)

    def is_text(self, rendition: str) -> bool:
        """Subtitles that the plan names, or once named: a player may still have the older manifest."""
        made = rendition.startswith("text-") and (rendition, 0) in self.pieces
        return made or any(t.name == rendition for t in self.plan.text)

    def timeline(self, track: str) -> Timeline:
        """The planned grid; while the timeline grows, the part of it that is published."""
        timeline = self.planned(track)
        if not self.growing:
            return timeline
        done = 0
        while (track, done) in self.pieces:
            done += 1
        return timeline.cut(timeline.chunks[min(done, len(timeline.chunks)) - 1].last if done else 0)

    def planned(self, track: str) -> Timeline:
        if track == "video":
            assert self.plan.video is not None
            return self.plan.video.timeline
        return next(a.timeline for a in self.plan.audio if a.name == track)

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
            for tell in self.waiting.pop(piece, ()):
                tell()

    def changed(self) -> None:
        """Forget cached manifests."""
        self.cache.clear()

    def replan(self, plan: Plan, state: State) -> None:
        self.plan, self.state = plan, state
        self.changed()
