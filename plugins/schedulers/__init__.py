"""Schedulers of linear channels: programs, lists in several orders, rotations, and blocks of the week."""

from __future__ import annotations

from otnet_server import Scheduler, hookimpl

from .day_templates import DayTemplates
from .lists import Episodes, Loop, Programs, Shuffle
from .rotation import Rotation

name = "schedulers"
api = 2


@hookimpl
def register_schedulers() -> list[Scheduler]:
    return [Programs(), Loop(), Shuffle(), Episodes(), Rotation(), DayTemplates()]
