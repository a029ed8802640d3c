"""Content keys: made here or issued by the DRM provider, kept under the vault, one for each title or track class.

Rows never change except for their encryption, so each process keeps those that it has used, encrypted, in memory.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.protection_tables import content_key
from otnet_server.db.records import now
from otnet_server.db.tables import media, revision
from otnet_server.errors import ApiError, CpixError, DrmError, OtnetError, StorageUnavailable
from otnet_server.logs import log, traceback_without_messages
from otnet_server.media.drm import Quality, Scheme
from otnet_server.media.protection import Protection
from otnet_server.protection.accounts import Account, DrmAccounts
from otnet_server.protection.vault import Sealed, Vault, value_name
from otnet_server.protocols import ContentKey, KeyRequest, TrackClass

MAX_REMEMBERED = 20_000
KEY_BYTES = 16
MAX_EXCHANGED_KEYS = 64  # of a media: playback tokens name all of its keys, and are shorter than tokens.MAX_LENGTH


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
        self, organization: str, media_id: str, scheme: Scheme, classes: Iterable[TrackClass], generation: int = 0
    ) -> Protection:
        """New keys for the track classes of a media. Raises StorageUnavailable while the provider that issues keys does
        not give them, or the vault is locked."""
        ordered = [c for c in TrackClass if c in set(classes)]
        mode = (await self._accounts.choice(organization)).keys
        wanted = ordered if mode == "class" else ordered[-1:]
        try:
            account = await self._accounts.account(organization)
            keys = await self._keys_of(account, media_id, scheme, wanted, generation)
            provider = account.provider.name if account.provider.issues_keys else ""
            await self._vault.prepare(organization)
            async with self._db.write() as c:
                for key in keys:
                    await self._store(c, organization, media_id, key, scheme, generation, provider)
        except (ApiError, DrmError) as e:
            raise StorageUnavailable(e.code, f"There are no content keys: {e.message}", e.remedy) from e
        by_class = {key.track_class: key.id.hex() for key in keys}
        return Protection(
            scheme=scheme,
            keys={c: by_class[c if mode == "class" else wanted[0]] for c in ordered},
            generation=generation,
            provider=provider,
        )

    async def _keys_of(
        self, account: Account, media_id: str, scheme: Scheme, classes: list[TrackClass], generation: int
    ) -> tuple[ContentKey, ...]:
        if not account.provider.issues_keys:
            return tuple(ContentKey(secrets.token_bytes(16), secrets.token_bytes(KEY_BYTES), c) for c in classes)
        label = account.provider.label
        try:
            keys = await account.provider.keys(
                KeyRequest(media_id, scheme, tuple(classes), generation, account.settings)
            )
        except OtnetError:
            raise
        except Exception as e:
            log.error("a DRM provider raised an unexpected error", provider=account.provider.name,
                      where=traceback_without_messages(e))  # fmt: skip
            raise DrmError(
                502, "provider_failed", f"{label} failed.", "The log of the server has the details."
            ) from None
        if {key.track_class for key in keys} != set(classes) or any(
            len(key.id) != KEY_BYTES or len(key.value) != KEY_BYTES for key in keys
        ):
            raise DrmError(502, "provider_failed", f"{label} did not give a key for each track class.")
        return keys

    async def _store(
        self,
        c: AsyncConnection,
        organization: str,
        media_id: str,
        key: ContentKey,
        scheme: str,
        generation: int,
        provider: str,
    ) -> None:
        id = key.id.hex()
        known = (await c.execute(select(content_key.c.media).where(content_key.c.id == id))).scalar()
        if known == media_id:
            return  # a provider gives the same key again
        if known is not None:
            raise StorageUnavailable("key_id_taken", "The provider gave the key id of another title.",
                                     "Ask the provider for keys for each content id.")  # fmt: skip
        sealed = await self._vault.seal(c, organization, value_name(content_key, id), key.value)
        values = {
            "id": id, "organization": organization, "media": media_id, "track_class": key.track_class.value,
            "scheme": scheme, "generation": generation, "provider": provider, "iv": secrets.token_hex(16),
            "data_key": sealed.data_key, "sealed": sealed.text, "created_at": now(),
        }  # fmt: skip
        await c.execute(insert(content_key).values(**values))

    async def exchange(
        self, organization: str, media_id: str, scheme: Scheme, wanted: Iterable[tuple[bytes, TrackClass]]
    ) -> tuple[ContentKey, ...]:
        """The keys with these ids of a media of the organization, for an encoder that encrypts it elsewhere; keys that
        do not exist are made. Raises CpixError."""
        classes = dict(wanted)
        await self._vault.prepare(organization)
        async with self._db.write() as c:
            exists = select(media.c.id).where(media.c.id == media_id, media.c.organization == organization)
            # Of two encoders that ask at the same time, the second gets the keys of the first.
            if (await c.execute(exists.with_for_update(key_share=True))).first() is None:
                raise CpixError("unknown_content", "The contentId is not a media of your organization.",
                                "Send the id of a media as CPIX@contentId.")  # fmt: skip
            rows = select(content_key.c.id, content_key.c.media, content_key.c.scheme)
            here = content_key.c.id.in_([id.hex() for id in classes])
            known = {row.id: row for row in await c.execute(rows.where(here))}
            if any((row.media, row.scheme) != (media_id, scheme) for row in known.values()):
                raise CpixError("key_taken", "A key id belongs to another title or scheme.", "Use new key ids.")
            counting = select(func.count()).select_from(content_key).where(content_key.c.media == media_id)
            if (await c.execute(counting)).scalar_one() + len(classes) - len(known) > MAX_EXCHANGED_KEYS:
                raise CpixError("too_many_keys", f"A media has at most {MAX_EXCHANGED_KEYS} keys.",
                                "Use the key ids of earlier requests.")  # fmt: skip
            for id, track_class in classes.items():
                if id.hex() not in known:
                    key = ContentKey(id, secrets.token_bytes(KEY_BYTES), track_class)
                    await self._store(c, organization, media_id, key, scheme, 0, "")
        found_keys = await self.find(id.hex() for id in classes)
        return tuple(found_keys[id.hex()][1] for id in classes)

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

    async def ids_of_media(self, media_id: str, max_quality: Quality | None = None) -> tuple[str, ...]:
        """The ids of all keys of a media, also of earlier revisions that are still played. `max_quality`: only those
        that encrypt tracks up to it."""
        query = select(content_key.c.id, content_key.c.track_class).where(content_key.c.media == media_id)
        protections = select(revision.c.protection).where(
            revision.c.media == media_id, revision.c.protection.is_not(None)
        )
        async with self._db.read() as c:
            classes = {row.id: TrackClass(row.track_class) for row in await c.execute(query.order_by(content_key.c.id))}
            if max_quality is None:
                return tuple(classes)
            used = [Protection.model_validate(p) for p in (await c.execute(protections)).scalars()]
        # A key of several classes is stored with one of them.
        shared = {id for protection in used for id in protection.up_to(max_quality).key_ids}
        return tuple(id for id, one in classes.items() if id in shared or one.within(max_quality))

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
