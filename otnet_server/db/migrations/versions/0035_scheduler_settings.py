"""Settings of the scheduler of a channel, and indexes for the newest airing of a title and for programs of a day."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channel", sa.Column("scheduler_settings", sa.JSON(), server_default="{}", nullable=False))
    op.create_index("ix_airing_content", "airing", ["channel", "content", "number"])
    op.create_index("ix_airing_program", "airing", ["program"])
    op.create_index("ix_program_channel_starts_at", "program", ["channel", "starts_at"])


def downgrade() -> None:
    op.drop_index("ix_program_channel_starts_at", "program")
    op.drop_index("ix_airing_program", "airing")
    op.drop_index("ix_airing_content", "airing")
    op.drop_column("channel", "scheduler_settings")
