"""The stream keys of a channel, for its editors: list, create, rotate, revoke.

The answer to creation and rotation has the key and the addresses that are entered in an encoder, once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator
from pydantic import Field as Check
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.media import NO_STORE
from otnet_server.api.request_body import RequestBody, parse_body
from otnet_server.api.rest import not_allowed, scope_of
from otnet_server.db.engine import Database
from otnet_server.db.records import Records, Row, now
from otnet_server.errors import ApiError
from otnet_server.identity.keys import digest
from otnet_server.live import stream_keys
from otnet_server.live.ingest_addresses import IngestAddresses
from otnet_server.principal import Principal, may
from otnet_server.protocols import IngestUrlRequest
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.dates import moment
from otnet_server.schema.fields.text import one_line
from otnet_server.schema.resource import Verb
from otnet_server.web.known_hosts import host_name

CHANNEL = SCHEMA["channel"]
PROTOCOLS = ("rtmp", "srt", "whip")
MAX_OVERLAP_HOURS = 24 * 90


def _in_the_future(at: str) -> str:
    if at <= now():
        raise ValueError("must be in the future")
    return at


class NewKeyBody(RequestBody):
    name: Annotated[str, Check(max_length=120), AfterValidator(one_line)] = ""
    expires_at: Annotated[str, AfterValidator(moment), AfterValidator(_in_the_future)] | None = None
    role: Literal["primary", "backup"] = "primary"


class RotationBody(RequestBody):
    overlap_hours: Annotated[int, Check(ge=0, le=MAX_OVERLAP_HOURS, strict=True)] = 24


class StreamKeysApi:
    """`url` is the public address of the server (`server.url`), or empty. `passphrase_of` gives the passphrase of a key
    from its hash."""

    def __init__(
        self, db: Database, records: Records, addresses: IngestAddresses, url: str, passphrase_of: Callable[[str], str]
    ) -> None:
        self._db, self._records, self._addresses, self._passphrase_of = db, records, addresses, passphrase_of
        self._host = urlsplit(url).hostname or ""

    async def index(self, request: Request, principal: Principal) -> Response:
        channel = await self._channel(request, principal)
        async with self._db.read() as c:
            items = await stream_keys.list_keys(c, channel["id"])
        return JSONResponse({"items": items}, headers=NO_STORE)

    async def create(self, request: Request, principal: Principal) -> Response:
        channel = await self._channel(request, principal)
        body = await parse_body(request, NewKeyBody)
        async with self._db.write() as c:
            key, record = await stream_keys.create_key(
                c, channel["organization"], channel["id"], body.name, body.expires_at, body.role
            )
            await self._records.note(c, CHANNEL, principal, channel, "stream_key_created")
        return await self._once(request, key, record, 201)

    async def rotate(self, request: Request, principal: Principal) -> Response:
        channel = await self._channel(request, principal)
        body = await parse_body(request, RotationBody)
        async with self._db.write() as c:
            key, record = await stream_keys.rotate_key(c, channel["id"], request.path_params["key"], body.overlap_hours)
            await self._records.note(c, CHANNEL, principal, channel, "stream_key_rotated")
        return await self._once(request, key, record, 200)

    async def revoke(self, request: Request, principal: Principal) -> Response:
        channel = await self._channel(request, principal)
        async with self._db.write() as c:
            if await stream_keys.revoke_key(c, channel["id"], request.path_params["key"]):
                await self._records.note(c, CHANNEL, principal, channel, "stream_key_revoked")
        return Response(status_code=204)

    async def _channel(self, request: Request, principal: Principal) -> Row:
        return await channel_to_edit(self._db, self._records, request, principal)

    async def _once(self, request: Request, key: str, record: dict[str, Any], status: int) -> Response:
        passphrase = self._passphrase_of(digest(key))
        urls, problems = await self._addresses.find(
            IngestUrlRequest(self._host or host_of(request), key, record["prefix"], passphrase)
        )
        addresses: dict[str, Any] = {f"{protocol}_url": urls.get(protocol) for protocol in PROTOCOLS}
        addresses["problems"] = [
            {"protocol": protocol, "code": e.code, "message": e.message, "remedy": e.remedy}
            for protocol, e in sorted(problems.items(), key=lambda item: item[0])
            if protocol in PROTOCOLS
        ]
        return JSONResponse({**record, "key": key, **addresses}, status, headers=NO_STORE)


async def channel_to_edit(db: Database, records: Records, request: Request, principal: Principal) -> Row:
    """The channel of a request, for those who may edit it. Raises ApiError 403 and 404."""
    if not may(principal, CHANNEL, Verb.UPDATE):
        raise not_allowed(principal, CHANNEL, Verb.UPDATE)
    async with db.read() as c:
        row = await records.get(c, CHANNEL, scope_of(principal), request.path_params["id"])
    if row is None:
        raise ApiError(404, "not_found", "This channel does not exist.", "GET …/channels lists them.")
    return row


def host_of(request: Request) -> str:
    """The host name or address at which the sender of a request reaches the server. The answer goes only to who has
    sent it."""
    name = host_name(request.headers.get("host", ""))
    if re.fullmatch(r"[a-z0-9]([a-z0-9._-]{0,252}[a-z0-9])?|[0-9a-f:.]{2,45}", name):
        return name
    server = request.scope.get("server")
    return str(server[0]) if server else "localhost"
