"""Home layouts."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "home_layout",
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("layout", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["organization.id"],
            name=op.f("fk_home_layout_organization_organization"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization", name=op.f("pk_home_layout")),
    )


def downgrade() -> None:
    op.drop_table("home_layout")
