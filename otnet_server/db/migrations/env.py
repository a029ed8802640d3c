"""Alembic's entry: the connection comes from `otnet_server.db.engine.migrate`."""

from alembic import context

from otnet_server.db.engine import declared
from otnet_server.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    include_name=declared,
)
with context.begin_transaction():
    context.run_migrations()
