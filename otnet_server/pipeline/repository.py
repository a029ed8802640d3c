"""What the pipeline remembers: titles, revisions, published chunks, files. SQL lives here.

Every change of state goes through `move`, which checks the table of states and writes the event into
the outbox in the same transaction: what was told and what is true can't part.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import product
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.search import Search
from otnet_server.db.tables import FIRST, chunk, file, media, outbox, revision
from otnet_server.events import Event
from otnet_server.media.plan import Plan
from otnet_server.media.states import State, can_move
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.dates import utc

STATE = (
    revision.c.state,
    revision.c.error,
    revision.c.duration_s,
    revision.c.loudness,
    revision.c.plan.is_not(None).label("planned"),
)
UNFINISHED = (State.FOUND, State.PROBED, State.PLANNED, State.ENCODING)
# 2: somebody wants to watch it; 1: it was just dropped; 0: the backlog.
PRIORITIES = (2, 1, 0)


def _next() -> Any:
    """`most` unfinished revisions, none of `skip`: the most urgent first, and of those what was begun before what
    was not. Made once, for it is asked after every title. Each part follows the index from its beginning, however
    long the backlog is; asked as one condition SQLite would look through all titles."""
    most, skip = bindparam("most", type_=Integer), bindparam("skip", type_=String, expanding=True)
    current = and_(media.c.id == revision.c.media, media.c.current == revision.c.id)
    parts = [
        select(
            select(revision.c.id, literal(rank).label("rank"))
            .join(media, current)
            .where(revision.c.state == state, revision.c.priority == priority)
            .where(media.c.present, revision.c.id.not_in(skip))
            .order_by(revision.c.created_at, revision.c.id)
            .limit(most)
            .subquery()
        )
        for rank, (priority, state) in enumerate(product(PRIORITIES, reversed(UNFINISHED)))
    ]
    first = union_all(*parts).subquery()
    return (
        select(revision, media.c.library, file.c.size, file.c.mtime_ns)
        .join(first, first.c.id == revision.c.id)
        .join(media, current)
        .outerjoin(file, file.c.path == revision.c.path)
        .order_by(first.c.rank, revision.c.created_at, revision.c.id)
        .limit(most)
    )


NEXT = _next()


def _mirror() -> Any:
    """`revision`'s state and length, repeated in the row of its media, if it is the newest one of it."""
    this = revision.c.id == bindparam("revision", type_=String)

    def of(column: Any) -> Any:
        return select(column).where(this).scalar_subquery()

    newest = media.c.id == of(revision.c.media), media.c.current == bindparam("revision", type_=String)
    values = {"state": of(revision.c.state), "duration_s": of(revision.c.duration_s), "updated_at": bindparam("at")}
    return update(media).where(*newest).values(**values)


MIRROR = _mirror()


class Known(NamedTuple):
    """A file as last seen."""

    size: int
    mtime_ns: int
    fingerprint: str
    media: str | None


class Found(NamedTuple):
    """A file as seen now."""

    path: str
    library: str
    title: str
    size: int
    mtime_ns: int
    fingerprint: str


def now() -> str:
    return utc(datetime.now(UTC))


def revision_id(media_id: str, fingerprint: str, salt: str = "") -> str:
    return hashlib.blake2b(f"{media_id}{fingerprint}{salt}".encode(), digest_size=5).hexdigest()


