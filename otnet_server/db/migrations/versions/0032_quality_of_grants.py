"""The best picture quality of grants and access codes."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("grant", "access_code"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("max_quality", sa.Text(), nullable=True))


def downgrade() -> None:
    for table in ("grant", "access_code"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("max_quality")
