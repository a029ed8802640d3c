"""The encodes in progress, as bars at the bottom of a terminal while the log scrolls above."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from rich.progress import BarColumn, Progress, TaskID, TextColumn
from sqlalchemy.exc import SQLAlchemyError

from otnet_server.cli.common import err
from otnet_server.errors import OtnetError
from otnet_server.media.states import State
from otnet_server.pipeline.progress import EncodeProgress
from otnet_server.pipeline.services import PipelineServices

TICK_S = 0.5
COLUMNS = (
    TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
    TextColumn("{task.fields[figures]}", markup=False),
)  # fmt: skip


async def show_progress(services: PipelineServices) -> None:
    """Show the encodes of this process until it is cancelled."""
    with Progress(*COLUMNS, console=err, transient=True, auto_refresh=False) as bars:
        tasks: dict[str, TaskID] = {}
        while True:
            active = services.pipeline.active()
            with suppress(SQLAlchemyError, OtnetError):  # the database may be away for a while
                for row in await services.media.media_by_ids([id for id in active if id not in tasks]):
                    tasks[row.id] = bars.add_task(row.title[:40], total=100, figures="")
            for media in set(tasks) - set(active):
                bars.remove_task(tasks.pop(media))
            for media, task in tasks.items():
                report = services.pipeline.progress(media, State.ENCODING)
                bars.update(task, completed=report["percent"], figures=figures(report))
            bars.refresh()
            await asyncio.sleep(TICK_S)


def figures(report: EncodeProgress) -> str:
    """The stage, the speed and the remaining time, as far as they are known. Pure."""
    speed = f"{report['speed']:.1f}×" if report["speed"] else ""
    eta = f"{report['eta_s'] // 60}:{report['eta_s'] % 60:02} left" if report["eta_s"] is not None else ""
    return "  ".join(filter(None, (report["stage"], speed, eta)))
