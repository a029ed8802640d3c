"""What happened, told to plugins and (later) webhooks. Written to the outbox with the change itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Event:
    """`type` is `media.<state>` or `media.playable`, `media.removed`; `at` is ISO 8601 in UTC."""

    id: int
    at: str
    type: str
    data: dict[str, Any] = field(default_factory=dict)
