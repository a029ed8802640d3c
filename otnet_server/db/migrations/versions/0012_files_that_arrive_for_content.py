"""Files that arrive for content, and files that uploads have put into libraries."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uploaded_file",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_uploaded_file")),
    )
    op.create_table(
        "arrival",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("content", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("revision", sa.String(length=16), nullable=True),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["content"], ["content.id"], name=op.f("fk_arrival_content_content"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fingerprint", "organization", name=op.f("pk_arrival")),
    )
    op.create_index("ix_arrival_content", "arrival", ["content"])
    op.create_index("ix_arrival_revision", "arrival", ["revision"])


def downgrade() -> None:
    op.drop_table("arrival")
    op.drop_table("uploaded_file")
