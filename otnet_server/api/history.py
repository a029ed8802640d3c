"""The history of one title for its editors: entries of the audit log about it, its media, credits and artwork.

The audit log itself, with all values, is for administrators.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping, select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.media import NO_STORE
from otnet_server.api.rest import not_allowed, scope_of
from otnet_server.db.engine import Database
from otnet_server.db.records import Records
from otnet_server.db.tables import metadata
from otnet_server.errors import ApiError
from otnet_server.principal import Principal, may
from otnet_server.resources import SCHEMA
from otnet_server.schema.resource import Verb

CONTENT = SCHEMA["content"]
PARTS = ("media", "credit", "artwork")
MAX_ENTRIES = 30
entry = metadata.tables["audit_entry"]


class HistoryApi:
    def __init__(self, db: Database, records: Records) -> None:
        self._db, self._records = db, records

    async def of_content(self, request: Request, principal: Principal) -> Response:
        id = request.path_params["id"]
        if not may(principal, CONTENT, Verb.UPDATE):
            raise not_allowed(principal, CONTENT, Verb.UPDATE)
        async with self._db.read() as c:
            if await self._records.get(c, CONTENT, scope_of(principal), id) is None:
                raise ApiError(404, "not_found", "This content does not exist.", "GET …/content lists it.")
            parts = [
                select(table.c.id).where(table.c.content == id) for table in (metadata.tables[name] for name in PARTS)
            ]
            about = (entry.c.record == id) | entry.c.record.in_(parts[0].union_all(*parts[1:]))
            query = select(entry).where(entry.c.organization == principal.organization, about)
            rows = await c.execute(query.order_by(entry.c.created_at.desc(), entry.c.id.desc()).limit(MAX_ENTRIES))
            items = [history_item(row) for row in rows.mappings()]
        return JSONResponse({"items": items}, headers=NO_STORE)


def history_item(row: RowMapping) -> dict[str, Any]:
    """Who did what to which record, and which fields of it changed. Pure."""
    before, after = row["before"] or {}, row["after"] or {}
    changed = sorted(n for n in {*before, *after} if before.get(n) != after.get(n))
    names = ("id", "created_at", "actor", "actor_kind", "action", "resource", "record", "record_label")
    return {**{n: row[n] for n in names}, "fields": changed if row["action"] == "updated" else []}
