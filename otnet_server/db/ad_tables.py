"""Database tables of ads."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Integer, String, Table, Text

from otnet_server.db.tables import metadata

# Ad decisions (channels/ad_decisions.py): `ads` are protocols.Ad. `ad_break` is the number of the first
# airing of the break, and `start` when that begins: the number is given again when a live stream takes over before.
ad_decision = Table(
    "ad_decision",
    metadata,
    Column("channel", String(16), ForeignKey("channel.id", ondelete="CASCADE"), primary_key=True),
    Column("ad_break", Integer, primary_key=True),
    Column("cohort", Integer, primary_key=True),
    Column("provider", String(60), nullable=False),
    Column("ads", JSON, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("start", BigInteger),
)

# Who was sent an ad (channels/impressions.py). `events` are bits; `viewer` is a playback session or a viewer key.
ad_impression = Table(
    "ad_impression",
    metadata,
    Column("channel", String(16), ForeignKey("channel.id", ondelete="CASCADE"), primary_key=True),
    Column("airing", Integer, primary_key=True),
    Column("viewer", String(40), primary_key=True),
    Column("events", Integer, nullable=False),
    Column("at", String(32), nullable=False, index=True),
)

# The outbox of tracking URLs (channels/ad_tracking.py). `place` counts the URLs of an event. `due_at` is NULL when the
# request has arrived or was given up; the row stays, so that the event is not reported again.
ad_tracking = Table(
    "ad_tracking",
    metadata,
    Column("channel", String(16), ForeignKey("channel.id", ondelete="CASCADE"), primary_key=True),
    Column("airing", Integer, primary_key=True),
    Column("viewer", String(40), primary_key=True),
    Column("event", String(20), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("url", Text, nullable=False),
    Column("host", String(255), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("due_at", String(32), index=True),
    Column("at", String(32), nullable=False, index=True),
)

# The creatives of ad servers (channels/ad_creatives.py), by a hash of the provider and its id of the creative.
# `content` is NULL until the file has arrived; `used_at` is when a decision had it last, to the day.
ad_creative = Table(
    "ad_creative",
    metadata,
    Column("organization", String(16), ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("content", String(16), ForeignKey("content.id", ondelete="CASCADE"), index=True),
    Column("tried_at", String(32), nullable=False),
    Column("used_at", String(32)),
)
