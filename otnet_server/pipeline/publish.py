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
from otnet_server.media.revision import Piece, Title
from otnet_server.media.timeline import Grid
from otnet_server.pipeline.repository import Catalog
from otnet_server.protocols import PackagedTrack, Packager, Run, Storage


def key_of(media: str, revision: str, *rest: str) -> str:
    """Where a published object lies: `<media>/<revision>/…`."""
    return "/".join((media, revision, *rest))


class Publisher:
    def __init__(self, storage: Storage, packager: Packager, catalog: Catalog, run: Run) -> None:
        self._storage, self._packager, self._catalog, self._run = storage, packager, catalog, run
        self._indexing = asyncio.Lock()

    async def segments(
        self,
        title: Title,
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
        packaged = await self._packager.package(files, kind, cut_s(title.planned(track), number), work, self._run)
        sizes: dict[str, Any] = {}
        frames = 0
        for rendition, made in packaged.items():
            sizes[rendition], frames = await self._store(title, title.planned(track), number, rendition, made)
        await self.pieces(title, {(track, number): sizes | {"frames": frames}})
        return frames

    async def _store(
        self, title: Title, grid: Grid, number: int, rendition: str, made: PackagedTrack
    ) -> tuple[list[int], int]:
        init = cmaf.same_init(await asyncio.to_thread(made.init.read_bytes), grid.length * grid.unit)
        init_key = key_of(title.media, title.revision, rendition, "init.mp4")
        if await self._storage.stat(init_key) is None:
            await self._storage.put(init_key, init)
        elif not title.plan.growing and await self._storage.get(init_key) != init:
            raise MediaError(
                "init_differs", "package", f"The encoder's settings changed between parts of {rendition}.",
                "Encode the title again from the beginning.",
            )  # fmt: skip
        sizes, times = [], []
        for _, file in made.segments:
            data = await asyncio.to_thread(file.read_bytes)
            times.append(cmaf.media_times(data))
            sizes.append(len(data))
            await self._storage.put(key_of(title.media, title.revision, rendition, f"{times[-1].time}.m4s"), data)
        check_times(grid, number, rendition, times, exact=not title.plan.growing)
        return sizes, sum(t.duration for t in times) // grid.unit

    async def pieces(self, title: Title, pieces: dict[Piece, dict[str, Any]]) -> None:
        """Index pieces whose bytes are stored, and tell whoever waits.

        Once begun it is finished, whatever becomes of the caller: the index and what is known of it in
        memory must not part.
        """
        await asyncio.shield(asyncio.ensure_future(self._index(title, pieces)))

    async def _index(self, title: Title, pieces: dict[Piece, dict[str, Any]]) -> None:
        async with self._indexing:  # or picture and sound, published at once, would each miss the other
            was = playable(title, set(title.pieces))
            now = playable(title, set(title.pieces) | set(pieces))
            await self._catalog.publish(title.revision, pieces, playable=now and not was)
            title.published(pieces)

    async def object(self, title: Title, piece: Piece, key: str, data: bytes) -> None:
        """A poster, text track or sheet: one object, one piece."""
        await self._storage.put(key_of(title.media, title.revision, key), data)
        await self.pieces(title, {piece: {"bytes": len(data)}})


def cut_s(grid: Grid, number: int) -> float:
    """How far apart a chunk's cuts are; 0 for a chunk that is one segment. Pure."""
    whole = number < len(grid.chunks) and grid.chunks[number].segments == 1
    return 0.0 if whole else grid.per_segment * grid.unit / grid.timescale


def check_times(grid: Grid, number: int, rendition: str, times: list[cmaf.Times], *, exact: bool) -> None:
    """Raise MediaError unless the segments begin and end where the plan says. Pure.

    Where the length is only an estimate (`exact` false) the last one may end anywhere.
    """
    planned = grid
    if not exact:
        planned = grid.cut(max(grid.length, times[-1].time // grid.unit + 2 * grid.per_segment * grid.chunk_segments))
    chunk = planned.chunks[number]
    wanted = [planned.segment(i) for i in range(chunk.segment, chunk.segment + chunk.segments)]
    got = [(t.time, t.duration) for t in times]
    want = [(s.first * grid.unit, s.frames * grid.unit) for s in wanted]
    fits = got == want if exact else [g[0] for g in got] == [w[0] for w in want][: len(got)]
    if not fits:
        wrong = next((i for i, (g, w) in enumerate(zip(got, want, strict=False)) if g != w), min(len(got), len(want)))
        raise MediaError(
            "off_plan", "package",
            f"Part {number} of {rendition} did not come out as planned (segment {wrong} of {len(want)}; "
            f"{len(got)} made): the source may be damaged there.",
        )  # fmt: skip


def playable(title: Title, pieces: set[Piece]) -> bool:
    """The first video segments and one audio are there; without video, the first of every audio."""
    audio = [(a.name, 0) in pieces for a in title.plan.audio]
    if title.plan.video is None:
        return all(audio)
    return ("video", 0) in pieces and (any(audio) or not audio)
