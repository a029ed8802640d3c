"""Backup and restore. A backup is one tar file with a snapshot of the database and the files of the data folder.

It is consistent even while the server runs: the database is copied first, in one transaction (SQLite's online backup;
for PostgreSQL use `pg_dump`), then the files. Published media are immutable, so every file that the snapshot refers to
still exists when it is added; files that were added later are harmless. The last member is a manifest with the SHA-256
of every other member.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from otnet_server import data_folder
from otnet_server.errors import ConfigError, OtnetError

MANIFEST_NAME = "MANIFEST.json"
DATABASE_NAME = "otnet.db"
MEDIA_FOLDER = "media"
BACKUP_FORMAT = 1
# The master keys of the vault are kept apart from the database, whose secrets they open.
MASTER_KEY_NAME = "master.key"
EXCLUDED_NAMES = {
    ".restoring", "work", "logs", "otnet.db", "otnet.db-wal", "otnet.db-shm", "serve.lock", MASTER_KEY_NAME,
}  # fmt: skip
RESTORING_FOLDER = ".restoring"
BLOCK_BYTES = 1 << 20
PUBLISHED_QUERY = "SELECT id, playing FROM media WHERE playing IS NOT NULL AND present"


OnProgress = Callable[[str, int, int], None]  # the name of a file, the bytes that are done, all bytes


class BackupError(OtnetError):
    """A backup can't be made, or is damaged."""


class BackupRefused(BackupError, ConfigError):
    """A backup was not requested as it has to be: nothing was written."""


def backup(
    data: Path,
    target: Path,
    schema: str,
    on_progress: OnProgress = lambda *_: None,
    media: Path | None = None,
) -> int:
    """Write the backup `target`; returns its number of files. `on_progress` is called after each. `media` is the
    folder of published media; None: `media` in the data folder. Raises BackupError."""
    source = data / DATABASE_NAME
    check(data, target)
    digests: dict[str, str] = {}
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        copy, unfinished = Path(folder) / DATABASE_NAME, Path(folder) / "unfinished.tar"
        with closing(sqlite3.connect(source)) as source_db, closing(sqlite3.connect(copy)) as copy_db:
            source_db.backup(copy_db)
        own = {path.absolute() for path in (target, copy, unfinished)}  # the backup does not contain itself
        files = [(DATABASE_NAME, copy), *((n, p) for n, p in _files(data, media) if p.absolute() not in own)]
        done, total = 0, sum(_size(path) for _, path in files)
        with _open_private(unfinished) as file, tarfile.open(fileobj=file, mode="w") as tar:
            for name, path in files:
                with suppress(FileNotFoundError):  # an upload that has ended, for example
                    digests[name] = _add_file(tar, name, path)
                done = min(done + _size(path), total)
                on_progress(name, done, total)
            _check_media(copy, digests, media or data / MEDIA_FOLDER)
            manifest = {
                "format": BACKUP_FORMAT,
                "schema": schema,
                "at": datetime.now(UTC).isoformat(),
                "sha256": digests,
            }
            body = json.dumps(manifest, indent=1).encode()
            info = tarfile.TarInfo(MANIFEST_NAME)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.rename(target)
    return len(digests)


def check(data: Path, target: Path) -> None:
    """Raise BackupRefused when there is no database, or a backup can't be written to `target`."""
    if not (data / DATABASE_NAME).is_file():
        raise BackupRefused("no_database", f"There is no database in {data.absolute()}.",
                            "Set --data. Back up a PostgreSQL database with pg_dump.")  # fmt: skip
    reason = ""
    if not target.absolute().parent.is_dir():
        reason = f"the folder {target.absolute().parent} does not exist"
    elif target.is_dir():
        reason = "it is a folder"
    elif not os.access(target.absolute().parent, os.W_OK):
        reason = f"the folder {target.absolute().parent} can't be written"
    if reason:
        raise BackupRefused("bad_target", f"The backup can't be written to {target}: {reason}.", "Name another file.")


def restore(source: Path, data: Path, on_progress: OnProgress = lambda *_: None) -> int:
    """Unpack a backup into an empty data folder and verify its checksums; returns the number of files. A restore that
    fails leaves nothing. Raises BackupError."""
    if not source.is_file():
        raise BackupRefused("no_backup", f"{source} is not a file.", "Name a file that “otnet backup” wrote.")
    if data.is_dir() and {path.name for path in data.iterdir()} - {RESTORING_FOLDER}:
        raise BackupRefused("not_empty", f"{data} is not empty.", "Restore into a new folder, then start with --data.")
    created = not data.exists()
    data_folder.create(data)
    data.chmod(0o700)
    restoring = data / RESTORING_FOLDER
    shutil.rmtree(restoring, ignore_errors=True)  # of a restore that was killed
    restoring.mkdir()
    complete = False
    try:
        digests, manifest = _unpack(source, restoring, on_progress)
        _check_manifest(digests, manifest)
        for path in sorted(restoring.iterdir(), key=lambda path: path.name == DATABASE_NAME):  # the database last
            path.rename(data / path.name)
        complete = True
    finally:
        shutil.rmtree(restoring, ignore_errors=True)
        if created and not complete:
            shutil.rmtree(data, ignore_errors=True)
    return len(digests)


