"""Who asks, and what they may. Pure.

A *principal* is a person in a session, a program with a key, or anybody. It belongs to one organization
at a time; whatever belongs to another does not exist for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from otnet_server.schema.field import Surface
from otnet_server.schema.resource import READ, Action, Resource, Role, Verb

SESSION_COOKIE = "otnet_session"


@dataclass(frozen=True)
class Principal:
    """`label` is what the audit log says. `scopes` are a key's; `role` is a person's."""

    kind: Literal["user", "api_key", "anonymous", "server"]
    surface: Surface
    id: str = ""
    label: str = ""
    organization: str | None = None
    role: Role | None = None
    scopes: frozenset[str] = frozenset()
    session: str = ""
    request: str = ""

    @property
    def caller(self) -> str:
        """Whose counters and idempotency keys these are."""
        return f"{self.kind}:{self.id}"


def may(principal: Principal, resource: Resource, verb: Verb) -> bool:
    """Whether the surface has the verb, and the role or the scopes allow it."""
    if verb not in resource.surfaces.get(principal.surface, ()):
        return False
    if principal.surface is Surface.PUBLIC:
        return True
    if principal.kind == "api_key":
        return f"{resource.name}:{'read' if verb in READ else 'write'}" in principal.scopes
    return principal.role is not None and principal.role >= resource.role_for(verb)


def may_act(principal: Principal, resource: Resource, action: Action) -> bool:
    if principal.surface not in action.surfaces or principal.surface not in resource.surfaces:
        return False
    if principal.kind == "api_key":
        return f"{resource.name}:write" in principal.scopes
    return principal.role is not None and principal.role >= action.role
