"""Credits of series: a credit belongs to content or to a series."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ONE_OWNER = "(content IS NULL) <> (series IS NULL)"


def upgrade() -> None:
    with op.batch_alter_table("credit") as batch:
        batch.alter_column("content", existing_type=sa.String(16), nullable=True)
        batch.add_column(sa.Column("series", sa.String(16), nullable=True))
        batch.create_foreign_key("fk_credit_series_series", "series", ["series"], ["id"], ondelete="CASCADE")
        batch.create_index("ix_credit_series", ["series"])
        batch.create_check_constraint("ck_credit_one_owner", ONE_OWNER)


def downgrade() -> None:
    op.execute("DELETE FROM credit WHERE content IS NULL")
    with op.batch_alter_table("credit") as batch:
        batch.drop_constraint("ck_credit_one_owner", type_="check")
        batch.drop_index("ix_credit_series")
        batch.drop_constraint("fk_credit_series_series", type_="foreignkey")
        batch.drop_column("series")
        batch.alter_column("content", existing_type=sa.String(16), nullable=False)
