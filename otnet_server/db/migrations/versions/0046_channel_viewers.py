"""Who watches a channel at the moment, and longer ids of playback sessions in telemetry."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel_viewer",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("session", sa.String(length=36), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("playback_session", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel"], ["channel.id"], name=op.f("fk_channel_viewer_channel_channel"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel", "session", name=op.f("pk_channel_viewer")),
    )
    op.create_index("ix_channel_viewer_newest", "channel_viewer", ["channel", "at"])
    op.add_column("channel", sa.Column("show_viewers", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("telemetry") as batch:
        batch.alter_column("playback_session", existing_type=sa.String(length=16), type_=sa.String(length=24))


def downgrade() -> None:
    op.drop_column("channel", "show_viewers")
    op.drop_index("ix_channel_viewer_newest", table_name="channel_viewer")
    op.drop_table("channel_viewer")
