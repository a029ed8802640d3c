"""The best picture quality of grants and access codes; preview links that play as a viewer."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("grant", "access_code"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("max_quality", sa.Text(), nullable=True))
    with op.batch_alter_table("preview_link") as batch:
        batch.add_column(sa.Column("viewer", sa.String(length=16), nullable=True))
        batch.add_column(sa.Column("viewer_profile", sa.Text(), nullable=True))
        batch.add_column(sa.Column("sign_in", sa.Text(), nullable=True))
        batch.create_foreign_key("fk_preview_link_viewer_user", "user", ["viewer"], ["id"], ondelete="CASCADE")
        batch.create_index("ix_preview_link_viewer", ["viewer"])


def downgrade() -> None:
    # Without their viewers these links would show everything, also to whoever may not see it.
    op.execute("DELETE FROM preview_link WHERE viewer IS NOT NULL")
    with op.batch_alter_table("preview_link") as batch:
        batch.drop_index("ix_preview_link_viewer")
        batch.drop_constraint("fk_preview_link_viewer_user", type_="foreignkey")
        for column in ("viewer", "viewer_profile", "sign_in"):
            batch.drop_column(column)
    for table in ("grant", "access_code"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("max_quality")
