"""Files coming in: tus uploads and imports by URL, on the dashboard and the partner surface."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.endpoint import json_of
from otnet_server.control.libraries import upload_folder
from otnet_server.db.engine import Database
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.ingest.addresses import Blocked
from otnet_server.ingest.imports import Imports
from otnet_server.ingest.uploads import Uploads
from otnet_server.principal import Principal
from otnet_server.schema.resource import Role

SCOPE = "upload:write"


class UploadsApi:
    def __init__(self, db: Database, uploads: Uploads, imports: Imports) -> None:
        self._db, self._uploads, self._imports = db, uploads, imports

    async def uploads(self, request: Request, principal: Principal) -> Response:
        """OPTIONS, POST (tus 1.0: creation)."""
        return await self._uploads.collection(request, owner_of(principal))

    async def upload(self, request: Request, principal: Principal) -> Response:
        """OPTIONS, HEAD, PATCH, DELETE (tus 1.0)."""
        return await self._uploads.item(request, owner_of(principal))

    async def start(self, request: Request, principal: Principal) -> Response:
        owner, body = owner_of(principal), await json_of(request)
        wanted = body if isinstance(body, dict) else {}
        url, into = wanted.get("url"), wanted.get("library")
        field_errors = [
            FieldError(n, "required", "is required", "Give it as text.")
            for n, v in (("url", url), ("library", into))
            if not isinstance(v, str)
        ]
        field_errors += [FieldError(str(n)[:60], "unknown_field", "is no field of an import") for n in wanted
                  if n not in ("url", "library")]  # fmt: skip
        folder = await upload_folder(self._db, str(into), owner) if not field_errors else None
        if not field_errors and folder is None:
            field_errors.append(
                FieldError("library", "no_such_record", "is no library of yours", "GET …/libraries lists them.")
            )
        if field_errors or folder is None:
            raise Invalid("invalid", "The import can't be started.", field_errors)
        try:
            id = await self._imports.start(str(url), folder, owner)
        except Blocked as e:
            raise Invalid("invalid", e.message, [FieldError("url", e.code, "can't be imported", e.remedy)]) from None
        return JSONResponse(self._document(id, owner), 202)

    async def state(self, request: Request, principal: Principal) -> Response:
        return JSONResponse(self._document(request.path_params["id"], owner_of(principal)))

    async def cancel(self, request: Request, principal: Principal) -> Response:
        if not await self._imports.cancel(request.path_params["id"], owner_of(principal)):
            raise missing()
        return Response(status_code=204)

    def _document(self, id: str, owner: str) -> dict[str, object]:
        found = self._imports.state(id, owner)
        if found is None:
            raise missing()
        return found.document()


def owner_of(principal: Principal) -> str:
    """Whose upload it is: the caller's, in this organization. Raises Denied."""
    if principal.kind == "api_key" and SCOPE not in principal.scopes:
        raise ApiError(403, "scope_missing", "This key may not upload.", f"Give it the scope {SCOPE}.")
    if principal.kind == "user" and (principal.role is None or principal.role < Role.EDITOR):
        raise ApiError(403, "role_too_low", "You may not upload here.", "Ask an administrator of your organization.")
    return f"{principal.caller}@{principal.organization}"


def missing() -> ApiError:
    return ApiError(404, "not_found", "There is no such import.", "It may have ended long ago.")
