"""Ids of records in other systems, unique within an organization and resource, and metadata of programs."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = (
    "artwork", "category", "channel", "content", "credit", "genre", "library", "media", "person", "program", "season",
    "series",
)  # fmt: skip


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("external_id", sa.Text(), nullable=True))
        op.add_column(table, sa.Column("metadata", sa.JSON(), server_default="{}", nullable=False))
        op.create_index(f"ix_{table}_external_id", table, ["organization", "external_id"], unique=True)


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_external_id", table)
        op.drop_column(table, "metadata")
        op.drop_column(table, "external_id")
