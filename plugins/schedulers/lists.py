"""Schedulers of programs alone, and of the whole list of a channel in one order."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from otnet_server import NextTitle, ScheduleRequest

from .selection import MAX_NO_REPEAT, Order, Settings, Slug, due_program, free_until, pick


class Programs:
    name = "grid"
    label = "Programs"
    description = "Plays the programs of the schedule at their times. Fillers play between them."

    def validate(self, settings: dict[str, Any]) -> None:
        Settings.model_validate(settings)

    def next_title(self, request: ScheduleRequest) -> NextTitle | None:
        return due_program(request)


class Loop:
    name = "loop"
    label = "Titles in order"
    description = "Plays the titles of the channel in their order, again and again, and programs at their times."

    def validate(self, settings: dict[str, Any]) -> None:
        Settings.model_validate(settings)

    def next_title(self, request: ScheduleRequest) -> NextTitle | None:
        return due_program(request) or pick(Order(), request.titles, request, free_until(request))


class ShuffleSettings(Settings):
    seed: int = Field(default=0, ge=0, le=1_000_000_000)
    no_repeat: int | None = Field(default=None, ge=0, le=MAX_NO_REPEAT)


class Shuffle:
    name = "shuffle"
    label = "Titles in random order"
    description = (
        "Plays the titles of the channel in random order, and programs at their times. “no_repeat”: none plays again "
        "before so many others (default: half of them). “seed” changes the order."
    )

    def validate(self, settings: dict[str, Any]) -> None:
        ShuffleSettings.model_validate(settings)

    def next_title(self, request: ScheduleRequest) -> NextTitle | None:
        if program := due_program(request):
            return program
        settings = ShuffleSettings.model_validate(request.settings)
        order = Order(order="shuffle", seed=settings.seed, no_repeat=settings.no_repeat)
        return pick(order, request.titles, request, free_until(request))


class EpisodesSettings(Settings):
    series: list[Slug] = Field(default_factory=list, max_length=1000)


class Episodes:
    name = "episodes"
    label = "Series in order"
    description = (
        "Plays the next episode after the last one, by season and episode, and programs at their times. “series”: "
        "slugs of the series, one after the other (default: all, as the titles of the channel list them)."
    )

    def validate(self, settings: dict[str, Any]) -> None:
        EpisodesSettings.model_validate(settings)

    def next_title(self, request: ScheduleRequest) -> NextTitle | None:
        if program := due_program(request):
            return program
        titles = [t for t in request.titles if t.series is not None]
        if wanted := EpisodesSettings.model_validate(request.settings).series:
            ranks = {name: rank for rank, name in reversed(list(enumerate(wanted)))}
            titles = sorted((t for t in titles if t.series in ranks), key=lambda t: ranks[t.series or ""])
        return pick(Order(order="episodes"), titles, request, free_until(request))
