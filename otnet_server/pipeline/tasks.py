"""Which work a title still needs, and in which order. Pure.

Nothing about tasks is stored: what is missing follows from the plan and the published pieces, so a
restart computes the same tasks again, without those that are done.
"""

from __future__ import annotations

from collections.abc import Iterable

from otnet_server.media.plan import Plan
from otnet_server.media.revision import Piece
from otnet_server.protocols import Task

# The first chunk gets the whole machine, sound runs beside whatever else does.
ALL = 1_000

# Lower runs first. Whatever a viewer waits for comes before all that nobody has asked for.
DEMANDED, SOON, PREPARE, AUDIO, LEAD, TEXT, POSTER, PASS, REST, SHEET = 2, 3, 5, 10, 11, 12, 13, 20, 30, 31


def prepare(media: str, revision: str, order: int) -> Task:
    return Task(f"{revision}/prepare/0", "prepare", media, revision, priority=(PREPARE, order))


def missing(
    plan: Plan,
    media: str,
    revision: str,
    pieces: set[Piece],
    order: int = 0,
    ended: frozenset[str] = frozenset(),
) -> list[Task]:
    """Tasks for what is not published. `ended` are growing tracks that have reached their end."""

    def task(kind: str, index: int, priority: tuple[int, ...], cores: int = 1) -> Task:
        return Task(f"{revision}/{kind}/{index}", kind, media, revision, index, cores, priority)

    tasks: list[Task] = []
    if any(_left(plan, a.name, a.timeline.chunks, pieces, ended) for a in plan.audio):
        tasks.append(task("audio", 0, (AUDIO, order), cores=0))
    if plan.video is not None and plan.sequential:
        if _left(plan, "video", plan.video.timeline.chunks, pieces, ended):
            tasks.append(task("pass", 0, (PASS, order)))
    elif plan.video is not None:
        for chunk in plan.video.timeline.chunks:
            if ("video", chunk.number) not in pieces:
                lead = chunk.number == 0
                priority = (LEAD, order) if lead else (REST, order, chunk.number)
                tasks.append(task("video", chunk.number, priority, cores=ALL if lead else 1))
    tasks += [task("text", i, (TEXT, order)) for i, t in enumerate(plan.text) if (t.name, 0) not in pieces]
    if ("poster", 0) not in pieces:
        tasks.append(task("poster", 0, (POSTER, order)))
    tasks += [task("sheet", n, (SHEET, order, n)) for n in ready_sheets(plan, pieces)]
    return tasks


def _left(plan: Plan, track: str, chunks: Iterable[object], pieces: set[Piece], ended: frozenset[str]) -> bool:
    if plan.growing:
        return track not in ended
    return any((track, i) not in pieces for i, _ in enumerate(chunks))


def ready_sheets(plan: Plan, pieces: set[Piece]) -> list[int]:
    """Sheets not yet made whose every thumbnail is there."""
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


def complete(plan: Plan, pieces: set[Piece], ended: frozenset[str] = frozenset()) -> bool:
    """Everything the plan names is published."""
    if missing(plan, "", "", pieces, ended=ended):
        return False
    thumbs = plan.video.thumbnails if plan.video else None
    return thumbs is None or all(("sheet", n) in pieces for n in range(thumbs.sheets))
