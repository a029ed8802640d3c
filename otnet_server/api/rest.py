"""Five handlers, bulk and actions, for every resource on every surface."""

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

from otnet_server.api.endpoint import json_of, refusal
from otnet_server.control.behaviour import ActionContext, ActionResult, Behaviour
from otnet_server.db.conditions import Scope, may_be_hidden
from otnet_server.db.engine import Database
from otnet_server.db.records import Records, Row, changed_meanwhile, now
from otnet_server.db.tables import idempotency
from otnet_server.errors import ApiError, FieldError, Invalid, OtnetError
from otnet_server.principal import Principal, may, may_act
from otnet_server.resources import SCHEMA
from otnet_server.schema import models, query
from otnet_server.schema.field import Surface
from otnet_server.schema.fields import References
from otnet_server.schema.openapi import KEY
from otnet_server.schema.query import Query
from otnet_server.schema.resource import Action, Resource, Verb

BULK = 200


def scope_of(principal: Principal) -> Scope:
    return Scope(
        principal.organization, principal.id if principal.kind == "user" else None, principal.surface is Surface.PUBLIC
    )


class Rest:
    """`behaviours` by resource; those without one are plain."""

    def __init__(self, db: Database, records: Records, behaviours: Mapping[str, Behaviour]) -> None:
        self._db, self._records = db, records
        self._behaviours = {r.name: behaviours.get(r.name) or Behaviour(r, records) for r in SCHEMA}

    def behaviour(self, resource: Resource) -> Behaviour:
        return self._behaviours[resource.name]

    # --- reading ---

    async def index(self, resource: Resource, request: Request, principal: Principal) -> Response:
        self._allow(principal, resource, Verb.LIST)
        asked = query.parse(resource, principal.surface, request.query_params.multi_items())
        self._allow_expanding(principal, resource, asked)
        return JSONResponse(await self.listed(resource, principal, asked))

    async def listed(self, resource: Resource, principal: Principal, asked: Query) -> dict[str, Any]:
        async with self._db.read() as c:
            page = await self._records.page(c, resource, scope_of(principal), asked)
            items = await self.shown(c, resource, principal, page.rows, asked)
        answer: dict[str, Any] = {"items": items, "next": page.next}
        return answer | ({"total": page.total} if asked.total else {})

    async def get(self, resource: Resource, request: Request, principal: Principal) -> Response:
        self._allow(principal, resource, Verb.GET)
        pairs = request.query_params.multi_items()
        strange = [n for n, _ in pairs if n not in ("fields", "expand")]
        if strange:
            field_error = FieldError(
                strange[0][:60], "unknown_parameter", "is no parameter here", "Known: fields, expand."
            )
            raise Invalid("bad_query", "The record can't be given as asked.", [field_error])
        asked = query.parse(resource, principal.surface, pairs)
        self._allow_expanding(principal, resource, asked)
        async with self._db.read() as c:
            row = await self._one(c, resource, principal, request.path_params["id"])
            (shown,) = await self.shown(c, resource, principal, [row], asked)
        etag = etag_of(row)
        if _lasting(resource, shown) and names_version(request.headers.get("if-none-match"), etag):
            return Response(status_code=304, headers={"ETag": etag})
        return JSONResponse(shown, headers={"ETag": etag})

    # --- changing ---

    async def create(self, resource: Resource, request: Request, principal: Principal) -> Response:
        self._allow(principal, resource, Verb.CREATE)
        _no_query(request)
        body = await json_of(request)
        key = request.headers.get("idempotency-key")
        if key is None:
            return _created(resource, principal, *await self._make(resource, principal, body))
        return await self._once(principal, key, resource, body)

    async def _once(self, principal: Principal, key: str, resource: Resource, body: Any) -> Response:
        """The same request with the same key makes one record, and is answered the same for a day."""
        if not re.fullmatch(KEY, key):
            raise ApiError(400, "bad_idempotency_key", "An Idempotency-Key is 1 to 200 characters, without blanks.",
                         "A UUID is a good one.")  # fmt: skip
        mark = hashlib.sha256(
            f"{resource.name} {json.dumps(body, sort_keys=True)}".encode("utf-8", "replace")
        ).hexdigest()
        of = idempotency.c.caller == f"{principal.caller} {principal.organization}", idempotency.c.key == key
        async with self._db.write() as c:
            known = (await c.execute(select(idempotency).where(*of))).first()
            if known is not None and known.request != mark:
                raise ApiError(409, "idempotency_key_reused", "This Idempotency-Key was used for another request.",
                             "Use a new key for a new request.")  # fmt: skip
            if known is not None:
                replayed = {**known.headers, "Idempotency-Replayed": "true"}
                return JSONResponse(known.body, known.status, headers=replayed)
            row, shown = await self._made(c, resource, principal, body)
            answer = _created(resource, principal, row, shown)
            kept = {k: v for k, v in shown.items() if k != "secret"}  # shown once means once
            headers = {"Location": answer.headers["location"], "ETag": answer.headers["etag"]}
            caller = f"{principal.caller} {principal.organization}"
            values = {"caller": caller, "key": key, "request": mark, "status": 201, "body": kept, "headers": headers}
            await c.execute(insert(idempotency).values(**values, at=now()))
        await self.behaviour(resource).after_commit(principal, row)
        return answer

    async def _make(self, resource: Resource, principal: Principal, body: Any) -> tuple[Row, dict[str, Any]]:
        async with self._db.write() as c:
            row, shown = await self._made(c, resource, principal, body)
        await self.behaviour(resource).after_commit(principal, row)
        return row, shown

    async def _made(self, c: AsyncConnection, resource: Resource, principal: Principal, body: Any) -> tuple[Row, Row]:
        behaviour = self.behaviour(resource)
        values = models.check(models.create_model_of(resource, principal.surface), resource.fields, body)
        prepared = await behaviour.prepare(c, principal, values, None)
        row = await self._records.create(c, resource, principal, prepared.values, prepared.internal_columns)
        await behaviour.after_save(c, principal, row, prepared)
        (shown,) = await self.shown(c, resource, principal, [row])
        return row, {**shown, **prepared.one_time_fields}

    async def update(self, resource: Resource, request: Request, principal: Principal) -> Response:
        self._allow(principal, resource, Verb.UPDATE)
        _no_query(request)
        body = await json_of(request)
        wanted = request.headers.get("if-match")
        row, shown = await self._change(resource, principal, request.path_params["id"], body, wanted)
        return JSONResponse(shown, headers={"ETag": etag_of(row)})

    async def _change(
        self, resource: Resource, principal: Principal, id: str, body: Any, if_match: str | None
    ) -> tuple[Row, Row]:
        behaviour = self.behaviour(resource)
        values = models.check(models.patch_model_of(resource, principal.surface), resource.fields, body)
        async with self._db.write() as c:
            before = await self._one(c, resource, principal, id)
            if if_match is not None and not names_version(if_match, etag_of(before)):
                raise changed_meanwhile()
            prepared = await behaviour.prepare(c, principal, values, before)
            row = await self._records.update(c, resource, principal, before, prepared.values, prepared.internal_columns)
            (shown,) = await self.shown(c, resource, principal, [row])
        await behaviour.after_commit(principal, row)
        return row, {**shown, **prepared.one_time_fields}

    async def delete(self, resource: Resource, request: Request, principal: Principal) -> Response:
        self._allow(principal, resource, Verb.DELETE)
        _no_query(request)
        await self._remove(resource, principal, request.path_params["id"], request.headers.get("if-match"))
        return Response(status_code=204)

    async def _remove(self, resource: Resource, principal: Principal, id: str, if_match: str | None) -> None:
        behaviour = self.behaviour(resource)
        async with self._db.write() as c:
            before = await self._one(c, resource, principal, id)
            if if_match is not None and not names_version(if_match, etag_of(before)):
                raise changed_meanwhile()
            await behaviour.before_delete(c, principal, before)
            await self._records.delete(c, resource, principal, before)
        await behaviour.after_commit(principal, {**before, "deleted": True})

    # --- actions ---

    async def act(self, resource: Resource, name: str, request: Request, principal: Principal) -> Response:
        action = resource.actions[name]
        self._allow_action(principal, resource, action)
        _no_query(request)
        body = await json_of(request, needed=False)
        row, shown = await self._act(resource, name, action, principal, request.path_params["id"], body)
        return JSONResponse(shown, headers={"ETag": etag_of(row)})

    async def _act(
        self, resource: Resource, name: str, action: Action, principal: Principal, id: str, body: Any
    ) -> tuple[Row, Row]:
        behaviour = self.behaviour(resource)
        told = models.check(models.action_model_of(resource, name, action), action.fields, body)
        defaults = {n: f.default for n, f in action.fields.items()}
        async with self._db.write() as c:
            before = await self._one(c, resource, principal, id)
            done: ActionResult = await behaviour.actions[name](ActionContext(c, principal, before, defaults | told))
        await behaviour.after_commit(principal, done.row)
        async with self._db.read() as c:
            row = await self._one(c, resource, principal, id)
            (shown,) = await self.shown(c, resource, principal, [row])
        return row, {**shown, **done.one_time_fields}

    async def bulk(self, resource: Resource, request: Request, principal: Principal) -> Response:
        """Each record by itself: one that can't be done hinders no other."""
        _no_query(request)
        body = await json_of(request)
        name, ids, values = self._bulk_asked(resource, principal, body)
        results: list[dict[str, Any]] = []
        for id in ids:
            try:
                result: dict[str, Any] = {"id": id, "status": 200}
                if name == "delete":
                    await self._remove(resource, principal, id, None)
                elif name == "update":
                    result["record"] = (await self._change(resource, principal, id, values, None))[1]
                else:
                    result["record"] = (await self._act(resource, name, resource.actions[name], principal, id, values))[
                        1
                    ]
            except OtnetError as e:
                answer = refusal(e)
                result = {"id": id, "status": answer.status_code, "problem": json.loads(bytes(answer.body))}
            results.append(result)
        return JSONResponse({"results": results})

    def _bulk_asked(self, resource: Resource, principal: Principal, body: Any) -> tuple[str, list[str], Any]:
        known = [n for n, a in resource.actions.items() if a.bulk and principal.surface in a.surfaces]
        verbs = resource.surfaces[principal.surface]
        known += [v.value for v in (Verb.UPDATE, Verb.DELETE) if v in verbs]
        field_errors = []
        if not isinstance(body, dict):
            raise Invalid("bad_body", "The body must be a JSON object.", [])
        name, ids, values = body.get("action"), body.get("ids"), body.get("values", {})
        if name not in known:
            field_errors.append(FieldError("action", "not_an_option", f"must be one of {', '.join(sorted(known))}"))
        if not (isinstance(ids, list) and 1 <= len(ids) <= BULK and all(isinstance(i, str) for i in ids)):
            field_errors.append(FieldError("ids", "bad_value", f"must be a list of 1 to {BULK} ids"))
        if not isinstance(values, dict):
            field_errors.append(FieldError("values", "not_an_object", "must be an object"))
        field_errors += [
            FieldError(str(n)[:60], "unknown_field", "is no field of a bulk request", "Known: action, ids, values.")
            for n in body
            if n not in ("action", "ids", "values")
        ]
        if field_errors:
            raise Invalid("invalid", "The records can't be changed as asked.", field_errors)
        assert isinstance(name, str)
        if name in ("update", "delete"):
            self._allow(principal, resource, Verb(name))
        else:
            self._allow_action(principal, resource, resource.actions[name])
        assert isinstance(ids, list)
        return name, list(dict.fromkeys(ids)), values

    # --- what all of them need ---

    async def _one(self, c: AsyncConnection, resource: Resource, principal: Principal, id: str) -> Row:
        row = await self._records.get(c, resource, scope_of(principal), id) if len(id) <= 16 and id.isalnum() else None
        if row is None:
            raise ApiError(404, "not_found", f"There is no such {resource.word}.",
                         f"GET /api/v1/{principal.surface}/{resource.plural} lists them.")  # fmt: skip
        return row

    async def shown(
        self, c: AsyncConnection, resource: Resource, principal: Principal, rows: list[Row], asked: Query | None = None
    ) -> list[dict[str, Any]]:
        """Rows as this surface shows them: only its fields, only those asked for, with what was expanded."""
        asked = asked or Query()
        readable = resource.readable(principal.surface)
        names = [n for n in readable if asked.fields is None or n in asked.fields or n == "id"]
        rows = [dict(r) for r in rows]
        await self.behaviour(resource).compute_fields(c, principal, rows, frozenset(names))
        if principal.surface is Surface.PUBLIC:
            await self._hide_references(c, resource, principal, rows, names)
        items: list[dict[str, Any]] = [{n: r.get(n) for n in names} for r in rows]
        for name in asked.expand:
            field = resource.fields[name]
            target = SCHEMA[field.to]  # type: ignore[attr-defined]
            ids = {i for r in rows for i in _ids(r.get(name))}
            found = await self._records.many(c, target, scope_of(principal), ids) if ids else {}
            full = list(found.values())
            shown = {x["id"]: x for x in await self.shown(c, target, principal, full)}
            for item, row in zip(items, rows, strict=True):
                there = [shown[i] for i in _ids(row.get(name)) if i in shown]
                many = isinstance(field, References)
                expanded = item.setdefault("expanded", {})
                expanded[name] = there if many else (there[0] if there else None)
        return items

    async def _hide_references(
        self, c: AsyncConnection, resource: Resource, principal: Principal, rows: list[Row], names: Sequence[str]
    ) -> None:
        """A reference to a record that is not public is null: its id says that there is one."""
        for name, reference in resource.references().items():
            if name not in names or not may_be_hidden(resource, name):
                continue
            ids = {r[name] for r in rows if r.get(name)}
            if ids:
                seen = await self._records.many(c, SCHEMA[reference.to], scope_of(principal), ids)
                for row in rows:
                    row[name] = row[name] if row[name] in seen else None

    def _allow(self, principal: Principal, resource: Resource, verb: Verb) -> None:
        if not may(principal, resource, verb):
            raise not_allowed(principal, resource, f"{verb}")

    def _allow_expanding(self, principal: Principal, resource: Resource, asked: Query) -> None:
        for name in asked.expand:
            self._allow(principal, SCHEMA[resource.fields[name].to], Verb.GET)  # type: ignore[attr-defined]

    def _allow_action(self, principal: Principal, resource: Resource, action: Action) -> None:
        if not may_act(principal, resource, action):
            raise not_allowed(principal, resource, action.label.lower())


