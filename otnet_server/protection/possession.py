"""Checks the proofs of possession (`proofs.py`) of requests in a playback session, and counts each of them once.

The ids of proofs that were used are in the database, so that every process refuses to count one again. A proof is
valid for a moment only, after which its row is deleted.
"""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from starlette.datastructures import Headers
from starlette.types import Scope

from otnet_server.db.engine import Database
from otnet_server.db.protection_tables import used_proof
from otnet_server.db.records import now
from otnet_server.protection import proofs
from otnet_server.protection.proofs import Proof, ProofRefused, ProvenRequest
from otnet_server.protection.refusals import proof_refused
from otnet_server.schema.fields.dates import utc

KEEP = timedelta(seconds=2 * proofs.LEEWAY_S + 60)  # the clocks of processes may differ


class Possession:
    """`url` is the public address of the server, or empty."""

    def __init__(self, db: Database, url: str = "") -> None:
        self._db, self._host = db, urlsplit(url).netloc

    def check(self, scope: Scope, bound_to: str | None, token: str = "") -> Proof | None:
        """The proof of a request in a session that is bound to the key with this thumbprint, or to none. `token` is the
        playback token of the request, if it needs one. None without a proof, which only an unbound session may do
        without. Raises LicenceRefused."""
        headers = Headers(scope=scope)
        sent = headers.getlist("dpop")
        scheme = headers.get("authorization", "").partition(" ")[0].lower() if token else ""
        if not sent and bound_to is None and scheme != "dpop":
            return None
        path = scope.get("raw_path") or scope["path"].encode()
        hosts = (headers.get("host", ""), self._host)
        request = ProvenRequest(scope["method"], hosts, path.decode("latin-1"), token)
        try:
            proof = proofs.verify(sent, request, time.time())
        except ProofRefused as e:
            raise proof_refused(e.reason) from None
        if bound_to is not None and proof.thumbprint != bound_to:
            raise proof_refused("proof_of_another_device")
        return proof

    async def use(self, proof: Proof) -> None:
        """Count a proof; called when nothing else speaks against its request. Raises LicenceRefused if it was counted
        before."""
        hashed = hashlib.sha256(f"{proof.thumbprint} {proof.id}".encode()).hexdigest()
        expires_at = utc(datetime.fromtimestamp(proof.issued_at, UTC) + KEEP)
        try:
            async with self._db.write() as c:
                await c.execute(insert(used_proof).values(hash=hashed, expires_at=expires_at))
        except IntegrityError:
            raise proof_refused("proof_replayed") from None

    async def delete_expired(self) -> None:
        async with self._db.write() as c:
            await c.execute(delete(used_proof).where(used_proof.c.expires_at < now()))
