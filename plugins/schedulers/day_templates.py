"""A scheduler of blocks: what plays on which days of the week, and from when to when in the channel's time zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from otnet_server import NextTitle, ScheduleRequest

from .selection import Settings, Source, due_program, free_until, pick
from .times import MINUTES_OF_DAY, local_day, minutes_of, moment_of

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
START = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
END = r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"


class Block(Source):
    """On `days`, from `from` to `to` in local time; when `to` is not after `from`, to that time of the next day.
    `overrun`: its last title may end later than the block."""

    days: list[Day] = Field(default_factory=lambda: list(DAYS), min_length=1, max_length=7)
    starts: str = Field(alias="from", pattern=START)
    ends: str = Field(alias="to", pattern=END)
    overrun: bool = True

    def end_at(self, time_zone: str, moment: datetime) -> datetime | None:
        """When the block ends that has begun at a moment; None when it is not its time."""
        today = local_day(time_zone, moment)
        starts, ends = minutes_of(self.starts), minutes_of(self.ends)
        for day in (today, today - timedelta(days=1)):
            if DAYS[day.weekday()] not in self.days:
                continue
            end = moment_of(time_zone, day, ends if ends > starts else ends + MINUTES_OF_DAY)
            if moment_of(time_zone, day, starts) <= moment < end:
                return end
        return None


class DayTemplateSettings(Settings):
    blocks: list[Block] = Field(min_length=1, max_length=200)
    otherwise: Source | None = None


class DayTemplates:
    name = "day_templates"
    label = "Blocks of the week"
    description = (
        "Plays the first of “blocks” whose time it is, in the time zone of the channel, and programs at their times. A "
        "block has days (mon … sun), from and to (such as 20:15), a category, a series or titles, and their order. "
        "“otherwise” is played outside of blocks."
    )

    def validate(self, settings: dict[str, Any]) -> None:
        DayTemplateSettings.model_validate(settings)

    def next_title(self, request: ScheduleRequest) -> NextTitle | None:
        if program := due_program(request):
            return program
        settings, until = DayTemplateSettings.model_validate(request.settings), free_until(request)
        for block in settings.blocks:
            end = block.end_at(request.time_zone, request.start)
            if end is not None:
                limit = until if block.overrun else min(until or end, end)
                return pick(block, block.select(request.titles), request, limit)
        if settings.otherwise is None:
            return None
        return pick(settings.otherwise, settings.otherwise.select(request.titles), request, until)
