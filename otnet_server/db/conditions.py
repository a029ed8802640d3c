"""SQL clauses for lists of records: visibility, filters, sort order and cursors. Nothing here runs a query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, and_, exists, false, func, not_, or_, select

from otnet_server.db.resources import link_of, table_of
from otnet_server.db.tables import metadata
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields import References
from otnet_server.schema.query import Filter
from otnet_server.schema.resource import NOW, Condition, Resource

Clause = ColumnElement[bool]


@dataclass(frozen=True)
class Scope:
    """The records that a caller may see: those of an organization and of a `user`, or, if `public`, only the public
    records of the organization, or of all organizations if it is None."""

    organization: str | None
    user: str | None = None
    public: bool = False


def visible_to(resource: Resource, scope: Scope, now: str, *, by_id: bool = False) -> list[Clause]:
    """The conditions for a record to be visible in `scope`. `by_id`: the query selects few records by id; SQLite is
    kept from using the index on the organization, which may match most of the table."""
    table = table_of(resource)
    clauses = [_holds(resource, table, c, now) for c in resource.always]
    if scope.public:
        clauses += [_holds(resource, table, c, now) for c in resource.public]
        return clauses if scope.organization is None else [*clauses, _owned(resource, table, scope, by_id)]
    return [*clauses, _owned(resource, table, scope, by_id)]


def always(resource: Resource) -> list[Clause]:
    """The conditions for a record to exist for any caller."""
    return [_holds(resource, table_of(resource), c, "") for c in resource.always]


def _owned(resource: Resource, table: Table, scope: Scope, by_id: bool) -> Clause:
    if resource.scope == "organization":
        return (table.c.organization.concat("") if by_id else table.c.organization) == scope.organization
    if resource.scope == "itself":
        return table.c.id == scope.organization
    if resource.scope == "own":
        return table.c.user == scope.user if scope.user else false()
    member = metadata.tables["membership"]
    return exists(select(member.c.id).where(member.c.user == table.c.id, member.c.organization == scope.organization))


def _holds(resource: Resource, table: FromClause, condition: Condition, now: str) -> Clause:
    if condition.operator == "has":
        name, _, reference = condition.field.partition(".")
        target = SCHEMA[name]
        other = table_of(target).alias()
        clauses = [other.c[reference] == table.c.id]
        clauses += [_holds(target, other, c, now) for c in (*target.always, *target.public)]
        return exists(select(other.c.id).where(*clauses))
    column = table.c[condition.field]
    value = now if condition.value is NOW else condition.value
    if condition.operator == "visible":
        target = SCHEMA[resource.references()[condition.field].to]
        other = table_of(target).alias()
        clauses = [other.c.id == column, *(_holds(target, other, c, now) for c in (*target.always, *target.public))]
        clause: Clause = exists(select(other.c.id).where(*clauses))
    elif condition.operator == "eq":
        clause = column == value
    elif condition.operator == "not":
        clause = column != value
    else:
        clause = column >= value if condition.operator == "gte" else column <= value
    return or_(column.is_(None), clause) if condition.or_null else clause


def filtered(resource: Resource, f: Filter, *, many: bool = False) -> Clause:
    """The condition of a filter. `many`: it matches so many records that SQLite must not use the field's index: reading
    in sort order until the page is full is faster."""
    field = resource.all_fields()[f.field]
    if isinstance(field, References):
        link, table = link_of(resource, f.field), table_of(resource)
        return exists(select(link.c.record).where(link.c.record == table.c.id, link.c.target.in_(f.values)))
    column: ColumnElement[Any] = table_of(resource).c[f.field]
    if many:
        column = column.concat("") if field.storage == "text" else column + 0
    if f.operator == "eq":
        return column.in_(f.values) if len(f.values) > 1 else column == f.values[0]
    if f.operator == "not":
        return or_(column.is_(None), column.not_in(f.values))
    if f.operator == "null":
        return column.is_(None) if f.values[0] else column.is_not(None)
    if f.operator == "contains":
        return func.lower(column).contains(str(f.values[0]).lower(), autoescape=True)
    clause: Clause = column >= f.values[0] if f.operator == "gte" else column <= f.values[0]
    return clause


def may_be_hidden(resource: Resource, name: str) -> bool:
    """Whether a public record may reference, in this field, a record that is not public."""
    target = resource.references().get(name)
    checked_with_record = any(c.field == name and c.operator == "visible" for c in resource.public)
    return target is not None and bool(SCHEMA[target.to].public) and not checked_with_record


def filtered_publicly(resource: Resource, f: Filter, now: str) -> Clause:
    """The condition of a filter on the public surface: a reference to a record that is not public counts as null."""
    clause = filtered(resource, f)
    visible = _holds(resource, table_of(resource), Condition(f.field, "visible"), now)
    negative = f.operator == "not" or (f.operator == "null" and bool(f.values[0]))
    return or_(clause, not_(visible)) if negative else and_(clause, visible)


def ordered(table: Table, sort: Sequence[tuple[str, bool]]) -> list[ColumnElement[Any]]:
    """ORDER BY the sort keys, then id. Nulls are first when ascending and last when descending, on every database."""
    order: list[ColumnElement[Any]] = []
    for name, descending in sort:
        column = table.c[name]
        if not column.nullable:
            order.append(column.desc() if descending else column.asc())
        else:
            order.append(column.desc().nulls_last() if descending else column.asc().nulls_first())
    descending = bool(sort) and sort[0][1]
    return [*order, table.c.id.desc() if descending else table.c.id.asc()]


def after(table: Table, sort: Sequence[tuple[str, bool]], cursor: Sequence[Any]) -> Clause:
    """The condition for records after the cursor in sort order (keyset pagination)."""
    keys = [*sort, ("id", bool(sort) and sort[0][1])]
    clauses: list[Clause] = []
    same: list[Clause] = []
    for (name, descending), value in zip(keys, cursor, strict=True):
        column = table.c[name]
        clauses.append(and_(*same, _sorts_after(column, value, descending)))
        same.append(column.is_(None) if value is None else column == value)
    return or_(*clauses)


def _sorts_after(column: Any, value: Any, descending: bool) -> Clause:
    if value is None:
        return false() if descending else column.is_not(None)
    if descending:
        return or_(column < value, column.is_(None)) if column.nullable else column < value
    clause: Clause = column > value
    return clause
