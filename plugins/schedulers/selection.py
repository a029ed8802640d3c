"""Which titles of a channel's list may play, and which of them is next. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from otnet_server import NextTitle, ScheduledTitle, ScheduleRequest

EARLY = timedelta(seconds=1)  # a program may begin so much before its time
MAX_NO_REPEAT = 1000
Slug = Annotated[str, Field(min_length=1, max_length=120)]
Titles = Sequence[ScheduledTitle]


class Settings(BaseModel):
    """Settings of a scheduler, as they are sent in JSON."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Order(Settings):
    """`list`: in the order of the channel's list. `episodes`: by season and episode. `shuffle`: in random order, which
    `seed` changes; no title plays again before `no_repeat` others (default: half of them)."""

    order: Literal["list", "episodes", "shuffle"] = "list"
    seed: int = Field(default=0, ge=0, le=1_000_000_000)
    no_repeat: int | None = Field(default=None, ge=0, le=MAX_NO_REPEAT)


class Source(Order):
    """The titles of a category, of a series, or those with these ids; without any of them, the whole list."""

    category: Slug | None = None
    series: Slug | None = None
    titles: Annotated[list[str], Field(min_length=1, max_length=1000)] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Source:
        if sum(value is not None for value in (self.category, self.series, self.titles)) > 1:
            raise ValueError("must name only one of category, series and titles")
        return self

    def select(self, titles: Titles) -> Titles:
        """Those of the titles that belong to it, in their order."""
        if self.category is not None:
            return [t for t in titles if self.category in t.categories]
        if self.series is not None:
            return [t for t in titles if t.series == self.series]
        if self.titles is not None:
            wanted = set(self.titles)
            return [t for t in titles if t.content in wanted]
        return titles


def due_program(request: ScheduleRequest) -> NextTitle | None:
    """The program whose time it is."""
    due = [program for program in request.programs if program.starts_at <= request.start + EARLY]
    return NextTitle(due[-1].content, due[-1].id) if due else None


def free_until(request: ScheduleRequest) -> datetime | None:
    """When the next program begins; None when there is none."""
    return request.programs[0].starts_at if request.programs else None


def pick(order: Order, titles: Titles, request: ScheduleRequest, until: datetime | None) -> NextTitle | None:
    """The next of the titles, which ends before `until`; None when there is none."""
    free_s = (until - request.start + EARLY).total_seconds() if until is not None else float("inf")
    chosen = PICK[order.order](order, titles, request, free_s)
    return NextTitle(chosen.content) if chosen is not None else None


def _in_order(order: Order, titles: Titles, request: ScheduleRequest, free_s: float) -> ScheduledTitle | None:
    """The first one that fits after the last that was played."""
    return next((t for t in _after_last(titles) if t.duration_s <= free_s), None)


def _episodes(order: Order, titles: Titles, request: ScheduleRequest, free_s: float) -> ScheduledTitle | None:
    """The next episode; when it does not fit, none, because the one after it would be out of order."""
    ranks = {name: rank for rank, name in reversed(list(enumerate(t.series or "" for t in titles)))}

    def place(title: ScheduledTitle) -> tuple[int, float, float]:
        return ranks[title.series or ""], _number(title.season), _number(title.episode)

    following = _after_last(sorted(titles, key=place))
    return following[0] if following and following[0].duration_s <= free_s else None


def _shuffled(order: Order, titles: Titles, request: ScheduleRequest, free_s: float) -> ScheduledTitle | None:
    """A title that fits, other than the last `no_repeat` ones; None when there is none."""
    distance = len(titles) // 2 if order.no_repeat is None else order.no_repeat
    aired = sorted((t for t in titles if t.last_airing is not None), key=_last_airing, reverse=True)
    recent = {t.content for t in aired[: max(0, min(distance, len(titles) - 1))]}
    fresh = [t for t in titles if t.content not in recent and t.duration_s <= free_s]
    text = f"{request.channel}\n{order.seed}\n{request.number}"
    number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
    return fresh[number % len(fresh)] if fresh else None


PICK: dict[str, Any] = {"list": _in_order, "episodes": _episodes, "shuffle": _shuffled}


def _after_last(titles: Titles) -> Titles:
    """The titles, beginning after the one that was played last."""
    last = max(range(len(titles)), key=lambda n: _last_airing(titles[n]), default=-1)
    if last < 0 or titles[last].last_airing is None:
        return titles
    return [*titles[last + 1 :], *titles[: last + 1]]


def _last_airing(title: ScheduledTitle) -> int:
    return -1 if title.last_airing is None else title.last_airing


def _number(value: int | None) -> float:
    """Titles without a number come last."""
    return float("inf") if value is None else value
