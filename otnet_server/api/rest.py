"""The generic handlers of all resources on all surfaces: list, get, create, update, delete, actions and bulk."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.endpoint import error_response, json_of, note_deprecated
from otnet_server.control.behaviour import ActionContext, ActionResult, Behaviour
from otnet_server.control.trash import Trash
from otnet_server.db.conditions import Scope, may_be_hidden
from otnet_server.db.deletion import Deletion, InUse, deletion_of, uses_of
from otnet_server.db.engine import Database
from otnet_server.db.records import Records, Row, changed_meanwhile, now
from otnet_server.db.tables import idempotency
from otnet_server.errors import ApiError, Conflict, FieldError, Invalid, OtnetError
from otnet_server.principal import Principal, may, may_act
from otnet_server.resources import SCHEMA
from otnet_server.schema import models, query
from otnet_server.schema.field import Surface
from otnet_server.schema.fields import Reference, References
from otnet_server.schema.openapi import KEY
from otnet_server.schema.query import Query
from otnet_server.schema.resource import EXTERNAL_ID, INTEGRATION, PERMANENTLY, READ, Action, Resource, Verb

MAX_BULK_IDS = 200
CASCADE = "cascade"
BULK_FIELDS = ("action", "ids", "values")


def scope_of(principal: Principal) -> Scope:
    return Scope(
        principal.organization, principal.id if principal.kind == "user" else None, principal.surface is Surface.PUBLIC
    )


class Rest:
    """`behaviours` maps names of resources to their behaviour; the others have the default behaviour."""

    def __init__(self, db: Database, records: Records, behaviours: Mapping[str, Behaviour], trash: Trash) -> None:
        self._db, self._records, self._trash = db, records, trash
        self._behaviours = {r.name: behaviours.get(r.name) or Behaviour(r, records) for r in SCHEMA}

    def behaviour(self, resource: Resource) -> Behaviour:
        return self._behaviours[resource.name]

    # --- reading ---

    async def index(self, resource: Resource, request: Request, principal: Principal) -> Response:
        self._check_permission(principal, resource, Verb.LIST)
        pairs = request.query_params.multi_items()
        _note_query(request, resource, pairs)
        params = query.parse(SCHEMA, resource, principal.surface, pairs, principal.organization)
        self._check_expand(principal, resource, params)
        return JSONResponse(await self.list_page(resource, principal, params))

    async def list_page(self, resource: Resource, principal: Principal, params: Query) -> dict[str, Any]:
        async with self._db.read() as c:
            page = await self._records.page(c, resource, scope_of(principal), params)
            items = await self.serialize(c, resource, principal, page.rows, params)
        document: dict[str, Any] = {"items": items, "next": page.next}
        return document | ({"total": page.total} if params.total else {})

    async def get(self, resource: Resource, request: Request, principal: Principal) -> Response:
        self._check_permission(principal, resource, Verb.GET)
        pairs = request.query_params.multi_items()
        unknown = [n for n, _ in pairs if n not in ("fields", "expand")]
        if unknown:
            field_error = FieldError(
                unknown[0][:60], "unknown_parameter", "is not a known parameter", "Known: fields, expand."
            )
            raise Invalid("bad_query", "The query is invalid.", [field_error])
        _note_query(request, resource, pairs)
        params = query.parse(SCHEMA, resource, principal.surface, pairs)
        self._check_expand(principal, resource, params)
        async with self._db.read() as c:
            row = await self._get_row(c, resource, principal, request.path_params["id"])
            (record,) = await self.serialize(c, resource, principal, [row], params)
        etag = etag_of(row)
        if _changes_with_version(resource, record) and matches_etag(request.headers.get("if-none-match"), etag):
            return Response(status_code=304, headers={"ETag": etag})
        return JSONResponse(record, headers={"ETag": etag})

    # --- changing ---

    async def create(self, resource: Resource, request: Request, principal: Principal) -> Response:
        self._check_permission(principal, resource, Verb.CREATE)
        _reject_query(request)
        body = await _body_of(request, resource)
        key = request.headers.get("idempotency-key")
        if key is None:
            return _created(resource, principal, *await self._create(resource, principal, body))
        return await self._create_once(principal, key, resource, body)

    async def _create_once(self, principal: Principal, key: str, resource: Resource, body: Any) -> Response:
        """Create a record once per Idempotency-Key. A repeated request gets the first response for a day; a different
        request with the same key raises ApiError 409."""
        if not re.fullmatch(KEY, key):
            raise ApiError(400, "bad_idempotency_key", "An Idempotency-Key has 1 to 200 characters and no spaces.",
                         "Use a UUID, for example.")  # fmt: skip
        request_digest = hashlib.sha256(
            f"{resource.name} {json.dumps(body, sort_keys=True)}".encode("utf-8", "replace")
        ).hexdigest()
        same_request = idempotency.c.caller == f"{principal.caller} {principal.organization}", idempotency.c.key == key
        async with self._db.write() as c:
            stored = (await c.execute(select(idempotency).where(*same_request))).first()
            if stored is not None and stored.request != request_digest:
                raise ApiError(409, "idempotency_key_reused", "This Idempotency-Key was used for another request.",
                             "Use a new key for a new request.")  # fmt: skip
            if stored is not None:
                replayed = {**stored.headers, "Idempotency-Replayed": "true"}
                return JSONResponse(stored.body, stored.status, headers=replayed)
            row, record = await self._create_record(c, resource, principal, body)
            response = _created(resource, principal, row, record)
            stored_body = {k: v for k, v in record.items() if k not in resource.one_time_fields()}  # shown only once
            headers = {"Location": response.headers["location"], "ETag": response.headers["etag"]}
            caller = f"{principal.caller} {principal.organization}"
            values = {
                "caller": caller,
                "key": key,
                "request": request_digest,
                "status": 201,
                "body": stored_body,
                "headers": headers,
            }
            await c.execute(insert(idempotency).values(**values, at=now()))
        await self.behaviour(resource).after_commit(principal, row)
        return response

    async def _create(self, resource: Resource, principal: Principal, body: Any) -> tuple[Row, dict[str, Any]]:
        async with self._db.write() as c:
            row, record = await self._create_record(c, resource, principal, body)
        await self.behaviour(resource).after_commit(principal, row)
        return row, record

    async def _create_record(
        self, c: AsyncConnection, resource: Resource, principal: Principal, body: Any
    ) -> tuple[Row, Row]:
        behaviour = self.behaviour(resource)
        values = models.check(models.create_model_of(resource, principal.surface), resource.fields, body)
        prepared = await behaviour.prepare(c, principal, values, None)
        row = await self._records.create(c, resource, principal, prepared.values, prepared.internal_columns)
        await behaviour.after_save(c, principal, row, prepared)
        (shown,) = await self.serialize(c, resource, principal, [row])
        return row, {**shown, **prepared.one_time_fields}

    async def update(self, resource: Resource, request: Request, principal: Principal) -> Response:
        self._check_permission(principal, resource, Verb.UPDATE)
        _reject_query(request)
        body = await _body_of(request, resource)
        if_match = request.headers.get("if-match")
        row, record = await self._change(resource, principal, request.path_params["id"], body, if_match)
        return JSONResponse(record, headers={"ETag": etag_of(row)})

    async def upsert(self, resource: Resource, request: Request, principal: Principal) -> Response:
        """Create a record with an external id, or change the one that has it. The body is that of a creation in both
        cases, so that whether it is valid does not depend on what exists; fields that are left out stay as they are."""
        for verb in (Verb.CREATE, Verb.UPDATE):
            self._check_permission(principal, resource, verb)
        _reject_query(request)
        # The route leaves out a newline at the end.
        external_id = request.scope["path"].partition("/by-external-id/")[2]
        body = _with_external_id(await _body_of(request, resource), external_id)
        models.check(models.create_model_of(resource, principal.surface), resource.fields, body)
        if_match = request.headers.get("if-match")
        id = await self._id_of(resource, principal, external_id)
        if id is None and if_match is None:
            try:
                return _created(resource, principal, *await self._create(resource, principal, body))
            except Conflict:
                id = await self._id_of(resource, principal, external_id)  # another request has created it
                if id is None:
                    raise
        if id is None:
            raise changed_meanwhile()
        row, record = await self._change(resource, principal, id, body, if_match)
        return JSONResponse(record, headers={"ETag": etag_of(row)})

    async def _id_of(self, resource: Resource, principal: Principal, external_id: str) -> str | None:
        async with self._db.read() as c:
            return await self._records.id_of(c, resource, scope_of(principal), external_id)

    async def _change(
        self, resource: Resource, principal: Principal, id: str, body: Any, if_match: str | None
    ) -> tuple[Row, Row]:
        behaviour = self.behaviour(resource)
        values = models.check(models.patch_model_of(resource, principal.surface), resource.fields, body)
        async with self._db.write() as c:
            before = await self._get_row(c, resource, principal, id)
            if if_match is not None and not matches_etag(if_match, etag_of(before)):
                raise changed_meanwhile()
            prepared = await behaviour.prepare(c, principal, values, before)
            row = await self._records.update(c, resource, principal, before, prepared.values, prepared.internal_columns)
            (shown,) = await self.serialize(c, resource, principal, [row])
        await behaviour.after_commit(principal, row)
        return row, {**shown, **prepared.one_time_fields}

    async def delete(self, resource: Resource, request: Request, principal: Principal) -> Response:
        """204; with `cascade=true`, 200 and the number of affected records by resource. Raises InUse. Records go to the
        trash, where the resource has one and `permanently` is not requested."""
        self._check_permission(principal, resource, Verb.DELETE)
        flags = query.flags(request.query_params.multi_items(), CASCADE, *resource.delete_options)
        cascade, options = flags.pop(CASCADE), frozenset(name for name, value in flags.items() if value)
        id, if_match = request.path_params["id"], request.headers.get("if-match")
        deletion = await self._remove(resource, principal, id, if_match, cascade=cascade, options=options)
        return JSONResponse(deletion.document()) if cascade else Response(status_code=204)

    async def _remove(
        self,
        resource: Resource,
        principal: Principal,
        id: str,
        if_match: str | None,
        *,
        cascade: bool,
        options: frozenset[str] = frozenset(),
    ) -> Deletion:
        async with self._db.write() as c:
            before = await self._get_row(c, resource, principal, id)
            if if_match is not None and not matches_etag(if_match, etag_of(before)):
                raise changed_meanwhile()
            uses = await uses_of(c, resource, id)
            if uses and not cascade:
                raise InUse(resource, uses)
            deletion = await deletion_of(c, resource, before, cascade=cascade)
            self._check_deletion(principal, deletion)
            trashed = resource.trashed and PERMANENTLY not in options
            if trashed:
                await self._trash.put(c, resource, principal, before, deletion)
            for affected, row, values in deletion.cleared:
                await self._records.update(c, affected, principal, row, values)
            for affected, row in deletion.deleted:
                row["delete_options"] = options if affected is resource else frozenset()
                row["cascaded"] = affected is not resource
                await self.behaviour(affected).before_delete(c, principal, row)
                await self._records.delete(c, affected, principal, row)
        for affected, row in deletion.deleted:
            await self.behaviour(affected).after_commit(principal, {**row, "deleted": True, "trashed": trashed})
        return deletion

    def _check_deletion(self, principal: Principal, deletion: Deletion) -> None:
        """Raises ApiError (403) unless the caller may delete and change all affected records by themselves. Parts of
        deleted records need no permission."""
        for name in deletion.cascaded:
            self._check_permission(principal, SCHEMA[name], Verb.DELETE)
        for name in {r.name for r, _, _ in deletion.cleared}:
            self._check_permission(principal, SCHEMA[name], Verb.UPDATE)

    # --- actions ---

    async def act(self, resource: Resource, name: str, request: Request, principal: Principal) -> Response:
        action = resource.actions[name]
        self._check_action(principal, resource, action)
        _reject_query(request)
        body = await json_of(request, required=False)
        note_deprecated(request, action.deprecated, *(f.deprecated for n, f in action.fields.items() if _has(body, n)))
        row, record = await self._act(resource, name, action, principal, request.path_params["id"], body)
        return JSONResponse(record, headers={"ETag": etag_of(row)})

    async def _act(
        self, resource: Resource, name: str, action: Action, principal: Principal, id: str, body: Any
    ) -> tuple[Row, Row]:
        behaviour = self.behaviour(resource)
        arguments = models.check(models.action_model_of(resource, name, action), action.fields, body)
        defaults = {n: f.default for n, f in action.fields.items()}
        async with self._db.write() as c:
            before = await self._get_row(c, resource, principal, id)
            done: ActionResult = await behaviour.actions[name](
                ActionContext(c, principal, before, defaults | arguments)
            )
        await behaviour.after_commit(principal, done.row)
        async with self._db.read() as c:
            row = await self._get_row(c, resource, principal, id)
            (shown,) = await self.serialize(c, resource, principal, [row])
        return row, {**shown, **done.one_time_fields}

    async def bulk(self, resource: Resource, request: Request, principal: Principal) -> Response:
        """Change many records, each in a transaction of its own. An error of one record does not affect the others."""
        _reject_query(request)
        body = await json_of(request)
        name, ids, values = self._parse_bulk(resource, principal, body)
        results: list[dict[str, Any]] = []
        for id in ids:
            try:
                result: dict[str, Any] = {"id": id, "status": 200}
                if name == "delete":
                    cascade = body.get(CASCADE, False)
                    options = frozenset(n for n in resource.delete_options if body.get(n))
                    deletion = await self._remove(resource, principal, id, None, cascade=cascade, options=options)
                    result |= deletion.document() if cascade else {}
                elif name == "update":
                    result["record"] = (await self._change(resource, principal, id, values, None))[1]
                else:
                    result["record"] = (await self._act(resource, name, resource.actions[name], principal, id, values))[
                        1
                    ]
            except OtnetError as e:
                response = error_response(e)
                result = {"id": id, "status": response.status_code, "problem": json.loads(bytes(response.body))}
            results.append(result)
        return JSONResponse({"results": results})

    def _parse_bulk(self, resource: Resource, principal: Principal, body: Any) -> tuple[str, list[str], Any]:
        allowed = [n for n, a in resource.actions.items() if a.bulk and principal.surface in a.surfaces]
        verbs = resource.surfaces[principal.surface]
        allowed += [v.value for v in (Verb.UPDATE, Verb.DELETE) if v in verbs]
        field_errors = []
        if not isinstance(body, dict):
            raise Invalid("bad_body", "The body must be a JSON object.", [])
        name, ids, values = body.get("action"), body.get("ids"), body.get("values", {})
        if name not in allowed:
            field_errors.append(FieldError("action", "not_an_option", f"must be one of {', '.join(sorted(allowed))}"))
        if not (isinstance(ids, list) and 1 <= len(ids) <= MAX_BULK_IDS and all(isinstance(i, str) for i in ids)):
            field_errors.append(FieldError("ids", "bad_value", f"must be a list of 1 to {MAX_BULK_IDS} ids"))
        if not isinstance(values, dict):
            field_errors.append(FieldError("values", "not_an_object", "must be an object"))
        flags = (CASCADE, *resource.delete_options)
        field_errors += [FieldError(n, "not_yes_or_no", "must be true or false")
                         for n in flags if not isinstance(body.get(n, False), bool)]  # fmt: skip
        known = (*BULK_FIELDS, *flags)
        field_errors += [FieldError(str(n)[:60], "unknown_field", "is not a known field", f"Known: {', '.join(known)}.")
                         for n in body if n not in known]  # fmt: skip
        if field_errors:
            raise Invalid("invalid", "The bulk request is invalid.", field_errors)
        assert isinstance(name, str)
        if name in ("update", "delete"):
            self._check_permission(principal, resource, Verb(name))
        else:
            self._check_action(principal, resource, resource.actions[name])
        assert isinstance(ids, list)
        return name, list(dict.fromkeys(ids)), values

    # --- shared ---

    async def _get_row(self, c: AsyncConnection, resource: Resource, principal: Principal, id: str) -> Row:
        id = self.behaviour(resource).resolve_id(principal, id)
        row = await self._records.get(c, resource, scope_of(principal), id) if len(id) <= 16 and id.isalnum() else None
        if row is None:
            raise ApiError(404, "not_found", f"This {resource.word} does not exist.",
                         f"GET /api/v1/{principal.surface}/{resource.plural} lists them.")  # fmt: skip
        return row

    async def serialize(
        self, c: AsyncConnection, resource: Resource, principal: Principal, rows: list[Row], params: Query | None = None
    ) -> list[dict[str, Any]]:
        """The JSON of rows on this surface: the requested fields that it exposes, with the expanded references."""
        params = params or Query()
        readable = resource.readable(principal.surface)
        names = [n for n in readable if params.fields is None or n in params.fields or n == "id"]
        rows = [dict(r) for r in rows]
        await self.behaviour(resource).compute_fields(c, principal, rows, frozenset(names))
        if principal.surface is Surface.PUBLIC:
            await self._hide_references(c, resource, principal, rows, names)
        items: list[dict[str, Any]] = [{n: r.get(n) for n in names} for r in rows]
        for name, nested in _expand_tree(params.expand).items():
            field = resource.fields[name]
            target = SCHEMA[field.to]  # type: ignore[attr-defined]
            ids = {i for r in rows for i in _ids(r.get(name))}
            target_rows = await self._records.many(c, target, scope_of(principal), ids) if ids else {}
            rows_to_expand = list(target_rows.values())
            expanded_by_id = {
                record["id"]: record
                for record in await self.serialize(c, target, principal, rows_to_expand, Query(expand=nested))
            }
            for item, row in zip(items, rows, strict=True):
                targets = [expanded_by_id[i] for i in _ids(row.get(name)) if i in expanded_by_id]
                many = isinstance(field, References)
                expanded = item.setdefault("expanded", {})
                expanded[name] = targets if many else (targets[0] if targets else None)
        return items

    async def _hide_references(
        self, c: AsyncConnection, resource: Resource, principal: Principal, rows: list[Row], names: Sequence[str]
    ) -> None:
        """Set references to records that are not public to null, because their ids would reveal that they exist."""
        for name, reference in resource.references().items():
            if name not in names or not may_be_hidden(resource, name):
                continue
            ids = {r[name] for r in rows if r.get(name)}
            if ids:
                visible = await self._records.many(c, SCHEMA[reference.to], scope_of(principal), ids)
                for row in rows:
                    row[name] = row[name] if row[name] in visible else None

    def _check_permission(self, principal: Principal, resource: Resource, verb: Verb) -> None:
        if not may(principal, resource, verb):
            raise not_allowed(principal, resource, verb)

    def _check_expand(self, principal: Principal, resource: Resource, params: Query) -> None:
        for name, nested in _expand_tree(params.expand).items():
            reference = resource.fields[name]
            assert isinstance(reference, Reference)  # the query has been checked
            target = SCHEMA[reference.to]
            self._check_permission(principal, target, Verb.GET)
            self._check_expand(principal, target, Query(expand=nested))

    def _check_action(self, principal: Principal, resource: Resource, action: Action) -> None:
        if not may_act(principal, resource, action):
            raise not_allowed(principal, resource, Verb.UPDATE, action.label.lower())


def not_allowed(principal: Principal, resource: Resource, verb: Verb, what: str = "") -> ApiError:
    """The error for a caller who may not do this with a resource. `what` is the word for it (default: the verb)."""
    what = what or verb.value
    if principal.kind == "api_key":
        return scope_missing(f"{resource.name}:{'read' if verb in READ else 'write'}", f"{what} {resource.words}")
    role = principal.role.word if principal.role is not None else "nobody"
    return ApiError(403, "role_too_low", f"As {role} you may not {what} {resource.words}.",
                  "Ask an administrator of your organization.")  # fmt: skip


def scope_missing(scope: str, what: str) -> ApiError:
    """The error for an API key without the scope that it needs to do `what`."""
    return ApiError(403, "scope_missing", f"This key may not {what}: it lacks the scope {scope}.",
                  f"Give it the scope {scope} in the studio, or use another key.")  # fmt: skip


def etag_of(row: Row) -> str:
    return f'"{row["id"]}.{row["version"]}"'


def matches_etag(header: str | None, etag: str) -> bool:
    """Whether If-Match or If-None-Match (RFC 9110 §13.1) matches the ETag: `*`, or one in a list."""
    tags = [t.strip().removeprefix("W/") for t in (header or "").split(",")]
    return "*" in tags or etag in tags


def _changes_with_version(resource: Resource, record: Row) -> bool:
    """Whether every field of the record changes only together with its version. Computed fields, and fields that the
    server updates by itself (such as the time of the last use), do not."""
    fields = resource.all_fields()
    return all(n in ("id", "created_at", "updated_at", "organization") or (n in fields and fields[n].writable)
               for n in record)  # fmt: skip


def _expand_tree(paths: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """`("season.series", "genres")` → `{"season": ("series",), "genres": ()}`."""
    tree: dict[str, tuple[str, ...]] = {}
    for path in paths:
        name, _, nested = path.partition(".")
        tree[name] = tree.get(name, ()) + ((nested,) if nested else ())
    return tree


def _ids(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


def _created(resource: Resource, principal: Principal, row: Row, record: Row) -> JSONResponse:
    location = f"/api/v1/{principal.surface}/{resource.plural}/{row['id']}"
    return JSONResponse(record, 201, headers={"Location": location, "ETag": etag_of(row)})


def _with_external_id(body: Any, external_id: str) -> Any:
    """The body with the external id of the path. Raises Invalid when the body has another one."""
    models.check_field(EXTERNAL_ID, INTEGRATION[EXTERNAL_ID], external_id)
    if not isinstance(body, dict):
        return body
    if body.get(EXTERNAL_ID, external_id) != external_id:
        field_error = FieldError(EXTERNAL_ID, "bad_value", "must be that of the address", "Leave it out.")
        raise Invalid("invalid", "Some fields are not valid.", [field_error])
    return {**body, EXTERNAL_ID: external_id}


def _has(body: Any, name: str) -> bool:
    return isinstance(body, dict) and name in body


async def _body_of(request: Request, resource: Resource) -> Any:
    """The body, after noting its deprecated fields."""
    body = await json_of(request)
    note_deprecated(request, *(f.deprecated for n, f in resource.fields.items() if _has(body, n)))
    return body


def _note_query(request: Request, resource: Resource, pairs: Sequence[tuple[str, str]]) -> None:
    """Note the deprecated fields that a query filters by, sorts by, selects or expands."""
    names = {name.partition(".")[0] for name, _ in pairs}
    for parameter, value in pairs:
        if parameter in ("fields", "sort", "expand"):
            names |= {part.lstrip("-").partition(".")[0] for part in value.split(",")}
    note_deprecated(request, *(f.deprecated for n, f in resource.fields.items() if n in names))


def _reject_query(request: Request) -> None:
    for name in request.query_params:
        field_error = FieldError(name[:60], "unknown_parameter", "is not a known parameter", "Remove it.")
        raise Invalid("bad_query", "The query is invalid.", [field_error])
