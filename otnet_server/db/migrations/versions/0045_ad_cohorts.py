"""Cohorts of ad decisions, programs without breaks, and when the creatives of ad servers were used."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channel", sa.Column("ad_cohorts", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("program", sa.Column("ads", sa.Text(), nullable=False, server_default="inherit"))
    op.add_column("ad_decision", sa.Column("start", sa.BigInteger(), nullable=True))
    op.add_column("ad_creative", sa.Column("used_at", sa.String(length=32), nullable=True))


def downgrade() -> None:
    op.drop_column("ad_creative", "used_at")
    op.drop_column("ad_decision", "start")
    op.drop_column("program", "ads")
    op.drop_column("channel", "ad_cohorts")
