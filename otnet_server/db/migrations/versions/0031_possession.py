"""Proofs of possession, and the security of devices."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "used_proof",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_used_proof"),
    )
    op.create_index("ix_used_proof_expires_at", "used_proof", ["expires_at"])
    with op.batch_alter_table("playback_session") as batch:
        batch.add_column(sa.Column("proof_key", sa.String(length=43), nullable=True))
    with op.batch_alter_table("drm_setting") as batch:
        batch.add_column(sa.Column("proof_required", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("device_security", sa.String(length=12), server_default="any", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("drm_setting") as batch:
        batch.drop_column("device_security")
        batch.drop_column("proof_required")
    with op.batch_alter_table("playback_session") as batch:
        batch.drop_column("proof_key")
    op.drop_index("ix_used_proof_expires_at", "used_proof")
    op.drop_table("used_proof")
