"""A revision as manifests see it: its plan and its published pieces. Pure.

A *track* is a set of renditions whose segments are made together: `video` (all rungs) or one audio rendition.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from otnet_server.media.plan import Plan
from otnet_server.media.presentation import Bandwidth
from otnet_server.media.protection import Protection
from otnet_server.media.states import State
from otnet_server.media.timeline import Timeline, runs_of

Piece = tuple[str, int]


class Revision:
    """One revision. `protection` is None for one that is not encrypted; `derived_from` is the revision from whose
    segments it is repackaged. `pieces` maps (track, number) to the sizes in bytes of its segments by rendition. The
    functions in `piece_listeners` are called once, when their piece is published. `edition` counts its changes."""

    def __init__(
        self,
        id: str,
        media: str,
        plan: Plan,
        state: State,
        protection: Protection | None = None,
        derived_from: str | None = None,
    ) -> None:
        self.id, self.media, self.plan, self.state = id, media, plan, state
        self.protection, self.derived_from = protection, derived_from
        self.pieces: dict[Piece, dict[str, Any]] = {}
        self.edition = 0
        self.manifest_cache: dict[str, tuple[bytes, str]] = {}
        self.bandwidths: dict[str, Bandwidth] = {}
        self.piece_listeners: dict[Piece, list[Callable[[], None]]] = {}
        self._lengths: dict[str, list[int]] = {}  # frames of the published segments of a live stream, by track
        self._recorded: dict[str, Timeline] = {}
        self._tracks = {r.name: "video" for r in plan.video.rungs} if plan.video else {}
        self._tracks |= {a.name: a.name for a in plan.audio}

    def track_of(self, rendition: str) -> str | None:
        """The track that a rendition belongs to, or None when the plan has no such rendition."""
        return self._tracks.get(rendition)

    def is_text(self, rendition: str) -> bool:
        """Whether this is a text track of the plan or of an earlier one (a player may still hold an older manifest)."""
        published = rendition.startswith("text-") and (rendition, 0) in self.pieces
        return published or any(t.name == rendition for t in self.plan.text)

    def timeline(self, track: str) -> Timeline:
        """The planned timeline; while the revision grows, the part of it that is published."""
        timeline = self.planned_timeline(track)
        if self.live:
            return self._recorded_timeline(track, timeline)
        if not self.growing:
            return timeline
        published_chunks = 0
        while (track, published_chunks) in self.pieces:
            published_chunks += 1
        return timeline.cut(
            timeline.chunks[min(published_chunks, len(timeline.chunks)) - 1].last if published_chunks else 0
        )

    def _recorded_timeline(self, track: str, timeline: Timeline) -> Timeline:
        """The segments of a live stream that are published."""
        lengths = self._lengths.setdefault(track, [])
        while (piece := self.pieces.get((track, len(lengths)))) is not None:
            lengths.append(int(piece["frames"]))
            self._recorded.pop(track, None)
        if track not in self._recorded:
            published = {"frames": sum(lengths), "runs": runs_of(lengths)}
            self._recorded[track] = Timeline(**timeline.model_dump() | published)
        return self._recorded[track]

    def planned_timeline(self, track: str) -> Timeline:
        if track == "video":
            assert self.plan.video is not None
            return self.plan.video.timeline
        return next(a.timeline for a in self.plan.audio if a.name == track)

    @property
    def ready(self) -> bool:
        return self.state == State.READY

    @property
    def live(self) -> bool:
        return self.state == State.LIVE

    @property
    def growing(self) -> bool:
        return self.plan.growing and not self.ready

    def sizes(self, rendition: str) -> list[int]:
        """Bytes of every published segment of a rendition, in order."""
        track = self.track_of(rendition)
        numbers = sorted(n for t, n in self.pieces if t == track)
        return [size for n in numbers for size in self.pieces[(track or "", n)].get(rendition, [])]

    def add_pieces(self, pieces: dict[Piece, dict[str, Any]]) -> None:
        """Record published pieces and call their listeners."""
        self.pieces |= pieces
        self.edition += 1
        self.clear_manifest_cache()
        for piece in pieces:
            for notify in self.piece_listeners.pop(piece, ()):
                notify()

    def clear_manifest_cache(self) -> None:
        self.manifest_cache.clear()

    def replan(self, plan: Plan, state: State) -> None:
        self.plan, self.state = plan, state
        self.edition += 1
        self.clear_manifest_cache()
