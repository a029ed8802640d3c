"""Computes the tasks that a revision still needs, and their priorities. Pure.

Tasks are not stored: they follow from the plan and the published pieces, so that a restart computes the same tasks
again without those that are done.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from otnet_server.media.plan import Plan
from otnet_server.media.revision import Piece
from otnet_server.protocols import Task

# Cores of the first video chunk: it gets the whole machine. Audio tasks need 0 cores and run beside any other.
ALL_CORES = 1_000


class TaskPriority(IntEnum):
    """Lower values run first. Whatever a viewer waits for comes before everything else."""

    DEMANDED = 2
    SOON = 3
    PREPARE = 5
    AUDIO = 10
    FIRST_CHUNK = 11
    TEXT = 12
    POSTER = 13
    PASS = 20
    CHUNK = 30
    SHEET = 31


def prepare_task(media: str, revision: str, order: int) -> Task:
    return Task(f"{revision}/prepare/0", "prepare", media, revision, priority=(TaskPriority.PREPARE, order))


def missing_tasks(
    plan: Plan,
    media: str,
    revision: str,
    pieces: set[Piece],
    order: int = 0,
    ended: frozenset[str] = frozenset(),
) -> list[Task]:
    """The tasks for everything that is not published. `ended` are the growing tracks that have reached their end;
    `order` is the position of the revision in the queue."""

    def task(kind: str, index: int, priority: tuple[int, ...], cores: int = 1) -> Task:
        return Task(f"{revision}/{kind}/{index}", kind, media, revision, index, cores, priority)

    tasks: list[Task] = []
    if any(_has_missing_chunks(plan, a.name, a.timeline.chunks, pieces, ended) for a in plan.audio):
        tasks.append(task("audio", 0, (TaskPriority.AUDIO, order), cores=0))
    if plan.video is not None and plan.sequential:
        if _has_missing_chunks(plan, "video", plan.video.timeline.chunks, pieces, ended):
            tasks.append(task("pass", 0, (TaskPriority.PASS, order)))
    elif plan.video is not None:
        for chunk in plan.video.timeline.chunks:
            if ("video", chunk.number) not in pieces:
                lead = chunk.number == 0
                priority = (TaskPriority.FIRST_CHUNK, order) if lead else (TaskPriority.CHUNK, order, chunk.number)
                tasks.append(task("video", chunk.number, priority, cores=ALL_CORES if lead else 1))
    tasks += [task("text", i, (TaskPriority.TEXT, order)) for i, t in enumerate(plan.text) if (t.name, 0) not in pieces]
    if ("poster", 0) not in pieces:
        tasks.append(task("poster", 0, (TaskPriority.POSTER, order)))
    tasks += [task("sheet", n, (TaskPriority.SHEET, order, n)) for n in ready_sheets(plan, pieces)]
    return tasks


def _has_missing_chunks(
    plan: Plan, track: str, chunks: Iterable[object], pieces: set[Piece], ended: frozenset[str]
) -> bool:
    if plan.growing:
        return track not in ended
    return any((track, i) not in pieces for i, _ in enumerate(chunks))


def ready_sheets(plan: Plan, pieces: set[Piece]) -> list[int]:
    """The numbers of the sheets that are not published and whose thumbnails all exist."""
    video = plan.video
    if video is None or video.thumbnails is None:
        return []
    thumbs = video.thumbnails
    per_sheet = thumbs.columns * thumbs.rows
    ready = []
    for sheet in range(thumbs.sheets):
        if ("sheet", sheet) in pieces:
            continue
        first, last = sheet * per_sheet, min((sheet + 1) * per_sheet, thumbs.count) - 1
        chunks = [
            c.number for c in video.timeline.chunks if c.last > first * thumbs.every and c.first <= last * thumbs.every
        ]
        if all(("video", c) in pieces for c in chunks):
            ready.append(sheet)
    return ready


def is_encoded(plan: Plan, pieces: set[Piece], ended: frozenset[str] = frozenset()) -> bool:
    """Whether everything but sheets is published. How many sheets a growing plan needs is known then."""
    return all(task.kind == "sheet" for task in missing_tasks(plan, "", "", pieces, ended=ended))


def is_complete(plan: Plan, pieces: set[Piece], ended: frozenset[str] = frozenset()) -> bool:
    """Whether everything in the plan is published. The length of a growing plan must be the actual one."""
    if missing_tasks(plan, "", "", pieces, ended=ended):
        return False
    thumbs = plan.video.thumbnails if plan.video else None
    return thumbs is None or all(("sheet", n) in pieces for n in range(thumbs.sheets))
