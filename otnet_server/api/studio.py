"""The endpoints of the dashboard besides the resources: overview, pipeline details, live changes."""

from __future__ import annotations

import asyncio
import re
import shutil
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from otnet_server.api.endpoint import json_of
from otnet_server.api.media import event_stream
from otnet_server.api.rest import Rest, scope_of
from otnet_server.cluster.consumers import reports, request_retry
from otnet_server.config import Settings
from otnet_server.control.server_administrators import administers_server
from otnet_server.db.engine import Database
from otnet_server.db.records import Records
from otnet_server.db.tables import FIRST, metadata
from otnet_server.errors import ApiError, FieldError, Invalid
from otnet_server.media.revision import Revision
from otnet_server.media.states import State
from otnet_server.pipeline.services import PipelineServices
from otnet_server.playback.services import PlaybackServices
from otnet_server.playback.visibility import Caller, MediaFacts, limits_regions
from otnet_server.principal import Principal, may
from otnet_server.resources import SCHEMA
from otnet_server.schema.query import Filter, Query
from otnet_server.schema.resource import Resource, Role, Verb

MAX_NEWEST = 8
STATISTICS_DAYS, MAX_STATISTICS_DAYS = 28, 366
LOG_BYTES = 4000
STAGE_STATES = (State.FOUND, State.PROBED, State.PLANNED, State.ENCODING, State.READY)
PICTURE_TYPES = {"jpg": "image/jpeg", "png": "image/png"}
PICTURE_NAME = re.compile(r"[0-9a-z]{1,16}\.(jpg|png)")
MEDIA, CONTENT, AUDIT, ARTWORK = SCHEMA["media"], SCHEMA["content"], SCHEMA["audit_entry"], SCHEMA["artwork"]


