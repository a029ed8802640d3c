"""The keys that sign playback tokens: in the database under the vault, published as a JWK set (RFC 7517), rotated.

A rotation adds a key, which signs from then on. The older one stays valid until the last token that it has signed has
expired.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from sqlalchemy import delete, insert, or_, select, update

from otnet_server.db.engine import Database
from otnet_server.db.protection_tables import signing_key
from otnet_server.db.records import now
from otnet_server.protection import tokens
from otnet_server.protection.tokens import PlaybackClaims, TokenRefused
from otnet_server.protection.vault import SERVER, Sealed, Vault, value_name
from otnet_server.schema.fields.dates import utc

OVERLAP_S = 2 * tokens.LIFETIME_S
RELOAD_S = 1.0  # between two readings for an unknown key
REFRESH_S = 300.0
ROTATE_AFTER = timedelta(days=90)
MAX_VERIFIED = 20_000


class SigningKeys:
    def __init__(self, db: Database, vault: Vault) -> None:
        self._db, self._vault = db, vault
        self._public: dict[str, ec.EllipticCurvePublicKey] = {}
        self._documents: list[dict[str, Any]] = []
        self._current: tuple[str, ec.EllipticCurvePrivateKey] | None = None
        self._loaded_at = -REFRESH_S
        self._verified: OrderedDict[str, PlaybackClaims] = OrderedDict()

    async def sign(self, claims: PlaybackClaims) -> str:
        await self._refresh(REFRESH_S)
        if self._current is None:
            await self._add()
        assert self._current is not None
        key_id, key = self._current
        return tokens.sign(claims, key, key_id, int(time.time()))

    async def verify(self, token: str) -> PlaybackClaims:
        """The claims of a valid token. A token is verified once and then remembered. Raises TokenRefused."""
        known = self._verified.get(token)
        if known is not None:
            if time.time() < known.expires_at + tokens.CLOCK_SKEW_S and tokens.key_id_of(token) in self._public:
                return known
            self._verified.pop(token, None)
        if tokens.key_id_of(token) not in self._public:
            await self._refresh(RELOAD_S)
        claims = tokens.verify(token, self._public)
        self._verified[token] = claims
        while len(self._verified) > MAX_VERIFIED:
            self._verified.popitem(last=False)
        return claims

    async def jwks(self) -> dict[str, Any]:
        """The public keys as a JWK set."""
        await self._refresh(RELOAD_S)
        if self._current is None:
            await self._add()
        return {"keys": self._documents}

    async def rotate(self) -> None:
        """Sign with a new key from now on."""
        retires = utc(datetime.now(UTC) + timedelta(seconds=OVERLAP_S))
        async with self._db.write() as c:
            await c.execute(update(signing_key).where(signing_key.c.retires_at.is_(None)).values(retires_at=retires))
        await self._add()

    async def rotate_old(self) -> None:
        """Delete keys that are no longer valid, and rotate a key that has been in use for `ROTATE_AFTER`."""
        async with self._db.write() as c:
            await c.execute(delete(signing_key).where(signing_key.c.retires_at < now()))
            in_use = select(signing_key.c.created_at).where(signing_key.c.retires_at.is_(None))
            newest = (await c.execute(in_use)).scalar()
        if newest is not None and newest < utc(datetime.now(UTC) - ROTATE_AFTER):
            await self.rotate()

    async def _add(self) -> None:
        key, id = ec.generate_private_key(ec.SECP256R1()), secrets.token_hex(8)
        private = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        public = {**ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": id, "use": "sig", "alg": "ES256"}
        await self._vault.prepare(SERVER)
        async with self._db.write() as c:
            sealed = await self._vault.seal(c, SERVER, value_name(signing_key, id), private)
            values = {"id": id, "organization": SERVER, "public": public, "created_at": now()}
            await c.execute(insert(signing_key).values(**values, data_key=sealed.data_key, sealed=sealed.text))
        await self._refresh(0)

    async def _refresh(self, after_s: float) -> None:
        """Read the keys again if they were read longer ago than `after_s` seconds."""
        if time.monotonic() - self._loaded_at < after_s:
            return
        valid = or_(signing_key.c.retires_at.is_(None), signing_key.c.retires_at > now())
        async with self._db.read() as c:
            rows = (await c.execute(select(signing_key).where(valid).order_by(signing_key.c.created_at))).all()
            self._loaded_at = time.monotonic()
            self._documents = [row.public for row in rows]
            self._public = {row.id: _public_key(row.public) for row in rows}
            current = next((row for row in reversed(rows) if row.retires_at is None), None)
            if current is None:
                self._current = None
            elif self._current is None or self._current[0] != current.id:
                sealed = Sealed(current.data_key, current.sealed)
                private = await self._vault.open(c, SERVER, value_name(signing_key, current.id), sealed)
                key = serialization.load_der_private_key(private, None)
                assert isinstance(key, ec.EllipticCurvePrivateKey)
                self._current = (current.id, key)


def _public_key(document: dict[str, Any]) -> ec.EllipticCurvePublicKey:
    key = ECAlgorithm.from_jwk(document)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key


__all__ = ["SigningKeys", "TokenRefused"]
