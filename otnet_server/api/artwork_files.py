"""The pictures of artwork: stored from a request or from a URL, and sent."""

from __future__ import annotations

import base64
import re
from collections.abc import Awaitable, Callable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.endpoint import body_of, json_of
from otnet_server.api.media import NO_STORE
from otnet_server.api.rest import Rest, etag_of, not_allowed, scope_of
from otnet_server.control.artwork import Artwork
from otnet_server.db.engine import Database
from otnet_server.db.records import Records, Row, lock
from otnet_server.db.tables import metadata
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.images.uploads import MAX_BYTES, Crop
from otnet_server.ingest.addresses import Blocked
from otnet_server.ingest.downloads import DownloadFailed
from otnet_server.playback.authorization import Authorization
from otnet_server.playback.visibility import cache_headers
from otnet_server.principal import Principal, may
from otnet_server.protocols import Storage
from otnet_server.resources import SCHEMA
from otnet_server.schema.resource import Verb
from otnet_server.storage.objects import read_object

PICTURE_TYPES = {"jpg": "image/jpeg", "png": "image/png"}
PICTURE_NAME = re.compile(r"[0-9a-z]{1,16}\.(jpg|png)")
SOURCES = ("data", "url")
ARTWORK, MEDIA = SCHEMA["artwork"], SCHEMA["media"]
WHOLE = (0.0, 0.0, 1.0, 1.0)
MAX_TIME_S = 1_000_000.0
Fetch = Callable[[str, int], Awaitable[bytes]]
Still = Callable[[str, float], Awaitable[bytes]]


