"""Storage of playback telemetry.

Anybody may report on a public server. Events are therefore limited in rate, for each address and in total, and by the
free space on the disk; the roll-up limits their number. No address and no browser is stored: only the country, the kind
of device, and a viewer key that changes every day (see `viewer_keys.py`).
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.client_address import network_of
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.db.tables import channel_viewer, metadata, telemetry
from otnet_server.errors import ApiError, StorageUnavailable
from otnet_server.identity.throttle import Rate
from otnet_server.telemetry.reports import TelemetryReport, device_of, numbers_of, without_impossible_ranges
from otnet_server.telemetry.viewer_keys import ViewerKeys

EVENTS_PER_MINUTE = 1_000  # of one address: about a hundred viewers behind one
TOTAL_EVENTS_PER_MINUTE = 30_000
VIEWERS_PER_MINUTE = 500  # reports of one address that count a viewer of a channel
media, content, channel = (metadata.tables[name] for name in ("media", "content", "channel"))


class Sender(NamedTuple):
    """Who sent a report. `private`: the browser asks not to be followed (Sec-GPC, DNT), so that neither country nor
    viewer key are stored. `playback_session` is the id of the session of a title that not everybody may have."""

    address: str
    agent: str = ""
    private: bool = False
    playback_session: str | None = None


class Telemetry:
    """`country_of` maps an address to its country; None when there is no database of countries. `folder` is on the disk
    of the database; when less than `min_free_bytes` is free there, events are not stored."""

    def __init__(
        self, db: Database, country_of: Callable[[str], str | None] | None, folder: Path, min_free_bytes: int
    ) -> None:
        self._db, self._country_of = db, country_of
        self._folder, self._min_free_bytes = folder, min_free_bytes
        self._viewer_keys = ViewerKeys(db)
        self._viewers_by_address = Rate(VIEWERS_PER_MINUTE)
        self._by_address, self._total = Rate(EVENTS_PER_MINUTE), Rate(TOTAL_EVENTS_PER_MINUTE)

    async def store(self, report: TelemetryReport, sender: Sender) -> None:
        """Store a batch. A reference to content or media that does not exist, or is of another organization than the
        content, is stored as null. Raises ApiError 429, StorageUnavailable."""
        if not report.events:
            return
        self._check_rate(network_of(sender.address), len(report.events))
        if (await asyncio.to_thread(shutil.disk_usage, self._folder)).free < self._min_free_bytes:
            raise StorageUnavailable(
                "disk_full", "The server has too little free disk space for telemetry.", "Free some space."
            )
        shared = {
            "at": now(), "session": report.session, "skin": report.skin, "engine": report.engine,
            "device": device_of(sender.agent), "country": None, "viewer": None,
            "playback_session": sender.playback_session,
        }  # fmt: skip
        if not sender.private:
            shared["country"] = self._country_of(sender.address) if self._country_of is not None else None
            shared["viewer"] = await self._viewer_keys.key(sender.address, sender.agent)
        insert = sqlite_insert if self._db.sqlite else postgresql_insert
        async with self._db.write() as c:
            shared |= await self._existing_ids(c, report)
            rows = [
                shared | {"number": number, "type": e.type, "data": e.model_dump(exclude_none=True, exclude={"type"})}
                for number, e in zip(numbers_of(report), map(without_impossible_ranges, report.events), strict=True)
            ]
            await c.execute(insert(telemetry).on_conflict_do_nothing(), rows)
            await self._note_viewer(c, report, sender)

    async def _note_viewer(self, c: AsyncConnection, report: TelemetryReport, sender: Sender) -> None:
        """Note that a player plays a channel, or that it has left. As anybody may report, viewers of one address are
        noted at a limited rate."""
        key = channel_viewer.c.channel == report.media, channel_viewer.c.session == report.session
        last = report.events[-1].type
        if report.media is None or last == "attempt":
            return
        if last in ("exit", "end"):
            await c.execute(delete(channel_viewer).where(*key))
            return
        if not self._viewers_by_address.take(network_of(sender.address), 1)[0]:
            return
        if (await c.execute(select(channel.c.id).where(channel.c.id == report.media))).first() is None:
            return
        insert = sqlite_insert if self._db.sqlite else postgresql_insert
        seen = {"at": now(), "playback_session": sender.playback_session}
        noted = insert(channel_viewer).values(channel=report.media, session=report.session, **seen)
        await c.execute(noted.on_conflict_do_update(index_elements=["channel", "session"], set_=seen))

    def _check_rate(self, network: str, events: int) -> None:
        """Raises ApiError 429."""
        for rate, caller in ((self._by_address, network), (self._total, "all")):
            allowed, _, wait_s = rate.take(caller, events)
            if not allowed:
                raise ApiError(429, "too_many_events", f"More than {rate.limit} events a minute.", f"Wait {wait_s} s.",
                               Retry_After=str(max(1, wait_s)))  # fmt: skip

    async def _existing_ids(self, c: AsyncConnection, report: TelemetryReport) -> dict[str, str | None]:
        ids: dict[str, str | None] = {"content": None, "media": None, "organization": None}
        for name, table, id in (("content", content, report.content), ("media", media, report.media)):
            if id is None:
                continue
            organization = (await c.execute(select(table.c.organization).where(table.c.id == id))).scalar()
            if organization is not None and ids["organization"] in (None, organization):
                ids |= {name: id, "organization": organization}
        return ids
