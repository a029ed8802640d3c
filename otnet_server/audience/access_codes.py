"""Access codes: a viewer types a code in, and gets a grant.

A code has twelve letters, about 52 bits; only hashes are stored. A code is counted with a compare-and-set, so that it
is not redeemed more often than it may be, and a viewer redeems each code once (a unique index of the grants). Wrong
codes are throttled by viewer and by address.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.audience.devices import CODE_LETTERS, normalize_code
from otnet_server.db.engine import Database
from otnet_server.db.records import Records, Row, now
from otnet_server.db.tables import access_code_key, metadata
from otnet_server.errors import ApiError
from otnet_server.identity.keys import digest
from otnet_server.identity.throttle import Attempts
from otnet_server.principal import Principal
from otnet_server.resources import SCHEMA
from otnet_server.resources.entitlements import TARGETS
from otnet_server.schema.fields.dates import utc

CODE_LENGTH = 12
access_code, grant = metadata.tables["access_code"], metadata.tables["grant"]


def generate_code() -> str:
    """A new code: `BCDF-GHJK-LMNP`."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, CODE_LENGTH, 4))


def key_of(code: str) -> str:
    """What is stored of a code. Spaces, hyphens and lower case do not matter."""
    return digest(normalize_code(code))


class AccessCodes:
    def __init__(self, db: Database, records: Records) -> None:
        self._db, self._records, self._attempts = db, records, Attempts()

    async def redeem(self, principal: Principal, code: str, address: str) -> Row:
        """Give the viewer the grant of a code; returns it. Raises ApiError 404 for a code that is not valid, 409 for
        one that the viewer has redeemed already, and 429 after too many wrong ones."""
        names = f"access code by {principal.id}", f"access code from {address}"
        wait = self._attempts.wait_s(*names)
        if wait > 0:
            raise ApiError(429, "too_many_attempts", "Too many wrong codes.", f"Wait {int(wait) + 1} s.",
                           Retry_After=str(int(wait) + 1))  # fmt: skip
        row = await self._redeem(principal, key_of(code)) if len(code) <= 100 else None
        if row is None:
            self._attempts.failed(*names)
            raise ApiError(404, "no_such_code", "This code is wrong, used up or expired.",
                           "Check the code, or ask whoever gave it to you.")  # fmt: skip
        self._attempts.succeeded(*names)
        return row

    async def _redeem(self, principal: Principal, key: str) -> Row | None:
        try:
            async with self._db.write() as c:
                counting = update(access_code_key).where(
                    access_code_key.c.hash == key,
                    access_code_key.c.uses
                    < select(access_code.c.uses_per_code)
                    .where(access_code.c.id == access_code_key.c.access_code, _redeemable(principal.organization))
                    .scalar_subquery(),
                )
                counted = (await c.execute(counting.values(uses=access_code_key.c.uses + 1))).rowcount
                of_code = access_code_key.c.hash == key, _redeemable(principal.organization)
                terms = select(access_code).join(access_code_key).where(*of_code)
                row = (await c.execute(terms)).mappings().first()
                if row is None:
                    return None
                mine = select(grant.c.id).where(grant.c.user == principal.id, grant.c.code_hash == key)
                if (await c.execute(mine)).first() is not None:
                    raise _redeemed_already()
                return await self._grant(c, principal, dict(row), key) if counted else None
        except IntegrityError:
            raise _redeemed_already() from None

    async def _grant(self, c: AsyncConnection, principal: Principal, terms: Row, key: str) -> Row:
        days = terms["days"]
        values = {name: terms[name] for name in ("scope", *TARGETS.values(), "max_quality")}
        ends_at = utc(datetime.now(UTC) + timedelta(days=days)) if days is not None else None
        values |= {"user": principal.id, "ends_at": ends_at, "reason": terms["name"]}
        columns = {"source": "code", "giver": terms["name"], "code_hash": key}
        return await self._records.create(c, SCHEMA["grant"], principal, values, columns)


def _redeemable(organization: str | None) -> ColumnElement[bool]:
    """The condition that the codes of an access code can be redeemed in an organization now."""
    unlimited = access_code.c.expires_at.is_(None)
    return and_(access_code.c.organization == organization, or_(unlimited, access_code.c.expires_at > now()))


def _redeemed_already() -> ApiError:
    """The error for a second attempt. Raised within the transaction, so that it is not counted."""
    return ApiError(409, "redeemed_already", "You have redeemed this code already.", "What it includes is on your "
                    "account page.")  # fmt: skip
