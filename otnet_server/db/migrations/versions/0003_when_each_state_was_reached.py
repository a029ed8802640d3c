"""When a revision reached each of its states; and what is to be done next is found in one step."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("revision") as table:
        table.add_column(sa.Column("reached", sa.JSON(), nullable=True))
        table.drop_index("ix_revision_todo")
        table.create_index("ix_revision_todo", ["state", "priority", "created_at", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("revision") as table:
        table.drop_index("ix_revision_todo")
        table.create_index("ix_revision_todo", ["state", "priority", "created_at"], unique=False)
        table.drop_column("reached")
