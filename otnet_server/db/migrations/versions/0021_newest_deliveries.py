"""The newest delivery of each webhook."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_webhook_delivery_newest", "webhook_delivery", ["webhook", "updated_at"])


def downgrade() -> None:
    op.drop_index("ix_webhook_delivery_newest", "webhook_delivery")
