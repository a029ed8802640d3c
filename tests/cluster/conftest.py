"""A migrated database for each test, on SQLite and on PostgreSQL, and more connections to it as other processes have."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from otnet_server.db.engine import Database, migrate
from tests.db.postgres import Postgres, postgres


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        found = f"sqlite+aiosqlite:///{tmp_path / 'otnet.db'}"
    else:
        found = request.getfixturevalue("server").fresh()
    migrate(found)
    return found


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
