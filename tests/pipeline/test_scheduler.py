"""The scheduler without ffmpeg: a real database, an executor that runs tasks at once, and handlers that fail as told.

Each test is one row of what `Pipeline` does when tasks succeed, fail, or find their revision changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from otnet_server.cluster.leases import Leases
from otnet_server.config import Settings
from otnet_server.db.engine import Database, migrate
from otnet_server.db.tables import change, lease, media, revision
from otnet_server.errors import MediaError, StorageUnavailable
from otnet_server.media.states import State
from otnet_server.pipeline import pipeline as module
from otnet_server.pipeline.file_repository import FileRepository
from otnet_server.pipeline.job import Job
from otnet_server.pipeline.pipeline import Pipeline
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.pipeline.revision_repository import REVISION_LEASE, RevisionChanged, RevisionRepository
from otnet_server.pipeline.rows import FoundFile
from otnet_server.protocols import ExecutorRequest, Task
from tests.plans import everything, plan


class ImmediateExecutor:
    """Runs every task at once; `held` tasks stay queued."""

    name = "immediate"

    def __init__(self) -> None:
        self.running: dict[str, asyncio.Task[None]] = {}
        self.promoted: list[str] = []

    async def run_tasks(self, request: ExecutorRequest) -> None:
        self.perform = request.perform

    def submit(self, tasks: Iterable[Task]) -> None:
        for task in tasks:
            self.running[task.id] = asyncio.ensure_future(self.perform(task))
            self.running[task.id].add_done_callback(lambda _, id=task.id: self.running.pop(id, None))

    def promote(self, task_id: str, priority: tuple[int, ...], *, urgent: bool = False) -> bool:
        self.promoted.append(task_id)
        return True

    def cancel(self, revision: str) -> None:
        for id, task in self.running.items():
            if id.startswith(revision):
                task.cancel()

    def pending(self, revision: str) -> set[str]:
        return {id for id in self.running if id.startswith(revision)}

    async def stop_tasks(self) -> None:
        await asyncio.gather(*self.running.values(), return_exceptions=True)


@dataclass
class FakeHandlers:
    """`prepare` plans, all other tasks publish their pieces. `errors` are raised first, by kind, one per attempt."""

    repository: RevisionRepository
    errors: dict[str, list[Exception]] = field(default_factory=dict)
    attempts: list[tuple[str, int]] = field(default_factory=list)

    async def handle(self, job: Job, task: Task) -> None:
        self.attempts.append((task.kind, task.attempt))
        if waiting := self.errors.get(task.kind):
            raise waiting.pop(0)
        if task.kind == "prepare":
            if not await self.repository.move(job.revision_id, job.state, State.PROBED):
                raise RevisionChanged(job.revision_id)
            job.state = State.PROBED
            await self.repository.set_plan(job.revision_id, plan())
            await self.repository.move(job.revision_id, State.PROBED, State.PLANNED)
            job.state = State.PLANNED
            return
        assert job.revision is not None
        track = {"text": "text-eng", "audio": "audio-eng-stereo"}.get(task.kind, task.kind)
        pieces = {
            piece: sizes
            for piece, sizes in everything(job.revision.plan).items()
            if piece[0] == track and (task.kind == "audio" or piece[1] == task.index)
        }
        await self.repository.publish(job.revision_id, pieces)
        job.revision.add_pieces(pieces)

    async def delete_loose_thumbnails(self, revision: Any) -> None: ...


class Scheduling:
    """A scheduler and its database."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db, self.folder = db, folder
        self.repository, self.executor = RevisionRepository(db), ImmediateExecutor()
        self.handlers, self.leases = FakeHandlers(self.repository), Leases(db)
        settings = Settings(data=folder)
        cache = RevisionCache(self.repository)
        self.pipeline = Pipeline(settings, self.repository, cache, self.handlers, self.executor, self.leases)  # type: ignore[arg-type]

    async def add(self, name: str = "film.mp4", *, interactive: bool = False) -> str:
        """Add a file; returns the id of its revision."""
        file = self.folder / name
        file.write_bytes(b"x" * 10)
        stat = file.stat()
        found = FoundFile(str(file), "Films", "Film", stat.st_size, stat.st_mtime_ns, name)
        (media_id,) = await FileRepository(self.db).add_files([found], interactive=interactive)
        async with self.db.read() as c:
            return str((await c.execute(sa.select(media.c.current).where(media.c.id == media_id))).scalar_one())

    async def media_of(self, id: str) -> str:
        async with self.db.read() as c:
            return str((await c.execute(sa.select(revision.c.media).where(revision.c.id == id))).scalar_one())

    async def state(self, id: str) -> tuple[str, Any]:
        async with self.db.read() as c:
            row = (await c.execute(sa.select(revision.c.state, revision.c.error).where(revision.c.id == id))).one()
        return row.state, row.error

    async def events(self) -> list[str]:
        async with self.db.read() as c:
            query = sa.select(change.c.type).where(change.c.type.like("media.%")).order_by(change.c.id)
            return list((await c.execute(query)).scalars())

    async def until_state(self, id: str, *states: str) -> None:
        async with asyncio.timeout(60):
            while (await self.state(id))[0] not in states:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest.fixture
