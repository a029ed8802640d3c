"""Sample values for the documentation: ids, and a record of each resource as a response shows it. Pure."""

from __future__ import annotations

import hashlib
from typing import Any

from otnet_server.schema.field import Field, Surface
from otnet_server.schema.fields import Object, Reference, References
from otnet_server.schema.resource import Resource

CREATED_AT, UPDATED_AT = "2026-01-01T12:00:00.000Z", "2026-01-02T08:30:00.000Z"


def id_of(resource: str) -> str:
    """The placeholder id of a record of this resource, the same in every example."""
    return hashlib.blake2b(resource.encode(), digest_size=6).hexdigest()


def record_sample(r: Resource, surface: Surface) -> dict[str, Any]:
    """A record of the resource with the values of its declared example."""
    fixed = {"id": id_of(r.name), "created_at": CREATED_AT, "updated_at": UPDATED_AT, **r.example}
    return {
        name: fixed[name] if name in fixed else _value(f, needed=r.needs(name))
        for name, f in r.readable(surface).items()
        if name in fixed or not isinstance(f, Object)
    }


def _value(f: Field, *, needed: bool) -> Any:
    if isinstance(f, References):
        return [id_of(f.to)]
    if isinstance(f, Reference):
        return id_of(f.to) if needed else None
    return f.default
