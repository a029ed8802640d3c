"""Imports of metadata from a table: a preview, the import in the background, its progress and its failures."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.media import NO_STORE
from otnet_server.api.request_body import text_of
from otnet_server.api.rest import not_allowed
from otnet_server.control.metadata_imports import COUNTS, ImportOrder, MetadataImports, failure
from otnet_server.control.metadata_plans import CREATED_BY_NAME, RowPlan
from otnet_server.control.metadata_rows import (
    CONTENT,
    CREDIT,
    check_mapping,
    has_key,
    importable,
    parse_rows,
    recognized,
    targets,
)
from otnet_server.db.records import Row
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.ingest.data_tables import MAX_BYTES, DataTable, csv_text, read_table
from otnet_server.principal import Principal, may
from otnet_server.resources import SCHEMA
from otnet_server.schema import query
from otnet_server.schema.resource import Verb

SHOWN_ROWS = 20
SHOWN_FAILURES = 200
SHOWN_NAMES = 50
TEMPLATE_ROW = {"title": "Night Train", "kind": "film", "year": "2026", "genres": "Drama; Thriller",
                "original_language": "de", "age_rating": "12", "synopsis": "A guard counts the lights.",
                f"{CREDIT}director": "Agnès Varda", f"{CREDIT}actor": "Anna Karina (Nana); Sady Rebbot (Raoul)",
                "external_id": "cms-4711"}  # fmt: skip


class MetadataImportsApi:
    def __init__(self, imports: MetadataImports) -> None:
        self._imports = imports

    async def create(self, request: Request, principal: Principal) -> Response:
        """Import the table in the body, or with `dry_run=true` say what an import would do."""
        _check_permission(principal)
        pairs = request.query_params.multi_items()
        flags = query.flags([p for p in pairs if p[0] != "mapping"], "dry_run", "create")
        data = await text_of(request, MAX_BYTES)
        table = await asyncio.to_thread(read_table, data)
        mapping = _mapping(request.query_params.getlist("mapping"), table, principal)
        if not has_key(mapping):
            if not flags["dry_run"]:
                check_mapping(mapping, table.columns, principal.surface)
            return JSONResponse(_preview(table, mapping, principal, []), headers=NO_STORE)
        if any(target.startswith(CREDIT) for target in mapping.values()):
            _check_credits(principal)
        rows = await asyncio.to_thread(parse_rows, table, mapping, principal.surface)
        allowed = frozenset(n for n in CREATED_BY_NAME if flags["create"] and may(principal, SCHEMA[n], Verb.CREATE))
        order = ImportOrder(principal, rows, {target: column for column, target in mapping.items()}, allowed)
        if flags["dry_run"]:
            plans = await self._imports.plans(order)
            return JSONResponse(_preview(table, mapping, principal, plans), headers=NO_STORE)
        id = await self._imports.start(order)
        return JSONResponse(_state(await self._import_of(id, principal)), 202, headers=NO_STORE)

    async def state(self, request: Request, principal: Principal) -> Response:
        _check_permission(principal)
        return JSONResponse(_state(await self._import_of(request.path_params["id"], principal)), headers=NO_STORE)

    async def cancel(self, request: Request, principal: Principal) -> Response:
        _check_permission(principal)
        id = request.path_params["id"]
        await self._import_of(id, principal)
        await self._imports.cancel(id, principal.organization)
        return Response(status_code=204)

    async def failures(self, request: Request, principal: Principal) -> Response:
        """The failed rows as CSV."""
        _check_permission(principal)
        row = await self._import_of(request.path_params["id"], principal)
        lines = [(f["line"], f["column"], f["error"], f["remedy"]) for f in row["failures"]]
        return _csv("failures.csv", [("line", "column", "error", "remedy"), *lines])

    async def template(self, request: Request, principal: Principal) -> Response:
        """A table with a column for each field and one row."""
        _check_permission(principal)
        names = ["external_id", *(n for n in importable(principal.surface) if n != "external_id"), "year"]
        names += [n for n in targets(principal.surface) if n.startswith(CREDIT)]
        return _csv("metadata.csv", [names, [TEMPLATE_ROW.get(n, "") for n in names]])

    async def _import_of(self, id: str, principal: Principal) -> Row:
        row = await self._imports.state(id, principal.organization) if id.isalnum() else None
        if row is None:
            raise ApiError(404, "not_found", "This import does not exist.", "Imports are kept for some days.")
        return row


def _check_permission(principal: Principal) -> None:
    for verb in (Verb.CREATE, Verb.UPDATE):
        if not may(principal, CONTENT, verb):
            raise not_allowed(principal, CONTENT, verb)


def _check_credits(principal: Principal) -> None:
    if not may(principal, SCHEMA["credit"], Verb.CREATE):
        raise not_allowed(principal, SCHEMA["credit"], Verb.CREATE)


def _mapping(given: list[str], table: DataTable, principal: Principal) -> dict[str, str]:
    """The mapping of the query, a JSON object, or else the columns that are recognized. Raises Invalid."""
    if not given:
        return recognized(table.columns, principal.surface)
    try:
        mapping = json.loads(given[0])
        json.dumps(mapping, ensure_ascii=False).encode()  # refuses unpaired surrogates
    except (ValueError, RecursionError):
        mapping = None
    if len(given) > 1 or not isinstance(mapping, dict):
        error = FieldError("mapping", "not_an_object", "must be a JSON object", 'Such as {"Titel": "title"}.')
        raise Invalid("bad_query", "The query is not valid.", [error])
    return check_mapping(mapping, table.columns, principal.surface)


def _preview(table: DataTable, mapping: dict[str, str], principal: Principal, plans: list[RowPlan]) -> dict[str, Any]:
    """What an import would do. Without a column for the title there are no `rows`."""
    actions = Counter(plan.action for plan in plans)
    failures = [failure(plan.row.line, error) for plan in plans for error in plan.errors]
    missing: dict[str, dict[str, None]] = {}
    for plan in plans:
        for resource, names in plan.missing.items() if not plan.errors else ():
            missing.setdefault(resource, {}).update(dict.fromkeys(names))
    examples = {name: cell[:80] for row in reversed(table.rows[:50]) for name, cell in row.cells.items()}
    return {
        "columns": [{"name": column, "target": mapping.get(column, ""), "example": examples.get(column, "")}
                    for column in table.columns],
        "targets": [{"name": name, "label": label} for name, label in targets(principal.surface).items()],
        "total": len(table.rows), "create": actions["create"], "update": actions["update"], "failed": actions["error"],
        "missing": {r: {"count": len(names), "names": list(names)[:SHOWN_NAMES]} for r, names in missing.items()},
        "rows": [{"line": p.row.line, "title": p.row.title, "year": p.row.year, "action": p.action}
                 for p in plans[:SHOWN_ROWS]],
        "failures": failures[:SHOWN_FAILURES],
    }  # fmt: skip


def _state(row: Row) -> dict[str, Any]:
    names = ("id", "state", "total", *COUNTS, "created_at", "updated_at")
    return {**{n: row[n] for n in names}, "failures": row["failures"][:SHOWN_FAILURES]}


def _csv(name: str, rows: Iterable[Any]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', **NO_STORE}
    return Response(csv_text(rows), media_type="text/csv", headers=headers)
