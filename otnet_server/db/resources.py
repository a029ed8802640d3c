"""Tables of the resources: one for each resource, and one for each ordered list of references."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)  # fmt: skip

from otnet_server.db import ad_tables, ingest_tables, protection_tables
from otnet_server.db.tables import metadata
from otnet_server.resources import SCHEMA
from otnet_server.schema.field import Field, Storage
from otnet_server.schema.fields import JsonObject, Metadata, Moment, Reference
from otnet_server.schema.resource import EXTERNAL_ID, Resource

TABLES_BESIDE_RESOURCES = (protection_tables, ingest_tables, ad_tables)  # imported, so that their tables are known
TYPES: dict[Storage, Any] = {"text": Text, "integer": Integer, "number": Float, "boolean": Boolean, "json": JSON}


def table_of(resource: Resource) -> Table:
    return metadata.tables[resource.name]


def link_of(resource: Resource, name: str) -> Table:
    """The table (record, target, position) of a list of references."""
    return metadata.tables[f"{resource.name}_{name}"]


def _declare(resource: Resource) -> None:
    columns: dict[str, Column[Any]] = {
        "id": Column("id", String(16), primary_key=True),
        "version": Column("version", Integer, nullable=False, server_default="1"),
        "created_at": Column("created_at", String(32), nullable=False),
        "updated_at": Column("updated_at", String(32), nullable=False),
    }
    if resource.scope == "organization":
        owner = ForeignKey("organization.id", ondelete="CASCADE")
        columns["organization"] = Column("organization", String(16), owner, nullable=False)
    for name, f in resource.fields.items():
        if name not in columns and f.storage not in ("links", "nowhere") and not f.write_only:
            columns[name] = _column(name, f)
    for name, storage in resource.private.items():
        columns[name] = Column(name, TYPES[storage], server_default=false() if storage == "boolean" else None)
    table = metadata.tables.get(resource.name)
    if table is None:
        table = Table(resource.name, metadata, *columns.values())
    else:  # declared in tables.py, because the pipeline uses it too
        for name, column in columns.items():
            if name not in table.c:
                table.append_column(column)
    _index(resource, table)
    if resource.one_of:
        first, second = resource.one_of
        condition = table.c[first].is_(None) != table.c[second].is_(None)
        table.append_constraint(CheckConstraint(condition, name=f"ck_{resource.name}_one_owner"))
    for name, f in resource.links().items():
        Table(
            f"{resource.name}_{name}",
            metadata,
            Column("record", String(16), ForeignKey(f"{resource.name}.id", ondelete="CASCADE"), primary_key=True),
            Column("target", String(16), ForeignKey(f"{f.to}.id", ondelete="CASCADE"), primary_key=True, index=True),
            Column("position", Integer, nullable=False),
        )


def _column(name: str, f: Field) -> Column[Any]:
    if isinstance(f, Reference):
        target = ForeignKey(f"{f.to}.id", ondelete="CASCADE" if f.required or f.on_delete == "part" else "SET NULL")
        return Column(name, String(16), target, nullable=not f.required, index=True)
    if isinstance(f, Metadata | JsonObject):
        return Column(name, JSON, nullable=False, server_default="{}")
    default = f.default if f.storage != "json" else None
    not_null = f.required or default is not None
    if isinstance(default, bool):
        return Column(name, Boolean, nullable=False, server_default=true() if default else false())
    server_default = None if default is None else str(default)
    if not_null and server_default is None and f.storage == "text":
        server_default = ""
    column_type = String(32) if isinstance(f, Moment) else TYPES[f.storage]
    return Column(name, column_type, nullable=not not_null, server_default=server_default)


def _index(resource: Resource, table: Table) -> None:
    """Add an index for every sort field within the organization, and the unique constraints."""
    owner = ["organization"] if resource.scope == "organization" else []
    for name, f in resource.all_fields().items():
        if name != "id" and (f.sorted or name == resource.sort.lstrip("-")):
            Index(f"ix_{resource.name}_by_{name}", *[table.c[c] for c in (*owner, name, "id")])
    for fields in resource.unique:
        name = f"uq_{resource.name}_{'_'.join(fields)}"
        table.append_constraint(UniqueConstraint(*[table.c[c] for c in (*owner, *fields)], name=name))
    if resource.integrated:  # an index, because SQLite can't add a constraint to a table
        columns = [table.c[c] for c in (*owner, EXTERNAL_ID)]
        Index(f"ix_{resource.name}_{EXTERNAL_ID}", *columns, unique=True)


for _resource in SCHEMA:
    _declare(_resource)

# The delivery log grows without bound, and the sender polls for due deliveries.
_deliveries = metadata.tables["webhook_delivery"]
Index("ix_webhook_delivery_newest", _deliveries.c.webhook, _deliveries.c.updated_at)
Index("ix_webhook_delivery_due", _deliveries.c.state, _deliveries.c.next_at)

# Requests find a link by its token, and the library by the fingerprint of a new file.
_links = metadata.tables["upload_link"]
Index("ix_upload_link_token_hash", _links.c.token_hash, unique=True)
Index("ix_upload_link_fingerprint", _links.c.fingerprint)
# The outbox is polled for mails that are due.
_mails = metadata.tables["mail"]
Index("ix_mail_due", _mails.c.state, _mails.c.next_at)
Index("ix_mail_about", _mails.c.about)
# The playout of a channel reads the programs of a day, and those that a new one may overlap with.
_programs = metadata.tables["program"]
Index("ix_program_channel_starts_at", _programs.c.channel, _programs.c.starts_at)
# A viewer redeems each code once.
_grants = metadata.tables["grant"]
Index("ix_grant_code", _grants.c.user, _grants.c.code_hash, unique=True)
