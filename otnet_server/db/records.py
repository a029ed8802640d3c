"""Records of the resources: list, read, create, update and delete, the same for every resource.

A change writes four things in one transaction: the row, its words in the search index, an entry in the audit log and an
event. So the audit log and the events always match the data.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, UpdateBase, bindparam, delete, func, insert, literal, select, union_all, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db import changes
from otnet_server.db.conditions import Scope, after, filtered, filtered_publicly, may_be_hidden, ordered, visible_to
from otnet_server.db.resources import link_of, table_of
from otnet_server.db.search import CANDIDATES, Search, ranking
from otnet_server.db.tables import metadata
from otnet_server.errors import ApiError, Conflict, FieldError
from otnet_server.principal import Principal
from otnet_server.resources import SCHEMA
from otnet_server.schema.audit import AuditAction
from otnet_server.schema.fields import References, Slug
from otnet_server.schema.fields.dates import utc
from otnet_server.schema.fields.slug import slug_of
from otnet_server.schema.query import Filter, Query, make_cursor
from otnet_server.schema.resource import EXTERNAL_ID, Resource

Row = dict[str, Any]
REDACTED = "•••"
MANY_ROWS = 1000


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    next: str | None
    total: int | None


def now() -> str:
    return utc(datetime.now(UTC))


def new_id() -> str:
    return secrets.token_hex(6)


# Statements that every list needs are built once: building one takes SQLAlchemy longer than SQLite needs to run it.
IDS: Any = bindparam("ids", expanding=True)


@lru_cache
def by_ids(resource: str) -> Select[Any]:
    table = table_of(SCHEMA[resource])
    return select(table).where(table.c.id.in_(IDS))


@lru_cache
def links_query(resource: str, names: tuple[str, ...]) -> Select[Any]:
    """SELECT (field name, record, target) of the lists of references `names`, in their order."""
    links = {n: link_of(SCHEMA[resource], n) for n in names}
    parts = [select(literal(n).label("name"), t.c.record, t.c.target, t.c.position).where(t.c.record.in_(IDS))
             for n, t in links.items()]  # fmt: skip
    union = union_all(*parts).subquery()
    return select(union.c.name, union.c.record, union.c.target).order_by(union.c.position)


class Records:
    """Every method takes an open connection; the caller defines the transaction."""

    def __init__(self, search: Search) -> None:
        self.search = search

    # --- reading ---

    async def page(self, c: AsyncConnection, resource: Resource, scope: Scope, query: Query) -> Page:
        table, clauses = table_of(resource), visible_to(resource, scope, now(), by_id=bool(query.text))
        for f in query.filters:
            if scope.public and may_be_hidden(resource, f.field):
                clauses.append(filtered_publicly(resource, f, now()))
            else:
                clauses.append(filtered(resource, f, many=await self._matches_many(c, resource, query, f)))
        if query.text:
            return await self._search_page(c, resource, scope, query, clauses)
        total = None
        if query.total:
            total = (await c.execute(select(func.count()).select_from(table).where(*clauses))).scalar_one()
        if query.cursor is not None:
            clauses.append(after(table, query.sort, query.cursor))
        statement = select(table).where(*clauses).order_by(*ordered(table, query.sort)).limit(query.limit + 1)
        rows = [dict(r) for r in (await c.execute(statement)).mappings()]
        more = len(rows) > query.limit
        rows = rows[: query.limit]
        await self.link(c, resource, rows, _requested_links(query))
        cursor = make_cursor(query.binding, (*(rows[-1][n] for n, _ in query.sort), rows[-1]["id"])) if more else None
        return Page(rows, cursor, total)

    async def _matches_many(self, c: AsyncConnection, resource: Resource, query: Query, f: Filter) -> bool:
        """Whether a range filter matches at least MANY_ROWS records. SQLite has no statistics to know that."""
        ordering = bool(query.sort) and query.sort[0][0] == f.field
        if query.text or ordering or f.operator not in ("gte", "lte", "null") or c.dialect.name != "sqlite":
            return False
        sample = select(table_of(resource).c.id).where(filtered(resource, f)).limit(MANY_ROWS).subquery()
        return (await c.execute(select(func.count()).select_from(sample))).scalar_one() == MANY_ROWS

    async def _search_page(
        self, c: AsyncConnection, resource: Resource, scope: Scope, query: Query, clauses: list[Any]
    ) -> Page:
        """A page of search results, best first: records whose title matches, then other matches, which are searched for
        only if the page has room. The cursor is the number of records on earlier pages."""
        table, key = table_of(resource), ranking(query.text)
        start = max(0, int(query.cursor[0] or 0)) if query.cursor and isinstance(query.cursor[0], int) else 0
        max_candidates = CANDIDATES if query.total else min(CANDIDATES, start + query.limit + 1)
        ranked: dict[str, None] = {}
        for matching in self.search.matches(resource, scope.organization, query.text):
            statement = select(table.c.id, table.c[resource.label]).where(table.c.id.in_(matching), *clauses)
            labels = {r[0]: r[1] or "" for r in await c.execute(statement)}
            ranked |= dict.fromkeys(sorted(labels, key=lambda id: (key(labels[id]), id)))
            if len(ranked) >= max_candidates:
                break
        page_ids = list(ranked)[start : start + query.limit]
        by_id = {r["id"]: dict(r) for r in (await c.execute(by_ids(resource.name), {"ids": page_ids})).mappings()}
        rows = [by_id[i] for i in page_ids if i in by_id]
        await self.link(c, resource, rows, _requested_links(query))
        end = start + query.limit
        return Page(rows, make_cursor(query.binding, (end,)) if end < len(ranked) else None,
                    len(ranked) if query.total else None)  # fmt: skip

    async def get(self, c: AsyncConnection, resource: Resource, scope: Scope, id: str) -> Row | None:
        table = table_of(resource)
        result = await c.execute(select(table).where(table.c.id == id, *visible_to(resource, scope, now())))
        row = result.mappings().first()
        if row is None:
            return None
        rows = [dict(row)]
        await self.link(c, resource, rows)
        return rows[0]

    async def id_of(self, c: AsyncConnection, resource: Resource, scope: Scope, external_id: str) -> str | None:
        """The id of the record with this external id."""
        table = table_of(resource)
        own = table.c[EXTERNAL_ID] == external_id, *visible_to(resource, scope, now())
        id: str | None = (await c.execute(select(table.c.id).where(*own))).scalar()
        return id

    async def many(self, c: AsyncConnection, resource: Resource, scope: Scope, ids: Iterable[str]) -> dict[str, Row]:
        table = table_of(resource)
        visible = visible_to(resource, scope, now(), by_id=True)
        result = await c.execute(select(table).where(table.c.id.in_(list(ids)), *visible))
        rows = [dict(r) for r in result.mappings()]
        await self.link(c, resource, rows)
        return {r["id"]: r for r in rows}

    async def link(
        self, c: AsyncConnection, resource: Resource, rows: list[Row], requested: tuple[str, ...] | None = None
    ) -> None:
        """Add the lists of references to the rows; only those in `requested`, if given."""
        names = tuple(n for n in resource.links() if requested is None or n in requested)
        if not rows or not names:
            return
        targets: dict[tuple[str, str], list[str]] = {}
        for name, record, target in await c.execute(
            links_query(resource.name, names), {"ids": [r["id"] for r in rows]}
        ):
            targets.setdefault((name, record), []).append(target)
        for row in rows:
            row.update({n: targets.get((n, row["id"]), []) for n in names})

    # --- changing ---

    async def create(
        self,
        c: AsyncConnection,
        resource: Resource,
        principal: Principal,
        values: Mapping[str, Any],
        internal_columns: Mapping[str, Any] | None = None,
    ) -> Row:
        """Create a record; returns the stored row. `internal_columns` are values that requests cannot set.

        Raises Conflict for unknown references and duplicates.
        """
        defaults = {n: f.default for n, f in resource.fields.items() if f.storage not in ("links", "nowhere")
                    and not f.write_only and f.default is not None}  # fmt: skip
        stored_values = {n: v for n, v in values.items() if not resource.fields[n].write_only}
        at = now()
        row: Row = {**defaults, **{n: v for n, v in stored_values.items() if v is not None or n not in defaults},
                    **(internal_columns or {}), "created_at": at, "updated_at": at, "version": 1}  # fmt: skip
        row.setdefault("id", new_id())
        if resource.scope == "organization":
            row.setdefault("organization", principal.organization)
        await self._set_slug(c, resource, row)
        await self.check_references(c, resource, principal, stored_values)
        _check_one_of(resource, row)
        await self._check_distinct(c, resource, row, set(row))
        links = {n: row.pop(n, None) or [] for n in resource.links()}
        await self._execute(c, resource, principal, insert(table_of(resource)).values(**row), row)
        await self._replace_links(c, resource, row["id"], links)
        row |= links
        await self._after_change(c, resource, principal, "created", None, row)
        return await self._read_back(c, resource, row["id"])

    async def update(
        self,
        c: AsyncConnection,
        resource: Resource,
        principal: Principal,
        before: Row,
        values: Mapping[str, Any],
        internal_columns: Mapping[str, Any] | None = None,
        action: AuditAction = "updated",
    ) -> Row:
        """Store the values that differ from `before`; returns the stored row. Without a difference nothing is written
        and no event is added. `action` is the verb of the audit entry and the event.

        Raises Conflict, and ApiError (412) when the record has changed since `before` was read.
        """
        new_values = {n: _value_or_default(resource, n, v) for n, v in values.items()} | dict(internal_columns or {})
        changes = {n: v for n, v in new_values.items() if before.get(n) != v}
        if not changes:
            return before
        row = {**before, **changes, "version": before["version"] + 1, "updated_at": now()}
        if "slug" in changes and changes["slug"] is None:
            await self._set_slug(c, resource, row)
            changes["slug"] = row["slug"]
        await self.check_references(c, resource, principal, changes)
        _check_one_of(resource, row)
        await self._check_distinct(c, resource, row, set(changes))
        links = {n: changes.pop(n) for n in resource.links() if n in changes}
        table = table_of(resource)
        statement = update(table).where(table.c.id == before["id"], table.c.version == before["version"])
        columns = {**changes, "version": row["version"], "updated_at": row["updated_at"]}
        if await self._execute(c, resource, principal, statement.values(**columns), row) == 0:
            raise changed_meanwhile()
        await self._replace_links(c, resource, before["id"], links)
        await self._after_change(c, resource, principal, action, before, row)
        return await self._read_back(c, resource, before["id"])

    async def note(
        self, c: AsyncConnection, resource: Resource, principal: Principal, row: Row, action: AuditAction
    ) -> None:
        """Add an audit entry and an event about a record none of whose columns has changed, such as its files."""
        await self._record_change(c, resource, principal, action, row, row)

    async def delete(self, c: AsyncConnection, resource: Resource, principal: Principal, before: Row) -> None:
        table = table_of(resource)
        try:
            async with c.begin_nested():
                result = await c.execute(delete(table).where(table.c.id == before["id"]))
        except IntegrityError:
            raise ApiError(409, "in_use", f"This {resource.word} is still referenced by other records.",
                         "Remove the references first.") from None  # fmt: skip
        if result.rowcount:
            await self.search.remove(c, before["id"])
            stored = {n: v for n, v in before.items() if n in table.c or n in resource.links()}
            await self._record_change(c, resource, principal, "deleted", stored, None)

    async def restore(self, c: AsyncConnection, resource: Resource, principal: Principal, row: Row) -> None:
        """Insert a deleted record again, with its id and its lists of references. A slug that is taken gets a number.

        Raises Conflict when another record has the same values of unique fields.
        """
        row = {**row, "version": row["version"] + 1, "updated_at": now()}
        table = table_of(resource)
        for name, f in resource.fields.items():
            if isinstance(f, Slug) and row.get(name):
                same = table.c[name] == row[name], table.c.organization == row.get("organization")
                if (await c.execute(select(table.c.id).where(*same))).first() is not None:
                    row[name] = None
        await self._set_slug(c, resource, row)
        await self._check_distinct(c, resource, row, set(row))
        links = {n: row.pop(n, None) or [] for n in resource.links()}
        await self._execute(c, resource, principal, insert(table).values(**row), row)
        await self._replace_links(c, resource, row["id"], links)
        await self._after_change(c, resource, principal, "restored", None, row | links)

    async def _read_back(self, c: AsyncConnection, resource: Resource, id: str) -> Row:
        table = table_of(resource)
        row = dict((await c.execute(select(table).where(table.c.id == id))).mappings().one())
        await self.link(c, resource, [row])
        return row

    async def _execute(
        self, c: AsyncConnection, resource: Resource, principal: Principal, statement: UpdateBase, row: Row
    ) -> int:
        try:
            async with c.begin_nested():
                return int((await c.execute(statement)).rowcount)
        except IntegrityError:
            await self.check_references(c, resource, principal, row)  # another process may have deleted one
            await self._raise_taken(c, resource, row)
            raise

    async def _raise_taken(self, c: AsyncConnection, resource: Resource, row: Row) -> None:
        """Raises Conflict when another record has the same values of unique fields."""
        table = table_of(resource)
        for fields in resource.all_unique:
            if any(row.get(n) is None for n in fields):
                continue
            same = [table.c[n] == row[n] for n in fields]
            if resource.scope == "organization":
                same.append(table.c.organization == row["organization"])
            other = (await c.execute(select(table).where(table.c.id != row["id"], *same))).mappings().first()
            if other is not None:
                raise _already_exists(resource, fields, dict(other))

    async def _check_distinct(self, c: AsyncConnection, resource: Resource, row: Row, changed: set[str]) -> None:
        """Raises Conflict when the changed fields make the record equal to another one (`Resource.distinct`)."""
        table = table_of(resource)
        for distinct in resource.distinct:
            if not changed & set(distinct.fields) or any(row.get(n) is None for n in distinct.required):
                continue
            first = distinct.required[0]
            await lock(c, SCHEMA[resource.references()[first].to], row[first])
            optional = [n for n in distinct.fields if n not in distinct.required]
            same = [func.coalesce(table.c[n], "") == (row.get(n) or "") for n in optional]
            same += [table.c[n] == row[n] for n in distinct.required]
            other = (await c.execute(select(table).where(table.c.id != row["id"], *same))).mappings().first()
            if other is not None:
                raise _already_exists(resource, distinct.fields, dict(other))

    async def _set_slug(self, c: AsyncConnection, resource: Resource, row: Row) -> None:
        """Generate missing slugs; a number is added when the slug is taken."""
        for name, f in resource.fields.items():
            if not isinstance(f, Slug) or row.get(name):
                continue
            table, base = table_of(resource), slug_of(str(row.get(f.source) or ""))
            similar = select(table.c[name]).where(table.c[name].like(f"{base}%"), table.c.id != row["id"])
            if resource.scope == "organization":
                similar = similar.where(table.c.organization == row["organization"])
            taken = set((await c.execute(similar)).scalars())
            row[name] = next(s for s in _numbered(base) if s not in taken)

    async def check_references(
        self, c: AsyncConnection, resource: Resource, principal: Principal, values: Mapping[str, Any]
    ) -> None:
        """Raises Conflict for references to records that the caller's organization does not have."""
        field_errors: list[FieldError] = []
        for name, f in {**resource.references(), **resource.links()}.items():
            value = values.get(name)
            if not value or f.read_only:
                continue
            ids = list(value) if isinstance(f, References) else [value]
            target = SCHEMA[f.to]
            existing = select(table_of(target).c.id).where(
                table_of(target).c.id.in_(ids),
                *visible_to(target, Scope(principal.organization, principal.id), now(), by_id=True),
            )
            missing = set(ids) - set((await c.execute(existing)).scalars())
            field_errors += [
                FieldError(
                    name,
                    "no_such_record",
                    f"refers to {target.word} {id}, which does not exist in your organization",
                    f"GET …/{target.plural} lists them.",
                )
                for id in sorted(missing)
            ]
        if field_errors:
            raise Conflict("A referenced record does not exist.", field_errors)

    async def _replace_links(
        self, c: AsyncConnection, resource: Resource, id: str, links: Mapping[str, list[str]]
    ) -> None:
        for name, targets in links.items():
            link = link_of(resource, name)
            await c.execute(delete(link).where(link.c.record == id))
            if targets:
                await c.execute(
                    insert(link), [{"record": id, "target": t, "position": n} for n, t in enumerate(targets)]
                )

    async def _after_change(
        self,
        c: AsyncConnection,
        resource: Resource,
        principal: Principal,
        action: AuditAction,
        before: Row | None,
        row: Row,
    ) -> None:
        search_fields = resource.searched()
        if search_fields and (
            before is None or any(before.get(n) != row.get(n) for n in (*search_fields, "translations"))
        ):
            await self.search.put(c, resource, row)
        await self._record_change(c, resource, principal, action, before, row)

    async def _record_change(
        self,
        c: AsyncConnection,
        resource: Resource,
        principal: Principal,
        action: AuditAction,
        before: Row | None,
        row: Row | None,
    ) -> None:
        if not resource.audited:
            return
        record: Row = row if row is not None else before or {}
        organization = (
            record["id"] if resource.scope == "itself" else record.get("organization", principal.organization)
        )
        old, new = differences(resource, before, row)
        entry = {
            "id": new_id(), "created_at": now(), "updated_at": now(), "version": 1, "organization": organization,
            "actor": principal.label, "actor_kind": principal.kind, "action": action, "resource": resource.name,
            "record": record["id"], "record_label": str(record.get(resource.label) or ""), "before": old, "after": new,
            "request": principal.request,
        }  # fmt: skip
        organization_deleted = resource.name == "organization" and action == "deleted"
        if organization and not organization_deleted:
            await c.execute(insert(metadata.tables["audit_entry"]).values(**entry))
        content = record["id"] if resource.name == "content" else record.get("content")
        data = {"organization": organization, "resource": resource.name, "id": record["id"],
                "title": entry["record_label"], "content": content}  # fmt: skip
        await changes.append(c, f"{resource.name}.{action}", data, at=entry["created_at"])


