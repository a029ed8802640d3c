"""Libraries: records of the configured folders, and the target folders of uploads."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.config import Settings
from otnet_server.control.behaviour import Behaviour
from otnet_server.control.server_administrators import administers_server
from otnet_server.db.engine import Database
from otnet_server.db.records import Row, new_id, now
from otnet_server.db.tables import FIRST, metadata
from otnet_server.pipeline.own_libraries import folder_of, is_own_library, library_name
from otnet_server.principal import Principal

library, organization = metadata.tables["library"], metadata.tables["organization"]


class Library(Behaviour):
    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], requested: frozenset[str]
    ) -> None:
        """Where a folder is on the server is for the administrators of the server."""
        if not administers_server(principal):
            for row in rows:
                row["path"] = None


async def record_libraries(db: Database, settings: Settings) -> dict[str, str]:
    """Store the configured libraries as records, and the own libraries of organizations other than the first; one that
    is no longer configured becomes unavailable. Returns the organization of each library, by name."""
    folders = {
        configured.unique_name: {
            "path": str(configured.path.resolve()),
            "profile": configured.profile,
            **({"protection": configured.protection} if configured.protection else {}),
        }
        for configured in settings.libraries
    }
    at = now()
    async with db.write() as c:
        rows = {r.name: r for r in await c.execute(select(library))}
        for name, configuration in folders.items():
            values = {**configuration, "available": True}
            if name in rows:
                await c.execute(update(library).where(library.c.name == name).values(**values))
            else:
                await c.execute(insert(library).values(
                    id=new_id(), organization=FIRST, name=name, label=name, created_at=at, updated_at=at, **values
                ))  # fmt: skip
        others = select(organization.c.id).where(organization.c.id != FIRST)
        for id in (await c.execute(others)).scalars().all():
            if library_name(id) not in rows:
                await add_own_library(c, settings.data, id)
            await asyncio.to_thread(create_own_folder, settings.data, id)
        missing = [n for n in rows if n not in folders and not is_own_library(n)]
        await c.execute(update(library).where(library.c.name.in_(missing)).values(available=False))
        return {r.name: r.organization for r in await c.execute(select(library))}


async def add_own_library(c: AsyncConnection, data: Path, organization_id: str) -> None:
    """Record the own library of an organization."""
    at, folder = now(), folder_of(data.resolve(), organization_id)
    await c.execute(insert(library).values(
        id=new_id(), organization=organization_id, name=library_name(organization_id), label="Uploads",
        path=str(folder), profile="standard", available=True, created_at=at, updated_at=at,
    ))  # fmt: skip


def create_own_folder(data: Path, organization_id: str) -> None:
    folder_of(data.resolve(), organization_id).mkdir(parents=True, exist_ok=True)


def delete_own_folder(data: Path, organization_id: str) -> None:
    shutil.rmtree(folder_of(data.resolve(), organization_id), ignore_errors=True)


async def upload_folder(db: Database, id: str, owner: str) -> Path | None:
    """The folder of an available library that belongs to the organization of `owner` (`caller@organization`)."""
    query = select(library.c.path).where(
        library.c.id == id, library.c.organization == owner.rpartition("@")[2], library.c.available
    )
    async with db.read() as c:
        path = (await c.execute(query)).scalar()
    return Path(path) if path else None
