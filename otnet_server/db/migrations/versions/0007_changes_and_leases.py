"""Changes are kept and numbered, consumers have positions, and processes hold leases."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.rename_table("outbox", "change")
    op.add_column("change", sa.Column("tx", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("change", sa.Column("organization", sa.String(16), nullable=True))
    op.add_column("change", sa.Column("internal", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE change RENAME CONSTRAINT pk_outbox TO pk_change")
        op.execute("ALTER SEQUENCE outbox_id_seq RENAME TO change_id_seq")
        op.execute("ALTER TABLE change ALTER COLUMN tx SET DEFAULT (pg_current_xact_id()::text)::bigint")
    op.create_index(op.f("ix_change_at"), "change", ["at"])
    op.create_index("ix_change_order", "change", ["tx", "id"])
    op.create_index("ix_change_organization", "change", ["organization", "id"])
    op.create_table(
        "change_consumer",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("tx", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_change_consumer")),
    )
    op.create_table(
        "set_aside_change",
        sa.Column("consumer", sa.String(100), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["change"], ["change.id"], name=op.f("fk_set_aside_change_change_change"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("consumer", "change", name=op.f("pk_set_aside_change")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("holder", sa.String(60), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_index(op.f("ix_lease_holder"), "lease", ["holder"])


def downgrade() -> None:
    op.drop_table("lease")
    op.drop_table("set_aside_change")
    op.drop_table("change_consumer")
    op.drop_index("ix_change_organization", "change")
    op.drop_index("ix_change_order", "change")
    op.drop_index(op.f("ix_change_at"), "change")
    for column in ("internal", "organization", "tx"):
        with op.batch_alter_table("change") as batch:
            batch.drop_column(column)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE change RENAME CONSTRAINT pk_change TO pk_outbox")
        op.execute("ALTER SEQUENCE change_id_seq RENAME TO outbox_id_seq")
    op.rename_table("change", "outbox")
