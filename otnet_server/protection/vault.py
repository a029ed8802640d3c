"""The vault: secrets of organizations in the database, under envelope encryption (NIST SP 800-57 §6.2.1).

A master key, which is not in the database, encrypts a data key of each organization, and the data key encrypts the
secrets, with AES-256-GCM both times. The master key is in a file, or a key management service has it and encrypts the
data keys itself; each data key says which one. The associated data binds a data key to its organization, and a secret
to its organization and name, so that a row that is copied to another place can't be opened there.

- A data key is rotated by making a new one and encrypting all secrets of the organization with it.
- Master keys are rotated by encrypting all data keys with a new one (`rotate_master_key`). Rotations, and transactions
  that make data keys, wait for each other, because the file of the master keys is not part of a transaction.

- From the file to a service and back, `rotate_master_key` moves all data keys to what the configuration says.

Key management services are asked outside of transactions: `prepare` does it before one. Should a transaction need a
data key that is not in memory nevertheless, it waits for `key_services.CALL_S` at most.

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
from sqlalchemy import ColumnElement, Row, Select, Table, delete, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.protection_tables import content_key, data_key, secret, signing_key
from otnet_server.db.records import now
from otnet_server.db.tables import FIRST, metadata
from otnet_server.protection.key_services import KeyServices, WrappedKey
from otnet_server.protection.master_keys import MasterKeys, VaultLocked
from otnet_server.protocols import KeyContext

NONCE_BYTES = 12
SERVER = FIRST  # the organization under which secrets of the server itself are
MAX_DATA_KEYS = 10_000
# The row that rotations of master keys lock on PostgreSQL; on SQLite, every transaction that writes locks the database.
LOCK = select(metadata.tables["organization"].c.id).where(metadata.tables["organization"].c.id == SERVER)
MASTER_KEYS_IN_USE = select(data_key.c.master_key).where(data_key.c.key_service == "").distinct()
MOVES = 5  # until no process adds data keys elsewhere


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
    """`services` are the key management services of the enabled plugins."""

    def __init__(self, db: Database, master_keys: MasterKeys, services: KeyServices | None = None) -> None:
        self._db, self._master_keys, self._services = db, master_keys, services or KeyServices()
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
        newest = (await c.execute(_newest(organization).with_for_update(read=True))).first()
        key_id = newest.id if newest is not None else await self._add_data_key(c, organization)
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

    async def prepare(self, organization: str) -> None:
        """Have the newest data key of an organization in memory. Call it before a transaction that seals or opens, so
        that this does not ask a key management service while it locks the database. Raises VaultLocked."""
        async with self._db.read() as c:
            row = (await c.execute(_newest(organization))).first()
        if row is not None:
            await self._remember(row)
        elif self._services.current:
            new = await self._new_data_key(organization)
            async with self._db.write() as c:
                await c.execute(LOCK.with_for_update())
                if (await c.execute(_newest(organization))).first() is None:
                    await c.execute(insert(data_key).values(**new))

    async def _add_data_key(self, c: AsyncConnection, organization: str) -> str:
        await c.execute(LOCK.with_for_update(read=True))
        if not self._services.current:
            self._master_keys.reload()  # another process may have rotated them
        new = await self._new_data_key(organization)
        await c.execute(insert(data_key).values(**new))
        return str(new["id"])

    async def _new_data_key(self, organization: str) -> dict[str, str]:
        """A row with a new data key, which is in memory already."""
        id, value = secrets.token_hex(8), secrets.token_bytes(32)
        wrapped = await self._wrap(value, KeyContext(organization, id))
        self._put_in_memory(id, value)
        return {"id": id, "organization": organization, "created_at": now(), **wrapped._asdict()}

    async def _aead(self, c: AsyncConnection, organization: str, id: str) -> AESGCM:
        if id not in self._data_keys:
            query = select(data_key).where(data_key.c.id == id, data_key.c.organization == organization)
            row = (await c.execute(query)).first()
            if row is None:
                raise ValueError(f"the data key {id} does not exist")
            return await self._remember(row)
        return self._data_keys[id]

    async def _remember(self, row: Row[Any]) -> AESGCM:
        """The data key of a row of `data_key`, which is in memory from now on."""
        known = self._data_keys.get(row.id)
        return known if known is not None else self._put_in_memory(row.id, await self._unwrap(row))

    def _put_in_memory(self, id: str, value: bytes) -> AESGCM:
        if len(self._data_keys) >= MAX_DATA_KEYS:
            self._data_keys.clear()
        aead = self._data_keys[id] = AESGCM(value)
        return aead

    async def _wrap(self, value: bytes, context: KeyContext) -> WrappedKey:
        """Encrypt a data key with the key management service in use, or with the current master key of the file."""
        if self._services.current:
            return await self._services.wrap(value, context)
        current = self._master_keys.current
        return WrappedKey("", current.id, _encrypt(AESGCM(current.value), value, context.associated_data))

    async def _unwrap(self, row: Row[Any]) -> bytes:
        context = KeyContext(row.organization, row.id)
        if row.key_service:
            return await self._services.unwrap(row.key_service, row.wrapped, context)
        aead = AESGCM(self._master_keys.find(row.master_key).value)
        return _decrypt(aead, row.wrapped, context.associated_data)

    # --- rotation ---

    async def rotate_data_key(self, organization: str) -> int:
        """Encrypt all secrets of an organization with a new data key; returns their number."""
        async with self._db.read() as c:
            known = (await c.execute(select(data_key).where(data_key.c.organization == organization))).all()
        for known_key in known:
            await self._remember(known_key)
        prepared = await self._new_data_key(organization) if self._services.current else None
        async with self._db.write() as c:
            await c.execute(LOCK.with_for_update(read=True))
            of_organization = select(data_key.c.id).where(data_key.c.organization == organization)
            old_ids = (await c.execute(of_organization.with_for_update())).scalars().all()
            if prepared is None:
                new = await self._add_data_key(c, organization)
            else:
                new = prepared["id"]
                await c.execute(insert(data_key).values(**prepared | {"created_at": now()}))
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
        """Encrypt all data keys with a new master key, and remove the older ones from the file; with a key management
        service, encrypt them with the newest version of its key. Returns the number of data keys. A process that stops
        in between leaves what it has not reached as it was, and everything can be opened."""
        if self._services.current:
            return await self._move_to_service()
        async with self._db.write() as c:
            await c.execute(LOCK.with_for_update())
            self._master_keys.add()
            count = await self._wrap_with_current(c)
        count += await self._move(data_key.c.key_service != "")
        async with self._db.write() as c:
            await c.execute(LOCK.with_for_update())
            self._master_keys.keep((await c.execute(MASTER_KEYS_IN_USE)).scalars().all())
        return count

    async def use_current_master_key(self) -> int:
        """Encrypt the data keys of older master keys of the file with the current one; returns their number. Data keys
        of key management services stay as they are, and so do all with a service in use."""
        if self._services.current:
            return 0
        async with self._db.write() as c:
            await c.execute(LOCK.with_for_update())
            self._master_keys.reload()
            return await self._wrap_with_current(c)

    async def _wrap_with_current(self, c: AsyncConnection) -> int:
        current = self._master_keys.current
        older = data_key.c.master_key != current.id, data_key.c.key_service == ""
        rows = (await c.execute(select(data_key).where(*older))).all()
        for row in rows:
            await self._store_wrapped(c, row, await self._wrap(await self._unwrap(row), _context(row)))
        return len(rows)

    async def _move_to_service(self) -> int:
        """Encrypt all data keys with the service in use, and then those that processes with another configuration have
        made meanwhile."""
        count = await self._move(true())
        elsewhere = or_(
            data_key.c.key_service != self._services.current, data_key.c.master_key != self._services.master_key
        )
        for _ in range(MOVES):
            moved = await self._move(elsewhere)
            count += moved
            if not moved:
                break
        return count

    async def _move(self, which: ColumnElement[bool]) -> int:
        """Encrypt some data keys with what is in use now. Key management services are asked outside of transactions; a
        data key that another process has moved or deleted meanwhile is left alone."""
        async with self._db.read() as c:
            rows = (await c.execute(select(data_key).where(which))).all()
        count = 0
        for row in rows:
            value = await self._unwrap(row)
            wrapped = await self._wrap(value, _context(row)) if self._services.current else None
            async with self._db.write() as c:
                await c.execute(LOCK.with_for_update())
                if wrapped is None:
                    self._master_keys.reload()
                count += await self._store_wrapped(c, row, wrapped or await self._wrap(value, _context(row)))
        return count

    async def _store_wrapped(self, c: AsyncConnection, row: Row[Any], wrapped: WrappedKey) -> int:
        unchanged = data_key.c.id == row.id, data_key.c.wrapped == row.wrapped
        return (await c.execute(update(data_key).where(*unchanged).values(**wrapped._asdict()))).rowcount

    async def delete_locked(self) -> int:
        """Delete the data keys whose master key is missing, or whose key management service is not enabled, with all
        that they encrypt; returns their number."""
        async with self._db.write() as c:
            await c.execute(LOCK.with_for_update())
            self._master_keys.reload()
            rows = (await c.execute(select(data_key))).all()
            locked = [row.id for row in rows if self._problem_of(row) is not None]
            for table, _ in SEALED_TABLES:
                await c.execute(delete(table).where(table.c.data_key.in_(locked)))
            return (await c.execute(delete(data_key).where(data_key.c.id.in_(locked)))).rowcount

    async def problem(self) -> VaultLocked | None:
        """Why some data key can't be opened: its master key is missing, or its key management service is not enabled,
        refuses or does not answer. None if all can be opened. Each master key is tried with one data key."""
        async with self._db.read() as c:
            rows = (await c.execute(select(data_key).order_by(data_key.c.created_at))).all()
        for row in {(row.key_service, row.master_key): row for row in rows}.values():
            try:
                await self._unwrap(row)
            except VaultLocked as e:
                return e
        return None

    async def missing_master_keys(self) -> Sequence[str]:
        """The ids of master keys that data keys need and that are missing, and the names of key management services
        that they need and that are not enabled."""
        missing = (self._problem_of(row) for row in await data_keys_in_use(self._db))
        return sorted({one for one in missing if one is not None})

    def _problem_of(self, row: Row[Any]) -> str | None:
        """The name of the key management service or the id of the master key that a data key needs and that is not
        there, or None."""
        if row.key_service:
            return None if row.key_service in self._services else str(row.key_service)
        try:
            self._master_keys.find(row.master_key)
        except VaultLocked:
            return str(row.master_key)
        return None


def _newest(organization: str) -> Select[Any]:
    query = select(data_key).where(data_key.c.organization == organization)
    return query.order_by(data_key.c.created_at.desc(), data_key.c.id).limit(1)


def _context(row: Row[Any]) -> KeyContext:
    return KeyContext(row.organization, row.id)


async def data_keys_in_use(db: Database) -> list[Row[Any]]:
    """The master keys that data keys are encrypted with, and the key management services that hold them."""
    async with db.read() as c:
        return list(await c.execute(select(data_key.c.key_service, data_key.c.master_key).distinct()))


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
