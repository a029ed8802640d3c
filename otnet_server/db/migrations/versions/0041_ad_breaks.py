"""Ad breaks of channels, and markers of titles for them."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

CHANNEL_COLUMNS = ("ads", "ad_break_s", "ad_every_s", "ad_provider", "ad_settings")
AIRING_COLUMNS = ("choice", "break_after", "ad_break", "ad")


def upgrade() -> None:
    op.add_column("media", sa.Column("ad_breaks", sa.Text(), nullable=True))
    op.add_column("channel", sa.Column("ads", sa.Text(), nullable=False, server_default="off"))
    op.add_column("channel", sa.Column("ad_break_s", sa.Integer(), nullable=False, server_default="120"))
    op.add_column("channel", sa.Column("ad_every_s", sa.Integer(), nullable=True))
    op.add_column("channel", sa.Column("ad_provider", sa.Text(), nullable=False, server_default="library"))
    op.add_column("channel", sa.Column("ad_settings", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "channel_ad_titles",
        sa.Column("record", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["channel.id"], name="fk_channel_ad_titles_record_channel", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["content.id"], name="fk_channel_ad_titles_target_content", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record", "target", name="pk_channel_ad_titles"),
    )
    op.create_index("ix_channel_ad_titles_target", "channel_ad_titles", ["target"])
    op.create_table(
        "ad_decision",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("ad_break", sa.Integer(), nullable=False),
        sa.Column("cohort", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=60), nullable=False),
        sa.Column("ads", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["channel"], ["channel.id"], name="fk_ad_decision_channel_channel", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("channel", "ad_break", "cohort", name="pk_ad_decision"),
    )
    op.create_table(
        "ad_impression",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("airing", sa.Integer(), nullable=False),
        sa.Column("viewer", sa.String(length=40), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel"], ["channel.id"], name="fk_ad_impression_channel_channel", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel", "airing", "viewer", name="pk_ad_impression"),
    )
    op.create_index("ix_ad_impression_at", "ad_impression", ["at"])
    op.add_column("airing", sa.Column("choice", sa.Integer(), nullable=True))
    op.add_column("airing", sa.Column("break_after", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("airing", sa.Column("ad_break", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("airing", sa.Column("ad", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_table("ad_impression")
    op.drop_table("ad_decision")
    op.drop_table("channel_ad_titles")
    for column in reversed(AIRING_COLUMNS):
        op.drop_column("airing", column)
    for column in reversed(CHANNEL_COLUMNS):
        op.drop_column("channel", column)
    op.drop_column("media", "ad_breaks")
