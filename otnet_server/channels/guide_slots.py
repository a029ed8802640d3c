"""The slots of a guide: what a channel shows, before the texts are read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from otnet_server.channels.airing import Airing, AiringKind, moment_of
from otnet_server.channels.forecast import Planned
from otnet_server.protocols import ScheduledProgram

SHORT = timedelta(minutes=2)  # a break that is shorter has no entry of its own
BREAKS = (AiringKind.FILLER, AiringKind.SLATE)


@dataclass(frozen=True)
class Slot:
    """A time on a channel. `content` is None between programs and in a break. `continues`: it is the rest of a
    title."""

    starts_at: datetime
    ends_at: datetime
    kind: AiringKind
    content: str | None = None
    program: str | None = None
    continues: bool = False

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at


def slot_of(epoch: datetime, airing: Airing) -> Slot:
    starts_at, ends_at = moment_of(epoch, airing.start), moment_of(epoch, airing.end)
    if airing.ad_break is not None:
        return Slot(starts_at, ends_at, AiringKind.AD)
    content = airing.content if airing.kind is not AiringKind.SLATE else None
    return Slot(starts_at, ends_at, airing.kind, content, airing.program, airing.media_start > 0)


def planned_slot(epoch: datetime, planned: Planned) -> Slot:
    """The slot of a forecast airing."""
    starts_at, ends_at = moment_of(epoch, planned.start), moment_of(epoch, planned.end)
    content = planned.content if planned.kind is not AiringKind.SLATE else None
    return Slot(starts_at, ends_at, planned.kind, content, planned.program, planned.continues)


def scheduled_slots(programs: Iterable[ScheduledProgram], after: datetime) -> list[Slot]:
    """The programs that end after `after`, each cut where the one before ends."""
    slots: list[Slot] = []
    for p in programs:
        after = max(after, slots[-1].ends_at) if slots else after
        ends_at = p.starts_at + timedelta(seconds=p.duration_s)
        if ends_at > after:
            slots.append(Slot(max(p.starts_at, after), ends_at, AiringKind.PROGRAM, p.content, p.id))
    return slots


def merged(slots: Sequence[Slot]) -> list[Slot]:
    """The slots with short breaks. Short slates and fillers one after the other are one break; a break that is shorter
    than two minutes belongs to what precedes it. An ad break, and the rest of a title after it, belong to the title."""
    slots = _whole_titles(slots)
    joined: list[Slot] = []
    for slot in slots:
        if slot.kind in BREAKS and (slot.kind is AiringKind.SLATE or slot.length < SHORT):
            slot = replace(slot, kind=AiringKind.SLATE, content=None, program=None)
            if joined and joined[-1].kind is AiringKind.SLATE and joined[-1].ends_at == slot.starts_at:
                joined[-1] = replace(joined[-1], ends_at=slot.ends_at)
                continue
        joined.append(slot)
    kept: list[Slot] = []
    for slot in joined:
        short = slot.kind is AiringKind.SLATE and slot.length < SHORT
        if short and kept and kept[-1].ends_at == slot.starts_at:
            kept[-1] = replace(kept[-1], ends_at=slot.ends_at)
        else:
            kept.append(slot)
    return kept


def _whole_titles(slots: Sequence[Slot]) -> list[Slot]:
    """The slots without ad breaks. One whose title is not among the slots is a slate."""
    whole: list[Slot] = []
    after_break = False
    for slot in slots:
        last = whole[-1] if whole and whole[-1].ends_at == slot.starts_at else None
        same = last is not None and (last.content, last.program) == (slot.content, slot.program)
        if last is not None and (slot.kind is AiringKind.AD or (after_break and slot.continues and same)):
            whole[-1] = replace(last, ends_at=slot.ends_at)
        else:
            whole.append(replace(slot, kind=AiringKind.SLATE) if slot.kind is AiringKind.AD else slot)
        after_break = slot.kind is AiringKind.AD
    return whole
