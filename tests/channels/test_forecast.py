"""The forecast of channels: what the schedulers choose, airing after airing, without a database."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from otnet_server.channels.ad_breaks import BreakRules
from otnet_server.channels.airing import AdBreak, Airing, AiringKind, BreakAfter, moment_of
from otnet_server.channels.forecast import MAX_ENTRIES, Planned, after_break, forecast
from otnet_server.channels.guide_slots import merged, planned_slot, slot_of
from otnet_server.channels.planner import interrupted
from otnet_server.channels.playout import Situation
from otnet_server.channels.repository import ReadyTitle
from otnet_server.media.channel_clock import CLOCK_HZ
from otnet_server.protocols import ScheduledProgram, ScheduledTitle
from otnet_server.testing import enabled
from tests.manifests.presentations import revision

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SCHEDULERS = enabled("schedulers", data=Path()).schedulers()
HOUR = timedelta(hours=1)


def title(content: str, duration_s: float = 600, **more: Any) -> ScheduledTitle:
    return ScheduledTitle(content, content.upper(), duration_s, **more)


def program(id: str, starts_at: datetime, duration_s: float = 600, content: str = "p") -> ScheduledProgram:
    return ScheduledProgram(id, content, starts_at, duration_s)


def situation(titles: Sequence[ScheduledTitle] = (), *, epoch: datetime = NOON, **more: Any) -> Situation:
    """A channel whose next airing begins at its epoch; everything in it is ready, and programs last 600 seconds."""
    fillers = more.get("fillers", ())
    titles_and_programs = [*titles, *fillers, title("p")]
    ready = {t.content: ReadyTitle(t.content, t.title, "m", "r", t.duration_s) for t in titles_and_programs}
    values: dict[str, Any] = {
        "programs": (),
        "fillers": (),
        "ready": ready,
        "aired": (),
        "number": 0,
        "time_zone": "UTC",
    }
    return Situation("channel", epoch=epoch, start=0, titles=titles, **{**values, **more})


def shown(entries: Sequence[Planned], epoch: datetime = NOON) -> list[str]:
    """“12:00 title A” for each entry."""
    return [f"{moment_of(epoch, e.start):%H:%M} {e.kind} {e.title}".strip() for e in entries]


def test_loop_and_a_program_in_between() -> None:
    now = situation([title("a"), title("b")], programs=[program("x", NOON + timedelta(minutes=30))])
    entries = forecast(SCHEDULERS["loop"], now, NOON + HOUR)
    assert shown(entries) == [
        "12:00 title A", "12:10 title B", "12:20 title A", "12:30 program P", "12:40 title B", "12:50 title A",
    ]  # fmt: skip
    assert entries[3].program == "x" and entries[3].content == "p"


def test_every_entry_begins_where_the_one_before_ends() -> None:
    programs = [program(f"x{n}", NOON + timedelta(minutes=37 * n + 3)) for n in range(30)]
    now = situation([title("a", 423.4), title("b", 61.04)], programs=programs, fillers=[title("f", 20)])
    entries = forecast(SCHEDULERS["shuffle"], now, NOON + 20 * HOUR)
    assert entries[0].start == 0 and moment_of(NOON, entries[-1].end) >= NOON + 20 * HOUR
    assert all(a.end == b.start for a, b in pairwise(entries))
    begun = {e.program: moment_of(NOON, e.start) for e in entries if e.program}
    assert len(begun) == 30
    for p in programs:
        assert -timedelta(seconds=1) <= begun[p.id] - p.starts_at <= timedelta(seconds=2)


def test_gaps_are_filled_and_slates_are_one_entry() -> None:
    programs = [program("x", NOON + timedelta(minutes=30)), program("y", NOON + timedelta(minutes=43))]
    entries = forecast(SCHEDULERS["grid"], situation(programs=programs), NOON + HOUR)
    assert shown(entries) == ["12:00 slate", "12:30 program P", "12:40 slate", "12:43 program P", "12:53 slate"]
    with_fillers = situation(programs=programs, fillers=[title("f", 100), title("g", 80)])
    kinds = shown(forecast(SCHEDULERS["grid"], with_fillers, NOON + timedelta(minutes=43)))
    assert kinds[:4] == ["12:00 filler F", "12:01 filler G", "12:03 filler F", "12:04 filler G"]
    assert kinds[-3:] == ["12:30 program P", "12:40 filler F", "12:41 filler G"]


def test_program_that_is_not_ready_is_replaced_by_the_rule() -> None:
    programs = [program("x", NOON, content="missing"), program("y", NOON + timedelta(minutes=10))]
    entries = forecast(SCHEDULERS["loop"], situation([title("a")], programs=programs), NOON + timedelta(minutes=20))
    assert shown(entries) == ["12:00 slate", "12:10 program P"]


@pytest.mark.parametrize(("joins", "minutes"), [(False, 10), (True, 6)])
def test_program_is_joined_in_progress_after_a_break(joins: bool, minutes: int) -> None:
    now = situation(programs=[program("x", NOON - timedelta(minutes=4))])
    first = forecast(SCHEDULERS["grid"], now, NOON + HOUR, joins=joins)[0]
    assert moment_of(NOON, first.end) == NOON + timedelta(minutes=minutes)


def test_program_that_is_shorter_than_its_title_is_cut() -> None:
    now = situation([title("a")], programs=[program("x", NOON, 120)])
    assert shown(forecast(SCHEDULERS["loop"], now, NOON + timedelta(minutes=10))) == [
        "12:00 program P",
        "12:02 title A",
    ]


class Failing:
    name = label = description = "failing"

    def validate(self, settings: dict[str, Any]) -> None: ...

    def next_title(self, request: Any) -> Any:
        raise RuntimeError


@pytest.mark.parametrize("scheduler", [None, Failing()])
def test_scheduler_that_is_missing_or_fails_gives_a_slate(scheduler: Any) -> None:
    entries = forecast(scheduler, situation([title("a")]), NOON + HOUR)
    assert shown(entries) == ["12:00 slate"]


def test_forecast_is_the_same_each_time_and_independent_of_its_end() -> None:
    programs = [program(f"x{n}", NOON + timedelta(hours=5 * n)) for n in range(40)]
    now = situation([title(f"t{n}", 100 + 37 * n) for n in range(20)], programs=programs, settings={"no_repeat": 8})
    day = forecast(SCHEDULERS["shuffle"], now, NOON + 24 * HOUR)
    assert forecast(SCHEDULERS["shuffle"], now, NOON + 72 * HOUR)[: len(day)] == day


def test_forecast_is_bounded_in_time_and_in_entries() -> None:
    year = NOON + timedelta(days=365)
    entries = forecast(SCHEDULERS["loop"], situation([title("a", 3600)]), year)
    assert moment_of(NOON, entries[-1].end) == NOON + timedelta(days=8)
    assert len(forecast(SCHEDULERS["loop"], situation([title("a", 1)]), year)) == MAX_ENTRIES
    assert len(forecast(SCHEDULERS["loop"], situation([title("a", 0)]), year)) == MAX_ENTRIES
    (slate,) = forecast(SCHEDULERS["grid"], situation(), year)
    assert moment_of(NOON, slate.end) >= NOON + timedelta(days=8)


def test_large_lists_and_many_programs_take_seconds_at_most() -> None:
    titles = [title(f"t{n}", 60 + n % 7) for n in range(1000)]
    programs = [program(f"x{n}", NOON + timedelta(seconds=120 * n), 60) for n in range(5800)]
    started = time.process_time()
    entries = forecast(SCHEDULERS["shuffle"], situation(titles, programs=programs), NOON + timedelta(days=3))
    assert len(entries) > 4000
    assert time.process_time() - started < 15


SWITCHES = [
    ("Europe/Berlin", "2026-03-29"), ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"), ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"), ("Australia/Lord_Howe", "2026-10-04"),
    ("America/Sao_Paulo", "2018-11-04"), ("America/Sao_Paulo", "2019-02-17"),
    ("Asia/Kathmandu", "2026-03-29"),
    ("Pacific/Apia", "2011-12-30"), ("Pacific/Apia", "2026-04-05"),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "day"), SWITCHES)
def test_programs_play_once_and_in_time_on_days_of_switches(zone: str, day: str) -> None:
    """A program at each quarter of an hour of local time, in both hours of a doubled one; none in the missing one."""
    local = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)) - timedelta(hours=12)
    epoch = local.astimezone(UTC)
    starts = sorted({
        moment
        for n in range(150)
        for fold in (0, 1)
        for wall in [(local.replace(tzinfo=None) + n * HOUR / 4).replace(tzinfo=ZoneInfo(zone), fold=fold)]
        for moment in [wall.astimezone(UTC)]
        if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall.replace(tzinfo=None)
    })  # fmt: skip
    programs = [program(f"x{n}", moment) for n, moment in enumerate(starts)]
    entries = forecast(SCHEDULERS["grid"], situation(epoch=epoch, programs=programs, time_zone=zone), starts[-1] + HOUR)
    played = [(e.program, moment_of(epoch, e.start)) for e in entries if e.program]
    assert played == [(p.id, p.starts_at) for p in programs]


@pytest.mark.parametrize(("zone", "day"), SWITCHES)
def test_blocks_play_at_their_local_times_on_days_of_switches(zone: str, day: str) -> None:
    local = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)) - timedelta(hours=6)
    epoch = local.astimezone(UTC)
    titles = [title("night", 300, categories=("night",)), title("day", 300, categories=("day",))]
    settings = {"blocks": [{"from": "22:00", "to": "05:30", "category": "night"}], "otherwise": {"category": "day"}}
    now = replace(situation(titles, epoch=epoch, time_zone=zone), settings=settings)
    for entry in forecast(SCHEDULERS["day_templates"], now, epoch + 40 * HOUR):
        clock = moment_of(epoch, entry.start).astimezone(ZoneInfo(zone)).time()
        at_night = clock.hour >= 22 or (clock.hour, clock.minute) < (5, 30)
        assert entry.content == ("night" if at_night else "day"), clock


def test_breaks_lengthen_titles_and_delay_no_program() -> None:
    now = situation([title("a", 600)], programs=[program("x", NOON + timedelta(minutes=23), content="p")])
    ready = {**now.ready, "a": replace(now.ready["a"], breaks=(300.0,))}
    now = replace(now, ready=ready, breaks=BreakRules(120 * CLOCK_HZ))
    entries = forecast(SCHEDULERS["loop"], now, NOON + HOUR)
    assert shown(entries)[:4] == ["12:00 title A", "12:12 title A", "12:23 program P", "12:33 title A"]


@pytest.mark.parametrize(
    ("last", "rest"),
    [
        (0, [(10, 30, "ad", False), (30, 50, "title", True)]),
        (1, [(18, 30, "ad", False), (30, 50, "title", True)]),
        (2, [(30, 50, "title", True)]),
    ],
)
def test_break_that_is_stored_in_part_goes_on_in_the_forecast(
    last: int, rest: list[tuple[int, int, str, bool]]
) -> None:
    following = BreakAfter(20 * CLOCK_HZ, Fraction(10), Fraction(30))
    first = Airing("c", 0, 0, 10 * CLOCK_HZ, AiringKind.TITLE, "m", "r", content="a", break_after=following)
    ad = replace(first, number=1, start=10 * CLOCK_HZ, duration=8 * CLOCK_HZ, kind=AiringKind.AD, break_after=None,
                 content="ad", ad_break=AdBreak(1, 10 * CLOCK_HZ, 20 * CLOCK_HZ))  # fmt: skip
    slate = replace(ad, number=2, start=ad.end, duration=12 * CLOCK_HZ, kind=AiringKind.SLATE, content=None)
    planned = after_break((first, ad, slate)[last], first)
    assert [(p.start // CLOCK_HZ, p.end // CLOCK_HZ, p.kind.value, p.continues) for p in planned] == rest
    stored = [slot_of(NOON, airing) for airing in (first, ad, slate)[: last + 1]]
    assert [s.length for s in merged([*stored, *(planned_slot(NOON, p) for p in planned)])] == [timedelta(seconds=50)]


@pytest.mark.parametrize("breaks", [True, False], ids=["as the channel", "off"])
def test_program_can_be_shown_without_breaks(breaks: bool) -> None:
    now = situation(programs=[replace(program("x", NOON), breaks=breaks)], breaks=BreakRules(120 * CLOCK_HZ))
    now = replace(now, ready={**now.ready, "p": replace(now.ready["p"], breaks=(4.0,))})
    entry = forecast(SCHEDULERS["grid"], now, NOON + timedelta(minutes=5))[0]
    assert (entry.program, (entry.end - entry.start) // CLOCK_HZ) == ("x", 720 if breaks else 600)
    film = revision("film", 8)
    airing = Airing("channel", 0, 0, 8 * CLOCK_HZ, AiringKind.PROGRAM, "m", "r", content="p", program="x")
    played = interrupted(now, airing, film, Fraction(8))
    assert (played.break_after is not None) == breaks and (played == airing) == (not breaks)
