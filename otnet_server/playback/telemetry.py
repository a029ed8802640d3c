"""What players tell of how playing went: checked, kept raw for some days, and summed up by hour for ever.

Nothing in it says who watched: a session is a number that the player makes up when it loads, and no address is kept.
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
BATCH = 100
SUMMED = "telemetry_summed"
SUMS = ("starts", "startup_ms", "rebuffers", "rebuffer_ms", "switches", "errors", "ends", "watched_s")
media, content = metadata.tables["media"], metadata.tables["content"]


class Told(BaseModel):
    """One event; which fields it has depends on its type."""

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


class Report(BaseModel):
    """A batch of one player."""

    model_config = ConfigDict(extra="ignore")

    session: Annotated[str, Check(pattern=r"^[0-9A-Za-z-]{8,36}$")]
    content: Id | None = None
    media: Id | None = None
    skin: Literal["video", "audio", "circular", "square", "tv", "none"] = "none"
    engine: Annotated[str, Check(max_length=40)] = ""
    events: Annotated[list[Told], Check(max_length=BATCH)]


def sums(events: list[tuple[str, dict[str, Any]]]) -> dict[str, float]:
    """What an hour says of `(type, data)`. Pure."""
    total: dict[str, float] = dict.fromkeys(SUMS, 0)
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

    async def keep(self, report: Report) -> None:
        """Store a batch; what it says of titles that are not there is kept without them."""
        at = now()
        async with self._db.write() as c:
            known = await self._known(c, report)
            rows = [
                {"at": at, "session": report.session, **known, "skin": report.skin, "engine": report.engine,
                 "type": e.type, "data": e.model_dump(exclude_none=True, exclude={"type"})}
                for e in report.events
            ]  # fmt: skip
            if rows:
                await c.execute(insert(telemetry), rows)

    async def _known(self, c: Any, report: Report) -> dict[str, str | None]:
        found: dict[str, str | None] = {"content": None, "media": None}
        for name, table, id in (("content", content, report.content), ("media", media, report.media)):
            if id is not None:
                found[name] = (await c.execute(select(table.c.id).where(table.c.id == id))).scalar()
        return found

    async def roll_up(self) -> None:
        """Add what came since the last time to its hours; forget what is too old. At most once each."""
        old = utc(datetime.now(UTC) - timedelta(days=self._days))
        async with self._db.write() as c:
            last = (await c.execute(select(setting.c.value).where(setting.c.name == SUMMED))).scalar()
            rows = (
                await c.execute(select(telemetry).where(telemetry.c.id > (last or 0)).order_by(telemetry.c.id))
            ).all()
            groups: dict[tuple[str, str, str], list[tuple[str, dict[str, Any]]]] = defaultdict(list)
            for row in rows:
                groups[row.at[:13], row.content or "", row.skin].append((row.type, row.data))
            for (hour, of, skin), events in groups.items():
                await self._add(c, {"hour": hour, "content": of, "skin": skin}, sums(events))
            if rows:
                await c.execute(delete(setting).where(setting.c.name == SUMMED))
                await c.execute(insert(setting).values(name=SUMMED, value=rows[-1].id))
            await c.execute(delete(telemetry).where(telemetry.c.at < old))

    async def _add(self, c: Any, key: dict[str, str], more: dict[str, float]) -> None:
        of = [telemetry_hour.c[n] == v for n, v in key.items()]
        added = {n: telemetry_hour.c[n] + v for n, v in more.items()}
        if (await c.execute(update(telemetry_hour).where(*of).values(**added))).rowcount == 0:
            await c.execute(insert(telemetry_hour).values(**key, **more))
