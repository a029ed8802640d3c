"""The outbox: events are written in the transaction of the change they report, read in order, and deleted once they
have been dispatched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.tables import outbox
from otnet_server.events import Event
from otnet_server.schema.fields.dates import utc


async def append(c: AsyncConnection, type: str, *data: dict[str, Any], at: str = "") -> None:
    """Add one event for each of `data` to the open transaction."""
    moment = at or utc(datetime.now(UTC))
    await c.execute(insert(outbox), [{"at": moment, "type": type, "data": d} for d in data])


async def pending(db: Database, limit: int = 200) -> Sequence[Event]:
    """The oldest events that have not been acknowledged, in order."""
    async with db.read() as c:
        rows = await c.execute(select(outbox).order_by(outbox.c.id).limit(limit))
        return [Event(r.id, r.at, r.type, r.data) for r in rows]


async def acknowledge(db: Database, up_to: int) -> None:
    """Delete the events up to and including number `up_to`."""
    async with db.write() as c:
        await c.execute(delete(outbox).where(outbox.c.id <= up_to))
