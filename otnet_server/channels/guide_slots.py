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
    """A time on a channel. `content` is None in a break."""

    starts_at: datetime
    ends_at: datetime
    kind: AiringKind
    content: str | None = None
    program: str | None = None

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at


def slot_of(epoch: datetime, airing: Airing) -> Slot:
    content = airing.content if airing.kind is not AiringKind.SLATE else None
    return Slot(moment_of(epoch, airing.start), moment_of(epoch, airing.end), airing.kind, content, airing.program)


def planned_slot(epoch: datetime, planned: Planned) -> Slot:
    """The slot of a forecast airing."""
    starts_at, ends_at = moment_of(epoch, planned.start), moment_of(epoch, planned.end)
    content = planned.content if planned.kind is not AiringKind.SLATE else None
    return Slot(starts_at, ends_at, planned.kind, content, planned.program)


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
    than two minutes belongs to what precedes it."""
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
