"""What the sender of webhooks is given and what it tells: the words between it and the store. Pure.

A message (something happened, told once) becomes one delivery for each endpoint that wants it. A delivery is tried
until it is delivered, has failed for good, or its endpoint is gone; each try is an attempt, and the delivery log is
made of those. `message_id` is the `webhook-id` that the receiver sees: the same for every attempt and for a replay,
so that it can tell a repetition.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from otnet_server.webhooks.backoff import Outcome


@dataclass(frozen=True)
class Endpoint:
    """Where to send. `secrets` are all that are valid now (`whsec_…`), the newest first."""

    id: str
    url: str
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class Delivery:
    """`id` names the delivery, `message_id` the message. `body` is made once and sent as it is, so that every
    attempt signs the same bytes. `failures` counts the attempts that failed so far."""

    id: str
    message_id: str
    endpoint: Endpoint
    body: bytes
    failures: int = 0


@dataclass(frozen=True)
class Attempt:
    """What came of one try. `at` and `next_at` in seconds since 1970 (`next_at` only with outcome retry); `status`
    is None when no answer came, and `error` says why in plain words; `response` is the start of the body."""

    at: float
    took_s: float
    outcome: Outcome
    status: int | None = None
    response: str = ""
    error: str = ""
    next_at: float | None = None


class Deliveries(Protocol):
    """The store. It keeps a delivery due until `attempted` says otherwise; that is what makes “at least once”."""

    async def due(
        self, now: float, limit: int, *, without: Collection[str], full: Collection[str]
    ) -> Sequence[Delivery]:
        """At most `limit` deliveries to send now, the longest due first, of endpoints that are switched on; not
        those whose id is in `without` (on their way), nor those for an endpoint whose id is in `full` (busy)."""

    async def attempted(self, delivery: Delivery, attempt: Attempt) -> None:
        """Record the attempt and what it means, in one transaction: delivered and failed end the delivery; retry
        makes it due at `next_at`; gone ends it and switches the endpoint off. May be told twice."""


def body_of(type: str, at: float, data: Mapping[str, Any]) -> bytes:
    """The payload that the Standard Webhooks specification recommends: `{"type", "timestamp", "data"}`."""
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"type": type, "timestamp": moment, "data": data}, ensure_ascii=False).encode()
