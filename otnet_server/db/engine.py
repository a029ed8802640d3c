"""The database: concurrent readers and one writer at a time, which avoids SQLite's “database is locked” errors.

SQLite runs in WAL mode, so that readers are not blocked by the writer. PostgreSQL is used in the same way, with one
writer per server process.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, func, make_url, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from otnet_server.db import resources as _declared  # noqa: F401  (importing it adds the resources' tables)
from otnet_server.db.aiosqlite_dialect import driver
from otnet_server.db.changes import COMMITTED
from otnet_server.db.tables import metadata
from otnet_server.errors import ConfigError
from otnet_server.request_priority import RequestPriority

PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000")
MIGRATIONS = Path(__file__).parent / "migrations"
CONNECT_TIMEOUT_S = 10  # a host that does not answer; libpq would wait for minutes
MIGRATION_LOCK = 0x07_0E_74_01  # the key of an advisory lock on PostgreSQL


class Database:
    """`read()` gives a connection, `write()` the connection of a transaction, one at a time. Requests get them
    immediately; background work waits until no request needs them. `on_change` is called when a transaction that added
    changes (`db/changes.py`) has been committed."""

    def __init__(self, url: str, priority: RequestPriority | None = None) -> None:
        self._priority = priority or RequestPriority()
        self.sqlite, self.url = _sqlite(url), url
        self._engine: AsyncEngine = create_async_engine(url)
        if self.sqlite:
            self._engine = create_async_engine(make_url(url).set(drivername=driver()), pool_size=8)
            event.listen(self._engine.sync_engine, "connect", _pragmas)
        self._lock = asyncio.Lock()
        self.on_change: Callable[[], None] = lambda: None

    async def yield_to_requests(self) -> None:
        """Return when no request is in progress, or after a short time. For background work between small steps."""
        await self._priority.yield_to_requests()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        await self.yield_to_requests()
        async with self._engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        await self.yield_to_requests()
        added_changes = False
        async with self._lock, self._engine.begin() as connection:
            connection.info.pop(COMMITTED, None)
            yield connection
            added_changes = connection.info.pop(COMMITTED, False)
        if added_changes:
            self.on_change()

    async def close(self) -> None:
        await self._engine.dispose()


def url_of(database: str, data: Path) -> str:
    """The configured database URL, or that of the SQLite file in the data folder."""
    if not database:
        return f"sqlite+aiosqlite:///{(data / 'otnet.db').absolute()}"
    if not database.startswith("postgresql") or "connect_timeout=" in database:
        return database
    return f"{database}{'&' if '?' in database else '?'}connect_timeout={CONNECT_TIMEOUT_S}"


def _sqlite(url: str) -> bool:
    return url.startswith("sqlite")


def _pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    # SQLite's built-in lower() converts ASCII only.
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def migrate(url: str) -> None:
    """Upgrade the database to the newest schema. Cheap when it is up to date. Raises ConfigError for a database of a
    newer version of OTNet."""
    engine = create_engine(url.replace("+aiosqlite", ""))
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":  # two servers that start together
                connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            version = _version(connection)
            check_not_newer(version)
            if version != head():
                from alembic import command  # imported only when needed, to start faster

                command.upgrade(_alembic(connection), "head")
    finally:
        engine.dispose()


def schema_of(url: str) -> str | None:
    """The version of a database's schema; None without one. Creates nothing."""
    parsed = make_url(url)
    if _sqlite(url) and not Path(parsed.database or "").is_file():
        return None
    engine = create_engine(parsed.set(drivername=parsed.drivername.replace("+aiosqlite", "")))
    try:
        with engine.connect() as connection:
            return _version(connection)
    finally:
        engine.dispose()


def check_schema(url: str) -> None:
    """Raise ConfigError unless the database has the newest schema. Creates and changes nothing."""
    version = schema_of(url)
    if version is None:
        parsed = make_url(url)
        place = f"folder {Path(parsed.database or '').parent}" if _sqlite(url) else f"database {parsed.database}"
        raise ConfigError(
            "no_data",
            f"The {place} contains no data of OTNet.",
            "Name the data folder of your server with --data, or its configuration with --config.",
        )
    check_not_newer(version)
    if version != head():
        raise ConfigError(
            "old_schema",
            f"The database has schema {version}, and this version of OTNet needs {head()}.",
            "Run “otnet migrate”, or start the server.",
        )


def check_not_newer(version: str | None) -> None:
    """Raise ConfigError for the schema of a newer version of OTNet."""
    if version is not None and version > head():
        raise ConfigError(
            "new_schema",
            f"The database has schema {version}, and this version of OTNet knows schemas up to {head()}.",
            "Install the version of OTNet that wrote it, or a newer one.",
        )


def make_migration(message: str) -> Path:
    """Generate the migration from the newest schema to the declared tables; returns its path.

    For developers in a checkout. Raises ValueError when nothing has changed.
    """
    from alembic import command
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.begin() as connection:
            command.upgrade(_alembic(connection), "head")
            context = MigrationContext.configure(connection, opts={"include_name": declared})
            if not compare_metadata(context, metadata):
                raise ValueError("nothing has changed")
            script = command.revision(_alembic(connection), message, autogenerate=True, rev_id=f"{int(head()) + 1:04}")
    finally:
        engine.dispose()
    assert script is not None and not isinstance(script, list)
    return Path(script.path)


def declared(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether SQLAlchemy's metadata declare the object: everything except the full-text index, created by hand."""
    return not (kind == "table" and (name or "").startswith("search_words"))


def _alembic(connection: Any) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The number of the newest migration, such as “0012”."""
    return max(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _version(connection: Any) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return None if row is None else str(row[0])
