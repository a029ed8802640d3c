"""Letting in a device that has no keyboard: OAuth 2.0 Device Authorization Grant (RFC 8628).

The device asks for two codes, shows the short one (and a QR code of where to enter it) and asks again and again
whether somebody has let it in. Somebody who is signed in enters the short code on the viewers' site. The token that
the device then gets is a session like a browser's: it is listed and can be ended.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import device
from otnet_server.errors import ApiError
from otnet_server.identity.keys import digest
from otnet_server.identity.sessions import SESSION_LIFETIME, Sessions
from otnet_server.identity.throttle import Attempts
from otnet_server.schema.fields.dates import utc

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # RFC 8628 §6.1: no vowels, so no words; about 34 bits in eight
LIVES_S, INTERVAL_S, SLOWER_S, MOST_WAITING = 600, 5.0, 5.0, 10_000


class Pending(Exception):
    """No token yet, or never; `error` is a code of RFC 8628 §3.5."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True)
class Codes:
    device_code: str
    user_code: str


def spoken(code: str) -> str:
    """`bcdfghjk` and `BCDF-GHJK` are the same code. Pure."""
    return "".join(x for x in code.upper() if x in LETTERS)


class Devices:
    def __init__(self, db: Database, sessions: Sessions) -> None:
        self._db, self._sessions, self._attempts = db, sessions, Attempts()

    async def begin(self, client: str, agent: str, address: str) -> Codes:
        code = secrets.token_urlsafe(32)
        short = "".join(secrets.choice(LETTERS) for _ in range(8))
        until = utc(datetime.now(UTC) + timedelta(seconds=LIVES_S))
        async with self._db.write() as c:
            await c.execute(delete(device).where(device.c.expires_at < now()))
            if len((await c.execute(select(device.c.code_hash).limit(MOST_WAITING))).all()) >= MOST_WAITING:
                raise ApiError(429, "too_many_devices", "Too many devices are waiting.", "Try again in ten minutes.",
                             Retry_After="600")  # fmt: skip
            await c.execute(insert(device).values(
                code_hash=digest(code), user_code_hash=digest(short), client=client[:60], agent=agent[:300],
                address=address[:60], state="waiting", asked_at=0.0, interval_s=INTERVAL_S, expires_at=until,
            ))  # fmt: skip
        return Codes(code, f"{short[:4]}-{short[4:]}")

    async def waiting(self, user: str, code: str) -> Any:
        """The device that shows this code. Raises Denied; guessing is slowed down."""
        name = f"device code by {user}"
        wait = self._attempts.wait_s(name)
        if wait > 0:
            raise ApiError(429, "too_many_attempts", "Too many wrong codes.", f"Wait {int(wait) + 1} s.",
                         Retry_After=str(int(wait) + 1))  # fmt: skip
        query = select(device).where(device.c.user_code_hash == digest(spoken(code)), device.c.expires_at > now())
        async with self._db.read() as c:
            row = (await c.execute(query.where(device.c.state == "waiting"))).mappings().first()
        if row is None:
            self._attempts.failed(name)
            raise ApiError(404, "no_such_code", "No device shows this code (any more).",
                         "Look at the device again; a code lives ten minutes.")  # fmt: skip
        self._attempts.succeeded(name)
        return row

    async def decide(self, user: str, organization: str | None, code: str, allow: bool) -> None:
        row = await self.waiting(user, code)
        values = {"state": "allowed" if allow else "denied", "user": user, "organization": organization}
        async with self._db.write() as c:
            await c.execute(update(device).where(device.c.code_hash == row["code_hash"]).values(**values))

    async def token(self, code: str, client: str) -> tuple[str, int]:
        """(the token, seconds it lives). Raises Pending with the reason why not yet."""
        of = device.c.code_hash == digest(code)
        async with self._db.write() as c:
            row = (await c.execute(select(device).where(of))).mappings().first()
            if row is None or row["expires_at"] < now() or row["client"] != client:
                raise Pending("expired_token")
            early = time.time() - row["asked_at"] < row["interval_s"] - 0.5
            slower = row["interval_s"] + (SLOWER_S if early and row["state"] == "waiting" else 0)
            await c.execute(update(device).where(of).values(asked_at=time.time(), interval_s=slower))
            if row["state"] != "waiting":
                await c.execute(delete(device).where(of))
        if row["state"] == "waiting":
            raise Pending("slow_down" if early else "authorization_pending")
        if row["state"] == "denied":
            raise Pending("access_denied")
        token = await self._sessions.start(row["user"], row["organization"], row["agent"], row["address"])
        return token, int(SESSION_LIFETIME.total_seconds())
