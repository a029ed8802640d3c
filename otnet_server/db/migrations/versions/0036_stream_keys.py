"""Stream keys of channels."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stream_key",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("prefix", sa.String(length=20), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("old_prefix", sa.String(length=20), nullable=True),
        sa.Column("old_hash", sa.String(length=64), nullable=True),
        sa.Column("old_until", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=True),
        sa.Column("last_used_at", sa.String(length=32), nullable=True),
        sa.Column("revoked_at", sa.String(length=32), nullable=True),
        sa.Column("publisher", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel"], ["channel.id"], name=op.f("fk_stream_key_channel_channel"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["organization.id"],
            name=op.f("fk_stream_key_organization_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stream_key")),
        sa.UniqueConstraint("hash", name=op.f("uq_stream_key_hash")),
        sa.UniqueConstraint("old_hash", name=op.f("uq_stream_key_old_hash")),
    )
    op.create_index("ix_stream_key_by_channel", "stream_key", ["channel", "created_at", "id"])
    op.create_index(op.f("ix_stream_key_organization"), "stream_key", ["organization"])


def downgrade() -> None:
    op.drop_table("stream_key")
