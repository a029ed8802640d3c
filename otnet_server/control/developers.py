"""API keys: create, rotate with an overlap, revoke. A key is returned once, and only its hash is stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.behaviour import ActionContext, ActionResult, Behaviour, Prepared
from otnet_server.db.records import Records, Row, now
from otnet_server.errors import ApiError
from otnet_server.identity.keys import make_key
from otnet_server.identity.sessions import Sessions
from otnet_server.principal import Principal
from otnet_server.schema.fields.dates import utc
from otnet_server.schema.resource import Resource


class ApiKey(Behaviour):
    def __init__(self, resource: Resource, records: Records, sessions: Sessions) -> None:
        super().__init__(resource, records)
        self._sessions = sessions
        self.actions = {"rotate": self.rotate, "revoke": self.revoke}

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        if before is not None:
            return Prepared(values)
        key, prefix, digest = make_key()
        return Prepared(values, {"prefix": prefix, "hash": digest, "made_by": principal.id}, {"secret": key})

    async def rotate(self, ctx: ActionContext) -> ActionResult:
        if ctx.row["revoked_at"] is not None:
            raise ApiError(409, "revoked", "This key was revoked.", "Create a new one.")
        key, prefix, digest = make_key()
        hours = ctx.params["overlap_hours"]
        old_until = utc(datetime.now(UTC) + timedelta(hours=hours))
        values = {
            "hash": digest,
            "prefix": prefix,
            "old_hash": ctx.row["hash"] if hours else None,
            "old_prefix": ctx.row["prefix"] if hours else None,
            "old_until": old_until if hours else None,
        }
        row = await self.records.update(ctx.c, self.resource, ctx.principal, ctx.row, {}, values, "rotated")
        return ActionResult(row, {"secret": key})

    async def revoke(self, ctx: ActionContext) -> ActionResult:
        values = {"revoked_at": now(), "old_hash": None, "old_prefix": None, "old_until": None}
        return ActionResult(
            await self.records.update(ctx.c, self.resource, ctx.principal, ctx.row, {}, values, "revoked")
        )

    async def after_commit(self, principal: Principal, row: Row) -> None:
        self._sessions.forget()
