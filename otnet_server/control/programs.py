"""Programs: their duration, and what is refused: overlaps, a start in the past, and changes of what was aired."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.control.behaviour import Behaviour, Prepared
from otnet_server.control.channel_titles import unsuitable
from otnet_server.db.records import Row, lock
from otnet_server.db.tables import airing, metadata
from otnet_server.errors import Conflict, FieldError, Invalid
from otnet_server.principal import Principal
from otnet_server.resources import SCHEMA
from otnet_server.schema.fields.dates import utc

program, media = metadata.tables["program"], metadata.tables["media"]
TIMES = ("channel", "starts_at", "duration_s")
FIXED = ("channel", "content", "starts_at")  # of a program that was aired
GRACE = timedelta(minutes=1)  # a program may begin so long ago when it is created


class Program(Behaviour):
    async def prepare(
        self, c: AsyncConnection, principal: Principal, values: dict[str, Any], before: Row | None
    ) -> Prepared:
        """The duration defaults to that of the content's media. Raises Conflict when it is unknown, when the channel
        has another program at this time, and when a program that was aired would be moved or shortened; Invalid when a
        program would begin in the past, and when a channel can't play the content."""
        await self.records.check_references(c, self.resource, principal, values)
        row = {**(before or {}), **values}
        if before is not None:
            await self._refuse_change_of_aired(c, before, values)
        if before is None or row["starts_at"] != before["starts_at"]:
            _refuse_past(row["starts_at"])
        added = [row["content"]] if before is None or row["content"] != before["content"] else []
        if errors := await unsuitable(c, "content", added):
            raise Invalid("invalid", "The title can't be played on a channel.", errors)
        if row.get("duration_s") is None:
            values = {**values, "duration_s": await self._duration_s(c, row["content"])}
        if before is None or any(n in values and values[n] != before[n] for n in TIMES):
            await self._refuse_overlap(c, principal, {**row, **values})
        return Prepared(values)

    async def before_delete(self, c: AsyncConnection, principal: Principal, row: Row) -> None:
        """Raises Conflict when the program was aired, unless its channel or content is deleted."""
        if not row.get("cascaded") and await _is_aired(c, row["id"]):
            raise _aired([])

    async def _refuse_change_of_aired(self, c: AsyncConnection, before: Row, values: dict[str, Any]) -> None:
        changed = [name for name in FIXED if name in values and values[name] != before[name]]
        duration_s = values.get("duration_s", before["duration_s"])
        if duration_s is None or duration_s < (before["duration_s"] or 0):
            changed.append("duration_s")
        if changed and await _is_aired(c, before["id"]):
            raise _aired(changed)

    async def _duration_s(self, c: AsyncConnection, content: str) -> int:
        query = select(media.c.duration_s).where(media.c.content == content, media.c.duration_s.is_not(None))
        duration_s: float | None = (await c.execute(query.order_by(media.c.role != "main"))).scalar()
        if duration_s is None:
            field_error = FieldError("duration_s", "unknown", "is required, because the content has no media yet",
                          "Send it in whole seconds.")  # fmt: skip
            raise Conflict("The duration of the program is unknown.", [field_error])
        return max(1, round(duration_s))

    async def _refuse_overlap(self, c: AsyncConnection, principal: Principal, row: Row) -> None:
        of_channel = program.c.channel == row["channel"], program.c.organization == principal.organization
        await lock(c, SCHEMA["channel"], row["channel"])
        longest_s = (await c.execute(select(func.max(program.c.duration_s)).where(*of_channel))).scalar() or 0
        begins, ends = span(row)
        query = select(program).where(
            *of_channel, program.c.id != row.get("id", ""),
            program.c.starts_at > utc(_shifted(begins, -longest_s)), program.c.starts_at < utc(ends),
        )  # fmt: skip
        for other in map(dict, (await c.execute(query.order_by(program.c.starts_at))).mappings()):
            if begins < span(other)[1]:
                raise self._overlaps(other)

    def _overlaps(self, other: Row) -> Conflict:
        named = self.resource.named(other)
        begins, ends = (utc(moment) for moment in span(other))
        reason = f"overlaps with “{named['name']}” ({named['id']}), from {begins} to {ends}"
        field_errors = [FieldError("starts_at", "overlaps", reason, "Choose another time, or move that program.")]
        return Conflict("The channel has another program at this time.", field_errors, existing=named)


async def _is_aired(c: AsyncConnection, id: str) -> bool:
    """Whether an airing of the program is stored: it was on, it is, or it is committed."""
    query = select(airing.c.number).where(airing.c.program == id).limit(1)
    return (await c.execute(query)).first() is not None


def _aired(changed: list[str]) -> Conflict:
    """The refusal of a change of some fields, or of a deletion."""
    reason = "can't be changed, because the program was aired or is about to be"
    remedy = "Leave it as it is, and create another program."
    if changed:
        message = "The program was aired or is about to be, so that it can't be moved or shortened."
        return Conflict(message, [FieldError(name, "aired", reason, remedy) for name in changed])
    return Conflict("The program was aired or is about to be, so that it can't be deleted.", [],
                    "It stays in the as-run log of its channel.")  # fmt: skip


def _refuse_past(starts_at: str) -> None:
    if datetime.fromisoformat(starts_at) < datetime.now(UTC) - GRACE:
        field_error = FieldError("starts_at", "past", "is in the past", "Send a time from now on.")
        raise Invalid("invalid", "The program would begin in the past.", [field_error])


def span(row: Row) -> tuple[datetime, datetime]:
    """The begin and the end of a program."""
    begins = datetime.fromisoformat(row["starts_at"])
    return begins, _shifted(begins, row["duration_s"] or 0)


def _shifted(moment: datetime, seconds: int) -> datetime:
    """The moment some seconds later, within the years that a date can express."""
    try:
        return moment + timedelta(seconds=seconds)
    except OverflowError:
        return (datetime.max if seconds > 0 else datetime.min).replace(tzinfo=UTC)
