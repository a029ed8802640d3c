"""The data folder. It contains password hashes and secrets, so only its owner has access.

A server with SQLite locks its data folder: a second one on the same folder does not start. Servers that share a
PostgreSQL database may share the folder. Each process has a folder of its own for temporary files below `work/`.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from otnet_server.errors import ConfigError

LOCK_FILE = "serve.lock"
STARTING_S = 60  # a folder without a lock may belong to a process that is starting


@contextmanager
def opened(data: Path, *, sqlite: bool) -> Iterator[Path]:
    """Open the data folder for a server, and create what is missing in it; gives the folder for the temporary files of
    this process. Raises ConfigError, without touching anything, when another server has it open or it can't be
    written."""
    create(data)
    lock = _locked(data / LOCK_FILE) if sqlite else None
    if sqlite and lock is None:
        raise _in_use(data)
    try:
        keep_private(data, sqlite=sqlite)
        (data / "logs").mkdir(exist_ok=True)
        _delete_abandoned(data / "work")
        work = data / "work" / f"{os.getpid()}-{secrets.token_hex(3)}"
        work.mkdir(parents=True)
        work_lock = _locked(work / LOCK_FILE)
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)
            if work_lock is not None:
                os.close(work_lock)
    finally:
        if lock is not None:
            os.close(lock)


def create(folder: Path, what: str = "data folder", option: str = "--data", mode: int = 0o700) -> None:
    """Create a folder if it is missing. Raises ConfigError when that is not possible, or it can't be written."""
    reason = ""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=mode)
    except OSError as e:
        reason = "is not a folder" if folder.exists() else f"can't be created: {os.strerror(e.errno or 0)}"
    if not reason and not os.access(folder, os.W_OK | os.X_OK):
        reason = "can't be written"
    if reason:
        raise ConfigError(
            "bad_folder",
            f"The {what} {folder} {reason}.",
            f"Choose another with {option}, or correct its permissions.",
        )


def check_free(data: Path, *, sqlite: bool) -> None:
    """Raise ConfigError when another server has the data folder open."""
    if sqlite and (data / LOCK_FILE).exists():
        lock = _locked(data / LOCK_FILE)
        if lock is None:
            raise _in_use(data)
        os.close(lock)


def holder(data: Path) -> str:
    """The id of a process that has the data folder open; empty without one. Changes nothing."""
    for path in (data / LOCK_FILE, *data.glob(f"work/*/{LOCK_FILE}")):
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return os.read(descriptor, 20).decode("ascii", "replace").strip()
            finally:
                os.close(descriptor)
    return ""


def _locked(path: Path) -> int | None:
    """A descriptor of the file, which holds a lock until it is closed or the process ends, and this process's id in the
    file; None when another process holds the lock."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        pass  # a file system without locks, such as some network mounts
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return descriptor


def _in_use(data: Path) -> ConfigError:
    holder = ""
    with suppress(OSError):
        holder = (data / LOCK_FILE).read_text("ascii").strip()
    return ConfigError(
        "data_in_use",
        f"Another OTNet server{f' (pid {holder})' if holder else ''} uses the data folder {data}.",
        "Stop it, or choose another folder with --data.",
    )


def _delete_abandoned(work: Path) -> None:
    """Delete the temporary files of processes that have ended."""
    if not work.is_dir():
        return
    for folder in work.iterdir():
        lock_file = folder / LOCK_FILE
        if lock_file.is_file():
            lock = _locked(lock_file)
            if lock is None:
                continue
            os.close(lock)
        elif time.time() - folder.stat().st_mtime < STARTING_S:
            continue
        if folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)
        else:
            folder.unlink(missing_ok=True)


def delete_abandoned(data: Path) -> None:
    """Delete the temporary files of other servers that share the data folder and were killed, while this one runs.
    Nothing is deleted on a file system without locks."""
    for lock_file in (data / "work").glob(f"*/{LOCK_FILE}"):
        with suppress(OSError):
            descriptor = os.open(lock_file, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock_file.parent, ignore_errors=True)
            finally:
                os.close(descriptor)


def keep_private(data: Path, *, sqlite: bool) -> None:
    """Restrict the folder (0700) and the database (0600) to their owner. The mode of a folder that is shared, such as
    /tmp, or that holds only files of others, is left unchanged."""
    create(data)
    folder_stat, names = data.stat(), {path.name for path in data.iterdir()} - {LOCK_FILE}
    if folder_stat.st_uid != os.geteuid():
        return
    if not folder_stat.st_mode & stat.S_ISVTX and (not names or names & {"otnet.db", "secret.key"}):
        data.chmod(0o700)
    if sqlite:
        database = data / "otnet.db"
        database.touch(0o600)
        database.chmod(0o600)  # SQLite creates its journals with the same mode
