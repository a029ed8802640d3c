"""Times of day in a time zone. Pure.

Blocks are written in local time, which has a missing hour and a doubled hour every year. Each time of each day is one
moment: a time that the clocks show twice is the first one, and a time that they skip is the moment of the switch. So
blocks that follow each other never overlap and leave no gap, and a block lasts longer or shorter on those days.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTES_OF_DAY = 24 * 60


@lru_cache(maxsize=4096)
def moment_of(time_zone: str, day: date, minutes: int) -> datetime:
    """The moment (UTC) at which `minutes` of a day have passed on the clocks of a time zone."""
    zone = ZoneInfo(time_zone)
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    return _switch(zone, wall.replace(tzinfo=zone, fold=1).astimezone(UTC), first)


def _switch(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The moment at which the offset of a zone changes, which is after `before` and not after `after`."""
    offset = after.astimezone(zone).utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return datetime.fromtimestamp(high, UTC)


def local_day(time_zone: str, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(time_zone)).date()


def minutes_of(text: str) -> int:
    """“20:15” → 1215."""
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)
