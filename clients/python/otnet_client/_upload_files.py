"""Files of uploads: their chunks, and notes of unfinished uploads, with which a later process continues them."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from otnet_client.errors import UploadFailed

MAX_NAME_LENGTH = 200


@dataclass(frozen=True)
class LocalFile:
    """A file, and its size and time of modification when the upload began."""

    path: Path
    size: int
    modified_ns: int

    @classmethod
    def open(cls, path: Path) -> LocalFile:
        """Raises OSError when the file can't be read."""
        with path.open("rb") as file:
            stat = os.fstat(file.fileno())
        return cls(path.absolute(), stat.st_size, stat.st_mtime_ns)

    @property
    def name(self) -> str:
        """The name of the file as the server accepts it: text without control characters, not too long."""
        text = re.sub(r"[\x00-\x1f\x7f]", "_", self.path.name.encode("utf-8", "replace").decode())
        suffix = Path(text).suffix[:MAX_NAME_LENGTH]
        return text if len(text) <= MAX_NAME_LENGTH else text[: MAX_NAME_LENGTH - len(suffix)] + suffix

    def chunk(self, offset: int, size: int) -> tuple[bytes, str]:
        """The bytes from `offset`, and their Upload-Checksum. Raises UploadFailed when the file has changed."""
        with self.path.open("rb") as file:
            stat = os.fstat(file.fileno())
            if (stat.st_size, stat.st_mtime_ns) != (self.size, self.modified_ns):
                raise UploadFailed(f"{self.path.name} was changed during the upload. Upload it again.", resumable=False)
            file.seek(offset)
            data = file.read(size)
        return data, f"sha256 {base64.b64encode(hashlib.sha256(data).digest()).decode()}"


@dataclass(frozen=True)
class Note:
    """A small file with the id and the URL of an upload link, readable by its owner only: the URL is a credential."""

    path: Path

    @classmethod
    def for_upload(cls, server: str, file: LocalFile, values: Mapping[str, object]) -> Note:
        key = json.dumps([server, str(file.path), file.size, file.modified_ns, values], sort_keys=True, default=str)
        base = Path(os.environ.get("XDG_STATE_HOME") or "~/.local/state").expanduser()
        name = hashlib.blake2b(os.fsencode(key), digest_size=16).hexdigest()
        return cls(base / "otnet" / "client" / f"{name}.json")

    def read(self) -> tuple[str, str] | None:
        with suppress(OSError, ValueError, KeyError, TypeError):
            values = json.loads(self.path.read_text("utf-8"))
            return str(values["id"]), str(values["url"])
        return None

    def write(self, id: str, url: str) -> None:
        """Without a folder for notes, the upload can't be continued by another process, but goes on."""
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            temporary = self.path.with_suffix(f".{os.getpid()}")
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump({"id": id, "url": url}, file)
            temporary.replace(self.path)

    def remove(self) -> None:
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
