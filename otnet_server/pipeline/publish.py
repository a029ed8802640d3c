"""From encoded files to published pieces: package, check against the plan, store, index.

The order is what makes a kill harmless: bytes are stored first, the index row is written last, and
only what is in the index is served or counted as done. What is published is never written again.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Literal

from otnet_server.errors import MediaError
from otnet_server.media import cmaf
from otnet_server.media.plan import AudioPlan
from otnet_server.media.revision import Piece, Revision
from otnet_server.media.timeline import Timeline
from otnet_server.pipeline.revision_repository import RevisionRepository
from otnet_server.protocols import PackagedTrack, Packager, Run, Storage


def key_of(media: str, revision: str, *rest: str) -> str:
    """Where a published object lies: `<media>/<revision>/…`."""
    return "/".join((media, revision, *rest))


class Publisher:
    def __init__(self, storage: Storage, packager: Packager, repository: RevisionRepository, run: Run) -> None:
        self._storage, self._packager, self._repository, self._run = storage, packager, repository, run
        self._indexing = asyncio.Lock()

    async def segments(
        self,
        revision: Revision,
        track: str,
        number: int,
        files: dict[str, Path],
        work: Path,
        audio: AudioPlan | None,
    ) -> int:
        """Package and publish chunk `number` of a track; returns how many frames it holds.

        Raises MediaError when the segments are not exactly the planned ones.
        """
        kind: Literal["video", "audio"] = "video" if audio is None else "audio"
        packaged = await self._packager.package(
            files, kind, cut_s(revision.planned_timeline(track), number), work, self._run
        )
        sizes: dict[str, Any] = {}
        frames = 0
        for rendition, made in packaged.items():
            sizes[rendition], frames = await self._store(
                revision, revision.planned_timeline(track), number, rendition, made
            )
        await self.pieces(revision, {(track, number): sizes | {"frames": frames}})
        return frames

    async def _store(
        self, revision: Revision, timeline: Timeline, number: int, rendition: str, made: PackagedTrack
    ) -> tuple[list[int], int]:
        init = cmaf.normalize_init(
            await asyncio.to_thread(made.init.read_bytes), timeline.frames * timeline.ticks_per_frame
        )
        init_key = key_of(revision.media, revision.id, rendition, "init.mp4")
        if await self._storage.stat(init_key) is None:
            await self._storage.put(init_key, init)
        elif not revision.plan.growing and await self._storage.get(init_key) != init:
            raise MediaError(
                "init_differs", "package", f"The encoder's settings changed between parts of {rendition}.",
                "Encode the title again from the beginning.",
            )  # fmt: skip
        sizes, times = [], []
        for _, file in made.segments:
            data = await asyncio.to_thread(file.read_bytes)
            times.append(cmaf.media_times(data))
            sizes.append(len(data))
            await self._storage.put(key_of(revision.media, revision.id, rendition, f"{times[-1].time}.m4s"), data)
        check_times(timeline, number, rendition, times, exact=not revision.plan.growing)
        return sizes, sum(t.duration for t in times) // timeline.ticks_per_frame

    async def pieces(self, revision: Revision, pieces: dict[Piece, dict[str, Any]]) -> None:
        """Index pieces whose bytes are stored, and tell whoever waits.

        Once begun it is finished, whatever becomes of the caller: the index and what is known of it in
        memory must not part.
        """
        await asyncio.shield(asyncio.ensure_future(self._index(revision, pieces)))

    async def _index(self, revision: Revision, pieces: dict[Piece, dict[str, Any]]) -> None:
        async with self._indexing:  # or picture and sound, published at once, would each miss the other
            was = playable(revision, set(revision.pieces))
            now = playable(revision, set(revision.pieces) | set(pieces))
            await self._repository.publish(revision.id, pieces, playable=now and not was)
            revision.add_pieces(pieces)

    async def object(self, revision: Revision, piece: Piece, key: str, data: bytes) -> None:
        """A poster, text track or sheet: one object, one piece."""
        await self._storage.put(key_of(revision.media, revision.id, key), data)
        await self.pieces(revision, {piece: {"bytes": len(data)}})


def cut_s(timeline: Timeline, number: int) -> float:
    """How far apart a chunk's cuts are; 0 for a chunk that is one segment. Pure."""
    whole = number < len(timeline.chunks) and timeline.chunks[number].segments == 1
    return 0.0 if whole else timeline.segment_frames * timeline.ticks_per_frame / timeline.timescale


def check_times(
    timeline: Timeline, number: int, rendition: str, times: list[cmaf.SegmentTimes], *, exact: bool
) -> None:
    """Raise MediaError unless the segments begin and end where the plan says. Pure.

    Where the length is only an estimate (`exact` false) the last one may end anywhere.
    """
    planned = timeline
    if not exact:
        planned = timeline.cut(
            max(
                timeline.frames,
                times[-1].time // timeline.ticks_per_frame + 2 * timeline.segment_frames * timeline.chunk_segments,
            )
        )
    chunk = planned.chunks[number]
    wanted = [planned.segment(i) for i in range(chunk.segment, chunk.segment + chunk.segments)]
    got = [(t.time, t.duration) for t in times]
    want = [(s.first * timeline.ticks_per_frame, s.frames * timeline.ticks_per_frame) for s in wanted]
    fits = got == want if exact else [g[0] for g in got] == [w[0] for w in want][: len(got)]
    if not fits:
        wrong = next((i for i, (g, w) in enumerate(zip(got, want, strict=False)) if g != w), min(len(got), len(want)))
        raise MediaError(
            "off_plan", "package",
            f"Part {number} of {rendition} did not come out as planned (segment {wrong} of {len(want)}; "
            f"{len(got)} made): the source may be damaged there.",
        )  # fmt: skip


def playable(revision: Revision, pieces: set[Piece]) -> bool:
    """The first video segments and one audio are there; without video, the first of every audio."""
    audio = [(a.name, 0) in pieces for a in revision.plan.audio]
    if revision.plan.video is None:
        return all(audio)
    return ("video", 0) in pieces and (any(audio) or not audio)
