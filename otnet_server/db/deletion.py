"""What a deletion affects: the records that refer to the deleted one, and what becomes of them (`Reference.on_delete`).

The foreign keys of the tables do the same as a last resort. Here every affected record is known, so that it can be
named to the caller, and leaves the search index, the audit log and the storage as in a deletion of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.conditions import always
from otnet_server.db.records import Row, lock
from otnet_server.db.resources import link_of, table_of
from otnet_server.errors import ApiError
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields import Reference, References
from otnet_server.schema.resource import Resource

MAX_NAMED = 5
IDS_PER_QUERY = 500


@dataclass(frozen=True)
class Use:
    """The records of one resource that refer to a record in one field: their number, and the first of them."""

    resource: Resource
    field: str
    count: int
    first: list[Row]

    def document(self) -> dict[str, Any]:
        records = [self.resource.named(row) for row in self.first]
        return {"resource": self.resource.name, "field": self.field, "count": self.count, "records": records}


@dataclass
class Deletion:
    """`deleted` are all records to delete, each after those that refer to it; `cleared` are the other affected records,
    with the values that they get. `cascaded` names the resources whose records are deleted without being parts."""

    deleted: list[tuple[Resource, Row]]
    cleared: list[tuple[Resource, Row, dict[str, Any]]]
    cascaded: set[str]

    def document(self) -> dict[str, Any]:
        """The number of affected records by resource."""
        return {"deleted": _counts(r for r, _ in self.deleted), "cleared": _counts(r for r, _, _ in self.cleared)}


class InUse(ApiError):
    """A deletion that is refused, because other records refer to the record."""

    def __init__(self, resource: Resource, uses: list[Use]) -> None:
        counts: dict[str, int] = {}
        for use in uses:
            counts[use.resource.name] = counts.get(use.resource.name, 0) + use.count
        users = _listed(SCHEMA[name].counted(n) for name, n in counts.items())
        super().__init__(
            409, "in_use", f"This {resource.word} is used by {users}.",
            f"Change them first, or repeat the request with cascade=true. {_consequence(uses)}",
        )  # fmt: skip
        self.members = {"used_by": [use.document() for use in uses]}


def _consequence(uses: list[Use]) -> str:
    """What `cascade=true` would do, in a sentence."""
    in_cascade = [u.resource for u in uses if _reference(u.resource, u.field).on_delete == "cascade"]
    deleted = {r.name: r.words for r in in_cascade}
    cleared = {u.resource.name: u.resource.words for u in uses if u.resource.name not in deleted}
    parts = [f"deletes the {_listed(deleted.values())}"] if deleted else []
    parts += [f"removes the reference from the {_listed(cleared.values())}"] if cleared else []
    return f"That {' and '.join(parts)}."


def _listed(phrases: Iterable[str]) -> str:
    *first, last = phrases
    return f"{', '.join(first)} and {last}" if first else last


def _counts(resources: Iterable[Resource]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for resource in resources:
        counts[resource.name] = counts.get(resource.name, 0) + 1
    return counts


def _reference(resource: Resource, name: str) -> Reference:
    reference = resource.fields[name]
    assert isinstance(reference, Reference)
    return reference


async def uses_of(c: AsyncConnection, resource: Resource, id: str) -> list[Use]:
    """The uses that prevent the deletion of a record. Until the end of the transaction no other process adds one."""
    await lock(c, resource, id)
    uses = []
    for referrer, name in SCHEMA.referrers(resource.name):
        if _reference(referrer, name).on_delete == "part":
            continue
        query = _referring(referrer, name, [id])
        first = [dict(r) for r in (await c.execute(query.limit(MAX_NAMED + 1))).mappings()]
        if first:
            counting = select(func.count()).select_from(query.subquery())
            count = len(first) if len(first) <= MAX_NAMED else (await c.execute(counting)).scalar_one()
            uses.append(Use(referrer, name, count, first[:MAX_NAMED]))
    return uses


async def deletion_of(c: AsyncConnection, resource: Resource, row: Row, *, cascade: bool) -> Deletion:
    """Everything that the deletion of a record affects. Without `cascade` these are the record and its parts only."""
    affected: dict[tuple[str, str], tuple[Resource, Row]] = {(resource.name, row["id"]): (resource, row)}
    cleared: dict[tuple[str, str], tuple[Resource, Row, list[tuple[str, set[str]]]]] = {}
    queue: list[tuple[Resource, list[str]]] = [(resource, [row["id"]])]
    cascaded: set[str] = set()
    while queue:
        target, ids = queue.pop(0)
        for referrer, name in SCHEMA.referrers(target.name):
            on_delete = _reference(referrer, name).on_delete
            if on_delete != "part" and not cascade:
                continue
            rows = await _referring_rows(c, referrer, name, ids)
            if on_delete == "clear":
                for r in rows:
                    cleared.setdefault((referrer.name, r["id"]), (referrer, r, []))[2].append((name, set(ids)))
                continue
            new = {(referrer.name, r["id"]): (referrer, r) for r in rows if (referrer.name, r["id"]) not in affected}
            affected |= new
            cascaded |= {referrer.name} if new and on_delete == "cascade" else set()
            if new:
                queue.append((referrer, [r["id"] for _, r in new.values()]))
    changes = [await _cleared(c, *change) for key, change in cleared.items() if key not in affected]
    return Deletion(list(reversed(affected.values())), changes, cascaded)


async def _cleared(
    c: AsyncConnection, resource: Resource, row: Row, fields: list[tuple[str, set[str]]]
) -> tuple[Resource, Row, dict[str, Any]]:
    """The record with its lists of references, and its values without the references to deleted records."""
    values: dict[str, Any] = {}
    for name in resource.links():
        link = link_of(resource, name)
        targets = select(link.c.target).where(link.c.record == row["id"]).order_by(link.c.position)
        row[name] = list((await c.execute(targets)).scalars())
    for name, ids in fields:
        is_list = isinstance(_reference(resource, name), References)
        values[name] = [i for i in (values.get(name) or row[name]) if i not in ids] if is_list else None
    return resource, row, values


async def _referring_rows(c: AsyncConnection, referrer: Resource, name: str, ids: list[str]) -> list[Row]:
    rows: list[Row] = []
    for at in range(0, len(ids), IDS_PER_QUERY):
        query = _referring(referrer, name, ids[at : at + IDS_PER_QUERY])
        rows += [dict(r) for r in (await c.execute(query.with_for_update())).mappings()]
    return rows


def _referring(referrer: Resource, name: str, ids: list[str]) -> Select[Any]:
    """The records that refer to one of `ids` in the field `name`, in the order of their resource."""
    table = table_of(referrer)
    if name in referrer.links():
        link = link_of(referrer, name)
        refers = table.c.id.in_(select(link.c.record).where(link.c.target.in_(ids)))
    else:
        refers = table.c[name].in_(ids)
    key = table.c[referrer.sort.lstrip("-")]
    return select(table).where(refers, *always(referrer)).order_by(key, table.c.id)
