"""Events for plugins and webhooks. They are written to the outbox in the transaction of the change itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Event:
    """An event. `type` is, for example, `media.<state>`, `media.playable` or `media.removed`; `at` is ISO 8601 in
    UTC."""

    id: int
    at: str
    type: str
    data: dict[str, Any] = field(default_factory=dict)
