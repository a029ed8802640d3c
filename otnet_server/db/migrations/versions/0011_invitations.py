"""Invitations, verified addresses, the organization of the next session, and identities at sign-in providers by index.

Staff were invited by administrators, so their addresses count as verified in their organization, and those of the first
organization on the whole server, as do those of accounts that are linked to a sign-in provider.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FIRST = "000000000001"


def upgrade() -> None:
    op.create_table(
        "external_identity",
        sa.Column("identity", sa.String(300), nullable=False),
        sa.Column("user", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["user.id"], name="fk_external_identity_user_user", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("identity", name="pk_external_identity"),
    )
    op.create_index("ix_external_identity_user", "external_identity", ["user"])
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.Column("organization", sa.String(16), nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.Text(), server_default="editor", nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("invited_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization"], ["organization.id"], name="fk_invitation_organization_organization", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("organization", "email", name="uq_invitation_email"),
    )
    for column in ("created_at", "email", "updated_at"):
        op.create_index(f"ix_invitation_by_{column}", "invitation", ["organization", column, "id"])
    for table in ("membership", "user"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("email_verified", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("user") as batch:
        batch.add_column(sa.Column("last_organization", sa.Text(), nullable=True))
    _verify_existing()


def _verify_existing() -> None:
    user = sa.table("user", sa.column("id"), sa.column("sign_ins"), sa.column("email_verified", sa.Boolean))
    membership = sa.table("membership", sa.column("user"), sa.column("organization"), sa.column("role"),
                          sa.column("email_verified", sa.Boolean))  # fmt: skip
    identity = sa.table("external_identity", sa.column("identity"), sa.column("user"))
    connection = op.get_bind()
    staff = membership.c.role != "audience"
    connection.execute(sa.update(membership).where(staff).values(email_verified=True))
    in_first = sa.select(membership.c.user).where(staff, membership.c.organization == FIRST)
    connection.execute(sa.update(user).where(user.c.id.in_(in_first)).values(email_verified=True))
    for id, stored in connection.execute(sa.select(user.c.id, user.c.sign_ins)).all():
        identities = json.loads(stored) if isinstance(stored, str) else stored
        for name in identities or []:
            connection.execute(sa.insert(identity).values(identity=name, user=id))
        if identities:
            connection.execute(sa.update(user).where(user.c.id == id).values(email_verified=True))


def downgrade() -> None:
    for table in ("user", "membership"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("email_verified")
    with op.batch_alter_table("user") as batch:
        batch.drop_column("last_organization")
    op.drop_table("invitation")
    op.drop_table("external_identity")
