"""Titles over HTTP: a list, one, and their changes as they happen (server-sent events)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from otnet_server.pipeline.catalog import Catalog
from otnet_server.pipeline.pipeline import Pipeline
from otnet_server.pipeline.states import State
from otnet_server.playback import languages
from otnet_server.playback.access import ORGANIZATION
from otnet_server.playback.renditions import notices, texts
from otnet_server.playback.title import Title
from otnet_server.playback.titles import Titles
from otnet_server.problems import problem

PAGE = 200
TICK_S = 0.5
QUEUE = 1000


@dataclass(eq=False)
class Listener:
    """Somebody who hears of the titles that are `mine`."""

    queue: asyncio.Queue[str]
    mine: Callable[[Any], bool]


class MediaApi:
    def __init__(self, catalog: Catalog, titles: Titles) -> None:
        self._catalog, self._titles = catalog, titles
        self._pipeline: Pipeline | None = None
        self._listeners: set[Listener] = set()
        self._changed: set[str] = set()
        self._ticker: asyncio.Task[None] | None = None

    def start(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._ticker = asyncio.ensure_future(self._tick())

    async def stop(self) -> None:
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.gather(self._ticker, return_exceptions=True)

    def changed(self, media: str) -> None:
        """Say so to everyone who listens, soon."""
        self._changed.add(media)

    # --- what a title looks like ---

    async def view(self, row: Any) -> dict[str, Any]:
        """The public shape of a title; see docs/http.md."""
        state = State(row.state)
        shown = await self._titles.get(row.playing or row.current) if row.playing or row.planned else None
        assert self._pipeline is not None
        playable = row.playing is not None
        return {
            "id": row.id,
            "title": row.title,
            "kind": shown.plan.kind if shown else None,
            "library": row.library,
            "state": state,
            "playable": playable,
            "progress": self._pipeline.progress(row.id, state),
            "duration_s": shown.plan.duration_s if shown else row.duration_s,
            "error": row.error,
            "playback": playback(shown) if shown and playable else None,
            "tracks": tracks(shown, row.loudness),
            "chapters": [c.model_dump() for c in shown.plan.chapters] if shown else [],
            "notices": notices(shown) if shown else [],
            "info": {k: v for k, v in row.info.items() if k != "poster"},
            "revision": row.playing or row.current,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
        }

    async def list(self, request: Request) -> Response:
        try:
            limit = int(request.query_params.get("limit", PAGE))
            if not 1 <= limit <= PAGE:
                raise ValueError
        except ValueError:
            return problem(
                400,
                "bad_limit",
                f"limit must be a whole number from 1 to {PAGE}.",
                "Correct it or leave it out.",
                field="limit",
            )
        rows = await self._catalog.page(limit, request.query_params.get("cursor"), request.scope.get(ORGANIZATION))
        items = [await self.view(r) for r in rows]
        more = f"{rows[-1].created_at}~{rows[-1].id}" if len(rows) == limit else None
        return JSONResponse({"items": items, "next": more})

    async def show(self, request: Request) -> Response:
        row = await self._catalog.title(request.path_params["id"])
        if row is None or not _mine(request)(row):
            return problem(404, "not_found", "There is no such title.", "GET /api/v1/media lists them.")
        return JSONResponse(await self.view(row))

    # --- changes ---

    async def events(self, request: Request) -> Response:
        return await self.stream(_mine(request))

    async def stream(self, mine: Callable[[Any], bool]) -> Response:
        """Server-sent events about the titles for which `mine(row)` holds."""
        listener = Listener(asyncio.Queue(QUEUE), mine)
        self._listeners.add(listener)

        async def stream() -> AsyncIterator[str]:
            try:
                yield ": connected\n\n"
                while True:
                    try:
                        async with asyncio.timeout(15):
                            message = await listener.queue.get()
                        yield message
                    except TimeoutError:
                        yield ": still here\n\n"
            finally:
                self._listeners.discard(listener)

        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(stream(), media_type="text/event-stream", headers=headers)

    async def _tick(self) -> None:
        """Twice a second: what changed, and the progress of what is being worked on."""
        assert self._pipeline is not None
        while True:
            await asyncio.sleep(TICK_S)
            self._changed |= set(self._pipeline.active())
            changed, self._changed = self._changed, set()
            if not self._listeners:
                continue
            for media in list(changed)[:QUEUE]:
                row = await self._catalog.anyhow(media)
                if row is None:
                    continue
                if not row.present:
                    message = f"event: removed\ndata: {json.dumps({'id': media})}\n\n"
                else:
                    message = f"event: media\ndata: {json.dumps(await self.view(row))}\n\n"
                for listener in self._listeners:
                    if not listener.queue.full() and listener.mine(row):
                        listener.queue.put_nowait(message)


def _mine(request: Request) -> Callable[[Any], bool]:
    """Whether a title is the organization's that the viewer's token is for."""
    own = request.scope.get(ORGANIZATION)
    return lambda row: own is None or bool(row.organization == own)


def playback(title: Title) -> dict[str, Any]:
    """URLs, relative to the server's root."""
    base = f"/media/{title.media}"
    inside = f"{base}/{title.revision}"
    poster = title.pieces.get(("poster", 0), {})
    has_poster = bool(poster) and "failed" not in poster
    return {
        "hls": f"{base}/main.m3u8",
        "dash": f"{base}/main.mpd",
        "poster": f"{inside}/poster.jpg" if has_poster else None,
        "thumbnails": f"{inside}/thumbnails/index.vtt" if title.plan.video and not title.growing else None,
        "growing": title.growing,
    }


def tracks(title: Title | None, loudness: float | None) -> dict[str, Any]:
    if title is None:
        return {"video": [], "audio": [], "text": []}
    plan = title.plan
    video = [
        {"name": r.name, "width": r.width, "height": r.height, "codec": r.codecs, "bitrate": r.max_rate}
        for r in (plan.video.rungs if plan.video else ())
    ]
    audio = [
        {
            "name": a.name, "language": languages.tag(a.language), "title": a.title, "channels": a.channels,
            "codec": a.codecs, "bitrate": a.bit_rate, "loudness_lufs": loudness if a.default else None,
        }
        for a in plan.audio
    ]  # fmt: skip
    text = [
        {"name": t.name, "language": languages.tag(t.language), "title": t.title, "forced": t.forced}
        for t in texts(title)
    ]
    return {"video": video, "audio": audio, "text": text}
