"""Media in the control plane: computed fields from the pipeline, and the actions retry and reencode."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.behaviour import ActionContext, ActionResult, Behaviour, Prepared
from otnet_server.control.media_deletion import MediaDeletion
from otnet_server.db.records import Records, Row
from otnet_server.errors import ApiError, Conflict, FieldError
from otnet_server.media.ad_markers import marker_times
from otnet_server.pipeline.media_queries import MediaQueries
from otnet_server.pipeline.revision_repository import RevisionRepository
from otnet_server.pipeline.rows import MediaRow
from otnet_server.principal import Principal
from otnet_server.schema.resource import Resource

FILE = "file"  # the option of a deletion
COMPUTED = ("progress", "error", "encryption", "playback", "tracks", "chapters", "notices")
Summarize = Callable[[MediaRow], Awaitable[Mapping[str, Any]]]
Wake = Callable[[str], Awaitable[None]]


class Media(Behaviour):
    """`summarize` returns the API's media object; `wake` notifies the pipeline of work on a media (its id); `deletion`
    deletes what was made; `rekey` encrypts a media with new keys, or raises ApiError."""

    def __init__(
        self,
        resource: Resource,
        records: Records,
        media_queries: MediaQueries,
        repository: RevisionRepository,
        summarize: Summarize,
        wake: Wake,
        deletion: MediaDeletion,
        rekey: Wake,
    ) -> None:
        super().__init__(resource, records)
        self._media_queries, self._repository, self._summarize, self._wake = media_queries, repository, summarize, wake
        self._deletion, self._rekey = deletion, rekey
        self.actions = {"retry": self.retry, "reencode": self.reencode, "rekey": self.rekey}

    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        check_markers({**(before or {}), **values})
        columns = {"edited": True} if "title" in values else {}
        return Prepared(values, columns | ({"linked": True} if "content" in values else {}))

    async def compute_fields(
        self, c: AsyncConnection, principal: Principal, rows: list[Row], requested: frozenset[str]
    ) -> None:
        if not requested & set(COMPUTED):
            return
        rows_by_id = {m.id: m for m in await self._media_queries.media_by_ids([r["id"] for r in rows])}
        for row in rows:
            media = rows_by_id.get(row["id"])
            if media is not None:
                summary = await self._summarize(media)
                row |= {n: summary[n] for n in COMPUTED}
                row["playable"] = summary["playable"]

    async def retry(self, ctx: ActionContext) -> ActionResult:
        """Schedule the retry, which runs after the transaction. Raises ApiError (409)."""
        if ctx.row["state"] != "failed":
            raise ApiError(409, "not_failed", "Only failed media can be retried.",
                         "To encode ready media again, use “reencode”.")  # fmt: skip
        return ActionResult({**ctx.row, "then": "retry"})

    async def reencode(self, ctx: ActionContext) -> ActionResult:
        return ActionResult({**ctx.row, "then": "reencode"})

    async def rekey(self, ctx: ActionContext) -> ActionResult:
        return ActionResult({**ctx.row, "then": "rekey"})

    async def before_delete(self, c: AsyncConnection, principal: Principal, row: Row) -> None:
        row["doomed_files"] = await self._deletion.forget_files(c, row["id"], all_files=FILE in row["delete_options"])

    async def after_commit(self, principal: Principal, row: Row) -> None:
        if row.get("deleted"):
            await self._wake(row["id"])
            await self._deletion.delete_files(row["doomed_files"])
            await self._deletion.delete_objects(row["id"])
            return
        then = row.get("then")
        if then == "retry":
            await self._repository.retry(row["id"])
        elif then == "reencode" and await self._repository.reencode(row["id"]) is None:
            raise ApiError(409, "no_file", "The source file is missing.", "Put it back into its library first.")
        elif then == "rekey":
            await self._rekey(row["id"])
        if then or row.get("title"):
            await self._wake(row["id"])


def check_markers(row: Row) -> None:
    """Raises Conflict when the intro has no end or begin, ends before it begins, or a marker is after the end of the
    media. Pure."""
    begin, end, credits, duration_s = (
        row.get(name) for name in ("intro_start_s", "intro_end_s", "credits_start_s", "duration_s")
    )
    errors: list[FieldError] = []
    if end is not None and begin is None:
        errors.append(FieldError("intro_start_s", "required", "is required with intro_end_s", "Send 0 for the start."))
    elif begin is not None and end is None:
        errors.append(FieldError("intro_end_s", "required", "is required with intro_start_s"))
    elif begin is not None and end is not None and end <= begin:
        errors.append(FieldError("intro_end_s", "before_start", "must be after intro_start_s"))
    for name, value in (("intro_end_s", end), ("credits_start_s", credits)):
        if value is not None and duration_s and value > duration_s:
            reason = f"must not be after the end of the media, {duration_s:g} s"
            errors.append(FieldError(name, "after_end", reason))
    try:
        breaks = marker_times(row.get("ad_breaks") or "")
    except ValueError as e:
        errors.append(FieldError("ad_breaks", "bad_value", str(e)))
    else:
        if breaks and duration_s and breaks[-1] > duration_s:
            errors.append(
                FieldError("ad_breaks", "after_end", f"must not be after the end of the media, {duration_s:g} s")
            )
    if errors:
        raise Conflict("A marker is not valid.", errors)
