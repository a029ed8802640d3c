"""Schedulers: a grid of programs, a list in its order, and a shuffled list."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from otnet_server import NextTitle, ScheduledTitle, Scheduler, ScheduleRequest, hookimpl

name = "schedulers"
api = 2
EARLY = timedelta(seconds=1)  # a program may begin so much before its time


def due_program(request: ScheduleRequest) -> NextTitle | None:
    """The program whose time it is."""
    due = [program for program in request.programs if program.starts_at <= request.start + EARLY]
    return NextTitle(due[-1].content, due[-1].id) if due else None


def fitting_titles(request: ScheduleRequest) -> list[ScheduledTitle]:
    """The titles of the list that end before the next program begins."""
    if not request.programs:
        return list(request.titles)
    free_s = (request.programs[0].starts_at - request.start + EARLY).total_seconds()
    return [title for title in request.titles if title.duration_s <= free_s]


class ProgramGrid:
    name = "grid"
    label = "Programs"
    description = "Plays the programs of the schedule at their times. Fillers play between them."

    def next_title(self, request: ScheduleRequest) -> NextTitle | None:
        return due_program(request)


class Loop:
    name = "loop"
    label = "Titles in order"
    description = "Plays the titles of the channel in their order, again and again, and programs at their times."

    def next_title(self, request: ScheduleRequest) -> NextTitle | None:
        if program := due_program(request):
            return program
        fitting = fitting_titles(request)
        if not fitting:
            return None
        order = [title.content for title in request.titles]
        last = next((content for content in reversed(request.aired) if content in order), None)
        after = order.index(last) + 1 if last is not None else 0
        rotated = order[after:] + order[:after]
        return NextTitle(min(fitting, key=lambda title: rotated.index(title.content)).content)


class Shuffle:
    name = "shuffle"
    label = "Titles in random order"
    description = "Plays the titles of the channel in random order, none again before half of the others."

    def next_title(self, request: ScheduleRequest) -> NextTitle | None:
        if program := due_program(request):
            return program
        fitting = fitting_titles(request)
        if not fitting:
            return None
        recent = request.aired[-(len(request.titles) // 2) :] if len(request.titles) > 1 else ()
        fresh = [title for title in fitting if title.content not in recent] or fitting
        return NextTitle(min(fresh, key=lambda title: _random(request, title)).content)


def _random(request: ScheduleRequest, title: ScheduledTitle) -> bytes:
    return hashlib.blake2b(f"{request.channel}\n{request.number}\n{title.content}".encode(), digest_size=8).digest()


@hookimpl
def register_schedulers() -> list[Scheduler]:
    return [ProgramGrid(), Loop(), Shuffle()]
