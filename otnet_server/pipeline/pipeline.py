"""The scheduler of the pipeline: selects unfinished revisions, submits their tasks and handles failures.

A limited number of revisions are *jobs* at a time; the rest wait in the database. The tasks of a job are computed from
what is missing (`tasks.py`), run by the executor and performed by `TaskHandlers`.

1. `_schedule_loop` starts jobs (`_start_job`) while there are free slots.
2. `_start_job` submits the `prepare` task of a revision without a plan; `_start_encoding` submits the tasks of a
   planned one.
3. The executor calls `_run_task` for each task, which continues with `_on_task_done` or `_on_task_failed`.
4. `_finish_job` marks the revision ready when everything is published.

When a task fails, `_on_task_failed` retries it, waits until the storage is available again, parks the revision until
the library reports what happened to the file, or marks the revision failed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from otnet_server.cluster.leases import Leases
from otnet_server.config import Settings
from otnet_server.db.availability import log_failure
from otnet_server.errors import OtnetError
from otnet_server.logs import log
from otnet_server.media.plan import Plan, with_actual_lengths, with_sidecars
from otnet_server.media.revision import Revision
from otnet_server.media.states import State
from otnet_server.media.text_tracks import Sidecar
from otnet_server.pipeline.failure_policy import Outcome, is_storage_failure, outcome, public_error
from otnet_server.pipeline.job import Job
from otnet_server.pipeline.progress import EncodeProgress, ProgressElsewhere, idle_report
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.pipeline.revision_repository import (
    REVISION_LEASE,
    RevisionChanged,
    RevisionRepository,
)
from otnet_server.pipeline.rows import UnfinishedRevision
from otnet_server.pipeline.sidecars import sidecars
from otnet_server.pipeline.task_handlers import TaskHandlers
from otnet_server.pipeline.tasks import TaskPriority, is_complete, is_encoded, missing_tasks, prepare_task
from otnet_server.protocols import Executor, ExecutorRequest, Task
from otnet_server.request_priority import FOREGROUND

STORAGE_RETRY_S = 2.0
EXTRA_INTERACTIVE_JOBS = 6
MAX_JOBS = 64


class Pipeline:
    """The functions in `on_change` are called with a media id whenever a visible property of the media changes."""

    def __init__(
        self,
        settings: Settings,
        repository: RevisionRepository,
        revisions: RevisionCache,
        handlers: TaskHandlers,
        executor: Executor,
        leases: Leases,
    ) -> None:
        self._settings, self._repository, self._revisions = settings, repository, revisions
        self._progress_elsewhere = ProgressElsewhere()
        self._handlers, self._executor, self._leases = handlers, executor, leases
        leases.on_lost.append(self._on_lease_lost)
        self.poll_s = 2 * leases.ttl_s
        self.on_change: list[Callable[[str], None]] = []
        self._jobs: dict[str, Job] = {}
        self._last_order = 0
        self._wake = asyncio.Event()
        self._loop_task: asyncio.Task[None] | None = None
        self._background_tasks: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._parked: set[str] = set()
        self._plan_lock = asyncio.Lock()

    async def start(self) -> None:
        await self._executor.run_tasks(ExecutorRequest(self._run_task, self._settings.cores))
        self._loop_task = asyncio.ensure_future(self._schedule_loop())

    async def stop(self) -> None:
        for task in (self._loop_task, *self._background_tasks):
            if task is not None:
                task.cancel()
        await asyncio.gather(*(t for t in (self._loop_task, *self._background_tasks) if t), return_exceptions=True)
        await self._executor.stop_tasks()

    def notify(self, media: str) -> None:
        for listener in self.on_change:
            listener(media)

    def wake(self) -> None:
        """Check for new work now."""
        self._idle.clear()
        self._wake.set()

    async def drained(self) -> None:
        """Wait until there is no work left."""
        self.wake()
        await self._idle.wait()

    def job(self, media: str) -> Job | None:
        return next((j for j in self._jobs.values() if j.media == media), None)

    def active(self) -> list[str]:
        """The ids of the media that have a job."""
        return [j.media for j in self._jobs.values()]

    def progress(self, media: str, state: State, revision: Revision | None = None) -> EncodeProgress:
        """The progress of a media. When another process encodes `revision`, it follows from what is published."""
        job = self.job(media)
        if job is not None:
            return job.progress.report(time.monotonic())
        if state is not State.ENCODING or revision is None:
            return idle_report(state)
        return self._progress_elsewhere.report(revision, time.monotonic())

    # --- jobs ---

    async def _schedule_loop(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self._start_jobs()
            except OtnetError as e:
                log.error("the pipeline could not read its work from the database", why=e.message)
            except Exception as e:
                log_failure("the pipeline could not read its work from the database", e)
            if not self._jobs:
                self._idle.set()
            try:
                async with asyncio.timeout(self.poll_s):  # wait_for may swallow a cancellation on Python 3.11
                    await self._wake.wait()
            except TimeoutError:
                self._parked.clear()

    async def _start_jobs(self) -> None:
        """Start jobs while there are free slots. EXTRA_INTERACTIVE_JOBS slots are reserved for revisions with a
        priority, so that they start at once, beside the backlog. A revision that a viewer waits for, or whose file was
        added after those of all jobs, needs no slot: it is not to wait for hundreds of files that were added before."""
        free_slots = self._settings.work.titles + EXTRA_INTERACTIVE_JOBS - len(self._jobs)
        if len(self._jobs) >= MAX_JOBS:
            return
        rows: list[UnfinishedRevision] = []
        for row in await self._repository.next_revisions(max(1, free_slots), {*self._jobs, *self._parked}):
            if len(self._jobs) + len(rows) >= self._settings.work.titles and row.priority == 0:
                break
            newest = row.priority > 0 and all(row.created_at > job.created_at for job in self._jobs.values())
            if free_slots > 0 or row.priority == 2 or newest:
                rows.append(row)
        leased = await self._leases.acquire(REVISION_LEASE + row.id for row in rows)
        for row in rows:
            if REVISION_LEASE + row.id in leased:
                await self._start_job(row)

    def _on_lease_lost(self, name: str) -> None:
        """Another process may be encoding the revision now: end the job here."""
        job = self._jobs.get(name.removeprefix(REVISION_LEASE)) if name.startswith(REVISION_LEASE) else None
        if job is not None:
            self._end_job(job)

    async def _start_job(self, row: UnfinishedRevision) -> None:
        source = Path(row.path)
        source_stat = (-1, -1) if row.size is None or row.mtime_ns is None else (row.size, row.mtime_ns)
        self._last_order += 1
        # Of the files that were just added, the newest comes first.
        order = -1_000_000 * row.priority - self._last_order if row.priority else self._last_order
        job = Job(
            row.media, row.id, row.library, source, row.state, order, source_stat, row.created_at, row.priority > 0
        )  # fmt: skip
        self._jobs[row.id] = job
        if row.plan is None:
            await self._reset_interrupted_probe(job)
            self._executor.submit([prepare_task(job.media, job.revision_id, order)])
        else:
            await self._start_encoding(job)
        self.notify(job.media)

    async def _reset_interrupted_probe(self, job: Job) -> None:
        """Reset a revision that was interrupted between probing and planning, so that it is probed again."""
        if job.state == State.PROBED and await self._repository.restart_probe(job.revision_id):
            job.state = State.FOUND

    async def _start_encoding(self, job: Job) -> None:
        self._revisions.pin(job.revision_id)
        job.revision = await self._revisions.get(job.revision_id)
        assert job.revision is not None
        job.progress.revision = job.revision
        # A retried revision, or one interrupted just after its plan was stored, has a plan and an earlier state.
        for old, new in pairwise((State.FOUND, State.PROBED, State.PLANNED, State.ENCODING)):
            if job.state == old:
                await self._move(job, new)
        job.revision.state = job.state
        if is_complete(job.revision.plan, set(job.revision.pieces)):
            async with self._plan_lock:  # interrupted after everything was published, before the state changed
                await self._finish_job(job)
        else:
            self._submit_missing_tasks(job)

    def _submit_missing_tasks(self, job: Job) -> None:
        assert job.revision is not None
        pending = self._executor.pending(job.revision_id)
        tasks = missing_tasks(
            job.revision.plan,
            job.media,
            job.revision_id,
            set(job.revision.pieces),
            job.order,
            frozenset(job.ended_tracks),
        )
        self._executor.submit(t for t in tasks if t.id not in pending)

    # --- tasks ---

    async def _run_task(self, task: Task) -> None:
        job = self._jobs.get(task.revision)
        if job is None:
            return
        FOREGROUND.set(job.interactive or task.urgent)  # every task runs in its own context
        job.running_tasks.add(task.id)
        try:
            await self._handlers.handle(job, task)
        except asyncio.CancelledError:
            raise
        except RevisionChanged:
            self._on_revision_changed(job)
        except (OtnetError, OSError) as e:
            await self._on_task_failed(job, task, e)
        except Exception as e:
            log.exception("a task raised an unexpected error", media=job.media, task=task.kind)
            await self._on_task_failed(job, task, e)
        else:
            job.progress.paused = None
            try:
                await self._on_task_done(job, task)
            except RevisionChanged:
                self._on_revision_changed(job)
        finally:
            job.running_tasks.discard(task.id)
            self.notify(job.media)

    async def _move(self, job: Job, new: State) -> None:
        """Change the state of the job's revision. Raises RevisionChanged when it is not what the job takes it for."""
        if not await self._repository.move(job.revision_id, job.state, new):
            raise RevisionChanged(job.revision_id)
        job.state = new

    def _on_revision_changed(self, job: Job) -> None:
        """A person or another process changed the state of the revision: take it up again as it is."""
        log.info("the state of a revision changed while it was encoded", media=job.media)
        self._end_job(job)

    async def _on_task_done(self, job: Job, task: Task) -> None:
        if task.kind == "prepare" and self._jobs.get(job.revision_id) is job:
            await self._start_encoding(job)
            await self._reconcile_sidecars(job.revision_id, job.source)  # subtitles that arrived during planning
        if self._jobs.get(job.revision_id) is not job:
            return
        assert job.revision is not None
        if _can_finish(job, job.revision.plan):
            if job.running_tasks - {task.id}:
                return  # another task is still running; it finishes the job
            async with self._plan_lock:
                await self._finish_job(job)
        else:
            sheet_tasks = [
                t for t in self._missing_sheet_tasks(job) if t.id not in self._executor.pending(job.revision_id)
            ]
            self._executor.submit(sheet_tasks)

    def _missing_sheet_tasks(self, job: Job) -> list[Task]:
        assert job.revision is not None
        plan, pieces = job.revision.plan, set(job.revision.pieces)
        return [
            t
            for t in missing_tasks(plan, job.media, job.revision_id, pieces, job.order, frozenset(job.ended_tracks))
            if t.kind == "sheet"
        ]

    async def _finish_job(self, job: Job) -> None:
        revision = job.revision
        assert revision is not None
        plan = revision.plan
        if self._jobs.get(job.revision_id) is not job or not _can_finish(job, plan):
            return  # another task has finished the job, or new work was added
        if plan.growing:
            actual = with_actual_lengths(plan, revision.pieces)
            if actual != plan:
                plan = actual
                await self._repository.set_plan(job.revision_id, plan)
            if not is_complete(plan, set(revision.pieces), frozenset(job.ended_tracks)):
                revision.replan(plan, State.ENCODING)
                pending = self._executor.pending(job.revision_id)
                self._executor.submit(t for t in self._missing_sheet_tasks(job) if t.id not in pending)
                return
        await self._handlers.delete_loose_thumbnails(revision)
        await self._move(job, State.READY)
        revision.replan(plan, State.READY)
        log.info("media is ready", title=job.source.name, media=job.media)
        self._end_job(job)

    async def _on_task_failed(self, job: Job, task: Task, error: Exception) -> None:
        if self._jobs.get(job.revision_id) is not job:
            return  # another task has already ended the job
        unchanged = is_storage_failure(error) or await asyncio.to_thread(job.source_unchanged)
        if self._jobs.get(job.revision_id) is not job:
            return
        match outcome(task.kind, task.attempt, error, source_unchanged=unchanged):
            case Outcome.WAIT_FOR_STORAGE:
                self._retry_when_storage_returns(job, task, error)
            case Outcome.PARK:
                log.info("the source changed or was removed while it was encoded", file=job.source.name)
                self._parked.add(job.revision_id)  # until the library reports what happened to the file
                self._end_job(job)
            case Outcome.RETRY:
                log.warning("retrying a task", file=job.source.name, task=task.kind, part=task.index, why=str(error))
                self._resubmit_later(replace(task, attempt=task.attempt + 1))
            case Outcome.FAIL:
                await self._fail(job, public_error(task.kind, error))

    async def _fail(self, job: Job, error: dict[str, str]) -> None:
        log.error(
            "encoding failed", file=job.source.name, code=error["code"], stage=error["stage"], why=error["message"]
        )
        if await self._repository.move(job.revision_id, job.state, State.FAILED, error=error):
            job.state = State.FAILED
            if job.revision is not None:
                job.revision.state = State.FAILED
        self._end_job(job)

    def _retry_when_storage_returns(self, job: Job, task: Task, error: Exception) -> None:
        """Submit the task again after a delay, without counting an attempt."""
        why = error.message if isinstance(error, OtnetError) else "The disk is full."
        if job.progress.paused is None:
            log.warning("paused until storage is available", file=job.source.name, why=why)
        job.progress.paused = "paused: " + why
        self._resubmit_later(task, STORAGE_RETRY_S)

    def _resubmit_later(self, task: Task, delay_s: float = 0.1) -> None:
        async def submit_after_delay() -> None:
            await asyncio.sleep(delay_s)
            if task.revision in self._jobs:
                self._executor.submit([task])

        self._in_background(submit_after_delay())

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)

    def _end_job(self, job: Job) -> None:
        """End a job and cancel its tasks. This includes the calling task if it belongs to the job, so call it last."""
        if self._jobs.get(job.revision_id) is job:
            del self._jobs[job.revision_id]
            self._executor.cancel(job.revision_id)
            self._revisions.release(job.revision_id)
            self._release_lease(job.revision_id)
            self.wake()

    def _release_lease(self, revision_id: str) -> None:
        async def release() -> None:
            try:
                await self._leases.release(REVISION_LEASE + revision_id)
            except (SQLAlchemyError, OSError):
                log.warning("the lease of a revision was not released; it expires", revision=revision_id)

        self._in_background(release())

    # --- notifications from libraries and viewers ---

    async def library_changed(self, media: Iterable[str]) -> None:
        """Files of these media were added, removed, moved or changed: update or end their jobs."""
        ids = set(media)
        jobs = {j.media: j for j in self._jobs.values()}
        rows = await self._repository.current_by_media(ids if self._parked else ids & set(jobs))
        self._parked -= {row.id for row in rows.values()}
        for media_id in ids:
            job, row = jobs.get(media_id), rows.get(media_id)
            if job is not None and (row is None or not row.present or row.id != job.revision_id):
                self._end_job(job)
            elif job is not None and row is not None and row.path != str(job.source):
                job.source = Path(row.path)
                with suppress(OSError):
                    stat = job.source.stat()
                    job.source_stat = (stat.st_size, stat.st_mtime_ns)
            self.notify(media_id)
        self.wake()

    async def subtitles_changed(self, media: Iterable[str]) -> None:
        """Subtitle files beside the sources of these media were added, changed or removed."""
        for row in (await self._repository.current_by_media(media)).values():
            source = Path(row.path)
            if row.present and row.plan is not None and row.state != State.FAILED:
                files, plan = await _read_sidecars(source), Plan.model_validate(row.plan)
                if files is not None and with_sidecars(plan, files, frozenset()) is not plan:
                    await self._reconcile_sidecars(row.id, source)

    async def _reconcile_sidecars(self, revision_id: str, source: Path) -> None:
        """Add new and changed sidecars to the plan, withdraw those that are gone, and submit the tasks. Nothing else is
        encoded again."""
        async with self._plan_lock:
            revision, files = await self._revisions.get(revision_id), await _read_sidecars(source)
            if revision is None or files is None:
                return
            plan = with_sidecars(revision.plan, files, {track for track, _ in revision.pieces})
            if plan is revision.plan:
                return
            await self._repository.set_plan(revision_id, plan)
            job = self._jobs.get(revision_id)
            ready = job is None and revision.state == State.READY
            if ready and await self._repository.move(revision_id, State.READY, State.ENCODING):
                revision.state = State.ENCODING
            revision.replan(plan, revision.state)
        log.info("subtitles were added or removed", film=source.name)
        if job is not None:
            self._submit_missing_tasks(job)
        self.notify(revision.media)
        self.wake()

    async def library_changed_one(self, media: str) -> None:
        await self.library_changed([media])

    async def prioritise_media(self, media: str) -> None:
        """Make a media before what nobody waits for, because a viewer waits for it."""
        if self.job(media) is None:
            await self._repository.request_media(media)
            self.wake()

    async def prioritise_chunk(self, media: str, revision: str, track: str, number: int) -> None:
        """Run the tasks of this chunk and of the next one first, because a viewer waits for it."""
        job = self._jobs.get(revision)
        if job is None:
            await self._repository.request_chunk(media, revision, track, number)
            self.wake()
        else:
            self.promote(revision, track, number)

    def promote(self, revision: str, track: str, number: int) -> None:
        """Run the tasks of this chunk and of the next one first, if this process encodes the revision."""
        if revision not in self._jobs:
            return
        if track == "video":
            self._executor.promote(f"{revision}/video/{number}", (TaskPriority.DEMANDED, number), urgent=True)
            self._executor.promote(f"{revision}/video/{number + 1}", (TaskPriority.SOON, number + 1))
        else:
            self._executor.promote(f"{revision}/audio/0", (TaskPriority.DEMANDED, 0), urgent=True)


def _can_finish(job: Job, plan: Plan) -> bool:
    """Whether nothing is left to encode. A growing plan gets its actual length then."""
    assert job.revision is not None
    done = is_encoded if plan.growing else is_complete
    return done(plan, set(job.revision.pieces), frozenset(job.ended_tracks))


async def _read_sidecars(source: Path) -> tuple[Sidecar, ...] | None:
    """The sidecars of a source; None when its folder can't be read (the library reports a removed source)."""
    try:
        return await asyncio.to_thread(sidecars, source)
    except OSError:
        return None
