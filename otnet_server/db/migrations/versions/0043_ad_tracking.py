"""The outbox of tracking URLs of ads, and the creatives of ad servers."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ad_tracking",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("airing", sa.Integer(), nullable=False),
        sa.Column("viewer", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.String(length=32), nullable=True),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["channel"], ["channel.id"], name="fk_ad_tracking_channel_channel", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("channel", "airing", "viewer", "event", "place", name="pk_ad_tracking"),
    )
    op.create_index("ix_ad_tracking_due_at", "ad_tracking", ["due_at"])
    op.create_index("ix_ad_tracking_at", "ad_tracking", ["at"])
    op.create_table(
        "ad_creative",
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("content", sa.String(length=16), nullable=True),
        sa.Column("tried_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name="fk_ad_creative_organization_organization", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["content"], ["content.id"], name="fk_ad_creative_content_content", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("organization", "id", name="pk_ad_creative"),
    )
    op.create_index("ix_ad_creative_content", "ad_creative", ["content"])


def downgrade() -> None:
    op.drop_table("ad_creative")
    op.drop_table("ad_tracking")
