"""Protection: the vault, content keys, DRM accounts and the log of licences."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("revision", sa.Column("protection", sa.JSON(), nullable=True))
    op.add_column("revision", sa.Column("derived_from", sa.String(length=16), nullable=True))
    op.add_column("media", sa.Column("protection", sa.Text(), server_default="library", nullable=False))
    op.add_column("library", sa.Column("protection", sa.Text(), server_default="none", nullable=False))
    op.create_table(
        "data_key",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("master_key", sa.String(length=12), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["organization.id"],
            name=op.f("fk_data_key_organization_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_key")),
    )
    op.create_index(op.f("ix_data_key_master_key"), "data_key", ["master_key"], unique=False)
    op.create_index(op.f("ix_data_key_organization"), "data_key", ["organization"], unique=False)
    op.create_table(
        "secret",
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("data_key", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("set_at", sa.String(length=32), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name=op.f("fk_secret_organization_organization"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["data_key"], ["data_key.id"], name=op.f("fk_secret_data_key_data_key")),
        sa.PrimaryKeyConstraint("organization", "name", name=op.f("pk_secret")),
    )
    op.create_index(op.f("ix_secret_data_key"), "secret", ["data_key"], unique=False)
    op.create_table(
        "content_key",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("media", sa.String(length=16), nullable=False),
        sa.Column("track_class", sa.String(length=8), nullable=False),
        sa.Column("scheme", sa.String(length=4), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("iv", sa.String(length=32), nullable=False),
        sa.Column("data_key", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["media"], ["media.id"], name=op.f("fk_content_key_media_media"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["data_key"], ["data_key.id"], name=op.f("fk_content_key_data_key_data_key")),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["organization.id"],
            name=op.f("fk_content_key_organization_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_key")),
    )
    op.create_index(op.f("ix_content_key_data_key"), "content_key", ["data_key"], unique=False)
    op.create_index(op.f("ix_content_key_media"), "content_key", ["media"], unique=False)
    op.create_index(op.f("ix_content_key_organization"), "content_key", ["organization"], unique=False)
    op.create_table(
        "signing_key",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("public", sa.JSON(), nullable=False),
        sa.Column("data_key", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("retires_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["organization.id"],
            name=op.f("fk_signing_key_organization_organization"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["data_key"], ["data_key.id"], name=op.f("fk_signing_key_data_key_data_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
    )
    op.create_index(op.f("ix_signing_key_data_key"), "signing_key", ["data_key"], unique=False)
    op.create_index(op.f("ix_signing_key_organization"), "signing_key", ["organization"], unique=False)
    op.create_table(
        "drm_account",
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["organization.id"],
            name=op.f("fk_drm_account_organization_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization", "provider", name=op.f("pk_drm_account")),
    )
    op.create_table(
        "drm_setting",
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("keys", sa.String(length=12), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["organization.id"],
            name=op.f("fk_drm_setting_organization_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization", name=op.f("pk_drm_setting")),
    )
    op.create_table(
        "licence_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=True),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("media", sa.String(length=16), nullable=False),
        sa.Column("playback_session", sa.String(length=24), nullable=False),
        sa.Column("user", sa.String(length=16), nullable=True),
        sa.Column("system", sa.String(length=12), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("keys", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_event")),
    )
    op.create_index(op.f("ix_licence_event_at"), "licence_event", ["at"], unique=False)
    op.create_index(op.f("ix_licence_event_newest"), "licence_event", ["organization", "id"], unique=False)


def downgrade() -> None:
    for table in ("licence_event", "drm_setting", "drm_account", "signing_key", "content_key", "secret", "data_key"):
        op.drop_table(table)
    op.drop_column("library", "protection")
    op.drop_column("media", "protection")
    op.drop_column("revision", "derived_from")
    op.drop_column("revision", "protection")
