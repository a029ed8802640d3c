"""Saved views of lists."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("user", sa.String(length=16), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("resource", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["organization.id"],
            name=op.f("fk_saved_view_organization_organization"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_saved_view_user_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    op.create_index("ix_saved_view_name", "saved_view", ["user", "organization", "resource", "name"], unique=True)
    op.create_index("ix_saved_view_organization", "saved_view", ["organization"])


def downgrade() -> None:
    op.drop_table("saved_view")
