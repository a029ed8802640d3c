"""Grants, viewer groups, access codes, and limits of streams and devices."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entitlement_refresh",
        sa.Column("user", sa.String(length=16), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("provider", sa.String(length=100), nullable=False),
        sa.Column("valid_until", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["organization.id"],
            name="fk_entitlement_refresh_organization_organization",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name="fk_entitlement_refresh_user_user", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user", "organization", "provider", name="pk_entitlement_refresh"),
    )
    op.create_table(
        "viewer_group",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("metadata", sa.JSON(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name="fk_viewer_group_organization_organization", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_viewer_group"),
    )
    op.create_index("ix_viewer_group_by_created_at", "viewer_group", ["organization", "created_at", "id"])
    op.create_index("ix_viewer_group_by_name", "viewer_group", ["organization", "name", "id"])
    op.create_index("ix_viewer_group_by_updated_at", "viewer_group", ["organization", "updated_at", "id"])
    op.create_index("ix_viewer_group_external_id", "viewer_group", ["organization", "external_id"], unique=True)

    op.create_table(
        "viewer_group_members",
        sa.Column("record", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["viewer_group.id"], name="fk_viewer_group_members_record_viewer_group", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["user.id"], name="fk_viewer_group_members_target_user", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record", "target", name="pk_viewer_group_members"),
    )
    op.create_index("ix_viewer_group_members_target", "viewer_group_members", ["target"])

    op.create_table(
        "access_code",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("scope", sa.Text(), server_default="", nullable=False),
        sa.Column("content", sa.String(length=16), nullable=True),
        sa.Column("series", sa.String(length=16), nullable=True),
        sa.Column("category", sa.String(length=16), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.Integer(), server_default="1", nullable=False),
        sa.Column("uses_per_code", sa.Integer(), server_default="1", nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("metadata", sa.JSON(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["category"], ["category.id"], name="fk_access_code_category_category", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["content"], ["content.id"], name="fk_access_code_content_content", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name="fk_access_code_organization_organization", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["series"], ["series.id"], name="fk_access_code_series_series", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_access_code"),
    )
    op.create_index("ix_access_code_by_created_at", "access_code", ["organization", "created_at", "id"])
    op.create_index("ix_access_code_by_name", "access_code", ["organization", "name", "id"])
    op.create_index("ix_access_code_by_updated_at", "access_code", ["organization", "updated_at", "id"])
    op.create_index("ix_access_code_category", "access_code", ["category"])
    op.create_index("ix_access_code_content", "access_code", ["content"])
    op.create_index("ix_access_code_external_id", "access_code", ["organization", "external_id"], unique=True)
    op.create_index("ix_access_code_series", "access_code", ["series"])

    op.create_table(
        "grant",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("user", sa.String(length=16), nullable=True),
        sa.Column("group", sa.String(length=16), nullable=True),
        sa.Column("effect", sa.Text(), server_default="allow", nullable=False),
        sa.Column("scope", sa.Text(), server_default="", nullable=False),
        sa.Column("content", sa.String(length=16), nullable=True),
        sa.Column("series", sa.String(length=16), nullable=True),
        sa.Column("category", sa.String(length=16), nullable=True),
        sa.Column("starts_at", sa.String(length=32), nullable=True),
        sa.Column("ends_at", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), server_default="hand", nullable=False),
        sa.Column("giver", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("metadata", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.CheckConstraint('("user" IS NULL) <> ("group" IS NULL)', name="ck_grant_one_owner"),
        sa.ForeignKeyConstraint(["category"], ["category.id"], name="fk_grant_category_category", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["content"], ["content.id"], name="fk_grant_content_content", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["group"], ["viewer_group.id"], name="fk_grant_group_viewer_group", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name="fk_grant_organization_organization", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["series"], ["series.id"], name="fk_grant_series_series", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name="fk_grant_user_user", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_grant"),
    )
    op.create_index("ix_grant_by_created_at", "grant", ["organization", "created_at", "id"])
    op.create_index("ix_grant_by_ends_at", "grant", ["organization", "ends_at", "id"])
    op.create_index("ix_grant_by_updated_at", "grant", ["organization", "updated_at", "id"])
    op.create_index("ix_grant_category", "grant", ["category"])
    op.create_index("ix_grant_code", "grant", ["user", "code_hash"], unique=True)
    op.create_index("ix_grant_content", "grant", ["content"])
    op.create_index("ix_grant_external_id", "grant", ["organization", "external_id"], unique=True)
    op.create_index("ix_grant_group", "grant", ["group"])
    op.create_index("ix_grant_series", "grant", ["series"])
    op.create_index("ix_grant_user", "grant", ["user"])

    op.create_table(
        "access_code_key",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("access_code", sa.String(length=16), nullable=False),
        sa.Column("uses", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["access_code"], ["access_code.id"], name="fk_access_code_key_access_code_access_code", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name="pk_access_code_key"),
    )
    op.create_index("ix_access_code_key_access_code", "access_code_key", ["access_code"])

    with op.batch_alter_table("playback_session") as batch:
        batch.add_column(sa.Column("stopped", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("organization") as batch:
        batch.add_column(sa.Column("max_streams", sa.Integer(), server_default="0", nullable=False))
        batch.add_column(sa.Column("max_devices", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("playback_session") as batch:
        batch.drop_column("stopped")
    with op.batch_alter_table("organization") as batch:
        batch.drop_column("max_devices")
        batch.drop_column("max_streams")

    op.drop_table("access_code_key")
    op.drop_table("grant")
    op.drop_table("access_code")
    op.drop_table("viewer_group_members")
    op.drop_table("viewer_group")
    op.drop_table("entitlement_refresh")
