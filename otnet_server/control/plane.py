"""The control plane, wired: the resources' behaviours, who may come in, and the routes beyond the resources."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from otnet_server.control import content, developers, media, pictures, team
from otnet_server.control.behaviour import Behaviour
from otnet_server.db.engine import Database
from otnet_server.db.records import Records, new_id, now
from otnet_server.db.search import Search
from otnet_server.db.tables import FIRST, metadata
from otnet_server.identity.accounts import Accounts
from otnet_server.identity.sealed import Vault
from otnet_server.identity.sessions import Sessions
from otnet_server.pipeline.catalog import Catalog
from otnet_server.protocols import Storage
from otnet_server.resources import SCHEMA

library = metadata.tables["library"]


@dataclass
class Plane:
    """What the API stands on."""

    records: Records
    vault: Vault
    sessions: Sessions
    accounts: Accounts
    behaviours: dict[str, Behaviour]


def plane(db: Database, secret: bytes, catalog: Catalog, storage: Storage, view: media.View, wake: media.Wake) -> Plane:
    records, vault = Records(Search(db.sqlite)), Vault(secret)
    sessions = Sessions(db)
    accounts = Accounts(db, records, vault)
    made: list[Behaviour] = [
        content.Content(SCHEMA["content"], records),
        content.Category(SCHEMA["category"], records),
        content.Program(SCHEMA["program"], records),
        *(content.Illustrated(SCHEMA[n], records) for n in ("series", "person", "channel")),
        pictures.Artwork(SCHEMA["artwork"], records, storage),
        media.Media(SCHEMA["media"], records, catalog, view, wake),
        team.Organization(SCHEMA["organization"], records, sessions),
        team.User(SCHEMA["user"], records, sessions),
        team.Membership(SCHEMA["membership"], records, sessions),
        team.Session(SCHEMA["session"], records, sessions),
        developers.ApiKey(SCHEMA["api_key"], records, sessions),
    ]
    return Plane(records, vault, sessions, accounts, {b.resource.name: b for b in made})


async def note_libraries(db: Database, folders: dict[str, tuple[str, str]]) -> dict[str, str]:
    """The configured libraries (name → folder, profile) as records; returns whose each is."""
    at = now()
    async with db.write() as c:
        rows = {r.name: r for r in await c.execute(select(library))}
        for name, (path, profile) in folders.items():
            values = {"path": path, "profile": profile, "available": True}
            if name in rows:
                await c.execute(update(library).where(library.c.name == name).values(**values))
            else:
                await c.execute(insert(library).values(
                    id=new_id(), organization=FIRST, name=name, label=name, created_at=at, updated_at=at, **values
                ))  # fmt: skip
        gone = [n for n in rows if n not in folders]
        await c.execute(update(library).where(library.c.name.in_(gone)).values(available=False))
        return {r.name: r.organization for r in await c.execute(select(library))}
