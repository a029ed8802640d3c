"""A migrated database for each test, on SQLite and on PostgreSQL, and more connections to it as other processes have."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from otnet_server.db.engine import Database
from tests.harness import migrated_database


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        (tmp_path / "otnet.db").write_bytes(migrated_database())
        return f"sqlite+aiosqlite:///{tmp_path / 'otnet.db'}"
    return request.getfixturevalue("postgres_server").migrated()


@pytest.fixture
async def connect(url: str) -> AsyncIterator[Callable[[], Database]]:
    """Opens the database as one more process would."""
    opened: list[Database] = []

    def another() -> Database:
        opened.append(Database(url))
        return opened[-1]

    yield another
    for db in opened:
        await db.close()


@pytest.fixture
def db(connect: Callable[[], Database]) -> Database:
    return connect()
