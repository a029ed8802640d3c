"""Playback telemetry: validation, storage and hourly roll-ups.

Events are stored for some days, hourly sums for ever. They do not identify viewers: a session is a random id that the
player generates when it loads, and no IP address is stored.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Check
from sqlalchemy import delete, insert, select, update

from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import metadata, setting, telemetry, telemetry_hour
from otnet_server.schema.fields.dates import utc

Id = Annotated[str, Check(pattern=r"^[0-9a-z]{1,16}$")]
Seconds = Annotated[float, Check(ge=0, le=1e6, allow_inf_nan=False)]
Count = Annotated[int, Check(ge=0, le=10**9)]
MAX_BATCH_EVENTS = 100
ROLLED_UP_SETTING = "telemetry_summed"
SUM_COLUMNS = ("starts", "startup_ms", "rebuffers", "rebuffer_ms", "switches", "errors", "ends", "watched_s")
media, content = metadata.tables["media"], metadata.tables["content"]


class PlaybackEvent(BaseModel):
    """One event; its type determines which fields are set. Times are in milliseconds (`at_ms`: since the player was
    loaded) and seconds of media, bit rates in kbit/s."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["start", "rebuffer", "switch", "error", "watched", "end"]
    at_ms: Count = 0
    startup_ms: Count | None = None
    duration_ms: Count | None = None
    position_s: Seconds | None = None
    from_kbps: Count | None = None
    to_kbps: Count | None = None
    height: Count | None = None
    code: Annotated[str, Check(max_length=60)] | None = None
    category: Annotated[str, Check(max_length=60)] | None = None
    fatal: bool | None = None
    from_s: Seconds | None = None
    to_s: Seconds | None = None


class TelemetryReport(BaseModel):
    """A batch of events from one player. `session` is a random id that the player creates when it loads."""

    model_config = ConfigDict(extra="ignore")

    session: Annotated[str, Check(pattern=r"^[0-9A-Za-z-]{8,36}$")]
    content: Id | None = None
    media: Id | None = None
    skin: Literal["video", "audio", "circular", "square", "tv", "none"] = "none"
    engine: Annotated[str, Check(max_length=40)] = ""
    events: Annotated[list[PlaybackEvent], Check(max_length=MAX_BATCH_EVENTS)]


def hourly_sums(events: list[tuple[str, dict[str, Any]]]) -> dict[str, float]:
    """The sums of one hour's events, given as `(type, data)`. Pure."""
    total: dict[str, float] = dict.fromkeys(SUM_COLUMNS, 0)
    for kind, data in events:
        if kind == "start":
            total["starts"] += 1
            total["startup_ms"] += data.get("startup_ms") or 0
        elif kind == "rebuffer":
            total["rebuffers"] += 1
            total["rebuffer_ms"] += data.get("duration_ms") or 0
        elif kind == "watched":
            total["watched_s"] += max(0.0, (data.get("to_s") or 0) - (data.get("from_s") or 0))
        else:
            total[{"switch": "switches", "error": "errors", "end": "ends"}[kind]] += 1
    return total


class Telemetry:
    def __init__(self, db: Database, days: float) -> None:
        self._db, self._days = db, days

    async def store(self, report: TelemetryReport) -> None:
        """Store a batch. References to content or media that do not exist are stored as null."""
        at = now()
        async with self._db.write() as c:
            ids = await self._existing_ids(c, report)
            rows = [
                {"at": at, "session": report.session, **ids, "skin": report.skin, "engine": report.engine,
                 "type": e.type, "data": e.model_dump(exclude_none=True, exclude={"type"})}
                for e in report.events
            ]  # fmt: skip
            if rows:
                await c.execute(insert(telemetry), rows)

    async def _existing_ids(self, c: Any, report: TelemetryReport) -> dict[str, str | None]:
        ids: dict[str, str | None] = {"content": None, "media": None}
        for name, table, id in (("content", content, report.content), ("media", media, report.media)):
            if id is not None:
                ids[name] = (await c.execute(select(table.c.id).where(table.c.id == id))).scalar()
        return ids

    async def roll_up(self) -> None:
        """Add the events since the last call to their hourly sums, each event once; delete events that are too old."""
        oldest_kept = utc(datetime.now(UTC) - timedelta(days=self._days))
        async with self._db.write() as c:
            last = (await c.execute(select(setting.c.value).where(setting.c.name == ROLLED_UP_SETTING))).scalar()
            rows = (
                await c.execute(select(telemetry).where(telemetry.c.id > (last or 0)).order_by(telemetry.c.id))
            ).all()
            groups: dict[tuple[str, str, str], list[tuple[str, dict[str, Any]]]] = defaultdict(list)
            for row in rows:
                groups[row.at[:13], row.content or "", row.skin].append((row.type, row.data))
            for (hour, content_id, skin), events in groups.items():
                await self._add_to_hour(c, {"hour": hour, "content": content_id, "skin": skin}, hourly_sums(events))
            if rows:
                await c.execute(delete(setting).where(setting.c.name == ROLLED_UP_SETTING))
                await c.execute(insert(setting).values(name=ROLLED_UP_SETTING, value=rows[-1].id))
            await c.execute(delete(telemetry).where(telemetry.c.at < oldest_kept))

    async def _add_to_hour(self, c: Any, key: dict[str, str], amounts: dict[str, float]) -> None:
        conditions = [telemetry_hour.c[n] == v for n, v in key.items()]
        added = {n: telemetry_hour.c[n] + v for n, v in amounts.items()}
        if (await c.execute(update(telemetry_hour).where(*conditions).values(**added))).rowcount == 0:
            await c.execute(insert(telemetry_hour).values(**key, **amounts))
