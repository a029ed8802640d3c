"""Counts who was sent the ads of a channel: an ad has one impression for each viewer, when its first segment is sent.

A viewer is a playback session; on a channel that anybody may have, where there is none, it is a viewer key, which
changes every day (telemetry/viewer_keys.py). What was sent is collected in memory and written every few seconds, and
delivery does not wait: a process that is killed loses what it had collected. Segments that a cache before the server
answers are not seen here. As anybody can ask for segments, the number of viewers at an address is limited.

The tracking URLs of an ad are put into their outbox (channels/ad_tracking.py) in the same transaction.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Integer, delete, func, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from starlette.requests import Request
from starlette.types import Scope

from otnet_server.channels.ad_events import EVENTS, events_of
from otnet_server.channels.ad_tracking import AdPlace, store_tracking
from otnet_server.channels.airing import Airing
from otnet_server.client_address import network_of
from otnet_server.db.ad_tables import ad_impression
from otnet_server.db.availability import log_failure
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.identity.throttle import Rate
from otnet_server.media.channel_clock import seconds
from otnet_server.media.presentation import Track
from otnet_server.playback.sessions import PlaybackSessions
from otnet_server.schema.fields.dates import utc
from otnet_server.telemetry.viewer_keys import ViewerKeys

FLUSH_S = 2.0
MAX_WAITING = 50_000  # viewers of ads; more are not counted while the database is away
PER_MINUTE = 2_000  # from one address: about a hundred viewers behind one
KEPT = timedelta(days=90)


class Impressions:
    """`enabled`: playback telemetry is on; without it, nothing is counted."""

    def __init__(self, db: Database, sessions: PlaybackSessions, *, enabled: bool) -> None:
        self._db, self._sessions, self._enabled = db, sessions, enabled
        self._viewer_keys = ViewerKeys(db)
        self._rate = Rate(PER_MINUTE)
        self._waiting: dict[tuple[str, int, str], int] = {}
        self._places: dict[tuple[str, int], AdPlace] = {}  # of the airings that wait
        self._task: asyncio.Task[None] | None = None
        self._tidied = ""

    async def start(self) -> None:
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._flush_safely()

    async def sent(
        self, scope: Scope, token: str | None, airing: Airing, track: Track, time: int, channel: str = ""
    ) -> None:
        """A segment of an ad is being sent. Browsers that ask not to be followed (Sec-GPC, DNT) are counted in playback
        sessions only. `channel` is the one that is watched, if it is a delayed copy of that of the airing."""
        events = events_of(track, seconds(airing.duration), time) if self._enabled else 0
        viewer = await self._viewer(scope, token, channel or airing.channel) if events else None
        if viewer is None:
            return
        key = (airing.channel, airing.number, viewer)
        if key in self._waiting or (len(self._waiting) < MAX_WAITING and self._admits(scope)):
            self._waiting[key] = self._waiting.get(key, 0) | events
            if airing.ad_break is not None and airing.ad is not None:
                self._places[airing.channel, airing.number] = (airing.ad_break.number, airing.ad)

    def _admits(self, scope: Scope) -> bool:
        client = Request(scope).client
        return self._rate.take(network_of(client.host if client else ""))[0]

    async def _viewer(self, scope: Scope, token: str | None, channel: str) -> str | None:
        if token is not None:
            return self._sessions.id_of(token, channel)
        request = Request(scope)
        if "1" in (request.headers.get("sec-gpc"), request.headers.get("dnt")):
            return None
        address = request.client.host if request.client else ""
        try:
            return await self._viewer_keys.key(address, request.headers.get("user-agent", "")[:300])
        except (SQLAlchemyError, OSError):  # delivery goes on
            return None

    async def counts(self, channel: str, airings: Sequence[int]) -> dict[int, dict[str, int]]:
        """How many viewers were sent what of these airings, by the number of the airing."""
        if not airings:
            return {}
        events = ad_impression.c.events
        columns = [func.sum(sql_cast(events.bitwise_and(1 << n) != 0, Integer)) for n in range(len(EVENTS))]
        query = select(ad_impression.c.airing, *columns).where(
            ad_impression.c.channel == channel, ad_impression.c.airing.in_(airings)
        )
        async with self._db.read() as c:
            rows = (await c.execute(query.group_by(ad_impression.c.airing))).all()
        return {number: dict(zip(EVENTS, map(int, sums), strict=True)) for number, *sums in rows}

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_S)
            await self._flush_safely()

    async def _flush_safely(self) -> None:
        waiting, self._waiting = self._waiting, {}
        places, self._places = self._places, {}
        by_channel: dict[str, dict[tuple[str, int, str], int]] = defaultdict(dict)
        for key, events in waiting.items():
            by_channel[key[0]][key] = events
        for of_channel in by_channel.values():
            try:
                await self._write(of_channel, places)
            except IntegrityError:
                continue  # the channel was deleted
            except (SQLAlchemyError, OSError) as e:
                log_failure("impressions of ads could not be stored; trying again", e)
                for key, events in of_channel.items():
                    self._waiting[key] = self._waiting.get(key, 0) | events
                    if key[:2] in places:
                        self._places[key[:2]] = places[key[:2]]
        try:
            await self._delete_old()
        except (SQLAlchemyError, OSError) as e:
            log_failure("old impressions of ads could not be deleted; trying again", e)

    async def _write(self, waiting: dict[tuple[str, int, str], int], places: dict[tuple[str, int], AdPlace]) -> None:
        insert = sqlite_insert if self._db.sqlite else postgresql_insert
        names = ("channel", "airing", "viewer")
        rows = [{**dict(zip(names, key, strict=True)), "events": e, "at": now()} for key, e in waiting.items()]
        adding = insert(ad_impression)
        union = ad_impression.c.events.bitwise_or(adding.excluded.events)
        async with self._db.write() as c:
            await c.execute(adding.on_conflict_do_update(index_elements=names, set_={"events": union}), rows)
            await store_tracking(self._db, c, waiting, places)

    async def _delete_old(self) -> None:
        today = datetime.now(UTC)
        if self._tidied != today.date().isoformat():
            async with self._db.write() as c:
                await c.execute(delete(ad_impression).where(ad_impression.c.at < utc(today - KEPT)))
            self._tidied = today.date().isoformat()
