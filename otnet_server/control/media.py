"""Media and libraries in the control plane: the pipeline's view of them, and what a person may change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.behaviour import Act, Behaviour, Done, Prepared
from otnet_server.db.records import Records, Row
from otnet_server.errors import Denied
from otnet_server.pipeline.repository import Catalog
from otnet_server.principal import Principal
from otnet_server.schema.resource import Resource

COMPUTED = ("progress", "error", "playback", "tracks", "chapters", "notices")
View = Callable[[Any], Awaitable[dict[str, Any]]]
Wake = Callable[[str], Awaitable[None]]


class Media(Behaviour):
    """`view` shows a title as the pipeline knows it; `wake` tells it that there is work."""

    def __init__(self, resource: Resource, records: Records, catalog: Catalog, view: View, wake: Wake) -> None:
        super().__init__(resource, records)
        self._catalog, self._view, self._wake = catalog, view, wake
        self.actions = {"retry": self.retry, "reencode": self.reencode}

    async def prepare(self, c: AsyncConnection, who: Principal, values: dict[str, Any], before: Row | None) -> Prepared:
        hidden = {"edited": True} if "title" in values else {}
        return Prepared(values, hidden | ({"linked": True} if "content" in values else {}))

    async def decorate(self, c: AsyncConnection, who: Principal, rows: list[Row], wanted: frozenset[str]) -> None:
        if not wanted & set(COMPUTED):
            return
        titles = {t.id: t for t in await self._catalog.titles([r["id"] for r in rows])}
        for row in rows:
            title = titles.get(row["id"])
            if title is not None:
                shown = await self._view(title)
                row |= {n: shown[n] for n in COMPUTED}
                row["playable"] = shown["playable"]

    async def retry(self, act: Act) -> Done:
        """The transaction is not needed: the pipeline's own store is asked, after it."""
        if act.row["state"] != "failed":
            raise Denied(409, "not_failed", "Only failed media can be tried again.",
                         "To make ready media anew, use “reencode”.")  # fmt: skip
        return Done({**act.row, "then": "retry"})

    async def reencode(self, act: Act) -> Done:
        return Done({**act.row, "then": "reencode"})

    async def settled(self, who: Principal, row: Row) -> None:
        then = row.get("then")
        if then == "retry":
            await self._catalog.retry(row["id"])
        elif then == "reencode" and await self._catalog.reencode(row["id"]) is None:
            raise Denied(409, "no_file", "The file is gone.", "Put it back into its library first.")
        if then or row.get("title"):
            await self._wake(row["id"])
