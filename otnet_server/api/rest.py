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
from otnet_server.control.behaviour import Act, Behaviour, Done
from otnet_server.db.conditions import Scope, may_be_hidden
from otnet_server.db.engine import Database
from otnet_server.db.records import Records, Row, changed_meanwhile, now
from otnet_server.db.tables import idempotency
from otnet_server.errors import Denied, Invalid, OtnetError, Wrong
from otnet_server.principal import Principal, may, may_act
from otnet_server.resources import SCHEMA
from otnet_server.schema import models, query
from otnet_server.schema.field import Surface
from otnet_server.schema.fields import References
from otnet_server.schema.openapi import KEY
from otnet_server.schema.query import Query
from otnet_server.schema.resource import Action, Resource, Verb

BULK = 200


def scope_of(who: Principal) -> Scope:
    return Scope(who.organization, who.id if who.kind == "user" else None, who.surface is Surface.PUBLIC)


class Rest:
    """`behaviours` by resource; those without one are plain."""

    def __init__(self, db: Database, records: Records, behaviours: Mapping[str, Behaviour]) -> None:
        self._db, self._records = db, records
        self._behaviours = {r.name: behaviours.get(r.name) or Behaviour(r, records) for r in SCHEMA}

    def behaviour(self, resource: Resource) -> Behaviour:
        return self._behaviours[resource.name]

    # --- reading ---

    async def index(self, resource: Resource, request: Request, who: Principal) -> Response:
        self._allow(who, resource, Verb.LIST)
        asked = query.parse(resource, who.surface, request.query_params.multi_items())
        self._allow_expanding(who, resource, asked)
        return JSONResponse(await self.listed(resource, who, asked))

    async def listed(self, resource: Resource, who: Principal, asked: Query) -> dict[str, Any]:
        async with self._db.read() as c:
            page = await self._records.page(c, resource, scope_of(who), asked)
            items = await self.shown(c, resource, who, page.rows, asked)
        answer: dict[str, Any] = {"items": items, "next": page.next}
        return answer | ({"total": page.total} if asked.total else {})

    async def get(self, resource: Resource, request: Request, who: Principal) -> Response:
        self._allow(who, resource, Verb.GET)
        pairs = request.query_params.multi_items()
        strange = [n for n, _ in pairs if n not in ("fields", "expand")]
        if strange:
            wrong = Wrong(strange[0][:60], "unknown_parameter", "is no parameter here", "Known: fields, expand.")
            raise Invalid("bad_query", "The record can't be given as asked.", [wrong])
        asked = query.parse(resource, who.surface, pairs)
        self._allow_expanding(who, resource, asked)
        async with self._db.read() as c:
            row = await self._one(c, resource, who, request.path_params["id"])
            (shown,) = await self.shown(c, resource, who, [row], asked)
        etag = etag_of(row)
        if _lasting(resource, shown) and names_version(request.headers.get("if-none-match"), etag):
            return Response(status_code=304, headers={"ETag": etag})
        return JSONResponse(shown, headers={"ETag": etag})

    # --- changing ---

    async def create(self, resource: Resource, request: Request, who: Principal) -> Response:
        self._allow(who, resource, Verb.CREATE)
        _no_query(request)
        body = await json_of(request)
        key = request.headers.get("idempotency-key")
        if key is None:
            return _created(resource, who, *await self._make(resource, who, body))
        return await self._once(who, key, resource, body)

    async def _once(self, who: Principal, key: str, resource: Resource, body: Any) -> Response:
        """The same request with the same key makes one record, and is answered the same for a day."""
        if not re.fullmatch(KEY, key):
            raise Denied(400, "bad_idempotency_key", "An Idempotency-Key is 1 to 200 characters, without blanks.",
                         "A UUID is a good one.")  # fmt: skip
        mark = hashlib.sha256(
            f"{resource.name} {json.dumps(body, sort_keys=True)}".encode("utf-8", "replace")
        ).hexdigest()
        of = idempotency.c.caller == f"{who.caller} {who.organization}", idempotency.c.key == key
        async with self._db.write() as c:
            known = (await c.execute(select(idempotency).where(*of))).first()
            if known is not None and known.request != mark:
                raise Denied(409, "idempotency_key_reused", "This Idempotency-Key was used for another request.",
                             "Use a new key for a new request.")  # fmt: skip
            if known is not None:
                replayed = {**known.headers, "Idempotency-Replayed": "true"}
                return JSONResponse(known.body, known.status, headers=replayed)
            row, shown = await self._made(c, resource, who, body)
            answer = _created(resource, who, row, shown)
            kept = {k: v for k, v in shown.items() if k != "secret"}  # shown once means once
            headers = {"Location": answer.headers["location"], "ETag": answer.headers["etag"]}
            caller = f"{who.caller} {who.organization}"
            values = {"caller": caller, "key": key, "request": mark, "status": 201, "body": kept, "headers": headers}
            await c.execute(insert(idempotency).values(**values, at=now()))
        await self.behaviour(resource).settled(who, row)
        return answer

    async def _make(self, resource: Resource, who: Principal, body: Any) -> tuple[Row, dict[str, Any]]:
        async with self._db.write() as c:
            row, shown = await self._made(c, resource, who, body)
        await self.behaviour(resource).settled(who, row)
        return row, shown

    async def _made(self, c: AsyncConnection, resource: Resource, who: Principal, body: Any) -> tuple[Row, Row]:
        behaviour = self.behaviour(resource)
        values = models.check(models.create_model_of(resource, who.surface), resource.fields, body)
        prepared = await behaviour.prepare(c, who, values, None)
        row = await self._records.create(c, resource, who, prepared.values, prepared.hidden)
        await behaviour.stored(c, who, row, prepared)
        (shown,) = await self.shown(c, resource, who, [row])
        return row, {**shown, **prepared.once}

    async def update(self, resource: Resource, request: Request, who: Principal) -> Response:
        self._allow(who, resource, Verb.UPDATE)
        _no_query(request)
        body = await json_of(request)
        wanted = request.headers.get("if-match")
        row, shown = await self._change(resource, who, request.path_params["id"], body, wanted)
        return JSONResponse(shown, headers={"ETag": etag_of(row)})

    async def _change(
        self, resource: Resource, who: Principal, id: str, body: Any, if_match: str | None
    ) -> tuple[Row, Row]:
        behaviour = self.behaviour(resource)
        values = models.check(models.patch_model_of(resource, who.surface), resource.fields, body)
        async with self._db.write() as c:
            before = await self._one(c, resource, who, id)
            if if_match is not None and not names_version(if_match, etag_of(before)):
                raise changed_meanwhile()
            prepared = await behaviour.prepare(c, who, values, before)
            row = await self._records.update(c, resource, who, before, prepared.values, prepared.hidden)
            (shown,) = await self.shown(c, resource, who, [row])
        await behaviour.settled(who, row)
        return row, {**shown, **prepared.once}

    async def delete(self, resource: Resource, request: Request, who: Principal) -> Response:
        self._allow(who, resource, Verb.DELETE)
        _no_query(request)
        await self._remove(resource, who, request.path_params["id"], request.headers.get("if-match"))
        return Response(status_code=204)

    async def _remove(self, resource: Resource, who: Principal, id: str, if_match: str | None) -> None:
        behaviour = self.behaviour(resource)
        async with self._db.write() as c:
            before = await self._one(c, resource, who, id)
            if if_match is not None and not names_version(if_match, etag_of(before)):
                raise changed_meanwhile()
            await behaviour.deleting(c, who, before)
            await self._records.delete(c, resource, who, before)
        await behaviour.settled(who, {**before, "deleted": True})

    # --- actions ---

    async def act(self, resource: Resource, name: str, request: Request, who: Principal) -> Response:
        action = resource.actions[name]
        self._allow_action(who, resource, action)
        _no_query(request)
        body = await json_of(request, needed=False)
        row, shown = await self._act(resource, name, action, who, request.path_params["id"], body)
        return JSONResponse(shown, headers={"ETag": etag_of(row)})

    async def _act(
        self, resource: Resource, name: str, action: Action, who: Principal, id: str, body: Any
    ) -> tuple[Row, Row]:
        behaviour = self.behaviour(resource)
        told = models.check(models.action_model_of(resource, name, action), action.fields, body)
        defaults = {n: f.default for n, f in action.fields.items()}
        async with self._db.write() as c:
            before = await self._one(c, resource, who, id)
            done: Done = await behaviour.actions[name](Act(c, who, before, defaults | told))
        await behaviour.settled(who, done.row)
        async with self._db.read() as c:
            row = await self._one(c, resource, who, id)
            (shown,) = await self.shown(c, resource, who, [row])
        return row, {**shown, **done.once}

    async def bulk(self, resource: Resource, request: Request, who: Principal) -> Response:
        """Each record by itself: one that can't be done hinders no other."""
        _no_query(request)
        body = await json_of(request)
        name, ids, values = self._bulk_asked(resource, who, body)
        results: list[dict[str, Any]] = []
        for id in ids:
            try:
                result: dict[str, Any] = {"id": id, "status": 200}
                if name == "delete":
                    await self._remove(resource, who, id, None)
                elif name == "update":
                    result["record"] = (await self._change(resource, who, id, values, None))[1]
                else:
                    result["record"] = (await self._act(resource, name, resource.actions[name], who, id, values))[1]
            except OtnetError as e:
                answer = refusal(e)
                result = {"id": id, "status": answer.status_code, "problem": json.loads(bytes(answer.body))}
            results.append(result)
        return JSONResponse({"results": results})

    def _bulk_asked(self, resource: Resource, who: Principal, body: Any) -> tuple[str, list[str], Any]:
        known = [n for n, a in resource.actions.items() if a.bulk and who.surface in a.surfaces]
        verbs = resource.surfaces[who.surface]
        known += [v.value for v in (Verb.UPDATE, Verb.DELETE) if v in verbs]
        wrong = []
        if not isinstance(body, dict):
            raise Invalid("bad_body", "The body must be a JSON object.", [])
        name, ids, values = body.get("action"), body.get("ids"), body.get("values", {})
        if name not in known:
            wrong.append(Wrong("action", "not_an_option", f"must be one of {', '.join(sorted(known))}"))
        if not (isinstance(ids, list) and 1 <= len(ids) <= BULK and all(isinstance(i, str) for i in ids)):
            wrong.append(Wrong("ids", "bad_value", f"must be a list of 1 to {BULK} ids"))
        if not isinstance(values, dict):
            wrong.append(Wrong("values", "not_an_object", "must be an object"))
        wrong += [Wrong(str(n)[:60], "unknown_field", "is no field of a bulk request", "Known: action, ids, values.")
                  for n in body if n not in ("action", "ids", "values")]  # fmt: skip
        if wrong:
            raise Invalid("invalid", "The records can't be changed as asked.", wrong)
        assert isinstance(name, str)
        if name in ("update", "delete"):
            self._allow(who, resource, Verb(name))
        else:
            self._allow_action(who, resource, resource.actions[name])
        assert isinstance(ids, list)
        return name, list(dict.fromkeys(ids)), values

    # --- what all of them need ---

    async def _one(self, c: AsyncConnection, resource: Resource, who: Principal, id: str) -> Row:
        row = await self._records.get(c, resource, scope_of(who), id) if len(id) <= 16 and id.isalnum() else None
        if row is None:
            raise Denied(404, "not_found", f"There is no such {resource.word}.",
                         f"GET /api/v1/{who.surface}/{resource.plural} lists them.")  # fmt: skip
        return row

    async def shown(
        self, c: AsyncConnection, resource: Resource, who: Principal, rows: list[Row], asked: Query | None = None
    ) -> list[dict[str, Any]]:
        """Rows as this surface shows them: only its fields, only those asked for, with what was expanded."""
        asked = asked or Query()
        readable = resource.readable(who.surface)
        names = [n for n in readable if asked.fields is None or n in asked.fields or n == "id"]
        rows = [dict(r) for r in rows]
        await self.behaviour(resource).decorate(c, who, rows, frozenset(names))
        if who.surface is Surface.PUBLIC:
            await self._hide_references(c, resource, who, rows, names)
        items: list[dict[str, Any]] = [{n: r.get(n) for n in names} for r in rows]
        for name in asked.expand:
            field = resource.fields[name]
            target = SCHEMA[field.to]  # type: ignore[attr-defined]
            ids = {i for r in rows for i in _ids(r.get(name))}
            found = await self._records.many(c, target, scope_of(who), ids) if ids else {}
            full = list(found.values())
            shown = {x["id"]: x for x in await self.shown(c, target, who, full)}
            for item, row in zip(items, rows, strict=True):
                there = [shown[i] for i in _ids(row.get(name)) if i in shown]
                many = isinstance(field, References)
                expanded = item.setdefault("expanded", {})
                expanded[name] = there if many else (there[0] if there else None)
        return items

    async def _hide_references(
        self, c: AsyncConnection, resource: Resource, who: Principal, rows: list[Row], names: Sequence[str]
    ) -> None:
        """A reference to a record that is not public is null: its id says that there is one."""
        for name, reference in resource.references().items():
            if name not in names or not may_be_hidden(resource, name):
                continue
            ids = {r[name] for r in rows if r.get(name)}
            if ids:
                seen = await self._records.many(c, SCHEMA[reference.to], scope_of(who), ids)
                for row in rows:
                    row[name] = row[name] if row[name] in seen else None

    def _allow(self, who: Principal, resource: Resource, verb: Verb) -> None:
        if not may(who, resource, verb):
            raise not_allowed(who, resource, f"{verb}")

    def _allow_expanding(self, who: Principal, resource: Resource, asked: Query) -> None:
        for name in asked.expand:
            self._allow(who, SCHEMA[resource.fields[name].to], Verb.GET)  # type: ignore[attr-defined]

    def _allow_action(self, who: Principal, resource: Resource, action: Action) -> None:
        if not may_act(who, resource, action):
            raise not_allowed(who, resource, action.label.lower())


def not_allowed(who: Principal, resource: Resource, what: str) -> Denied:
    if who.kind == "api_key":
        return Denied(403, "scope_missing", f"This key may not {what} {resource.words}.",
                      "Give it the scope in the studio, or use another key.")  # fmt: skip
    role = who.role.word if who.role is not None else "nobody"
    return Denied(403, "role_too_low", f"As {role} you may not {what} {resource.words}.",
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


def _created(resource: Resource, who: Principal, row: Row, shown: Row) -> JSONResponse:
    location = f"/api/v1/{who.surface}/{resource.plural}/{row['id']}"
    return JSONResponse(shown, 201, headers={"Location": location, "ETag": etag_of(row)})


def _no_query(request: Request) -> None:
    for name in request.query_params:
        wrong = Wrong(name[:60], "unknown_parameter", "is no parameter here", "Leave it out.")
        raise Invalid("bad_query", "The request can't be taken as sent.", [wrong])
