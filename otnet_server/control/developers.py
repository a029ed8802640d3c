"""API keys: create, rotate with an overlap, revoke. A key is returned once, and only its hash is stored.

Programs rotate and revoke keys too: their own, and those that allow nothing that theirs does not allow. A key that was
rotated can do neither during its overlap, because it may be the key that has leaked.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.behaviour import ActionContext, ActionResult, Behaviour, Prepared
from otnet_server.db.records import Records, Row, now
from otnet_server.db.tables import metadata
from otnet_server.errors import ApiError
from otnet_server.identity.keys import make_key
from otnet_server.identity.sessions import Sessions
from otnet_server.principal import Principal
from otnet_server.schema.fields.dates import utc
from otnet_server.schema.resource import Resource

api_key, organization = metadata.tables["api_key"], metadata.tables["organization"]
CURRENT = "current"  # stands for the id of the key that sends the request


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
        key, prefix, digest = make_key(test=await _is_sandbox(c, principal.organization))
        return Prepared(values, {"prefix": prefix, "hash": digest, "made_by": principal.id}, {"secret": key})

    def resolve_id(self, principal: Principal, id: str) -> str:
        return principal.id if id == CURRENT and principal.kind == "api_key" else id

    async def rotate(self, ctx: ActionContext) -> ActionResult:
        await _check_may_control(ctx)
        if ctx.row["revoked_at"] is not None:
            raise ApiError(409, "revoked", "This key was revoked.", "Create a new one.")
        key, prefix, digest = make_key(test=await _is_sandbox(ctx.c, ctx.principal.organization))
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
        await _check_may_control(ctx)
        values = {"revoked_at": now(), "old_hash": None, "old_prefix": None, "old_until": None}
        return ActionResult(
            await self.records.update(ctx.c, self.resource, ctx.principal, ctx.row, {}, values, "revoked")
        )

    async def after_commit(self, principal: Principal, row: Row) -> None:
        self._sessions.forget()


async def _is_sandbox(c: AsyncConnection, organization_id: str | None) -> bool:
    mode = select(organization.c.mode).where(organization.c.id == organization_id)
    return (await c.execute(mode)).scalar() == "test"


async def _check_may_control(ctx: ActionContext) -> None:
    """Raises ApiError (403) for a key that was rotated itself, and for one that is weaker than the key of the record:
    that has less scopes, or expires earlier."""
    if ctx.principal.kind != "api_key":
        return
    own = (await ctx.c.execute(select(api_key).where(api_key.c.id == ctx.principal.id))).mappings().one()
    if own["hash"] != ctx.principal.key_hash:
        raise ApiError(403, "key_superseded", "This key was rotated, so it can't rotate or revoke keys.",
                       "Use the new key.")  # fmt: skip
    missing = sorted(set(ctx.row["scopes"]) - set(own["scopes"]))
    if missing:
        raise ApiError(403, "key_weaker", f"That key has scopes that yours lacks: {', '.join(missing)}.",
                       "Use a key with these scopes, or ask an administrator.")  # fmt: skip
    if own["expires_at"] is not None and (ctx.row["expires_at"] or "9") > own["expires_at"]:
        raise ApiError(403, "key_weaker", "That key is valid for longer than yours.",
                       "Use a key that does not expire earlier, or ask an administrator.")  # fmt: skip
