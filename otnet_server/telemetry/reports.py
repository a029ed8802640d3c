"""The reports that players send, and what is derived from a request. The events have the names of CTA-2066 where it has
them."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Check

Id = Annotated[str, Check(pattern=r"^[0-9a-z]{1,16}$")]
Seconds = Annotated[float, Check(ge=0, le=1e6, allow_inf_nan=False)]
MAX_COUNT = 10**9
Count = Annotated[int, Check(ge=0, le=MAX_COUNT)]
MAX_BATCH_EVENTS = 100
MAX_SPEED = 4  # of playback
TELEVISION = re.compile(r"Tizen|Web0S|webOS|SMART-TV|SmartTV|\bTV\b|AFT[A-Z]|BRAVIA|CrKey|AppleTV|Roku", re.IGNORECASE)
TABLET = re.compile(r"iPad|Tablet|Android(?!.*Mobile)", re.IGNORECASE)
PHONE = re.compile(r"Mobi|iPhone|Android", re.IGNORECASE)
Device = Literal["tv", "tablet", "phone", "computer", ""]
DEVICES: tuple[tuple[Device, re.Pattern[str]], ...] = (("tv", TELEVISION), ("tablet", TABLET), ("phone", PHONE))


class PlaybackEvent(BaseModel):
    """One event; its type determines which fields are set. Times are in milliseconds (`at_ms`: since the player was
    loaded) and seconds of media, bit rates in kbit/s.

    `attempt`: playback was requested. It is followed by `start` (the first frame was shown), by a fatal `error` with
    `started` false, or by `exit` (the viewer left before the first frame, after `waited_ms`). `watched` is a range of
    media that was played without a pause.
    """

    model_config = ConfigDict(extra="ignore")

    type: Literal["attempt", "start", "exit", "rebuffer", "switch", "error", "watched", "end"]
    at_ms: Count = 0
    startup_ms: Count | None = None
    waited_ms: Count | None = None
    duration_ms: Count | None = None
    position_s: Seconds | None = None
    from_kbps: Count | None = None
    to_kbps: Count | None = None
    height: Count | None = None
    code: Annotated[str, Check(max_length=60)] | None = None
    category: Annotated[str, Check(max_length=60)] | None = None
    fatal: bool | None = None
    started: bool | None = None
    from_s: Seconds | None = None
    to_s: Seconds | None = None


class TelemetryReport(BaseModel):
    """A batch of events from one player. `session` is a random id that the player creates when it loads. `batch` counts
    its batches: a batch that arrives twice is stored once."""

    model_config = ConfigDict(extra="ignore")

    session: Annotated[str, Check(pattern=r"^[0-9A-Za-z-]{8,36}$")]
    batch: Annotated[int, Check(ge=0, le=10**9)] | None = None
    content: Id | None = None
    media: Id | None = None
    skin: Literal["video", "audio", "circular", "square", "tv", "none"] = "none"
    engine: Annotated[str, Check(max_length=40)] = ""
    events: Annotated[list[PlaybackEvent], Check(max_length=MAX_BATCH_EVENTS)]


def numbers_of(report: TelemetryReport) -> list[int | None]:
    """The number of each event within its session; None for players that do not count their batches."""
    if report.batch is None:
        return [None] * len(report.events)
    return [report.batch * MAX_BATCH_EVENTS + index for index in range(len(report.events))]


def without_impossible_ranges(event: PlaybackEvent) -> PlaybackEvent:
    """An event whose watched range is not longer than what can be played since the player was loaded."""
    if event.type != "watched" or event.to_s is None:
        return event
    longest_s = (event.at_ms / 1000 + 60) * MAX_SPEED
    return event.model_copy(update={"to_s": min(event.to_s, (event.from_s or 0.0) + longest_s)})


def device_of(agent: str) -> Device:
    """The kind of device of a User-Agent header; empty without one."""
    if not agent:
        return ""
    return next((kind for kind, pattern in DEVICES if pattern.search(agent)), "computer")
