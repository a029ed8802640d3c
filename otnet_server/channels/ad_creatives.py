"""The creatives of ad servers: media files that become titles before they can be played.

The first decision that has a creative starts its download; the pipeline encodes it like any other title, and later
decisions play it. The titles are drafts in a library of their own, so viewers do not see them in the catalogue. A
download that failed is tried again an hour later.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import SQLAlchemyError

from otnet_server.channels.schedule_queries import ready_titles
from otnet_server.channels.slates import LAST_OF_LISTS
from otnet_server.config import CREATIVES
from otnet_server.db.ad_tables import ad_creative
from otnet_server.db.availability import log_failure
from otnet_server.db.engine import Database
from otnet_server.db.records import new_id, now
from otnet_server.db.tables import media, metadata, revision
from otnet_server.errors import OtnetError
from otnet_server.ingest.downloads import Limits, download
from otnet_server.ingest.public_http import public_http
from otnet_server.logs import log
from otnet_server.media.states import State
from otnet_server.pipeline.probe import sniff_file
from otnet_server.protocols import Ad
from otnet_server.schema.fields.dates import utc

LIMITS = Limits(max_bytes=500 << 20, total_s=600, keep_free=1 << 30)
AT_ONCE = 2  # downloads
MAX_CREATIVES = 2_000  # of an organization
RETRY = timedelta(hours=1)
content = metadata.tables["content"]


class AdCreatives:
    """`wake` is called when there is something to encode; `allow` are hosts that are allowed although they are not
    public."""

    def __init__(self, db: Database, wake: Callable[[], None], data: Path, allow: frozenset[str]) -> None:
        self._db, self._wake, self._folder, self._allow = db, wake, data / CREATIVES, allow
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def with_content(
        self, organization: str, provider: str, ads: Sequence[Ad], offered: Collection[str]
    ) -> list[Ad]:
        """The ads that can be played: those of `offered` contents, and creatives that are ready, with their content.
        Starts the download of the others."""
        ids = {creative_id(provider, ad): ad for ad in ads if not ad.content and ad.creative_url}
        contents = await self._contents(organization, list(ids)) if ids else {}
        for id, ad in ids.items():
            if id not in contents and await self._claims(organization, id):
                task = asyncio.ensure_future(self._add_safely(organization, id, ad))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        playable, used = [], list[str]()
        for ad in ads:
            if ad.content in offered:
                playable.append(ad)
            elif not ad.content and (stored := contents.get(id := creative_id(provider, ad))):
                playable.append(replace(ad, content=stored))
                used.append(id)
        if used:
            await self._note_use(organization, used)
        return playable

    async def _note_use(self, organization: str, ids: Sequence[str]) -> None:
        """Creatives are deleted when they were not used for long. The day is enough."""
        c_ = ad_creative.c
        yesterday = utc(datetime.now(UTC) - timedelta(days=1))
        stale = or_(c_.used_at.is_(None), c_.used_at < yesterday)
        async with self._db.write() as c:
            of_creatives = c_.organization == organization, c_.id.in_(ids)
            await c.execute(update(ad_creative).where(*of_creatives, stale).values(used_at=now()))

    async def _contents(self, organization: str, ids: Sequence[str]) -> dict[str, str | None]:
        """The contents of creatives that have arrived; None for one that is not ready."""
        c_ = ad_creative.c
        query = select(c_.id, c_.content).where(
            c_.organization == organization, c_.id.in_(ids), c_.content.is_not(None)
        )
        async with self._db.read() as c:
            rows = (await c.execute(query)).all()
            ready = await ready_titles(c, [row.content for row in rows]) if rows else {}
        return {row.id: row.content if row.content in ready else None for row in rows}

    async def _claims(self, organization: str, id: str) -> bool:
        """Whether this process may download a creative now."""
        c_, adding = ad_creative.c, sqlite_insert(ad_creative) if self._db.sqlite else postgresql_insert(ad_creative)
        old = utc(datetime.now(UTC) - RETRY)
        key = [c_.organization, c_.id]
        async with self._db.write() as c:
            counts = or_(c_.content.is_not(None), c_.tried_at >= old)  # not what failed long ago
            query = select(func.count()).where(c_.organization == organization, counts)
            if (await c.execute(query)).scalar_one() >= MAX_CREATIVES:
                log.warning("an organization has too many creatives; new ones are left out", organization=organization)
                return False
            statement = adding.values(organization=organization, id=id, tried_at=now()).on_conflict_do_update(
                index_elements=key, set_={"tried_at": now()}, where=(c_.content.is_(None)) & (c_.tried_at < old)
            )
            return (await c.execute(statement.returning(c_.id))).first() is not None

    async def _add_safely(self, organization: str, id: str, ad: Ad) -> None:
        try:
            async with self._slots:
                await self._add(organization, id, ad)
        except OtnetError as e:
            log.warning(
                "the creative of an ad could not be fetched; trying again in an hour", ad=ad.id[:200], why=e.code
            )
        except (SQLAlchemyError, OSError) as e:
            log_failure("the creative of an ad could not be stored; trying again in an hour", e, ad=ad.id[:200])

    async def _add(self, organization: str, id: str, ad: Ad) -> None:
        path = self._folder / organization / f"{id}.mp4"
        part = path.with_suffix(".part")
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        try:
            async with public_http(self._allow) as http:
                await download(ad.creative_url, part, limits=LIMITS, http=http)
            await asyncio.to_thread(sniff_file, part)
            await asyncio.to_thread(part.replace, path)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)
        await self._store(organization, id, path, f"Ad {ad.id}"[:200].strip())
        self._wake()

    async def _store(self, organization: str, id: str, path: Path, title: str) -> None:
        at, of_media, of_content, first = LAST_OF_LISTS, new_id(), new_id(), new_id()[:10]
        async with self._db.write() as c:
            await c.execute(insert(content).values(
                id=of_content, organization=organization, title=title, kind="clip", status="draft", created_at=at,
                updated_at=at,
            ))  # fmt: skip
            await c.execute(insert(media).values(
                id=of_media, library=CREATIVES, title=title, present=True, current=first, info={}, created_at=at,
                updated_at=at, organization=organization, linked=True, role="main", content=of_content,
            ))  # fmt: skip
            await c.execute(insert(revision).values(
                id=first, media=of_media, path=str(path), fingerprint=f"creative-{organization}-{id}",
                state=State.FOUND, playable=False, priority=2, created_at=at,
            ))  # fmt: skip
            of_creative = ad_creative.c.organization == organization, ad_creative.c.id == id
            await c.execute(update(ad_creative).where(*of_creative).values(content=of_content))


def creative_id(provider: str, ad: Ad) -> str:
    """The id under which a creative is stored."""
    return hashlib.sha256(f"{provider}\0{ad.creative_id or ad.creative_url}".encode(errors="replace")).hexdigest()[:32]
