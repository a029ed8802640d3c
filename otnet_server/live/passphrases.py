"""Passphrases of stream keys, for protocols whose encoders prove that they know a secret instead of sending it.

SRT sends its stream id in the clear, and encrypts the stream with a passphrase that it never sends. So the id is the
prefix of the stream key, which is no secret, and the passphrase is derived from the hash of the key and the secret of
the server. Nothing more is stored: the database alone does not give the passphrase, the passphrase does not give the
key, and with a rotated key it changes.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping

import sqlalchemy.exc

from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.db.changes import Change
from otnet_server.db.engine import Database
from otnet_server.live import stream_keys
from otnet_server.logs import log

LENGTH = 40
CHANGES = ("channel.stream_key_created", "channel.stream_key_rotated", "channel.stream_key_revoked", "channel.deleted",
           "channel.restored", "organization.deleted")  # fmt: skip


def passphrase_of(secret: bytes, hash: str) -> str:
    """The passphrase of a stream key from its hash. `secret` is that of the server."""
    return hmac.digest(secret, b"passphrase of a stream key\0" + hash.encode(), "sha256").hex()[:LENGTH]


class Passphrases:
    """The passphrases of the valid keys by prefix, read when they are asked for first, and again after changes."""

    def __init__(self, db: Database, feed: ChangeFeed, secret: bytes) -> None:
        self._db, self._secret = db, secret
        self._known: dict[str, str] = {}
        self._stale = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        for type in CHANGES:
            feed.subscribe(type, self._changed)
        feed.on_gap.append(lambda: self._changed(None))

    def passphrase_of(self, hash: str) -> str:
        return passphrase_of(self._secret, hash)

    async def known(self) -> Mapping[str, str]:
        """The mapping, which is kept up to date in place; other threads may read it."""
        if self._task is None:
            await self._read()
            self._task = asyncio.ensure_future(self._run())
        return self._known

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _changed(self, change: Change | None) -> None:
        self._stale.set()

    async def _run(self) -> None:
        while True:
            await self._stale.wait()
            self._stale.clear()
            try:
                await self._read()
            except (sqlalchemy.exc.SQLAlchemyError, OSError) as e:
                log.warning("the stream keys could not be read; trying again", why=type(e).__name__)
                await asyncio.sleep(1)
                self._stale.set()

    async def _read(self) -> None:
        hashes = await stream_keys.valid_hashes(self._db)
        known = {prefix: self.passphrase_of(hash) for prefix, hash in hashes.items()}
        for prefix in self._known.keys() - known.keys():
            del self._known[prefix]
        self._known.update(known)
