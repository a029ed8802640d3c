"""The database of a data folder, for commands that work without a server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from otnet_server import data_folder
from otnet_server.config import Settings
from otnet_server.db.engine import Database, check_schema, migrate, schema_of, url_of

R = TypeVar("R")
CreateOption = Annotated[
    bool, typer.Option("--create", help="Create the database if there is none, as “otnet serve” does.")
]


async def with_database(settings: Settings, use: Callable[[Database], Awaitable[R]], *, create: bool = False) -> R:
    """The result of `use(db)`. Raises ConfigError when there is no database, unless it may be created, and when its
    schema is not the newest."""
    prepare(settings, create=create)
    db = Database(url_of(settings.database, settings.data))
    try:
        return await use(db)
    finally:
        await db.close()


def prepare(settings: Settings, *, create: bool = False, upgrade: bool = False) -> None:
    """Check that there is a database with the newest schema. `create` one if there is none; `upgrade` an older one.
    Raises ConfigError."""
    url = url_of(settings.database, settings.data)
    version = schema_of(url)
    if version is None and create:
        data_folder.keep_private(settings.data, sqlite=not settings.database)
        migrate(url)
    elif version is not None and upgrade:
        migrate(url)
    check_schema(url)
