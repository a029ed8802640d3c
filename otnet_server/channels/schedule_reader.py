"""What a channel has played, what it will certainly play, and what it will probably play."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from otnet_server.channels.airing import Airing, moment_of, ticks_at
from otnet_server.channels.forecast import MAX_DURATION, MAX_ENTRIES, Planned, after_break, forecast
from otnet_server.channels.playout import HORIZON, Situation
from otnet_server.channels.repository import ChannelRepository, ChannelRow
from otnet_server.media.channel_clock import CLOCK_HZ
from otnet_server.protocols import Scheduler


class ScheduleReader:
    def __init__(self, repository: ChannelRepository, schedulers: Mapping[str, Scheduler]) -> None:
        self._repository, self._schedulers = repository, schedulers

    async def airings(self, row: ChannelRow, start: datetime, end: datetime, after: int, limit: int) -> list[Airing]:
        """The stored airings between two moments, in order: at most `limit` after the number `after`."""
        if row.epoch is None:
            return []
        times = ticks_at(row.epoch, start), ticks_at(row.epoch, end)
        return await self._repository.page(row.playout, *times, after, limit)

    async def forecast(self, row: ChannelRow, until: datetime) -> tuple[datetime, list[Planned]]:
        """(the epoch of the channel's clock, the forecast from the end of its stored playout until `until`). For a
        channel that is off, or was off for long, it begins now."""
        if row.delayed_from is not None:
            epoch, planned = await self.forecast(row.source, until - row.delay)
            return epoch + row.delay, planned
        now = datetime.now(UTC).replace(microsecond=0)
        last = await self._repository.last(row.id) if row.epoch is not None else None
        epoch = row.epoch or now
        start = ticks_at(epoch, now)
        joins = last is None or last.end < start - row.window_s * CLOCK_HZ
        rest: list[Planned] = []
        if last is not None and not joins:
            rest = await self._after_break(last)
            start = rest[-1].end if rest else last.end
        number = last.choice + 1 if last is not None else 0
        situation = await self._situation(row, epoch, start, number, until)
        scheduler = self._schedulers.get(row.scheduler)
        return epoch, rest + await asyncio.to_thread(forecast, scheduler, situation, until, joins=joins)

    async def _after_break(self, last: Airing) -> list[Planned]:
        """What follows the last airing for certain: the rest of a break, and of the title that it interrupts."""
        interrupted: Airing | None = last
        if last.break_after is None:
            before = last.ad_break.number - 1 if last.ad_break is not None else None
            interrupted = await self._repository.number(last.channel, before) if before is not None else None
        return after_break(last, interrupted) if interrupted is not None else []

    async def _situation(self, row: ChannelRow, epoch: datetime, start: int, number: int, until: datetime) -> Situation:
        moment = moment_of(epoch, start)
        end = min(until, moment + MAX_DURATION) + HORIZON
        programs = await self._repository.programs(row.id, moment, end, MAX_ENTRIES + 1000)
        titles = await self._repository.list_of(row.id, "titles")
        fillers = await self._repository.list_of(row.id, "fillers")
        contents = {p.content for p in programs} | {t.content for t in (*titles, *fillers)}
        ready = await self._repository.ready(contents)
        aired = await self._repository.aired_contents(row.id)
        return Situation(
            row.id, row.time_zone, epoch, start, number, programs, titles, fillers, ready, aired,
            row.scheduler_settings, row.breaks,
        )  # fmt: skip
