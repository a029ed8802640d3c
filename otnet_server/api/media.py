"""The media API: a list, one media, and live changes (server-sent events)."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from typing_extensions import TypedDict

from otnet_server.pipeline.media_queries import MediaQueries
from otnet_server.playback.authorization import Authorization
from otnet_server.playback.media_changes import FindCaller, MaySee, MediaChanges
from otnet_server.playback.media_summary import MediaSummaries, MediaSummary
from otnet_server.playback.visibility import Caller
from otnet_server.problems import problem

MAX_PAGE_SIZE = 200
CURSOR_PATTERN = re.compile(r"[0-9TZ.:+-]{1,40}~[0-9a-z]{1,16}")
NO_STORE = {"Cache-Control": "no-store"}


class MediaPage(TypedDict):
    """A page of media, newest first. `next` is the cursor of the next page, null on the last one."""

    items: list[MediaSummary]
    next: str | None


class MediaApi:
    def __init__(
        self,
        media_queries: MediaQueries,
        summaries: MediaSummaries,
        changes: MediaChanges,
        authorization: Authorization,
    ) -> None:
        self._media_queries, self._summaries = media_queries, summaries
        self._changes, self._authorization = changes, authorization

    async def list(self, request: Request) -> Response:
        try:
            limit = int(request.query_params.get("limit", MAX_PAGE_SIZE))
            if not 1 <= limit <= MAX_PAGE_SIZE:
                raise ValueError
        except ValueError:
            return problem(
                400,
                "bad_limit",
                f"limit must be a whole number from 1 to {MAX_PAGE_SIZE}.",
                "Correct or omit it.",
                field="limit",
            )
        cursor = request.query_params.get("cursor")
        if cursor is not None and not CURSOR_PATTERN.fullmatch(cursor):
            return problem(400, "bad_cursor", "The cursor is invalid.", "Send the “next” of the page before.",
                           field="cursor")  # fmt: skip
        caller = await self._authorization.gate.caller(request.scope)
        rows = await self._media_queries.page(limit, cursor, self._authorization.listable(caller))
        page: MediaPage = {"items": [await self._summaries.summarize(r) for r in rows], "next": None}
        if len(rows) == limit:
            page["next"] = f"{rows[-1].created_at}~{rows[-1].id}"
        return JSONResponse(page, headers=NO_STORE)

    async def show(self, request: Request) -> Response:
        id = request.path_params["id"]
        refusal = (await self._authorization.media(request.scope, id)).refusal
        row = await self._media_queries.media(id) if refusal is None else None
        if refusal is not None and refusal.status != 404:
            return problem(*refusal, headers=NO_STORE)
        if row is None:
            return problem(404, "not_found", "This media does not exist.", "GET /api/v1/media lists them.",
                           headers=NO_STORE)  # fmt: skip
        return JSONResponse(await self._summaries.summarize(row), headers=NO_STORE)

    async def events(self, request: Request) -> Response:
        async def caller() -> Caller | None:
            current = await self._authorization.gate.caller(request.scope)
            return current if current.admitted else None

        return event_stream(self._changes, caller, self._authorization.allows)


def event_stream(changes: MediaChanges, caller: FindCaller, may_see: MaySee) -> Response:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(changes.events(caller, may_see), media_type="text/event-stream", headers=headers)
