"""Artwork: uploaded pictures are turned upright, cropped, and stored as JPEG or PNG (`images/uploads.py`).

SVG is not accepted, because it can contain scripts.
"""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.behaviour import Behaviour, Prepared
from otnet_server.db.records import IDS, Records, Row
from otnet_server.db.tables import metadata
from otnet_server.errors import Conflict, FieldError
from otnet_server.images.uploads import Crop, PictureDecoder
from otnet_server.principal import Principal
from otnet_server.protocols import Storage
from otnet_server.schema.resource import Resource

OWNERS = ("content", "series", "person", "channel")
artwork = metadata.tables["artwork"]


class Artwork(Behaviour):
    def __init__(self, resource: Resource, records: Records, storage: Storage, decoder: PictureDecoder) -> None:
        super().__init__(resource, records)
        self._storage, self._decoder = storage, decoder

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        owners = [n for n in OWNERS if {**(before or {}), **values}.get(n)]
        if len(owners) > 1:
            field_errors = [
                FieldError(
                    n,
                    "too_many",
                    "must be empty when another owner is set",
                    "Set one of content, series, person and channel.",
                )
                for n in owners[1:]
            ]
            raise Conflict("Artwork can have only one owner.", field_errors)
        return Prepared(values)

    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], requested: frozenset[str]
    ) -> None:
        for row in rows:
            row["image"] = image_of(row)

    async def store(self, id: str, data: bytes, crop: Crop) -> dict[str, Any]:
        """Store a picture for the record; returns the value of its field `file`. `crop` as in `PictureDecoder.decode`,
        which also raises."""
        picture = await self._decoder.decode(data, crop)
        key = f"artwork/{id}/{secrets.token_hex(4)}.{picture.extension}"
        await self._storage.put(key, picture.data)
        return {"key": key, "width": picture.width, "height": picture.height, "bytes": len(picture.data)}

    async def replace(self, c: AsyncConnection, principal: Principal, row: Row, file: dict[str, Any]) -> Row:
        return await self.records.update(c, self.resource, principal, row, {}, {"file": file})

    async def discard(self, file: dict[str, Any] | None) -> None:
        """Delete a stored picture that no record refers to."""
        if file is not None and file.get("key"):
            await self._storage.delete(file["key"])

    async def after_commit(self, principal: Principal, row: Row) -> None:
        if row.get("deleted") and not row.get("trashed"):
            await self.delete_files(row)

    async def delete_files(self, row: Row) -> None:
        """Delete the picture of a record that was deleted for ever."""
        if (row.get("file") or {}).get("key"):
            await self._storage.delete(row["file"]["key"])
            await self._storage.delete(f"images/a/{row['id']}")


def image_of(row: Row) -> dict[str, Any] | None:
    file = row.get("file")
    if not file:
        return None
    return {"url": "/" + file["key"], "width": file["width"], "height": file["height"]}


@lru_cache
def _artwork_query(owner: str) -> Select[Any]:
    return select(artwork).where(artwork.c[owner].in_(IDS)).order_by(artwork.c.created_at)


async def artwork_of(c: AsyncConnection, owner: str, ids: list[str]) -> dict[str, dict[str, Any]]:
    """{record: {kind: picture}} with the newest picture of each kind. `owner` is one of OWNERS."""
    pictures: dict[str, dict[str, Any]] = {}
    for row in (await c.execute(_artwork_query(owner), {"ids": ids})).mappings():
        image = image_of(dict(row))
        if image is not None:
            picture = {**image, "id": row["id"], "alternative": row["alternative"]}
            pictures.setdefault(row[owner], {})[row["kind"]] = picture
    return pictures


async def own_artwork(c: AsyncConnection, organization: str) -> dict[str, Any]:
    """{kind: picture} of the organization itself: artwork without any other owner."""
    without_owner = [artwork.c[n].is_(None) for n in OWNERS]
    query = select(artwork).where(artwork.c.organization == organization, *without_owner).order_by(artwork.c.created_at)
    rows = (await c.execute(query)).mappings().all()
    return {r["kind"]: {**image, "id": r["id"], "alternative": r["alternative"]}
            for r in rows if (image := image_of(dict(r))) is not None}  # fmt: skip
