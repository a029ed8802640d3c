"""Sources of live streams that the server fetches, and the roles of stream keys."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel_pull",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("changed_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel"], ["channel.id"], name=op.f("fk_channel_pull_channel_channel"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["organization.id"],
            name=op.f("fk_channel_pull_organization_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_pull")),
    )
    op.create_index(op.f("ix_channel_pull_organization"), "channel_pull", ["organization"])
    op.add_column("stream_key", sa.Column("role", sa.String(length=16), server_default="primary", nullable=False))


def downgrade() -> None:
    op.drop_column("stream_key", "role")
    op.drop_table("channel_pull")
