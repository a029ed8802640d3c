"""the control plane"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from otnet_server.db.search import CREATE, PUT, folded
from otnet_server.db.tables import FIRST

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _index_titles(connection: sa.Connection) -> None:
    """Titles that were there before can be searched for too."""
    scope = f"xmedia xmedia{FIRST}"
    for id, title in connection.execute(sa.text("SELECT id, title FROM media")).all():
        connection.execute(sa.text("INSERT INTO search_row (resource, record) VALUES ('media', :id)"), {"id": id})
        words = {"record": id, "scope": scope, "heavy": folded(title), "light": ""}
        connection.execute(sa.text(PUT[connection.dialect.name == "sqlite"]), words)


def upgrade() -> None:
    op.create_table(
        "idempotency",
        sa.Column("caller", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=True),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotency")),
    )
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_at"), ["at"], unique=False)

    op.create_table(
        "organization",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("accent", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
        sa.UniqueConstraint("slug", name="uq_organization_slug"),
    )
    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.create_index("ix_organization_by_created_at", ["created_at", "id"], unique=False)
        batch_op.create_index("ix_organization_by_name", ["name", "id"], unique=False)
        batch_op.create_index("ix_organization_by_updated_at", ["updated_at", "id"], unique=False)

    op.create_table(
        "search_row",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("resource", sa.String(length=40), nullable=False),
        sa.Column("record", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_row")),
        sa.UniqueConstraint("record", name=op.f("uq_search_row_record")),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("two_factor", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("last_seen_at", sa.String(length=32), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("totp_sealed", sa.Text(), nullable=True),
        sa.Column("totp_pending", sa.Text(), nullable=True),
        sa.Column("totp_used", sa.Integer(), nullable=True),
        sa.Column("sign_ins", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name="uq_user_email"),
    )
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.create_index("ix_user_by_created_at", ["created_at", "id"], unique=False)
        batch_op.create_index("ix_user_by_email", ["email", "id"], unique=False)
        batch_op.create_index("ix_user_by_name", ["name", "id"], unique=False)
        batch_op.create_index("ix_user_by_updated_at", ["updated_at", "id"], unique=False)

    op.create_table(
        "api_key",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=True),
        sa.Column("prefix", sa.Text(), nullable=True),
        sa.Column("old_prefix", sa.Text(), nullable=True),
        sa.Column("old_until", sa.String(length=32), nullable=True),
        sa.Column("last_used_at", sa.String(length=32), nullable=True),
        sa.Column("revoked_at", sa.String(length=32), nullable=True),
        sa.Column("hash", sa.Text(), nullable=True),
        sa.Column("old_hash", sa.Text(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name=op.f("fk_api_key_organization_organization"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
    )
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        batch_op.create_index("ix_api_key_by_created_at", ["organization", "created_at", "id"], unique=False)
        batch_op.create_index("ix_api_key_by_last_used_at", ["organization", "last_used_at", "id"], unique=False)
        batch_op.create_index("ix_api_key_by_name", ["organization", "name", "id"], unique=False)
        batch_op.create_index("ix_api_key_by_updated_at", ["organization", "updated_at", "id"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("actor_kind", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=True),
        sa.Column("resource", sa.Text(), nullable=True),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("record_label", sa.Text(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("request", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["organization.id"],
            name=op.f("fk_audit_entry_organization_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_by_created_at", ["organization", "created_at", "id"], unique=False)
        batch_op.create_index("ix_audit_entry_by_updated_at", ["organization", "updated_at", "id"], unique=False)

    op.create_table(
        "category",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("parent", sa.String(length=16), nullable=True),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("translations", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["organization.id"],
            name=op.f("fk_category_organization_organization"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["parent"], ["category.id"], name=op.f("fk_category_parent_category"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("organization", "slug", name="uq_category_slug"),
    )
    with op.batch_alter_table("category", schema=None) as batch_op:
        batch_op.create_index("ix_category_by_created_at", ["organization", "created_at", "id"], unique=False)
        batch_op.create_index("ix_category_by_name", ["organization", "name", "id"], unique=False)
        batch_op.create_index("ix_category_by_position", ["organization", "position", "id"], unique=False)
        batch_op.create_index("ix_category_by_updated_at", ["organization", "updated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_category_parent"), ["parent"], unique=False)

    op.create_table(
        "channel",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("color", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default="off", nullable=False),
        sa.Column("translations", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name=op.f("fk_channel_organization_organization"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
        sa.UniqueConstraint("organization", "slug", name="uq_channel_slug"),
    )
    with op.batch_alter_table("channel", schema=None) as batch_op:
        batch_op.create_index("ix_channel_by_created_at", ["organization", "created_at", "id"], unique=False)
        batch_op.create_index("ix_channel_by_name", ["organization", "name", "id"], unique=False)
        batch_op.create_index("ix_channel_by_updated_at", ["organization", "updated_at", "id"], unique=False)

    op.create_table(
        "genre",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("translations", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name=op.f("fk_genre_organization_organization"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_genre")),
        sa.UniqueConstraint("organization", "slug", name="uq_genre_slug"),
    )
    with op.batch_alter_table("genre", schema=None) as batch_op:
        batch_op.create_index("ix_genre_by_created_at", ["organization", "created_at", "id"], unique=False)
        batch_op.create_index("ix_genre_by_name", ["organization", "name", "id"], unique=False)
        batch_op.create_index("ix_genre_by_updated_at", ["organization", "updated_at", "id"], unique=False)

    op.create_table(
        "library",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("profile", sa.Text(), nullable=True),
        sa.Column("available", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name=op.f("fk_library_organization_organization"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library")),
    )
    with op.batch_alter_table("library", schema=None) as batch_op:
        batch_op.create_index("ix_library_by_created_at", ["organization", "created_at", "id"], unique=False)
        batch_op.create_index("ix_library_by_name", ["organization", "name", "id"], unique=False)
        batch_op.create_index("ix_library_by_updated_at", ["organization", "updated_at", "id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("user", sa.String(length=16), nullable=False),
        sa.Column("role", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["organization.id"],
            name=op.f("fk_membership_organization_organization"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_membership_user_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("organization", "user", name="uq_membership_user"),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index("ix_membership_by_created_at", ["organization", "created_at", "id"], unique=False)
        batch_op.create_index("ix_membership_by_updated_at", ["organization", "updated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_membership_user"), ["user"], unique=False)

    op.create_table(
        "password_reset",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=16), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_password_reset_user_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_password_reset")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("sort_name", sa.Text(), nullable=True),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("biography", sa.Text(), nullable=True),
        sa.Column("born", sa.Text(), nullable=True),
        sa.Column("died", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("translations", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name=op.f("fk_person_organization_organization"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("organization", "slug", name="uq_person_slug"),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("ix_person_by_created_at", ["organization", "created_at", "id"], unique=False)
        batch_op.create_index("ix_person_by_name", ["organization", "name", "id"], unique=False)
        batch_op.create_index("ix_person_by_sort_name", ["organization", "sort_name", "id"], unique=False)
        batch_op.create_index("ix_person_by_updated_at", ["organization", "updated_at", "id"], unique=False)

    op.create_table(
        "series",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), server_default="series", nullable=False),
        sa.Column("synopsis", sa.Text(), nullable=True),
        sa.Column("original_language", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("translations", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name=op.f("fk_series_organization_organization"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("organization", "slug", name="uq_series_slug"),
    )
    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.create_index("ix_series_by_created_at", ["organization", "created_at", "id"], unique=False)
        batch_op.create_index("ix_series_by_title", ["organization", "title", "id"], unique=False)
        batch_op.create_index("ix_series_by_updated_at", ["organization", "updated_at", "id"], unique=False)

    op.create_table(
        "session",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.String(length=32), nullable=True),
        sa.Column("expires_at", sa.String(length=32), nullable=True),
        sa.Column("user", sa.String(length=16), nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("organization", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name=op.f("fk_session_user_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index("ix_session_by_created_at", ["created_at", "id"], unique=False)
        batch_op.create_index("ix_session_by_seen_at", ["seen_at", "id"], unique=False)
        batch_op.create_index("ix_session_by_updated_at", ["updated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_user"), ["user"], unique=False)

    op.create_table(
        "webhook",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.Column("old_until", sa.String(length=32), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("old_sealed", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name=op.f("fk_webhook_organization_organization"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    with op.batch_alter_table("webhook", schema=None) as batch_op:
        batch_op.create_index("ix_webhook_by_created_at", ["organization", "created_at", "id"], unique=False)
        batch_op.create_index("ix_webhook_by_updated_at", ["organization", "updated_at", "id"], unique=False)

    op.create_table(
        "season",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("series", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("synopsis", sa.Text(), nullable=True),
        sa.Column("translations", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name=op.f("fk_season_organization_organization"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["series"], ["series.id"], name=op.f("fk_season_series_series"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season")),
        sa.UniqueConstraint("organization", "series", "number", name="uq_season_series_number"),
    )
    with op.batch_alter_table("season", schema=None) as batch_op:
        batch_op.create_index("ix_season_by_created_at", ["organization", "created_at", "id"], unique=False)
        batch_op.create_index("ix_season_by_number", ["organization", "number", "id"], unique=False)
        batch_op.create_index("ix_season_by_title", ["organization", "title", "id"], unique=False)
        batch_op.create_index("ix_season_by_updated_at", ["organization", "updated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_season_series"), ["series"], unique=False)

    op.create_table(
        "series_categories",
        sa.Column("record", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["series.id"], name=op.f("fk_series_categories_record_series"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["category.id"], name=op.f("fk_series_categories_target_category"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_series_categories")),
    )
    with op.batch_alter_table("series_categories", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_series_categories_target"), ["target"], unique=False)

    op.create_table(
        "series_genres",
        sa.Column("record", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["series.id"], name=op.f("fk_series_genres_record_series"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["genre.id"], name=op.f("fk_series_genres_target_genre"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_series_genres")),
    )
    with op.batch_alter_table("series_genres", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_series_genres_target"), ["target"], unique=False)

    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("webhook", sa.String(length=16), nullable=True),
        sa.Column("event_type", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=True),
        sa.Column("next_at", sa.String(length=32), nullable=True),
        sa.Column("log", sa.JSON(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=True),
        sa.Column("event", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["organization.id"],
            name=op.f("fk_webhook_delivery_organization_organization"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["webhook"], ["webhook.id"], name=op.f("fk_webhook_delivery_webhook_webhook"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
    )
    with op.batch_alter_table("webhook_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_webhook_delivery_by_created_at", ["organization", "created_at", "id"], unique=False)
        batch_op.create_index("ix_webhook_delivery_by_updated_at", ["organization", "updated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_webhook_delivery_webhook"), ["webhook"], unique=False)

    op.create_table(
        "content",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), server_default="film", nullable=False),
        sa.Column("synopsis", sa.Text(), nullable=True),
        sa.Column("tagline", sa.Text(), nullable=True),
        sa.Column("original_language", sa.Text(), nullable=True),
        sa.Column("release_date", sa.Text(), nullable=True),
        sa.Column("age_rating", sa.Integer(), nullable=True),
        sa.Column("series", sa.String(length=16), nullable=True),
        sa.Column("season", sa.String(length=16), nullable=True),
        sa.Column("episode_number", sa.Integer(), nullable=True),
        sa.Column("trailer_of", sa.String(length=16), nullable=True),
        sa.Column("translations", sa.JSON(), nullable=True),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("visibility", sa.Text(), server_default="public", nullable=False),
        sa.Column("published_from", sa.String(length=32), nullable=True),
        sa.Column("published_until", sa.String(length=32), nullable=True),
        sa.Column("regions", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name=op.f("fk_content_organization_organization"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["season"], ["season.id"], name=op.f("fk_content_season_season"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["series"], ["series.id"], name=op.f("fk_content_series_series"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["trailer_of"], ["content.id"], name=op.f("fk_content_trailer_of_content"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content")),
        sa.UniqueConstraint("organization", "slug", name="uq_content_slug"),
    )
    with op.batch_alter_table("content", schema=None) as batch_op:
        batch_op.create_index("ix_content_by_created_at", ["organization", "created_at", "id"], unique=False)
        batch_op.create_index("ix_content_by_episode_number", ["organization", "episode_number", "id"], unique=False)
        batch_op.create_index("ix_content_by_kind", ["organization", "kind", "id"], unique=False)
        batch_op.create_index("ix_content_by_published_from", ["organization", "published_from", "id"], unique=False)
        batch_op.create_index("ix_content_by_release_date", ["organization", "release_date", "id"], unique=False)
        batch_op.create_index("ix_content_by_title", ["organization", "title", "id"], unique=False)
        batch_op.create_index("ix_content_by_updated_at", ["organization", "updated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_content_season"), ["season"], unique=False)
        batch_op.create_index(batch_op.f("ix_content_series"), ["series"], unique=False)
        batch_op.create_index(batch_op.f("ix_content_trailer_of"), ["trailer_of"], unique=False)

    op.create_table(
        "artwork",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("content", sa.String(length=16), nullable=True),
        sa.Column("series", sa.String(length=16), nullable=True),
        sa.Column("person", sa.String(length=16), nullable=True),
        sa.Column("channel", sa.String(length=16), nullable=True),
        sa.Column("alternative", sa.Text(), nullable=True),
        sa.Column("file", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel"], ["channel.id"], name=op.f("fk_artwork_channel_channel"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["content"], ["content.id"], name=op.f("fk_artwork_content_content"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name=op.f("fk_artwork_organization_organization"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_artwork_person_person"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["series"], ["series.id"], name=op.f("fk_artwork_series_series"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artwork")),
    )
    with op.batch_alter_table("artwork", schema=None) as batch_op:
        batch_op.create_index("ix_artwork_by_created_at", ["organization", "created_at", "id"], unique=False)
        batch_op.create_index("ix_artwork_by_updated_at", ["organization", "updated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_artwork_channel"), ["channel"], unique=False)
        batch_op.create_index(batch_op.f("ix_artwork_content"), ["content"], unique=False)
        batch_op.create_index(batch_op.f("ix_artwork_person"), ["person"], unique=False)
        batch_op.create_index(batch_op.f("ix_artwork_series"), ["series"], unique=False)

    op.create_table(
        "content_categories",
        sa.Column("record", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["content.id"], name=op.f("fk_content_categories_record_content"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["category.id"], name=op.f("fk_content_categories_target_category"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_content_categories")),
    )
    with op.batch_alter_table("content_categories", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_content_categories_target"), ["target"], unique=False)

    op.create_table(
        "content_genres",
        sa.Column("record", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["content.id"], name=op.f("fk_content_genres_record_content"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["genre.id"], name=op.f("fk_content_genres_target_genre"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record", "target", name=op.f("pk_content_genres")),
    )
    with op.batch_alter_table("content_genres", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_content_genres_target"), ["target"], unique=False)

    op.create_table(
        "credit",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("content", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=16), nullable=False),
        sa.Column("role", sa.Text(), server_default="", nullable=False),
        sa.Column("character", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["content"], ["content.id"], name=op.f("fk_credit_content_content"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name=op.f("fk_credit_organization_organization"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_credit_person_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit")),
    )
    with op.batch_alter_table("credit", schema=None) as batch_op:
        batch_op.create_index("ix_credit_by_created_at", ["organization", "created_at", "id"], unique=False)
        batch_op.create_index("ix_credit_by_position", ["organization", "position", "id"], unique=False)
        batch_op.create_index("ix_credit_by_updated_at", ["organization", "updated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_content"), ["content"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_person"), ["person"], unique=False)

    op.create_table(
        "program",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("content", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("starts_at", sa.String(length=32), server_default="", nullable=False),
        sa.Column("duration_s", sa.Integer(), nullable=True),
        sa.Column("replay", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("catch_up_days", sa.Integer(), server_default="0", nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel"], ["channel.id"], name=op.f("fk_program_channel_channel"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["content"], ["content.id"], name=op.f("fk_program_content_content"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name=op.f("fk_program_organization_organization"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program")),
    )
    with op.batch_alter_table("program", schema=None) as batch_op:
        batch_op.create_index("ix_program_by_created_at", ["organization", "created_at", "id"], unique=False)
        batch_op.create_index("ix_program_by_starts_at", ["organization", "starts_at", "id"], unique=False)
        batch_op.create_index("ix_program_by_title", ["organization", "title", "id"], unique=False)
        batch_op.create_index("ix_program_by_updated_at", ["organization", "updated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_program_channel"), ["channel"], unique=False)
        batch_op.create_index(batch_op.f("ix_program_content"), ["content"], unique=False)

    connection = op.get_bind()
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    organization = sa.table("organization", *map(sa.column, ("id", "name", "slug", "created_at", "updated_at")))
    connection.execute(
        organization.insert().values(id=FIRST, name="My studio", slug="my-studio", created_at=at, updated_at=at)
    )
    for statement in CREATE[connection.dialect.name == "sqlite"]:
        connection.execute(sa.text(statement))
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(length=12), server_default="found", nullable=False))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("organization", sa.String(length=16), server_default=FIRST, nullable=False))
        batch_op.add_column(sa.Column("content", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("role", sa.Text(), server_default="main", nullable=False))
        batch_op.add_column(sa.Column("duration_s", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("playable", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("edited", sa.Boolean(), server_default=sa.false(), nullable=True))
        batch_op.add_column(sa.Column("linked", sa.Boolean(), server_default=sa.false(), nullable=True))
        batch_op.create_index("ix_media_by_created_at", ["organization", "created_at", "id"], unique=False)
        batch_op.create_index("ix_media_by_state", ["organization", "state", "id"], unique=False)
        batch_op.create_index("ix_media_by_title", ["organization", "title", "id"], unique=False)
        batch_op.create_index("ix_media_by_updated_at", ["organization", "updated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_media_content"), ["content"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_media_organization_organization"),
            "organization",
            ["organization"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_media_content_content"), "content", ["content"], ["id"], ondelete="SET NULL"
        )
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.alter_column("organization", existing_type=sa.String(length=16), server_default=None)
    connection.execute(
        sa.text(
            "UPDATE media SET state = r.state, duration_s = r.duration_s, playable = (playing IS NOT NULL) "
            "FROM revision r WHERE r.id = media.current"
        )
    )
    _index_titles(connection)
