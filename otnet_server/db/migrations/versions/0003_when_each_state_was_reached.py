"""When a revision reached each of its states."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("revision") as table:
        table.add_column(sa.Column("reached", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("revision") as table:
        table.drop_column("reached")
