"""A backup is one tar file: the database as it was at one moment, and every file that it speaks of.

It is consistent while the server runs because of the order: the database is copied first, in one go
(SQLite's own backup, or `pg_dump` for PostgreSQL), then the files. Published media are never changed once
they are in the database, so whatever the copied database names is still there when its turn comes; what came
later is in the tar as well and hurts nobody. A manifest with the SHA-256 of every member ends the tar.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from otnet_server.errors import OtnetError

MANIFEST, DATABASE = "MANIFEST.json", "otnet.db"
FORMAT = 1
LEFT_OUT = {"work", "logs", "otnet.db", "otnet.db-wal", "otnet.db-shm", "serve.lock"}
BLOCK = 1 << 20


class BackupError(OtnetError):
    """A backup can't be made, or can't be believed."""


def backup(data: Path, target: Path, schema: str, said: Callable[[str, int], None] = lambda *_: None) -> int:
    """Write `target`; returns how many files it holds. `said(name, bytes)` hears of each."""
    source = data / DATABASE
    if not source.is_file():
        raise BackupError("no_database", f"There is no database in {data}.",
                          "Give --data; a PostgreSQL database is backed up with pg_dump.")  # fmt: skip
    sums: dict[str, str] = {}
    part = target.with_name(f".{target.name}.part")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        copy = Path(folder) / DATABASE
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(copy)) as still:
            live.backup(still)
        with _private(part) as file, tarfile.open(fileobj=file, mode="w") as tar:
            for name, path in [(DATABASE, copy), *_files(data)]:
                sums[name] = _add(tar, name, path)
                said(name, path.stat().st_size if path.exists() else 0)
            about = {"format": FORMAT, "schema": schema, "at": datetime.now(UTC).isoformat(), "sha256": sums}
            body = json.dumps(about, indent=1).encode()
            info = tarfile.TarInfo(MANIFEST)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    with part.open("rb") as whole:
        os.fsync(whole.fileno())
    part.rename(target)
    return len(sums)


def restore(source: Path, data: Path, said: Callable[[str, int], None] = lambda *_: None) -> int:
    """Unpack a backup into an empty data folder and check every byte; returns how many files."""
    if data.exists() and any(data.iterdir()):
        raise BackupError("not_empty", f"{data} is not empty.", "Restore into a new folder, then start with --data.")
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    data.chmod(0o700)
    found: dict[str, str] = {}
    about = None
    try:
        with tarfile.open(source) as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isfile() else None
                if file is None:
                    raise BackupError("bad_backup", f"The backup holds {member.name}, which is no plain file.")
                if member.name == MANIFEST:
                    about = json.loads(file.read())
                    continue
                found[member.name] = _extract(file, data, member.name)
                said(member.name, member.size)
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as e:
        raise BackupError("bad_backup", f"The backup names {e.filename} twice.", "It is not one of ours.") from e
    except (tarfile.TarError, ValueError, EOFError, OSError) as e:
        raise BackupError("bad_backup", f"The backup can't be read: {e}.", "Use another one.") from e
    if about is None or about.get("format") != FORMAT:
        raise BackupError("bad_backup", "The backup has no end: it was cut off.", "Use another one.")
    wrong = sorted(n for n in {**found, **about["sha256"]} if found.get(n) != about["sha256"].get(n))
    if wrong:
        raise BackupError("bad_backup", f"{len(wrong)} files differ from what was backed up, the first is {wrong[0]}.",
                          "Use another backup.")  # fmt: skip
    return len(found)


def _files(data: Path) -> Iterator[tuple[str, Path]]:
    for folder, below, names in os.walk(data):
        here = Path(folder)
        if here == data:
            below[:] = sorted(b for b in below if b not in LEFT_OUT)
        for name in sorted(names):
            path = here / name
            relative = path.relative_to(data).as_posix()
            if relative not in LEFT_OUT and not path.is_symlink() and path.is_file():
                yield relative, path


def _add(tar: tarfile.TarFile, name: str, path: Path) -> str:
    """A file as it is when it is opened; what is appended meanwhile is left for the next backup."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        info = tar.gettarinfo(arcname=name, fileobj=file)
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        info.type, info.linkname = tarfile.REGTYPE, ""
        info.size = os.fstat(file.fileno()).st_size
        tar.addfile(info, _Hashing(file, info.size, digest.update))
    return digest.hexdigest()


def _private(path: Path, flags: int = os.O_TRUNC) -> IO[bytes]:
    """A file to write that its owner alone may read, also where an interrupted run left one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600)
    os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, "wb")


class _Hashing:
    """Reads exactly `size` bytes and tells what it read; a file that shrank is an error, not a hole."""

    def __init__(self, file: IO[bytes], size: int, tell: Callable[[bytes], None]) -> None:
        self._file, self._left, self._tell = file, size, tell

    def read(self, count: int = -1) -> bytes:
        block = self._file.read(min(self._left, count if count >= 0 else self._left))
        self._left -= len(block)
        self._tell(block)
        return block


def _extract(file: IO[bytes], data: Path, name: str) -> str:
    target = data / name
    if Path(name).is_absolute() or ".." in Path(name).parts or not target.resolve().is_relative_to(data.resolve()):
        raise BackupError("bad_backup", f"The backup names {name}, which lies outside.", "It is not one of ours.")
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with _private(target, os.O_EXCL) as out:
        while block := file.read(BLOCK):
            digest.update(block)
            out.write(block)
    return digest.hexdigest()
