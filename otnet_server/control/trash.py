"""The trash: deleted records can be restored for 30 days, with everything that was deleted with them.

A record in the trash is deleted from its table. So it is gone everywhere (lists, public site, feeds, counts, playback,
search) without a condition in any query, and its slug and external id are free. The trash keeps a snapshot: the
records, the references of other records that were removed, and rows such as viewing progress, which the database
deletes with them. Pictures stay in the storage until the snapshot is deleted.

Restoring inserts the rows again with their ids. What has been deleted meanwhile is left out: a reference to it becomes
empty, and a record that requires it, such as a credit, is not restored.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.deletion import Deletion
from otnet_server.db.engine import Database
from otnet_server.db.records import Records, Row, new_id, now
from otnet_server.db.resources import link_of, table_of
from otnet_server.db.tables import metadata, trash
from otnet_server.errors import OtnetError
from otnet_server.principal import Principal
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields import References
from otnet_server.schema.fields.dates import utc
from otnet_server.schema.resource import Resource

KEPT = timedelta(days=30)
PURGED_AT_ONCE = 100
# Tables that are not records and have rows about records: viewing progress, watchlists and the like.
_RESOURCE_TABLES = {r.name for r in SCHEMA} | {link_of(r, name).name for r in SCHEMA for name in r.links()}


class Trash:
    """`discard` deletes the files of a row of artwork."""

    def __init__(self, db: Database, records: Records, discard: Callable[[Row], Awaitable[None]]) -> None:
        self._db, self._records, self._discard = db, records, discard

    async def put(
        self, c: AsyncConnection, resource: Resource, principal: Principal, before: Row, deletion: Deletion
    ) -> None:
        """Keep a snapshot of what is about to be deleted, in the same transaction."""
        records = []
        for affected, row in deletion.deleted:
            stored = {name: row[name] for name in table_of(affected).c.keys() if name in row}  # noqa: SIM118
            records.append({"resource": affected.name, "row": stored, "links": await _links(c, affected, row["id"])})
        cleared = [
            {"resource": affected.name, "id": row["id"], "field": field, "before": row[field]}
            for affected, row, values in deletion.cleared
            for field in values
        ]
        snapshot = {"records": records, "cleared": cleared, "rows": await _rows_about(c, deletion)}
        await c.execute(insert(trash).values(
            id=new_id(), organization=before["organization"], resource=resource.name, record=before["id"],
            label=resource.name_of(before), actor=principal.label, deleted_at=now(), snapshot=snapshot,
        ))  # fmt: skip

    async def restore(self, c: AsyncConnection, principal: Principal, entry: Row) -> None:
        """Insert the records of an entry again. Raises Conflict when another record has taken a unique value."""
        snapshot = entry["snapshot"]
        for record in in_order(snapshot["records"]):
            resource, row = SCHEMA[record["resource"]], record["row"]
            if await _complete(c, resource, row):
                links = {name: await _existing(c, SCHEMA[resource.links()[name].to], ids)
                         for name, ids in record["links"].items() if name in resource.links()}  # fmt: skip
                await self._records.restore(c, resource, principal, {**row, **links})
        for change in snapshot["cleared"]:
            await self._refer_again(c, principal, change)
        for other in snapshot["rows"]:
            await _insert_if_possible(c, other["table"], other["row"])
        await c.execute(delete(trash).where(trash.c.id == entry["id"]))

    async def _refer_again(self, c: AsyncConnection, principal: Principal, change: Row) -> None:
        """Add a removed reference to a record again, unless the record is gone or refers to another one now."""
        resource, name = SCHEMA[change["resource"]], change["field"]
        table = table_of(resource)
        row = (await c.execute(select(table).where(table.c.id == change["id"]))).mappings().first()
        if row is None or name not in resource.fields:
            return
        current = {**row, **await _links(c, resource, row["id"])}
        if isinstance(resource.fields[name], References):
            target = SCHEMA[resource.links()[name].to]
            before = await _existing(c, target, change["before"])
            value = [*current[name], *(id for id in before if id not in current[name])]
        elif current[name] is not None:
            return
        else:
            value = change["before"]
        try:
            async with c.begin_nested():
                await self._records.update(c, resource, principal, current, {name: value})
        except OtnetError:
            return  # such as an episode number that another episode has now

    async def purge(self, id: str) -> None:
        """Delete an entry for ever, with its files."""
        async with self._db.write() as c:
            row = (await c.execute(select(trash).where(trash.c.id == id))).mappings().first()
            if row is None or not (await c.execute(delete(trash).where(trash.c.id == id))).rowcount:
                return
        for record in row["snapshot"]["records"]:
            if record["resource"] == "artwork":
                await self._discard(record["row"])

    async def purge_old(self) -> None:
        """Delete the entries of 30 days ago for ever."""
        old = select(trash.c.id).where(trash.c.deleted_at < utc(datetime.now(UTC) - KEPT)).limit(PURGED_AT_ONCE)
        async with self._db.read() as c:
            ids = list((await c.execute(old)).scalars())
        for id in ids:
            await self.purge(id)


def in_order(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records of a snapshot, each after those that it refers to, unless these refer to it. Pure."""
    pending = {record["row"]["id"]: record for record in records}
    ordered: list[dict[str, Any]] = []
    while pending:
        free = [id for id, record in pending.items() if not _referred(record) & (pending.keys() - {id})]
        for id in free or [next(iter(pending))]:
            ordered.append(pending.pop(id))
    return ordered


