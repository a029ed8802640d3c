"""The trash in the dashboard: list, restore, delete for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.control.trash import KEPT, Trash
from otnet_server.db.engine import Database
from otnet_server.db.tables import trash
from otnet_server.errors import ApiError
from otnet_server.principal import Principal, may
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.dates import utc
from otnet_server.schema.resource import Verb

MAX_ENTRIES = 200
SHOWN = (trash.c.id, trash.c.resource, trash.c.record, trash.c.label, trash.c.actor, trash.c.deleted_at)


class TrashApi:
    def __init__(self, db: Database, kept: Trash) -> None:
        self._db, self._trash = db, kept

    async def list(self, request: Request, principal: Principal) -> Response:
        """The newest entries that the caller may restore."""
        names = [r.name for r in SCHEMA if may(principal, r, Verb.DELETE)]
        query = select(*SHOWN).where(trash.c.organization == principal.organization, trash.c.resource.in_(names))
        async with self._db.read() as c:
            rows = (
                await c.execute(query.order_by(trash.c.deleted_at.desc(), trash.c.id).limit(MAX_ENTRIES))
            ).mappings()
            items = [_shown(dict(row)) for row in rows]
        return JSONResponse({"items": items})

    async def restore(self, request: Request, principal: Principal) -> Response:
        """Restore an entry. Raises ApiError (403, 404), and Conflict when another record has taken a unique value."""
        async with self._db.write() as c:
            entry = await self._entry(c, request, principal)
            await self._trash.restore(c, principal, entry)
        resource = SCHEMA[entry["resource"]]
        return JSONResponse({"resource": resource.name, "plural": resource.plural, "id": entry["record"]})

    async def remove(self, request: Request, principal: Principal) -> Response:
        """Delete an entry for ever, with its files."""
        async with self._db.read() as c:
            entry = await self._entry(c, request, principal)
        await self._trash.purge(entry["id"])
        return Response(status_code=204)

    async def _entry(self, c: AsyncConnection, request: Request, principal: Principal) -> dict[str, Any]:
        own = trash.c.id == request.path_params["id"], trash.c.organization == principal.organization
        row = (await c.execute(select(trash).where(*own).with_for_update())).mappings().first()
        if row is None:
            raise ApiError(404, "not_found", "This entry of the trash does not exist.", "GET …/trash lists them.")
        if not may(principal, SCHEMA[row["resource"]], Verb.DELETE):
            raise ApiError(403, "role_too_low", "Your role may not do this.", "Ask an editor.")
        return dict(row)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    expires_at = utc(datetime.fromisoformat(row["deleted_at"]) + KEPT)
    return {**row, "plural": SCHEMA[row["resource"]].plural, "expires_at": expires_at}