def not_allowed(principal: Principal, resource: Resource, what: str) -> ApiError:
    if principal.kind == "api_key":
        return ApiError(403, "scope_missing", f"This key may not {what} {resource.words}.",
                      "Give it the scope in the studio, or use another key.")  # fmt: skip
    role = principal.role.word if principal.role is not None else "nobody"
    return ApiError(403, "role_too_low", f"As {role} you may not {what} {resource.words}.",
                  "Ask an administrator of your organization.")  # fmt: skip


def etag_of(row: Row) -> str:
    return f'"{row["id"]}.{row["version"]}"'


def names_version(header: str | None, etag: str) -> bool:
    """Whether If-Match or If-None-Match (RFC 9110 §13.1) names this version: `*`, or one of a list."""
    tags = [t.strip().removeprefix("W/") for t in (header or "").split(",")]
    return "*" in tags or etag in tags


def _lasting(resource: Resource, shown: Row) -> bool:
    """Whether all that is shown changes with the version alone. What is worked out, and what the server notes by
    itself (when somebody was last seen), does not."""
    fields = resource.all_fields()
    return all(n in ("id", "created_at", "updated_at", "organization") or (n in fields and fields[n].writable)
               for n in shown)  # fmt: skip


def _ids(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


def _created(resource: Resource, principal: Principal, row: Row, shown: Row) -> JSONResponse:
    location = f"/api/v1/{principal.surface}/{resource.plural}/{row['id']}"
    return JSONResponse(shown, 201, headers={"Location": location, "ETag": etag_of(row)})


def _no_query(request: Request) -> None:
    for name in request.query_params:
        field_error = FieldError(name[:60], "unknown_parameter", "is no parameter here", "Leave it out.")
        raise Invalid("bad_query", "The request can't be taken as sent.", [field_error])
