"""A SQLAlchemy dialect for aiosqlite that needs one round trip to the connection's thread per statement.

SQLAlchemy's own dialect takes four: to create a cursor, to execute, to fetch and to close. Each is a switch to another
thread and back, which costs more than most statements of this server, and far more while other threads compute. Both
dialects fetch all rows at once, so the result is the same.

The module uses private interfaces of both libraries. It is therefore used only with the versions it was verified with;
with any other version `driver` returns SQLAlchemy's own dialect, which is slower and needs nothing private.
`tests/db/test_aiosqlite_dialect.py` fails when the locked versions differ: run `tests/db`, compare the private methods,
then update `VERIFIED`.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, NamedTuple

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
    SQLiteDialect_aiosqlite,
)
from sqlalchemy.util.concurrency import await_

VERIFIED = {"sqlalchemy": "2.1.9", "aiosqlite": "0.22.1"}
DRIVER = "sqlite+otnet"


def driver(installed: Callable[[str], str] = version) -> str:
    """The name of the dialect to use with the installed versions."""
    if all(installed(package) == verified for package, verified in VERIFIED.items()):
        return DRIVER
    return "sqlite+aiosqlite"


class CursorState(NamedTuple):
    """The attributes of a cursor after it was closed."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None


class Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ("_state",)

    def __init__(self, adapt_connection: Any) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._rows = deque()
        self._state = CursorState()

    @property
    def description(self) -> Any:
        return self._state.description

    @property
    def rowcount(self) -> int:
        return self._state.rowcount

    @property
    def lastrowid(self) -> Any:
        return self._state.lastrowid

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        await self._run(_execute, operation, parameters or ())

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        await self._run(_execute_many, operation, seq_of_parameters)

    async def _run(self, execute: Any, operation: Any, parameters: Any) -> None:
        connection: Any = self._connection
        async with self._adapt_connection._execute_mutex:
            self._state, rows = await connection._execute(execute, connection._conn, operation, parameters)
        self._rows = deque(rows)

    async def _async_soft_close(self) -> None:
        """The cursor is closed already."""

    def close(self) -> None:
        self._rows.clear()


def _execute(connection: sqlite3.Connection, operation: str, parameters: Any) -> tuple[CursorState, list[Any]]:
    return _fetch_and_close(connection.execute(operation, parameters))


def _execute_many(connection: sqlite3.Connection, operation: str, parameters: Any) -> tuple[CursorState, list[Any]]:
    return _fetch_and_close(connection.executemany(operation, parameters))


def _fetch_and_close(cursor: sqlite3.Cursor) -> tuple[CursorState, list[Any]]:
    try:
        rows = cursor.fetchall() if cursor.description else []
        return CursorState(cursor.description, cursor.rowcount, cursor.lastrowid), rows
    finally:
        cursor.close()


class Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()
    _cursor_cls = Cursor


class Dbapi(AsyncAdapt_aiosqlite_dbapi):
    def connect(self, *arg: Any, **kw: Any) -> Connection:
        connection = self.aiosqlite.connect(*arg, **kw)
        connection._thread.daemon = True
        return Connection(self, await_(connection))


class Dialect(SQLiteDialect_aiosqlite):
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> Dbapi:
        return Dbapi(__import__("aiosqlite"), sqlite3)


registry.register(DRIVER.replace("+", "."), __name__, "Dialect")