class StudioApi:
    def __init__(
        self,
        settings: Settings,
        db: Database,
        records: Records,
        rest: Rest,
        services: PipelineServices,
        playback: PlaybackServices,
    ) -> None:
        self._settings, self._db, self._records, self._rest = settings, db, records, rest
        self._services, self._playback = services, playback

    # --- home ---

    async def overview(self, request: Request, principal: Principal) -> Response:
        running = Filter("state", "eq", ("found", "probed", "planned", "encoding"))
        failed = Filter("state", "eq", ("failed",))
        return JSONResponse({
            "counts": await self._counts(principal, "media", "state"),
            "content": await self._counts(principal, "content", "status"),
            "running": await self._newest(MEDIA, principal, running),
            "failed": await self._newest(MEDIA, principal, failed),
            "newest": await self._newest(CONTENT, principal, None),
            "newest_media": await self._newest(MEDIA, principal, None),
            "disk": await asyncio.to_thread(self._disk) if administers_server(principal) else None,
            "viewers": self._playback.delivery.active_client_count() if principal.organization == FIRST else None,
            "changes": await self._newest(AUDIT, principal, None) if may(principal, AUDIT, Verb.LIST) else [],
            "event_failures": await self._event_failures(principal),
            "refused_by_region": await self._refused_by_region(principal),
            "playback_sessions": await self._playback_sessions(principal),
        })  # fmt: skip

    async def statistics(self, request: Request, principal: Principal) -> Response:
        """Plays, hours, viewers, start-up and rebuffering of the last `days` days (28 unless given)."""
        days = request.query_params.get("days", str(STATISTICS_DAYS))
        if not days.isascii() or not days.isdigit() or not 1 <= int(days[:5]) <= MAX_STATISTICS_DAYS:
            reason = f"must be a number of days from 1 to {MAX_STATISTICS_DAYS}"
            raise Invalid("invalid", "Some fields are not valid.", [FieldError("days", "out_of_range", reason)])
        today = datetime.now(UTC).date()
        return JSONResponse(await self._playback.statistics.summary(principal.organization or "", today, int(days)))

    async def _playback_sessions(self, principal: Principal) -> list[dict[str, Any]]:
        """The newest living playback sessions, for administrators of the organization."""
        if principal.organization is None or principal.role is None or principal.role < Role.ADMIN:
            return []
        return (await self._playback.sessions.of_organization(principal.organization))[:MAX_NEWEST]

    async def _refused_by_region(self, principal: Principal) -> int:
        """The number of titles with a rule for regions, if the server has no database of countries: they refuse."""
        if self._playback.authorization.countries is not None:
            return 0
        table = metadata.tables["content"]
        rules = select(table.c.regions).where(table.c.organization == principal.organization)
        async with self._db.read() as c:
            return sum(limits_regions(rule) for rule in (await c.execute(rules)).scalars())

    async def _event_failures(self, principal: Principal) -> list[dict[str, Any]]:
        """Plugins and parts of the server that could not handle events; for administrators of the server."""
        return [asdict(report) for report in await reports(self._db)] if administers_server(principal) else []

    async def retry_events(self, request: Request, principal: Principal) -> Response:
        """Handle the events again that a plugin, or a part of the server, has set aside."""
        if not administers_server(principal):
            raise ApiError(403, "role_too_low", "Your role may not do this.", "Ask an administrator of the server.")
        body = await json_of(request)
        name = body.get("name") if isinstance(body, dict) else None
        if not isinstance(name, str):
            raise Invalid("invalid", "Some fields are not valid.", [FieldError("name", "required", "is required")])
        if not await request_retry(self._db, name):
            raise ApiError(404, "not_found", "No events are set aside under this name.", "See event_failures.")
        return Response(status_code=204)

    async def _newest(
        self, resource: Resource, principal: Principal, state_filter: Filter | None
    ) -> list[dict[str, Any]]:
        filters = (state_filter,) if state_filter is not None else ()
        params = Query(limit=MAX_NEWEST, sort=(("created_at", True),), filters=filters)
        items: list[dict[str, Any]] = (await self._rest.list_page(resource, principal, params))["items"]
        return items

    async def _counts(self, principal: Principal, name: str, column: str) -> dict[str, int]:
        table = metadata.tables[name]
        counts = select(table.c[column], func.count()).where(table.c.organization == principal.organization)
        if "present" in table.c:
            counts = counts.where(table.c.present)
        async with self._db.read() as c:
            return {row[0]: row[1] for row in await c.execute(counts.group_by(table.c[column]))}

    def _disk(self) -> dict[str, int]:
        """The sizes of what the server stores, and the disk of the media; that of the data folder, when the media are
        not on a disk of this machine."""
        data = self._settings.data
        example = self._services.storage.path("artwork")
        media = example.parent if example is not None else None
        usage = shutil.disk_usage(media or data)
        database = sum(p.stat().st_size for p in data.glob("otnet.db*") if p.is_file())
        return {"total": usage.total, "free": usage.free, "database": database,
                "media": _folder_size(media) if media is not None else 0,
                "uploads": _folder_size(data / "uploads")}  # fmt: skip

    # --- one title ---

    async def pipeline(self, request: Request, principal: Principal) -> Response:
        id = request.path_params["id"]
        async with self._db.read() as c:
            row = await self._records.get(c, MEDIA, scope_of(principal), id)
        current = await self._services.repository.current(id) if row is not None else None
        if row is None or current is None:
            raise ApiError(404, "not_found", "This media does not exist.", "GET /api/v1/dashboard/media lists them.")
        revision = await self._services.revisions.get(current.id) if current.plan is not None else None
        source, at = Path(current.path), {"found": current.created_at, **(current.reached or {})}
        size = await asyncio.to_thread(lambda: source.stat().st_size if source.is_file() else None)
        return JSONResponse({
            "renditions": renditions(revision) if revision is not None else [],
            "stages": stages(State(current.state), current.error, at),
            "log": await asyncio.to_thread(self._log, id, source.parent),
            "error": current.error,
            "source": {"path": source.name, "size": size, "library": row["library"]},
        })  # fmt: skip

    def _log(self, media: str, folder: Path) -> str:
        """The end of the tools' logs about a media, without the folders of the server."""
        files = sorted((self._settings.data / "logs").glob(f"{media}-*.log"), key=lambda p: p.stat().st_mtime)
        texts = [f.read_bytes()[-LOG_BYTES:].decode("utf-8", "replace") for f in files[-3:]]
        text = "\n".join(t for t in texts if t.strip())[-LOG_BYTES:]
        for path in (folder, self._settings.data.absolute(), self._settings.data):
            text = text.replace(f"{path}/", "")
        return text

    async def events(self, request: Request, principal: Principal) -> Response:
        """Live changes of the organization's media as server-sent events."""
        gate = self._playback.authorization.gate

        async def caller() -> Caller | None:
            now = await gate.caller(request.scope)
            still = (now.user, now.organization) == (principal.id, principal.organization) and now.role not in (
                None,
                Role.AUDIENCE,
            )
            return now if still else None

        async def of_organization(_: Caller, facts: MediaFacts) -> bool:
            return facts.organization == principal.organization

        return event_stream(self._playback.changes, caller, of_organization)


