"""Clips of a media, for those who may edit it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator
from pydantic import Field as Check
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.media import NO_STORE
from otnet_server.api.request_body import RequestBody, parse_body
from otnet_server.api.rest import not_allowed, scope_of
from otnet_server.control.clips import Clips
from otnet_server.db.engine import Database
from otnet_server.db.records import Records
from otnet_server.errors import ApiError
from otnet_server.principal import Principal, may
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.text import one_line
from otnet_server.schema.resource import Verb

MEDIA = SCHEMA["media"]
Seconds = Annotated[float, Check(ge=0, le=10_000_000, allow_inf_nan=False)]


class ClipBody(RequestBody):
    start: Annotated[Seconds, Check(alias="in")]
    end: Annotated[Seconds, Check(alias="out")]
    title: Annotated[str, Check(max_length=300), AfterValidator(one_line)] = ""


class ClipsApi:
    def __init__(self, db: Database, records: Records, clips: Clips) -> None:
        self._db, self._records, self._clips = db, records, clips

    async def create(self, request: Request, principal: Principal) -> Response:
        if not may(principal, MEDIA, Verb.UPDATE):
            raise not_allowed(principal, MEDIA, Verb.UPDATE)
        id = request.path_params["id"]
        async with self._db.read() as c:
            row = await self._records.get(c, MEDIA, scope_of(principal), id) if id.isalnum() else None
        if row is None:
            raise ApiError(404, "not_found", "This media does not exist.", "GET …/media lists them.")
        body = await parse_body(request, ClipBody)
        created = await self._clips.create(row["id"], body.start, body.end, body.title)
        async with self._db.write() as c:
            await self._records.note(c, MEDIA, principal, row, "clipped")
        answer = {
            "media": created.media, "in": round(created.start_s, 3), "out": round(created.end_s, 3),
            "duration_s": round(created.end_s - created.start_s, 3),
        }  # fmt: skip
        return JSONResponse(answer, 201, headers=NO_STORE)
