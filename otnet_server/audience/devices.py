"""Sign-in for devices without a keyboard: OAuth 2.0 Device Authorization Grant (RFC 8628).

The device requests two codes, shows the short one (and a QR code with the address to enter it at) and polls for a
token. A signed-in user enters the short code on the site and allows or denies the device. The token is a session of
the kind `device`: it is listed in the account and can be ended. The studio and the account refuse it.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import device
from otnet_server.errors import ApiError
from otnet_server.identity.device_limit import check_devices
from otnet_server.identity.keys import digest
from otnet_server.identity.sessions import SESSION_LIFETIME, Sessions
from otnet_server.identity.throttle import Attempts
from otnet_server.schema.fields.dates import utc

CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # RFC 8628 §6.1: no vowels, so no words; about 34 bits in eight
CODE_LIFETIME_S = 600
INTERVAL_S = 5.0
SLOW_DOWN_S = 5.0
MAX_WAITING_DEVICES = 10_000


class TokenUnavailable(Exception):
    """No token is available (yet). `error` is an error code of RFC 8628 §3.5."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True)
class DeviceCodes:
    device_code: str
    user_code: str


class DeviceRow(NamedTuple):
    """A device authorization. `user` and `organization` are those who allowed it."""

    code_hash: str
    client: str
    agent: str
    address: str
    state: str
    user: str | None
    organization: str | None
    asked_at: float
    interval_s: float
    expires_at: str


DEVICE_COLUMNS = [device.c[name] for name in DeviceRow._fields]


def normalize_code(code: str) -> str:
    """Normalize a user code: `bcdf ghjk` → `BCDFGHJK`. Pure."""
    return "".join(letter for letter in code.upper() if letter in CODE_LETTERS)


class Devices:
    def __init__(self, db: Database, sessions: Sessions) -> None:
        self._db, self._sessions, self._attempts = db, sessions, Attempts()

    async def create_codes(self, client: str, agent: str, address: str) -> DeviceCodes:
        code = secrets.token_urlsafe(32)
        short = "".join(secrets.choice(CODE_LETTERS) for _ in range(8))
        expires_at = utc(datetime.now(UTC) + timedelta(seconds=CODE_LIFETIME_S))
        async with self._db.write() as c:
            await c.execute(delete(device).where(device.c.expires_at < now()))
            if (
                len((await c.execute(select(device.c.code_hash).limit(MAX_WAITING_DEVICES))).all())
                >= MAX_WAITING_DEVICES
            ):
                raise ApiError(
                    429,
                    "too_many_devices",
                    "Too many devices are waiting to be allowed.",
                    "Try again in ten minutes.",
                    Retry_After="600",
                )
            await c.execute(insert(device).values(
                code_hash=digest(code), user_code_hash=digest(short), client=client[:60], agent=agent[:300],
                address=address[:60], state="waiting", asked_at=0.0, interval_s=INTERVAL_S, expires_at=expires_at,
            ))  # fmt: skip
        return DeviceCodes(code, f"{short[:4]}-{short[4:]}")

    async def find_waiting(self, user: str, code: str) -> DeviceRow:
        """The waiting device with this user code. Raises ApiError 404, or 429 after too many wrong codes."""
        name = f"device code by {user}"
        wait = self._attempts.wait_s(name)
        if wait > 0:
            raise ApiError(429, "too_many_attempts", "Too many wrong codes.", f"Wait {int(wait) + 1} s.",
                         Retry_After=str(int(wait) + 1))  # fmt: skip
        query = select(*DEVICE_COLUMNS).where(
            device.c.user_code_hash == digest(normalize_code(code)), device.c.expires_at > now()
        )
        async with self._db.read() as c:
            row = (await c.execute(query.where(device.c.state == "waiting"))).first()
        if row is None:
            self._attempts.failed(name)
            raise ApiError(404, "no_such_code", "This code is wrong or has expired.",
                         "Check the code on the device; it is valid for ten minutes.")  # fmt: skip
        self._attempts.succeeded(name)
        return DeviceRow._make(row)

    async def decide(self, user: str, organization: str | None, code: str, allow: bool) -> None:
        """Raises ApiError 404, 409 beyond the devices of the viewer, or 429 after too many wrong codes."""
        row = await self.find_waiting(user, code)
        values = {"state": "allowed" if allow else "denied", "user": user, "organization": organization}
        async with self._db.write() as c:
            if allow:
                await check_devices(c, user, organization)
            await c.execute(update(device).where(device.c.code_hash == row.code_hash).values(**values))

    async def token(self, code: str, client: str) -> tuple[str, int]:
        """(the token, its lifetime in seconds). Raises TokenUnavailable while the device is not allowed."""
        same_code = device.c.code_hash == digest(code)
        async with self._db.write() as c:
            found_row = (await c.execute(select(*DEVICE_COLUMNS).where(same_code))).first()
            row = DeviceRow._make(found_row) if found_row is not None else None
            if row is None or row.expires_at < now() or row.client != client:
                raise TokenUnavailable("expired_token")
            too_early = time.time() - row.asked_at < row.interval_s - 0.5
            interval_s = row.interval_s + (SLOW_DOWN_S if too_early and row.state == "waiting" else 0)
            await c.execute(update(device).where(same_code).values(asked_at=time.time(), interval_s=interval_s))
            if row.state != "waiting":
                await c.execute(delete(device).where(same_code))
        if row.state == "waiting":
            raise TokenUnavailable("slow_down" if too_early else "authorization_pending")
        if row.state == "denied" or row.user is None:
            raise TokenUnavailable("access_denied")
        try:
            token = await self._sessions.start(row.user, row.organization, row.agent, row.address, "device")
        except ApiError:  # the viewer has signed in elsewhere meanwhile
            raise TokenUnavailable("access_denied") from None
        return token, int(SESSION_LIFETIME.total_seconds())
