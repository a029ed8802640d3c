"""Files coming in: tus uploads and imports by URL, on the dashboard and the partner surface."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.endpoint import json_of
from otnet_server.db.engine import Database
from otnet_server.db.tables import metadata
from otnet_server.errors import Denied, Invalid, Wrong
from otnet_server.ingest.addresses import Blocked
from otnet_server.ingest.imports import Imports
from otnet_server.ingest.uploads import Uploads
from otnet_server.principal import Principal
from otnet_server.schema.resource import Role

SCOPE = "upload:write"
library = metadata.tables["library"]


class Intake:
    def __init__(self, db: Database, uploads: Uploads, imports: Imports) -> None:
        self._db, self._uploads, self._imports = db, uploads, imports

    async def uploads(self, request: Request, who: Principal) -> Response:
        """OPTIONS, POST (tus 1.0: creation)."""
        return await self._uploads.collection(request, owner_of(who))

    async def upload(self, request: Request, who: Principal) -> Response:
        """OPTIONS, HEAD, PATCH, DELETE (tus 1.0)."""
        return await self._uploads.item(request, owner_of(who))

    async def start(self, request: Request, who: Principal) -> Response:
        owner, body = owner_of(who), await json_of(request)
        wanted = body if isinstance(body, dict) else {}
        url, into = wanted.get("url"), wanted.get("library")
        wrong = [Wrong(n, "required", "is required", "Give it as text.") for n, v in (("url", url), ("library", into))
                 if not isinstance(v, str)]  # fmt: skip
        wrong += [Wrong(str(n)[:60], "unknown_field", "is no field of an import") for n in wanted
                  if n not in ("url", "library")]  # fmt: skip
        folder = await folder_of(self._db, str(into), owner) if not wrong else None
        if not wrong and folder is None:
            wrong.append(Wrong("library", "no_such_record", "is no library of yours", "GET …/libraries lists them."))
        if wrong or folder is None:
            raise Invalid("invalid", "The import can't be started.", wrong)
        try:
            id = await self._imports.start(str(url), folder, owner)
        except Blocked as e:
            raise Invalid("invalid", e.message, [Wrong("url", e.code, "can't be imported", e.remedy)]) from None
        return JSONResponse(self._document(id, owner), 202)

    async def state(self, request: Request, who: Principal) -> Response:
        return JSONResponse(self._document(request.path_params["id"], owner_of(who)))

    async def cancel(self, request: Request, who: Principal) -> Response:
        if not await self._imports.cancel(request.path_params["id"], owner_of(who)):
            raise missing()
        return Response(status_code=204)

    def _document(self, id: str, owner: str) -> dict[str, object]:
        found = self._imports.state(id, owner)
        if found is None:
            raise missing()
        return found.document()


def owner_of(who: Principal) -> str:
    """Whose upload it is: the caller's, in this organization. Raises Denied."""
    if who.kind == "api_key" and SCOPE not in who.scopes:
        raise Denied(403, "scope_missing", "This key may not upload.", f"Give it the scope {SCOPE}.")
    if who.kind == "user" and (who.role is None or who.role < Role.EDITOR):
        raise Denied(403, "role_too_low", "You may not upload here.", "Ask an administrator of your organization.")
    return f"{who.caller}@{who.organization}"


async def folder_of(db: Database, id: str, owner: str) -> Path | None:
    """The folder of a library that the owner's organization has and that is there."""
    of = select(library.c.path).where(
        library.c.id == id, library.c.organization == owner.rpartition("@")[2], library.c.available
    )
    async with db.read() as c:
        path = (await c.execute(of)).scalar()
    return Path(path) if path else None


def missing() -> Denied:
    return Denied(404, "not_found", "There is no such import.", "It may have ended long ago.")
