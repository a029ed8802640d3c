"""The credits of content and of series, as their records show them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.records import IDS, Row
from otnet_server.db.tables import metadata

credit, person = metadata.tables["credit"], metadata.tables["person"]


@lru_cache
def _credits_query(owner: str) -> Select[Any]:
    own = credit.c[owner]
    return (
        select(own.label("owner"), credit.c.id, credit.c.person, person.c.name, credit.c.role, credit.c.character)
        .join(person, person.c.id == credit.c.person)
        .where(own.in_(IDS))
        .order_by(credit.c.position, credit.c.created_at)
    )


async def add_credits(c: AsyncConnection, owner: str, rows: list[Row]) -> None:
    """Add the field `credits` to rows of `content` or `series`."""
    by_owner: dict[str, list[Row]] = {}
    for row in (await c.execute(_credits_query(owner), {"ids": [r["id"] for r in rows]})).mappings():
        entry = dict(row)
        by_owner.setdefault(entry.pop("owner"), []).append(entry)
    for row in rows:
        row["credits"] = by_owner.get(row["id"], [])
