"""Delivery stores for the tests: in memory, and in SQLite to survive a killed process."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from otnet_server.webhooks.deliveries import Attempt, Delivery, Endpoint


class MemoryStore:
    """Deliveries in memory with the time at which each is due."""

    def __init__(self, *deliveries: Delivery) -> None:
        self.waiting = {d.id: (0.0, d) for d in deliveries}
        self.log: list[tuple[str, Attempt]] = []
        self.gone: set[str] = set()
        self.asked = 0

    async def due(
        self, now: float, limit: int, *, without: Collection[str], full: Collection[str]
    ) -> Sequence[Delivery]:
        self.asked += 1
        found = sorted(
            (at, id) for id, (at, d) in self.waiting.items()
            if at <= now and id not in without and d.endpoint.id not in full and d.endpoint.id not in self.gone
        )  # fmt: skip
        return [self.waiting[id][1] for _, id in found[:limit]]

    async def attempted(self, delivery: Delivery, attempt: Attempt) -> None:
        self.log.append((delivery.id, attempt))
        if attempt.outcome == "gone":
            self.gone.add(delivery.endpoint.id)
        if attempt.next_at is not None:
            self.waiting[delivery.id] = (attempt.next_at, replace(delivery, failures=delivery.failures + 1))
        else:
            self.waiting.pop(delivery.id, None)

    def make_due(self) -> None:
        """Make every delivery that waits for its next attempt due now."""
        self.waiting = {id: (0.0, d) for id, (_, d) in self.waiting.items()}

    def outcomes(self, id: str) -> list[str]:
        return [attempt.outcome for known, attempt in self.log if known == id]


class SqliteStore:
    """Deliveries of one endpoint in SQLite; each row is delivered or not."""

    def __init__(self, path: Path, endpoint: Endpoint) -> None:
        self.db, self.endpoint = sqlite3.connect(path, isolation_level=None), endpoint
        self.db.execute("CREATE TABLE IF NOT EXISTS delivery (id TEXT PRIMARY KEY, done INT)")

    async def due(
        self, now: float, limit: int, *, without: Collection[str], full: Collection[str]
    ) -> Sequence[Delivery]:
        rows = self.db.execute("SELECT id FROM delivery WHERE NOT done").fetchall()
        return [Delivery(id, f"msg_{id}", self.endpoint, b"{}") for (id,) in rows if id not in without][:limit]

    async def attempted(self, delivery: Delivery, attempt: Attempt) -> None:
        if attempt.outcome == "delivered":
            self.db.execute("UPDATE delivery SET done = 1 WHERE id = ?", (delivery.id,))
