"""The playout of channels: their settings, clocks and airings."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("channel") as batch:
        batch.add_column(sa.Column("visibility", sa.Text(), nullable=False, server_default="public"))
        batch.add_column(sa.Column("scheduler", sa.Text(), nullable=False, server_default="grid"))
        batch.add_column(sa.Column("window_s", sa.Integer(), nullable=False, server_default="600"))
        batch.add_column(sa.Column("audio_languages", sa.Text(), nullable=True))
        batch.add_column(sa.Column("caption_languages", sa.Text(), nullable=True))
    with op.batch_alter_table("playback_session") as batch:
        batch.alter_column("media", existing_type=sa.String(length=16), nullable=True)
        batch.add_column(sa.Column("channel", sa.String(length=16), nullable=True))
        batch.create_foreign_key(
            "fk_playback_session_channel_channel", "channel", ["channel"], ["id"], ondelete="CASCADE"
        )
        batch.create_index("ix_playback_session_channel", ["channel"])
    for name in ("titles", "fillers"):
        table = f"channel_{name}"
        op.create_table(
            table,
            sa.Column("record", sa.String(length=16), nullable=False),
            sa.Column("target", sa.String(length=16), nullable=False),
            sa.Column("position", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(["record"], ["channel.id"], name=f"fk_{table}_record_channel", ondelete="CASCADE"),
            sa.ForeignKeyConstraint(["target"], ["content.id"], name=f"fk_{table}_target_content", ondelete="CASCADE"),
            sa.PrimaryKeyConstraint("record", "target", name=f"pk_{table}"),
        )
        op.create_index(f"ix_{table}_target", table, ["target"])
    op.create_table(
        "channel_playout",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel"], ["channel.id"], name="fk_channel_playout_channel_channel", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel", name="pk_channel_playout"),
    )
    op.create_table(
        "airing",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("duration", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("media", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.String(length=16), nullable=False),
        sa.Column("media_start", sa.String(length=60), nullable=False),
        sa.Column("content", sa.String(length=16), nullable=True),
        sa.Column("program", sa.String(length=16), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("companion", sa.String(length=16), nullable=True),
        sa.Column("segments_before", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["channel"], ["channel.id"], name="fk_airing_channel_channel", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("channel", "number", name="pk_airing"),
    )
    op.create_index("ix_airing_start", "airing", ["channel", "start"])


def downgrade() -> None:
    op.execute("DELETE FROM playback_session WHERE media IS NULL")
    with op.batch_alter_table("playback_session") as batch:
        batch.drop_index("ix_playback_session_channel")
        batch.drop_constraint("fk_playback_session_channel_channel", type_="foreignkey")
        batch.drop_column("channel")
        batch.alter_column("media", existing_type=sa.String(length=16), nullable=False)
    op.drop_table("airing")
    op.drop_table("channel_playout")
    op.drop_table("channel_fillers")
    op.drop_table("channel_titles")
    with op.batch_alter_table("channel") as batch:
        for column in ("visibility", "scheduler", "window_s", "audio_languages", "caption_languages"):
            batch.drop_column(column)
