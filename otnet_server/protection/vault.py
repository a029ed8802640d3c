"""The vault: secrets of organizations in the database, under envelope encryption (NIST SP 800-57 §6.2.1).

A master key, which is not in the database, encrypts a data key of each organization, and the data key encrypts the
secrets, with AES-256-GCM both times. The associated data binds a data key to its organization, and a secret to its
organization and name, so that a row that is copied to another place can't be opened there.

- A data key is rotated by making a new one and encrypting all secrets of the organization with it.
- Master keys are rotated by encrypting all data keys with a new one (`rotate_master_key`). Rotations, and transactions
  that make data keys, wait for each other, because the file of the master keys is not part of a transaction.

Data keys never change, so each process keeps those that it has used in memory, decrypted.
"""

from __future__ import annotations

import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.protection_tables import content_key, data_key, secret, signing_key
from otnet_server.db.records import now
from otnet_server.db.tables import FIRST, metadata
from otnet_server.protection.master_keys import MasterKeys, VaultLocked

NONCE_BYTES = 12
SERVER = FIRST  # the organization under which secrets of the server itself are
MAX_DATA_KEYS = 10_000
# The row that rotations of master keys lock on PostgreSQL; on SQLite, every transaction that writes locks the database.
LOCK = select(metadata.tables["organization"].c.id).where(metadata.tables["organization"].c.id == SERVER)
MASTER_KEYS_IN_USE = select(data_key.c.master_key).distinct()


class Sealed(NamedTuple):
    """An encrypted secret: the id of its data key, and nonce and ciphertext in Base64."""

    data_key: str
    text: str


class SecretInfo(NamedTuple):
    """When a secret was set, and by whom (the name of a person or key)."""

    set_at: str
    set_by: str


# Tables with sealed values: the columns that name a value, beside `organization`, `data_key` and `sealed`.
SEALED_TABLES: tuple[tuple[Table, str], ...] = ((secret, "name"), (content_key, "id"), (signing_key, "id"))


def value_name(table: Table, id: str) -> str:
    """The name of a value of a table, to which its ciphertext is bound."""
    return f"{table.name}/{id}"


