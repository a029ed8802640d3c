"""Links that show one title to somebody without an account. `playback/previews.py` checks them."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.behaviour import Behaviour, Prepared
from otnet_server.db.records import Row
from otnet_server.errors import FieldError, Invalid
from otnet_server.identity.keys import digest
from otnet_server.principal import Principal
from otnet_server.schema.fields.dates import utc

DEFAULT_LIFETIME = timedelta(days=7)
MAX_LIFETIME = timedelta(days=90)


class PreviewLink(Behaviour):
    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        at = datetime.now(UTC)
        latest, expires_at = utc(at + MAX_LIFETIME), values.get("expires_at") or utc(at + DEFAULT_LIFETIME)
        if not utc(at) < expires_at <= latest:
            field_error = FieldError(
                "expires_at", "bad_value", "must be in the next 90 days", "Choose an earlier time."
            )
            raise Invalid("invalid", "Some fields are not valid.", [field_error])
        token = secrets.token_urlsafe(32)
        columns = {"token_hash": digest(token), "created_by": principal.id}
        return Prepared({**values, "expires_at": expires_at}, columns, {"link": f"/preview/{token}"})
