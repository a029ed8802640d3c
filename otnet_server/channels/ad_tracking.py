"""Requests the tracking URLs of ads, from an outbox.

A URL enters the outbox with the event that it reports, once for each viewer and airing, in the transaction that counts
the event. One process sends, under a lease. A request that fails is repeated a few times; if the process stops between
a request and its record, it is sent again. The URLs come from ad servers, so all requests go through
`ingest/guarded.py`. Logs name the host only, because URLs contain ids.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

import httpx
from sqlalchemy import Row, and_, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.channels.ad_trackers import filled, host_of, urls_of, wait_s
from otnet_server.channels.airing import cohort_of_number
from otnet_server.db.ad_tables import ad_decision, ad_tracking
from otnet_server.db.availability import log_failure
from otnet_server.db.engine import Database
from otnet_server.db.records import now
from otnet_server.ingest.addresses import Blocked, parse
from otnet_server.ingest.guarded import Resolve, system_resolve
from otnet_server.ingest.public_http import public_http
from otnet_server.logs import log
from otnet_server.schema.fields.dates import utc

AdPlace: TypeAlias = tuple[int, int]  # an ad of a channel: the number of the break, and the place in its decision
TIMEOUT_S = 5.0
AT_ONCE = 32
PER_HOST = 8
POLL_S = 1.0
MAX_WAITING = 100_000  # URLs; more are not stored while ad servers do not answer
ROWS = 1_000  # of one statement
KEPT = timedelta(days=7)  # longer than viewers can go back
KEY = tuple(column.name for column in ad_tracking.primary_key)


async def store_tracking(
    db: Database,
    c: AsyncConnection,
    counted: Mapping[tuple[str, int, str], int],
    places: Mapping[tuple[str, int], AdPlace],
) -> None:
    """Put the URLs of events that were counted into the outbox. `counted` has events as bits, by (channel, airing,
    viewer); `places` are the ads of the airings of the same channel."""
    decisions: dict[tuple[str, int, int], list[Any]] = {}
    for key in {(channel, place[0], cohort_of_number(number)) for (channel, number), place in places.items()}:
        t = ad_decision.c
        query = select(t.ads).where(t.channel == key[0], t.ad_break == key[1], t.cohort == key[2])
        decisions[key] = (await c.execute(query)).scalar() or []
    rows, at = [], now()
    for (channel, airing, viewer), events in counted.items():
        ad_break, ad = places.get((channel, airing), (-1, -1))
        ads = decisions.get((channel, ad_break, cohort_of_number(airing)), [])
        tracking = ads[ad].get("tracking", {}) if 0 <= ad < len(ads) else {}
        for event, place, url in urls_of(tracking, events):
            rows.append(dict(channel=channel, airing=airing, viewer=viewer, event=event, place=place, url=url,
                             host=host_of(url), failures=0, due_at=at, at=at))  # fmt: skip
    if not rows:
        return
    waiting = (await c.execute(select(func.count()).where(ad_tracking.c.due_at.is_not(None)))).scalar_one()
    if waiting + len(rows) > MAX_WAITING:
        log.warning("too many tracking URLs of ads wait; new ones are left out", waiting=waiting, left_out=len(rows))
        return
    adding = sqlite_insert(ad_tracking) if db.sqlite else postgresql_insert(ad_tracking)
    for start in range(0, len(rows), ROWS):
        await c.execute(adding.on_conflict_do_nothing(index_elements=KEY), rows[start : start + ROWS])


class AdTracking:
    """The task that sends what is due. `allow`: hosts that are allowed although they are not public."""

    def __init__(self, db: Database, allow: frozenset[str], *, resolve: Resolve = system_resolve) -> None:
        self._db, self._allow, self._resolve = db, allow, resolve
        self._sending: dict[tuple[Any, ...], asyncio.Task[None]] = {}
        self._busy: Counter[str] = Counter()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._tidied = ""

    async def start(self) -> None:
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        http = public_http(self._allow, timeout=TIMEOUT_S, connections=AT_ONCE, resolve=self._resolve)
        try:
            async with http:
                while True:
                    await self._send_due_safely(http)
        finally:
            tasks = list(self._sending.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send_due_safely(self, http: httpx.AsyncClient) -> None:
        self._wake.clear()
        try:
            await self._send_due(http)
            await self._delete_old()
        except (SQLAlchemyError, OSError) as e:
            log_failure("due tracking URLs of ads could not be read; trying again", e)
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_S):
                await self._wake.wait()

    async def _send_due(self, http: httpx.AsyncClient) -> None:
        """Start what is due, within the limits."""
        t, full = ad_tracking.c, [host for host, count in self._busy.items() if count >= PER_HOST]
        query = select(ad_tracking).where(t.due_at <= now(), t.host.not_in(full)).order_by(t.due_at).limit(2 * AT_ONCE)
        before = set(self._sending)  # what is read of these may be out of date
        if len(before) >= AT_ONCE:
            return
        async with self._db.read() as c:
            rows = (await c.execute(query)).all()
        for row in rows:
            key = tuple(row[:5])
            if key not in before and len(self._sending) < AT_ONCE and self._busy[row.host] < PER_HOST:
                self._busy[row.host] += 1
                task = self._sending[key] = asyncio.ensure_future(self._send_safely(http, row))
                task.add_done_callback(partial(self._on_done, key, row.host))

    def _on_done(self, key: tuple[Any, ...], host: str, _: asyncio.Task[None]) -> None:
        del self._sending[key]
        self._busy[host] -= 1
        if not self._busy[host]:
            del self._busy[host]
        self._wake.set()

    async def _send_safely(self, http: httpx.AsyncClient, row: Row[Any]) -> None:
        try:
            await self._send(http, row)
        except Exception as e:
            log_failure("a tracking URL could not be requested or recorded; it will be sent again", e)
            await asyncio.sleep(POLL_S)  # keep its slot, so that a failing database does not cause a flood of requests

    async def _send(self, http: httpx.AsyncClient, row: Row[Any]) -> None:
        status, reason = await request(http, filled(row.url, datetime.fromisoformat(row.at), secrets.randbelow(10**8)))
        wait = wait_s(status, row.failures) if reason != "refused" else None
        due_at = utc(datetime.now(UTC) + timedelta(seconds=wait)) if wait is not None else None
        if reason and due_at is None:
            log.warning("a tracking URL of an ad was given up", host=row.host, tracked=row.event, reason=reason)
        values = {"due_at": due_at, "failures": row.failures + bool(reason)}
        of_row = and_(*(ad_tracking.c[name] == row._mapping[name] for name in KEY))
        async with self._db.write() as c:
            await c.execute(update(ad_tracking).where(of_row).values(**values))

    async def _delete_old(self) -> None:
        today = datetime.now(UTC)
        if self._tidied != today.date().isoformat():
            async with self._db.write() as c:
                await c.execute(delete(ad_tracking).where(ad_tracking.c.at < utc(today - KEPT)))
            self._tidied = today.date().isoformat()


async def request(http: httpx.AsyncClient, url: str) -> tuple[int | None, str]:
    """(status, reason) of one request; the reason is empty when it has arrived. The body is not read."""
    try:
        async with asyncio.timeout(TIMEOUT_S), http.stream("GET", parse(url)) as response:
            status = response.status_code
            return status, "" if 200 <= status < 300 else f"status {status}"
    except Blocked as e:
        return None, "the host is unknown" if e.code == "host_unknown" else "refused"
    except (TimeoutError, httpx.HTTPError, ValueError) as e:
        return None, type(e).__name__
