"""Edge policies."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("phase", sa.Text(), server_default="request", nullable=False),
        sa.Column("expression", sa.Text(), server_default="", nullable=False),
        sa.Column("action", sa.Text(), server_default="", nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("header", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("delay_ms", sa.Integer(), nullable=True),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("content", sa.String(length=16), nullable=True),
        sa.Column("percentage", sa.Integer(), server_default="100", nullable=False),
        sa.Column("on_error", sa.Text(), server_default="closed", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("metadata", sa.JSON(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["content"], ["content.id"], name=op.f("fk_policy_content_content"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name=op.f("fk_policy_organization_organization"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
    )
    op.create_index("ix_policy_by_created_at", "policy", ["organization", "created_at", "id"], unique=False)
    op.create_index("ix_policy_by_name", "policy", ["organization", "name", "id"], unique=False)
    op.create_index("ix_policy_by_position", "policy", ["organization", "position", "id"], unique=False)
    op.create_index("ix_policy_by_updated_at", "policy", ["organization", "updated_at", "id"], unique=False)
    op.create_index(op.f("ix_policy_content"), "policy", ["content"], unique=False)
    op.create_index("ix_policy_external_id", "policy", ["organization", "external_id"], unique=True)
    op.create_table(
        "policy_count",
        sa.Column("policy", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("evaluated", sa.BigInteger(), nullable=False),
        sa.Column("matched", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy"], ["policy.id"], name=op.f("fk_policy_count_policy_policy"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("policy", "version", name=op.f("pk_policy_count")),
    )


def downgrade() -> None:
    op.drop_table("policy_count")
    op.drop_table("policy")
