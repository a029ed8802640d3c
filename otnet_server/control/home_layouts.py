"""Stores home layouts: each change with an entry in the audit log and an event, in one transaction."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.catalogue.layouts import STANDARD, StoredLayout, read_layout
from otnet_server.control.audit_entries import record_change
from otnet_server.db.engine import Database
from otnet_server.db.records import changed_meanwhile, lock, now
from otnet_server.db.tables import home_layout, metadata
from otnet_server.errors import FieldError, Invalid
from otnet_server.principal import Principal
from otnet_server.resources import SCHEMA
from otnet_server.schema.home_layout import RECORDS_OF_ROWS, HomeLayout

NAME, LABEL = "home_layout", "Home page"
REFERENCED = ("content", *dict.fromkeys(RECORDS_OF_ROWS.values()))


class HomeLayouts:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def read(self, organization: str) -> StoredLayout:
        """The layout, without records that were deleted."""
        async with self._db.read() as c:
            stored = await read_layout(c, organization)
            return stored._replace(layout=stored.layout.without(await _unknown(c, organization, stored.layout)))

    async def check(self, organization: str, layout: HomeLayout) -> None:
        """Raises Invalid when the layout refers to records that the organization does not have."""
        async with self._db.read() as c:
            _refuse_unknown(layout, await _unknown(c, organization, layout))

    async def save(self, principal: Principal, layout: HomeLayout, based_on: int | None) -> int:
        """Store the layout; returns its version. `based_on`: the version that it was made from, None for any.

        Raises Invalid for unknown records, and ApiError (412) when the layout has another version.
        """
        organization = principal.organization or ""
        async with self._db.write() as c:
            await lock(c, SCHEMA["organization"], organization)
            before = await read_layout(c, organization)
            if based_on not in (None, before.version):
                raise changed_meanwhile()
            _refuse_unknown(layout, await _unknown(c, organization, layout))
            if before.version and before.layout == layout:
                return before.version
            values = {"layout": layout.model_dump(mode="json"), "version": before.version + 1, "updated_at": now()}
            if before.version == STANDARD.version:
                await c.execute(insert(home_layout).values(organization=organization, **values))
            else:
                await c.execute(update(home_layout).where(home_layout.c.organization == organization).values(**values))
            documents = before.layout.model_dump(mode="json"), layout.model_dump(mode="json")
            await record_change(c, principal, NAME, LABEL, *documents)
        return before.version + 1


async def _unknown(c: AsyncConnection, organization: str, layout: HomeLayout) -> set[str]:
    """The ids in a layout of records that the organization does not have."""
    unknown: set[str] = set()
    for name in REFERENCED:
        ids, table = layout.references(name), metadata.tables[name]
        if ids:
            own = select(table.c.id).where(table.c.id.in_(sorted(ids)), table.c.organization == organization)
            unknown |= ids - set((await c.execute(own)).scalars())
    return unknown


def _refuse_unknown(layout: HomeLayout, unknown: set[str]) -> None:
    """Raises Invalid naming the fields with unknown ids. Pure."""
    paths = [("hero", id) for id in layout.hero]
    for number, row in enumerate(layout.rows):
        paths += [(f"rows.{number}.record", row.record)] if row.record is not None else []
        paths += [(f"rows.{number}.content", id) for id in row.content]
    errors = [
        FieldError(path, "unknown", f"{id} does not exist in your organization", "Remove it, or choose another record.")
        for path, id in paths
        if id in unknown
    ]
    if errors:
        raise Invalid("invalid", "Some fields are not valid.", errors)