def _referred(record: dict[str, Any]) -> set[str]:
    references = SCHEMA[record["resource"]].references()
    return {record["row"][name] for name in references if record["row"].get(name) is not None}


async def _links(c: AsyncConnection, resource: Resource, id: str) -> dict[str, list[str]]:
    """The lists of references of a record."""
    links: dict[str, list[str]] = {}
    for name in resource.links():
        link = link_of(resource, name)
        query = select(link.c.target).where(link.c.record == id).order_by(link.c.position)
        links[name] = list((await c.execute(query)).scalars())
    return links


async def _rows_about(c: AsyncConnection, deletion: Deletion) -> list[dict[str, Any]]:
    """The rows of other tables that the database deletes with the records."""
    ids: dict[str, list[str]] = {}
    for resource, row in deletion.deleted:
        ids.setdefault(table_of(resource).name, []).append(row["id"])
    collected = []
    for table in metadata.sorted_tables:
        if table.name in _RESOURCE_TABLES:
            continue
        for key in table.foreign_keys:
            if key.column.table.name in ids and key.ondelete == "CASCADE":
                rows = await c.execute(select(table).where(key.parent.in_(ids[key.column.table.name])))
                collected += [{"table": table.name, "row": dict(row)} for row in rows.mappings()]
    return collected


async def _complete(c: AsyncConnection, resource: Resource, row: Row) -> bool:
    """Whether everything that the record requires exists. References to other missing records become null."""
    for name, reference in resource.references().items():
        if row.get(name) is None or await _existing(c, SCHEMA[reference.to], [row[name]]):
            continue
        if not table_of(resource).c[name].nullable or reference.on_delete == "part":
            return False
        row[name] = None
    return True


async def _existing(c: AsyncConnection, target: Resource, ids: Iterable[str]) -> list[str]:
    table, wanted = table_of(target), list(ids)
    existing = set((await c.execute(select(table.c.id).where(table.c.id.in_(wanted)))).scalars())
    return [id for id in wanted if id in existing]


async def _insert_if_possible(c: AsyncConnection, name: str, row: Row) -> None:
    table: Table | None = metadata.tables.get(name)
    if table is None:
        return
    try:
        async with c.begin_nested():
            await c.execute(insert(table).values({n: v for n, v in row.items() if n in table.c}))
    except IntegrityError:
        return  # what it is about is gone, or there is another such row
