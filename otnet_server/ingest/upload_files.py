"""Uploads on disk: `<id>.data` (the bytes) and `<id>.json` (the record) in a folder for each owner, so that an upload
cannot be found by another owner.

The lock is flock(2) on the data file: it works between requests and processes, and the kernel releases it when its
holder is killed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from otnet_server.ingest.files import read_json, write_json
from otnet_server.ingest.tus import Upload

ID = re.compile(r"[0-9a-f]{32}")
ORPHAN_AGE_S = 3600.0


def new_id() -> str:
    return secrets.token_hex(16)


class UploadFiles:
    """The stored uploads. All methods block; only `remove` of a large file takes long."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def data(self, upload: Upload) -> Path:
        return self._path(upload.owner, upload.id).with_suffix(".data")

    def create(self, upload: Upload) -> None:
        path = self.data(upload)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o644, exist_ok=False)
        self.write(upload)

    def write(self, upload: Upload) -> None:
        write_json(self._path(upload.owner, upload.id).with_suffix(".json"), upload.record())

    def read(self, owner: str, id: str) -> Upload | None:
        if not ID.fullmatch(id):
            return None
        return self._load(self._path(owner, id).with_suffix(".json"))

    def remove(self, upload: Upload) -> None:
        path = self._path(upload.owner, upload.id)
        for suffix in (".json", ".data"):
            path.with_suffix(suffix).unlink(missing_ok=True)

    def open_count(self, owner: str) -> int:
        return sum(1 for _ in self._path(owner, "").parent.glob("*.data"))

    def all(self) -> Iterator[Upload]:
        for path in self._folder.glob("*/*.json"):
            upload = self._load(path)
            if upload is not None and path.parent == self._path(upload.owner, upload.id).parent:
                yield upload

    def remove_orphans(self, now: float | None = None) -> None:
        """Remove old files without a valid record: data, malformed records and temporary files."""
        newest_orphan = (time.time() if now is None else now) - ORPHAN_AGE_S
        for path in self._folder.glob("*/*"):
            with suppress(OSError):
                has_record = path.suffix in (".json", ".data") and self._load(path.with_suffix(".json")) is not None
                if not has_record and path.stat().st_mtime < newest_orphan:
                    path.unlink()

    @contextmanager
    def lock(self, upload: Upload) -> Iterator[None]:
        """Lock an upload. Raises BlockingIOError while it is locked, FileNotFoundError without a data file."""
        descriptor = os.open(self.data(upload), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        finally:
            os.close(descriptor)

    def _path(self, owner: str, id: str) -> Path:
        return self._folder / hashlib.blake2b(owner.encode(), digest_size=16).hexdigest() / (id or "_")

    @staticmethod
    def _load(path: Path) -> Upload | None:
        record = read_json(path)
        try:
            return None if record is None else Upload(**record)
        except TypeError:
            return None
