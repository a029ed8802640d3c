"""The master keys of the vault, which encrypt the data keys of organizations where no key management service does.

They are in a file, `master.key` in the data folder unless the configuration names another place: one key of 32 bytes
in Base64 on each line, the current one first. A rotation adds a key, encrypts all data keys with it, and removes the
older ones. A process that meets a data key of a master key that it does not know reads the file again.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from otnet_server.errors import ApiError, ConfigError

KEY_BYTES = 32
FILE_NAME = "master.key"


@dataclass(frozen=True)
class MasterKey:
    id: str
    value: bytes = field(repr=False)


class VaultLocked(ApiError):
    """A secret can't be encrypted or decrypted, because the master key is not available."""

    def __init__(self, message: str, remedy: str, **headers: str) -> None:
        super().__init__(503, "vault_locked", message, remedy, **headers)


class MasterKeyMissing(VaultLocked):
    def __init__(self, master_key: str) -> None:
        super().__init__(f"The master key {master_key} of the vault is missing.",
                         f"Restore the file {FILE_NAME} of the data folder, or [vault] master_key.")  # fmt: skip


def parse(text: str) -> list[MasterKey]:
    """The keys in the content of a file, the current one first. Raises ConfigError."""
    keys = []
    for line in text.split():
        try:
            value = base64.b64decode(line, validate=True)
        except binascii.Error:
            value = b""
        if len(value) != KEY_BYTES:
            raise ConfigError("master_key_invalid", "A master key of the vault is not 32 bytes in Base64.",
                              "Correct the file, or make a key with “openssl rand -base64 32”.")  # fmt: skip
        keys.append(MasterKey(hashlib.sha256(value).hexdigest()[:12], value))
    if not keys:
        raise ConfigError("master_key_invalid", "The vault has no master key.", "Restore the file from your backup.")
    return keys


class MasterKeys:
    """`read` returns the content of the place of the keys; `path` is the file that a rotation may write, or None. Not
    `required`: the file may be missing, because a key management service is used; then there are no keys."""

    def __init__(self, read: Callable[[], str], path: Path | None = None, *, required: bool = True) -> None:
        self._read, self._path, self._required = read, path, required
        self._keys: list[MasterKey] = []
        if required or (path is not None and path.exists()):
            self._keys = parse(read())

    @property
    def current(self) -> MasterKey:
        return self._keys[0]

    def find(self, id: str) -> MasterKey:
        """The key with this id. Raises VaultLocked."""
        for _ in range(2):
            for key in self._keys:
                if key.id == id:
                    return key
            try:
                self.reload()
            except ConfigError:
                break
        raise MasterKeyMissing(id)

    def reload(self) -> None:
        """Read the keys again. Raises ConfigError."""
        try:
            self._keys = parse(self._read())
        except FileNotFoundError:
            if self._required:
                raise ConfigError("master_key_invalid", "The file of the vault's master keys can't be read.",
                                  "Restore the file from your backup.") from None  # fmt: skip
            self._keys = []
        except (OSError, ValueError) as e:
            raise ConfigError("master_key_invalid", "The file of the vault's master keys can't be read.",
                              "Restore the file from your backup.") from e  # fmt: skip

    def add(self) -> MasterKey:
        """Make a new current key. Raises ConfigError when the keys are not in a file of the data folder."""
        self.reload()
        value = secrets.token_bytes(KEY_BYTES)
        self._write([value, *(key.value for key in self._keys)])
        return self.current

    def keep(self, ids: Sequence[str]) -> None:
        """Remove the keys that are neither current nor in `ids`."""
        self.reload()
        self._write([key.value for key in self._keys if key is self._keys[0] or key.id in ids])

    @property
    def writable(self) -> bool:
        return self._path is not None

    def _write(self, values: Sequence[bytes]) -> None:
        if self._path is None:
            raise ConfigError("master_key_elsewhere", "The master keys are not in the data folder.",
                              "Put a new key before the others where [vault] master_key says.")  # fmt: skip
        write_private(self._path, "\n".join(base64.b64encode(v).decode() for v in values) + "\n")
        self.reload()


def open_file(path: Path, *, required: bool = True) -> MasterKeys:
    """The keys in a file, which is created with a new key if it is missing and `required`."""
    if required and not path.exists():
        content = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n"
        write_private(path, content, replace=False)
    return MasterKeys(path.read_text, path, required=required)


def write_private(path: Path, content: str, *, replace: bool = True) -> None:
    """Write a file that only its owner can read, whole or not at all. Not `replace`: an existing file wins."""
    written = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if replace:
        written.rename(path)
        return
    try:
        os.link(written, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        written.rename(path)
        return
    written.unlink()
