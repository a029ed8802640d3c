"""Clips: a new media from a part of another, of the same segments, which are copied in the store and not encoded.

The bytes are stored first, and then the media with its revision and its index in one transaction. When the server stops
in between, objects without a media are left in the store.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db import changes
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.search import Search
from otnet_server.db.tables import chunk, media, revision
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.media import clip_plan, urls
from otnet_server.media.clip_plan import VIDEO, Clip
from otnet_server.media.cmaf import normalize_init
from otnet_server.media.fragments import Frame
from otnet_server.media.revision import Piece, Revision
from otnet_server.media.states import State
from otnet_server.media.timeline import Timeline
from otnet_server.pipeline.revision_repository import copy_state, media_event_data
from otnet_server.pipeline.services import PipelineServices
from otnet_server.resources import SCHEMA
from otnet_server.storage.objects import read_object

MAX_CLIP_S = 1800.0
MIN_CLIP_S = 0.1


@dataclass(frozen=True)
class MadeClip:
    """`start_s` and `end_s` are where it was cut."""

    media: str
    revision: str
    start_s: float
    end_s: float


class Clips:
    def __init__(self, db: Database, services: PipelineServices) -> None:
        self._db, self._services = db, services
        self._search = Search(db.sqlite)

    async def create(self, source: str, start_s: float, end_s: float, title: str) -> MadeClip:
        """Cut a clip out of a media. Raises ApiError and Invalid."""
        async with self._db.read() as c:
            playing = (await c.execute(select(media.c.playing).where(media.c.id == source))).scalar()
        origin = await self._services.revisions.get(playing) if playing else None
        if origin is None or origin.state not in (State.READY, State.LIVE):
            raise ApiError(409, "not_ready", "This media is still being encoded.", "Make the clip when it is ready.")
        if origin.protection is not None:
            raise ApiError(409, "protected", "Clips of protected media can't be made.",
                           "Make the clip from the file of the media.")  # fmt: skip
        timelines = {name: origin.timeline(name) for name in _tracks(origin)}
        length_s = min(t.duration_s for t in timelines.values())
        _check(start_s, end_s, length_s)
        work = _Work(self._services, origin, timelines)
        exact_end, end_s = await work.exact_end(), min(end_s, length_s)
        clip = clip_plan.clip_of(origin.plan, timelines, start_s, end_s, exact_end=exact_end)
        ids = secrets.token_hex(6), secrets.token_hex(5)
        try:
            pieces = await work.copy(clip, *ids)
            async with self._db.write() as c:
                await self._insert(c, source, clip, pieces, title, *ids)
        except BaseException:
            await self._services.storage.delete(urls.storage_key(*ids))
            raise
        if (created := await self._services.revisions.get(ids[1])) is not None:
            await self._services.stills.publish_poster(created)
        return MadeClip(*ids, clip.start_s, clip.end_s)

    async def _insert(
        self, c: AsyncConnection, source: str, clip: Clip, pieces: Mapping[Piece, dict[str, Any]],
        title: str, media_id: str, revision_id: str,
    ) -> None:  # fmt: skip
        row = (await c.execute(select(media).where(media.c.id == source))).mappings().first()
        if row is None:
            raise ApiError(404, "not_found", "This media does not exist.", "GET …/media lists them.")
        at, title = now(), title or f"{row['title']} (clip)"
        organization = row["organization"]
        await c.execute(insert(media).values(
            id=media_id, organization=organization, library=row["library"], title=title, present=True,
            current=revision_id, playing=revision_id, playable=True, info={}, created_at=at, updated_at=at,
        ))  # fmt: skip
        await self._search.add(c, SCHEMA["media"], [{"id": media_id, "title": title, "organization": organization}])
        await c.execute(insert(revision).values(
            id=revision_id, media=media_id, path="", fingerprint=f"clip-{revision_id}", state=State.READY,
            playable=True, priority=0, plan=clip.plan.model_dump(mode="json"), duration_s=clip.plan.duration_s,
            created_at=at, reached={"ready": at},
        ))  # fmt: skip
        rows = [{"revision": revision_id, "track": t, "number": n, "sizes": s} for (t, n), s in pieces.items()]
        await c.execute(insert(chunk), rows)
        await copy_state(c, revision_id)
        for type in ("media.planned", "media.playable", "media.ready"):
            await changes.append(c, type, await media_event_data(c, media_id, revision_id))


def _tracks(revision: Revision) -> list[str]:
    return [*([VIDEO] if revision.plan.video is not None else []), *(track.name for track in revision.plan.audio)]


def _check(start_s: float, end_s: float, length_s: float) -> None:
    errors: list[FieldError] = []
    if start_s > length_s - MIN_CLIP_S:
        errors.append(FieldError("in", "out_of_range", f"must be before the end, which is at {length_s:.3f} s"))
    if end_s - start_s < MIN_CLIP_S:
        errors.append(FieldError("out", "out_of_range", "must be after “in”"))
    elif end_s - start_s > MAX_CLIP_S:
        errors.append(FieldError("out", "out_of_range", f"must be at most {MAX_CLIP_S:.0f} s after “in”"))
    if errors:
        raise Invalid("invalid", "Some fields are not valid.", errors)


class _Work:
    """Copies the segments of a clip."""

    def __init__(self, services: PipelineServices, origin: Revision, timelines: Mapping[str, Timeline]) -> None:
        self._storage, self._origin, self._timelines = services.storage, origin, timelines

    async def exact_end(self) -> bool:
        video = self._origin.plan.video
        return video is not None and not clip_plan.reorders(await self._segment(video.rungs[0].name, 0))

    async def _read(self, *path: str) -> bytes:
        return await read_object(self._storage, urls.storage_key(self._origin.media, self._origin.id, *path))

    async def _segment(self, rendition: str, time: int) -> bytes:
        return await self._read(urls.segment_path(rendition, time))

    async def copy(self, clip: Clip, media: str, revision: str) -> dict[Piece, dict[str, Any]]:
        """Write the objects of the clip; returns its index."""
        pieces: dict[Piece, dict[str, Any]] = {}

        async def put(piece: Piece, rendition: str, time: int, frames: int, data: bytes) -> None:
            await self._storage.put(urls.storage_key(media, revision, urls.segment_path(rendition, time)), data)
            pieces.setdefault(piece, {"frames": frames})[rendition] = [len(data)]

        async def put_init(rendition: str, timeline: Timeline) -> bytes:
            init = await self._read(rendition, urls.INIT_SEGMENT)
            own_init = normalize_init(init, timeline.frames * timeline.ticks_per_frame)
            await self._storage.put(urls.storage_key(media, revision, rendition, urls.INIT_SEGMENT), own_init)
            return init

        if clip.plan.video is not None:
            timeline = clip.plan.video.timeline
            for rung in clip.plan.video.rungs:
                init, ticks = await put_init(rung.name, timeline), timeline.ticks_per_frame
                for number, segment in enumerate(clip.pictures):
                    time, data = segment.first * ticks, await self._segment(rung.name, segment.first * ticks)
                    start = (segment.first - clip.first[VIDEO]) * ticks
                    if clip_plan.reorders(data):
                        data = clip_plan.moved(data, time - start)
                    else:
                        frames = clip_plan.frames_of(init, data, ticks)[: segment.frames]
                        data = clip_plan.written(frames, number, start)
                    await put((VIDEO, number), rung.name, start, segment.frames, data)
        for track in clip.plan.audio:
            timeline, name = track.timeline, track.name
            init = await put_init(name, timeline)
            waiting: list[Frame] = []
            source = self._sound(name, init, clip.first[name])
            for segment in timeline.segments():
                while len(waiting) < segment.frames:
                    waiting += await anext(source)
                frames, waiting = waiting[: segment.frames], waiting[segment.frames :]
                start = segment.first * timeline.ticks_per_frame
                await put((name, segment.number), name, start, segment.frames,
                          clip_plan.written(frames, segment.number, start))  # fmt: skip
        return pieces

    async def _sound(self, name: str, init: bytes, first: int) -> Any:
        """The frames of a track from one on, by segment."""
        timeline = self._timelines[name]
        for segment in timeline.segments():
            if segment.first + segment.frames <= first:
                continue
            data = await self._segment(name, segment.first * timeline.ticks_per_frame)
            frames = clip_plan.frames_of(init, data, timeline.ticks_per_frame)
            yield frames[max(0, first - segment.first) :]
