"""Sessions of browsers and of devices. Existing sessions count as those of browsers."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("session") as batch:
        batch.add_column(sa.Column("kind", sa.Text(), server_default="browser", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("session") as batch:
        batch.drop_column("kind")
