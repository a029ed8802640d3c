"""Imports of metadata: creates and updates content from the rows of a table.

Each row is a transaction of its own with the records that it creates, so that an import that is interrupted has done
its first rows completely, and running it again finds those and continues. An organization runs one import at a time, in
the process that started it; its row in the database has the progress for all processes. An import whose progress is
older than INTERRUPTED_S was interrupted. An import ends when its caller loses the rights that it was started with.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy.exc
from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.behaviour import Behaviour
from otnet_server.control.metadata_plans import Existing, Index, RowPlan, plan_row, repeated
from otnet_server.control.metadata_rows import CONTENT, CREDIT, ParsedRow, Person
from otnet_server.db.conditions import Scope
from otnet_server.db.engine import Database
from otnet_server.db.records import Records, Row, lock, new_id, now
from otnet_server.db.search import folded
from otnet_server.db.tables import metadata, metadata_import
from otnet_server.errors import ApiError, FieldError, Invalid, OtnetError
from otnet_server.logs import log
from otnet_server.principal import Principal
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields import Reference
from otnet_server.schema.fields.dates import utc
from otnet_server.schema.resource import Role

api_key, membership = metadata.tables["api_key"], metadata.tables["membership"]
PROGRESS_S = 1.0
INTERRUPTED_S = 60
KEPT_DAYS = 7
MAX_FAILURES = 5000
COUNTS = ("done", "created", "updated", "unchanged", "failed")


@dataclass(frozen=True)
class ImportOrder:
    """Rows to import. `column_of` maps targets to columns; `creatable` are the resources whose missing records may be
    created by name."""

    principal: Principal
    rows: list[ParsedRow]
    column_of: Mapping[str, str]
    creatable: Collection[str]


class MetadataImports:
    def __init__(self, db: Database, records: Records, content: Behaviour) -> None:
        self._db, self._records, self._content = db, records, content
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def plans(self, order: ImportOrder) -> list[RowPlan]:
        """What the import would do with each row."""
        return await asyncio.to_thread(_plans, order, await self._indexes(order))

    async def start(self, order: ImportOrder) -> str:
        """Start an import in the background; returns its id. Raises ApiError (409) while another one runs."""
        id, organization = new_id(), order.principal.organization
        assert organization is not None
        async with self._db.write() as c:
            await lock(c, SCHEMA["organization"], organization)
            running = _own(organization), metadata_import.c.state == "running", metadata_import.c.updated_at > _alive()
            if (await c.execute(select(metadata_import.c.id).where(*running))).first() is not None:
                raise ApiError(409, "import_running", "Another import of metadata is running.", "Wait until it ends.")
            # A process that was only slow finds this before its next row and stops.
            stale = _own(organization), metadata_import.c.state == "running"
            await c.execute(update(metadata_import).where(*stale).values(state="interrupted"))
            counts = dict.fromkeys(COUNTS, 0)
            await c.execute(insert(metadata_import).values(
                id=id, organization=organization, state="running", total=len(order.rows), **counts, failures=[],
                created_at=now(), updated_at=now(),
            ))  # fmt: skip
        task = self._tasks[id] = asyncio.create_task(self._run(id, order))
        task.add_done_callback(lambda _: self._tasks.pop(id, None))
        return id

    async def state(self, id: str, organization: str | None) -> Row | None:
        query = select(metadata_import).where(metadata_import.c.id == id, _own(organization))
        async with self._db.read() as c:
            row = (await c.execute(query)).mappings().first()
        if row is None:
            return None
        interrupted = row["state"] == "running" and row["updated_at"] < _alive()
        return {**row, "state": "interrupted" if interrupted else row["state"]}

    async def cancel(self, id: str, organization: str | None) -> bool:
        """Stop an import after the row that it is at; False when it does not exist. Imported rows stay."""
        cancelled = update(metadata_import).where(metadata_import.c.id == id, _own(organization))
        running = metadata_import.c.state == "running"
        async with self._db.write() as c:
            await c.execute(cancelled.where(running).values(state="cancelled", updated_at=now()))
        return await self.state(id, organization) is not None

    async def delete_old(self) -> None:
        old = utc(datetime.now(UTC) - timedelta(days=KEPT_DAYS))
        async with self._db.write() as c:
            await c.execute(delete(metadata_import).where(metadata_import.c.created_at < old))

    async def close(self) -> None:
        for task in list(self._tasks.values()):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self, id: str, order: ImportOrder) -> None:
        counts, failures = dict.fromkeys(COUNTS, 0), list[dict[str, Any]]()
        state, saved = "failed", time.monotonic()
        try:
            indexes = await self._indexes(order)
            for plan in await asyncio.to_thread(_plans, order, indexes):
                outcome = await self._import(id, order, plan, indexes)
                if outcome is None:
                    return
                counts["done"] += 1
                if isinstance(outcome, str):
                    counts[outcome] += 1
                else:
                    counts["failed"] += 1
                    failures += outcome[: MAX_FAILURES - len(failures)]
                if time.monotonic() - saved > PROGRESS_S:
                    if not await self._save(id, "running", counts, failures):
                        return
                    saved = time.monotonic()
                    if not await self._may_continue(order.principal):
                        state = "cancelled"
                        return
            state = "done"
        except asyncio.CancelledError:
            state = "interrupted"
            raise
        except Exception:
            log.exception("an import of metadata failed with an internal error", id=id)
        finally:
            with suppress(sqlalchemy.exc.SQLAlchemyError, OSError):
                await self._save(id, state, counts, failures)

    async def _may_continue(self, principal: Principal) -> bool:
        """Whether the caller still has the rights with which the import was started."""
        async with self._db.read() as c:
            if principal.kind == "api_key":
                valid = (
                    api_key.c.revoked_at.is_(None),
                    or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > now()),
                )
                scopes = (
                    await c.execute(select(api_key.c.scopes).where(api_key.c.id == principal.id, *valid))
                ).scalar()
                return scopes is not None and principal.scopes <= set(scopes)
            own = membership.c.user == principal.id, membership.c.organization == principal.organization
            role = (await c.execute(select(membership.c.role).where(*own))).scalar()
            return role is not None and (principal.role is None or Role[role.upper()] >= principal.role)

    async def _save(self, id: str, state: str, counts: dict[str, int], failures: list[dict[str, Any]]) -> bool:
        """Store the progress; False when the import was cancelled."""
        running = metadata_import.c.id == id, metadata_import.c.state == "running"
        values = {"state": state, **counts, "failures": failures, "updated_at": now()}
        async with self._db.write() as c:
            return bool((await c.execute(update(metadata_import).where(*running).values(**values))).rowcount)

    async def _import(
        self, id: str, order: ImportOrder, plan: RowPlan, indexes: Mapping[str, Index]
    ) -> str | list[dict[str, Any]] | None:
        """`created`, `updated` or `unchanged`, or else the failures; None when the import does not run any more."""
        errors = plan.errors
        if not errors:
            try:
                return await self._apply(id, order, plan, indexes)
            except Invalid as e:
                columns = order.column_of
                errors = [FieldError(columns.get(f.field, f.field), f.code, f.reason, f.remedy) for f in e.field_errors]
                errors = errors or [FieldError("line", e.code, e.message, e.remedy)]
            except OtnetError as e:
                errors = [FieldError("line", e.code, e.message, e.remedy)]
        return [failure(plan.row.line, error) for error in errors]

    async def _apply(self, id: str, order: ImportOrder, plan: RowPlan, indexes: Mapping[str, Index]) -> str | None:
        principal, row = order.principal, plan.row
        created: list[tuple[str, Existing]] = []
        async with self._db.write() as c:
            if not await _lock_running(c, id):
                return None
            scope = Scope(principal.organization)
            before = await self._records.get(c, CONTENT, scope, plan.target) if plan.target else None
            if plan.target and before is None:
                raise ApiError(409, "deleted", "The title was deleted meanwhile.", "Import the row again.")
            ids: dict[tuple[str, str], str] = {}
            for resource, names in plan.missing.items():
                for name in names:
                    if not indexes[resource].find(name):  # a row before may have created it
                        label = SCHEMA[resource].label
                        record = await self._records.create(c, SCHEMA[resource], principal, {label: name})
                        created.append((resource, Existing(record["id"], name)))
                        ids[resource, folded(name)] = record["id"]
            values = {**row.values, **self._references(row, indexes, ids)}
            prepared = await self._content.prepare(c, principal, values, before)
            if before is None:
                after = await self._records.create(c, CONTENT, principal, prepared.values, prepared.internal_columns)
            else:
                after = await self._records.update(
                    c, CONTENT, principal, before, prepared.values, prepared.internal_columns
                )
            people = [(p, ids.get(("person", folded(p.name))) or indexes["person"].find(p.name)[0]) for p in row.people]
            credited = await self._credit(c, principal, after["id"], people)
        for resource, existing in created:
            indexes[resource].add(existing)
        await self._content.after_commit(principal, after)
        return "created" if before is None else "unchanged" if after is before and not credited else "updated"

    def _references(
        self, row: ParsedRow, indexes: Mapping[str, Index], ids: Mapping[tuple[str, str], str]
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, words in row.names.items():
            to = _target(name)
            records = list(dict.fromkeys(ids.get((to, folded(word))) or indexes[to].find(word)[0] for word in words))
            values[name] = records if name in CONTENT.links() else records[0]
        return values

    async def _credit(
        self, c: AsyncConnection, principal: Principal, content: str, people: list[tuple[Person, str]]
    ) -> int:
        """Add the credits that the content does not have; returns how many."""
        credit = metadata.tables["credit"]
        rows = (await c.execute(select(credit).where(credit.c.content == content))).mappings().all() if people else []
        known = {(r["person"], r["role"], r["character"] or "") for r in rows}
        position = max((r["position"] or 0 for r in rows), default=-1)
        added = 0
        for person, id in people:
            key = (id, person.role, person.character)
            if key not in known:
                known.add(key)
                added += 1
                values = {"content": content, "person": id, "role": person.role, "position": position + added,
                          "character": person.character or None}  # fmt: skip
                await self._records.create(c, SCHEMA["credit"], principal, values)
        return added

    async def _indexes(self, order: ImportOrder) -> dict[str, Index]:
        """The records of content, and of each resource that a column names."""
        names = {_target(n) for n in order.column_of if isinstance(CONTENT.fields.get(n), Reference)}
        if any(target.startswith(CREDIT) for target in order.column_of):
            names.add("person")
        async with self._db.read() as c:
            return {name: await self._index(c, name, order.principal) for name in sorted(names | {"content"})}

    async def _index(self, c: AsyncConnection, name: str, principal: Principal) -> Index:
        table, label = metadata.tables[name], SCHEMA[name].label
        columns = [table.c.id, table.c[label], table.c.external_id]
        columns += [table.c.release_date] if name == "content" else []
        rows = await c.execute(select(*columns).where(table.c.organization == principal.organization))
        years = ((r, r[3] if name == "content" else None) for r in rows)
        return Index([Existing(r[0], r[1] or "", r[2], int(day[:4]) if day else None) for r, day in years])


def _plans(order: ImportOrder, indexes: Mapping[str, Index]) -> list[RowPlan]:
    plans = [plan_row(row, indexes, order.column_of, order.creatable) for row in order.rows]
    repeated(plans)
    return plans


def failure(line: int, error: FieldError) -> dict[str, Any]:
    column = "" if error.field == "line" else error.field
    return {"line": line, "column": column, "error": f"{column} {error.reason}".strip(), "remedy": error.remedy}


def _target(name: str) -> str:
    reference = CONTENT.fields[name]
    assert isinstance(reference, Reference)
    return reference.to


async def _lock_running(c: AsyncConnection, id: str) -> bool:
    """Whether an import was neither cancelled nor deleted with its organization, which both wait for the end of the
    transaction then."""
    running = metadata_import.c.id == id, metadata_import.c.state == "running"
    return (await c.execute(select(metadata_import.c.id).where(*running).with_for_update())).first() is not None


def _own(organization: str | None) -> Any:
    return metadata_import.c.organization == organization


def _alive() -> str:
    return utc(datetime.now(UTC) - timedelta(seconds=INTERRUPTED_S))