def _folder_size(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else 0


def renditions(revision: Revision) -> list[dict[str, Any]]:
    """The progress of each rendition: published segments, bytes, average and peak bit rate. Pure."""
    plan = revision.plan
    tracks = [(a.name, a.name, "audio", {"channels": a.channels, "codec": a.codecs, "max_bitrate": a.bit_rate})
              for a in plan.audio]  # fmt: skip
    tracks += [
        (r.name, "video", "video", {"width": r.width, "height": r.height, "codec": r.codecs, "max_bitrate": r.max_rate})
        for r in (plan.video.rungs if plan.video else ())
    ]
    return [
        {"name": name, "kind": kind, **details, **_progress(revision, name, track)}
        for name, track, kind, details in tracks
    ]


def _progress(revision: Revision, name: str, track: str) -> dict[str, Any]:
    timeline = revision.planned_timeline(track)
    spans: list[list[int]] = []
    size, seconds, done = 0, 0.0, 0
    for chunk in timeline.chunks:
        piece = revision.pieces.get((track, chunk.number))
        if piece is None:
            continue
        size += sum(piece.get(name, ()))
        seconds += (chunk.last - chunk.first) * timeline.ticks_per_frame / timeline.timescale
        done += chunk.segments
        first, last = chunk.segment, chunk.segment + chunk.segments - 1
        if spans and spans[-1][1] + 1 == first:
            spans[-1][1] = last
        else:
            spans.append([first, last])
    average = round(size * 8 / seconds) if seconds else None
    return {"bytes": size, "segments": len(timeline.starts), "segments_done": done, "done": spans,
            "average_bitrate": average}  # fmt: skip


def stages(state: State, error: dict[str, Any] | None, at: dict[str, str]) -> list[dict[str, Any]]:
    """The stages of the pipeline, each done, running, waiting or failed, with the time it was reached. `at` maps states
    to times. Pure."""
    failed = error is not None or state is State.FAILED
    reached = STAGE_STATES.index(state) if state in STAGE_STATES else _failed_at((error or {}).get("stage", ""))
    result: list[dict[str, Any]] = []
    for number, stage in enumerate(STAGE_STATES):
        status = "done" if number < reached or state is State.READY else "waiting"
        if number == reached and state is not State.READY:
            status = "failed" if failed else "running"
        result.append(
            {"name": stage.value, "state": status, "at": at.get(stage.value) if status != "waiting" else None}
        )
    return result


def _failed_at(stage: str) -> int:
    """The index of the state that was not reached because the task stage `stage` failed."""
    names = {"probe": State.PROBED, "plan": State.PLANNED}
    return STAGE_STATES.index(names.get(stage, State.ENCODING))
