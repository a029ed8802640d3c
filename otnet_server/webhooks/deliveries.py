"""The types that the webhook sender and its store exchange. Pure.

A message (one event) becomes one delivery for each subscribed endpoint. A delivery is attempted until it is delivered,
has failed, or its endpoint is gone; the delivery log lists the attempts. `message_id` is the `webhook-id` header: it is
the same for every attempt and replay, so that receivers can drop duplicates.
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
    """The target of deliveries. `secrets` are those that are valid now (`whsec_…`), newest first."""

    id: str
    url: str
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class Delivery:
    """One message to one endpoint. `body` is serialized once, so that every attempt sends and signs the same bytes.
    `failures` counts the failed attempts so far."""

    id: str
    message_id: str
    endpoint: Endpoint
    body: bytes
    failures: int = 0


@dataclass(frozen=True)
class Attempt:
    """The result of one attempt. `at` and `next_at` are in seconds since 1970 (`next_at` only for the outcome retry);
    `status` is None without a response, and `error` is the reason; `response` is the beginning of the response body."""

    at: float
    took_s: float
    outcome: Outcome
    status: int | None = None
    response: str = ""
    error: str = ""
    next_at: float | None = None


class Deliveries(Protocol):
    """The store of deliveries. A delivery stays due until `attempted` records a result: delivery is at least once."""

    async def due(
        self, now: float, limit: int, *, without: Collection[str], full: Collection[str]
    ) -> Sequence[Delivery]:
        """At most `limit` deliveries that are due at `now` (seconds since 1970) and whose endpoint is active, longest
        due first. Excludes the delivery ids in `without` (being sent) and the endpoint ids in `full` (busy)."""

    async def attempted(self, delivery: Delivery, attempt: Attempt) -> None:
        """Record an attempt and its consequence in one transaction: delivered and failed end the delivery; retry makes
        it due at `next_at`; gone ends it and disables the endpoint. Must be idempotent."""


def message_id_of(event: str) -> str:
    """The webhook-id of the message about an event."""
    return f"msg_{event}"


def body_of(type: str, at: float, data: Mapping[str, Any]) -> bytes:
    """The payload that the Standard Webhooks specification recommends: `{"type", "timestamp", "data"}`."""
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"type": type, "timestamp": moment, "data": data}, ensure_ascii=False).encode()
