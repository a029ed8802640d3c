"""Live streams."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "live_stream",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("media", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.String(length=32), nullable=False),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name="fk_live_stream_organization_organization", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["channel"], ["channel.id"], name="fk_live_stream_channel_channel", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["media"], ["media.id"], name="fk_live_stream_media_media", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_live_stream"),
        sa.UniqueConstraint("revision", name="uq_live_stream_revision"),
    )
    op.create_index("ix_live_stream_organization", "live_stream", ["organization"])
    op.create_index("ix_live_stream_media", "live_stream", ["media"])
    op.create_index("ix_live_stream_newest", "live_stream", ["channel", "started_at"])
    op.create_index("ix_live_stream_ended", "live_stream", ["ended_at"])


def downgrade() -> None:
    op.drop_table("live_stream")
