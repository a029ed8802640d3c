"""Live streams that take over the schedule of their channel."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("airing", sa.Column("interrupted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("channel", sa.Column("live_takeover", sa.Text(), server_default="always", nullable=False))
    op.add_column("program", sa.Column("live", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("program", "live")
    op.drop_column("channel", "live_takeover")
    op.drop_column("airing", "interrupted")
