"""The health of live streams."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "live_health",
        sa.Column("stream", sa.String(length=16), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("health", sa.JSON(), nullable=True),
        sa.Column("history", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("rungs", sa.JSON(), nullable=False),
        sa.Column("simulcast", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["stream"], ["live_stream.id"], name="fk_live_health_stream_live_stream", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("stream", name="pk_live_health"),
    )
    op.add_column("stream_key", sa.Column("protocol", sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column("stream_key", "protocol")
    op.drop_table("live_health")
