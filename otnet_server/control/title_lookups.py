"""What a title lookup knows, as values of content: genres and people by name, and credits without duplicates.

Details come from another server: texts are shortened to what fields accept, and what is not valid is left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.records import Records, Row, lock
from otnet_server.db.search import folded
from otnet_server.db.tables import metadata
from otnet_server.errors import Invalid
from otnet_server.principal import Principal
from otnet_server.protocols import CreditedPerson, TitleDetails
from otnet_server.resources import SCHEMA
from otnet_server.resources.catalogue import CREDITS
from otnet_server.schema import models
from otnet_server.schema.resource import EXTERNAL_ID, Resource

TEXTS = ("title", "synopsis", "tagline", "release_date", "original_language", "age_rating")
PICTURES = ("poster", "backdrop")
MAX_GENRES = 20
MAX_PEOPLE = 60
MAX_NAME = 120
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


def values_of(details: TitleDetails, resource: Resource, principal: Principal) -> dict[str, Any]:
    """The fields of a resource that the details have a valid value of. Pure."""
    model = models.patch_model_of(resource, principal.surface)
    values: dict[str, Any] = {}
    for name in TEXTS:
        value = getattr(details, name)
        if name not in resource.fields or value in ("", None):
            continue
        try:
            values |= models.check(model, resource.fields, {name: value})
        except Invalid:
            continue
    return values


def line_of(text: str, limit: int) -> str:
    """A text of another server as one line that can be stored and sent. Pure."""
    return " ".join(UNPRINTABLE.sub(" ", text).split())[:limit]


def genres_of(details: TitleDetails) -> list[str]:
    """Pure."""
    names = (line_of(name, MAX_NAME) for name in details.genres)
    return list({folded(name): name for name in names if name}.values())[:MAX_GENRES]


def people_of(details: TitleDetails) -> list[CreditedPerson]:
    """Pure."""
    people = [
        CreditedPerson(name, p.role if p.role in CREDITS else "other", line_of(p.character, 200), line_of(p.id, 60))
        for p in details.people if (name := line_of(p.name, 200))
    ]  # fmt: skip
    return list(dict.fromkeys(people))[:MAX_PEOPLE]


class TitleFiller:
    """Every method takes an open connection; the caller defines the transaction."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def genres(self, c: AsyncConnection, principal: Principal, names: Collection[str]) -> list[str]:
        """The ids of genres by name; those that do not exist are created."""
        table, ids = metadata.tables["genre"], list[str]()
        rows = await c.execute(select(table.c.id, table.c.name).where(table.c.organization == principal.organization))
        known = {folded(row.name): row.id for row in rows}
        for name in names:
            if folded(name) not in known:
                created = await self._records.create(c, SCHEMA["genre"], principal, {"name": name})
                known[folded(name)] = created["id"]
            ids.append(known[folded(name)])
        return list(dict.fromkeys(ids))

    async def credit(
        self, c: AsyncConnection, principal: Principal, owner: dict[str, str], lookup: str, people: list[CreditedPerson]
    ) -> int:
        """Add the credits that the owner (`{"content": id}`) does not have; returns how many."""
        ((name, id),) = owner.items()
        await lock(c, SCHEMA[name], id)
        table = metadata.tables["credit"]
        rows: list[Row] = [dict(r) for r in (await c.execute(select(table).where(table.c[name] == id))).mappings()]
        known = {(r["person"], r["role"], r["character"] or "") for r in rows}
        position = max((r["position"] or 0 for r in rows), default=-1)
        persons = await self._persons(c, principal, lookup, people)
        added = 0
        for person, person_id in zip(people, persons, strict=True):
            key = (person_id, person.role, person.character)
            if key in known:
                continue
            known.add(key)
            added += 1
            values = {**owner, "person": person_id, "role": person.role, "position": position + added,
                      "character": person.character or None}  # fmt: skip
            await self._records.create(c, SCHEMA["credit"], principal, values)
        return added

    async def _persons(
        self, c: AsyncConnection, principal: Principal, lookup: str, people: list[CreditedPerson]
    ) -> list[str]:
        """The ids of people: the person with the id of the lookup, else the one of that name who has no other external
        id, else a new one."""
        table, resource = metadata.tables["person"], SCHEMA["person"]
        columns = table.c.id, table.c.name, table.c.external_id
        rows = await c.execute(select(*columns).where(table.c.organization == principal.organization))
        by_external_id: dict[str, str] = {}
        by_name: dict[str, str] = {}
        for row in rows:
            if row.external_id:
                by_external_id[row.external_id] = row.id
            if not (row.external_id or "").startswith(f"{lookup}:"):
                by_name.setdefault(folded(row.name), row.id)
        ids = []
        for person in people:
            external_id = f"{lookup}:{person.id}" if person.id else None
            id = by_external_id.get(external_id or "") or by_name.get(folded(person.name))
            if id is None:
                values = {"name": person.name, EXTERNAL_ID: external_id}
                id = (await self._records.create(c, resource, principal, values))["id"]
                by_name.setdefault(folded(person.name), id) if external_id is None else None
                by_external_id |= {external_id: id} if external_id else {}
            ids.append(id)
        return ids
