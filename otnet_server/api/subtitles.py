"""The subtitles of a media: those of its file, and the subtitle files beside it, which can be added and changed.

A change is made to the files of the library; the library that watches them makes the tracks (docs/subtitles.md).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.endpoint import json_of
from otnet_server.api.media import NO_STORE
from otnet_server.api.request_body import text_of
from otnet_server.api.rest import not_allowed, scope_of
from otnet_server.control.subtitles import Subtitles
from otnet_server.db.engine import Database
from otnet_server.db.records import Records, Row
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.ingest.subtitle_files import MAX_BYTES, SubtitleFile, extension_of, subtitle_name
from otnet_server.media import languages, urls
from otnet_server.media.revision import Revision
from otnet_server.media.subtitle_names import SubtitleName
from otnet_server.media.text_tracks import Sidecar, TextPlan
from otnet_server.pipeline.services import PipelineServices
from otnet_server.principal import Principal, may
from otnet_server.resources import SCHEMA
from otnet_server.schema.audit import AuditAction
from otnet_server.schema.resource import Verb

MEDIA = SCHEMA["media"]


class SubtitlesApi:
    def __init__(self, db: Database, records: Records, services: PipelineServices) -> None:
        self._db, self._records, self._services = db, records, services

    async def index(self, request: Request, principal: Principal) -> Response:
        media, subtitles = await self._media(request, principal, Verb.GET)
        _query(request)
        return JSONResponse({"items": await self._items(media["id"], await subtitles.list())}, headers=NO_STORE)

    async def add(self, request: Request, principal: Principal) -> Response:
        """Add the subtitles in the body. The query has `language`, `roles`, `default` and the `name` of the file."""
        media, subtitles = await self._media(request, principal, Verb.UPDATE)
        query = _query(request, "language", "roles", "default", "name")
        file = await subtitles.add(await text_of(request, MAX_BYTES), _extension(query), _described_by(query))
        return await self._changed(principal, media, "subtitles_added", file, 201)

    async def put(self, request: Request, principal: Principal) -> Response:
        """Replace the subtitles of the `language` and `roles` in the query, or add them."""
        media, subtitles = await self._media(request, principal, Verb.UPDATE)
        described = _described_by(_query(request, "language", "roles"))
        file, added = await subtitles.put(await text_of(request, MAX_BYTES), described)
        action: AuditAction = "subtitles_added" if added else "subtitles_replaced"
        return await self._changed(principal, media, action, file, 201 if added else 200)

    async def replace(self, request: Request, principal: Principal) -> Response:
        media, subtitles = await self._media(request, principal, Verb.UPDATE)
        extension = _extension(_query(request, "name"))
        file = await subtitles.replace(request.path_params["file"], await text_of(request, MAX_BYTES), extension)
        return await self._changed(principal, media, "subtitles_replaced", file)

    async def change(self, request: Request, principal: Principal) -> Response:
        """Change the language, the roles or the default of a file; fields that are left out stay."""
        media, subtitles = await self._media(request, principal, Verb.UPDATE)
        _query(request)
        body = await json_of(request)
        if not isinstance(body, dict):
            raise Invalid("bad_body", "The body must be an object.", [], "Send language, roles or default.")
        before = (await subtitles.find(request.path_params["file"])).sidecar
        now = {"language": before.language, "roles": list(before.roles), "default": before.default}
        unknown = [FieldError(str(n)[:60], "unknown_field", "is not a known field", f"Known: {', '.join(now)}.")
                   for n in body if n not in now]  # fmt: skip
        if unknown:
            raise Invalid("invalid", "Some fields are not valid.", unknown)
        described = subtitle_name(*(body.get(name, value) for name, value in now.items()))
        file = await subtitles.change(request.path_params["file"], described)
        return await self._changed(principal, media, "subtitles_changed", file)

    async def delete(self, request: Request, principal: Principal) -> Response:
        media, subtitles = await self._media(request, principal, Verb.UPDATE)
        _query(request)
        await subtitles.delete(request.path_params["file"])
        await self._note(principal, media, "subtitles_deleted")
        return Response(status_code=204)

    async def _media(self, request: Request, principal: Principal, verb: Verb) -> tuple[Row, Subtitles]:
        """The media and its subtitle files. Raises ApiError 403 and 404."""
        if not may(principal, MEDIA, verb):
            raise not_allowed(principal, MEDIA, verb)
        id = request.path_params["id"]
        async with self._db.read() as c:
            row = await self._records.get(c, MEDIA, scope_of(principal), id) if id.isalnum() else None
        current = await self._services.repository.current(row["id"]) if row is not None else None
        if row is None or current is None:
            raise ApiError(404, "not_found", "This media does not exist.", "GET …/media lists them.")
        return row, Subtitles(self._db, Path(current.path))

    async def _changed(
        self, principal: Principal, media: Row, action: AuditAction, file: SubtitleFile, status: int = 200
    ) -> Response:
        await self._note(principal, media, action)
        items = await self._items(media["id"], [file])
        return JSONResponse(next(i for i in items if i["id"] == file.id), status, headers=NO_STORE)

    async def _note(self, principal: Principal, media: Row, action: AuditAction) -> None:
        async with self._db.write() as c:
            await self._records.note(c, MEDIA, principal, media, action)

    async def _items(self, media: str, files: list[SubtitleFile]) -> list[dict[str, Any]]:
        current = await self._services.repository.current(media)
        planned = current is not None and current.plan is not None
        revision = await self._services.revisions.get(current.id) if current is not None and planned else None
        return subtitle_items(files, revision)


def _query(request: Request, *known: str) -> dict[str, str]:
    """The query. Raises Invalid for unknown and repeated parameters."""
    pairs = request.query_params.multi_items()
    values = dict(pairs)
    errors = [FieldError(n[:60], "unknown_parameter", "is not a known parameter",
                         f"Known: {', '.join(known) or 'none'}.") for n in values if n not in known]  # fmt: skip
    errors += [FieldError(n, "repeated", "is given more than once", "Give it once.")
               for n in values if n in known and [k for k, _ in pairs].count(n) > 1]  # fmt: skip
    if errors:
        raise Invalid("bad_query", "The query is not valid.", errors)
    return values


def _described_by(query: dict[str, str]) -> SubtitleName:
    """Raises Invalid."""
    roles = [role for role in query.get("roles", "").split(",") if role]
    return subtitle_name(
        query.get("language"), roles, {"true": True, "false": False}.get(query.get("default", "false"))
    )


def _extension(query: dict[str, str]) -> str | None:
    return extension_of(query["name"]) if "name" in query else None


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
