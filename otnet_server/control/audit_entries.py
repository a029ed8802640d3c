"""Audit entries and events of changes that are not those of a record, such as the home layout."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from otnet_server.db import changes
from otnet_server.db.records import new_id, now
from otnet_server.db.tables import metadata
from otnet_server.principal import Principal
from otnet_server.schema.audit import AuditAction


async def record_change(
    c: AsyncConnection,
    principal: Principal,
    resource: str,
    label: str,
    before: Any,
    after: Any,
    action: AuditAction = "updated",
) -> None:
    """Add an audit entry and an event about something that the principal's organization has once. `before` and `after`
    are JSON, without secrets."""
    organization, at = principal.organization or "", now()
    entry: dict[str, Any] = {
        "id": new_id(), "created_at": at, "updated_at": at, "version": 1, "organization": organization,
        "actor": principal.label, "actor_kind": principal.kind, "action": action, "resource": resource,
        "record": organization, "record_label": label, "before": before, "after": after, "request": principal.request,
    }  # fmt: skip
    await c.execute(insert(metadata.tables["audit_entry"]).values(**entry))
    data = {"organization": organization, "resource": resource, "id": organization, "title": label, "content": None}
    await changes.append(c, f"{resource}.{action}", data, at=at)
