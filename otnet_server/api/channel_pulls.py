"""The source of a channel: an address from which the server fetches its live stream. For editors of the channel.

The address may have a password, so it is stored encrypted and never shown again.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field as Check
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.media import NO_STORE
from otnet_server.api.request_body import RequestBody, parse_body
from otnet_server.api.stream_keys import CHANNEL, channel_to_edit
from otnet_server.db.engine import Database
from otnet_server.db.records import Records
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.ingest.addresses import Blocked, Rules
from otnet_server.live.pull import address as pull_address
from otnet_server.live.pull import settings
from otnet_server.principal import Principal


class PullBody(RequestBody):
    url: Annotated[str, Check(min_length=1, max_length=pull_address.MAX_LENGTH)]
    enabled: bool = True


class ChannelPullsApi:
    """`seal` encrypts an address for a purpose; `rules` are those of addresses."""

    def __init__(self, db: Database, records: Records, rules: Rules, seal: settings.Seal) -> None:
        self._db, self._records, self._rules, self._seal = db, records, rules, seal

    async def show(self, request: Request, principal: Principal) -> Response:
        channel = await channel_to_edit(self._db, self._records, request, principal)
        async with self._db.read() as c:
            pull = await settings.find(c, channel["id"])
        if pull is None:
            raise ApiError(404, "not_found", "This channel has no source.", "PUT sets one.")
        return JSONResponse(pull, headers=NO_STORE)

    async def save(self, request: Request, principal: Principal) -> Response:
        channel = await channel_to_edit(self._db, self._records, request, principal)
        body = await parse_body(request, PullBody)
        try:
            address = pull_address.parse(body.url)
            pull_address.check(address, self._rules)
        except Blocked as e:
            raise Invalid("invalid", e.message, [FieldError("url", e.code, e.message, e.remedy)]) from e
        sealed = self._seal(settings.purpose(channel["id"]), body.url)
        async with self._db.write() as c:
            pull = await settings.save(c, channel["organization"], channel["id"], sealed, address.shown, body.enabled)
            await self._records.note(c, CHANNEL, principal, channel, "pull_changed")
        return JSONResponse(pull, headers=NO_STORE)

    async def remove(self, request: Request, principal: Principal) -> Response:
        channel = await channel_to_edit(self._db, self._records, request, principal)
        async with self._db.write() as c:
            if await settings.remove(c, channel["id"]):
                await self._records.note(c, CHANNEL, principal, channel, "pull_changed")
        return Response(status_code=204)
