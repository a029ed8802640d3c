"""Ad breaks of channels, and markers of titles for them."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0037"
branch_labels = None
depends_on = None

CHANNEL_COLUMNS = ("ads", "ad_break_s", "ad_every_s")
AIRING_COLUMNS = ("choice", "break_after", "ad_break", "ad")


def upgrade() -> None:
    op.add_column("media", sa.Column("ad_breaks", sa.Text(), nullable=True))
    op.add_column("channel", sa.Column("ads", sa.Text(), nullable=False, server_default="off"))
    op.add_column("channel", sa.Column("ad_break_s", sa.Integer(), nullable=False, server_default="120"))
    op.add_column("channel", sa.Column("ad_every_s", sa.Integer(), nullable=True))
    op.add_column("airing", sa.Column("choice", sa.Integer(), nullable=True))
    op.add_column("airing", sa.Column("break_after", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("airing", sa.Column("ad_break", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("airing", sa.Column("ad", sa.Integer(), nullable=True))


def downgrade() -> None:
    for column in reversed(AIRING_COLUMNS):
        op.drop_column("airing", column)
    for column in reversed(CHANNEL_COLUMNS):
        op.drop_column("channel", column)
    op.drop_column("media", "ad_breaks")
