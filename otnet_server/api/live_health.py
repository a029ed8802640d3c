"""The live stream of a channel and its health, for its editors and for programs with a key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.media import NO_STORE
from otnet_server.api.rest import not_allowed, scope_of
from otnet_server.channels.viewers import ChannelViewers
from otnet_server.db.engine import Database
from otnet_server.db.records import Records
from otnet_server.errors import ApiError
from otnet_server.live.health_repository import HealthRepository, HealthRow
from otnet_server.principal import Principal, may
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.dates import utc
from otnet_server.schema.resource import Role, Verb

CHANNEL = SCHEMA["channel"]
STALE = timedelta(seconds=15)  # the process of the stream has not stored its health for so long
EMPTY = HealthRow("off")


class LiveHealthApi:
    def __init__(self, db: Database, records: Records, repository: HealthRepository, viewers: ChannelViewers) -> None:
        self._db, self._records, self._repository, self._viewers = db, records, repository, viewers

    async def show(self, request: Request, principal: Principal) -> Response:
        channel = await self._channel(request, principal)
        state = await self._state(channel)
        return JSONResponse({**state, "viewers": await self._viewers.count(channel)}, headers=NO_STORE)

    async def _state(self, channel: str) -> dict[str, Any]:
        stream, publisher = await self._repository.open_stream(channel), await self._repository.publisher(channel)
        key_name, protocol, connected = publisher or (None, None, False)
        if stream is None:
            waiting = connected or await self._repository.has_key(channel)
            return _answer("waiting" if waiting else "off", None, EMPTY)
        row = stream.row or HealthRow("waiting")
        stale = stream.row is not None and stream.at < utc(datetime.now(UTC) - STALE)
        about = {
            "id": stream.id, "started_at": stream.started_at, "key_name": key_name, "protocol": protocol,
            "recording_id": stream.media,
        }  # fmt: skip
        return _answer("interrupted" if stale else row.state, about, row, with_health=not stale)

    async def _channel(self, request: Request, principal: Principal) -> str:
        """The id of a channel of the caller's organization. Raises ApiError."""
        if not may(principal, CHANNEL, Verb.GET):
            raise not_allowed(principal, CHANNEL, Verb.GET)
        if principal.kind == "user" and (principal.role is None or principal.role < Role.EDITOR):
            raise ApiError(403, "role_too_low", "Your role may not see the health of live streams.",
                           "Ask an administrator for the role of an editor.")  # fmt: skip
        id = request.path_params["id"]
        async with self._db.read() as c:
            if await self._records.get(c, CHANNEL, scope_of(principal), id) is None:
                raise ApiError(404, "not_found", "This channel does not exist.", "GET …/channels lists them.")
        return str(id)


def _answer(state: str, stream: dict[str, Any] | None, row: HealthRow, *, with_health: bool = True) -> dict[str, Any]:
    return {
        "state": state, "stream": stream, "health": row.health if with_health else None, "history": row.history,
        "warnings": row.warnings, "rungs": row.rungs, "simulcast": row.simulcast,
    }  # fmt: skip