class Catalog:
    """`owners` says whose a library is (an organization's id); what nobody claims is the first one's."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._search = Search(db.sqlite)
        self.owners: dict[str, str] = {}

    # --- files ---

    async def files(self, library: str) -> dict[str, Known]:
        async with self._db.read() as c:
            rows = await c.execute(
                select(file.c.path, file.c.size, file.c.mtime_ns, file.c.fingerprint, file.c.media).where(
                    file.c.library == library
                )
            )
            return {r.path: Known(r.size, r.mtime_ns, r.fingerprint, r.media) for r in rows}

    async def files_at(self, paths: list[str]) -> dict[str, Known]:
        async with self._db.read() as c:
            rows = await c.execute(select(file).where(file.c.path.in_(paths)))
            return {r.path: Known(r.size, r.mtime_ns, r.fingerprint, r.media) for r in rows}

    async def add_files(self, found: Iterable[Found], *, live: bool = False) -> list[str]:
        """New or changed files become titles, revisions or second names of a known content.

        Returns ids of the media touched. One transaction.
        """
        files = list(found)
        async with self._db.write() as c:
            plain, known = await self._sort(c, files)
            touched = await self._add_new(c, plain, int(live))
            for f in known:
                touched.append(await self._add(c, f, int(live)))
        return touched

    async def _sort(self, c: AsyncConnection, files: list[Found]) -> tuple[list[Found], list[Found]]:
        """(files of which neither path nor content is known, the others): the first are many and simple."""
        paths = select(file.c.path).where(file.c.path.in_([f.path for f in files]))
        marks = select(revision.c.fingerprint).where(revision.c.fingerprint.in_([f.fingerprint for f in files]))
        seen = set((await c.execute(paths)).scalars()) | set((await c.execute(marks)).scalars())
        plain: list[Found] = []
        known: list[Found] = []
        for f in files:
            new = f.path not in seen and f.fingerprint not in seen
            (plain if new else known).append(f)
            seen.add(f.fingerprint)
        return plain, known

    async def _add_new(self, c: AsyncConnection, files: list[Found], priority: int) -> list[str]:
        """Titles for files never seen, in four statements however many they are."""
        if not files:
            return []
        at = now()
        ids = [secrets.token_hex(6) for _ in files]
        pairs = [(i, revision_id(i, f.fingerprint), f) for i, f in zip(ids, files, strict=True)]
        await c.execute(
            insert(media),
            [
                {"id": i, "library": f.library, "title": f.title, "present": True, "current": r, "info": {},
                 "organization": self.owners.get(f.library, FIRST), "created_at": at, "updated_at": at}
                for i, r, f in pairs
            ],
        )  # fmt: skip
        await c.execute(
            insert(revision),
            [
                {"id": r, "media": i, "path": f.path, "fingerprint": f.fingerprint, "state": State.FOUND,
                 "playable": False, "priority": priority, "created_at": at}
                for i, r, f in pairs
            ],
        )  # fmt: skip
        await c.execute(
            insert(file),
            [
                {"path": f.path, "library": f.library, "media": i, "fingerprint": f.fingerprint, "size": f.size,
                 "mtime_ns": f.mtime_ns}
                for i, _, f in pairs
            ],
        )  # fmt: skip
        named = [{"id": i, "title": f.title, "organization": self.owners.get(f.library, FIRST)} for i, _, f in pairs]
        await self._search.add(c, SCHEMA["media"], named)
        told = [{"at": at, "type": "media.found", "data": {"media": i, "revision": r}} for i, r, _ in pairs]
        await c.execute(insert(outbox), told)
        return ids

    async def _add(self, c: AsyncConnection, f: Found, priority: int) -> str:
        before = (await c.execute(select(file.c.media).where(file.c.path == f.path))).scalar()
        same = (
            await c.execute(
                select(revision.c.id, revision.c.media, revision.c.path, media.c.current)
                .join(media, media.c.id == revision.c.media)
                .where(revision.c.fingerprint == f.fingerprint)
                .order_by((media.c.current == revision.c.id).desc())
            )
        ).first()
        if same is not None and same.current == same.id:
            media_id = str(same.media)
            if not await self._is_there(c, same.path, f.fingerprint):
                await c.execute(update(revision).where(revision.c.id == same.id).values(path=f.path))
            await c.execute(update(media).where(media.c.id == media_id).values(present=True, updated_at=now()))
        elif before is not None:
            media_id = before
            await self._revise(c, media_id, f, priority)
        else:
            media_id = secrets.token_hex(6)
            at = now()
            await c.execute(
                insert(media).values(
                    id=media_id,
                    organization=self.owners.get(f.library, FIRST),
                    library=f.library,
                    title=f.title,
                    present=True,
                    info={},
                    created_at=at,
                    updated_at=at,
                )
            )
            owner = self.owners.get(f.library, FIRST)
            await self._search.add(c, SCHEMA["media"], [{"id": media_id, "title": f.title, "organization": owner}])
            await self._revise(c, media_id, f, priority)
        row = {
            "library": f.library, "media": media_id, "fingerprint": f.fingerprint,
            "size": f.size, "mtime_ns": f.mtime_ns,
        }  # fmt: skip
        if before is not None:
            await c.execute(update(file).where(file.c.path == f.path).values(**row))
        else:
            await c.execute(insert(file).values(path=f.path, **row))
        return media_id

    async def _is_there(self, c: AsyncConnection, path: str, fingerprint: str) -> bool:
        found = await c.execute(select(file.c.path).where(file.c.path == path, file.c.fingerprint == fingerprint))
        return found.first() is not None

    async def _revise(self, c: AsyncConnection, media_id: str, f: Found, priority: int, salt: str = "") -> str:
        new = revision_id(media_id, f.fingerprint, salt)
        known = (await c.execute(select(revision.c.id).where(revision.c.id == new))).first()
        if known is None:
            await c.execute(
                insert(revision).values(
                    id=new, media=media_id, path=f.path, fingerprint=f.fingerprint, state=State.FOUND, playable=False,
                    priority=priority, created_at=now(),
                )
            )  # fmt: skip
            await self._tell(c, "media.found", {"media": media_id, "revision": new})
        else:
            await c.execute(update(revision).where(revision.c.id == new).values(path=f.path))
        await c.execute(update(media).where(media.c.id == media_id).values(current=new, present=True, updated_at=now()))
        await self._mirror(c, new)
        return new

    async def remove_files(self, paths: Iterable[str]) -> list[str]:
        """Files that are gone. A title without any file is hidden, not deleted. Returns media touched."""
        touched: list[str] = []
        async with self._db.write() as c:
            for path in paths:
                media_id = (await c.execute(select(file.c.media).where(file.c.path == path))).scalar()
                await c.execute(delete(file).where(file.c.path == path))
                if media_id is None:
                    continue
                touched.append(media_id)
                other = (await c.execute(select(file.c.path).where(file.c.media == media_id))).scalar()
                if other is None:
                    await c.execute(update(media).where(media.c.id == media_id).values(present=False, updated_at=now()))
                    await self._tell(c, "media.removed", {"media": media_id})
                else:
                    await c.execute(
                        update(revision).where(revision.c.media == media_id, revision.c.path == path).values(path=other)
                    )
        return touched

    # --- revisions ---

    async def next_revisions(self, limit: int, skip: Iterable[str]) -> list[Any]:
        """Unfinished current revisions of titles that are there, the first to be worked on first, with their file
        as it was last seen (`size` None: not known)."""
        async with self._db.read() as c:
            return list(await c.execute(NEXT, {"most": limit, "skip": list(skip)}))

    async def current(self, media_id: str) -> Any:
        """The newest revision's row with its media's, or None."""
        async with self._db.read() as c:
            query = select(revision, media.c.present).join(media, media.c.current == revision.c.id)
            return (await c.execute(query.where(media.c.id == media_id))).first()

    async def currents(self, ids: Iterable[str]) -> dict[str, Any]:
        """The same of many titles, by id."""
        wanted = list(ids)
        if not wanted:
            return {}
        async with self._db.read() as c:
            query = select(revision, media.c.present).join(media, media.c.current == revision.c.id)
            return {row.media: row for row in await c.execute(query.where(media.c.id.in_(wanted)))}

    async def move(self, revision_id: str, old: State, new: State, **values: Any) -> None:
        """Change a revision's state by the table, and tell."""
        assert can_move(old, new), f"{old} → {new} is not in the table of states"
        async with self._db.write() as c:
            same = revision.c.id == revision_id, revision.c.state == old
            before = (await c.execute(select(revision.c.media, revision.c.reached).where(*same))).first()
            if before is None:
                return
            reached = {new.value: now()} | (before.reached or {} if new is not State.FOUND else {})
            await c.execute(update(revision).where(*same).values(state=new, reached=reached, **values))
            await self._mirror(c, revision_id)
            data = {"media": before.media, "revision": revision_id}
            if values.get("error"):
                data |= {"error": values["error"]}
            await self._tell(c, f"media.{new}", data)

    async def set_plan(self, revision_id: str, plan: Plan) -> None:
        async with self._db.write() as c:
            values = {"plan": plan.model_dump(mode="json"), "duration_s": plan.duration_s}
            await c.execute(update(revision).where(revision.c.id == revision_id).values(**values))
            await self._mirror(c, revision_id)

    async def _mirror(self, c: AsyncConnection, revision_id: str) -> None:
        """The media's row repeats what lists ask for."""
        await c.execute(MIRROR, {"revision": revision_id, "at": now()})

    async def set_loudness(self, revision_id: str, lufs: float) -> None:
        async with self._db.write() as c:
            await c.execute(update(revision).where(revision.c.id == revision_id).values(loudness=lufs))

    async def describe(self, media_id: str, title: str | None, info: dict[str, Any]) -> None:
        """What was found about a title. A title that a person gave stays."""
        async with self._db.write() as c:
            row = (await c.execute(select(media).where(media.c.id == media_id))).mappings().one()
            values: dict[str, Any] = {"info": info, "updated_at": now()}
            if title and not row["edited"]:
                values["title"] = title
                await self._search.put(c, SCHEMA["media"], {**row, "title": title})
            await c.execute(update(media).where(media.c.id == media_id).values(**values))

    async def prioritise(self, media_id: str) -> None:
        """Somebody wants to watch it now."""
        async with self._db.write() as c:
            await c.execute(
                update(revision).where(revision.c.media == media_id, revision.c.priority < 2).values(priority=2)
            )

    async def retry(self, media_id: str) -> bool:
        """Take a failed title up again. False when it has not failed."""
        row = await self.current(media_id)
        if row is None or row.state != State.FAILED:
            return False
        await self.move(row.id, State.FAILED, State.FOUND, error=None)
        return True

    async def reencode(self, media_id: str) -> str | None:
        """A new revision of the same file, made from the beginning; the one that plays goes on until then.
        None when the file is not known."""
        async with self._db.write() as c:
            row = (await c.execute(select(file).where(file.c.media == media_id))).first()
            if row is None:
                return None
            found = Found(row.path, row.library, "", row.size, row.mtime_ns, row.fingerprint)
            return await self._revise(c, media_id, found, 1, secrets.token_hex(4))

    # --- published pieces ---

    async def chunks(self, revision_id: str) -> dict[tuple[str, int], dict[str, Any]]:
        async with self._db.read() as c:
            rows = await c.execute(
                select(chunk.c.track, chunk.c.number, chunk.c.sizes).where(chunk.c.revision == revision_id)
            )
            return {(r.track, r.number): r.sizes for r in rows}

    async def publish(
        self, revision_id: str, pieces: dict[tuple[str, int], dict[str, Any]], *, playable: bool = False
    ) -> None:
        """Index pieces whose bytes are stored. `playable` also makes the revision the one that plays."""
        async with self._db.write() as c:
            await c.execute(
                insert(chunk),
                [{"revision": revision_id, "track": t, "number": n, "sizes": s} for (t, n), s in pieces.items()],
            )
            if playable:
                await c.execute(update(revision).where(revision.c.id == revision_id).values(playable=True))
                media_id = (await c.execute(select(revision.c.media).where(revision.c.id == revision_id))).scalar_one()
                current = update(media).where(media.c.id == media_id, media.c.current == revision_id)
                await c.execute(current.values(playing=revision_id, playable=True, updated_at=now()))
                await self._tell(c, "media.playable", {"media": media_id, "revision": revision_id})

    # --- reading for the API ---

    async def page(self, limit: int, after: str | None, seen: ColumnElement[bool]) -> list[Any]:
        """Titles that are there and `seen`, newest first, with their current revision. `after`: created_at~id."""
        async with self._db.read() as c:
            query = (
                select(media, *STATE)
                .join(revision, media.c.current == revision.c.id)
                .where(media.c.present, seen)
                .order_by(media.c.created_at.desc(), media.c.id.desc())
                .limit(limit)
            )
            if after is not None:
                at, _, last = after.partition("~")
                query = query.where(or_(media.c.created_at < at, and_(media.c.created_at == at, media.c.id < last)))
            return list(await c.execute(query))

    async def title(self, media_id: str) -> Any:
        row = await self.anyhow(media_id)
        return row if row is not None and row.present else None

    async def anyhow(self, media_id: str) -> Any:
        """A title, even one whose file is gone."""
        async with self._db.read() as c:
            query = select(media, *STATE).join(revision, media.c.current == revision.c.id)
            return (await c.execute(query.where(media.c.id == media_id))).first()

    async def titles(self, ids: list[str]) -> list[Any]:
        async with self._db.read() as c:
            query = select(media, *STATE).join(revision, media.c.current == revision.c.id)
            return list(await c.execute(query.where(media.c.id.in_(ids))))

    async def revision(self, revision_id: str) -> Any:
        async with self._db.read() as c:
            return (await c.execute(select(revision).where(revision.c.id == revision_id))).first()

    async def unready(self, limit: int) -> list[Any]:
        """Titles that are not ready, failed ones first."""
        async with self._db.read() as c:
            query = (
                select(media.c.id, media.c.title, revision.c.state, revision.c.error)
                .join(revision, media.c.current == revision.c.id)
                .where(media.c.present, revision.c.state != State.READY)
                .order_by(revision.c.state != State.FAILED, revision.c.priority.desc(), revision.c.created_at)
                .limit(limit)
            )
            return list(await c.execute(query))

    async def counts(self) -> dict[str, int]:
        """Titles by state, for metrics."""
        async with self._db.read() as c:
            query = select(revision.c.state, func.count()).join(media, media.c.current == revision.c.id)
            rows = await c.execute(query.where(media.c.present).group_by(revision.c.state))
            return {r[0]: r[1] for r in rows}

    # --- events ---

    async def _tell(self, c: AsyncConnection, type: str, data: dict[str, Any]) -> None:
        await c.execute(insert(outbox).values(at=now(), type=type, data=data))

    async def untold(self, limit: int = 200) -> list[Event]:
        async with self._db.read() as c:
            rows = await c.execute(select(outbox).order_by(outbox.c.id).limit(limit))
            return [Event(r.id, r.at, r.type, r.data) for r in rows]

    async def told(self, up_to: int) -> None:
        async with self._db.write() as c:
            await c.execute(delete(outbox).where(outbox.c.id <= up_to))
