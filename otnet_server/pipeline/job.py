"""A revision that the pipeline of this process works on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from otnet_server.media.revision import Revision
from otnet_server.media.states import State
from otnet_server.pipeline.progress import Progress


@dataclass
class Job:
    """A revision that is being worked on.

    `interactive`: the file was just added, or a viewer waits for it; the other jobs are the backlog. `created_at` is
    when the file was added, `source_stat` the (size, mtime_ns) of the source, `ended_tracks` the growing tracks that
    have reached their end, `running_tasks` the ids of the tasks that are running.
    """

    media: str
    revision_id: str
    library: str
    source: Path
    state: State
    order: int
    source_stat: tuple[int, int]
    created_at: str
    interactive: bool = False
    revision: Revision | None = None
    progress: Progress = field(default_factory=Progress)
    ended_tracks: set[str] = field(default_factory=set)
    running_tasks: set[str] = field(default_factory=set)

    def source_unchanged(self) -> bool:
        """Whether the source still has the size and time that it had when the job started."""
        try:
            stat = self.source.stat()
        except OSError:
            return False
        return (stat.st_size, stat.st_mtime_ns) == self.source_stat
