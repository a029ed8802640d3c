"""The outbox in the API: the text of a mail for those who may read it, and sending it again."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.behaviour import ActionContext, ActionResult, Behaviour
from otnet_server.db.records import Records, Row, now
from otnet_server.errors import ApiError
from otnet_server.mail.outbox import Outbox, mail
from otnet_server.principal import Principal
from otnet_server.schema.resource import Resource

CONTENT = ("link", "text", "html", "readable")


class Mail(Behaviour):
    """`wake` tells the sender that a mail is due."""

    def __init__(self, resource: Resource, records: Records, outbox: Outbox, wake: Callable[[], None]) -> None:
        super().__init__(resource, records)
        self._outbox, self._wake = outbox, wake
        self.actions = {"send_again": self.send_again}

    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], requested: frozenset[str]
    ) -> None:
        if requested & set(CONTENT):
            for row in rows:
                row |= self._outbox.content(row, principal)

    async def send_again(self, ctx: ActionContext) -> ActionResult:
        if ctx.row["expires_at"] <= now():
            raise ApiError(409, "expired", "The link in this mail has expired.", "Create a new one.")
        values = {"state": "waiting", "attempts": 0, "next_at": now(), "error": None, "updated_at": now()}
        await ctx.c.execute(update(mail).where(mail.c.id == ctx.row["id"]).values(**values))
        return ActionResult(ctx.row)

    async def after_commit(self, principal: Principal, row: Row) -> None:
        self._wake()
