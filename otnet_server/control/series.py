"""Series: their credits, and the order of their episodes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.behaviour import ActionContext, ActionResult
from otnet_server.control.content import Illustrated
from otnet_server.control.credits import add_credits
from otnet_server.db.records import Records, Row
from otnet_server.db.tables import metadata
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.principal import Principal, may
from otnet_server.resources import SCHEMA
from otnet_server.schema.resource import Resource, Verb

CONTENT = SCHEMA["content"]
content = metadata.tables["content"]


class Series(Illustrated):
    def __init__(self, resource: Resource, records: Records) -> None:
        super().__init__(resource, records)
        self.actions = {"order_episodes": self.order_episodes}

    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], requested: frozenset[str]
    ) -> None:
        await super().compute_fields(c, principal, rows, requested)
        if "credits" in requested:
            await add_credits(c, "series", rows)

    async def order_episodes(self, ctx: ActionContext) -> ActionResult:
        """Number the episodes of a season, or those without a season, in the given order. Raises Invalid, and ApiError
        403."""
        if not may(ctx.principal, CONTENT, Verb.UPDATE):
            raise ApiError(403, "role_too_low", "You may not change content.", "Use credentials that may.")
        wanted, season = list(ctx.params.get("episodes") or ()), ctx.params.get("season")
        of_season = content.c.season == season if season is not None else content.c.season.is_(None)
        query = select(content).where(content.c.series == ctx.row["id"], of_season, content.c.kind != "trailer")
        rows = {row["id"]: dict(row) for row in (await ctx.c.execute(query)).mappings()}
        if len(set(wanted)) != len(wanted) or not set(wanted) <= set(rows):
            field_error = FieldError("episodes", "no_such_record", "must name episodes of this season, each once",
                                     "Read the episodes again.")  # fmt: skip
            raise Invalid("invalid", "Some fields are not valid.", [field_error])
        # The others keep their numbers, so those are not given to these.
        taken = {row["episode_number"] for id, row in rows.items() if id not in wanted}
        numbers = numbers_for([rows[id]["episode_number"] for id in wanted], taken)
        changed = [(rows[id], n) for id, n in zip(wanted, numbers, strict=True) if rows[id]["episode_number"] != n]
        # No two episodes have one number, not even for a moment.
        ids = [row["id"] for row, _ in changed]
        await ctx.c.execute(update(content).where(content.c.id.in_(ids)).values(episode_number=None))
        for row, number in changed:
            await self.records.update(ctx.c, CONTENT, ctx.principal, row, {"episode_number": number})
        return ActionResult(ctx.row)


def numbers_for(current: Sequence[int | None], taken: set[int | None]) -> list[int]:
    """The numbers of episodes in their new order: those that they have, ascending, so that gaps stay; then the next
    ones for episodes without a number. Pure."""
    numbers = sorted(n for n in current if n is not None)
    following = max([0, *numbers, *(n for n in taken if n is not None)])
    return [*numbers, *range(following + 1, following + 1 + len(current) - len(numbers))]
