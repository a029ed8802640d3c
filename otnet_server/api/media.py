"""Titles over HTTP: a list, one, and their changes as they happen (server-sent events)."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from otnet_server.errors import OtnetError
from otnet_server.logs import log
from otnet_server.media import languages
from otnet_server.media.renditions import notices, texts
from otnet_server.media.revision import Title
from otnet_server.media.states import State
from otnet_server.pipeline.pipeline import Pipeline
from otnet_server.pipeline.repository import Catalog
from otnet_server.pipeline.revision_cache import Titles
from otnet_server.playback.authorization import Authorization
from otnet_server.playback.visibility import Caller, MediaFacts
from otnet_server.problems import problem

PAGE = 200
TICK_S = 0.5
CALLER_CHECK_S = 2.0
CURSOR = re.compile(r"[0-9TZ.:+-]{1,40}~[0-9a-z]{1,16}")
NO_STORE = {"Cache-Control": "no-store"}
QUEUE = 1000
FindCaller = Callable[[], Awaitable[Caller | None]]
MayHear = Callable[[Caller, MediaFacts], bool]


@dataclass(eq=False)
class Listener:
    """A stream of changes. `caller` says who listens now (None: nobody who may any more, the stream ends); `sees` which
    media they hear of. A None in the queue ends the stream."""

    queue: asyncio.Queue[str | None]
    caller: FindCaller
    sees: MayHear


class MediaApi:
    def __init__(self, catalog: Catalog, titles: Titles) -> None:
        self._catalog, self._titles = catalog, titles
        self._pipeline: Pipeline | None = None
        self._authorization: Authorization | None = None
        self._listeners: set[Listener] = set()
        self._changed: set[str] = set()
        self._ticker: asyncio.Task[None] | None = None

    @property
    def authorization(self) -> Authorization:
        assert self._authorization is not None
        return self._authorization

    def start(self, pipeline: Pipeline, authorization: Authorization) -> None:
        self._pipeline, self._authorization = pipeline, authorization
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
        cursor = request.query_params.get("cursor")
        if cursor is not None and not CURSOR.fullmatch(cursor):
            return problem(400, "bad_cursor", "This cursor is of no list here.", "Send “next” of the page before.",
                           field="cursor")  # fmt: skip
        caller = await self.authorization.gate.caller(request.scope)
        rows = await self._catalog.page(limit, cursor, self.authorization.listable(caller))
        items = [await self.view(r) for r in rows]
        more = f"{rows[-1].created_at}~{rows[-1].id}" if len(rows) == limit else None
        return JSONResponse({"items": items, "next": more}, headers=NO_STORE)

    async def show(self, request: Request) -> Response:
        id = request.path_params["id"]
        refusal = (await self.authorization.media(request.scope, id)).refusal
        row = await self._catalog.title(id) if refusal is None else None
        if refusal is not None and refusal.status != 404:
            return problem(*refusal, headers=NO_STORE)
        if row is None:
            return problem(404, "not_found", "There is no such title.", "GET /api/v1/media lists them.",
                           headers=NO_STORE)  # fmt: skip
        return JSONResponse(await self.view(row), headers=NO_STORE)

    # --- changes ---

    async def events(self, request: Request) -> Response:
        async def caller() -> Caller | None:
            found = await self.authorization.gate.caller(request.scope)
            return found if found.admitted else None

        return await self.stream(caller, self.authorization.allows)

    async def stream(self, caller: FindCaller, sees: MayHear) -> Response:
        """Server-sent events about the media that `caller` sees, until there is no such caller any more."""
        listener = Listener(asyncio.Queue(QUEUE), caller, sees)
        self._listeners.add(listener)

        async def stream() -> AsyncIterator[str]:
            try:
                yield ": connected\n\n"
                while True:
                    try:
                        async with asyncio.timeout(CALLER_CHECK_S):
                            message = await listener.queue.get()
                    except TimeoutError:
                        message = ": still here\n\n" if await caller() is not None else None
                    if message is None:
                        return
                    yield message
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
            if changed and self._listeners:
                try:
                    await self._send(list(changed)[:QUEUE])
                except (SQLAlchemyError, OtnetError):
                    log.exception("changes were not sent to who listens", media=len(changed))

    async def _send(self, changed: Sequence[str]) -> None:
        """Each change to the listeners who may hear of it now; the streams of those who may not listen any more end."""
        callers = {listener: await listener.caller() for listener in list(self._listeners)}
        for media in changed:
            row = await self._catalog.anyhow(media)
            facts = await self.authorization.facts(media, gone_too=True)
            if row is None or facts is None:
                continue
            if not row.present:
                message = f"event: removed\ndata: {json.dumps({'id': media})}\n\n"
            else:
                message = f"event: media\ndata: {json.dumps(await self.view(row))}\n\n"
            for listener, caller in callers.items():
                if caller is not None and not listener.queue.full() and listener.sees(caller, facts):
                    listener.queue.put_nowait(message)
        for listener, caller in callers.items():
            if caller is None and not listener.queue.full():
                listener.queue.put_nowait(None)


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
