"""Telemetry with organization, country, device, daily viewer key and number of the event; attempts, exits and a
histogram of start-up times in the hourly sums; daily numbers of viewers."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ADDED = (
    ("organization", sa.String(16)), ("country", sa.String(2)), ("device", sa.String(8)), ("viewer", sa.String(16)),
    ("playback_session", sa.String(16)), ("number", sa.BigInteger()),
)  # fmt: skip
OLD_SUMS = ("starts", "startup_ms", "rebuffers", "rebuffer_ms", "switches", "errors", "ends", "watched_s")
NEW_KEY = ("hour", "organization", "content", "skin", "country", "device")
NEW_SUMS = ("attempts", "exits", "startup_errors", *(f"startup_{n}" for n in range(12)))


def upgrade() -> None:
    for name, kind in ADDED:
        op.add_column("telemetry", sa.Column(name, kind, nullable=True))
    op.create_index("ix_telemetry_session_number", "telemetry", ["session", "number"], unique=True)
    op.create_table(
        "telemetry_viewer",
        *(sa.Column(n, sa.String(16), nullable=False) for n in ("day", "organization", "content", "viewer")),
        sa.PrimaryKeyConstraint("day", "organization", "content", "viewer", name="pk_telemetry_viewer"),
    )
    op.create_table(
        "telemetry_day",
        *(sa.Column(n, sa.String(16), nullable=False) for n in ("day", "organization", "content")),
        sa.Column("viewers", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "organization", "content", name="pk_telemetry_day"),
    )
    op.execute("CREATE TABLE telemetry_hour_before AS SELECT * FROM telemetry_hour")
    op.drop_table("telemetry_hour")
    _create_hours(NEW_KEY, (*OLD_SUMS[:-1], *NEW_SUMS))
    copied = ", ".join(f"h.{name}" for name in OLD_SUMS)
    op.execute(
        f"INSERT INTO telemetry_hour (hour, organization, content, skin, country, device, {', '.join(OLD_SUMS)})"  # noqa: S608
        f" SELECT h.hour, COALESCE(c.organization, ''), h.content, h.skin, '', '', {copied}"
        " FROM telemetry_hour_before h LEFT JOIN content c ON c.id = h.content"
    )
    op.drop_table("telemetry_hour_before")


def downgrade() -> None:
    op.execute("CREATE TABLE telemetry_hour_after AS SELECT * FROM telemetry_hour")
    op.drop_table("telemetry_hour")
    _create_hours(("hour", "content", "skin"), OLD_SUMS[:-1])
    sums = ", ".join(f"SUM({name})" for name in OLD_SUMS)
    op.execute(
        f"INSERT INTO telemetry_hour (hour, content, skin, {', '.join(OLD_SUMS)})"  # noqa: S608
        f" SELECT hour, content, skin, {sums} FROM telemetry_hour_after GROUP BY hour, content, skin"
    )
    op.drop_table("telemetry_hour_after")
    op.drop_table("telemetry_day")
    op.drop_table("telemetry_viewer")
    op.drop_index("ix_telemetry_session_number", "telemetry")
    for name, _ in ADDED:
        op.drop_column("telemetry", name)


def _create_hours(key: tuple[str, ...], sums: tuple[str, ...]) -> None:
    sizes = {"hour": 13, "skin": 12, "country": 2, "device": 8}
    op.create_table(
        "telemetry_hour",
        *(sa.Column(name, sa.String(sizes.get(name, 16)), nullable=False) for name in key),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in sums),
        sa.Column("watched_s", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint(*key, name="pk_telemetry_hour"),
    )
