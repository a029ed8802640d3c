"""The policies that are in force in this process.

They are loaded when the server starts, after every change of a policy by this or another process (the change feed tells
of it), and again after a failure. A new set replaces the former one at once, when it is complete; a load that fails
changes nothing. What was loaded last is kept in a file too (`last_good.py`), which a start without the database uses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.cluster.change_feed import ChangeFeed
from otnet_server.db.availability import log_failure
from otnet_server.db.changes import Change
from otnet_server.db.engine import Database
from otnet_server.db.tables import metadata, policy_count
from otnet_server.logs import log
from otnet_server.policies import last_good
from otnet_server.policies.evaluation import CompiledPolicy, OrganizationPolicies, compiled_sets
from otnet_server.policies.policy import Policy

RETRY_S = 1.0
SAVE_COUNTS_S = 2.0
policy = metadata.tables["policy"]
NAMES = ("evaluated", "matched", "failed")


class PolicyStore:
    """`sets` are the policies of each organization that has any. `loaded` is False until a set was loaded."""

    def __init__(self, db: Database, feed: ChangeFeed, folder: Path) -> None:
        self._db, self._folder = db, folder
        self.sets: Mapping[str, OrganizationPolicies] = {}
        self.loaded = False
        self._lock = asyncio.Lock()
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._saved: dict[tuple[str, int], tuple[int, int, int]] = {}
        for change in ("created", "updated", "deleted", "restored"):
            feed.subscribe(f"policy.{change}", self._on_change)
            feed.subscribe(f"organization.{change}", self._on_change)
        feed.on_gap.append(self._wake.set)

    async def start(self) -> None:
        try:
            await self._load()
        except (SQLAlchemyError, OSError) as e:
            log_failure("the policies could not be loaded; using those that were loaded last", e)
            stored = last_good.read(self._folder)
            if stored is not None:
                self._replace(stored)
            self._wake.set()
        self._tasks = [asyncio.ensure_future(self._follow()), asyncio.ensure_future(self._save_counts_regularly())]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            await self._save_counts()
        except (SQLAlchemyError, OSError) as e:
            log_failure("the counts of policies were not saved", e)

    def compiled(self) -> list[CompiledPolicy]:
        return [compiled for one in self.sets.values() for compiled in one.policies]

    async def reload(self) -> None:
        """Load the policies now; if that fails, as soon as it succeeds."""
        if not await self._loads():
            self._wake.set()

    async def _loads(self) -> bool:
        """Load the policies; returns whether that succeeded."""
        try:
            await self._load()
        except (SQLAlchemyError, OSError) as e:
            log_failure("the policies could not be loaded; keeping those in force", e)
            return False
        return True

    def _on_change(self, change: Change) -> None:
        self._wake.set()

    async def _follow(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if not await self._loads():
                await asyncio.sleep(RETRY_S)
                self._wake.set()

    async def _load(self) -> None:
        async with self._lock:
            async with self._db.read() as c:
                rows = (await c.execute(select(policy).where(policy.c.enabled).order_by(policy.c.id))).mappings().all()
            policies = [Policy.from_row(dict(row)) for row in rows]
            self._replace(policies)
            try:
                await asyncio.to_thread(last_good.save, self._folder, policies)
            except OSError as e:
                log.error("the policies were not stored for the next start", why=str(e))

    def _replace(self, policies: list[Policy]) -> None:
        former = {(p.policy.id, p.policy.version): p for p in self.compiled()}
        sets = compiled_sets(policies, former)
        for broken in (p for one in sets.values() for p in one.policies if p.expression is None):
            log.error("a policy can't be compiled", policy=broken.policy.id, on_error=broken.policy.on_error)
        self.sets, self.loaded = sets, True
        kept = {(p.policy.id, p.policy.version) for p in self.compiled()}
        self._saved = {key: counts for key, counts in self._saved.items() if key in kept}

    async def _save_counts_regularly(self) -> None:
        while True:
            await asyncio.sleep(SAVE_COUNTS_S)
            try:
                await self._save_counts()
            except (SQLAlchemyError, OSError) as e:
                log_failure("the counts of policies were not saved; trying again", e)

    async def _save_counts(self) -> None:
        """Add what was counted since the last time to the counts of all processes."""
        counted = {
            (compiled.policy.id, compiled.policy.version): (
                compiled.counts.evaluated, compiled.counts.matched, compiled.counts.failed,
            )
            for compiled in self.compiled()
        }  # fmt: skip
        changed = sorted(key for key, counts in counted.items() if counts != self._saved.get(key, (0, 0, 0)))
        if not changed:
            return
        async with self._db.write() as c:  # in one order in all processes, so that they don't wait for each other
            for key in changed:
                before = self._saved.get(key, (0, 0, 0))
                await _add_counts(c, key, {n: a - b for n, a, b in zip(NAMES, counted[key], before, strict=True)})
        self._saved |= {key: counted[key] for key in changed}


async def _add_counts(c: AsyncConnection, key: tuple[str, int], more: Mapping[str, int]) -> None:
    own = policy_count.c.policy == key[0], policy_count.c.version == key[1]
    adding = update(policy_count).where(*own).values({n: policy_count.c[n] + more[n] for n in NAMES})
    if (await c.execute(adding)).rowcount:
        return
    try:
        async with c.begin_nested():
            await c.execute(insert(policy_count).values(policy=key[0], version=key[1], **more))
    except IntegrityError:  # another process has inserted it, or the policy was deleted
        await c.execute(adding)
