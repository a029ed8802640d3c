"""Simulcast targets of channels."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "simulcast_target",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("metadata", sa.JSON(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["organization.id"],
            name="fk_simulcast_target_organization_organization",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["channel"], ["channel.id"], name="fk_simulcast_target_channel_channel", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_simulcast_target"),
    )
    op.create_index("ix_simulcast_target_external_id", "simulcast_target", ["organization", "external_id"], unique=True)
    op.create_index("ix_simulcast_target_channel", "simulcast_target", ["channel"])
    for column in ("updated_at", "name", "created_at"):
        op.create_index(f"ix_simulcast_target_by_{column}", "simulcast_target", ["organization", column, "id"])


def downgrade() -> None:
    op.drop_table("simulcast_target")
