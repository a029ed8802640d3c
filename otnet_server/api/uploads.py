"""The upload API on the dashboard and partner surfaces: tus uploads, and imports by URL."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.endpoint import json_of
from otnet_server.api.media import NO_STORE
from otnet_server.api.rest import not_allowed, scope_missing
from otnet_server.control.libraries import upload_folder
from otnet_server.db.engine import Database
from otnet_server.db.tables import file, metadata
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.ingest import tus
from otnet_server.ingest.addresses import Blocked
from otnet_server.ingest.imports import Imports
from otnet_server.ingest.targets import ROLES, Target
from otnet_server.ingest.uploads import Uploads
from otnet_server.principal import Principal, may
from otnet_server.resources import SCHEMA
from otnet_server.schema.resource import Role, Verb

UPLOAD_SCOPE = "upload:write"
IMPORT_FIELDS = ("url", "library", "content", "role")


class UploadsApi:
    def __init__(self, db: Database, uploads: Uploads, imports: Imports) -> None:
        self._db, self._uploads, self._imports = db, uploads, imports

    async def uploads(self, request: Request, principal: Principal) -> Response:
        """OPTIONS, POST (tus 1.0: creation)."""
        if "content" in tus.keys_of(request.headers.get("upload-metadata", "")):
            check_may_attach(principal)
        return await self._uploads.collection(request, owner_of(principal))

    async def upload(self, request: Request, principal: Principal) -> Response:
        """OPTIONS, HEAD, PATCH, DELETE (tus 1.0)."""
        return await self._uploads.item(request, owner_of(principal))

    async def media(self, request: Request, principal: Principal) -> Response:
        """What an upload has become: the ids of its media, and of the content of that; null until they exist."""
        path = await self._uploads.arrived_as(request.path_params["id"], owner_of(principal))
        return await self._media_of(path, principal)

    async def imported_media(self, request: Request, principal: Principal) -> Response:
        """What an import has become, like `media`."""
        owner, id = owner_of(principal), request.path_params["id"]
        if self._imports.state(id, owner) is None:
            raise import_not_found()
        return await self._media_of(self._imports.arrived_as(id, owner), principal)

    async def _media_of(self, path: Path | None, principal: Principal) -> Response:
        table = metadata.tables["media"]
        query = select(table.c.id, table.c.content).join(file, file.c.media == table.c.id)
        async with self._db.read() as c:
            row = (
                await c.execute(query.where(file.c.path == str(path), table.c.organization == principal.organization))
            ).first()
        document = {"media": row.id if row is not None else None, "content": row.content if row is not None else None}
        return JSONResponse(document, headers=NO_STORE)

    async def start(self, request: Request, principal: Principal) -> Response:
        owner, body = owner_of(principal), await json_of(request)
        values = body if isinstance(body, dict) else {}
        url, library = values.get("url"), values.get("library")
        target = Target(values.get("content") or "", values.get("role") or "main")
        field_errors = [
            FieldError(n, "required", "is required", "Send a string.")
            for n, v in (("url", url), ("library", library))
            if not isinstance(v, str)
        ]
        field_errors += [
            FieldError(str(n)[:60], "unknown_field", "is not a known field", f"Known: {', '.join(IMPORT_FIELDS)}.")
            for n in values
            if n not in IMPORT_FIELDS
        ]
        if not isinstance(target.content, str):
            field_errors.append(FieldError("content", "not_text", "must be the id of content", "Send a string."))
        elif target.content:
            check_may_attach(principal)
        if target.role not in ROLES or ("role" in values and not target.content):
            remedy = f"Send {', '.join(ROLES)}, together with “content”."
            field_errors.append(FieldError("role", "not_an_option", f"must be one of {', '.join(ROLES)}", remedy))
        folder = await upload_folder(self._db, str(library), owner) if not field_errors else None
        if not field_errors and folder is None:
            field_errors.append(
                FieldError("library", "no_such_record", "must be a library of yours", "GET …/libraries lists them.")
            )
        if field_errors or folder is None:
            raise Invalid("invalid", "Some fields are not valid.", field_errors)
        try:
            id = await self._imports.start(str(url), folder, owner, target=target)
        except Blocked as e:
            raise Invalid("invalid", e.message, [FieldError("url", e.code, "can't be imported", e.remedy)]) from None
        return JSONResponse(self._document(id, owner), 202)

    async def state(self, request: Request, principal: Principal) -> Response:
        return JSONResponse(self._document(request.path_params["id"], owner_of(principal)))

    async def cancel(self, request: Request, principal: Principal) -> Response:
        if not await self._imports.cancel(request.path_params["id"], owner_of(principal)):
            raise import_not_found()
        return Response(status_code=204)

    def _document(self, id: str, owner: str) -> dict[str, object]:
        state = self._imports.state(id, owner)
        if state is None:
            raise import_not_found()
        return state.document()


def owner_of(principal: Principal) -> str:
    """The owner of the caller's uploads: the caller and their organization. Raises ApiError 403."""
    if principal.kind == "api_key" and UPLOAD_SCOPE not in principal.scopes:
        raise scope_missing(UPLOAD_SCOPE, "upload")
    if principal.kind == "user" and (principal.role is None or principal.role < Role.EDITOR):
        raise ApiError(403, "role_too_low", "Your role may not upload.", "Ask an administrator of your organization.")
    return f"{principal.caller}@{principal.organization}"


def check_may_attach(principal: Principal) -> None:
    """Raises ApiError (403) unless the caller may change which media content has."""
    if not any(may(principal, SCHEMA[name], Verb.UPDATE) for name in ("content", "media")):
        raise not_allowed(principal, SCHEMA["content"], Verb.UPDATE)


def import_not_found() -> ApiError:
    return ApiError(404, "not_found", "This import does not exist.", "It may have ended long ago.")
