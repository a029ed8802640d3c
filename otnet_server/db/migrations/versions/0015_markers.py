"""Markers of media: intro and credits."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MARKERS = ("intro_start_s", "intro_end_s", "credits_start_s")


def upgrade() -> None:
    for name in MARKERS:
        op.add_column("media", sa.Column(name, sa.Float(), nullable=True))


def downgrade() -> None:
    for name in MARKERS:
        op.drop_column("media", name)
