"""What screens need: how far people came, their lists, devices that wait, what players tell; a site's own settings."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "telemetry",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("session", sa.String(length=36), nullable=False),
        sa.Column("content", sa.String(length=16), nullable=True),
        sa.Column("media", sa.String(length=16), nullable=True),
        sa.Column("skin", sa.String(length=12), nullable=False),
        sa.Column("engine", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=12), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telemetry")),
    )
    with op.batch_alter_table("telemetry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_telemetry_at"), ["at"], unique=False)

    op.create_table(
        "telemetry_hour",
        sa.Column("hour", sa.String(length=13), nullable=False),
        sa.Column("content", sa.String(length=16), nullable=False),
        sa.Column("skin", sa.String(length=12), nullable=False),
        sa.Column("starts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("startup_ms", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rebuffers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rebuffer_ms", sa.Integer(), server_default="0", nullable=False),
        sa.Column("switches", sa.Integer(), server_default="0", nullable=False),
        sa.Column("errors", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ends", sa.Integer(), server_default="0", nullable=False),
        sa.Column("watched_s", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("hour", "content", "skin", name=op.f("pk_telemetry_hour")),
    )
    op.create_table(
        "device",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("user_code_hash", sa.String(length=64), nullable=False),
        sa.Column("client", sa.String(length=60), nullable=False),
        sa.Column("agent", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("user", sa.String(length=16), nullable=True),
        sa.Column("organization", sa.String(length=16), nullable=True),
        sa.Column("asked_at", sa.Float(), nullable=False),
        sa.Column("interval_s", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name=op.f("fk_device_organization_organization"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_device_user_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_device")),
        sa.UniqueConstraint("user_code_hash", name=op.f("uq_device_user_code_hash")),
    )
    op.create_table(
        "my_list",
        sa.Column("user", sa.String(length=16), nullable=False),
        sa.Column("content", sa.String(length=16), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["content"], ["content.id"], name=op.f("fk_my_list_content_content"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_my_list_user_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user", "content", name=op.f("pk_my_list")),
    )
    op.create_table(
        "progress",
        sa.Column("user", sa.String(length=16), nullable=False),
        sa.Column("content", sa.String(length=16), nullable=False),
        sa.Column("position_s", sa.Float(), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["content"], ["content.id"], name=op.f("fk_progress_content_content"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_progress_user_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user", "content", name=op.f("pk_progress")),
    )
    with op.batch_alter_table("progress", schema=None) as batch_op:
        batch_op.create_index("ix_progress_newest", ["user", "at"], unique=False)

    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.add_column(sa.Column("host", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("sign_up", sa.Text(), server_default="closed", nullable=False))
        batch_op.add_column(sa.Column("embed_sites", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.drop_column("embed_sites")
        batch_op.drop_column("sign_up")
        batch_op.drop_column("host")

    with op.batch_alter_table("progress", schema=None) as batch_op:
        batch_op.drop_index("ix_progress_newest")

    op.drop_table("progress")
    op.drop_table("my_list")
    op.drop_table("device")
    op.drop_table("telemetry_hour")
    with op.batch_alter_table("telemetry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_telemetry_at"))

    op.drop_table("telemetry")
