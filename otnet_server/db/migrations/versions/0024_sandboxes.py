"""The mode of organizations: live, or test for sandboxes."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organization", sa.Column("mode", sa.Text(), server_default="live", nullable=False))


def downgrade() -> None:
    op.drop_column("organization", "mode")
