"""The outbox of mails, their languages, and who wants mails about failed encodes."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("organization", sa.String(length=16), nullable=False),
        sa.Column("to", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("next_at", sa.String(length=32), nullable=True),
        sa.Column("sent_at", sa.String(length=32), nullable=True),
        sa.Column("expires_at", sa.String(length=32), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("reader", sa.Text(), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name=op.f("fk_mail_organization_organization"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    op.create_index("ix_mail_about", "mail", ["about"])
    op.create_index("ix_mail_by_created_at", "mail", ["organization", "created_at", "id"])
    op.create_index("ix_mail_by_updated_at", "mail", ["organization", "updated_at", "id"])
    op.create_index("ix_mail_due", "mail", ["state", "next_at"])
    op.add_column("invitation", sa.Column("language", sa.Text(), server_default="en", nullable=False))
    op.add_column("user", sa.Column("language", sa.Text(), nullable=True))
    op.add_column("user", sa.Column("failure_mails", sa.Boolean(), server_default=sa.false(), nullable=True))


def downgrade() -> None:
    op.drop_column("user", "failure_mails")
    op.drop_column("user", "language")
    op.drop_column("invitation", "language")
    op.drop_table("mail")
