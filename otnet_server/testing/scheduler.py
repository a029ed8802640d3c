"""The conformance suite for Scheduler. `make` returns a scheduler; `settings` are settings with which it plays.

The guide and the playout ask a scheduler the same, in several processes. So a request must always have the same answer,
and a scheduler must not read files or clocks.
"""

from __future__ import annotations

import copy
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from otnet_server import NextTitle, ScheduledProgram, ScheduledTitle, Scheduler, ScheduleRequest

MakeScheduler = Callable[[], Scheduler]
Settings = dict[str, Any]
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TITLES = tuple(
    ScheduledTitle(
        f"{n:012x}", f"Title {n}", 60.0 * (n + 1), "rails" if n % 2 else None, 1 if n % 2 else None,
        n if n % 2 else None, ("news",) if n % 3 else ("film", "night"),
    )
    for n in range(9)
)  # fmt: skip
PROGRAMS = (
    ScheduledProgram("00000000aaaa", "000000000003", NOON + timedelta(hours=1), 240.0),
    ScheduledProgram("00000000aaab", "00000000cccc", NOON + timedelta(hours=2), 600.0),
)
SWITCHES = (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC))  # of Europe/Berlin
LIMIT_S = 0.05
AIRINGS = 60
FORBIDDEN = ("open", "os.", "socket.", "subprocess.", "shutil.", "sqlite3.", "time.sleep")


def request(settings: Settings, **changes: Any) -> ScheduleRequest:
    sent = ScheduleRequest("0123456789ab", "Europe/Berlin", NOON, 0, titles=TITLES, settings=settings)
    return replace(sent, **changes)


def requests(settings: Settings) -> Iterator[ScheduleRequest]:
    """Requests of every kind: without titles or programs, before, at and after programs, and around the switches."""
    yield request(settings)
    yield request(settings, titles=())
    yield request(settings, titles=(), programs=PROGRAMS)
    yield request(settings, titles=TITLES[:1])
    yield request(settings, titles=(ScheduledTitle("0000000000ff", "映画 %s {0} \x00", 0.04, last_airing=3),), number=4)
    for minutes in (0, 30, 59, 60, 61, 119, 120, 121):
        yield request(settings, start=NOON + timedelta(minutes=minutes), programs=PROGRAMS[minutes > 64 :])
    for day in SWITCHES:
        for minutes in range(0, 240, 15):
            yield request(settings, start=day + timedelta(minutes=minutes))


def aired(settings: Settings, scheduler: Scheduler, count: int) -> list[ScheduleRequest]:
    """The requests of a channel that plays for a while."""
    sequence = []
    now = request(settings)
    for _ in range(count):
        sequence.append(now)
        chosen = scheduler.next_title(now)
        title = next((t for t in now.titles if chosen is not None and t.content == chosen.content), None)
        titles = tuple(replace(t, last_airing=now.number) if t is title else t for t in now.titles)
        played = (chosen.content,) if chosen is not None else ()
        length = timedelta(seconds=title.duration_s if title is not None else 60)
        now = replace(now, start=now.start + length, number=now.number + 1, titles=titles, aired=now.aired + played)
    return sequence


async def check_it_is_a_scheduler(make: MakeScheduler, settings: Settings) -> None:
    scheduler = make()
    assert isinstance(scheduler, Scheduler)
    for name in ("name", "label", "description"):
        assert isinstance(getattr(scheduler, name), str) and getattr(scheduler, name), name


async def check_settings_are_validated(make: MakeScheduler, settings: Settings) -> None:
    """Valid settings pass and stay as they are; unknown ones raise ValueError."""
    before = copy.deepcopy(settings)
    make().validate(settings)
    assert settings == before, "the settings are not changed"
    try:
        make().validate({**settings, "no such setting": 1})
    except ValueError:
        return
    raise AssertionError("unknown settings must raise ValueError")


async def check_it_chooses_what_was_offered(make: MakeScheduler, settings: Settings) -> None:
    """An answer is a program of the request with its content, or a title of the request, or None."""
    scheduler = make()
    for sent in (*requests(settings), *aired(settings, scheduler, AIRINGS)):
        chosen = scheduler.next_title(sent)
        if chosen is None:
            continue
        assert isinstance(chosen, NextTitle)
        if chosen.program is not None:
            assert (chosen.program, chosen.content) in {(p.id, p.content) for p in sent.programs}
        else:
            assert chosen.content in {t.content for t in sent.titles}


async def check_the_same_request_has_the_same_answer(make: MakeScheduler, settings: Settings) -> None:
    """In any order, by any object, and without changing the request: a scheduler remembers nothing."""
    first, second = make(), make()
    everything = [*requests(settings), *aired(settings, make(), AIRINGS)]
    before = copy.deepcopy(everything)
    answers = [first.next_title(sent) for sent in everything]
    assert everything == before, "the request is not changed"
    assert [first.next_title(sent) for sent in everything] == answers
    assert [second.next_title(sent) for sent in reversed(everything)] == answers[::-1]


async def check_programs_do_not_begin_early(make: MakeScheduler, settings: Settings) -> None:
    """A program is chosen at most a few seconds before its time."""
    for sent in requests(settings):
        chosen = make().next_title(sent)
        program = next((p for p in sent.programs if chosen is not None and p.id == chosen.program), None)
        assert program is None or program.starts_at - sent.start < timedelta(seconds=5)


async def check_it_reads_no_files(make: MakeScheduler, settings: Settings) -> None:
    """It opens nothing, connects to nothing and starts nothing."""
    scheduler = make()
    sent = [*requests(settings)]
    for one in sent:
        scheduler.next_title(one)  # may read the rules of the time zone, once
    with _without_io():
        for one in sent:
            scheduler.next_title(one)


async def check_it_answers_at_once(make: MakeScheduler, settings: Settings) -> None:
    """A list of 1,000 titles takes no longer than 50 ms."""
    scheduler = make()
    many = tuple(replace(TITLES[n % 9], content=f"{n:012x}", last_airing=n) for n in range(1000))
    sent = request(settings, titles=many, number=1000, aired=tuple(t.content for t in many[-200:]))
    scheduler.next_title(sent)
    started = time.process_time()
    for _ in range(10):
        scheduler.next_title(sent)
    assert (time.process_time() - started) / 10 < LIMIT_S


_forbidding: list[bool] = []
_hooked: list[bool] = []


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _forbidding and event.startswith(FORBIDDEN):
        raise AssertionError(f"a scheduler must not call {event}")


@contextmanager
def _without_io() -> Iterator[None]:
    """An audit hook can't be removed, so there is one, which is switched on and off."""
    if not _hooked:
        sys.addaudithook(_audit)
        _hooked.append(True)
    _forbidding.append(True)
    try:
        yield
    finally:
        _forbidding.pop()
