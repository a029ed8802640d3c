"""One search over the records of an organization, for the commands of the studio."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.rest import scope_of
from otnet_server.db.conditions import filtered, visible_to
from otnet_server.db.engine import Database
from otnet_server.db.records import Records, now
from otnet_server.db.resources import table_of
from otnet_server.db.search import ranking
from otnet_server.errors import FieldError, Invalid
from otnet_server.principal import Principal, may
from otnet_server.resources import SCHEMA
from otnet_server.schema.query import Filter, Query
from otnet_server.schema.resource import Resource, Verb

MAX_TEXT = 100
PER_RESOURCE = 5
MAX_RESULTS = 25
# Records that people look for by name. Parts, such as credits, are matching by what they belong to.
FOUND = ("content", "series", "person", "channel", "media", "category", "genre", "library", "organization")
# Few in an organization, and not in the full-text index: matching by any part of these fields.
FOUND_BY_PART = {"user": ("name", "email"), "invitation": ("email",), "api_key": ("name",), "webhook": ("url",),
                 "library": ("name",), "organization": ("name",)}  # fmt: skip
DETAILS = ("kind", "state", "status", "email", "role")


class SearchApi:
    def __init__(self, db: Database, records: Records) -> None:
        self._db, self._records = db, records

    async def find(self, request: Request, principal: Principal) -> Response:
        """The records that match `q`, best first: those of the caller's organization that their role may list."""
        text = _text(request)
        matching: list[tuple[Any, Resource, dict[str, Any]]] = []
        key = ranking(text)
        async with self._db.read() as c:
            for name in dict.fromkeys((*FOUND, *FOUND_BY_PART)):
                resource = SCHEMA[name]
                if may(principal, resource, Verb.LIST):
                    rows = await self._matches(c, resource, principal, text)
                    matching += [(key(resource.name_of(row)), resource, row) for row in rows]
        matching.sort(key=lambda entry: entry[0])
        return JSONResponse({"items": [_shown(resource, row) for _, resource, row in matching[:MAX_RESULTS]]})

    async def _matches(
        self, c: AsyncConnection, resource: Resource, principal: Principal, text: str
    ) -> list[dict[str, Any]]:
        scope = scope_of(principal)
        if resource.name not in FOUND_BY_PART:
            page = await self._records.page(c, resource, scope, Query(limit=PER_RESOURCE, text=text, fields=()))
            return page.rows
        parts = [filtered(resource, Filter(field, "contains", (text,))) for field in FOUND_BY_PART[resource.name]]
        query = select(table_of(resource)).where(or_(*parts), *visible_to(resource, scope, now()))
        return [dict(row) for row in (await c.execute(query.limit(PER_RESOURCE))).mappings()]


def _text(request: Request) -> str:
    unknown = [name for name in request.query_params if name != "q"]
    text = request.query_params.get("q", "").strip()
    if unknown:
        error = FieldError(unknown[0][:60], "unknown_parameter", "is not a known parameter", "Known: q.")
    elif not text or len(text) > MAX_TEXT or "\0" in text:
        error = FieldError("q", "bad_value", f"must have 1 to {MAX_TEXT} characters")
    else:
        return text
    raise Invalid("bad_query", "The query is invalid.", [error])


def _shown(resource: Resource, row: dict[str, Any]) -> dict[str, Any]:
    details = {name: row[name] for name in DETAILS if name in resource.fields and row.get(name) is not None}
    return {"resource": resource.name, "plural": resource.plural, "id": row["id"], "label": resource.name_of(row),
            "details": details}  # fmt: skip
