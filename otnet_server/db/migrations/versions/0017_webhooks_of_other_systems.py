"""Ids in other systems and metadata of webhooks, which programs manage too."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("webhook", sa.Column("external_id", sa.Text(), nullable=True))
    op.add_column("webhook", sa.Column("metadata", sa.JSON(), server_default="{}", nullable=False))
    op.create_index("ix_webhook_external_id", "webhook", ["organization", "external_id"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_webhook_external_id", "webhook")
    op.drop_column("webhook", "metadata")
    op.drop_column("webhook", "external_id")
