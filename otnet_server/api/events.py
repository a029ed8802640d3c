"""The list of events, for programs that follow what happens, and catch up after having been away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.rest import scope_missing
from otnet_server.db import changes
from otnet_server.db.changes import Change
from otnet_server.db.engine import Database
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.events import MEDIA_EVENTS
from otnet_server.principal import Principal
from otnet_server.resources import SCHEMA
from otnet_server.schema.resource import Role

EVENT_SCOPE = "event:read"
# What webhooks offer, and the states of media. Events of people, keys and webhooks name addresses, which a key may not
# see.
OFFERED = {option["value"] for option in SCHEMA["webhook"].fields["events"].shape()["options"]}
TYPES = frozenset(OFFERED | set(MEDIA_EVENTS))
DEFAULT_LIMIT = 100
MAX_LIMIT = 500
MAX_ID = (1 << 63) - 1


class EventQuery(NamedTuple):
    after: int | None
    limit: int


class EventsApi:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def list(self, request: Request, principal: Principal) -> Response:
        """The events of the caller's organization, of the types in TYPES, after the one with the id `after`."""
        _check_access(principal)
        query = parse(request.query_params)
        async with self._db.read() as c:
            position = await changes.position_of(c, principal.organization, query.after)
            if position is None:
                raise ApiError(
                    410, "event_expired", f"There is no event {query.after}; events are kept for some days.",
                    "Read the records again, then follow the events from the start, without “after”.",
                )  # fmt: skip
            rows = await changes.read_after(c, position, query.limit + 1, events_of=principal.organization, types=TYPES)
        return JSONResponse(_page(rows, query), headers={"Cache-Control": "no-store"})


def _check_access(principal: Principal) -> None:
    """Raise ApiError (403) unless the caller may read the organization's events."""
    if principal.kind == "api_key" and EVENT_SCOPE not in principal.scopes:
        raise scope_missing(EVENT_SCOPE, "read events")
    if principal.kind == "user" and (principal.role is None or principal.role < Role.ADMIN):
        raise ApiError(403, "role_too_low", "Your role may not read events.", "Ask an administrator.")


def parse(params: QueryParams) -> EventQuery:
    """The query of the list. Raises Invalid naming every parameter that is not valid. Pure."""
    errors = [
        FieldError(name, "unknown_parameter", "is not a known parameter", "Known: after, limit.")
        for name in dict.fromkeys(params.keys())
        if name not in ("after", "limit")
    ]
    errors += [
        FieldError(name, "repeated", "is given more than once", "Give it once.")
        for name in ("after", "limit")
        if len(params.getlist(name)) > 1
    ]
    after, limit = params.get("after"), params.get("limit", str(DEFAULT_LIMIT))
    if after is not None and not (re.fullmatch(r"[0-9]{1,19}", after) and int(after) <= MAX_ID):
        errors.append(
            FieldError("after", "not_valid", "must be the id of an event", "Send the “next” of the last page.")
        )
    if not (re.fullmatch(r"[0-9]{1,4}", limit) and 1 <= int(limit) <= MAX_LIMIT):
        errors.append(FieldError("limit", "out_of_range", f"must be from 1 to {MAX_LIMIT}", "Send a whole number."))
    if errors:
        raise Invalid("bad_query", "The query is not valid.", errors)
    return EventQuery(int(after) if after is not None else None, int(limit))


def _page(rows: Sequence[Change], query: EventQuery) -> dict[str, object]:
    """`{items, next, more}`. `next` is the id to ask for next, also when there is nothing new yet."""
    events = rows[: query.limit]
    after = events[-1].position.id if events else query.after
    return {
        "items": [{"id": str(e.position.id), "at": e.at, "type": e.type, "data": e.data} for e in events],
        "next": str(after) if after is not None else None,
        "more": len(rows) > query.limit,
    }
