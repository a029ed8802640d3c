"""Live streams that take over the schedule of their channel, and delayed channels."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("airing", sa.Column("interrupted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("channel", sa.Column("live_takeover", sa.Text(), server_default="always", nullable=False))
    with op.batch_alter_table("channel") as table:
        table.add_column(sa.Column("delayed_from", sa.String(length=16), nullable=True))
        table.add_column(sa.Column("delay_minutes", sa.Integer(), server_default="60", nullable=False))
        table.create_foreign_key(
            "fk_channel_delayed_from_channel", "channel", ["delayed_from"], ["id"], ondelete="SET NULL"
        )
        table.create_index("ix_channel_delayed_from", ["delayed_from"])
    op.add_column("program", sa.Column("live", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("program", "live")
    with op.batch_alter_table("channel") as table:
        table.drop_index("ix_channel_delayed_from")
        table.drop_constraint("fk_channel_delayed_from_channel", type_="foreignkey")
        table.drop_column("delay_minutes")
        table.drop_column("delayed_from")
    op.drop_column("channel", "live_takeover")
    op.drop_column("airing", "interrupted")
