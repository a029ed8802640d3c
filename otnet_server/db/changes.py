"""The table of changes: numbered, written in the transaction of the change itself, and read in order without gaps.

On PostgreSQL, numbers of a sequence become visible out of order: a reader that goes by the number alone passes over a
change that is committed late. A position is therefore (transaction, number), and what belongs to a transaction that may
still be preceded by an open one is not read yet. SQLite has one writer, so its transaction numbers are all 0.

Internal changes, such as `piece.published`, are for the server's own processes; the others are events.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, delete, func, insert, literal_column, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.tables import change, set_aside_change
from otnet_server.schema.fields.dates import utc

CHANNEL = "otnet_change"
COMMITTED = "otnet_changes"  # set in the info of a connection whose transaction has added changes
OLDEST_OPEN_TRANSACTION: ColumnElement[int] = literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")


class Position(NamedTuple):
    """The transaction and the number of the last change that was read."""

    transaction: int = 0
    id: int = 0


class Change(NamedTuple):
    position: Position
    at: str
    type: str
    data: dict[str, Any]
    internal: bool


async def append(c: AsyncConnection, type: str, *data: dict[str, Any], at: str = "", internal: bool = False) -> None:
    """Add one change for each of `data` to the open transaction. `organization` of an event is the one it concerns."""
    if not data:
        return
    moment = at or utc(datetime.now(UTC))
    await c.execute(
        insert(change),
        [
            {"at": moment, "type": type, "data": d, "internal": internal, "organization": d.get("organization")}
            for d in data
        ],
    )
    if COMMITTED not in c.info:
        c.info[COMMITTED] = True
        if c.dialect.name == "postgresql":
            await c.execute(text(f"NOTIFY {CHANNEL}"))


async def read_after(
    c: AsyncConnection,
    position: Position,
    limit: int,
    *,
    events_only: bool = False,
    events_of: str | None = None,
    types: Collection[str] = (),
) -> Sequence[Change]:
    """The changes after a position, in order. `events_only` leaves out internal ones; `events_of` leaves only the
    events of one organization, and `types` only those types."""
    if c.dialect.name == "postgresql":
        order: tuple[ColumnElement[Any], ...] = (change.c.tx, change.c.id)
        query = select(change).where(tuple_(*order) > tuple_(*position), change.c.tx < OLDEST_OPEN_TRANSACTION)
    else:  # one transaction number, which SQLite would not use in an index
        order = (change.c.id,)
        query = select(change).where(change.c.id > position.id)
    if events_only or events_of is not None:
        query = query.where(~change.c.internal)
    if events_of is not None:
        query = query.where(change.c.organization == events_of)
    if types:
        query = query.where(change.c.type.in_(sorted(types)))
    rows = await c.execute(query.order_by(*order).limit(limit))
    return [_change(row) for row in rows]


def _change(row: Row[Any]) -> Change:
    return Change(Position(row.tx, row.id), row.at, row.type, row.data, row.internal)


async def position_of(c: AsyncConnection, organization: str | None, id: int | None) -> Position | None:
    """The position of an event of an organization; of the first change that is kept when `id` is None. None when there
    is no such event."""
    if id is None:
        return Position()
    query = select(change.c.tx, change.c.id).where(change.c.id == id, change.c.organization == organization)
    row = (await c.execute(query.where(~change.c.internal))).first()
    return None if row is None else Position(row.tx, row.id)


async def last_event(c: AsyncConnection, organization: str | None, types: Collection[str]) -> Position | None:
    """The position of the last event of an organization, of these types, that `read_after` returns."""
    query = select(change.c.tx, change.c.id).where(
        change.c.organization == organization, ~change.c.internal, change.c.type.in_(sorted(types))
    )
    if c.dialect.name == "postgresql":
        query = query.where(change.c.tx < OLDEST_OPEN_TRANSACTION)
    row = (await c.execute(query.order_by(change.c.tx.desc(), change.c.id.desc()).limit(1))).first()
    return None if row is None else Position(row.tx, row.id)


async def by_ids(c: AsyncConnection, ids: Sequence[int]) -> Sequence[Change]:
    """The changes with these numbers that still exist."""
    rows = await c.execute(select(change).where(change.c.id.in_(ids)).order_by(change.c.tx, change.c.id))
    return [_change(row) for row in rows]


async def end(c: AsyncConnection) -> Position:
    """The position after everything that is committed."""
    if c.dialect.name == "postgresql":
        return Position((await c.execute(select(OLDEST_OPEN_TRANSACTION))).scalar_one() - 1, 1 << 62)
    return Position(0, (await c.execute(select(func.coalesce(func.max(change.c.id), 0)))).scalar_one())


async def delete_older(c: AsyncConnection, days: int) -> None:
    """Delete the events of more than `days` days ago, with what consumers had set aside of them, and the internal
    changes of more than an hour ago, which running processes have read."""
    before, an_hour_ago = (utc(datetime.now(UTC) - age) for age in (timedelta(days=days), timedelta(hours=1)))
    await c.execute(delete(change).where(change.c.at < an_hour_ago, change.c.internal))
    old = select(change.c.id).where(change.c.at < before)
    await c.execute(delete(set_aside_change).where(set_aside_change.c.change.in_(old)))
    await c.execute(delete(change).where(change.c.at < before))
