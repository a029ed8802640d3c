"""Content: publishing, and its media, artwork and credits; rules of categories."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.artwork import artwork_of
from otnet_server.control.behaviour import ActionContext, ActionResult, Behaviour, Prepared
from otnet_server.control.credits import add_credits
from otnet_server.db.records import IDS, Records, Row
from otnet_server.db.tables import chunk, metadata
from otnet_server.errors import Conflict, FieldError
from otnet_server.media import urls
from otnet_server.principal import Principal
from otnet_server.schema.audit import AuditAction
from otnet_server.schema.resource import Resource

media = metadata.tables["media"]


POSTER_OF = (
    select(chunk.c.sizes)
    .where(chunk.c.revision == media.c.playing, chunk.c.track == "poster", chunk.c.number == 0)
    .scalar_subquery()
)
MEDIA_OF = (
    select(
        media.c.id,
        media.c.content,
        media.c.role,
        media.c.title,
        media.c.state,
        media.c.duration_s,
        media.c.playing,
        POSTER_OF.label("poster"),
    )
    .where(media.c.content.in_(IDS), media.c.present)
    .order_by(media.c.role != "main", media.c.title)
)


def _has_poster(piece: Row | None) -> bool:
    """Whether the poster was published: `piece` is its entry in the index."""
    return piece is not None and "failed" not in piece


class Content(Behaviour):
    def __init__(self, resource: Resource, records: Records) -> None:
        super().__init__(resource, records)
        self.actions = {"publish": self.publish, "unpublish": self.unpublish, "schedule": self.schedule}

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        check_window({**(before or {}), **values})
        if before is not None and values.get("trailer_of") == before["id"]:
            field_error = FieldError("trailer_of", "itself", "must be other content")
            raise Conflict("Content cannot be its own trailer.", [field_error])
        return Prepared(values)

    async def publish(self, ctx: ActionContext) -> ActionResult:
        return await self._update(ctx, {"status": "published"}, "published")

    async def unpublish(self, ctx: ActionContext) -> ActionResult:
        return await self._update(ctx, {"status": "draft"}, "unpublished")

    async def schedule(self, ctx: ActionContext) -> ActionResult:
        window = {n: ctx.params.get(n) for n in ("published_from", "published_until")}
        check_window(window)
        return await self._update(ctx, {"status": "published", **window}, "published")

    async def _update(self, ctx: ActionContext, values: dict[str, Any], audit_action: AuditAction) -> ActionResult:
        row = await self.records.update(ctx.c, self.resource, ctx.principal, ctx.row, values, action=audit_action)
        return ActionResult(row)

    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], requested: frozenset[str]
    ) -> None:
        ids = [r["id"] for r in rows]
        if "media" in requested:
            by_content: dict[str, list[Row]] = {}
            for m in await c.execute(MEDIA_OF, {"ids": ids}):
                by_content.setdefault(m.content, []).append({
                    "id": m.id, "role": m.role, "title": m.title, "state": m.state, "duration_s": m.duration_s,
                    "playable": m.playing is not None,
                    "poster": urls.url(m.id, m.playing, urls.POSTER) if _has_poster(m.poster) else None,
                    "hls": urls.url(m.id, urls.HLS_MANIFEST) if m.playing else None,
                    "dash": urls.url(m.id, urls.DASH_MANIFEST) if m.playing else None,
                })  # fmt: skip
            for row in rows:
                row["media"] = by_content.get(row["id"], [])
        if "artwork" in requested:
            pictures = await artwork_of(c, "content", ids)
            for row in rows:
                row["artwork"] = pictures.get(row["id"], {})
        if "credits" in requested:
            await add_credits(c, "content", rows)


def check_window(values: dict[str, Any]) -> None:
    """Raises Conflict when the publishing window ends before it begins."""
    begins, ends = values.get("published_from"), values.get("published_until")
    if begins and ends and ends <= begins:
        field_error = FieldError("published_until", "before_start", "must be after published_from")
        raise Conflict("The publishing window ends before it begins.", [field_error])


class Illustrated(Behaviour):
    """Series, people and channels: adds their artwork."""

    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], requested: frozenset[str]
    ) -> None:
        if "artwork" in requested:
            pictures = await artwork_of(c, self.resource.name, [r["id"] for r in rows])
            for row in rows:
                row["artwork"] = pictures.get(row["id"], {})


class Category(Behaviour):
    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        """Raises Conflict when the parent is the category itself or one below it."""
        table, ancestor = metadata.tables["category"], values.get("parent")
        while ancestor is not None and before is not None:
            if ancestor == before["id"]:
                field_error = FieldError(
                    "parent", "itself", "must not be this category or one below it", "Choose another category."
                )
                raise Conflict("A category cannot be nested in itself.", [field_error])
            ancestor = (await c.execute(select(table.c.parent).where(table.c.id == ancestor))).scalar()
        return Prepared(values)