def _unpack(source: Path, folder: Path, on_progress: OnProgress) -> tuple[dict[str, str], Any]:
    """Unpack a backup; returns the checksums of the files, and the manifest (None without one)."""
    digests: dict[str, str] = {}
    manifest, total = None, source.stat().st_size
    try:
        with tarfile.open(source) as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isfile() else None
                if file is None:
                    raise BackupError("bad_backup", f"The backup contains {member.name}, which is not a regular file.")
                if member.name == MANIFEST_NAME:
                    manifest = json.loads(file.read())
                    continue
                digests[member.name] = _extract(file, folder, member.name)
                on_progress(member.name, min(member.offset_data + member.size, total), total)
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as e:
        raise BackupError("bad_backup", f"The backup contains {e.filename} twice.", "Use another backup.") from e
    except (tarfile.TarError, ValueError, EOFError, OSError) as e:
        if isinstance(e, OSError) and e.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise BackupError("bad_backup", f"The backup can't be read: {e}.", "Use another backup.") from e
    return digests, manifest


def _check_manifest(digests: dict[str, str], manifest: Any) -> None:
    """Raise BackupError when a file is missing or different, or the format is not known."""
    if not isinstance(manifest, dict) or manifest.get("format") != BACKUP_FORMAT:
        raise BackupError("bad_backup", "The backup is truncated: its manifest is missing.", "Use another backup.")
    mismatches = sorted(n for n in {**digests, **manifest["sha256"]} if digests.get(n) != manifest["sha256"].get(n))
    if mismatches:
        raise BackupError(
            "bad_backup",
            f"The checksums of {len(mismatches)} files are wrong; the first is {mismatches[0]}.",
            "Use another backup.",
        )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _files(data: Path, media: Path | None) -> Iterator[tuple[str, Path]]:
    """The files of the data folder and of the media folder, with their names in the backup."""
    elsewhere = media is not None and media.resolve() != (data / MEDIA_FOLDER).resolve()
    excluded = EXCLUDED_NAMES | ({MEDIA_FOLDER} if elsewhere else set())
    if elsewhere and media is not None and not media.is_dir():
        raise BackupError("no_media", f"The media folder {media} is not available.", "Mount the disk.")
    yield from _walk(data, "", excluded)
    if elsewhere and media is not None:
        yield from _walk(media, f"{MEDIA_FOLDER}/", set())


def _check_media(database: Path, names: Iterable[str], folder: Path) -> None:
    """Raise BackupError when the database has playable titles and the backup no file of any of them: the folder is an
    empty mount point, for example."""
    with closing(sqlite3.connect(database)) as db:
        published = {f"{media}/{revision}" for media, revision in db.execute(PUBLISHED_QUERY)}
    backed_up = {"/".join(name.split("/")[1:3]) for name in names if name.startswith(f"{MEDIA_FOLDER}/")}
    if published and not published & backed_up:
        message = f"The media folder {folder} has no file of any of the {len(published)} playable titles."
        raise BackupError("no_media", message, "Mount the disk.")


def _walk(base: Path, prefix: str, excluded: set[str]) -> Iterator[tuple[str, Path]]:
    for folder, folders, names in os.walk(base):
        current = Path(folder)
        if current == base:
            folders[:] = sorted(b for b in folders if b not in excluded)
        for name in sorted(names):
            path = current / name
            relative = path.relative_to(base).as_posix()
            if relative not in excluded and not path.is_symlink() and path.is_file():
                yield prefix + relative, path


def _add_file(tar: tarfile.TarFile, name: str, path: Path) -> str:
    """Add a file with the size that it has when it is opened, and return its SHA-256. Data that is appended meanwhile
    is left out."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        info = tar.gettarinfo(arcname=name, fileobj=file)
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        info.type, info.linkname = tarfile.REGTYPE, ""
        info.size = os.fstat(file.fileno()).st_size
        tar.addfile(info, _HashingReader(file, info.size, digest.update))
    return digest.hexdigest()


def _open_private(path: Path, flags: int = os.O_TRUNC) -> IO[bytes]:
    """Open a file for writing with mode 0600, also if it exists with another mode."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600)
    os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, "wb")


class _HashingReader:
    """Reads at most `size` bytes and passes them to `update`."""

    def __init__(self, file: IO[bytes], size: int, update: Callable[[bytes], None]) -> None:
        self._file, self._remaining, self._update = file, size, update

    def read(self, count: int = -1) -> bytes:
        block = self._file.read(min(self._remaining, count if count >= 0 else self._remaining))
        self._remaining -= len(block)
        self._update(block)
        return block


def _extract(file: IO[bytes], data: Path, name: str) -> str:
    target = data / name
    if Path(name).is_absolute() or ".." in Path(name).parts or not target.resolve().is_relative_to(data.resolve()):
        raise BackupError(
            "bad_backup", f"The backup contains {name}, which is outside of the folder.", "Use another backup."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with _open_private(target, os.O_EXCL) as out:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
            out.write(block)
    return digest.hexdigest()
