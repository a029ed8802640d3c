"""Key management services of data keys, and the addresses of playback sessions without a credential, as hashes."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("data_key", sa.Column("key_service", sa.String(length=40), server_default="", nullable=False))
    op.add_column("playback_session", sa.Column("address_hash", sa.String(length=32), nullable=True))
    op.create_index("ix_playback_session_address_hash", "playback_session", ["address_hash"])


def downgrade() -> None:
    op.drop_index("ix_playback_session_address_hash", "playback_session")
    op.drop_column("playback_session", "address_hash")
    op.drop_column("data_key", "key_service")
