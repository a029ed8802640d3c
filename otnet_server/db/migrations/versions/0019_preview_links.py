"""Links that show one title to somebody without an account, and the playback sessions that they start."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preview_link",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.Column("organization", sa.String(16), nullable=False),
        sa.Column("content", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.String(32), nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["content"], ["content.id"], name="fk_preview_link_content_content", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name="fk_preview_link_organization_organization", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_preview_link"),
    )
    for column in ("created_at", "updated_at"):
        op.create_index(f"ix_preview_link_by_{column}", "preview_link", ["organization", column, "id"])
    op.create_index("ix_preview_link_content", "preview_link", ["content"])
    with op.batch_alter_table("playback_session") as batch:
        batch.add_column(sa.Column("preview", sa.String(16), nullable=True))
        batch.create_index("ix_playback_session_preview", ["preview"])
        batch.create_foreign_key(
            "fk_playback_session_preview_preview_link", "preview_link", ["preview"], ["id"], ondelete="CASCADE"
        )


def downgrade() -> None:
    with op.batch_alter_table("playback_session") as batch:
        batch.drop_constraint("fk_playback_session_preview_preview_link", type_="foreignkey")
        batch.drop_index("ix_playback_session_preview")
        batch.drop_column("preview")
    op.drop_table("preview_link")
