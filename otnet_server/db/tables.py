"""Database tables. Times are ISO 8601 in UTC with milliseconds; JSON columns hold dumps of the models named in the
comments."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# The id of the organization that every server has from the start; new libraries belong to it.
FIRST = "000000000001"

# One source file and what was encoded from it. Organization, content and other columns are added by the resource
# “media”. `state` and `duration_s` are copies of the current revision's, so that lists need no join. `current` is the
# newest revision, `playing` the newest one that is playable.
media = Table(
    "media",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("library", String(200), nullable=False),
    Column("title", Text, nullable=False),
    Column("present", Boolean, nullable=False, default=True),
    Column("current", String(16)),
    Column("playing", String(16)),
    Column("info", JSON, nullable=False, default=dict),
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
    Column("state", String(12), nullable=False, server_default="found"),
    # A partial index: `present` is true for nearly all rows, so an index starting with it would select nothing.
    Index("ix_media_there", "created_at", "id", sqlite_where=text("present = 1"), postgresql_where=text("present")),
)

# One encoding of a source under one plan. `plan` is a media.plan.Plan; `reached` maps each state to the time at which
# it was reached. `protection` is a media.protection.Protection, null for a revision that is not encrypted.
# `derived_from` is the revision from whose segments it is repackaged.
revision = Table(
    "revision",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("media", String(16), ForeignKey("media.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("path", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False, index=True),
    Column("state", String(12), nullable=False),
    Column("playable", Boolean, nullable=False, default=False),
    Column("priority", Integer, nullable=False, default=0),
    Column("error", JSON),
    Column("plan", JSON),
    Column("duration_s", Float),
    Column("loudness", Float),
    Column("reached", JSON),
    Column("created_at", String(32), nullable=False),
    Column("protection", JSON(none_as_null=True)),
    Column("derived_from", String(16)),
    Index("ix_revision_todo", "state", "priority", "created_at", "id"),
)

# Index of the published pieces: `track` is "video", an audio or text rendition, "poster" or "sheet". `sizes` maps a
# rendition to the sizes of its segments in bytes. A row is written after the bytes were stored.
chunk = Table(
    "chunk",
    metadata,
    Column("revision", String(16), ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True),
    Column("track", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sizes", JSON, nullable=False),
)

# Live streams of channels: the media and the revision that record one; `epoch` is the time of day at its media time 0.
live_stream = Table(
    "live_stream",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("organization", String(16), ForeignKey("organization.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel", String(16), ForeignKey("channel.id", ondelete="CASCADE"), nullable=False),
    Column("media", String(16), ForeignKey("media.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("revision", String(16), nullable=False, unique=True),
    Column("epoch", String(32), nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("ended_at", String(32)),
    Index("ix_live_stream_newest", "channel", "started_at"),
    Index("ix_live_stream_ended", "ended_at"),
)

# Files found in libraries. `media` is null until the file was identified.
file = Table(
    "file",
    metadata,
    Column("path", Text, primary_key=True),
    Column("library", String(200), nullable=False, index=True),
    Column("media", String(16), ForeignKey("media.id", ondelete="SET NULL"), index=True),
    Column("fingerprint", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
)

# Uploaded and imported files that are on their way into a library. The scan of the library links the file to `content`.
# `revision` is set when the file replaces another one, and what was made of that one is deleted when it is ready.
arrival = Table(
    "arrival",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("organization", String(16), primary_key=True),
    Column("content", String(16), ForeignKey("content.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("role", String(12), nullable=False),
    Column("revision", String(16), index=True),
    Column("at", String(32), nullable=False),
)

# Files that an upload or import has put into a library: they are deleted with their media.
uploaded_file = Table(
    "uploaded_file",
    metadata,
    Column("path", Text, primary_key=True),
    Column("fingerprint", String(64), nullable=False),
)

# Changes, kept for some days. `tx` is the transaction on PostgreSQL and 0 on SQLite (db/changes.py).
change = Table(
    "change",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("tx", BigInteger, nullable=False, server_default=text("0")),
    Column("at", String(32), nullable=False, index=True),
    Column("type", String(60), nullable=False),
    Column("organization", String(16)),
    Column("internal", Boolean, nullable=False, server_default=text("false")),
    Column("data", JSON, nullable=False),
    Index("ix_change_order", "tx", "id"),
    Index("ix_change_organization", "organization", "id"),
    sqlite_autoincrement=True,  # ids are never reused, so that readers can store their position
)

# Those that handle every event once, and the last change that each has handled. `failures` counts the attempts to
# handle the next one, and `error` says why the last one failed.
change_consumer = Table(
    "change_consumer",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("tx", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("error", Text),
    Column("updated_at", String(32), nullable=False),
)

# Events that a consumer could not handle after several attempts.
set_aside_change = Table(
    "set_aside_change",
    metadata,
    Column("consumer", String(100), primary_key=True),
    Column("change", Integer, ForeignKey("change.id", ondelete="CASCADE"), primary_key=True),
    Column("error", Text, nullable=False),
    Column("at", String(32), nullable=False),
)

# What only one process may do at a time. `holder` is the id of the process; `expires_at` is in seconds of Unix time.
lease = Table(
    "lease",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("holder", String(60), nullable=False, index=True),
    Column("expires_at", Float, nullable=False),
)

# Internal settings of the server, by name.
setting = Table(
    "setting",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", JSON, nullable=False),
)

# One row for every searchable record; its words are in the full-text index under `id`.
search_row = Table(
    "search_row",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("resource", String(40), nullable=False),
    Column("record", String(16), nullable=False, unique=True),
)

# Responses of creating requests by Idempotency-Key, kept for 24 hours; a repeated request returns the stored response.
idempotency = Table(
    "idempotency",
    metadata,
    Column("caller", String(80), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", JSON),
    Column("headers", JSON),
    Column("at", String(32), nullable=False, index=True),
)

# Password reset links. `token_hash` is the SHA-256 of the token in the link.
password_reset = Table(
    "password_reset",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user", String(16), ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", String(32), nullable=False),
)

# Identities of users at sign-in providers (`provider:subject`).
external_identity = Table(
    "external_identity",
    metadata,
    Column("identity", String(300), primary_key=True),
    Column("user", String(16), ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True),
)

# Viewing progress: the position of a user in content. `at` is the time of the report by the viewer's clock.
progress = Table(
    "progress",
    metadata,
    Column("user", String(16), ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("viewer_profile", String(16), primary_key=True, server_default=""),
    Column("content", String(16), ForeignKey("content.id", ondelete="CASCADE"), primary_key=True),
    Column("position_s", Float, nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("at", String(32), nullable=False),
    Index("ix_progress_newest", "user", "viewer_profile", "at"),
)

# Profiles of viewers. The main profile of an account has the id of its user; its history is that of the empty profile.
viewer_profile = Table(
    "viewer_profile",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("user", String(16), ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String(40), nullable=False),
    Column("color", Integer, nullable=False),
    Column("max_age", Integer),
    Column("pin_hash", String(200)),
    Column("created_at", String(32), nullable=False),
)

# The watchlists of viewers.
my_list = Table(
    "my_list",
    metadata,
    Column("user", String(16), ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("viewer_profile", String(16), primary_key=True, server_default=""),
    Column("content", String(16), ForeignKey("content.id", ondelete="CASCADE"), primary_key=True),
    Column("at", String(32), nullable=False),
)

# Views of lists in the studio: `query` is the query string of the page. They belong to a user in an organization.
saved_view = Table(
    "saved_view",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("user", String(16), ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
    Column("organization", String(16), ForeignKey("organization.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("resource", String(40), nullable=False),
    Column("name", String(80), nullable=False),
    Column("query", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
    Index("ix_saved_view_name", "user", "organization", "resource", "name", unique=True),
)

# Imports of metadata from tables (control/metadata_imports.py). `failures` lists {line, column, error}; `updated_at`
# tells whether a process still works on it.
metadata_import = Table(
    "metadata_import",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("organization", String(16), ForeignKey("organization.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("state", String(12), nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("total", "done", "created", "updated", "unchanged", "failed")),
    Column("failures", JSON, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
)

# The home layout of each organization that has saved one (`schema/home_layout.py`).
home_layout = Table(
    "home_layout",
    metadata,
    Column("organization", String(16), ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True),
    Column("layout", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", String(32), nullable=False),
)

# The trash. `snapshot` has everything that was deleted with the record (`control/trash.py`), `actor` a name.
trash = Table(
    "trash",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("organization", String(16), ForeignKey("organization.id", ondelete="CASCADE"), nullable=False),
    Column("resource", String(40), nullable=False),
    Column("record", String(16), nullable=False),
    Column("label", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("deleted_at", String(32), nullable=False),
    Column("snapshot", JSON, nullable=False),
    Index("ix_trash_newest", "organization", "deleted_at"),
)

# Device authorization requests (RFC 8628). The codes are stored as SHA-256; `user` is the user who approved.
device = Table(
    "device",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("user_code_hash", String(64), nullable=False, unique=True),
    Column("client", String(60), nullable=False),
    Column("agent", String(300), nullable=False),
    Column("address", String(60), nullable=False),
    Column("state", String(10), nullable=False),
    Column("user", String(16), ForeignKey("user.id", ondelete="CASCADE")),
    Column("organization", String(16), ForeignKey("organization.id", ondelete="CASCADE")),
    Column("asked_at", Float, nullable=False),
    Column("interval_s", Float, nullable=False),
    Column("expires_at", String(32), nullable=False),
)

# The playout of each channel that was on: the time of day at which its clock starts.
channel_playout = Table(
    "channel_playout",
    metadata,
    Column("channel", String(16), ForeignKey("channel.id", ondelete="CASCADE"), primary_key=True),
    Column("epoch", String(32), nullable=False),
)

# What channels play (channels/airing.py). Rows of the past are never changed. `start` and `duration` are in ticks of
# the channel's clock, `media_start` is a fraction of seconds such as 12/5; `companion` is a revision of the slate, and
# `segments_before` maps renditions to numbers. `break_after` is a BreakAfter, `ad_break` an AdBreak.
airing = Table(
    "airing",
    metadata,
    Column("channel", String(16), ForeignKey("channel.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("start", BigInteger, nullable=False),
    Column("duration", BigInteger, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("media", String(16), nullable=False),
    Column("revision", String(16), nullable=False),
    Column("media_start", String(60), nullable=False),
    Column("content", String(16)),
    Column("program", String(16)),
    Column("title", Text, nullable=False),
    Column("companion", String(16)),
    Column("segments_before", JSON, nullable=False),
    Column("interrupted", Boolean, nullable=False, server_default=false()),
    Column("created_at", String(32), nullable=False),
    Column("choice", Integer),  # null: the number
    Column("break_after", JSON(none_as_null=True)),
    Column("ad_break", JSON(none_as_null=True)),
    Column("ad", Integer),
    Index("ix_airing_start", "channel", "start"),
    Index("ix_airing_content", "channel", "content", "number"),
    Index("ix_airing_program", "program"),
)

# Playback sessions of a media or a channel. Either `session`, the sign-in that started it, or `token_hash`, the SHA-256
# of a token, is set. It ends at `expires_at`, which heartbeats extend until `ends_at`. `stopped`: a person ended it.
# The row stays until `expires_at`, so that its player does not go on in another session.
playback_session = Table(
    "playback_session",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("media", String(16), ForeignKey("media.id", ondelete="CASCADE"), index=True),
    Column("channel", String(16), ForeignKey("channel.id", ondelete="CASCADE"), index=True),
    Column("session", String(16), ForeignKey("session.id", ondelete="CASCADE"), index=True),
    Column("token_hash", String(64), index=True),
    Column("preview", String(16), ForeignKey("preview_link.id", ondelete="CASCADE"), index=True),
    Column("created_at", String(32), nullable=False),
    Column("expires_at", String(32), nullable=False),
    Column("ends_at", String(32), nullable=False),
    Column("stopped", Boolean, nullable=False, server_default=false()),
    Column("proof_key", String(43)),
    Column("address_hash", String(32), index=True),  # of sessions without a credential
)

# The codes of access codes, as SHA-256, and how often each was redeemed.
access_code_key = Table(
    "access_code_key",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("access_code", String(16), ForeignKey("access_code.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("uses", Integer, nullable=False, server_default=text("0")),
)

# Until when the grants that an entitlement provider has given a viewer are up to date.
entitlement_refresh = Table(
    "entitlement_refresh",
    metadata,
    Column("user", String(16), ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("organization", String(16), ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True),
    Column("provider", String(100), primary_key=True),
    Column("valid_until", String(32), nullable=False),
)

# Playback telemetry without addresses and accounts. Raw events are kept for some days, then only the hourly roll-ups.
telemetry = Table(
    "telemetry",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False, index=True),
    Column("session", String(36), nullable=False),
    Column("content", String(16)),
    Column("media", String(16)),
    Column("skin", String(12), nullable=False),
    Column("engine", String(40), nullable=False),
    Column("type", String(12), nullable=False),
    Column("data", JSON, nullable=False),
    Column("organization", String(16)),
    Column("country", String(2)),
    Column("device", String(8)),
    Column("viewer", String(16)),  # a key that is the same for one day, see telemetry/viewer_keys.py
    Column("playback_session", String(24)),
    Column("number", BigInteger),  # of the event within its session, so that a batch sent twice is stored once
    Index("ix_telemetry_session_number", "session", "number", unique=True),
)

# Players that play a channel: when each has reported last (channels/viewers.py). Rows are kept for some minutes.
channel_viewer = Table(
    "channel_viewer",
    metadata,
    Column("channel", String(16), ForeignKey("channel.id", ondelete="CASCADE"), primary_key=True),
    Column("session", String(36), primary_key=True),
    Column("at", String(32), nullable=False),
    Column("playback_session", String(24)),
    Index("ix_channel_viewer_newest", "channel", "at"),
)

# Telemetry by hour (`2026-11-21T17`). Unknown keys are empty. All values are sums, so that hours can be added.
STARTUP_LIMITS_MS = (100, 150, 250, 400, 600, 1000, 1500, 2500, 4000, 6000, 10_000)
telemetry_hour = Table(
    "telemetry_hour",
    metadata,
    Column("hour", String(13), primary_key=True),
    Column("organization", String(16), primary_key=True),
    Column("content", String(16), primary_key=True),
    Column("skin", String(12), primary_key=True),
    Column("country", String(2), primary_key=True),
    Column("device", String(8), primary_key=True),
    *(Column(name, BigInteger, nullable=False, server_default="0")
      for name in ("starts", "startup_ms", "rebuffers", "rebuffer_ms", "switches", "errors", "ends",
                   "attempts", "exits", "startup_errors",
                   # starts by start-up time: startup_n took less than STARTUP_LIMITS_MS[n], the last one more
                   *(f"startup_{n}" for n in range(len(STARTUP_LIMITS_MS) + 1)))),
    Column("watched_s", Float, nullable=False, server_default="0"),
)  # fmt: skip

# The viewers of the last days by their daily keys, and the numbers of viewers of the days before, whose keys are
# deleted. The content of a row of the whole organization is empty.
telemetry_viewer = Table(
    "telemetry_viewer",
    metadata,
    *(Column(name, String(16), primary_key=True) for name in ("day", "organization", "content", "viewer")),
)
telemetry_day = Table(
    "telemetry_day",
    metadata,
    *(Column(name, String(16), primary_key=True) for name in ("day", "organization", "content")),
    Column("viewers", BigInteger, nullable=False),
)

# What edge policies did, by policy and version, in all processes.
policy_count = Table(
    "policy_count",
    metadata,
    Column("policy", String(16), ForeignKey("policy.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("evaluated", BigInteger, nullable=False),
    Column("matched", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
)
