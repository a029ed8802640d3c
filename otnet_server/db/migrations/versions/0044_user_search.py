"""Users are searched for by e-mail address as well as by name."""

import sqlalchemy as sa
from alembic import op

from otnet_server.db.search import FORGET, PUT, WORD, folded

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    rows = connection.execute(sa.text("SELECT id FROM search_row WHERE resource = 'user'")).scalars().all()
    for row in rows:
        connection.execute(sa.text(FORGET[sqlite]), {"id": row})
    connection.execute(sa.text("DELETE FROM search_row WHERE resource = 'user'"))
    for id, *texts in connection.execute(sa.text('SELECT id, email, name FROM "user"')).all():
        connection.execute(sa.text("INSERT INTO search_row (resource, record) VALUES ('user', :id)"), {"id": id})
        heavy = " \n ".join(" ".join(WORD.findall(folded(t))) for t in texts if t)
        words = {"record": id, "scope": "xuser xuser", "heavy": heavy, "light": ""}
        connection.execute(sa.text(PUT[sqlite]), words)


def downgrade() -> None:
    """The addresses stay in the index."""
