"""The pipeline: takes titles that are not finished, hands out their tasks, and lives with failure.

Only a few titles are *jobs* at a time; the rest waits in the database. A job's tasks are computed from
what is missing (`tasks.py`), run by the executor, and done by `TaskHandlers`. When a task fails, this file
decides: try again, pause until the store is back, wait for the library to say what became of the file,
or call the title failed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from otnet_server.config import Settings
from otnet_server.errors import MediaError, OtnetError, StorageUnavailable
from otnet_server.logs import log
from otnet_server.media.plan import Plan, Sidecar, with_sidecars
from otnet_server.media.states import State
from otnet_server.pipeline.progress import idle_report
from otnet_server.pipeline.revision_cache import RevisionCache
from otnet_server.pipeline.revision_repository import RevisionRepository
from otnet_server.pipeline.rows import UnfinishedRevision
from otnet_server.pipeline.task_handlers import Job, TaskHandlers, sidecars
from otnet_server.pipeline.tasks import DEMANDED, SOON, complete, missing, prepare
from otnet_server.process.command import ProcessFailed
from otnet_server.protocols import Executor, Task
from otnet_server.request_priority import FOREGROUND

ATTEMPTS = 3
PAUSE_S = 2.0
INTERACTIVE_EXTRA = 6
LOOK_AGAIN_S = 30.0


class Pipeline:
    """The functions in `on_change` are called with a media id whenever something visible about the media changes."""

    def __init__(
        self,
        settings: Settings,
        repository: RevisionRepository,
        revisions: RevisionCache,
        handlers: TaskHandlers,
        executor: Executor,
    ) -> None:
        self._settings, self._repository, self._revisions = settings, repository, revisions
        self._handlers, self._executor = handlers, executor
        self.on_change: list[Callable[[str], None]] = []
        self._jobs: dict[str, Job] = {}
        self._order = 0
        self._wake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._later: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._parked: set[str] = set()
        self._planning = asyncio.Lock()

    async def start(self) -> None:
        await self._executor.start(self._perform, self._settings.cores)
        self._loop = asyncio.ensure_future(self._feed())

    async def stop(self) -> None:
        for task in (self._loop, *self._later):
            if task is not None:
                task.cancel()
        await asyncio.gather(*(t for t in (self._loop, *self._later) if t), return_exceptions=True)
        await self._executor.stop()

    def _changed(self, media: str) -> None:
        for listener in self.on_change:
            listener(media)

    def wake(self) -> None:
        """Something new may be there to do."""
        self._idle.clear()
        self._wake.set()

    async def drained(self) -> None:
        """Wait until nothing is left to do."""
        self.wake()
        await self._idle.wait()

    def job(self, media: str) -> Job | None:
        return next((j for j in self._jobs.values() if j.media == media), None)

    def active(self) -> list[str]:
        """Titles being worked on."""
        return [j.media for j in self._jobs.values()]

    def progress(self, media: str, state: State) -> dict[str, Any]:
        job = self.job(media)
        return idle_report(state) if job is None else job.progress.report(time.monotonic())

    # --- which titles are worked on ---

    async def _feed(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self._take()
            except OtnetError as e:
                log.error("the pipeline could not look for work", why=e.message)
            except Exception:
                log.exception("the pipeline could not look for work")
            if not self._jobs:
                self._idle.set()
            try:
                async with asyncio.timeout(LOOK_AGAIN_S):  # wait_for may swallow a cancellation on Python 3.11
                    await self._wake.wait()
            except TimeoutError:
                self._parked.clear()

    async def _take(self) -> None:
        """New drops and watched titles go beside the backlog, not behind it."""
        room = self._settings.work.titles + INTERACTIVE_EXTRA - len(self._jobs)
        if room <= 0:
            return
        for row in await self._repository.next_revisions(room, {*self._jobs, *self._parked}):
            if len(self._jobs) >= self._settings.work.titles and row.priority == 0:
                break
            await self._begin(row)

    async def _begin(self, row: UnfinishedRevision) -> None:
        source = Path(row.path)
        seen = (-1, -1) if row.size is None or row.mtime_ns is None else (row.size, row.mtime_ns)
        self._order += 1
        order = self._order - 1000 * row.priority
        job = Job(row.media, row.id, row.library, source, row.state, order, seen, interactive=row.priority > 0)
        self._jobs[row.id] = job
        if row.plan is None:
            await self._reset(job)
            self._executor.submit([prepare(job.media, job.revision_id, order)])
        else:
            await self._planned(job)
        self._changed(job.media)

    async def _reset(self, job: Job) -> None:
        """Killed while being looked at: look again."""
        if job.state == State.PROBED:
            await self._repository.move(job.revision_id, State.PROBED, State.FAILED)
            await self._repository.move(job.revision_id, State.FAILED, State.FOUND)
            job.state = State.FOUND

    async def _planned(self, job: Job) -> None:
        self._revisions.pin(job.revision_id)
        job.revision = await self._revisions.get(job.revision_id)
        assert job.revision is not None
        job.progress.revision = job.revision
        # A retried title, or one killed just after its plan was stored, has a plan and an earlier state.
        for old, new in pairwise((State.FOUND, State.PROBED, State.PLANNED, State.ENCODING)):
            if job.state == old:
                await self._repository.move(job.revision_id, old, new)
                job.state = new
        job.revision.state = job.state
        if complete(job.revision.plan, set(job.revision.pieces)):
            async with self._planning:  # killed when all was made, and before that was said
                await self._finish(job)
        else:
            self._submit(job)

    def _submit(self, job: Job) -> None:
        assert job.revision is not None
        pending = self._executor.pending(job.revision_id)
        tasks = missing(
            job.revision.plan, job.media, job.revision_id, set(job.revision.pieces), job.order, frozenset(job.ended)
        )
        self._executor.submit(t for t in tasks if t.id not in pending)

    # --- one task ---

    async def _perform(self, task: Task) -> None:
        job = self._jobs.get(task.revision)
        if job is None:
            return
        FOREGROUND.set(job.interactive or task.urgent)  # each task of the executor has a context of its own
        job.busy.add(task.id)
        try:
            await self._handlers.perform(job, task)
        except asyncio.CancelledError:
            raise
        except StorageUnavailable as e:
            self._pause(job, task, e)
        except (OtnetError, OSError) as e:
            await self._failed(job, task, e)
        except Exception as e:
            log.exception("a task broke", media=job.media, task=task.kind)
            await self._failed(
                job, task, MediaError("internal", task.kind, f"OTNet made a mistake: {type(e).__name__}.")
            )
        else:
            job.progress.paused = None
            await self._after(job, task)
        finally:
            job.busy.discard(task.id)
            self._changed(job.media)

    async def _after(self, job: Job, task: Task) -> None:
        if task.kind == "prepare" and self._jobs.get(job.revision_id) is job:
            await self._planned(job)
            await self._look_beside(job.revision_id, job.source)  # what came while the plan was made
        if self._jobs.get(job.revision_id) is not job:
            return
        assert job.revision is not None
        if complete(job.revision.plan, set(job.revision.pieces), frozenset(job.ended)):
            if job.busy - {task.id}:
                return  # another task has something to put away yet; it ends the job
            async with self._planning:
                await self._finish(job)
        else:
            later = [t for t in self._missing_sheets(job) if t.id not in self._executor.pending(job.revision_id)]
            self._executor.submit(later)

    def _missing_sheets(self, job: Job) -> list[Task]:
        assert job.revision is not None
        plan, pieces = job.revision.plan, set(job.revision.pieces)
        return [
            t
            for t in missing(plan, job.media, job.revision_id, pieces, job.order, frozenset(job.ended))
            if t.kind == "sheet"
        ]

    async def _finish(self, job: Job) -> None:
        revision = job.revision
        assert revision is not None
        plan = revision.plan
        if self._jobs.get(job.revision_id) is not job or not complete(plan, set(revision.pieces), frozenset(job.ended)):
            return  # another of its tasks was here first, or there is more to do since
        if plan.growing:
            plan = _actual(plan, revision.pieces)
            await self._repository.set_plan(job.revision_id, plan)
            if not complete(plan, set(revision.pieces), frozenset(job.ended)):
                revision.replan(plan, State.ENCODING)
                self._executor.submit(self._missing_sheets(job))
                return
        await self._handlers.tidy(revision)
        await self._repository.move(job.revision_id, job.state, State.READY)
        job.state = State.READY
        revision.replan(plan, State.READY)
        log.info("ready", title=job.source.name, media=job.media)
        self._drop(job)

    async def _failed(self, job: Job, task: Task, error: Exception) -> None:
        if self._jobs.get(job.revision_id) is not job:
            return  # another of its tasks has said so already
        full = isinstance(error, ProcessFailed) and error.reason == "disk_full"
        if full or (isinstance(error, OSError) and error.errno == 28):
            self._pause(job, task, StorageUnavailable("storage_full", "The disk is full."))
            return
        same = await asyncio.to_thread(job.source_same)
        if self._jobs.get(job.revision_id) is not job:
            return
        if not same:
            log.info("the file changed or went away while it was worked on", file=job.source.name)
            self._parked.add(job.revision_id)  # until the library says what became of it
            self._drop(job)
            return
        if task.attempt + 1 < ATTEMPTS and task.kind != "prepare":
            log.warning("trying again", file=job.source.name, task=task.kind, part=task.index, why=str(error))
            self._resubmit(replace(task, attempt=task.attempt + 1))
            return
        fault = _fault(task, error)
        log.error("failed", file=job.source.name, code=fault["code"], stage=fault["stage"], why=fault["message"])
        await self._repository.move(job.revision_id, job.state, State.FAILED, error=fault)
        if job.revision is not None:
            job.revision.state = State.FAILED
        self._drop(job)

    def _pause(self, job: Job, task: Task, error: StorageUnavailable) -> None:
        """The same attempt again, when the store may be back."""
        if job.progress.paused is None:
            log.warning("paused", file=job.source.name, code=error.code, why=error.message)
        job.progress.paused = "paused: " + error.message
        self._resubmit(task, PAUSE_S)

    def _resubmit(self, task: Task, delay_s: float = 0.1) -> None:
        async def later() -> None:
            await asyncio.sleep(delay_s)
            if task.revision in self._jobs:
                self._executor.submit([task])

        pending = asyncio.ensure_future(later())
        self._later.add(pending)
        pending.add_done_callback(self._later.discard)

    def _drop(self, job: Job) -> None:
        """Stop working on it. Ends the calling task too, when it is one of the job's: call it last."""
        if self._jobs.get(job.revision_id) is job:
            del self._jobs[job.revision_id]
            self._executor.cancel(job.revision_id)
            self._revisions.release(job.revision_id)
            self.wake()

    # --- what others tell the pipeline ---

    async def library_changed(self, media: Iterable[str]) -> None:
        """Files came, went, moved or changed: jobs follow their file or end."""
        ids = set(media)
        jobs = {j.media: j for j in self._jobs.values()}
        rows = await self._repository.current_by_media(ids if self._parked else ids & set(jobs))
        self._parked -= {row.id for row in rows.values()}
        for media_id in ids:
            job, row = jobs.get(media_id), rows.get(media_id)
            if job is not None and (row is None or not row.present or row.id != job.revision_id):
                self._drop(job)
            elif job is not None and row is not None and row.path != str(job.source):
                job.source = Path(row.path)
                with suppress(OSError):
                    stat = job.source.stat()
                    job.seen = (stat.st_size, stat.st_mtime_ns)
            self._changed(media_id)
        self.wake()

    async def subtitles_changed(self, media: Iterable[str]) -> None:
        """Subtitles came or changed beside the films of these titles."""
        for row in (await self._repository.current_by_media(media)).values():
            film = Path(row.path)
            if row.present and row.plan is not None and row.state != State.FAILED:
                beside = await _beside(film)
                if with_sidecars(plan := Plan.model_validate(row.plan), beside, frozenset()) is not plan:
                    await self._look_beside(row.id, film)

    async def _look_beside(self, revision_id: str, film: Path) -> None:
        """Take subtitles into the plan that are not in it, and make them; nothing else is made again."""
        async with self._planning:
            revision = await self._revisions.get(revision_id)
            if revision is None:
                return
            plan = with_sidecars(revision.plan, await _beside(film), {track for track, _ in revision.pieces})
            if plan is revision.plan:
                return
            await self._repository.set_plan(revision_id, plan)
            job = self._jobs.get(revision_id)
            if job is None and revision.state == State.READY:
                await self._repository.move(revision_id, State.READY, State.ENCODING)
                revision.state = State.ENCODING
            revision.replan(plan, revision.state)
        log.info("subtitles came", film=film.name)
        if job is not None:
            self._submit(job)
        self._changed(revision.media)
        self.wake()

    async def library_changed_one(self, media: str) -> None:
        await self.library_changed([media])

    async def demand(self, media: str, revision: str, track: str, number: int) -> None:
        """A viewer waits for this chunk: it and the next go first."""
        job = self._jobs.get(revision)
        if job is None:
            await self._repository.prioritise(media)
            self.wake()
            return
        if track == "video":
            self._executor.promote(f"{revision}/video/{number}", (DEMANDED, number), urgent=True)
            self._executor.promote(f"{revision}/video/{number + 1}", (SOON, number + 1))
        else:
            self._executor.promote(f"{revision}/audio/0", (DEMANDED, 0), urgent=True)


