"""The stored home layout of an organization."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.tables import home_layout
from otnet_server.schema.home_layout import HomeLayout, standard_layout


class StoredLayout(NamedTuple):
    """`version` is 0 for the standard layout, of an organization that has not saved one."""

    version: int
    layout: HomeLayout


async def read_layout(c: AsyncConnection, organization: str) -> StoredLayout:
    query = select(home_layout.c.version, home_layout.c.layout).where(home_layout.c.organization == organization)
    row = (await c.execute(query)).first()
    return StoredLayout(row[0], HomeLayout.model_validate(row[1])) if row is not None else STANDARD


STANDARD = StoredLayout(0, standard_layout())
