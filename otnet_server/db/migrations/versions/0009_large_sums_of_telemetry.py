"""Telemetry has 64-bit numbers and sums. The ids of SQLite have 64 bits already."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SUMS = ("starts", "startup_ms", "rebuffers", "rebuffer_ms", "switches", "errors", "ends")


def upgrade() -> None:
    _change(sa.BigInteger(), "bigint")


def downgrade() -> None:
    _change(sa.Integer(), "integer")


def _change(kind: sa.types.TypeEngine[int], sequence_kind: str) -> None:
    with op.batch_alter_table("telemetry_hour") as batch:
        for column in SUMS:
            batch.alter_column(column, type_=kind, existing_nullable=False, existing_server_default="0")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("telemetry", "id", type_=kind)
        op.execute(f"ALTER SEQUENCE telemetry_id_seq AS {sequence_kind}")
