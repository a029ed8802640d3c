"""A scheduler that plays kinds of titles in turn, such as news, music, music, talk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from otnet_server import NextTitle, ScheduleRequest

from .selection import Settings, Source, due_program, free_until, pick


class RotationSettings(Settings):
    turns: list[Source] = Field(min_length=1, max_length=100)


class Rotation:
    name = "rotation"
    label = "Kinds of titles in turn"
    description = (
        "Plays a title of each of “turns” in turn, and programs at their times. A turn names a category, a series or "
        "titles, and their order: list, episodes or shuffle. A turn without a title that fits is left out."
    )

    def validate(self, settings: dict[str, Any]) -> None:
        RotationSettings.model_validate(settings)

    def next_title(self, request: ScheduleRequest) -> NextTitle | None:
        if program := due_program(request):
            return program
        turns = RotationSettings.model_validate(request.settings).turns
        titles = [source.select(request.titles) for source in turns]
        first = next_turn([frozenset(t.content for t in of_turn) for of_turn in titles], request.aired)
        until = free_until(request)
        for n in range(len(turns)):
            number = (first + n) % len(turns)
            if chosen := pick(turns[number], titles[number], request, until):
                return chosen
        return None


def next_turn(turns: Sequence[frozenset[str]], aired: Sequence[str]) -> int:
    """The turn after the last one. Titles may belong to several turns, so the last turn is the one at which the most
    of the titles that were played before fit into the rotation."""
    of_any = frozenset[str]().union(*turns)
    played = [content for content in aired if content in of_any][-len(turns) :][::-1]
    if not played:
        return 0

    def fits(place: int) -> int:
        """How many of the titles before belong to their turns, if the last one was at `place`."""
        for count, content in enumerate(played):
            if content not in turns[(place - count) % len(turns)]:
                return count
        return len(played)

    return (max(range(len(turns)), key=fits) + 1) % len(turns)