def _check_one_of(resource: Resource, row: Row) -> None:
    """Raises Conflict unless exactly one of the references is set (`Resource.one_of`)."""
    names = [n for n in resource.one_of if row.get(n) is not None]
    if resource.one_of and len(names) != 1:
        first, second = resource.one_of
        reason = f"must be empty when {first} is set" if names else f"or {first} is required"
        error = FieldError(second, "one_of", reason, f"Set either {first} or {second}.")
        raise Conflict(f"A {resource.word} belongs to exactly one of {first} and {second}.", [error])


async def lock(c: AsyncConnection, resource: Resource, id: str) -> None:
    """Let no other process add or change references to a record until the end of the transaction. (SQLite has one
    writer.)"""
    table = table_of(resource)
    await c.execute(select(table.c.id).where(table.c.id == id).with_for_update())


def _already_exists(resource: Resource, fields: Iterable[str], other: Row) -> Conflict:
    """The conflict with a record that has the same values of `fields`. It is named only within an organization."""
    if resource.scope != "organization":
        field_errors = [FieldError(n, "taken", "is already taken", "Choose another value.") for n in fields]
        return Conflict(f"Such {resource.a_word} exists already.", field_errors)
    named = resource.named(other)
    reason = f"is that of “{named['name']}” ({named['id']})"
    field_errors = [FieldError(n, "taken", reason, "Choose another value, or change that record.") for n in fields]
    message = f"Such {resource.a_word} exists already: “{named['name']}” ({named['id']})."
    return Conflict(message, field_errors, existing=named)


def differences(resource: Resource, before: Row | None, after: Row | None) -> tuple[Row | None, Row | None]:
    """The values before and after a change, only of the fields that differ; private columns are redacted. Pure."""
    names = [n for n in {**(before or {}), **(after or {})} if n not in ("version", "updated_at", "created_at")]
    different = [n for n in names if (before or {}).get(n) != (after or {}).get(n)]

    def part(row: Row | None) -> Row | None:
        return None if row is None else {n: _redacted(resource, n, row.get(n)) for n in different}

    return part(before), part(after)


def _value_or_default(resource: Resource, name: str, value: Any) -> Any:
    """The value, or the field's default for null."""
    return resource.fields[name].default if value is None and name in resource.fields else value


def _requested_links(query: Query) -> tuple[str, ...] | None:
    return None if query.fields is None else (*query.fields, *(path.partition(".")[0] for path in query.expand))


def _redacted(resource: Resource, name: str, value: Any) -> Any:
    return REDACTED if name in resource.private and value is not None else value


def _numbered(base: str) -> Iterable[str]:
    yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1


def changed_meanwhile() -> ApiError:
    return ApiError(412, "changed_meanwhile", "The record has changed since you read it.",
                  "Read it again, and send your change with the new ETag.")  # fmt: skip
