"""The data folder. It contains password hashes and secrets, so only its owner has access."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path


def prepare(data: Path, *, sqlite: bool) -> None:
    """Create the data folder, its folders `work` and `logs`, and, for SQLite, the database file. Temporary files of an
    interrupted server are removed."""
    keep_private(data, sqlite=sqlite)
    shutil.rmtree(data / "work", ignore_errors=True)
    for folder in ("work", "logs"):
        (data / folder).mkdir(exist_ok=True)


def keep_private(data: Path, *, sqlite: bool) -> None:
    """Restrict the folder (0700) and the database (0600) to their owner. The mode of a folder that is shared, such as
    /tmp, or that holds only files of others, is left unchanged."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder_stat, names = data.stat(), {path.name for path in data.iterdir()}
    if folder_stat.st_uid != os.geteuid():
        return
    if not folder_stat.st_mode & stat.S_ISVTX and (not names or names & {"otnet.db", "secret.key"}):
        data.chmod(0o700)
    if sqlite:
        database = data / "otnet.db"
        database.touch(0o600)
        database.chmod(0o600)  # SQLite creates its journals with the same mode
