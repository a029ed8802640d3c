"""What a command prints when it fails: one sentence each for what happened, why, and what to do, and its exit code.

`app.py` calls `exit_plainly` around every command. An OtnetError says these things itself; `explain` finds them for
other errors that operators cause: paths, addresses and databases. Everything else is a bug and keeps its traceback.

Classes of libraries are named by strings, because importing the libraries would slow down commands that do not use
them.
"""

from __future__ import annotations

import errno
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from otnet_server.errors import ConfigError, OtnetError, PluginError

Explain = Callable[[Any], OtnetError | None]


@contextmanager
def exit_plainly() -> Iterator[None]:
    """Print an expected error as one line and exit: with 2 for wrong usage or configuration, with 1 for other failures,
    with 130 after an interruption."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as e:
        error = explain(e)
        if error is None:
            raise
        if error is not e and os.environ.get("OTNET_LOG__LEVEL", "").lower() == "debug":
            traceback.print_exception(e)
        from rich.console import Console
        from rich.markup import escape

        Console(stderr=True, highlight=False).print(
            f"[red]✗[/] {escape(str(error))} [dim]({error.code})[/]", soft_wrap=True
        )
        sys.exit(2 if isinstance(error, ConfigError | PluginError) else 1)


def explain(error: BaseException) -> OtnetError | None:
    """The error as an OtnetError; None for an unexpected one."""
    if isinstance(error, OtnetError):
        return error
    for cls in type(error).__mro__:
        explanation = EXPLANATIONS.get(f"{cls.__module__}.{cls.__qualname__}")
        if explanation is not None:
            return explanation(error)
    return None


def _os_error(error: OSError) -> OtnetError | None:
    if error.errno == errno.EPIPE:  # the reader of the output has ended, such as `head`; typer exits quietly
        return None
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return OtnetError(
            "disk_full", f"There is no space left for {_path(error)}.", "Free some space, then try again."
        )
    if error.filename is None:
        return None
    path, reason = _path(error), REASONS.get(error.errno or 0) or f"can't be used: {error.strerror}"
    if error.errno == errno.EEXIST and not Path(path).is_dir():
        reason = "is not a folder"
    elif error.errno in (errno.EACCES, errno.EPERM) and os.access(path, os.R_OK):
        reason = "can't be written: permission denied"
    return ConfigError("bad_path", f"{path} {reason}.", "Correct the path or its permissions, or choose another path.")


def _path(error: OSError) -> str:
    name = error.filename2 or error.filename or "the output"
    return os.fsdecode(name) if isinstance(name, str | bytes) else str(name)


REASONS = {
    errno.ENOENT: "does not exist",
    errno.ENOTDIR: "is not a folder, or is inside of a file",
    errno.EISDIR: "is a folder, not a file",
    errno.EEXIST: "exists already",
    errno.ENOTEMPTY: "is not empty",
    errno.EACCES: "can't be used: permission denied",
    errno.EPERM: "can't be changed: the operation is not permitted",
    errno.EROFS: "can't be written: its file system is read-only",
    errno.ENAMETOOLONG: "can't be used: the name is too long",
    errno.ELOOP: "can't be used: it is a symbolic link to itself",
}


def _database_error(error: Any) -> OtnetError | None:
    if type(error).__name__ not in DATABASE_ERRORS:  # others, such as IntegrityError, are bugs
        return None
    reason = _first_line(error.orig if getattr(error, "orig", None) is not None else error)
    return ConfigError(
        "database_unavailable",
        f"The database can't be used: {reason}.",
        "Check that it runs, and the setting “database”; for SQLite, the folder given with --data.",
    )


def _database_url_error(error: Any) -> OtnetError:
    return ConfigError(
        "bad_database",
        f"The setting “database” is not a valid URL: {_first_line(error)}.",
        "Write it as postgresql+psycopg://user:password@host/name.",
    )


def _missing_module(error: ModuleNotFoundError) -> OtnetError | None:
    if error.name != "psycopg":
        return None
    return ConfigError("no_driver", "The driver of PostgreSQL is not installed.", "Run: pip install 'otnet[postgres]'.")


def _url_error(error: Any) -> OtnetError:
    return ConfigError(
        "bad_url", f"The URL is not valid: {_first_line(error)}.", "Write it as https://host or http://host."
    )


def _first_line(error: object) -> str:
    """The first line of a message, without passwords in URLs."""
    text = (str(error).strip() or type(error).__name__).splitlines()[0].strip().rstrip(".:")
    return re.sub(r"(://[^:/@\s]*):[^@\s]*@", r"\1:…@", text)


DATABASE_ERRORS = ("DatabaseError", "OperationalError", "InterfaceError")
EXPLANATIONS: dict[str, Explain] = {
    "builtins.OSError": _os_error,
    "builtins.ModuleNotFoundError": _missing_module,
    "sqlalchemy.exc.ArgumentError": _database_url_error,
    "sqlalchemy.exc.NoSuchModuleError": _database_url_error,
    "sqlalchemy.exc.DBAPIError": _database_error,
    "sqlite3.DatabaseError": _database_error,
    "httpx.InvalidURL": _url_error,
    "httpx.UnsupportedProtocol": _url_error,
}
