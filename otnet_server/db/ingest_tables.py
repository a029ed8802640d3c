"""Database tables of live inputs."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, String, Table, Text

from otnet_server.db.tables import metadata

# Keys with which encoders publish on a channel (live/stream_keys.py), as SHA-256. After a rotation the old key is valid
# until `old_until`. `publisher` is the process in which the key publishes at this moment, as in the table of leases,
# and `protocol` how it connected last. `role` is primary or backup.
stream_key = Table(
    "stream_key",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("organization", String(16), ForeignKey("organization.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel", String(16), ForeignKey("channel.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("prefix", String(20), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("old_prefix", String(20)),
    Column("old_hash", String(64), unique=True),
    Column("old_until", String(32)),
    Column("created_at", String(32), nullable=False),
    Column("expires_at", String(32)),
    Column("last_used_at", String(32)),
    Column("revoked_at", String(32)),
    Column("publisher", String(80)),
    Column("protocol", String(40)),
    Column("role", String(16), nullable=False, server_default="primary"),
    Index("ix_stream_key_by_channel", "channel", "created_at", "id"),
)

# The health of live streams that have not ended, as the process that receives one has seen it last (live/monitor.py).
live_health = Table(
    "live_health",
    metadata,
    Column("stream", String(16), ForeignKey("live_stream.id", ondelete="CASCADE"), primary_key=True),
    Column("at", String(32), nullable=False),
    Column("state", String(20), nullable=False),
    Column("health", JSON(none_as_null=True)),
    Column("history", JSON, nullable=False),
    Column("warnings", JSON, nullable=False),
    Column("rungs", JSON, nullable=False),
    Column("simulcast", JSON, nullable=False),
)

# The address from which the server fetches the live stream of a channel (live/pull). `sealed` is the whole address,
# encrypted; `shown` is it without passwords. `state` is waiting, receiving or failed, and `problem` says why it failed.
channel_pull = Table(
    "channel_pull",
    metadata,
    Column("channel", String(16), ForeignKey("channel.id", ondelete="CASCADE"), primary_key=True),
    Column("organization", String(16), ForeignKey("organization.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("sealed", Text, nullable=False),
    Column("shown", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("problem", Text, nullable=False, server_default=""),
    Column("changed_at", String(32), nullable=False),
)