async def _beside(film: Path) -> tuple[Sidecar, ...]:
    """Its subtitles; none when it is not there any more: the library will say so."""
    try:
        return await asyncio.to_thread(sidecars, film)
    except OSError:
        return ()


def _actual(plan: Plan, pieces: dict[tuple[str, int], dict[str, Any]]) -> Plan:
    """A growing plan with the lengths that were found."""

    def length(track: str) -> int:
        return sum(int(s.get("frames", 0)) for (t, _), s in pieces.items() if t == track)

    audio = tuple(a.model_copy(update={"timeline": a.timeline.cut(length(a.name))}) for a in plan.audio)
    video = plan.video
    if video is not None:
        frames = length("video")
        thumbs = video.thumbnails
        if thumbs is not None:
            thumbs = thumbs.model_copy(update={"count": -(-frames // thumbs.every)})
        video = video.model_copy(update={"timeline": video.timeline.cut(frames), "thumbnails": thumbs})
    duration = max([a.timeline.duration_s for a in audio] + ([video.timeline.duration_s] if video else []))
    return plan.model_copy(update={"audio": audio, "video": video, "duration_s": duration})


def _fault(task: Task, error: Exception) -> dict[str, str]:
    """What people see: code, stage, message. Nothing that ffmpeg printed."""
    if isinstance(error, MediaError):
        return {"code": error.code, "stage": error.stage, "message": str(error)}
    if isinstance(error, ProcessFailed):
        return {"code": error.code, "stage": task.kind, "message": str(error)}
    if isinstance(error, OtnetError):
        return {"code": error.code, "stage": task.kind, "message": str(error)}
    return {
        "code": "io_error",
        "stage": task.kind,
        "message": f"A file could not be read or written: {error.__class__.__name__}.",
    }
