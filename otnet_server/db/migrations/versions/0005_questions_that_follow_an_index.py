"""What is asked often follows an index, however many titles there are."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_media_listed", "media")
    op.create_index(
        "ix_media_there",
        "media",
        ["created_at", "id"],
        sqlite_where=sa.text("present = 1"),
        postgresql_where=sa.text("present"),
    )
    op.create_index(op.f("ix_revision_fingerprint"), "revision", ["fingerprint"])
    op.create_index("ix_webhook_delivery_due", "webhook_delivery", ["state", "next_at"])


def downgrade() -> None:
    op.drop_index("ix_webhook_delivery_due", "webhook_delivery")
    op.drop_index(op.f("ix_revision_fingerprint"), "revision")
    op.drop_index("ix_media_there", "media")
    op.create_index("ix_media_listed", "media", ["present", "created_at", "id"])
