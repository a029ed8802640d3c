"""Artwork: uploaded pictures are validated, turned upright, cropped, and stored as JPEG or PNG.

Pictures are decoded and encoded again, so that no byte of an uploaded file is served. SVG is not accepted, because it
can contain scripts.
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

MAX_BYTES = 20 << 20
MAX_PIXELS = 64_000_000
MAX_SIDE_PX = 2560
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

    async def put(
        self, c: AsyncConnection, principal: Principal, row: Row, data: bytes, crop: tuple[float, ...]
    ) -> Row:
        """Store `data` as the picture of the record, replacing an earlier one. `crop` as in `normalize_image`.

        Raises ApiError (413, 415) when the data are not a picture that is accepted.
        """
        encoded, extension, size = await asyncio.to_thread(normalize_image, data, crop)
        key = f"artwork/{row['id']}/{secrets.token_hex(4)}.{extension}"
        await self._storage.put(key, encoded)
        file = {"key": key, "width": size[0], "height": size[1], "bytes": len(encoded)}
        old = row.get("file") or {}
        row = await self.records.update(c, self.resource, principal, row, {}, {"file": file})
        if old.get("key"):
            await self._storage.delete(old["key"])
        return row

    async def after_commit(self, principal: Principal, row: Row) -> None:
        if row.get("deleted") and (row.get("file") or {}).get("key"):
            await self._storage.delete(row["file"]["key"])
            await self._storage.delete(f"images/a/{row['id']}")


def image_of(row: Row) -> dict[str, Any] | None:
    file = row.get("file")
    if not file:
        return None
    return {"url": "/" + file["key"], "width": file["width"], "height": file["height"]}


@lru_cache
def _artwork_query(owner: str) -> Any:
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


def normalize_image(data: bytes, crop: tuple[float, ...]) -> tuple[bytes, str, tuple[int, int]]:
    """Decode a picture and encode it again: upright, cropped, at most MAX_SIDE_PX wide and high.

    `crop` is (x, y, width, height) in fractions of the upright picture. Returns (bytes, file extension, (width, height)
    in pixels). Raises ApiError: 413 for too many pixels, 415 for data that cannot be decoded.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ApiError(413, "too_large", f"The picture is too large ({image.width} × {image.height} pixels).",
                             "Use one with at most 64 million pixels.")  # fmt: skip
            upright = ImageOps.exif_transpose(image)
            left, top, width, height = crop
            box = (round(left * upright.width), round(top * upright.height),
                   round((left + width) * upright.width), round((top + height) * upright.height))  # fmt: skip
            transparent = upright.has_transparency_data
            picture = upright.convert("RGBA" if transparent else "RGB").crop(box)
            picture.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX))
            out = io.BytesIO()
            if transparent:
                picture.save(out, "PNG", optimize=True)
            else:
                picture.save(out, "JPEG", quality=88, progressive=True)
            return out.getvalue(), "png" if transparent else "jpg", picture.size
    except ApiError:
        raise
    except Exception as e:  # decoders may raise anything for malformed files
        raise ApiError(415, "not_a_picture", "The file is not a supported picture.",
                     "Send a JPEG, PNG, WebP or AVIF file.") from e  # fmt: skip
