"""Profiles of viewers, and their own watch progress and watchlists."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

COLUMNS = {"progress": ("user", "content", "position_s", "duration_s", "at"), "my_list": ("user", "content", "at")}


def upgrade() -> None:
    op.create_table(
        "viewer_profile",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("user", sa.String(16), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("color", sa.Integer(), nullable=False),
        sa.Column("max_age", sa.Integer(), nullable=True),
        sa.Column("pin_hash", sa.String(200), nullable=True),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name="fk_viewer_profile_user_user", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_viewer_profile"),
    )
    op.create_index("ix_viewer_profile_user", "viewer_profile", ["user"])
    op.add_column("session", sa.Column("viewer_profile", sa.Text(), nullable=True))
    _rebuild(("user", "viewer_profile", "content"), "''")


def downgrade() -> None:
    _rebuild(("user", "content"), None)
    op.drop_column("session", "viewer_profile")
    op.drop_table("viewer_profile")


def _rebuild(key: tuple[str, ...], profile: str | None) -> None:
    """Create both tables again with this primary key. `profile` is the SQL of the new column; None: there is none, and
    rows of other profiles than the main one are left out."""
    for table, names in COLUMNS.items():
        op.execute(f"CREATE TABLE {table}_before AS SELECT * FROM {table}")  # noqa: S608
        op.drop_table(table)
        sizes = {"user": 16, "viewer_profile": 16, "content": 16, "at": 32}
        columns = [*key, *(n for n in names if n not in key)]
        op.create_table(
            table,
            *(
                sa.Column(
                    n,
                    sa.String(sizes[n]) if n in sizes else sa.Float(),
                    nullable=False,
                    server_default="" if n == "viewer_profile" else None,
                )
                for n in columns
            ),
            *(
                sa.ForeignKeyConstraint([n], [f"{n}.id"], name=f"fk_{table}_{n}_{n}", ondelete="CASCADE")
                for n in ("user", "content")
            ),
            sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"),
        )
        quoted = ", ".join(f'"{n}"' for n in names)
        values = f"INSERT INTO {table} ({quoted}, viewer_profile) SELECT {quoted}, {profile} FROM {table}_before"  # noqa: S608
        if profile is None:
            values = f"INSERT INTO {table} ({quoted}) SELECT {quoted} FROM {table}_before WHERE viewer_profile = ''"  # noqa: S608
        op.execute(values)
        op.drop_table(f"{table}_before")
    op.create_index("ix_progress_newest", "progress", [*key[:-1], "at"])
