"""The sources of channels: an address from which the server fetches the live stream, and its state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db.engine import Database
from otnet_server.db.ingest_tables import channel_pull
from otnet_server.db.records import now

SHOWN = ("enabled", "state", "problem", "changed_at")

# Encrypts and decrypts a text, for a purpose.
Seal = Callable[[str, str], str]


@dataclass(frozen=True)
class PullSetting:
    """`sealed` changes whenever the address is saved."""

    channel: str
    organization: str
    sealed: str = field(repr=False)


def purpose(channel: str) -> str:
    """What the address of a channel is encrypted for."""
    return f"pull {channel}"


def shown(row: RowMapping) -> dict[str, Any]:
    """What the API shows. Pure."""
    return {"url": row["shown"], **{name: row[name] for name in SHOWN}}


async def find(c: AsyncConnection, channel: str) -> dict[str, Any] | None:
    row = (await c.execute(select(channel_pull).where(channel_pull.c.channel == channel))).mappings().first()
    return shown(row) if row is not None else None


async def save(
    c: AsyncConnection, organization: str, channel: str, sealed: str, address: str, enabled: bool
) -> dict[str, Any]:
    """Set the source of a channel. `address` is that which is shown."""
    await c.execute(delete(channel_pull).where(channel_pull.c.channel == channel))
    await c.execute(insert(channel_pull).values(
        channel=channel, organization=organization, sealed=sealed, shown=address, enabled=enabled,
        state="waiting" if enabled else "off", problem="", changed_at=now(),
    ))  # fmt: skip
    row = await find(c, channel)
    assert row is not None
    return row


async def remove(c: AsyncConnection, channel: str) -> bool:
    """Whether there was a source."""
    return bool((await c.execute(delete(channel_pull).where(channel_pull.c.channel == channel))).rowcount)


async def enabled(db: Database) -> dict[str, PullSetting]:
    """The sources that are switched on, by channel."""
    columns = channel_pull.c.channel, channel_pull.c.organization, channel_pull.c.sealed
    async with db.read() as c:
        rows = (await c.execute(select(*columns).where(channel_pull.c.enabled))).all()
    return {row.channel: PullSetting(row.channel, row.organization, row.sealed) for row in rows}


async def is_enabled(db: Database, setting: PullSetting) -> bool:
    """Whether a source is switched on, and has not been changed."""
    return (await enabled(db)).get(setting.channel) == setting


async def set_state(db: Database, setting: PullSetting, state: str, problem: str) -> None:
    """Record the state of a source, if that has changed."""
    same = (channel_pull.c.state == state) & (channel_pull.c.problem == problem)
    own = (channel_pull.c.channel == setting.channel) & (channel_pull.c.sealed == setting.sealed)
    async with db.write() as c:
        await c.execute(update(channel_pull).where(own, ~same).values(state=state, problem=problem, changed_at=now()))
