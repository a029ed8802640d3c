"""Airings of titles that were deleted after they were stored: where the playout is cut. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from otnet_server.channels.airing import Airing
from otnet_server.channels.takeover import GUARD_TICKS


def cut_before_deleted(airings: Sequence[Airing], revisions: Collection[str], now: int) -> Airing | None:
    """The airing after which the playout goes on with something else, because its revision, or that of the next airing,
    does not exist any more; None when all exist. `airings` are those from the time `now` on, and the one before them.
    What is over within the guard time stays as it is."""
    for number, airing in enumerate(airings):
        if airing.revision in revisions or airing.end <= now + GUARD_TICKS:
            continue
        before = airings[number - 1] if number else None
        if before is not None and airing.start > now + GUARD_TICKS:
            return before
        return replace(airing, duration=max(1, now + GUARD_TICKS - airing.start), break_after=None)
    return None
