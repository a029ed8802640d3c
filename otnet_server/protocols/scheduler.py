"""The protocol of schedulers, which choose what a linear channel plays."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable


@dataclass(frozen=True)
class ScheduledProgram:
    """A program of the schedule: `content` begins at `starts_at` (UTC) and is planned for `duration_s` seconds.
    `breaks`: it is interrupted for ads where its channel has breaks."""

    id: str
    content: str
    starts_at: datetime
    duration_s: float
    breaks: bool = True


@dataclass(frozen=True)
class ScheduledTitle:
    """A title of the channel's list that is ready to play. `season` and `episode` are those of an episode of `series`;
    `series` and `categories` are slugs. `last_airing` is the number of its newest airing on the channel, which may be
    long ago; None before the first one."""

    content: str
    title: str
    duration_s: float
    series: str | None = None
    season: int | None = None
    episode: int | None = None
    categories: tuple[str, ...] = ()
    last_airing: int | None = None


@dataclass(frozen=True)
class ScheduleRequest:
    """Choose the title that begins at `start` (UTC).

    `programs` are those of the next day that have not begun yet, and those whose time it is; in order. `titles` is the
    channel's list, in its order. `aired` lists the contents of the last airings, the newest last. `number` counts the
    airings of the channel from 0; a title that breaks interrupt is one, and breaks are none. `settings` are those of
    the channel for this scheduler.
    """

    channel: str
    time_zone: str
    start: datetime
    number: int
    programs: tuple[ScheduledProgram, ...] = ()
    titles: tuple[ScheduledTitle, ...] = ()
    aired: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NextTitle:
    """A choice: content of a program, or of the channel's list."""

    content: str
    program: str | None = None


@runtime_checkable
class Scheduler(Protocol):
    """Chooses what a channel plays. It is deterministic: the same request has the same answer, in every process and
    later, because the guide and the playout both ask."""

    name: str
    label: str
    description: str

    def validate(self, settings: dict[str, Any]) -> None:
        """Called before settings of a channel are saved. Raises ValueError with a reason such as “must have turns”, or
        pydantic's ValidationError, when `next_title` can't work with them or they have unknown names."""

    def next_title(self, request: ScheduleRequest) -> NextTitle | None:
        """The title that begins at `request.start`; None to fill the time until the next program. It must not read
        files or clocks, or wait."""
