"""Alembic's environment; `otnet_server.db.engine.migrate` passes the connection."""

from typing import Any

from alembic import context
from sqlalchemy.sql.elements import False_, True_

from otnet_server.db.engine import declared
from otnet_server.db.tables import metadata


def render_item(kind: str, item: Any, _context: Any) -> Any:
    """Render boolean defaults as true and false: SQLite's 0 and 1 are not booleans on other databases."""
    value = getattr(item, "arg", None) if kind == "server_default" else None
    if isinstance(value, True_ | False_):
        return "sa.true()" if isinstance(value, True_) else "sa.false()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    include_name=declared,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
