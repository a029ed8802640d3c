"""Notifications of PostgreSQL: one process tells the others at once that there is something to read."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import make_url


async def notifications(url: str, channel: str) -> AsyncIterator[None]:
    """Yield once the connection listens, and at every NOTIFY of the channel (PostgreSQL documentation, LISTEN). What
    was notified before, or while the connection was lost, is not repeated. Raises OSError when it is lost."""
    import psycopg  # imported on demand: it is not needed with SQLite

    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
            await connection.execute(f'LISTEN "{channel}"')
            yield None
            async for _ in connection.notifies():
                yield None
    except psycopg.Error as e:
        raise OSError(f"listening to {channel} failed: {e}") from e
