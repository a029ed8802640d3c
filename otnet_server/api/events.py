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
from otnet_server.db.changes import Change, Position
from otnet_server.db.engine import Database
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.principal import Principal
from otnet_server.resources import SCHEMA
from otnet_server.schema.openapi_events import event_types
from otnet_server.schema.resource import Role

EVENT_SCOPE = "event:read"
TYPES = frozenset(event_types(SCHEMA))
DEFAULT_LIMIT = 100
MAX_LIMIT = 500
MAX_ID = (1 << 63) - 1


LATEST = "latest"  # in place of an id: after everything that has happened
KNOWN = ("after", "type", "limit")


class EventQuery(NamedTuple):
    """`after`: None lists from the beginning. `latest`: only the position after everything is returned."""

    after: int | None
    latest: bool
    types: frozenset[str]
    limit: int


class EventsApi:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def list(self, request: Request, principal: Principal) -> Response:
        """The events of the caller's organization, of the types in TYPES, after the one with the id `after`."""
        _check_access(principal)
        query, organization = parse(request.query_params), principal.organization
        async with self._db.read() as c:
            # Read before the page, so that everything up to it is in the page or of another type.
            last = await changes.last_event(c, organization, TYPES)
            if query.latest:
                return _response([], last, more=False)
            position = await changes.position_of(c, organization, query.after)
            if position is None:
                raise ApiError(
                    410, "event_expired", f"There is no event {query.after}; events are kept for some days.",
                    "Read the records again, then follow the events from the start, without “after”.",
                )  # fmt: skip
            rows = await changes.read_after(c, position, query.limit + 1, events_of=organization, types=query.types)
        events, more = rows[: query.limit], len(rows) > query.limit
        reached = [position, *(e.position for e in events), *([last] if last is not None and not more else [])]
        return _response(events, max(reached), more=more)


def _check_access(principal: Principal) -> None:
    """Raise ApiError (403) unless the caller may read the organization's events."""
    if principal.kind == "api_key" and EVENT_SCOPE not in principal.scopes:
        raise scope_missing(EVENT_SCOPE, "read events")
    if principal.kind == "user" and (principal.role is None or principal.role < Role.ADMIN):
        raise ApiError(403, "role_too_low", "Your role may not read events.", "Ask an administrator.")


def parse(params: QueryParams) -> EventQuery:
    """The query of the list. Raises Invalid naming every parameter that is not valid. Pure."""
    errors = [
        FieldError(name, "unknown_parameter", "is not a known parameter", f"Known: {', '.join(KNOWN)}.")
        for name in dict.fromkeys(params.keys())
        if name not in KNOWN
    ]
    errors += [
        FieldError(name, "repeated", "is given more than once", "Give it once.")
        for name in KNOWN
        if len(params.getlist(name)) > 1
    ]
    after, limit = params.get("after"), params.get("limit", str(DEFAULT_LIMIT))
    types = params["type"].split(",") if "type" in params else list(TYPES)
    unknown = [t for t in types if t not in TYPES]
    if unknown:
        reason = f"“{unknown[0][:60]}” is not a type of event"
        errors.append(FieldError("type", "not_an_option", reason, "Send types that webhooks offer, with commas."))
    if after is not None and after != LATEST and not (re.fullmatch(r"[0-9]{1,19}", after) and int(after) <= MAX_ID):
        errors.append(
            FieldError(
                "after", "not_valid", "must be the id of an event", "Send the “next” of the last page, or latest."
            )
        )
    if not (re.fullmatch(r"[0-9]{1,4}", limit) and 1 <= int(limit) <= MAX_LIMIT):
        errors.append(FieldError("limit", "out_of_range", f"must be from 1 to {MAX_LIMIT}", "Send a whole number."))
    if errors:
        raise Invalid("bad_query", "The query is not valid.", errors)
    id = int(after) if after is not None and after != LATEST else None
    return EventQuery(id, after == LATEST, frozenset(types), int(limit))


def _response(events: Sequence[Change], reached: Position | None, *, more: bool) -> Response:
    """`{items, next, more}`. `next` is the id to ask for next, also when there is nothing new yet; null before the
    first event of the organization."""
    page = {
        "items": [{"id": str(e.position.id), "at": e.at, "type": e.type, "data": e.data} for e in events],
        "next": str(reached.id) if reached is not None and reached.id else None,
        "more": more,
    }
    return JSONResponse(page, headers={"Cache-Control": "no-store"})
