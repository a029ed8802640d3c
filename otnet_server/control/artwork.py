"""Artwork: a picture is checked, turned upright, cropped, and kept as plain JPEG or PNG in its sizes.

What comes in is decoded and encoded anew: nothing of an uploaded file is ever served as it came. SVG is not
artwork, because it can hold scripts.
"""

from __future__ import annotations

import asyncio
import io
import secrets
from functools import lru_cache
from typing import Any

from PIL import Image, ImageOps
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.behaviour import Behaviour, Prepared
from otnet_server.db.records import IDS, Records, Row
from otnet_server.db.tables import metadata
from otnet_server.errors import ApiError, Conflict, FieldError
from otnet_server.principal import Principal
from otnet_server.protocols import Storage
from otnet_server.schema.resource import Resource

MOST_BYTES, MOST_PIXELS, LARGEST = 20 << 20, 64_000_000, 2560
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
OWNERS = ("content", "series", "person", "channel")
artwork = metadata.tables["artwork"]


class Artwork(Behaviour):
    def __init__(self, resource: Resource, records: Records, storage: Storage) -> None:
        super().__init__(resource, records)
        self._storage = storage

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        of = [n for n in OWNERS if {**(before or {}), **values}.get(n)]
        if len(of) > 1:
            field_errors = [
                FieldError(n, "too_many", "names a second thing this is a picture of", "Name one.") for n in of[1:]
            ]
            raise Conflict("A picture is of one thing.", field_errors)
        return Prepared(values)

    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], wanted: frozenset[str]
    ) -> None:
        for row in rows:
            row["image"] = shown(row)

    async def put(
        self, c: AsyncConnection, principal: Principal, row: Row, data: bytes, crop: tuple[float, ...]
    ) -> Row:
        """Keep `data` as the picture of the record. Raises Denied when it is none."""
        made, ending, size = await asyncio.to_thread(redrawn, data, crop)
        key = f"artwork/{row['id']}/{secrets.token_hex(4)}.{ending}"
        await self._storage.put(key, made)
        file = {"key": key, "width": size[0], "height": size[1], "bytes": len(made)}
        old = row.get("file") or {}
        row = await self.records.update(c, self.resource, principal, row, {}, {"file": file})
        if old.get("key"):
            await self._storage.delete(old["key"])
        return row

    async def after_commit(self, principal: Principal, row: Row) -> None:
        if row.get("deleted") and (row.get("file") or {}).get("key"):
            await self._storage.delete(row["file"]["key"])
            await self._storage.delete(f"images/a/{row['id']}")


def shown(row: Row) -> dict[str, Any] | None:
    file = row.get("file")
    if not file:
        return None
    return {"url": "/" + file["key"], "width": file["width"], "height": file["height"]}


@lru_cache
def _of(owner: str) -> Any:
    return select(artwork).where(artwork.c[owner].in_(IDS)).order_by(artwork.c.created_at)


async def artwork_of(c: AsyncConnection, owner: str, ids: list[str]) -> dict[str, dict[str, Any]]:
    """{record: {kind: picture}}: the newest of each kind."""
    found: dict[str, dict[str, Any]] = {}
    for row in (await c.execute(_of(owner), {"ids": ids})).mappings():
        image = shown(dict(row))
        if image is not None:
            known = {**image, "id": row["id"], "alternative": row["alternative"]}
            found.setdefault(row[owner], {})[row["kind"]] = known
    return found


async def own_artwork(c: AsyncConnection, organization: str) -> dict[str, Any]:
    """{kind: picture} of what is of nothing else: the organization's own."""
    nothing = [artwork.c[n].is_(None) for n in OWNERS]
    query = select(artwork).where(artwork.c.organization == organization, *nothing).order_by(artwork.c.created_at)
    rows = (await c.execute(query)).mappings().all()
    return {r["kind"]: {**image, "id": r["id"], "alternative": r["alternative"]}
            for r in rows if (image := shown(dict(r))) is not None}  # fmt: skip


def redrawn(data: bytes, crop: tuple[float, ...]) -> tuple[bytes, str, tuple[int, int]]:
    """(bytes, ending, (width, height)): upright, cropped to the fractions (x, y, width, height), at most 2560 wide."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ApiError(413, "too_large", f"The picture has {image.width} × {image.height} pixels.",
                             "Make it smaller than 64 million pixels.")  # fmt: skip
            upright = ImageOps.exif_transpose(image)
            x, y, w, h = crop
            box = (round(x * upright.width), round(y * upright.height),
                   round((x + w) * upright.width), round((y + h) * upright.height))  # fmt: skip
            clear = upright.has_transparency_data
            made = upright.convert("RGBA" if clear else "RGB").crop(box)
            made.thumbnail((LARGEST, LARGEST))
            out = io.BytesIO()
            if clear:
                made.save(out, "PNG", optimize=True)
            else:
                made.save(out, "JPEG", quality=88, progressive=True)
            return out.getvalue(), "png" if clear else "jpg", made.size
    except ApiError:
        raise
    except Exception as e:  # a decoder may raise anything on what somebody made up
        raise ApiError(415, "not_a_picture", "This is no picture that can be used.",
                     "Send a JPEG, PNG, WebP or AVIF file.") from e  # fmt: skip
