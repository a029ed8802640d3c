"""The role “viewer” of the studio is called “reader”: a viewer is somebody who watches."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE membership SET role = 'reader' WHERE role = 'viewer'")


def downgrade() -> None:
    op.execute("UPDATE membership SET role = 'viewer' WHERE role = 'reader'")
