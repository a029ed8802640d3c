"""Content keys: made here or issued by the DRM provider, kept under the vault, one for each title or track class.

Rows never change except for their encryption, so each process keeps those that it has used, encrypted, in memory.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import content_key
from otnet_server.errors import ApiError, DrmError, StorageUnavailable
from otnet_server.media.drm import Scheme
from otnet_server.media.protection import Protection
from otnet_server.protection.accounts import Account, DrmAccounts
from otnet_server.protection.vault import Sealed, Vault, value_name
from otnet_server.protocols import ContentKey, KeyRequest, TrackClass

MAX_REMEMBERED = 20_000
KEY_BYTES = 16


class StoredKey(NamedTuple):
    """A content key as it is stored: `iv` is the constant initialization vector of cbcs, `provider` has issued the key
    (empty: it was made here)."""

    organization: str
    media: str
    track_class: TrackClass
    scheme: Scheme
    provider: str
    iv: bytes
    sealed: Sealed


class ContentKeys:
    def __init__(self, db: Database, vault: Vault, accounts: DrmAccounts) -> None:
        self._db, self._vault, self._accounts = db, vault, accounts
        self._remembered: OrderedDict[str, StoredKey] = OrderedDict()

    async def protect(
        self, organization: str, media: str, scheme: Scheme, classes: Iterable[TrackClass], generation: int = 0
    ) -> Protection:
        """New keys for the track classes of a media. Raises StorageUnavailable while the provider that issues keys does
        not give them."""
        ordered = [c for c in TrackClass if c in set(classes)]
        mode = (await self._accounts.choice(organization)).keys
        wanted = ordered if mode == "class" else ordered[-1:]
        try:
            account = await self._accounts.account(organization)
            keys = await self._keys_of(account, media, scheme, wanted, generation)
        except (ApiError, DrmError) as e:
            raise StorageUnavailable(e.code, f"There are no content keys: {e.message}", e.remedy) from e
        provider = account.provider.name if account.provider.issues_keys else ""
        async with self._db.write() as c:
            for key in keys:
                await self._store(c, organization, media, key, scheme, generation, provider)
        by_class = {key.track_class: key.id.hex() for key in keys}
        return Protection(
            scheme=scheme,
            keys={c: by_class[c if mode == "class" else wanted[0]] for c in ordered},
            generation=generation,
            provider=provider,
        )

    async def _keys_of(
        self, account: Account, media: str, scheme: Scheme, classes: list[TrackClass], generation: int
    ) -> tuple[ContentKey, ...]:
        if not account.provider.issues_keys:
            return tuple(ContentKey(secrets.token_bytes(16), secrets.token_bytes(KEY_BYTES), c) for c in classes)
        keys = await account.provider.keys(KeyRequest(media, scheme, tuple(classes), generation, account.settings))
        if {key.track_class for key in keys} != set(classes) or any(
            len(key.id) != KEY_BYTES or len(key.value) != KEY_BYTES for key in keys
        ):
            raise DrmError(502, "provider_failed", f"{account.provider.label} did not give a key for each track class.")
        return keys

    async def _store(
        self,
        c: AsyncConnection,
        organization: str,
        media: str,
        key: ContentKey,
        scheme: Scheme,
        generation: int,
        provider: str,
    ) -> None:
        id = key.id.hex()
        known = (await c.execute(select(content_key.c.media).where(content_key.c.id == id))).scalar()
        if known == media:
            return  # a provider gives the same key again
        if known is not None:
            raise StorageUnavailable("key_id_taken", "The provider gave the key id of another title.",
                                     "Ask the provider for keys for each content id.")  # fmt: skip
        sealed = await self._vault.seal(c, organization, value_name(content_key, id), key.value)
        values = {
            "id": id, "organization": organization, "media": media, "track_class": key.track_class.value,
            "scheme": scheme, "generation": generation, "provider": provider, "iv": secrets.token_hex(16),
            "data_key": sealed.data_key, "sealed": sealed.text, "created_at": now(),
        }  # fmt: skip
        await c.execute(insert(content_key).values(**values))

    async def find(self, ids: Iterable[str]) -> dict[str, tuple[StoredKey, ContentKey]]:
        """The stored keys among `ids`, decrypted. Raises VaultLocked."""
        wanted = list(ids)
        result = {}
        missing = []
        for id in wanted:
            stored = self._remembered.get(id)
            value = None
            if stored is not None:
                value = self._vault.open_known(stored.organization, value_name(content_key, id), stored.sealed)
            if stored is None or value is None:
                missing.append(id)
            else:
                result[id] = (stored, ContentKey(bytes.fromhex(id), value, stored.track_class))
        if missing:
            result |= await self._read(missing)
        return result

    async def organization_of(self, id: str) -> str | None:
        """The organization of a key, or None when it does not exist."""
        stored = self._remembered.get(id)
        if stored is None:
            read = await self._read([id])
            return read[id][0].organization if id in read else None
        return stored.organization

    async def ids_of_media(self, media: str) -> tuple[str, ...]:
        """The ids of all keys of a media, also of earlier revisions that are still played."""
        query = select(content_key.c.id).where(content_key.c.media == media).order_by(content_key.c.id)
        async with self._db.read() as c:
            return tuple((await c.execute(query)).scalars())

    async def _read(self, ids: list[str]) -> dict[str, tuple[StoredKey, ContentKey]]:
        found_keys = {}
        async with self._db.read() as c:
            rows = (await c.execute(select(content_key).where(content_key.c.id.in_(ids)))).all()
            for row in rows:
                sealed = Sealed(row.data_key, row.sealed)
                track_class = TrackClass(row.track_class)
                iv = bytes.fromhex(row.iv)
                stored = StoredKey(row.organization, row.media, track_class, row.scheme, row.provider, iv, sealed)
                value = await self._vault.open(c, row.organization, value_name(content_key, row.id), sealed)
                found_keys[row.id] = (stored, ContentKey(bytes.fromhex(row.id), value, track_class))
                self._remembered[row.id] = stored
        while len(self._remembered) > MAX_REMEMBERED:
            self._remembered.popitem(last=False)
        return found_keys