async def scheduling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scheduling]:
    monkeypatch.setattr(module, "STORAGE_RETRY_S", 0.01)
    url = f"sqlite+aiosqlite:///{tmp_path / 'otnet.db'}"
    migrate(url)
    db = Database(url)
    made = Scheduling(db, tmp_path)
    await made.leases.start()
    yield made
    await made.pipeline.stop()
    await made.leases.stop()
    await db.close()


async def test_file_becomes_ready(scheduling: Scheduling) -> None:
    id = await scheduling.add()
    await scheduling.pipeline.start()
    await scheduling.until_state(id, "ready")
    assert await scheduling.events() == [
        f"media.{s}" for s in ("found", "probed", "planned", "encoding", "ready")
    ]  # fmt: skip


async def test_task_is_retried_before_the_title_fails(scheduling: Scheduling) -> None:
    scheduling.handlers.errors["audio"] = [MediaError("off_plan", "package", "Wrong.") for _ in range(2)]
    id = await scheduling.add()
    await scheduling.pipeline.start()
    await scheduling.until_state(id, "ready", "failed")
    assert (await scheduling.state(id))[0] == "ready"
    assert [n for kind, n in scheduling.handlers.attempts if kind == "audio"] == [0, 1, 2]


async def test_title_fails_after_the_last_attempt_and_can_be_retried(scheduling: Scheduling) -> None:
    scheduling.handlers.errors["audio"] = [MediaError("off_plan", "package", "Wrong.") for _ in range(3)]
    id = await scheduling.add()
    await scheduling.pipeline.start()
    await scheduling.until_state(id, "failed")
    assert (await scheduling.state(id))[1] == {"code": "off_plan", "stage": "package", "message": "Wrong."}
    row = await scheduling.repository.revision(id)
    assert row is not None and await scheduling.repository.retry(row.media)
    assert not await scheduling.repository.retry(row.media), "it has not failed any more"
    scheduling.pipeline.wake()
    await scheduling.until_state(id, "ready")


async def test_failed_probe_is_not_retried(scheduling: Scheduling) -> None:
    scheduling.handlers.errors["prepare"] = [MediaError("unreadable", "probe", "No.")]
    id = await scheduling.add()
    await scheduling.pipeline.start()
    await scheduling.until_state(id, "failed")
    assert scheduling.handlers.attempts == [("prepare", 0)]


async def test_storage_that_is_away_costs_no_attempt(scheduling: Scheduling) -> None:
    scheduling.handlers.errors["video"] = [StorageUnavailable("storage_away", "Away.") for _ in range(20)]
    id = await scheduling.add()
    await scheduling.pipeline.start()
    await scheduling.until_state(id, "ready", "failed")
    assert (await scheduling.state(id))[0] == "ready"
    assert {n for kind, n in scheduling.handlers.attempts if kind == "video"} == {0}


async def test_changed_source_parks_the_title_without_failing_it(scheduling: Scheduling) -> None:
    id = await scheduling.add()

    async def handle(job: Job, task: Task) -> None:
        (scheduling.folder / "film.mp4").write_bytes(b"another film")
        raise MediaError("unreadable", "probe", "No.")

    scheduling.handlers.handle = handle  # type: ignore[method-assign]
    await scheduling.pipeline.start()
    async with asyncio.timeout(60):
        while scheduling.pipeline.active() or id not in scheduling.pipeline._parked:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert (await scheduling.state(id))[0] == "found"


async def test_interrupted_probe_is_repeated_without_an_event(scheduling: Scheduling) -> None:
    id = await scheduling.add()
    await scheduling.repository.move(id, State.FOUND, State.PROBED)
    await scheduling.pipeline.start()
    await scheduling.until_state(id, "ready")
    assert "media.failed" not in await scheduling.events()
    assert (await scheduling.events()).count("media.found") == 1


