"""Upload links: uploads by browsers on other sites."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_upload_link_by_created_at", ["organization", "created_at", "id"], False),
    ("ix_upload_link_by_expires_at", ["organization", "expires_at", "id"], False),
    ("ix_upload_link_by_updated_at", ["organization", "updated_at", "id"], False),
    ("ix_upload_link_content", ["content"], False),
    ("ix_upload_link_external_id", ["organization", "external_id"], True),
    ("ix_upload_link_fingerprint", ["fingerprint"], False),
    ("ix_upload_link_library", ["library"], False),
    ("ix_upload_link_media", ["media"], False),
    ("ix_upload_link_token_hash", ["token_hash"], True),
)


def upgrade() -> None:
    def reference(name: str, to: str, on_delete: str) -> sa.ForeignKeyConstraint:
        return sa.ForeignKeyConstraint(
            [name], [f"{to}.id"], name=op.f(f"fk_upload_link_{name}_{to}"), ondelete=on_delete
        )

    op.create_table(
        "upload_link",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("library", sa.String(length=16), nullable=False),
        sa.Column("content", sa.String(length=16), nullable=True),
        sa.Column("role", sa.Text(), server_default="main", nullable=False),
        sa.Column("filename", sa.Text(), nullable=True),
        sa.Column("origins", sa.JSON(), nullable=True),
        sa.Column("max_mb", sa.Integer(), nullable=True),
        sa.Column("valid_minutes", sa.Integer(), server_default="1440", nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=True),
        sa.Column("media", sa.String(length=16), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("metadata", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("upload", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("done_at", sa.Text(), nullable=True),
        reference("content", "content", "CASCADE"),
        reference("library", "library", "CASCADE"),
        reference("media", "media", "SET NULL"),
        reference("organization", "organization", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_link")),
    )
    for name, columns, unique in INDEXES:
        op.create_index(name, "upload_link", columns, unique=unique)


def downgrade() -> None:
    op.drop_table("upload_link")
