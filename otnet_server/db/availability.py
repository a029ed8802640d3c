"""Whether an error means that the database is away for a while: a server that does not answer, a full or failing disk,
a lock that is not released. Everything else, such as a wrong query, is a bug."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError

from otnet_server.logs import log

DATABASE_ERRORS = (DBAPIError, TimeoutError)  # the errors to ask about
SQLITE_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
    }
)


def is_unavailable(error: BaseException) -> bool:
    """Whether the database is away, according to one of DATABASE_ERRORS."""
    if isinstance(error, TimeoutError):  # no connection became free
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", None)  # an extended code; its lowest byte is the primary one
        return code is not None and code & 0xFF in SQLITE_CODES
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def log_failure(message: str, error: Exception, **details: Any) -> None:
    """Log a failure of background work, which is tried again: in one line while the database is away, else with its
    traceback."""
    if is_unavailable(error):
        log.warning(message, why=f"the database is not available: {type(error).__name__}", **details)
    else:
        log.error(message, exc_info=error, **details)
