"""Imports of metadata from tables."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

COUNTS = ("total", "done", "created", "updated", "unchanged", "failed")


def upgrade() -> None:
    op.create_table(
        "metadata_import",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("failures", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["organization.id"],
            name=op.f("fk_metadata_import_organization_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metadata_import")),
    )
    op.create_index(op.f("ix_metadata_import_organization"), "metadata_import", ["organization"])


def downgrade() -> None:
    op.drop_table("metadata_import")