class ArtworkFilesApi:
    """`fetch(url, max_bytes)` downloads a file from a public address; `still(media, at_s)` returns a still as JPEG."""

    def __init__(
        self,
        db: Database,
        records: Records,
        rest: Rest,
        storage: Storage,
        authorization: Authorization,
        fetch: Fetch,
        still: Still,
    ) -> None:
        self._db, self._records, self._rest = db, records, rest
        self._storage, self._authorization, self._fetch, self._still = storage, authorization, fetch, still

    async def put(self, request: Request, principal: Principal) -> Response:
        if not may(principal, ARTWORK, Verb.UPDATE):
            raise not_allowed(principal, ARTWORK, Verb.UPDATE)
        crop, id = _parse_crop(request), request.path_params["id"]
        async with self._db.read() as c:
            await self._artwork(c, principal, id)
        row = await self._store(principal, id, await self._picture(request, principal), crop)
        async with self._db.read() as c:
            (record,) = await self._rest.serialize(c, ARTWORK, principal, [row])
        return JSONResponse(record, headers={"ETag": etag_of(row)})

    async def set_picture(self, principal: Principal, owner: dict[str, str], kind: str, data: bytes) -> None:
        """Make a picture the artwork of this kind of an owner (`{"content": id}`). Raises ApiError (413, 415)."""
        ((name, id),) = owner.items()
        table = metadata.tables["artwork"]
        same = table.c[name] == id, table.c.kind == kind, table.c.organization == principal.organization
        async with self._db.write() as c:
            await lock(c, SCHEMA[name], id)
            newest = select(table.c.id).where(*same).order_by(table.c.created_at.desc()).limit(1)
            artwork = (await c.execute(newest)).scalar()
            if artwork is None:
                artwork = (await self._records.create(c, ARTWORK, principal, {"kind": kind, **owner}))["id"]
        await self._store(principal, artwork, data, WHOLE)

    async def _store(self, principal: Principal, id: str, data: bytes, crop: Crop) -> Row:
        behaviour = self._rest.behaviour(ARTWORK)
        assert isinstance(behaviour, Artwork)
        file = await behaviour.store(id, data, crop)
        try:
            async with self._db.write() as c:
                before = await self._artwork(c, principal, id)
                row = await behaviour.replace(c, principal, before, file)
        except BaseException:
            await behaviour.discard(file)
            raise
        await behaviour.discard(before.get("file"))
        return row

    async def _artwork(self, c: AsyncConnection, principal: Principal, id: str) -> Row:
        """The record of an artwork. Raises ApiError 404."""
        row = await self._records.get(c, ARTWORK, scope_of(principal), id)
        if row is None:
            raise ApiError(404, "not_found", "This artwork does not exist.", "Create it first.")
        return row

    async def _picture(self, request: Request, principal: Principal) -> bytes:
        """The picture in the body: its bytes, or JSON with its base64, its URL, or a moment of a media. Raises Invalid
        and ApiError."""
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type != "application/json":
            return await body_of(request, MAX_BYTES)
        body = await json_of(request, max_bytes=2 * MAX_BYTES)
        source = body if isinstance(body, dict) else {}
        (name, value), *more = [*source.items()] or [("data", None)]
        if name == "still" and not more:
            return await self._still_of(value, principal)
        if name not in SOURCES or more or not isinstance(value, str):
            field_error = FieldError(
                name[:60], "bad_value", "must be the only field, and text", "Send data, url or still."
            )
            raise Invalid("invalid", "The body must have either data, url or still.", [field_error])
        try:
            return base64.b64decode(value, validate=True) if name == "data" else await self._fetch(value, MAX_BYTES)
        except ValueError:
            field_error = FieldError("data", "bad_value", "must be base64", "Encode the bytes of the picture.")
            raise Invalid("invalid", "The picture is not valid.", [field_error]) from None
        except (Blocked, DownloadFailed) as e:
            field_error = FieldError("url", e.code, "can't be downloaded", e.remedy)
            raise Invalid("invalid", e.message, [field_error]) from None

    async def _still_of(self, value: object, principal: Principal) -> bytes:
        """The still that `{media, at_s}` names. Raises Invalid, and ApiError 403, 404, 409 and 503."""
        given = value if isinstance(value, dict) else {}
        media, at_s = given.get("media"), given.get("at_s", 0)
        number = isinstance(at_s, int | float) and not isinstance(at_s, bool) and 0 <= at_s <= MAX_TIME_S
        if not (isinstance(media, str) and number and set(given) <= {"media", "at_s"}):
            field_error = FieldError("still", "bad_value", "must name a media and a time in seconds",
                                     'Such as {"media": "0123456789ab", "at_s": 12.5}.')  # fmt: skip
            raise Invalid("invalid", "The still is not valid.", [field_error])
        if not may(principal, MEDIA, Verb.GET):
            raise not_allowed(principal, MEDIA, Verb.GET)
        async with self._db.read() as c:
            row = await self._records.get(c, MEDIA, scope_of(principal), media)
        if row is None:
            raise ApiError(404, "not_found", "This media does not exist.", "Use the id of media of your organization.")
        return await self._still(media, float(at_s))

    async def file(self, request: Request) -> Response:
        """The file of an artwork. Its name changes with its content."""
        id, name = request.path_params["id"], request.path_params["name"]
        ending = name.rpartition(".")[2]
        decision = await self._authorization.artwork(request.scope, id)
        if not PICTURE_NAME.fullmatch(name) or decision.refusal is not None:
            return Response(status_code=404, headers=NO_STORE)
        headers = {"ETag": f'"{name}"', **cache_headers(decision)}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        try:
            data = await read_object(self._storage, f"artwork/{id}/{name}")
        except FileNotFoundError:
            return Response(status_code=404, headers=NO_STORE)
        return Response(data, media_type=PICTURE_TYPES[ending], headers=headers)


def _parse_crop(request: Request) -> tuple[float, ...]:
    """The crop from the query as (x, y, width, height) in fractions of the picture; the whole picture by default."""
    values = []
    for name, default in (("x", "0"), ("y", "0"), ("width", "1"), ("height", "1")):
        try:
            values.append(float(request.query_params.get(name, default)))
        except ValueError:
            values.append(-1.0)
    left, top, width, height = values
    tolerance = 1e-6
    if not (0 <= left < 1 and 0 <= top < 1 and 0 < width <= 1 - left + tolerance and 0 < height <= 1 - top + tolerance):
        field_error = FieldError(
            "x", "bad_value", "must be inside the picture", "x, y, width and height are fractions of 1."
        )
        raise Invalid("bad_query", "The crop is invalid.", [field_error])
    return left, top, width, height