class Vault:
    def __init__(self, db: Database, master_keys: MasterKeys) -> None:
        self._db, self._master_keys = db, master_keys
        self._data_keys: dict[str, AESGCM] = {}

    # --- secrets by name ---

    async def put(self, c: AsyncConnection, organization: str, name: str, value: str, by: str) -> None:
        """Store a secret under a name; one that exists is replaced."""
        sealed = await self.seal(c, organization, value_name(secret, name), value.encode())
        here = secret.c.organization == organization, secret.c.name == name
        await c.execute(delete(secret).where(*here))
        row = {"organization": organization, "name": name, "set_at": now(), "set_by": by}
        await c.execute(insert(secret).values(**row, data_key=sealed.data_key, sealed=sealed.text))

    async def remove(self, c: AsyncConnection, organization: str, prefix: str) -> None:
        """Delete the secrets whose names begin with `prefix`."""
        names = secret.c.name.startswith(prefix, autoescape=True)
        await c.execute(delete(secret).where(secret.c.organization == organization, names))

    async def get_all(self, c: AsyncConnection, organization: str, prefix: str) -> dict[str, str]:
        """The secrets whose names begin with `prefix`, by the rest of their names. Raises VaultLocked."""
        columns = select(secret.c.name, secret.c.data_key, secret.c.sealed)
        names = secret.c.name.startswith(prefix, autoescape=True)
        rows = (await c.execute(columns.where(secret.c.organization == organization, names))).all()
        return {
            row.name.removeprefix(prefix): (
                await self.open(c, organization, value_name(secret, row.name), Sealed(row.data_key, row.sealed))
            ).decode()
            for row in rows
        }

    async def describe(self, c: AsyncConnection, organization: str, prefix: str) -> dict[str, SecretInfo]:
        """What may be said about the secrets whose names begin with `prefix`, by the rest of their names."""
        columns = select(secret.c.name, secret.c.set_at, secret.c.set_by)
        names = secret.c.name.startswith(prefix, autoescape=True)
        rows = (await c.execute(columns.where(secret.c.organization == organization, names))).all()
        return {row.name.removeprefix(prefix): SecretInfo(row.set_at, row.set_by) for row in rows}

    # --- encryption ---

    async def seal(self, c: AsyncConnection, organization: str, name: str, value: bytes) -> Sealed:
        """Encrypt a value with the newest data key of the organization, which is made at its first use."""
        newest = select(data_key.c.id).where(data_key.c.organization == organization)
        newest = newest.order_by(data_key.c.created_at.desc(), data_key.c.id).limit(1)
        key_id = (await c.execute(newest.with_for_update(read=True))).scalar()
        if key_id is None:
            key_id = await self._add_data_key(c, organization)
        aead = await self._aead(c, organization, key_id)
        return Sealed(key_id, _encrypt(aead, value, _binding(organization, name)))

    async def open(self, c: AsyncConnection, organization: str, name: str, sealed: Sealed) -> bytes:
        """Decrypt a value. Raises VaultLocked without its master key, and ValueError for a value that was not sealed
        for this organization and name."""
        aead = self._data_keys.get(sealed.data_key) or await self._aead(c, organization, sealed.data_key)
        return _decrypt(aead, sealed.text, _binding(organization, name))

    def open_known(self, organization: str, name: str, sealed: Sealed) -> bytes | None:
        """Decrypt a value without the database; None when its data key is not in memory."""
        aead = self._data_keys.get(sealed.data_key)
        return _decrypt(aead, sealed.text, _binding(organization, name)) if aead is not None else None

    async def _add_data_key(self, c: AsyncConnection, organization: str) -> str:
        await c.execute(LOCK.with_for_update(read=True))
        self._master_keys.reload()  # another process may have rotated them
        id, master_key = secrets.token_hex(8), self._master_keys.current
        wrapped = _encrypt(AESGCM(master_key.value), secrets.token_bytes(32), _binding(organization, f"data_key/{id}"))
        values = {"id": id, "organization": organization, "master_key": master_key.id, "created_at": now()}
        await c.execute(insert(data_key).values(**values, wrapped=wrapped))
        return id

    async def _aead(self, c: AsyncConnection, organization: str, id: str) -> AESGCM:
        if id not in self._data_keys:
            query = select(data_key.c.master_key, data_key.c.wrapped)
            row = (await c.execute(query.where(data_key.c.id == id, data_key.c.organization == organization))).first()
            if row is None:
                raise ValueError(f"the data key {id} does not exist")
            if len(self._data_keys) >= MAX_DATA_KEYS:
                self._data_keys.clear()
            self._data_keys[id] = AESGCM(self._unwrap(organization, id, row.master_key, row.wrapped))
        return self._data_keys[id]

    def _unwrap(self, organization: str, id: str, master_key: str, wrapped: str) -> bytes:
        aead = AESGCM(self._master_keys.find(master_key).value)
        return _decrypt(aead, wrapped, _binding(organization, f"data_key/{id}"))

    # --- rotation ---

    async def rotate_data_key(self, organization: str) -> int:
        """Encrypt all secrets of an organization with a new data key; returns their number."""
        async with self._db.write() as c:
            await c.execute(LOCK.with_for_update(read=True))
            of_organization = select(data_key.c.id).where(data_key.c.organization == organization)
            old_ids = (await c.execute(of_organization.with_for_update())).scalars().all()
            new = await self._add_data_key(c, organization)
            aead, count = await self._aead(c, organization, new), 0
            for table, id_column in SEALED_TABLES:
                rows = (await c.execute(select(table).where(table.c.organization == organization))).mappings().all()
                for row in rows:
                    name = value_name(table, row[id_column])
                    value = await self.open(c, organization, name, Sealed(row["data_key"], row["sealed"]))
                    here = table.c.organization == organization, table.c[id_column] == row[id_column]
                    sealed = _encrypt(aead, value, _binding(organization, name))
                    await c.execute(update(table).where(*here).values(data_key=new, sealed=sealed))
                count += len(rows)
            await c.execute(delete(data_key).where(data_key.c.id.in_(old_ids)))
        return count

    async def rotate_master_key(self) -> int:
        """Make a new master key, encrypt all data keys with it, and remove the older ones; returns the number of data
        keys. A process that stops in between leaves both keys, and everything can be opened."""
        async with self._db.write() as c:
            await c.execute(LOCK.with_for_update())
            self._master_keys.add()
            count = await self._wrap_with_current(c)
        async with self._db.write() as c:
            await c.execute(LOCK.with_for_update())
            self._master_keys.keep((await c.execute(MASTER_KEYS_IN_USE)).scalars().all())
        return count

    async def use_current_master_key(self) -> int:
        """Encrypt the data keys of older master keys with the current one; returns their number."""
        async with self._db.write() as c:
            await c.execute(LOCK.with_for_update())
            self._master_keys.reload()
            return await self._wrap_with_current(c)

    async def _wrap_with_current(self, c: AsyncConnection) -> int:
        current = self._master_keys.current
        rows = (await c.execute(select(data_key).where(data_key.c.master_key != current.id))).mappings().all()
        for row in rows:
            value = self._unwrap(row["organization"], row["id"], row["master_key"], row["wrapped"])
            wrapped = _encrypt(AESGCM(current.value), value, _binding(row["organization"], f"data_key/{row['id']}"))
            values = {"master_key": current.id, "wrapped": wrapped}
            await c.execute(update(data_key).where(data_key.c.id == row["id"]).values(**values))
        return len(rows)

    async def delete_locked(self) -> int:
        """Delete the data keys whose master key is missing, with all that they encrypt; returns their number."""
        async with self._db.write() as c:
            await c.execute(LOCK.with_for_update())
            self._master_keys.reload()
            missing = [id for id in (await c.execute(MASTER_KEYS_IN_USE)).scalars().all() if not self._is_known(id)]
            locked = select(data_key.c.id).where(data_key.c.master_key.in_(missing))
            for table, _ in SEALED_TABLES:
                await c.execute(delete(table).where(table.c.data_key.in_(locked)))
            return (await c.execute(delete(data_key).where(data_key.c.master_key.in_(missing)))).rowcount

    async def missing_master_keys(self) -> Sequence[str]:
        """The ids of master keys that data keys need and that are missing."""
        return [id for id in await master_keys_in_use(self._db) if not self._is_known(id)]

    def _is_known(self, id: str) -> bool:
        try:
            self._master_keys.find(id)
        except VaultLocked:
            return False
        return True


async def master_keys_in_use(db: Database) -> Sequence[str]:
    """The ids of the master keys that data keys are encrypted with."""
    async with db.read() as c:
        return (await c.execute(MASTER_KEYS_IN_USE)).scalars().all()


def _binding(organization: str, name: str) -> bytes:
    return f"otnet vault\n{organization}\n{name}".encode()


def _encrypt(aead: AESGCM, value: bytes, associated: bytes) -> str:
    nonce = os.urandom(NONCE_BYTES)
    return b64encode(nonce + aead.encrypt(nonce, value, associated)).decode()


def _decrypt(aead: AESGCM, text: str, associated: bytes) -> bytes:
    raw: Any = b64decode(text)
    try:
        return aead.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], associated)
    except InvalidTag:
        raise ValueError("the ciphertext was not made by this vault for this organization and name") from None
