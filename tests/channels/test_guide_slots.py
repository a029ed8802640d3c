"""Slots of the guide: short breaks, and programs after the playout."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from otnet_server.channels.airing import AiringKind
from otnet_server.channels.guide import day_of
from otnet_server.channels.guide_slots import Slot, merged, scheduled_slots
from otnet_server.protocols import ScheduledProgram

START = datetime(2026, 12, 24, 20, tzinfo=UTC)
KINDS = {"P": AiringKind.PROGRAM, "T": AiringKind.TITLE, "F": AiringKind.FILLER, "S": AiringKind.SLATE}


def slots(*parts: str) -> list[Slot]:
    """`P600` is a program of 600 seconds; each begins where the one before ends; `-60` is a gap."""
    made, at = [], START
    for part in parts:
        length = timedelta(seconds=int(part[1:]))
        if part[0] != "-":
            kind = KINDS[part[0]]
            made.append(Slot(at, at + length, kind, None if kind is AiringKind.SLATE else "c", None))
        at += length
    return made


def lengths(given: list[Slot]) -> list[str]:
    return [f"{s.kind.name[0]}{s.length.total_seconds():.0f}" for s in given]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (("P600", "S60", "P600"), ["P660", "P600"]),
        (("P600", "S60", "S59"), ["P719"]),
        (("P600", "S60", "S60", "P5"), ["P600", "S120", "P5"]),
        (("P600", "F30", "F30", "S30"), ["P690"]),
        (("P600", "F130", "S30", "P600"), ["P600", "F160", "P600"]),
        (("P600", *["S60"] * 30), ["P600", "S1800"]),
        (("S60", "P600"), ["S60", "P600"]),
        (("P600", "-30", "S60", "P600"), ["P600", "S60", "P600"]),
        (("T5", "T5"), ["T5", "T5"]),
        ((), []),
    ],
)
def test_breaks_shorter_than_two_minutes_belong_to_what_precedes(given: tuple[str, ...], wanted: list[str]) -> None:
    assert lengths(merged(slots(*given))) == wanted


def test_programs_begin_after_the_playout_and_after_each_other() -> None:
    programs = [ScheduledProgram(str(n), "c", START + timedelta(minutes=30 * n), 2400) for n in range(3)]
    made = scheduled_slots(programs, START + timedelta(minutes=10))
    assert [s.starts_at for s in made] == [START + timedelta(minutes=m) for m in (10, 40, 70)]
    assert scheduled_slots(programs, START + timedelta(hours=5)) == []


@pytest.mark.parametrize(
    ("zone", "hours"), [("Europe/Berlin", 23), ("UTC", 24), ("No/Where", 24), ("", 24), ("../etc", 24)]
)
def test_day_has_the_hours_of_its_zone(zone: str, hours: int) -> None:
    start, end = day_of(zone, datetime(2026, 3, 29, 12, tzinfo=UTC))
    assert end - start == timedelta(hours=hours) and start <= datetime(2026, 3, 29, 12, tzinfo=UTC) < end
