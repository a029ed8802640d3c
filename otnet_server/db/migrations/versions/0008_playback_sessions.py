"""Playback sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "playback_session",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("media", sa.String(16), nullable=False),
        sa.Column("session", sa.String(16), nullable=True),
        sa.Column("token_hash", sa.String(64), nullable=True),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.Column("ends_at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["media"], ["media.id"], name=op.f("fk_playback_session_media_media"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session"], ["session.id"], name=op.f("fk_playback_session_session_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playback_session")),
    )
    for column in ("media", "session", "token_hash"):
        op.create_index(op.f(f"ix_playback_session_{column}"), "playback_session", [column])


def downgrade() -> None:
    op.drop_table("playback_session")
