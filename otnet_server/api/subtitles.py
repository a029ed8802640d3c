"""The subtitles of a media: those of its file, and the subtitle files beside it, which can be added and changed.

A change is made to the files of the library; the library that watches them makes the tracks (docs/subtitles.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.endpoint import body_of, json_of
from otnet_server.api.media import NO_STORE
from otnet_server.api.rest import not_allowed, scope_of
from otnet_server.db.engine import Database
from otnet_server.db.records import Records, Row
from otnet_server.errors import ApiError, Invalid
from otnet_server.ingest.subtitle_files import (
    MAX_BYTES,
    SubtitleFile,
    SubtitleFiles,
    extension_of,
    subtitle_name,
)
from otnet_server.media import languages, urls
from otnet_server.media.revision import Revision
from otnet_server.media.text_tracks import Sidecar, TextPlan
from otnet_server.pipeline.services import PipelineServices
from otnet_server.principal import Principal, may
from otnet_server.resources import SCHEMA
from otnet_server.schema.resource import Verb

MEDIA = SCHEMA["media"]
T = TypeVar("T")


class SubtitlesApi:
    def __init__(self, db: Database, records: Records, services: PipelineServices) -> None:
        self._db, self._records, self._services = db, records, services

    async def index(self, request: Request, principal: Principal) -> Response:
        media, source = await self._media(request, principal, Verb.GET)
        files = await self._in_thread(SubtitleFiles(source).list)
        return JSONResponse({"items": await self._items(media["id"], files)}, headers=NO_STORE)

    async def add(self, request: Request, principal: Principal) -> Response:
        """Add the subtitle file in the body. The query has its `name`, `language`, `roles` and `default`."""
        media, source = await self._media(request, principal, Verb.UPDATE)
        query = request.query_params
        described = subtitle_name(
            query.get("language"),
            [role for role in query.get("roles", "").split(",") if role],
            {"true": True, "false": False}.get(query.get("default", "false")),
        )
        extension, data = extension_of(query.get("name", "")), await body_of(request, MAX_BYTES)
        file = await self._in_thread(SubtitleFiles(source).add, data, extension, described)
        return await self._changed(principal, media, "subtitles_added", file, 201)

    async def replace(self, request: Request, principal: Principal) -> Response:
        media, source = await self._media(request, principal, Verb.UPDATE)
        extension, data = extension_of(request.query_params.get("name", "")), await body_of(request, MAX_BYTES)
        file = await self._in_thread(SubtitleFiles(source).replace, request.path_params["file"], data, extension)
        return await self._changed(principal, media, "subtitles_replaced", file)

    async def change(self, request: Request, principal: Principal) -> Response:
        """Change the language, the roles or the default of a file; fields that are left out stay."""
        media, source = await self._media(request, principal, Verb.UPDATE)
        body = await json_of(request)
        if not isinstance(body, dict):
            raise Invalid("bad_body", "The body must be an object.", [], "Send language, roles or default.")
        files = SubtitleFiles(source)
        before = (await self._in_thread(files.find, request.path_params["file"])).sidecar
        now = {"language": before.language, "roles": list(before.roles), "default": before.default}
        described = subtitle_name(*(body.get(name, value) for name, value in now.items()))
        file = await self._in_thread(files.rename, request.path_params["file"], described)
        return await self._changed(principal, media, "subtitles_changed", file)

    async def delete(self, request: Request, principal: Principal) -> Response:
        media, source = await self._media(request, principal, Verb.UPDATE)
        await self._in_thread(SubtitleFiles(source).delete, request.path_params["file"])
        await self._changed(principal, media, "subtitles_deleted", None)
        return Response(status_code=204)

    async def _media(self, request: Request, principal: Principal, verb: Verb) -> tuple[Row, Path]:
        """The media and its source. Raises ApiError 403, 404, and 409 when its file is not there."""
        if not may(principal, MEDIA, verb):
            raise not_allowed(principal, MEDIA, verb)
        async with self._db.read() as c:
            row = await self._records.get(c, MEDIA, scope_of(principal), request.path_params["id"])
        current = await self._services.repository.current(row["id"]) if row is not None else None
        if row is None or current is None:
            raise ApiError(404, "not_found", "This media does not exist.", "GET /api/v1/dashboard/media lists them.")
        return row, Path(current.path)

    async def _in_thread(self, call: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.to_thread(call, *arguments)

    async def _changed(
        self, principal: Principal, media: Row, action: str, file: SubtitleFile | None, status: int = 200
    ) -> Response:
        async with self._db.write() as c:
            await self._records.note(c, MEDIA, principal, media, action)
        if file is None:
            return Response(status_code=204)
        items = await self._items(media["id"], [file])
        return JSONResponse(next(i for i in items if i["id"] == file.id), status, headers=NO_STORE)

    async def _items(self, media: str, files: list[SubtitleFile]) -> list[dict[str, Any]]:
        current = await self._services.repository.current(media)
        planned = current is not None and current.plan is not None
        revision = await self._services.revisions.get(current.id) if current is not None and planned else None
        return subtitle_items(files, revision)


def subtitle_items(files: list[SubtitleFile], revision: Revision | None) -> list[dict[str, Any]]:
    """The files beside the media, then the texts inside it. A file whose track is not made yet is `waiting`. Pure."""
    texts = revision.plan.text if revision is not None else ()
    items = []
    for file in files:
        # A changed file waits for its new track.
        track = next((t for t in texts if t.sidecar == file.sidecar.path and t.seen == file.sidecar.seen), None)
        items.append({"id": file.id, "source": "file", "file": file.name, "title": "", **_described(file.sidecar)})
        items[-1] |= _track(track, revision)
    for text in texts:
        if text.stream is not None and _error(text, revision) != "":
            items.append({"id": text.name, "source": "media", "file": None, "title": text.title, **_described(text)})
            items[-1] |= _track(text, revision)
    return items


def _described(text: Sidecar | TextPlan) -> dict[str, Any]:
    return {"language": languages.tag(text.language), "roles": list(text.roles), "default": text.default}


def _error(track: TextPlan, revision: Revision | None) -> str | None:
    """Why a track can't be made; empty for closed captions without text, which are not shown."""
    piece = revision.pieces.get((track.name, 0)) if revision is not None else None
    return str(piece["failed"]) if piece is not None and "failed" in piece else None


def _track(track: TextPlan | None, revision: Revision | None) -> dict[str, Any]:
    if track is None or revision is None or (track.name, 0) not in revision.pieces:
        return {"state": "waiting", "error": None, "url": None}
    error = _error(track, revision)
    if error is not None:
        return {"state": "failed", "error": error, "url": None}
    url = urls.url(revision.media, revision.id, urls.text_path(track.name))
    return {"state": "ready", "error": None, "url": url}