async def test_move_says_whether_it_moved(scheduling: Scheduling) -> None:
    id = await scheduling.add()
    assert await scheduling.repository.move(id, State.FOUND, State.PROBED)
    assert not await scheduling.repository.move(id, State.FOUND, State.PROBED)
    assert (await scheduling.state(id))[0] == "probed"
    assert (await scheduling.events()).count("media.probed") == 1


async def test_title_whose_state_somebody_changed_is_taken_up_again(
    scheduling: Scheduling,
) -> None:
    scheduling.pipeline.poll_s = 0.2
    id = await scheduling.add()
    real = scheduling.handlers.handle
    changed = False

    async def handle(job: Job, task: Task) -> None:
        nonlocal changed
        if not changed:
            changed = True
            async with scheduling.db.write() as c:
                await c.execute(sa.update(revision).where(revision.c.id == id).values(state="probed"))
        await real(job, task)

    scheduling.handlers.handle = handle  # type: ignore[method-assign]
    await scheduling.pipeline.start()
    await scheduling.until_state(id, "ready")
    assert "media.failed" not in await scheduling.events()


async def test_publishing_twice_is_harmless(scheduling: Scheduling) -> None:
    id = await scheduling.add()
    await scheduling.repository.publish(id, {("video", 0): {"240p": [1]}}, playable=True)
    await scheduling.repository.publish(id, {("video", 0): {"240p": [2]}, ("video", 1): {"240p": [3]}}, playable=True)
    assert await scheduling.repository.published_pieces(id) == {
        ("video", 0): {"240p": [1]}, ("video", 1): {"240p": [3]},
    }  # fmt: skip
    assert (await scheduling.events()).count("media.playable") == 1


async def test_title_that_another_process_encodes_is_left_to_it(scheduling: Scheduling) -> None:
    other = Leases(scheduling.db)
    theirs, mine = await scheduling.add("theirs.mp4"), await scheduling.add("mine.mp4")
    await other.acquire([REVISION_LEASE + theirs])
    await scheduling.pipeline.start()
    await scheduling.until_state(mine, "ready")
    assert (await scheduling.state(theirs))[0] == "found"
    await other.release(REVISION_LEASE + theirs)
    scheduling.pipeline.wake()
    await scheduling.until_state(theirs, "ready")


async def test_lost_lease_ends_the_job_and_ended_jobs_release_theirs(scheduling: Scheduling) -> None:
    started, go_on = asyncio.Event(), asyncio.Event()

    async def handle(job: Job, task: Task) -> None:
        started.set()
        await go_on.wait()

    id = await scheduling.add()
    scheduling.handlers.handle = handle  # type: ignore[method-assign]
    await scheduling.pipeline.start()
    await started.wait()
    async with scheduling.db.write() as c:
        await c.execute(sa.update(lease).values(holder="another:1:x"))
    await scheduling.leases.renew()
    assert scheduling.pipeline.active() == []
    assert (await scheduling.state(id))[0] == "found"


async def test_new_file_does_not_wait_for_those_that_were_added_before(scheduling: Scheduling) -> None:
    """Twenty files fill all slots; the next one is examined at once, and of the others the newest first."""
    held = asyncio.Event()

    async def wait(job: Job, task: Task) -> None:
        await held.wait()

    scheduling.handlers.handle = wait  # type: ignore[method-assign]
    earlier = [await scheduling.add(f"{n}.mp4", interactive=True) for n in range(20)]
    await scheduling.pipeline.start()
    slots = Settings().work.titles + module.EXTRA_INTERACTIVE_JOBS
    async with asyncio.timeout(60):
        while len(scheduling.pipeline.active()) < slots:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    revisions = {task.partition("/")[0] for task in scheduling.executor.running}
    assert revisions == set(earlier[-slots:])
    newest = await scheduling.add("newest.mp4", interactive=True)
    scheduling.pipeline.wake()
    async with asyncio.timeout(60):
        while newest not in {task.partition("/")[0] for task in scheduling.executor.running}:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    job = next(j for j in scheduling.pipeline._jobs.values() if j.revision_id == newest)
    assert all(job.order <= other.order for other in scheduling.pipeline._jobs.values())
    await scheduling.pipeline.prioritise_media(await scheduling.media_of(earlier[0]))
    async with asyncio.timeout(60):
        while earlier[0] not in {task.partition("/")[0] for task in scheduling.executor.running}:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    held.set()
