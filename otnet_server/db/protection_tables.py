"""Database tables of protection: the vault, content keys, accounts at DRM providers, the log of licences, and proofs
of possession."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, false

from otnet_server.db.tables import metadata

# Encrypted keys of the vault (protection/vault.py): `wrapped` is encrypted with a master key, `sealed` in the tables
# below with a data key. `key_service` is the key management service that holds the master key; empty: it is in the
# file of master keys. They name the organization to which they belong.
data_key = Table(
    "data_key",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("organization", String(16), ForeignKey("organization.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("master_key", String(12), nullable=False, index=True),
    Column("wrapped", Text, nullable=False),
    Column("key_service", String(40), nullable=False, server_default=""),
    Column("created_at", String(32), nullable=False),
)

secret = Table(
    "secret",
    metadata,
    Column("organization", String(16), ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("data_key", String(16), ForeignKey("data_key.id"), nullable=False, index=True),
    Column("sealed", Text, nullable=False),
    Column("set_at", String(32), nullable=False),
    Column("set_by", Text, nullable=False),
)

# Content keys, by their id in hexadecimal. `iv` is the constant initialization vector of cbcs, which is not secret.
# `provider` is the DRM provider that has issued the key; empty: it was made here.
content_key = Table(
    "content_key",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("organization", String(16), ForeignKey("organization.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("media", String(16), ForeignKey("media.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("track_class", String(8), nullable=False),
    Column("scheme", String(4), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("provider", String(40), nullable=False),
    Column("iv", String(32), nullable=False),
    Column("data_key", String(16), ForeignKey("data_key.id"), nullable=False, index=True),
    Column("sealed", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
)

# Keys that sign playback tokens (ES256). `public` is a JWK (RFC 7517).
signing_key = Table(
    "signing_key",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("organization", String(16), ForeignKey("organization.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("public", JSON, nullable=False),
    Column("data_key", String(16), ForeignKey("data_key.id"), nullable=False, index=True),
    Column("sealed", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("retires_at", String(32)),
)

# The account of an organization at a DRM provider, without its secrets. `version` counts changes.
drm_account = Table(
    "drm_account",
    metadata,
    Column("organization", String(16), ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True),
    Column("provider", String(40), primary_key=True),
    Column("settings", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", String(32), nullable=False),
)

# How an organization protects its titles: its provider, one key for each title or for each track class, whether
# devices must prove possession of a key, and how they must protect what they play.
drm_setting = Table(
    "drm_setting",
    metadata,
    Column("organization", String(16), ForeignKey("organization.id", ondelete="CASCADE"), primary_key=True),
    Column("provider", String(40), nullable=False),
    Column("keys", String(12), nullable=False),
    Column("proof_required", Boolean, nullable=False, server_default=false()),
    Column("device_security", String(12), nullable=False, server_default="any"),
    Column("updated_at", String(32), nullable=False),
)

# Licences that were given and refused, for some weeks. `outcome` is `granted` or the code of the refusal.
licence_event = Table(
    "licence_event",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False, index=True),
    Column("organization", String(16), nullable=False),
    Column("media", String(16), nullable=False),
    Column("playback_session", String(24), nullable=False),
    Column("user", String(16)),
    Column("system", String(12), nullable=False),
    Column("provider", String(40), nullable=False),
    Column("keys", Integer, nullable=False),
    Column("outcome", String(40), nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Index("ix_licence_event_newest", "organization", "id"),
)

# Proofs of possession that were counted, as SHA-256 of their key's thumbprint and their id, until they are no longer
# valid.
used_proof = Table(
    "used_proof",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("expires_at", String(32), nullable=False, index=True),
)
