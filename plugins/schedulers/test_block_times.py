"""Blocks in local time on the days on which clocks are changed, in zones with unlike rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from plugins.schedulers.day_templates import Block
from plugins.schedulers.times import local_day, minutes_of, moment_of


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# zone, day, time of day → moment. On these days clocks go forward (“missing”) or back (“twice”).
MOMENTS = [
    ("Europe/Berlin", "2026-03-29", "01:59", "2026-03-29 00:59"),
    ("Europe/Berlin", "2026-03-29", "02:00", "2026-03-29 01:00"),  # missing
    ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29 01:00"),  # missing
    ("Europe/Berlin", "2026-03-29", "03:00", "2026-03-29 01:00"),
    ("Europe/Berlin", "2026-10-25", "01:59", "2026-10-24 23:59"),
    ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25 00:30"),  # twice
    ("Europe/Berlin", "2026-10-25", "03:00", "2026-10-25 02:00"),
    ("Europe/Berlin", "2026-10-25", "24:00", "2026-10-25 23:00"),
    ("America/New_York", "2026-03-08", "02:15", "2026-03-08 07:00"),  # missing
    ("America/New_York", "2026-03-08", "03:15", "2026-03-08 07:15"),
    ("America/New_York", "2026-11-01", "01:30", "2026-11-01 05:30"),  # twice
    ("America/New_York", "2026-11-01", "02:00", "2026-11-01 07:00"),
    ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03 15:30"),  # missing, half an hour
    ("Australia/Lord_Howe", "2026-10-04", "02:30", "2026-10-03 15:30"),
    ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04 14:45"),  # twice, half an hour
    ("Australia/Lord_Howe", "2026-04-05", "02:00", "2026-04-04 15:30"),
    ("America/Sao_Paulo", "2018-11-04", "00:00", "2018-11-04 03:00"),  # midnight is missing
    ("America/Sao_Paulo", "2018-11-04", "00:30", "2018-11-04 03:00"),
    ("America/Sao_Paulo", "2019-02-16", "23:30", "2019-02-17 01:30"),  # twice, before midnight
    ("America/Sao_Paulo", "2019-02-17", "00:00", "2019-02-17 03:00"),
    ("America/Sao_Paulo", "2026-11-01", "00:30", "2026-11-01 03:30"),  # no switches any more
    ("Asia/Kathmandu", "2026-03-29", "02:30", "2026-03-28 20:45"),
    ("Asia/Kathmandu", "2026-10-25", "24:00", "2026-10-25 18:15"),
    ("Pacific/Apia", "2011-12-29", "24:00", "2011-12-30 10:00"),
    ("Pacific/Apia", "2011-12-30", "12:00", "2011-12-30 10:00"),  # the whole day is missing
    ("Pacific/Apia", "2011-12-31", "00:00", "2011-12-30 10:00"),
    ("Pacific/Apia", "2026-10-04", "02:30", "2026-10-03 13:30"),  # no switches any more
    ("Pacific/Chatham", "2026-09-27", "03:00", "2026-09-26 14:00"),  # missing, at a quarter to three
    ("Africa/Cairo", "2026-10-29", "23:30", "2026-10-29 20:30"),  # twice, before midnight
]


@pytest.mark.parametrize(("zone", "day", "time", "moment"), MOMENTS)
def test_time_of_day_is_one_moment(zone: str, day: str, time: str, moment: str) -> None:
    assert moment_of(zone, date.fromisoformat(day), minutes_of(time)) == utc(moment)


def block(starts: str, ends: str, *days: str) -> Block:
    return Block.model_validate({"from": starts, "to": ends, **({"days": list(days)} if days else {})})


# zone, block, its first and last moment (not included) on a day on which clocks are changed
LENGTHS = [
    ("Europe/Berlin", block("02:00", "03:00"), "2026-10-25 00:00", 120),  # the doubled hour
    ("Europe/Berlin", block("02:30", "04:00"), "2026-10-25 00:30", 150),
    ("Europe/Berlin", block("01:00", "02:30"), "2026-10-24 23:00", 90),
    ("Europe/Berlin", block("01:00", "02:30"), "2026-03-29 00:00", 60),  # ends at the switch
    ("Europe/Berlin", block("02:30", "04:00"), "2026-03-29 01:00", 60),  # begins at the switch
    ("Europe/Berlin", block("22:00", "06:00", "sat"), "2026-10-24 20:00", 540),
    ("Europe/Berlin", block("22:00", "06:00", "sat"), "2026-03-28 21:00", 420),
    ("America/New_York", block("00:00", "24:00", "sun"), "2026-11-01 04:00", 25 * 60),
    ("America/New_York", block("00:00", "24:00", "sun"), "2026-03-08 05:00", 23 * 60),
    ("Australia/Lord_Howe", block("01:00", "03:00"), "2026-04-04 14:00", 150),
    ("Australia/Lord_Howe", block("01:00", "03:00"), "2026-10-03 14:30", 90),
    ("America/Sao_Paulo", block("23:00", "01:00"), "2018-11-04 02:00", 60),
    ("America/Sao_Paulo", block("23:00", "01:00"), "2019-02-17 01:00", 180),
    ("Asia/Kathmandu", block("20:15", "20:15"), "2026-03-28 14:30", 24 * 60),
    ("Pacific/Apia", block("20:00", "04:00", "thu"), "2011-12-30 06:00", 240),  # Friday is missing
]


@pytest.mark.parametrize(("zone", "block", "first", "minutes"), LENGTHS)
def test_block_lasts_shorter_or_longer_when_clocks_are_changed(
    zone: str, block: Block, first: str, minutes: int
) -> None:
    start = utc(first)
    end = start + timedelta(minutes=minutes)
    assert block.end_at(zone, start) == end
    assert block.end_at(zone, end - timedelta(seconds=1)) == end
    assert block.end_at(zone, start - timedelta(seconds=1)) != end and block.end_at(zone, end) != end


def test_block_that_the_switch_skips_does_not_occur() -> None:
    skipped = block("02:00", "03:00")
    start = utc("2026-03-28 12:00")
    assert all(skipped.end_at("Europe/Berlin", start + timedelta(minutes=n)) is None for n in range(1440))
    friday = block("00:00", "24:00", "fri")
    start = utc("2011-12-30 00:00")  # Thursday in Apia
    assert all(friday.end_at("Pacific/Apia", start + timedelta(hours=n)) is None for n in range(48))


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/Berlin", "2026-03-28 12:00"),
        ("Europe/Berlin", "2026-10-24 12:00"),
        ("America/New_York", "2026-03-07 12:00"),
        ("America/New_York", "2026-10-31 12:00"),
        ("Australia/Lord_Howe", "2026-04-04 00:00"),
        ("Australia/Lord_Howe", "2026-10-03 00:00"),
        ("America/Sao_Paulo", "2018-11-03 12:00"),
        ("Asia/Kathmandu", "2026-03-28 12:00"),
        ("Pacific/Apia", "2011-12-29 12:00"),
    ],
)
def test_blocks_that_follow_each_other_fill_the_day_without_overlap(zone: str, first: str) -> None:
    times = [f"{h:02}:{m:02}" for h in range(24) for m in (0, 20, 40)]
    blocks = [block(a, b) for a, b in zip(times, [*times[1:], "24:00"], strict=True)]
    start = utc(first)
    for n in range(0, 2 * 1440, 5):
        moment = start + timedelta(minutes=n)
        assert sum(b.end_at(zone, moment) is not None for b in blocks) == 1, moment.astimezone(ZoneInfo(zone))


def test_day_is_that_of_the_zone() -> None:
    assert local_day("Pacific/Kiritimati", utc("2026-05-01 12:00")) == date(2026, 5, 2)
    saturday = block("20:15", "22:00", "sat")
    assert saturday.end_at("Pacific/Kiritimati", utc("2026-05-02 06:30")) == utc("2026-05-02 08:00")
    assert saturday.end_at("America/New_York", utc("2026-05-03 00:30")) == utc("2026-05-03 02:00")
