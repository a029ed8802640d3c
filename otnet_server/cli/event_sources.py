"""Where `otnet events` reads events: a server with an API key, or the database of a data folder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from otnet_server.client import Client
from otnet_server.db import changes
from otnet_server.db.changes import Position
from otnet_server.db.engine import Database
from otnet_server.errors import ConfigError
from otnet_server.resources import SCHEMA
from otnet_server.schema.openapi_events import event_types
from otnet_server.webhooks.deliveries import body_of

LATEST = "latest"
PAGE_SIZE = 500


class Event(NamedTuple):
    """An event as the API lists it."""

    id: str
    at: str
    type: str
    data: dict[str, Any]

    def body(self) -> bytes:
        """The body of the webhook about this event."""
        return body_of(self.type, datetime.fromisoformat(self.at).timestamp(), self.data)


class Page(NamedTuple):
    events: Sequence[Event]
    next: str
    more: bool


class EventSource(Protocol):
    async def page(self, after: str) -> Page:
        """The events after the one with the id `after`; from the oldest on when it is empty, and none but the position
        of the newest when it is `latest`. Raises OtnetError."""


class ServerEvents:
    """The events of the organization of an API key."""

    def __init__(self, client: Client, types: Sequence[str]) -> None:
        self._client, self._types = client, types

    async def page(self, after: str) -> Page:
        page = self._client.events(after=after, types=self._types)
        events = [Event(e["id"], e["at"], e["type"], e["data"]) for e in page["items"]]
        return Page(events, page["next"] or ("" if after == LATEST else after), page["more"])


class LocalEvents:
    """The events of all organizations in a database."""

    def __init__(self, db: Database, types: Sequence[str]) -> None:
        self._db, self._types = db, types or event_types(SCHEMA)
        self._position: Position | None = None

    async def page(self, after: str) -> Page:
        async with self._db.read() as c:
            if after == LATEST:
                self._position = await changes.end(c)
                return Page([], "", more=False)
            position = self._position or await self._position_of(after)
            rows = await changes.read_after(c, position, PAGE_SIZE, events_only=True, types=self._types)
        self._position = rows[-1].position if rows else position
        events = [Event(str(r.position.id), r.at, r.type, r.data) for r in rows]
        return Page(events, events[-1].id if events else after, len(rows) == PAGE_SIZE)

    async def _position_of(self, id: str) -> Position:
        if not id:
            return Position()
        async with self._db.read() as c:
            named = await changes.by_ids(c, [int(id)]) if id.isascii() and id.isdigit() and len(id) < 19 else []
        if not named:
            raise ConfigError("event_expired", f"There is no event {id[:40]}; events are kept for some days.",
                              "Leave out --after to begin with the oldest event.")  # fmt: skip
        return named[0].position


def check_types(types: Sequence[str]) -> None:
    """Raises ConfigError for a type that does not exist."""
    known = event_types(SCHEMA)
    for type in types:
        if type not in known:
            raise ConfigError("unknown_type", f"“{type[:60]}” is not a type of event.",
                              f"Use types such as {', '.join(known[:2])}.")  # fmt: skip
